# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenarios about what is around NTP: tunnels, tags, fragments, two interfaces, odd answers."""
import os
import subprocess
import sys
import time

from lab import wait_for
from topology import pair, second_network

ONLY_V4, ONLY_V6 = ("ipip", "4in6"), ("6in4", "6in6")
HERE = os.path.dirname(os.path.abspath(__file__))


def script(name):
    return [sys.executable, os.path.join(HERE, name)]


def responder(lab, *addresses):
    process = lab.start("server", script("responder.py") + list(addresses), log="responder.log")
    wait_for(lab.path("responder.log"), "ready", process)


def odd_answers(lab, out):
    """A scripted server: kiss codes, crypto-NAK, doubled, late, forged and overlapping answers, mode 7."""
    pair(lab)
    responder(lab, "192.0.2.1", "2001:db8::1")
    lab.capture("server", "s0", out("odd-answers.pcap"), expression="udp port 123 or icmp or icmp6")
    lab.run("client", script("sntp.py") + ["tricks", "192.0.2.1"])
    lab.run("client", script("sntp.py") + ["tricks", "2001:db8::1"])


def fragments(lab, out):
    """Big extension fields over a link of MTU 1280: IPv4 and IPv6 fragments both ways, whole ones between."""
    pair(lab, mtu=1280)
    responder(lab, "192.0.2.1", "2001:db8::1")
    lab.capture("server", "s0", out("fragments.pcap"), expression="ip or ip6")
    for server in ("192.0.2.1", "2001:db8::1"):
        lab.run("client", script("sntp.py") + ["echoed", server])


def exchange(lab, server_addresses, seconds=4):
    """A chronyd on the server and a client of it, for the tunnel scenarios."""
    lab.chronyd("server", "server", "local stratum 2\nallow all\n")
    lab.chronyd("client", "client", "port 0\n" + "".join(
        "server %s minpoll -1 maxpoll -1\n" % address for address in server_addresses))
    time.sleep(seconds)


def tunnel(lab, kind):
    """Starts both ends of a user-space tunnel; its devices are called t0 and carry 198.51.100.x."""
    for host, interface, local, remote in (("server", "s0", 1, 101), ("client", "c0", 101, 1)):
        form = "2001:db8::%d" if kind in ("4in6", "6in6") else "192.0.2.%d"
        process = lab.start(host, script("tunnel.py") + [kind, "t0", interface, form % local, form % remote],
                            log="%s.log" % host)
        wait_for(lab.path("%s.log" % host), "ready", process)
        lab.ip(host, "link set t0 mtu 1400 up")
        if kind not in ONLY_V6:
            lab.address(host, "t0", "198.51.100.%d/24" % local)
        if kind not in ONLY_V4:
            lab.address(host, "t0", "2001:db8:51::%d/64" % local)


def inside(kind):
    """What a client asks through this kind of tunnel."""
    return ((["198.51.100.1"] if kind not in ONLY_V6 else [])
            + (["2001:db8:51::1"] if kind not in ONLY_V4 else []))


def tunnelled(lab, out, kind):
    pair(lab)
    tunnel(lab, kind)
    lab.capture("server", "s0", out("encapsulated-%s.pcap" % kind))
    exchange(lab, inside(kind))


def tunnel_ipip(lab, out):
    """IPv4 in IPv4 (protocol 4), seen on the outside."""
    tunnelled(lab, out, "ipip")


def tunnel_6in4(lab, out):
    """IPv6 in IPv4 (protocol 41), seen on the outside."""
    tunnelled(lab, out, "6in4")


def tunnel_4in6(lab, out):
    """IPv4 in IPv6 (protocol 4), seen on the outside."""
    tunnelled(lab, out, "4in6")


def tunnel_6in6(lab, out):
    """IPv6 in IPv6 (protocol 41), seen on the outside."""
    tunnelled(lab, out, "6in6")


def tunnel_gre(lab, out):
    """IPv4 and IPv6 in GRE."""
    tunnelled(lab, out, "gre")


def tunnel_greeth(lab, out):
    """Ethernet in GRE with a key."""
    tunnelled(lab, out, "greeth")


def vlan(lab, out):
    """802.1Q tags."""
    tunnelled(lab, out, "vlan")


def qinq(lab, out):
    """802.1ad and 802.1Q tags, one inside the other."""
    tunnelled(lab, out, "qinq")


def pppoe(lab, out):
    """IPv4 and IPv6 in a PPPoE session."""
    tunnelled(lab, out, "pppoe")


def mpls(lab, out):
    """IPv4 and IPv6 under one MPLS label."""
    tunnelled(lab, out, "mpls")


def vxlan(lab, out):
    """The kernel's VXLAN: the same exchange from underneath and from inside."""
    pair(lab)
    for host, interface, local, remote in (("server", "s0", 1, 101), ("client", "c0", 101, 1)):
        lab.ip(host, "link add v0 type vxlan id 42 local 192.0.2.%d remote 192.0.2.%d dstport 4789 dev %s"
               % (local, remote, interface))
        lab.ip(host, "link set v0 up")
        lab.address(host, "v0", "198.51.100.%d/24" % local, "2001:db8:51::%d/64" % local)
    lab.capture("server", "s0", out("vxlan-outside.pcap"))
    lab.capture("server", "v0", out("vxlan-inside.pcap"))
    exchange(lab, ["198.51.100.1", "2001:db8:51::1"])


