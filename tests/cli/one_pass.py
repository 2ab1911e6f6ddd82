#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`packets -T fields -e ntp.delta_time` reads once, keeps no more of a long capture than of a short one, and still
says what is known after reading everything."""
import os
import subprocess
import tempfile

from cli import NTPSCOPE, all_captures, check, finish, run, some

BUILD = os.environ.get("NTPSCOPE_BUILD", "build")
NTPGEN = os.path.join(BUILD, "tools", "ntpgen")
DELTA = ["packets", "-T", "fields", "-e", "frame.number", "-e", "ntp.request_in", "-e", "ntp.delta_time"]
SHORT, LONG = 150_000, 750_000  # packets, a thousand a second: both longer than any answer is waited for
SPARE_KB = 4096


def one_pass_pairs_as_two_do():
    for match in ("strict", "wireshark"):
        for path in some(all_captures()):
            one = run(*DELTA, "--match", match, path)
            two = run(*DELTA, "-e", "ntp.response_in", "--match", match, path)
            check(one.out.splitlines() == [line.rpartition(b"\t")[0] for line in two.out.splitlines()],
                  f"{path}: {match}")


def peak_kb(path):
    # What a sanitizer keeps aside of freed memory, and a test's filling of what nobody touches, are not meant.
    env = {**os.environ, "ASAN_OPTIONS": "quarantine_size_mb=1", "MALLOC_PERTURB_": "0"}
    p = subprocess.Popen([NTPSCOPE, *DELTA, path], stdout=subprocess.DEVNULL, env=env)
    _, status, usage = os.wait4(p.pid, 0)
    p.returncode = os.waitstatus_to_exitcode(status)
    check(p.returncode == 0, "reads what was generated")
    return usage.ru_maxrss


def a_long_capture_takes_no_more_memory_than_a_short_one():
    if not os.path.exists(NTPGEN):
        return
    peaks = []
    for n in (SHORT, LONG):
        with tempfile.NamedTemporaryFile(suffix=".pcap") as f:
            subprocess.run([NTPGEN, "-p", "bench", "-r", "1000", "-c", "1000", "-n", str(n), "-o", f.name], check=True,
                           stdout=subprocess.DEVNULL)
            peaks.append(peak_kb(f.name))
    check(peaks[1] < peaks[0] + SPARE_KB, f"peaks of {peaks[0]} and {peaks[1]} kB")


for test in (one_pass_pairs_as_two_do, a_long_capture_takes_no_more_memory_than_a_short_one):
    test()
finish()
