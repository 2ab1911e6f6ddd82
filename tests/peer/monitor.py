#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ntpscope monitor` beside chronyd and ntpd that serve real clients: its list is the one that a tcpdump capture of
the same time gives, and its counts are those of the daemons.  Interfaces that go away come back.

Skipped where network namespaces or the peers are impossible.
"""
import json
import os
import re
import subprocess
import sys
import time

from watching import Monitor, check, in_laboratory, peers
from topology import pair, second_network

# What may differ between now and the end of a capture, or by the precision of a clock.
TIMES = {"first", "last", "rx_every_s", "recent_every_s", "delta_mean_s", "delta_max_s", "alert", "classes"}


def talk(lab):
    """Some seconds of everybody's talk; chronyd serves on server, ntpd on branch, and asks server."""
    client = lab.chronyd("client", "client", "port 0\nserver 192.0.2.1 iburst minpoll -1 maxpoll -1\n"
                         "server 2001:db8::1 xleave minpoll 0 maxpoll 0\n")
    for host, address in (("client", "192.0.2.1"), ("client", "2001:db8::1"), ("server", "198.51.100.77"),
                          ("server", "2001:db8:51::77")):
        lab.run(host, ["python3", peers.find("ntpdig"), "-p", "2", "-t", "1", address], check=False)
    time.sleep(6)
    lab.stop(client)


def start_daemons(lab):
    pair(lab, n_clients=3)
    second_network(lab)
    lab.chronyd("server", "server", "local stratum 2\nallow all\ncmdport 323\n")
    config = lab.file("ntpd.conf", "disable ntp\nrefclock local stratum 3 minpoll 3 maxpoll 3 prefer\n"
                      "tos maxdist 30 minsane 1\nrestrict 198.51.100.1\nrestrict 2001:db8:51::1\n"
                      "server 198.51.100.1 iburst minpoll 3 maxpoll 3\n"
                      "driftfile %s\n" % lab.path("ntpd.drift"))
    return lab.start("branch", [peers.find("ntpd"), "-n", "-g", "-c", config, "-p", lab.path("ntpd.pid")],
                     log="ntpd.log")


def of_capture(*paths):
    run = subprocess.run([os.environ["NTPSCOPE"], "clients", "--format", "json", *paths], check=True,
                         stdout=subprocess.PIPE, timeout=60)
    return {c["ip"]: c for c in json.loads(run.stdout)["clients"]}


def compare(live, replayed):
    check(live.keys() == replayed.keys(), "clients: %s, in the capture %s" % (sorted(live), sorted(replayed)))
    for ip in live.keys() & replayed.keys():
        a, b = live[ip], replayed[ip]
        check(a.keys() == b.keys(), "keys of %s" % ip)
        for key in a.keys() - TIMES:
            check(a[key] == b[key], "%s: %s is %r, in the capture %r" % (ip, key, a[key], b[key]))
        for key in ("first", "last"):
            check(a[key][:23] == b[key][:23], "%s: %s is %s, in the capture %s" % (ip, key, a[key], b[key]))


def told_by_chronyd(lab):
    """Packets from each client, and of all of them."""
    command = [peers.find("chronyc"), "-n", "-h", lab.path("server.sock")]
    table = lab.run("server", command + ["clients"])
    per_client = {m.group(1): int(m.group(2)) for m in re.finditer(r"^([0-9a-f.:]+) +(\d+) ", table, re.M)}
    total = re.search(r"NTP packets received +: (\d+)", lab.run("server", command + ["serverstats"]))
    return per_client, int(total.group(1))


def told_by_ntpd(lab):
    """Packets of version 4: requests from its clients, and answers of the server that it asks."""
    stats = lab.run("server", ["python3", peers.find("ntpq"), "-n", "-c", "sysstats", "198.51.100.77"], check=False)
    found = re.search(r"current version: +(\d+)", stats)
    return int(found.group(1)) if found else stats


