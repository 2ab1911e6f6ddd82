# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenarios with NTPsec's ntpd, ntpq and ntpdig, and with OpenNTPD."""
import os
import time

import peers
from topology import pair, second_network

HERE = os.path.dirname(os.path.abspath(__file__))

KEYS = """1 MD5 aVerySimpleKey
2 SHA1 1dc58847adfe19ef7cb2e6a1c05f9b9f9a5b9c2a
3 AES-128 000102030405060708090a0b0c0d0e0f
"""
WRONG_KEYS = KEYS.replace("aVery", "noVery").replace("1dc5", "2dc5").replace("0001", "ff01")

CONFIG = """disable ntp
refclock local stratum 3 minpoll 3 maxpoll 3 prefer
tos maxdist 30 minsane 1
keys %s
trustedkey 1 2 3
controlkey 1
restrict default kod limited nomodify noquery
restrict -6 default kod limited nomodify noquery
restrict 192.0.2.101
restrict 2001:db8::101
restrict 192.0.2.103 ignore
restrict 192.0.2.104 noserve kod
restrict 192.0.2.105 version
restrict 192.0.2.106 kod limited flake
limit average 1 burst 6 kod 0.5
mru maxdepth 500 initalloc 10
"""


def ntpd(lab, host, config, name="ntpd"):
    """Starts NTPsec's ntpd.  It keeps its clock alone: 'disable ntp', and CAP_SYS_TIME is gone anyway."""
    conf = lab.file(name + ".conf", config + "driftfile %s\n" % lab.path(name + ".drift"))
    process = lab.start(host, [peers.find("ntpd"), "-n", "-g", "-c", conf, "-p", lab.path(name + ".pid")],
                        log=name + ".log")
    time.sleep(8)
    return process


def ntpq(lab, host, *words, server="192.0.2.1", keys=None):
    command = ["python3", peers.find("ntpq"), "-n"] + (["-a", "1", "-k", keys] if keys else [])
    for word in words:
        command += ["-c", word]
    answer = lab.run(host, command + [server], check=False, timeout=30)
    with open(lab.path("ntpq.out"), "a") as log:
        log.write("%s\n%s\n" % (words, answer))


def sntp(lab, host, what, server="192.0.2.1", source=None):
    words = ["python3", os.path.join(HERE, "sntp.py"), what, server]
    if source:
        words += [source]
    lab.run(host, words, check=False)


def ntpsec_mode6(lab, out):
    """ntpq sessions against ntpd: variables, peers, MRU list, authenticated ones, then every opcode."""
    pair(lab, n_servers=2, n_clients=6)
    keys = lab.file("keys", KEYS)
    lab.chronyd("client", "upstream", "local stratum 2\nallow all\nbindaddress 192.0.2.102\n")
    ntpd(lab, "server", CONFIG % keys + "server 192.0.2.102 iburst minpoll 4\n")
    lab.capture("server", "s0", out("ntpsec-mode6.pcap"), expression="udp port 123")
    for i in range(4):
        lab.run("client", ["python3", peers.find("ntpdig"), "-t", "1", "2001:db8::1", "192.0.2.1"],
                check=False)
    ntpq(lab, "client", "rv", "peers", "as", "rl &1", "cv &1", "mrv &1 &2", "pstats &1")
    ntpq(lab, "client", "mrulist", "sysinfo", "monstats", "timeout 300")
    ntpq(lab, "client", "ifstats", "reslist", ":config limit average 3", keys=keys)
    ntpq(lab, "client", ":config limit average 4", "ifstats", keys=lab.file("wrong", WRONG_KEYS))
    ntpq(lab, "client", "peers", "rv 0 version,leap,nosuch", server="2001:db8::1")
    sntp(lab, "client", "control")
    time.sleep(0.5)


def ntpsec_restrict(lab, out):
    """Keys right and wrong, rate limited clients with KoD, denied and ignored clients, SNTP of all sorts."""
    pair(lab, n_servers=2, n_clients=7)
    keys = lab.file("keys", KEYS)
    wrong = lab.file("wrong", WRONG_KEYS)
    ntpd(lab, "server", CONFIG % keys)
    lab.capture("server", "s0", out("ntpsec-restrict.pcap"), expression="udp port 123 or icmp or icmp6")
    for key in (1, 2, 3):
        for file in (keys, wrong):
            lab.run("client", ["python3", peers.find("ntpdig"), "-t", "1", "-a", str(key), "-k", file,
                               "192.0.2.1"], check=False)
    lab.run("client", ["sh", peers.find("ntpdate"), "-q", "192.0.2.1"], check=False)
    for client in (102, 103, 104, 107):
        sntp(lab, "client", "storm", source="192.0.2.%d" % client)
    sntp(lab, "client", "private")
    sntp(lab, "client", "storm", server="2001:db8::1", source="2001:db8::102")
    time.sleep(0.5)


def ntpsec_sntp_zoo(lab, out):
    """SNTP requests of every version, mode and length to ntpd, MACs of every size, odd extension fields."""
    pair(lab)
    keys = lab.file("keys", KEYS)
    ntpd(lab, "server", CONFIG % keys)
    lab.capture("server", "s0", out("ntpsec-sntp-zoo.pcap"), expression="udp port 123")
    for what in ("zoo", "macs", "padded"):
        sntp(lab, "client", what)
    sntp(lab, "client", "zoo", server="2001:db8::1")
    time.sleep(0.5)


def ntpsec_and_chrony(lab, out):
    """Different daemons to each other: chrony asks ntpd, ntpd asks chrony, both with keys."""
    pair(lab, n_servers=2)
    second_network(lab)
    keys = lab.file("keys", KEYS)
    chrony_keys = lab.file("chrony.keys", "1 MD5 ASCII:aVerySimpleKey\n"
                           "2 SHA1 HEX:1DC58847ADFE19EF7CB2E6A1C05F9B9F9A5B9C2A\n"
                           "3 AES128 HEX:000102030405060708090A0B0C0D0E0F\n")
    lab.capture("server", "s0", out("ntpsec-and-chrony.pcap"), expression="udp port 123")
    lab.chronyd("client", "chrony", "local stratum 4\nallow all\nkeyfile %s\n"
                "server 192.0.2.1 key 3 iburst minpoll 1 maxpoll 1\n"
                "server 192.0.2.2 key 2 iburst minpoll 1 maxpoll 1\n"
                "server 2001:db8::1 key 1 iburst minpoll 1 maxpoll 1\n" % chrony_keys)
    ntpd(lab, "server", CONFIG % keys + "server 192.0.2.101 key 3 iburst minpoll 3 maxpoll 3\n"
         "server 2001:db8::101 key 2 iburst minpoll 3 maxpoll 3\n")
    time.sleep(14)


def openntpd_client(lab, out):
    """OpenNTPD asks chrony: random transmit times, queries without state."""
    pair(lab, n_clients=2)
    lab.chronyd("server", "server", "local stratum 2\nallow all\n")
    lab.capture("server", "s0", out("openntpd.pcap"), expression="udp port 123")
    conf = lab.file("openntpd.conf", "server 192.0.2.1\nserver 2001:db8::1\nlisten on 192.0.2.101\n", 0o644)
    lab.start("client", [peers.find("openntpd"), "-d", "-v", "-f", conf], log="openntpd.log")
    time.sleep(20)
    sntp(lab, "server", "zoo", server="192.0.2.101")


SCENARIOS = [ntpsec_mode6, ntpsec_restrict, ntpsec_sntp_zoo, ntpsec_and_chrony, openntpd_client]
