#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every frame of every capture at hand as tshark counts it: number, time, length, captured length; and whether
the file was found damaged.  Each capture is also read through a pipe, and compressed.

usage: frames.py [--keep]
"""
import concurrent.futures
import os
import pathlib
import subprocess
import sys
import zlib

import truth
from frames_kept import KEPT, frames

ROOT = pathlib.Path(__file__).resolve().parents[2]
DUMP = pathlib.Path(os.environ.get("NTPSCOPE_BUILD", ROOT / "build")) / "tests/golden/dump-frames"

# What tshark refuses as a whole or counts otherwise, and we read.
EXPLAINED = {
    "derived__unknown-linktype.pcap": "no such link type: the frames are counted all the same",
    "the-tcpdump-group-libpcap__dsa.pcap": "link type 284 is newer than tshark 4.0",
    "the-tcpdump-group-tcpdump__atm-heapoverflow.pcap": "tshark takes a pseudo header off ATM frames",
    "derived__empty.pcap": "tshark takes a file of no octets for a whole capture, we call it damaged",
    "derived-empty.pcap": "the same",
}


def nanoseconds(text):
    """tshark prints seconds and nanoseconds apart: a minus sign may belong to either."""
    if not text:
        return None
    seconds, ns = text.lstrip("-").split(".")
    if not text.startswith("-"):
        return int(seconds) * 10**9 + int(ns)
    before_1970 = int(ns) < 10**9 and int(seconds) < 10**9
    return -int(seconds) * 10**9 - int(ns) if before_1970 else int(seconds) * 10**9 - int(ns)


def of_tshark(answer):
    found, refused = answer
    rows = [(int(row["frame.number"]), nanoseconds(row["frame.time_epoch"]), int(row["frame.len"]),
             int(row["frame.cap_len"])) for row in found if row["frame.encap_type"]]
    return rows, refused


def of_ours(arguments, data=None):
    p = subprocess.run([str(DUMP), *arguments], input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       check=False)
    rows = []
    for line in p.stdout.decode().splitlines():
        number, time, length, cap_len = line.split("\t")[:4]
        ns = None
        if time:
            seconds, fraction = time.lstrip("-").split(".")
            ns = (int(seconds) * 10**9 + int(fraction)) * (-1 if time.startswith("-") else 1)
        rows.append((int(number), ns, min(int(length), 2**31 - 1), int(cap_len)))
    return rows, p.returncode != 0 or b", 0 damaged" not in p.stderr


def gzip(data):
    """As two members, cut anywhere."""
    packed = b""
    for part in (data[:len(data) // 3], data[len(data) // 3:]):
        z = zlib.compressobj(1, zlib.DEFLATED, 31)
        packed += z.compress(part) + z.flush()
    return packed


def compare(path):
    """Returns (frames that agree, lines about what does not)."""
    ours, damaged = of_ours([str(path)])
    data = path.read_bytes()
    wrong = []
    ways = {"through a pipe": (["-"], data), "one by one": (["-b", "1", str(path)], None)}
    if path.suffix not in (".gz", ".zst", ".lz4") and data:
        ways["compressed"] = (["-b", "7", "-"], gzip(data))
    for way, (arguments, given) in ways.items():
        if of_ours(arguments, given) != (ours, damaged):
            wrong.append(f"{path.name}: {way} it reads otherwise")
    answer = frames(str(path))
    if path.name in EXPLAINED or not answer:
        return 0, wrong
    theirs, refused = of_tshark(answer)
    if len(theirs) != len(ours):
        wrong.append(f"{path.name}: tshark has {len(theirs)} frames, here {len(ours)}")
    for want, got in zip(theirs, ours):
        if want != got:
            wrong.append(f"{path.name}: tshark {want}, here {got}")
            break
    if refused != damaged:
        wrong.append(f"{path.name}: tshark failed {refused}, here {damaged}")
    return len(ours), wrong


def main():
    if sys.argv[1:] == ["--keep"]:
        return KEPT.keep()
    if not DUMP.exists():
        print("skipped: needs", DUMP)
        return 77
    paths = [pathlib.Path(p) for p in truth.captures()]
    total, wrong = 0, []
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for agreed, lines in pool.map(compare, paths):
            total += agreed
            wrong += lines
    print(f"{len(paths)} captures, {total} frames, {len(wrong)} differences")
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
