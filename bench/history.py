#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench/history.py BUILD: what a year of watched servers takes, to write and to draw.

A journal is made of servers with four series each, asked every five minutes for a year.  Its days are packed, its
round-robin files made from it, and graphs of a day, a week, a month and a year are read and drawn, by a program that
starts anew each time; what an empty start takes is told beside.  Prints medians, sizes and rates.

BENCH_SERVERS (10) and BENCH_DAYS (365) change what is measured; 100 servers take ten times as long.
"""
import datetime
import math
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import time

SERVERS = int(os.environ.get("BENCH_SERVERS", 10))
DAYS = int(os.environ.get("BENCH_DAYS", 365))
EVERY_S, ROUNDS = 300, 7
SERIES = ("offset_s", "delay_s", "reach_polls", "stratum")
LIMIT_S = 900


def make_journal(folder, now):
    """So many lines; days in the journal's own form, not yet packed."""
    rng = random.Random(1)
    tails = [" every_s=300 offset_s=%.9g delay_s=%.9g reach_polls=%d stratum=2\n" %
             (rng.gauss(0, 2e-5), 2e-4 + rng.expovariate(3e4), 8 if rng.random() < 0.99 else 5) for _ in range(4093)]
    names = ["ntp%03d.example.net" % i for i in range(SERVERS)]
    first, n = now - DAYS * 86400, 0
    day = first - first % 86400
    while day < now:
        lines = []
        for t in range(max(day, first), min(day + 86400, now), EVERY_S):
            at = datetime.datetime.fromtimestamp(t, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000000000Z ")
            lines += [at + name + tails[(n + i * 7) % 4093] for i, name in enumerate(names)]
            n += SERVERS
        date = datetime.datetime.fromtimestamp(day, datetime.timezone.utc).strftime("%Y-%m-%d")
        (folder / (date + ".log")).write_text("".join(lines))
        day += 86400
    return n


def size_of(folder, pattern):
    return sum(path.stat().st_size for path in folder.glob(pattern))


def timed(*words):
    began = time.monotonic()
    subprocess.run(words, check=True, timeout=LIMIT_S, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


def median_ms(*words):
    return 1e3 * statistics.median(timed(*words) for _ in range(ROUNDS))


def main():
    build = pathlib.Path(sys.argv[1])
    program, work = build / "ntpscope", build / "bench" / "history"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    store = work / "store"
    store.mkdir()
    now = int(time.time())
    n_lines = make_journal(store, now)
    n_values = n_lines * len(SERIES)
    plain = size_of(store, "*.log")
    (work / "loopstats").write_text("%d 0.0 0.000001 1.0 0.0001 0.01 6\n" % (now // 86400 + 40587))
    packing = timed(program, "import", "--store", store, work / "loopstats")
    print("%d servers, %d series, %d days: %d values" % (SERVERS, SERVERS * len(SERIES), DAYS, n_values))
    print("journal           %8.1f MB, packed %.1f MB in %.1f s" %
          (plain / 1e6, size_of(store, "*.zst") / 1e6, packing))
    rebuild = timed(program, "history", "--store", store, "--rebuild")
    files = size_of(store, "rrd/*/*.rrd")
    print("round-robin files %8.1f MB, %.2f MB a series, made in %.1f s: %.2f million values a second" %
          (files / 1e6, files / 1e6 / len(list(store.glob("rrd/*/*.rrd"))), rebuild, n_values / rebuild / 1e6))
    floor = median_ms(program, "--version")
    print("an empty start    %8.1f ms" % floor)
    for name, back in (("day", "1d"), ("week", "7d"), ("month", "30d"), ("year", "365d")):
        one = ["history", "--store", store, "ntp000.example.net", "--range", back]
        times = [median_ms(program, *one, "-o", work / ("graph" + ending)) - floor for ending in (".json", ".svg", ".png")]
        eight = [program, "history", "--store", store, "--range", back, "-o", work / "eight.png"]
        eight += ["ntp%03d.example.net" % (i % SERVERS) for i in range(8)]
        print("%-6s one server: JSON %6.1f ms, SVG %6.1f ms, PNG %6.1f ms; eight: PNG %6.1f ms" %
              (name, *times, median_ms(*eight) - floor))
    site = timed(program, "history", "--store", store, "--site", work / "site")
    print("a site of all     %8.1f s, %.1f MB" % (site, size_of(work / "site", "*.html") / 1e6))
    assert math.isfinite(files) and files < 0.9e6 * (SERVERS * len(SERIES) + 8), "files of fixed size"


if __name__ == "__main__":
    main()
