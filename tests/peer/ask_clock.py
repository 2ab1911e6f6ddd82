#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ntpscope clock` beside a real ntpd whose DCF77 receiver is a pseudo-terminal: its telegrams are taken apart, and a
receiver that is not synchronised, that runs on its quartz, and that talks nonsense is named so.

Skipped where network namespaces or the peers are impossible, and where ntpd lacks the driver.
"""
import datetime
import os
import sys
import time

from watching import SKIP, check, in_laboratory, peers
from asking import ask, good, ntpq, told_json

# Meinberg's standard telegram on the second, with the flags that the file says; "junk" has no date in it.
RECEIVER = """
import os, pty, sys, time, tty
master, slave = pty.openpty()
tty.setraw(slave)
os.symlink(os.ttyname(slave), sys.argv[1])
while True:
    second = int(time.time()) + 1
    time.sleep(max(0, second - time.time()))
    with open(sys.argv[2]) as flags:
        flags = flags.read()
    t = time.gmtime(second)
    date = "xx.xx.xx" if flags == "junk" else "%02d.%02d.%02d" % (t.tm_mday, t.tm_mon, t.tm_year % 100)
    os.write(master, ("\\x02D:%s;T:%d;U:%02d.%02d.%02d;%s\\x03" % (date, t.tm_wday + 1, t.tm_hour, t.tm_min, t.tm_sec,
                                                               flags)).encode())
"""


def until(lab, holds, seconds=40):
    """The clock as JSON once that holds of it."""
    end = time.monotonic() + seconds
    while True:
        clocks = told_json(lab, "server", "clock", "127.0.0.1")["clocks"]
        if (clocks and holds(clocks[0])) or time.monotonic() > end:
            return clocks[0] if clocks else None
        time.sleep(0.5)


def wait(holds, seconds=30):
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.2)


def meaning(wanted):
    return lambda clock: clock["status"]["meaning"] == wanted


def is_now(text, form):
    """It was a telegram's time less than a minute ago, midnight or not."""
    told = datetime.datetime.strptime(text, form).replace(tzinfo=datetime.timezone.utc)
    return abs(told.timestamp() - time.time()) < 60


def the_clock_is_taken_apart(lab):
    lab.file("flags", "  U ")
    clock = until(lab, lambda c: c["telegram"] and meaning("nominal")(c) and "NOMINAL" in [s["state"] for s in c["states"]])
    check(clock and clock["clock"] == "MEINBERG_C51(0)" and meaning("nominal")(clock), "nominal: %s" % clock)
    telegram = clock["telegram"]
    check(telegram["kind"] == "meinberg" and telegram["zone"] == "UTC" and not telegram["faults"], "telegram: %s" % telegram)
    check(is_now(telegram["local_time"], "%Y-%m-%dT%H:%M:%S"), "now: %s" % telegram["local_time"])
    check(clock["receiver"] == [] and any(s["state"] == "NOMINAL" and s["current"] for s in clock["states"]), str(clock["states"]))
    text = good(lab, "server", "clock", "127.0.0.1").out
    words = ntpq(lab, "server", "cv %d" % clock["association"], "127.0.0.1").splitlines()[0].rstrip(",").split(" ", 2)[2]
    text += good(lab, "server", "clock", "127.0.0.1").out  # events are counted meanwhile
    check("MEINBERG_C51(0): Meinberg DCF77 C51" in text and words in text, "%r is in %r" % (words, text))
    peers_line = good(lab, "server", "peers", "127.0.0.1").out.splitlines()[2]
    check("MEINBERG_C51(0) .DCF" in peers_line and " l " in peers_line, peers_line)


def what_is_wrong_is_named(lab):
    lab.file("flags", " *U ")
    clock = until(lab, lambda c: "no reception: running on its quartz" in c["receiver"])
    check("no reception: running on its quartz" in clock["receiver"], "quartz: %s" % clock["receiver"])
    check("internal quartz, time not confirmed" in clock["telegram"]["flags"], "telegram: %s" % clock["telegram"])
    lab.file("flags", "#*U ")
    clock = until(lab, lambda c: "free running since power-up" in c["receiver"])
    check("free running since power-up" in clock["receiver"], "never synchronised: %s" % clock["receiver"])
    lab.file("flags", "junk")
    clock = until(lab, lambda c: c["values"]["bad_format"] > 0)
    check(clock["values"]["bad_format"] > 0 and meaning("bad format")(clock), "junk: %s" % clock["status"])
    check("status    bad format (" in good(lab, "server", "clock", "127.0.0.1").out, "junk in plain text")


def play(lab):
    lab.host("server")
    lab.file("flags", "  U ")
    lab.start("server", [sys.executable, "-c", RECEIVER, lab.path("dcf"), lab.path("flags")], log="receiver.log")
    config = lab.file("ntpd.conf", "disable ntp\nrefclock generic unit 0 mode 2 path %s minpoll 3 maxpoll 3\ntos minsane 1\n"
                      "restrict default kod limited\nrestrict 127.0.0.1\ndriftfile %s\n" % (lab.path("dcf"), lab.path("drift")))
    wait(lambda: os.path.exists(lab.path("dcf")))
    lab.start("server", [peers.find("ntpd"), "-n", "-g", "-c", config, "-p", lab.path("ntpd.pid")], log="ntpd.log")
    wait(lambda: ask(lab, "server", "vars", "127.0.0.1").status == 0)
    if not told_json(lab, "server", "clock", "127.0.0.1")["clocks"]:
        print("skipped: ntpd has no driver for parse clocks")
        return SKIP
    the_clock_is_taken_apart(lab)
    what_is_wrong_is_named(lab)
    return None


def main():
    return in_laboratory(play, "clock", "ntpd", "ntpq")


if __name__ == "__main__":
    sys.exit(main())
