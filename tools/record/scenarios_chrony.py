# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenarios with chronyd on both sides."""
import subprocess
import time

from topology import pair, second_network

SERVER = "local stratum 2\nallow all\n"

KEYS = """1 MD5 HEX:B1946AC92492D2347C6235B4D2611184
2 SHA1 HEX:1DC58847ADFE19EF7CB2E6A1C05F9B9F9A5B9C2A
3 SHA256 HEX:3F79BB7B435B05321651DAEFD374CDC681DC06FAA65E374E38337B88CA046DEA
4 SHA384 HEX:8350E5A3E24C153DF2275C9F80692773
5 SHA512 HEX:0FD1B2A7C3E44D55A68798F0E1D2C3B4
6 AES128 HEX:000102030405060708090A0B0C0D0E0F
7 AES256 HEX:000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F
"""


def chrony_basic(lab, out):
    """A chrony server and two clients, v4 and v6, with initial bursts."""
    pair(lab, n_clients=2)
    lab.chronyd("server", "server", SERVER)
    lab.capture("server", "s0", out("chrony-basic.pcap"))
    lab.chronyd("client", "one", "port 0\nserver 192.0.2.1 iburst minpoll 0 maxpoll 0\n"
                "server 2001:db8::1 iburst minpoll 0 maxpoll 0\nbindacqaddress 192.0.2.101\n"
                "bindacqaddress 2001:db8::101\n")
    lab.chronyd("client", "two", "port 0\nserver 192.0.2.1 minpoll -1 maxpoll -1\n"
                "bindacqaddress 192.0.2.102\n")
    time.sleep(9)


def chrony_keys(lab, out):
    """Symmetric keys of every digest and CMAC, as NTPv4 and NTPv3, one server address a key."""
    pair(lab, n_servers=7)
    keys = lab.file("keys", KEYS)
    lab.chronyd("server", "server", SERVER + "keyfile %s\n" % keys)
    lab.capture("server", "s0", out("chrony-keys.pcap"))
    for version, host in ((4, "192.0.2.%d"), (3, "2001:db8::%d")):
        lines = "".join("server %s key %d version %d iburst minpoll 2 maxpoll 2\n" % (host % i, i, version)
                        for i in range(1, 8))
        lab.chronyd("client", "v%d" % version, "port 0\nkeyfile %s\n%s" % (keys, lines))
    time.sleep(7)


def certificate(lab):
    """A certificate authority and a server certificate for the documentation addresses."""
    key, cert = lab.path("server.key"), lab.path("server.crt")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                    "-nodes", "-days", "20000", "-subj", "/CN=nts.example", "-keyout", key, "-out", cert,
                    "-addext", "subjectAltName=IP:192.0.2.1,IP:2001:db8::1,DNS:nts.example"],
                   check=True, stderr=subprocess.DEVNULL, timeout=30)
    return "ntsserverkey %s\nntsservercert %s\nntsrotate 0\nntsdumpdir %s\n" % (key, cert, lab.work), cert


def chrony_nts(lab, out):
    """NTS: key establishment on TCP 4460, protected NTP; the server restarts with new keys (NTS NAK)."""
    pair(lab)
    nts, cert = certificate(lab)
    nts = nts.replace("ntsrotate 0\n", "").replace("ntsdumpdir %s\n" % lab.work, "")
    server = lab.chronyd("server", "server", SERVER + nts)
    time.sleep(0.5)
    lab.capture("server", "s0", out("chrony-nts-restart.pcap"))
    lab.chronyd("client", "client", "port 0\nnosystemcert\nntstrustedcerts %s\n"
                "server 192.0.2.1 nts iburst minpoll 1 maxpoll 1\n"
                "server 2001:db8::1 nts iburst minpoll 1 maxpoll 1\n" % cert)
    time.sleep(8)
    lab.stop(server)
    time.sleep(2.5)
    lab.chronyd("server", "again", SERVER + nts)
    time.sleep(24)


def chrony_nts_lost(lab, out):
    """NTS with lost answers: the client asks for more cookies (placeholder fields)."""
    pair(lab)
    nts, cert = certificate(lab)
    lab.chronyd("server", "server", SERVER + nts)
    time.sleep(0.5)
    lab.capture("server", "s0", out("chrony-nts-lost.pcap"))
    lab.chronyd("client", "client", "port 0\nnosystemcert\nntstrustedcerts %s\n"
                "server 192.0.2.1 nts iburst minpoll 0 maxpoll 0\n" % cert)
    time.sleep(4)
    lab.ip("server", "route add blackhole 192.0.2.101/32")
    time.sleep(4)
    lab.ip("server", "route del blackhole 192.0.2.101/32")
    time.sleep(7)