def counts_are_those_of_the_daemons(lab, live, servers, received_by_ntpd):
    per_client, total = told_by_chronyd(lab)
    by_ip = {s["ip"]: s for s in servers}
    rx = sum(by_ip[ip]["rx"] for ip in ("192.0.2.1", "2001:db8::1", "198.51.100.1"))
    check(rx == total, "chronyd received %d, of which %d were seen" % (total, rx))
    check(len(per_client) >= 3, "chronyd knows clients: %s" % per_client)
    for ip, n in per_client.items():
        check(live.get(ip, {}).get("rx") == n, "%s: chronyd received %d, seen %s" % (ip, n, live.get(ip)))
    n_ntpd = by_ip["198.51.100.77"]["requests"] + by_ip["2001:db8:51::77"]["requests"]
    answers = live["198.51.100.77"]["tx"]
    print("chronyd received %d; ntpd received %s, seen were %d requests and %d answers" % (total, received_by_ntpd, n_ntpd,
                                                                                           answers))
    # it may have got one more answer after it was asked
    check(received_by_ntpd in (n_ntpd + answers, n_ntpd + answers - 1), "ntpd received what was seen")


def live_is_replay(lab):
    ntpd = start_daemons(lab)
    monitor = Monitor(lab, "server", "-i", "s0", "-i", "s1")
    lab.capture("server", "s0", lab.path("s0.pcap"), "--time-stamp-precision=nano")
    lab.capture("server", "s1", lab.path("s1.pcap"), "--time-stamp-precision=nano")
    time.sleep(8)  # ntpd begins to answer
    talk(lab)
    ntpd_said = told_by_ntpd(lab)
    lab.stop(ntpd)
    time.sleep(6)  # what is not answered by now never will be
    live = monitor.clients()
    lab.stop_captures()
    replayed = of_capture(lab.path("s0.pcap"), lab.path("s1.pcap"))
    print("clients: %s" % {ip: (c["rx"], c["tx"]) for ip, c in sorted(live.items())})
    check(len(live) >= 5, "five clients at least: %s" % sorted(live))
    compare(live, replayed)
    check(monitor.summary()["dropped_packets"] == 0, "nothing was dropped")
    return monitor, live, ntpd_said


def asked_once_more(lab, monitor):
    """How many requests of that client are counted once one more is, which it sends now."""
    def counted():
        return monitor.clients().get("198.51.100.77", {"rx": 0})["rx"]

    before, end = counted(), time.monotonic() + 20
    lab.run("branch", ["python3", peers.find("ntpdig"), "-p", "1", "-t", "1", "198.51.100.1"], check=False)
    while counted() == before and time.monotonic() < end:
        time.sleep(0.2)
    time.sleep(0.5)  # one that is counted twice would be by now
    return counted()


def an_interface_that_goes_away_comes_back(lab, monitor):
    before = asked_once_more(lab, monitor)
    lab.ip("server", "link del s1")
    monitor.wait_for("interface 's1': went away, will be resumed")
    state = {s["name"]: s["state"] for s in monitor.summary()["sources"]}
    check(state == {"s0": "up", "s1": "down"}, "states while it is away: %s" % state)
    lab.link("server", "s1", "branch", "b0")
    lab.address("server", "s1", "198.51.100.1/24")
    lab.address("branch", "b0", "198.51.100.77/24")
    monitor.wait_for("interface 's1': is back")
    after = asked_once_more(lab, monitor)
    up = monitor.until(lambda s: all(x["state"] == "up" for x in s["sources"]))
    check(all(x["state"] == "up" for x in up["sources"]), "both are up again: %s" % up["sources"])
    check(after == before + 1, "requests of 198.51.100.77: %d before, %d after" % (before, after))


def play(lab):
    monitor, live, received_by_ntpd = live_is_replay(lab)
    counts_are_those_of_the_daemons(lab, live, monitor.summary()["servers"], received_by_ntpd)
    an_interface_that_goes_away_comes_back(lab, monitor)
    print(monitor.said())
    check(monitor.stop() is not None, "it ends in order")


def main():
    return in_laboratory(play, "monitor", "chronyd", "chronyc", "ntpd", "ntpdig", "ntpq", mode=0o700)


if __name__ == "__main__":
    sys.exit(main())
