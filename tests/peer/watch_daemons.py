#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ntpscope monitor --watch` beside a real ntpd with a DCF77 receiver and a GPS at pseudo-terminals, and beside chronyd:
what it notes by mode 6 and by chronyd's protocol is what ntpq and chronyc print, and a host of which only the name is
known is asked in those ways that it answers.

Skipped where network namespaces or the peers are impossible.
"""
import os
import re
import sys
import time

from watching import Monitor, check, in_laboratory, peers, state_folder
from ask_clock import RECEIVER, is_now
from asking import ntpq, told_json
from topology import pair

# A GPS that sends its two sentences a second, with a fix or, when the file says "void", without.
GPS = """
import os, pty, sys, time, tty
def sentence(body):
    check = 0
    for c in body:
        check ^= ord(c)
    return "$%s*%02X\\r\\n" % (body, check)
master, slave = pty.openpty()
tty.setraw(slave)
os.symlink(os.ttyname(slave), sys.argv[1])
while True:
    second = int(time.time()) + 1
    time.sleep(max(0, second - time.time()))
    t = time.gmtime(second)
    with open(sys.argv[2]) as flags:
        fix = "A" if flags.read() == "fix" else "V"
    os.write(master, sentence("GPRMC,%02d%02d%02d,%s,4934.420,N,01101.680,E,0.0,0.0,%02d%02d%02d,," % (
        t.tm_hour, t.tm_min, t.tm_sec, fix, t.tm_mday, t.tm_mon, t.tm_year % 100)).encode())
"""


class Journal:
    """The latest value of each series, as the journal has it: what is noted, to the last digit."""

    def __init__(self, folder):
        self.folder = folder

    def lines(self):
        for name in sorted(os.listdir(self.folder)):
            if name.endswith(".log"):
                with open(os.path.join(self.folder, name)) as f:
                    yield from f

    def latest(self, target):
        found = {}
        for line in self.lines():
            words = line.split()
            if len(words) > 2 and words[1] == target:
                found.update(w.split("=", 1) for w in words[2:] if "=" in w)
        return {k: float(v) for k, v in found.items() if re.fullmatch(r"[-+.0-9e]+", v)}

    def names(self):
        return {line.split()[1] for line in self.lines() if len(line.split()) > 2}

    def until(self, target, holds, seconds=60):
        end = time.monotonic() + seconds
        while True:
            found = self.latest(target)
            try:
                if holds(found) or time.monotonic() > end:
                    return found
            except KeyError:
                if time.monotonic() > end:
                    return found
            time.sleep(0.5)


def start(lab):
    pair(lab, n_clients=2)
    for name, program in (("dcf", RECEIVER), ("gps", GPS)):
        lab.file(name + ".flags", "  U " if name == "dcf" else "fix")
        lab.start("server", [sys.executable, "-c", program, lab.path(name), lab.path(name + ".flags")], log=name + ".log")
    lab.chronyd("client", "other", "local stratum 2\nallow all\nbindaddress 192.0.2.102\n")
    lab.chronyd("client", "client", "allow all\nbindaddress 192.0.2.101\nserver 192.0.2.102 iburst minpoll 4 maxpoll 4\n"
                "server 192.0.2.99\nrefclock SHM 0 refid SHM0\ncmdport 323\n")
    config = lab.file("ntpd.conf", "disable ntp\ntos maxdist 30 minsane 1 mindist 0.2\n"
                      "refclock generic unit 0 mode 2 path %s minpoll 3 maxpoll 3\n"
                      "refclock nmea unit 0 mode 1 path %s baud 9600 minpoll 3 maxpoll 3\n"
                      "restrict default kod limited noquery\nrestrict 192.0.2.0 mask 255.255.255.0\nrestrict 127.0.0.1\n"
                      "server 192.0.2.101 iburst minpoll 4 maxpoll 4\ndriftfile %s\n" %
                      (lab.path("dcf"), lab.path("gps"), lab.path("drift")))
    end = time.monotonic() + 20
    while time.monotonic() < end and not all(os.path.exists(lab.path(name)) for name in ("dcf", "gps")):
        time.sleep(0.1)
    lab.start("server", [peers.find("ntpd"), "-n", "-g", "-c", config, "-p", lab.path("ntpd.pid")], log="ntpd.log")
    time.sleep(12)


def margin_of(name, value):
    """How much of a value the peers' own tools print: three decimals of ppm, nine of seconds."""
    return (6e-4 if name.endswith("_ppm") else 6e-10) + abs(value) * 1e-6