def chrony_peers(lab, out):
    """Symmetric active both ways with interleaving and a SHA1 key, and active against passive."""
    pair(lab, n_servers=2, n_clients=2)
    keys = lab.file("keys", KEYS)
    lab.capture("server", "s0", out("chrony-peers.pcap"))
    common = "local stratum 5\nkeyfile %s\nallow all\n" % keys
    lab.chronyd("server", "a", common + "bindaddress 192.0.2.1\n"
                "peer 192.0.2.101 key 2 xleave minpoll 0 maxpoll 0\n")
    lab.chronyd("client", "b", common + "bindaddress 192.0.2.101\n"
                "peer 192.0.2.1 key 2 xleave minpoll 0 maxpoll 0\n")
    lab.chronyd("server", "c", "local stratum 3\nallow all\nbindaddress 2001:db8::1\n"
                "peer 2001:db8::101 minpoll 0 maxpoll 0\n")
    lab.chronyd("client", "d", "local stratum 8\nallow all\nbindaddress 2001:db8::101\n"
                "bindacqaddress 2001:db8::101\n")
    time.sleep(12)


def chrony_interleaved(lab, out):
    """Interleaved client and server beside a basic client of the same server; nanosecond time stamps."""
    pair(lab, n_clients=2)
    lab.chronyd("server", "server", SERVER)
    lab.capture("server", "s0", out("chrony-interleaved-nano.pcap"), "--time-stamp-precision=nano")
    lab.chronyd("client", "xleave", "port 0\nserver 192.0.2.1 xleave minpoll -1 maxpoll -1\n"
                "server 2001:db8::1 xleave minpoll 0 maxpoll 0\n"
                "bindacqaddress 192.0.2.101\nbindacqaddress 2001:db8::101\n")
    lab.chronyd("client", "basic", "port 0\nserver 192.0.2.1 minpoll 0 maxpoll 0\n"
                "bindacqaddress 192.0.2.102\n")
    time.sleep(8)


def chrony_broadcast(lab, out):
    """Broadcast on two networks, v4 directed and v6 multicast, seen through -i any as SLL and as SLL2."""
    pair(lab)
    second_network(lab)
    lab.capture("server", "any", out("any-sll-broadcast.pcap"), "-y", "LINUX_SLL")
    lab.capture("server", "any", out("any-sll2-broadcast.pcap"), "-y", "LINUX_SLL2")
    lab.chronyd("server", "server", SERVER + "broadcast 1 192.0.2.255\nbroadcast 1 198.51.100.255\n"
                "broadcast 2 ff05::101\n")
    lab.chronyd("client", "client", "port 0\nserver 192.0.2.1 minpoll 0 maxpoll 0\n")
    lab.chronyd("branch", "branch", "port 0\nserver 2001:db8:51::1 minpoll 0 maxpoll 0\n")
    time.sleep(6)


def icmp_unreachable(lab, out):
    """A server that is away part of the time: ICMP and ICMPv6 port unreachable quote the requests."""
    pair(lab)
    lab.capture("server", "s0", out("icmp-unreachable.pcap"))
    lab.chronyd("client", "client", "port 0\nserver 192.0.2.1 iburst minpoll 0 maxpoll 0\n"
                "server 2001:db8::1 iburst minpoll 0 maxpoll 0\n")
    for number in range(2):
        time.sleep(4)
        server = lab.chronyd("server", "server%d" % number, SERVER)
        time.sleep(3)
        lab.stop(server)
    time.sleep(2)


def snapped(lab, out):
    """The same keyed exchange with snap lengths 60 (header cut) and 96 (header whole, MAC cut)."""
    pair(lab, n_servers=3)
    keys = lab.file("keys", KEYS)
    lab.chronyd("server", "server", SERVER + "keyfile %s\n" % keys)
    lab.capture("server", "s0", out("snaplen60.pcap"), "-s", "60")
    lab.capture("server", "s0", out("snaplen96.pcap"), "-s", "96")
    lab.chronyd("client", "client", "port 0\nkeyfile %s\nserver 192.0.2.1 minpoll 0 maxpoll 0\n"
                "server 192.0.2.2 key 5 minpoll 0 maxpoll 0\nserver 2001:db8::3 key 1 minpoll 0 maxpoll 0\n"
                % keys)
    time.sleep(5)


def loopback(lab, out):
    """Client and server on one host over lo: Ethernet frames without addresses."""
    lab.host("server")
    lab.chronyd("server", "server", SERVER)
    lab.capture("server", "lo", out("loopback.pcap"))
    lab.chronyd("server", "client", "port 0\nserver 127.0.0.1 minpoll 0 maxpoll 0\n"
                "server ::1 minpoll 0 maxpoll 0\n")
    time.sleep(5)


SCENARIOS = [chrony_basic, chrony_keys, chrony_nts, chrony_nts_lost, chrony_peers, chrony_interleaved,
             chrony_broadcast, icmp_unreachable, snapped, loopback]
