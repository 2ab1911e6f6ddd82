#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Intervals of `graph --match=wireshark --relative` against those of tshark's io,stat for ntp.delta_time
(which tshark knows in a second pass only)."""
import json
import os
import re
import shutil
import subprocess
import sys

CAPTURES = ("chrony-basic.pcap", "ntpsec-and-chrony.pcap", "chrony-peers.pcap", "chrony-keys.pcap", "openntpd.pcap",
            "chrony-nts-restart.pcap", "converted.pcapng", "loopback.pcap")


def theirs(path, interval):
    """{start in s: (count, max, avg)} of the intervals that hold values."""
    field = "ntp.delta_time"
    columns = ",".join(f"{f}({field}){field}" for f in ("COUNT", "MAX", "AVG"))
    out = subprocess.run(["tshark", "-2", "-q", "-z", f"io,stat,{interval},{columns}", "-r", path], check=True,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    rows = {}
    for line in out.splitlines():
        m = re.match(r"\|\s*([\d.]+)\s*<>\s*([\d.]+|Dur)\s*\|(.*)\|$", line.strip())
        if not m:
            continue
        count, most, mean = (c.strip() for c in m.group(3).split("|")[:3])
        if int(count):
            rows[float(m.group(1))] = (int(count), float(most), float(mean))
    return rows


def ours(path, interval):
    out = subprocess.run([os.environ["NTPSCOPE"], "graph", "--match=wireshark", "--relative", "--format=json",
                          f"--interval={interval}s", path], check=True, stdout=subprocess.PIPE).stdout
    g = json.loads(out)

    def ns(text):
        m = re.match(r".*T(\d+):(\d+):(\d+)\.(\d{9})Z", text)
        h, minute, s, frac = map(int, m.groups())
        return ((h * 60 + minute) * 60 + s) * 10**9 + frac

    start = ns(g["first_frame"])
    return {round(((ns(i["time"]) - start) % (86400 * 10**9)) / 1e9, 6): (i["n"], i["max_s"], i["avg_s"])
            for i in g["series"][0]["intervals"]}


def main():
    if not shutil.which("tshark"):
        print("no tshark")
        return 77
    wrong, n = [], 0
    for name in CAPTURES:
        for interval in (1, 2):
            path = f"tests/captures/{name}"
            a, b = theirs(path, interval), ours(path, interval)
            n += len(a)
            if set(a) != set(b):
                wrong.append(f"{name} {interval} s: intervals {sorted(set(a) ^ set(b))[:8]}")
                continue
            for t in a:
                # io,stat prints six decimals.
                if a[t][0] != b[t][0] or abs(a[t][1] - b[t][1]) > 1.1e-6 or abs(a[t][2] - b[t][2]) > 1.1e-6:
                    wrong.append(f"{name} {interval} s at {t}: tshark {a[t]}, ntpscope {b[t]}")
    print("\n".join(wrong[:40]))
    print(f"{n} intervals, {len(wrong)} wrong")
    return 1 if wrong or not n else 0


sys.exit(main())