def near(a, b, margin):
    return a is not None and abs(a - b) <= margin


def rv(lab, association=0, names=""):
    """Of an association only by names: over all of its variables ntpq may stumble (ask_ntpd.py)."""
    text = ntpq(lab, "client", "rv %d %s" % (association, names), "192.0.2.1")
    return dict(re.findall(r'([\w.]+)="?([^",]*)"?[,\s]', text + "\n"))


def settle(ours, theirs, names, what, seconds=30):
    """Values move while they are read: within the time both are the same once."""
    end = time.monotonic() + seconds
    while True:
        mine, wanted = ours(), theirs()
        wrong = ["%s: %s, not %s" % (n, mine.get(n), wanted[n]) for n in names
                 if not near(mine.get(n), wanted[n], margin_of(n, wanted[n]))]
        if not wrong:
            return
        if time.monotonic() > end:
            check(False, "%s: %s" % (what, wrong))
            return
        time.sleep(1)


def ntpd_is_as_ntpq_has_it(lab, journal):
    system = journal.until("ntpd", lambda s: s["sources_reachable"] == 3 and s["received_per_s"] >= 0)
    check(system.get("sources") == 3, "three sources: %s" % system)

    def theirs():
        v = rv(lab)
        return {"frequency_ppm": -float(v["frequency"]), "stratum": float(v["stratum"]),
                "root_delay_s": float(v["rootdelay"]) / 1e3, "clock_jitter_s": float(v["sys_jitter"]) / 1e3,
                "clock_offset_s": float(v["offset"]) / 1e3, "wander_ppm": float(v["clk_wander"])}

    settle(lambda: journal.latest("ntpd"), theirs, ("frequency_ppm", "stratum", "root_delay_s", "clock_jitter_s", "clock_offset_s",
                                                    "wander_ppm"), "rv")
    ids = {p["remote"]: p["association"] for p in told_json(lab, "client", "peers", "192.0.2.1")["peers"]}

    def peer():
        v = rv(lab, ids["192.0.2.101"], "stratum,reach,offset,delay,jitter")
        return {"offset_s": float(v["offset"]) / 1e3, "delay_s": float(v["delay"]) / 1e3,
                "jitter_s": float(v["jitter"]) / 1e3, "stratum": float(v["stratum"]),
                "reach_polls": float(bin(int(v["reach"], 16)).count("1"))}

    settle(lambda: journal.latest("ntpd/192.0.2.101"), peer, ("offset_s", "delay_s", "jitter_s", "stratum", "reach_polls"), "a peer")


def receivers_are_parts(lab, journal, monitor):
    dcf, gps = "ntpd/MEINBERG_C51(0)", "ntpd/NMEA(0)"
    for name in (dcf, gps):
        seen = journal.until(name, lambda s: s["clock_event"] == 0 and s["clock_polls_per_s"] > 0)
        check(seen.get("clock_event") == 0 and seen.get("clock_bad_format_per_s", -1) >= 0, "%s is nominal: %s" % (name, seen))
        check(near(seen.get("offset_s"), 0, 0.5) and seen.get("reach_polls", 0) >= 1, "%s has an offset: %s" % (name, seen))
    check(journal.latest(dcf).get("clock_nominal_percent", -1) > 50, "DCF77 tells of its states: %s" % journal.latest(dcf))
    shown = {p["part"]: p for t in monitor.get("/api/v1/targets")["targets"] if t["target"] == "ntpd" for p in t["parts"]}
    facts = shown["MEINBERG_C51(0)"]["facts"]
    check(facts["device"].startswith("Meinberg DCF77 C51") and is_now(facts["telegram"][:17], "%d.%m.%y %H:%M:%S"),
          "what is shown: %s" % facts)
    check(shown["NMEA(0)"]["facts"]["timecode"].startswith("$GPRMC"), "a sentence: %s" % shown["NMEA(0)"]["facts"])
    lab.file("dcf.flags", "junk")
    lab.file("gps.flags", "void")
    seen = journal.until(dcf, lambda s: s["clock_event"] == 2 and s["clock_bad_format_per_s"] > 0, 60)
    check(seen["clock_event"] == 2 and seen["clock_bad_format_per_s"] > 0, "nonsense is a bad format: %s" % seen)
    seen = journal.until(gps, lambda s: s["clock_event"] == 2, 60)
    check(seen["clock_event"] == 2, "no fix is a bad format: %s" % seen)


