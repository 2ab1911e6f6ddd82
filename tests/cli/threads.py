#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any number of threads prints the same bytes, in every format, on every capture; a brief run takes three threads,
the formats for programs, and few captures."""
import os
import subprocess
import tempfile

from cli import BRIEF, all_captures, check, finish, run, some

BUILD = os.environ.get("NTPSCOPE_BUILD", "build")
NTPGEN = os.path.join(BUILD, "tools", "ntpgen")
SAMPLES = ["samples", "examples", "docs"]
VIEWS = [
    ("report", "text"), ("report", "json"),
    ("clients", "text"), ("clients", "json"), ("clients", "csv"),
    ("exchanges", "text"), ("exchanges", "json"), ("exchanges", "csv"),
]
THREADS = ["2", "3", "7"]
if BRIEF:
    VIEWS, THREADS = [("report", "json"), ("clients", "csv"), ("exchanges", "csv")], ["3"]
# Each run reserves much and touches little of it; with this, which meson sets, all would be written.
ENVIRONMENT = {"MALLOC_PERTURB_": "0"}
SIMULATED = [
    ["-p", "truth", "-s", "1"],
    ["-p", "day", "-s", "7", "-n", "30000"],
    ["-p", "bench", "-s", "5", "-n", "40000", "-c", "3000", "-l", "30"],
]


def captures(folder):
    yield from some(all_captures())
    for top in SAMPLES:
        for at, _, names in os.walk(top):
            yield from (os.path.join(at, n) for n in sorted(names) if ".pcap" in n)
    if os.path.exists(NTPGEN):
        for i, options in enumerate(SIMULATED):
            path = os.path.join(folder, f"{i}.pcap")
            subprocess.run([NTPGEN, *options, "-o", path], check=True, stdout=subprocess.DEVNULL)
            yield path


def compare(path, view, form):
    one = run(view, f"--format={form}", "--threads=1", path, env=ENVIRONMENT)
    for n in THREADS:
        more = run(view, f"--format={form}", f"--threads={n}", path, env=ENVIRONMENT)
        where = f"{view} --format={form} --threads={n} {os.path.basename(path)}"
        check(one.status == more.status, f"{where}: status {more.status}, not {one.status}")
        check(one.out == more.out, f"{where}: other bytes than with one thread")
        check(one.err == more.err, f"{where}: other messages than with one thread")


with tempfile.TemporaryDirectory() as scratch:
    n_captures = 0
    for capture in captures(scratch):
        n_captures += 1
        for command, style in VIEWS:
            compare(capture, command, style)
    check(n_captures > (10 if BRIEF else 20), "captures are missing")
finish()
