#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ntpscope import` reads what real daemons wrote of a server whose clock is half a second ahead: whatever sign their
files have, the history has server minus us.

Skipped where network namespaces or the peers are impossible.
"""
import glob
import os
import re
import subprocess
import sys
import time

from watching import check, in_laboratory, peers

from topology import pair
from watch_daemons import GPS

NTPSCOPE = os.environ["NTPSCOPE"]
AHEAD, SHIFT_S = "192.0.2.2", 0.5
NTPD = """server %s iburst minpoll 3 maxpoll 3
tos maxdist 30 minsane 1
restrict default
statsdir %s/
refclock nmea unit 0 mode 1 path %s baud 9600 minpoll 3 maxpoll 3
statistics loopstats peerstats rawstats clockstats
filegen clockstats file clockstats type none enable
filegen loopstats file loopstats type none enable
filegen peerstats file peerstats type none enable
filegen rawstats file rawstats type none enable
driftfile %s/drift
"""


def values(store):
    """{(target, series): [values in order]}, read from the journal itself."""
    out = {}
    for path in sorted(glob.glob(store + "/*.log")):
        with open(path) as f:
            for line in f:
                _, target, *points = line.split()
                for point in points:
                    name, value = point.split("=")
                    out.setdefault((target, name), []).append(float(value))
    return out


def lines_of(path):
    if not os.path.exists(path):
        return 0
    with open(path) as f:
        return len(f.readlines())


def imported(work, name, files):
    store = os.path.join(work, "store-" + name)
    run = subprocess.run([NTPSCOPE, "import", "--store", store, "--target", "clock", *files], text=True, timeout=30,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    check(run.returncode == 0, "import %s: %d %s" % (name, run.returncode, run.stdout))
    print(run.stdout, end="")
    return values(store)


def make_logs(lab, work):
    """The directories of chronyd's and ntpd's files."""
    pair(lab, n_servers=2)
    lab.host("ntpd")
    lab.link("ntpd", "n0", "server", "s1")
    lab.address("server", "s1", "203.0.113.1/24")
    lab.address("ntpd", "n0", "203.0.113.2/24")
    lab.chronyd("server", "true", "local stratum 2\nallow all\nbindaddress 192.0.2.1\nbindaddress 2001:db8::1\n")
    lab.chronyd("server", "ahead", "server 192.0.2.1 minpoll -2 maxpoll -2 offset %s\nallow all\n"
                "bindaddress 0.0.0.0\nbindaddress 2001:db8::2\nport 1230\n" % SHIFT_S)
    time.sleep(8)  # it slews by half a second
    chrony, ntpd = os.path.join(work, "chrony"), os.path.join(work, "ntp")
    os.mkdir(chrony)
    os.mkdir(ntpd)
    lab.chronyd("client", "client", "server %s port 1230 iburst minpoll 0 maxpoll 0\nport 0\nlogdir %s\n"
                "log measurements statistics tracking selection\nlogchange 100\n" % (AHEAD, chrony))
    return chrony, ntpd


def write_logs(lab):
    """Their directories, once all daemons that write there are gone."""
    chrony, ntpd = make_logs(lab, lab.work)
    lab.chronyd("server", "ahead-123", "server 192.0.2.1 minpoll -2 maxpoll -2 offset %s\nallow all\n"
                "bindaddress 203.0.113.1\nbindaddress 2001:db8::2\n" % SHIFT_S)
    time.sleep(8)
    lab.file("gps.flags", "fix")
    lab.start("ntpd", [sys.executable, "-c", GPS, lab.path("gps"), lab.path("gps.flags")], log="gps.log")
    time.sleep(0.5)
    conf = lab.file("ntpd.conf", NTPD % ("203.0.113.1", ntpd, lab.path("gps"), ntpd))
    lab.start("ntpd", [peers.find("ntpd"), "-n", "-g", "-c", conf, "-p", lab.path("ntpd.pid")], log="ntpd.log")
    time.sleep(22)
    end = time.monotonic() + 40
    while lines_of(ntpd + "/clockstats") < 3 and time.monotonic() < end:
        time.sleep(1)
    for process in reversed(lab.processes):
        lab.stop(process)
    return chrony, ntpd


def those_of_chronyd(work, folder):
    for name in ("measurements", "statistics", "tracking", "selection"):
        check(os.path.exists("%s/%s.log" % (folder, name)), name + " was written")
    seen = imported(work, "chrony", sorted(glob.glob(folder + "/*.log")))
    offsets = seen.get((AHEAD, "offset_s"), [])
    check(offsets and min(offsets) > -0.1 and max(offsets) > 0.4, "chronyd's view of it: %s" % offsets[:8])
    estimated = seen.get((AHEAD, "estimated_offset_s"), [])
    check(estimated and max(estimated, key=abs) > 0.4, "statistics.log: %s" % estimated[:8])
    reach = seen.get((AHEAD, "reach_polls"), [])
    check(reach and max(reach) == 8, "selection.log: %s" % reach[:8])
    clock = seen.get(("clock", "offset_s"), [])
    check(clock and max(clock, key=abs) > 0.4, "tracking.log: %s" % clock[:8])


def those_of_ntpd(work, folder):
    seen = imported(work, "ntpd", sorted(glob.glob(folder + "/*stats")))
    offsets = seen.get(("203.0.113.1", "offset_s"), [])
    check(offsets and all(abs(o - SHIFT_S) < 0.05 for o in offsets), "ntpd's view: %s" % offsets[:8])
    delays = seen.get(("203.0.113.1", "delay_s"), [])
    check(delays and all(0 <= d < 0.05 for d in delays), "ntpd's delays: %s" % delays[:8])
    if os.path.exists(folder + "/loopstats"):  # not before it has set its clock for the first time
        with open(folder + "/loopstats") as f:
            theirs = [float(line.split()[3]) for line in f]
        check(seen.get(("clock", "frequency_ppm"), []) == [-x for x in theirs],
              "ntpd's frequency is turned: %s" % theirs[:8])
    events = seen.get(("NMEA(0)", "clock_event"), [])
    check(len(events) >= 3 and set(events[1:]) == {0}, "clockstats of a receiver with a fix: %s" % events[:8])


def play(lab):
    chrony, ntpd = write_logs(lab)
    those_of_chronyd(lab.work, chrony)
    those_of_ntpd(lab.work, ntpd)
    bad = subprocess.run([NTPSCOPE, "import", "--store", lab.path("no"), "/etc/passwd"], text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=30)
    check(bad.returncode == 2 and re.search(r"'/etc/passwd': \d+ lines are of no kind", bad.stderr),
          "what is no log: %d %s" % (bad.returncode, bad.stderr))


def main():
    return in_laboratory(play, "imports", "chronyd", "ntpd")


if __name__ == "__main__":
    sys.exit(main())
