#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`follow` gives the payload bytes that `tshark -z follow,tcp,raw` and `-z follow,udp,raw` give, from the same sides in
the same order, gaps where tshark has gaps.

usage: follow.py [--keep] [--all] [CAPTURE ...]      --all: every stream, not the first ones of each capture
"""
import json
import os
import re
import subprocess
import sys

import truth
from kept import Kept, tshark
from streams import EXPLAINED

MOST = {"udp": 6, "tcp": 25}

# What tshark does otherwise; see docs/differences.md.  capture: streams, None for all.
DIFFERENT = {
    "vxlan-outside.pcap": None,                        # follow-in-tunnels
    "lab__vxlan-ntp.pcap": None,                       # follow-in-tunnels
    "derived__encaps-ethernet.pcap": None,             # follow-in-tunnels
    "OISF-suricata-verify__decode-teredo-01_input.pcap": None,  # follow-in-tunnels
    "derived__fuzz2-match-semantics.pcap": ["tcp.1"],  # cut-tcp-headers
}


def parse(lines):
    """{stream: [[side, hex], ...]} of what several -z follow print."""
    found, stream, nodes = {}, None, 0
    for line in lines:
        head = re.match(r"Filter: (\w+)\.stream eq (\d+)", line)
        if head:
            stream, nodes = "%s.%s" % head.groups(), 0
            found[stream] = []
        elif line.startswith("Node "):
            nodes += 1
        elif line.startswith("===="):
            stream = None
        elif stream and nodes == 2 and line.strip():
            side = 1 if line.startswith("\t") else 0
            if found[stream] and found[stream][-1][0] == side:
                found[stream][-1][1] += line.strip()
            else:
                found[stream].append([side, line.strip()])
    return found


def ask_some(path, most):
    numbers = {"udp": set(), "tcp": set()}
    for line in tshark("-r", path, "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=,", "-e", "udp.stream",
                       "-e", "tcp.stream"):
        for kind, cell in zip(("udp", "tcp"), line.split("\t")):
            numbers[kind].update(int(n) for n in cell.split(",") if n)
    wanted = [(kind, n) for kind in ("udp", "tcp") for n in sorted(numbers[kind])[:most[kind]]]
    found = {}
    for i in range(0, len(wanted), 40):  # each costs tshark a tap
        args = [a for kind, n in wanted[i:i + 40] for a in ("-z", "follow,%s,raw,%d" % (kind, n))]
        found.update(parse(tshark("-q", "-r", path, *args)))
    return found


def ours(path, stream):
    run = subprocess.run([os.environ["NTPSCOPE"], "follow", stream, "--format", "json", path],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    if run.returncode not in (0, 1):
        raise RuntimeError(run.stderr.decode("utf-8", "replace")[-300:])
    found = []
    for event in json.loads(run.stdout.decode())["events"]:
        side = 0 if event["from"] == "a" else 1
        if event["kind"] == "gap" and not event["cut"] and not event["after_end"]:
            payload = ("[%d bytes missing in capture file]" % event["bytes"]).encode().hex() + "00"
        elif event["kind"] in ("data", "ntp", "packet") and not event.get("after_end"):
            payload = event["payload_hex"]
        else:
            continue
        if found and found[-1][0] == side:
            found[-1][1] += payload
        elif payload:
            found.append([side, payload])
    return found


def short(answer):
    if not answer:
        return answer
    return " ".join("%s%d:%s" % ("<" if s else ">", len(h) // 2, h[:24]) for s, h in answer[:12])


def main():
    everything = "--all" in sys.argv
    most = {"udp": 10**9, "tcp": 10**9} if everything else MOST
    kept = Kept("follow-all" if everything else "follow", lambda path: ask_some(path, most))
    if "--keep" in sys.argv:
        return kept.keep()
    n_files, n_streams, wrong = 0, 0, []
    paths = [os.path.abspath(p) for p in sys.argv[1:] if not p.startswith("--")]
    for path in paths or truth.captures():
        name = os.path.basename(path)
        if name in EXPLAINED or DIFFERENT.get(name, "") is None:
            continue
        answer = kept.answer(path)
        if not answer:
            continue
        n_files += 1
        for stream, theirs in answer.items():
            if stream in DIFFERENT.get(name, ()):
                continue
            n_streams += 1
            try:
                mine = ours(path, stream)
            except (RuntimeError, ValueError) as error:
                wrong.append("%s: %s: %s" % (name, stream, error))
                continue
            if mine != theirs:
                wrong.append("%s: %s: Wireshark %s\n    ntpscope %s" % (name, stream, short(theirs), short(mine)))
    for line in wrong[:40]:
        print(line)
    print("%d captures, %d streams; %d wrong" % (n_files, n_streams, len(wrong)))
    return 1 if wrong or not n_files else 0


if __name__ == "__main__":
    sys.exit(main())