def chronyc(lab, *words):
    text = lab.run("client", [peers.find("chronyc"), "-c", "-h", lab.path("client.sock"), *words])
    return [line.split(",") for line in text.splitlines() if line]


def chronyd_is_as_chronyc_has_it(lab, journal):
    journal.until("chronyd", lambda s: s["received_per_s"] >= 0)

    def tracking():
        t = chronyc(lab, "tracking")[0]
        return {"stratum": float(t[2]), "clock_offset_s": float(t[4]), "clock_jitter_s": float(t[6]), "frequency_ppm": float(t[7]),
                "residual_ppm": float(t[8]), "skew_ppm": float(t[9]), "root_delay_s": float(t[10])}

    settle(lambda: journal.latest("chronyd"), tracking, ("stratum", "clock_jitter_s", "residual_ppm", "skew_ppm", "root_delay_s"),
           "tracking")

    def source():
        s = next(row for row in chronyc(lab, "sources") if row[2] == "192.0.2.102")
        return {"stratum": float(s[3]), "reach_polls": float(bin(int(s[5], 8)).count("1")), "offset_s": -float(s[7])}

    settle(lambda: journal.latest("chronyd/192.0.2.102"), source, ("stratum", "reach_polls", "offset_s"), "a source")
    check(journal.latest("chronyd/192.0.2.99").get("reach_polls") == 0, "a source that is silent")
    check("offset_s" not in journal.latest("chronyd/192.0.2.99"), "a gap is a gap")
    check(journal.latest("chronyd/SHM0").get("reach_polls") == 0, "a reference clock: %s" % journal.latest("chronyd/SHM0"))
    check(journal.latest("chronyd").get("sources_reachable") == 1, "one that answers: %s" % journal.latest("chronyd"))


def a_name_alone_is_enough(journal):
    """192.0.2.1 answers our question for the time and mode 6, not chronyd's protocol."""
    seen = journal.until("192.0.2.1", lambda s: s["result"] is not None and s["clock_offset_s"] is not None)
    check("result" in seen and "clock_offset_s" in seen, "asked in two ways: %s" % seen)
    seen = journal.until("here", lambda s: s["clock_offset_s"] is not None and s["sources"] == 3, 90)
    check("clock_offset_s" in seen and "result" not in seen and seen.get("sources") == 3, "chronyd by UDP alone: %s" % seen)
    silent = journal.until("192.0.2.77", lambda s: s["result"] == 10)
    check(silent.get("result") == 10, "of a silent host only that: %s" % silent)
    check(not any(n.startswith("192.0.2.77/") for n in journal.names()), "nothing else: %s" % journal.names())


def play(lab):
    state = state_folder(lab)
    start(lab)
    monitor = Monitor(lab, "client", "-i", "c0", "--state-dir", state, "--watch-interval", "16s",
                      "--watch", "192.0.2.1 name=ntpd via=mode6 every=10s",
                      "--watch", lab.path("client.sock") + " name=chronyd every=10s",
                      "--watch", "192.0.2.1", "--watch", "127.0.0.1 name=here", "--watch", "192.0.2.77")
    journal = Journal(os.path.join(state, "history"))
    ntpd_is_as_ntpq_has_it(lab, journal)
    chronyd_is_as_chronyc_has_it(lab, journal)
    a_name_alone_is_enough(journal)
    receivers_are_parts(lab, journal, monitor)
    traffic = journal.until("traffic", lambda s: s["clients_300s"] >= 1, 130)
    monitor.stop()
    print(monitor.said()[-1500:])
    check(not [n for n in os.listdir(lab.work) if n.startswith("ntpscope.")], "sockets of ours stay behind")
    check(traffic.get("requests_per_s", -1) >= 0 and traffic.get("clients_300s", -1) >= 0, "traffic is a target: %s" % traffic)


def main():
    # chronyd wants its socket to itself.
    return in_laboratory(play, "watch", "ntpd", "ntpq", "chronyd", "chronyc", mode=0o700)


if __name__ == "__main__":
    sys.exit(main())
