#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""-o FILE: never over an input, never half a file under the name that was asked for."""
import os
import shutil
import subprocess
import tempfile
import time

from cli import NTPSCOPE, capture, check, finish, run

COMMANDS = (["report"], ["clients"], ["exchanges"], ["packets"])


def read(path):
    with open(path, "rb") as f:
        return f.read()


def inputs_are_spared(folder):
    mine, link, hosts = f"{folder}/a.pcap", f"{folder}/b.pcap", f"{folder}/hosts"
    shutil.copyfile(capture("chrony-basic.pcap"), mine)
    os.symlink(mine, link)
    with open(hosts, "w") as f:
        f.write("192.0.2.1 one\n")
    before = read(mine)
    for command in COMMANDS:
        for output in (mine, link):
            r = run(*command, "-o", output, mine)
            check(r.status == 2 and "cannot be written over" in r.err, f"{command} -o {output}: refused")
            with open(mine, "rb") as f:
                r = run(*command, "-o", output, "-", stdin=f)
            check(r.status == 2 and "cannot be written over" in r.err, f"{command} -o {output} - < it: refused")
            check(read(mine) == before, f"{command}: the capture is as it was")
        r = run(*command, "--hosts", hosts, "-o", hosts, mine)
        check(r.status == 2 and read(hosts) == b"192.0.2.1 one\n", f"{command}: the hosts file is as it was")
    r = run("packets", "--hosts", "/dev/zero", mine)
    check(r.status == 2 and "File too large" in r.err, f"names without end: {r.status} {r.err!r}")


def a_whole_file_takes_the_name(folder):
    out = f"{folder}/out"
    for command in COMMANDS:
        plain = run(*command, capture("chrony-basic.pcap")).out
        with open(out, "w") as f:
            f.write("old")
        check(run(*command, "-o", out, capture("chrony-basic.pcap")).status == 0, f"{command} -o")
        check(read(out) == plain, f"{command}: the same bytes as on standard output")
    left = [n for n in os.listdir(folder) if n.startswith("out") and n != "out"]
    check(not left, f"nothing stays beside it: {left}")


def the_old_file_stays_when_killed(folder):
    out = f"{folder}/killed"
    for how in ("terminate", "kill"):
        with open(out, "w") as f:
            f.write("precious")
        # A pipe that is never closed: the command waits for more in the middle of its work.
        p = subprocess.Popen([NTPSCOPE, "exchanges", "-o", out, "-"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
        p.stdin.write(read(capture("chrony-basic.pcap")))
        p.stdin.flush()
        time.sleep(0.3)
        getattr(p, how)()
        p.wait(20)
        check(read(out) == b"precious", f"{how}: the old file is as it was")
        left = [n for n in os.listdir(folder) if n.startswith("killed.")]
        check(not left, f"{how}: nothing stays beside it: {left}")


with tempfile.TemporaryDirectory() as folder:
    inputs_are_spared(folder)
    a_whole_file_takes_the_name(folder)
    the_old_file_stays_when_killed(folder)
check(run("report", "-o", "/dev/full", capture("chrony-basic.pcap")).status == 2, "a full device")
finish()
