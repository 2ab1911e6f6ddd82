#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where captures come from and results go: pipes, several files, damaged ones, full disks, closed pipes."""
import os
import shutil
import subprocess
import tempfile

from cli import NTPSCOPE, capture, check, finish, run

BASIC = capture("chrony-basic.pcap")
FIELDS = ["-T", "fields", "-e", "frame.number", "-e", "ntp.response_in", "-e", "ntp.delta_time"]
WAYS = [["packets"], ["packets", *FIELDS], ["packets", "--match=wireshark", *FIELDS],
        ["packets", "--format=json"], ["packets", "--format=csv"]]


def standard_input_is_a_capture_like_any_other():
    with open(BASIC, "rb") as f:
        data = f.read()
    for way in WAYS:
        expected = run(*way, BASIC).out.replace(BASIC.encode(), b"-")
        check(run(*way, "-", stdin=data).out == expected, f"{way}: a pipe")
        with open(BASIC, "rb") as f:
            check(run(*way, "-", stdin=f).out == expected, f"{way}: a redirected file")


def several_files_are_one_run():
    other = capture("chrony-keys.pcap")
    alone = [run(*FIELDS[:0], "packets", *FIELDS, p).out.count(b"\n") for p in (BASIC, other)]
    both = run("packets", *FIELDS, BASIC, other)
    check(both.status == 0 and both.out.count(b"\n") == sum(alone), "rows of two files")
    check(both.out == run("packets", *FIELDS, other, BASIC).out, "the order of the arguments does not matter")
    frames = [int(line.split(b"\t")[0]) for line in both.out.splitlines()]
    check(frames == sorted(set(frames)), "frame numbers go on")


def damaged_captures_give_what_was_read():
    whole = run("packets", *FIELDS, BASIC).out
    with open(BASIC, "rb") as f:
        data = f.read()
    with tempfile.NamedTemporaryFile(suffix=".pcap") as f:
        f.write(data[:-10])
        f.flush()
        for way in WAYS:
            r = run(*way, f.name)
            check(r.status == 1, f"{way}: status {r.status}")
            check(r.err.count("\n") == 1 and "warning: " in r.err and f.name in r.err, f"{way}: {r.err!r}")
            check(r.out, f"{way}: a result")
        r = run("packets", "-T", "fields", "-e", "frame.number", f.name)
        check(r.out.splitlines() == [line.split(b"\t")[0] for line in whole.splitlines()][:-1], "all but the last")


def a_file_that_is_none_is_refused():
    r = run("packets", "-", stdin=b"this is no capture at all, only some text\n" * 5)
    check(r.status == 2 and not r.out and r.err.count("\n") == 1, f"text: {r.status} {r.err!r}")


def a_full_disk_is_an_error():
    for way in WAYS:
        with open("/dev/full", "wb") as full:
            r = run(*way, BASIC, stdout=full)
        check(r.status == 2 and "cannot write to standard output: No space left" in r.err, f"{way}: {r.err!r}")
        r = run(*way, BASIC, "-o", "/dev/full")
        check(r.status == 2 and "cannot write '/dev/full': No space left" in r.err, f"{way}: {r.err!r}")
    for args in (["--help"], ["--version"], ["packets", "--help"], ["help", "packets"]):
        with open("/dev/full", "wb") as full:
            r = run(*args, stdout=full)
        check(r.status == 2 and "cannot write" in r.err, f"{args}: {r.status} {r.err!r}")


def a_closed_pipe_is_left_quietly():
    with tempfile.TemporaryDirectory() as d:
        # Output for many pipes; copies, since the same file given twice is worth a warning.
        copies = [shutil.copy(BASIC, f"{d}/{i}.pcap") for i in range(50)]
        for ignore in (True, False):
            # A child of Python ignores SIGPIPE unless it is told not to.
            p = subprocess.Popen([NTPSCOPE, "packets", *copies], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 restore_signals=not ignore)
            p.stdout.read(10)
            p.stdout.close()
            err = p.stderr.read()
            p.stderr.close()
            p.wait(60)
            check(err == b"", f"nothing is said: {err!r}")


def a_result_may_go_to_a_file():
    with tempfile.TemporaryDirectory() as d:
        r = run("packets", BASIC, "-o", d + "/out")
        check(r.status == 0 and r.out == b"", "nothing on standard output")
        with open(d + "/out", "rb") as f:
            check(f.read() == run("packets", BASIC).out, "the same bytes")


def count_ends_early_and_well():
    r = run("packets", "-T", "fields", "-e", "frame.number", "-c", "3", BASIC)
    check(r.status == 0 and r.out.count(b"\n") == 3, f"{r.status} {r.out!r}")


def color_is_asked_for_or_absent():
    check(b"\033" not in run("packets", BASIC).out, "none into a pipe")
    check(b"\033[1m" in run("packets", "--color=always", BASIC).out, "always")
    check(b"\033" not in run("packets", "--color=never", BASIC).out, "never")


def a_terminal_shows_color_unless_no_color():
    for env, wanted in (({"TERM": "xterm", "NO_COLOR": ""}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False),
                        ({"TERM": "dumb", "NO_COLOR": ""}, False)):
        main, side = os.openpty()
        r = run("packets", "-c", "1", BASIC, stdout=side, env=env)
        shown = os.read(main, 65536)
        os.close(main)
        os.close(side)
        check(r.status == 0 and (b"\033[1m" in shown) == wanted, f"{env}: {shown[:60]!r}")


def the_filter_keeps_frame_numbers():
    every = run("packets", "-T", "fields", "-e", "frame.number", "-e", "udp.srcport", BASIC).out.splitlines()
    some = run("packets", "-T", "fields", "-e", "frame.number", "-e", "udp.srcport", "-f", "udp src port 123",
               BASIC).out.splitlines()
    check(some and some == [line for line in every if line.endswith(b"\t123")], "rows from port 123 only")


for test in (standard_input_is_a_capture_like_any_other, several_files_are_one_run,
             damaged_captures_give_what_was_read, a_file_that_is_none_is_refused, a_full_disk_is_an_error,
             a_closed_pipe_is_left_quietly, a_result_may_go_to_a_file, count_ends_early_and_well,
             color_is_asked_for_or_absent, a_terminal_shows_color_unless_no_color, the_filter_keeps_frame_numbers):
    test()
finish()
