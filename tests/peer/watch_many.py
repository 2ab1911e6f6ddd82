#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ntpscope monitor --watch` with 300 hosts that are silent, 20 names that no name server answers for, and five chronyds that
answer: those five keep their rhythm, and it costs next to nothing.

Skipped where network namespaces or the peers are impossible.
"""
import os
import statistics
import sys
import time

from watching import Monitor, check, in_laboratory, state_folder
from watch_daemons import Journal

SECONDS = 70
NAME_S = 10  # so long a name is waited for


def cpu_s(process):
    """The one that is the monitor: nsenter becomes it."""
    with open("/proc/%d/stat" % process.pid) as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def start(lab):
    lab.host("server")
    # What is sent to the others is dropped without a word; nor is there a name server.
    lab.host("hole")
    lab.link("server", "hole", "hole", "h0")
    for words in ("address add 198.51.100.1/24 dev hole",
                  "neigh replace 198.51.100.53 lladdr 02:00:00:00:00:01 dev hole",
                  "route add default via 198.51.100.53 dev hole"):
        lab.ip("server", words)
    lab.file("resolv.conf", "nameserver 198.51.100.53\n", 0o644)
    lab.run("server", ["mount", "--bind", lab.path("resolv.conf"), "/etc/resolv.conf"])
    for i in range(1, 6):
        lab.ip("server", "address add 192.0.2.%d/32 dev lo" % i)
        lab.chronyd("server", "chronyd%d" % i, "local stratum %d\nallow all\nbindaddress 192.0.2.%d\n" % (i, i))


def answers_are_in_time(journal):
    times = {}
    for line in journal.lines():
        words = line.split()
        if any(w.startswith("offset_s=") for w in words):
            times.setdefault(words[1], []).append(float(words[0][17:29]) + 60 * int(words[0][14:16]))
    for i in range(1, 6):
        at = times.get("alive%d" % i, [])
        gaps = [(b - a) % 3600 for a, b in zip(at, at[1:])]
        # Whoever waited for one of the silent, two seconds each, would be late every time; a busy machine is once.
        check(len(at) >= SECONDS // 18 and all(15.9 < g < 30 for g in gaps) and statistics.median(gaps) < 19,
              "alive%d answers in time: %s" % (i, gaps))


def play(lab):
    start(lab)
    watched = ["192.0.2.%d name=alive%d every=16s" % (i, i) for i in range(1, 6)]
    watched += ["203.0.113.%d name=dead%d every=16s" % (i % 250 + 1, i) for i in range(300)]
    watched += ["host%d.example.net every=16s" % i for i in range(20)]
    config = lab.file("ntpscope.conf", "[watch]\n" + "".join("watch = %s\n" % w for w in watched), 0o644)
    state = state_folder(lab)
    monitor = Monitor(lab, "server", "-i", "lo", "--state-dir", state, "--config", config)
    before, began = cpu_s(monitor.process), time.monotonic()
    time.sleep(SECONDS)
    used, took = cpu_s(monitor.process) - before, time.monotonic() - began
    journal = Journal(os.path.join(state, "history"))
    answers_are_in_time(journal)
    check(journal.latest("dead7").get("result") in (10, 12), "a silent host: %s" % journal.latest("dead7"))
    check(journal.latest("host3.example.net").get("result") == 23, "no name: %s" % journal.latest("host3.example.net"))
    check(used / took < 0.2, "%.1f s of a processor in %.0f s" % (used, took))
    print("%.2f s of a processor in %.0f s" % (used, took))
    end = time.monotonic()
    monitor.process.terminate()
    check(monitor.process.wait(timeout=60) == 0, "it ends in order")
    check(time.monotonic() - end < NAME_S, "it ends at once, whoever is waited for")
    print(monitor.said()[-1000:])


def main():
    return in_laboratory(play, "many", "chronyd")


if __name__ == "__main__":
    sys.exit(main())