def two_interfaces(lab, out):
    """dumpcap on two interfaces into one pcapng, in nanoseconds and not quite in order."""
    pair(lab)
    second_network(lab)
    path = out("two-interfaces.pcapng")
    lab.chronyd("server", "server", "local stratum 2\nallow all\n")
    dumpcap = lab.start("server", ["dumpcap", "-q", "-i", "s0", "-i", "s1", "-f", "udp port 123", "-w", path],
                        log="dumpcap.log")
    wait_for(lab.path("dumpcap.log"), "File:", dumpcap)
    lab.chronyd("client", "client", "port 0\nserver 192.0.2.1 minpoll -1 maxpoll -1\n")
    lab.chronyd("branch", "branch", "port 0\nserver 198.51.100.1 minpoll -1 maxpoll -1\n"
                "server 2001:db8:51::1 minpoll 0 maxpoll 0\n")
    time.sleep(5)
    dumpcap.send_signal(2)
    dumpcap.wait(timeout=5)
    os.chmod(path, 0o644)


def tcp_and_others(lab, out):
    """What looks like NTP and is not: TCP to port 123, other protocols' ports, empty datagrams."""
    pair(lab)
    responder(lab, "192.0.2.1")
    lab.capture("server", "s0", out("not-quite-ntp.pcap"), expression="tcp or udp or icmp")
    code = """
import socket, time
for port in (53, 67, 69, 161, 514, 1900, 5353, 123, 40000):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("192.0.2.101", port)); s.settimeout(0.1)
    s.sendto(b"\\x23" + 39 * b"\\0" + b"\\xee\\xac\\xd3\\x00" + port.to_bytes(4, "big"), ("192.0.2.1", 123))
    try: s.recv(999)
    except OSError: pass
    s.sendto(b"", ("192.0.2.1", 123))
    s.sendto(b"GET / HTTP/1.0\\r\\n\\r\\n", ("192.0.2.1", 123))
t = socket.socket(); t.settimeout(1)
try: t.connect(("192.0.2.1", 123))
except OSError: pass
"""
    lab.run("client", [sys.executable, "-c", code])
    code = """
import socket
l = socket.socket(); l.bind(("192.0.2.1", 123)); l.listen(1); c, _ = l.accept()
c.recv(99); c.send(b"\\x24\\x01" + 46 * b"\\1"); c.close()
"""
    lab.start("server", [sys.executable, "-c", code])
    time.sleep(0.5)
    code = """
import socket
t = socket.create_connection(("192.0.2.1", 123), 2); t.send(b"\\x23" + 47 * b"\\2"); t.recv(99); t.close()
"""
    lab.run("client", [sys.executable, "-c", code], check=False)


def plain_talk(lab, out):
    """What netcat and telnet demonstrate: lines echoed over UDP and TCP, daytime, a login, a refused port."""
    pair(lab)
    process = lab.start("server", script("talk.py") + ["serve", "192.0.2.1", "2001:db8::1"], log="talk.log")
    wait_for(lab.path("talk.log"), "ready", process)
    lab.capture("server", "s0", out("plain-talk.pcap"), expression="tcp or udp or icmp or icmp6")
    for server in ("192.0.2.1", "2001:db8::1"):
        lab.run("client", script("talk.py") + ["talk", server])


def converted(lab, out):
    """One recorded exchange rewritten: nanosecond and big-endian pcap, pcapng in both, two files merged."""
    pair(lab)
    plain = lab.path("plain.pcap")
    lab.capture("server", "s0", plain, expression="udp")
    exchange(lab, ["192.0.2.1", "2001:db8::1"], 3)
    lab.stop_captures()
    for kind, name in (("nsecpcap", "converted-nsec.pcap"), ("pcapng", "converted.pcapng"),
                       ("modpcap", "converted-modified.pcap")):
        subprocess.run(["editcap", "-F", kind, plain, out(name)], check=True, timeout=20)
    subprocess.run(["mergecap", "-F", "pcapng", "-I", "none", "-w", out("converted-merged.pcapng"), plain,
                    out("converted-nsec.pcap")], check=True, timeout=20)
    subprocess.run(["zstd", "-q", "-f", "-19", plain, "-o", out("converted.pcap.zst")], check=True,
                   timeout=20)
    for tool, ending in (("gzip", "gz"), ("xz", "xz"), ("lz4", "lz4")):
        with open(out("converted.pcap." + ending), "wb") as packed:
            subprocess.run([tool, "-9", "-c", plain], stdout=packed, check=True, timeout=20)


SCENARIOS = [odd_answers, fragments, tunnel_ipip, tunnel_6in4, tunnel_4in6, tunnel_6in6, tunnel_gre,
             tunnel_greeth, vlan, qinq, pppoe, mpls, vxlan, two_interfaces, tcp_and_others, plain_talk, converted]
