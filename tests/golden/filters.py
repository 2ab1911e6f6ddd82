#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each display filter of filters.txt selects the same NTP packets here and in tshark, or is refused by both, with
the column of the fault that the list gives.

Captures of all kinds are merged into one; sharkd, which is tshark as a server, is asked for the frames of each
filter; ntpscope runs once a filter.

usage: filters.py [-v] [LINE ...]
	-v     print how many frames each filter selects
	LINE   only these lines of the list
"""
import argparse
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys

import truth
from sharkd import Sharkd

LIST = os.path.join(truth.HERE, "filters.txt")
CAPTURES = """chrony-basic chrony-keys chrony-nts-lost chrony-peers chrony-interleaved-nano ntpsec-mode6 ntpsec-restrict
odd-answers icmp-unreachable fragments any-sll2-broadcast encapsulated-vlan encapsulated-gre encapsulated-6in4
encapsulated-ipip vxlan-inside snaplen60 loopback made-headers made-mode7 made-extensions not-quite-ntp""".split()
class Filter:
    def __init__(self, number, line):
        self.number, self.column, self.kind, self.text = number, None, "both", line
        mark = re.match(r"(!(\d+)|none|\+|\?) ", line)
        if mark:
            self.text = line[mark.end():]
            self.kind = "refused" if mark.group(2) else mark.group(1)
            self.column = int(mark.group(2) or 0)

    def __str__(self):
        return "filters.txt:%d: %s" % (self.number, self.text)


def read_list():
    with open(LIST, encoding="utf-8") as source:
        lines = list(enumerate(source.read().split("\n"), 1))
    return [Filter(number, line) for number, line in lines if line and not line.startswith("#")]


def merged_capture():
    """All kinds of frames in one file.  Times go back at each seam, and nobody minds."""
    path = os.path.join(truth.BUILD, "filters-merged.pcapng")
    paths = [os.path.join(truth.OWN, name + ".pcap") for name in CAPTURES]
    subprocess.run(["mergecap", "-a", "-F", "pcapng", "-w", path] + paths, check=True, timeout=60,
               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=truth.tshark_environment())
    return path


def ask_tshark(path, filters):
    """For each filter the set of frames, or None where it is refused."""
    def some_of(n):
        server = Sharkd()
        server.load(path)
        answers = [server.selected(f.text) for f in filters[n::2]]
        server.close()
        return answers
    answers = [None] * len(filters)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers[0::2], answers[1::2] = pool.map(some_of, range(2))
    return answers


def ask_ntpscope(path, f):
    """(set of frames or None, column of the fault or None)."""
    command = [os.environ["NTPSCOPE"], "packets", "--match", "wireshark", "-T", "fields", "-e", "frame.number",
           "-Y", f.text, path]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    said = run.stderr.decode("utf-8", "replace")
    if run.returncode == 0:
        return set(map(int, run.stdout.split())), None
    fault = re.search(r"bad filter, column (\d+): expected|bad filter, column (\d+): ", said)
    if run.returncode == 2 and fault:
        return None, int(fault.group(1) or fault.group(2))
    raise RuntimeError("exit status %d: %s" % (run.returncode, said[-400:]))


def some(frames):
    return " ".join(map(str, sorted(frames)[:8])) + (" ..." if len(frames) > 8 else "")


def judge(f, theirs, ours, ntp):
    """What is wrong, or None."""
    frames, column = ours
    if f.kind == "refused":
        if theirs is not None or frames is not None:
            return "not refused by %s" % ("tshark" if theirs is not None else "ntpscope")
        return None if column == f.column else "column %d is shown, expected %d" % (column, f.column)
    if frames is None:
        return "refused by ntpscope, column %d" % column
    if f.kind == "+":
        return None if theirs is None else "tshark takes it: so compare"
    if f.kind == "?":
        return "tshark has the same answer now" if theirs is not None and theirs & ntp == frames & ntp else None
    if theirs is None:
        return "refused by tshark"
    theirs, frames = theirs & ntp, frames & ntp  # who finds NTP where is tshark_fields.py's matter
    if theirs != frames:
        return "only tshark selects [%s], only ntpscope [%s]" % (some(theirs - frames), some(frames - theirs))
    if (f.kind == "none") != (not frames):
        return "selects %d frames" % len(frames)
    return None


def main():
    parser = argparse.ArgumentParser(description="compares display filters with tshark's")
    parser.add_argument("-v", "--verbose", action="store_true")
    parser.add_argument("lines", nargs="*", type=int)
    options = parser.parse_args()
    if not all(map(shutil.which, ("sharkd", "mergecap"))):
        print("skipped: needs sharkd and mergecap")
        return 77
    filters = [f for f in read_list() if not options.lines or f.number in options.lines]
    path = merged_capture()
    ntp, *theirs = ask_tshark(path, [Filter(0, "ntp")] + filters)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        ours = list(pool.map(lambda f: ask_ntpscope(path, f), filters))
    wrong = 0
    for f, their, our in zip(filters, theirs, ours):
        complaint = judge(f, their, our, ntp)
        wrong += complaint is not None
        if complaint:
            print("%s: %s" % (f, complaint))
        elif options.verbose:
            print("%s: %s" % (f, "refused" if our[0] is None else len(our[0])))
    n_refused = sum(f.kind == "refused" for f in filters)
    print("%d filters on %d NTP packets, %d to be refused: %d wrong"
          % (len(filters), len(ntp), n_refused, wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
