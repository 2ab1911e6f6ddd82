#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`streams --all` counts the packets and octets, each way, that `tshark -z conv,udp` and `-z conv,tcp` count.

usage: conversations.py [--keep] [CAPTURE ...]
"""
import collections
import csv
import io
import ipaddress
import os
import re
import subprocess
import sys

import truth
from kept import Kept, tshark
from streams import EXPLAINED

# Captures in which tshark counts otherwise.  See docs/differences.md.
DIFFERENT = {
    "derived__fuzz2-match-semantics.pcap",              # cut-tcp-headers
    "lab__snaplen60.pcap",                              # cut-tcp-headers
    "the-tcpdump-group-tcpdump__ipv6-routing-header.pcap",  # routing-headers
}

ROW = re.compile(r"(\S+):(\d+)\s+<->\s+(\S+):(\d+)\s+(\d+) (\S+ \S+)\s+(\d+) (\S+ \S+)\s+(\d+) (\S+ \S+)\s")
SCALE = {"bytes": 1, "kB": 1000, "MB": 10**6, "GB": 10**9}


def ask(path):
    return {kind: [list(m.groups()) for m in map(ROW.match, tshark("-q", "-z", "conv," + kind, "-r", path)) if m]
            for kind in ("udp", "tcp")}


def address(text):
    a = ipaddress.ip_address(text)
    return str(getattr(a, "ipv4_mapped", None) or a)


def theirs_by_ends(rows):
    """{ends: [(packets and octets of a, of b), ...]}: ports that were taken again make several."""
    found = collections.defaultdict(list)
    for a, a_port, b, b_port, back, back_bytes, there, there_bytes, _, _ in rows:
        one, two = (address(a), int(a_port)), (address(b), int(b_port))
        counts = {"->": (int(there), there_bytes), "<-": (int(back), back_bytes)}
        if one > two:
            one, two, counts = two, one, {"->": counts["<-"], "<-": counts["->"]}
        found[one, two].append((counts["->"], counts["<-"]))
    return found


def ours_by_ends(path):
    run = subprocess.run([os.environ["NTPSCOPE"], "streams", "--all", "--format", "csv", path],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    found = {"udp": collections.defaultdict(list), "tcp": collections.defaultdict(list)}
    for row in csv.DictReader(io.StringIO(run.stdout.decode())):
        one, two = (address(row["a_ip"]), int(row["a_port"])), (address(row["b_ip"]), int(row["b_port"]))
        there = int(row["packets_a_to_b"]), int(row["bytes_a_to_b"])
        back = int(row["packets_b_to_a"]), int(row["bytes_b_to_a"])
        if not there[0] + back[0]:
            continue  # only quoted in ICMP errors
        if one > two:
            one, two, there, back = two, one, back, there
        found[row["stream"][:3]][one, two].append((there, back))
    return found


def same_octets(text, n):
    """tshark prints '10 kB' for anything from 10000 to 10999."""
    number, unit = text.split()
    return int(number) == n // SCALE[unit]


def same(theirs, mine):
    return all(t[0] == m[0] and same_octets(t[1], m[1]) for t, m in zip(theirs, mine))


def same_lists(theirs, mine):
    left = list(mine)
    for t in theirs:
        match = next((m for m in left if same(t, m)), None)
        if match is None:
            return False
        left.remove(match)
    return not left


def main():
    kept = Kept("conversations", ask)
    if sys.argv[1:] == ["--keep"]:
        return kept.keep()
    n_files, n_streams, wrong = 0, 0, []
    for path in [os.path.abspath(p) for p in sys.argv[1:]] or truth.captures():
        name = os.path.basename(path)
        answer = kept.answer(path)
        if not answer or not (answer["udp"] or answer["tcp"]) or name in EXPLAINED or name in DIFFERENT:
            continue
        n_files += 1
        mine = ours_by_ends(path)
        for kind in ("udp", "tcp"):
            theirs = theirs_by_ends(answer[kind])
            n_streams += len(theirs)
            for ends in sorted(set(theirs) | set(mine[kind])):
                if not same_lists(theirs.get(ends, []), mine[kind].get(ends, [])):
                    wrong.append("%s: %s %s: Wireshark %s, ntpscope %s" % (
                        name, kind, ends, theirs.get(ends), mine[kind].get(ends)))
    for line in wrong[:40]:
        print(line)
    print("%d captures, %d conversations; %d wrong" % (n_files, n_streams, len(wrong)))
    return 1 if wrong or not n_files else 0


if __name__ == "__main__":
    sys.exit(main())
