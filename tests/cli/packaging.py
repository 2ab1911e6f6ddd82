#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is installed beside the program fits it: the sample configuration, the manual pages, the systemd unit."""
import os
import re
import shutil
import subprocess
import tempfile

from cli import check, finish, run

BUILD = os.environ["NTPSCOPE_BUILD"]


def text_of(path):
    with open(path, encoding="utf-8") as source:
        return source.read()


def the_sample_is_what_the_program_prints():
    printed = run("monitor", "--print-config").out.decode()
    check(printed == text_of("packaging/ntpscope.conf"),
          "packaging/ntpscope.conf: ntpscope monitor --print-config > packaging/ntpscope.conf")


def the_sample_is_accepted_as_it_is_and_with_all_settings_on():
    sample = text_of("packaging/ntpscope.conf")
    every = re.sub(r"^#(?=[a-z])", "", sample, flags=re.M)
    check(len(re.findall(r"^[a-z]", every, re.M)) > 30, "the sample has all settings")
    with tempfile.TemporaryDirectory() as folder:
        # The files that it names: some that there are.
        secret, hosts = (os.path.join(folder, n) for n in ("secret", "hosts"))
        for file, text in ((secret, "0123456789abcdef\n"), (hosts, "192.0.2.1 one.example\n")):
            with open(file, "w", encoding="utf-8") as out:
                out.write(text)
        every = re.sub(r"^tls-.*\n", "", every, flags=re.M)
        every = re.sub(r"^((?:password|token)-file = ).*", r"\1" + secret, every, flags=re.M)
        every = re.sub(r"^(hosts = ).*", r"\1" + hosts, every, flags=re.M)
        every = re.sub(r"^(alarm-command = ).*", r"\1/bin/true", every, flags=re.M)
        for name, text in (("as it is", sample), ("with all on", every)):
            path = os.path.join(folder, "ntpscope.conf")
            with open(path, "w", encoding="utf-8") as out:
                out.write(text)
            r = run("monitor", "--check-config", "--config", path)
            check(r.status == 0 and not r.err, "sample %s: %r" % (name, r.err))


def every_option_is_in_the_manual():
    page = os.path.join(BUILD, "packaging", "ntpscope-monitor.1")
    if not os.path.exists(page):
        print("no scdoc: manual pages are not looked at")
        return
    plain = text_of(page).replace("\\", "")
    options = re.findall(r"^ +(?:-\w, )?(--[a-z-]+)", run("monitor", "--help").out.decode(), re.M)
    check(len(options) > 20, "options found: %d" % len(options))
    for option in options:
        check(option == "--help" or option in plain, "ntpscope-monitor.1: %s" % option)
    plain = text_of(os.path.join(BUILD, "packaging", "ntpscope.conf.5")).replace("\\", "")
    for name in re.findall(r"^#([a-z-]+) =", text_of("packaging/ntpscope.conf"), re.M):
        check("fB%sfR" % name in plain, "ntpscope.conf.5: %s" % name)
    plain = text_of(os.path.join(BUILD, "packaging", "ntpscope.1"))
    for line in run("--help").out.decode().splitlines():
        if re.match(r"  \w", line):
            check("ntpscope %s" % line.split()[0] in plain, "ntpscope.1: %s" % line.split()[0])
    plain = " ".join(plain.replace("\\", "").split())
    check("30 nts-nak" in plain, "ntpscope.1: the statuses of query")
    for typed in ("rx (default) tx", "lstint (default)", "ntp.keys or", "delta, offset"):
        check(typed in plain, "ntpscope.1: what is typed begins small: %s" % typed)


def systemd_finds_the_unit_well_shut():
    if not shutil.which("systemd-analyze"):
        print("no systemd-analyze: the unit is not looked at")
        return
    unit = os.path.join(BUILD, "packaging", "ntpscope.service")
    told = subprocess.run(["systemd-analyze", "--offline=true", "security", unit], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=60)
    level = re.search(r"Overall exposure level for \S+: ([0-9.]+) (\w+)", told.stdout)
    print(level.group(0) if level else told.stdout)
    check(level and float(level.group(1)) < 2.5, "exposure")
    check("Unknown" not in told.stdout and "ignoring" not in told.stdout, "systemd understands all of the unit")


the_sample_is_what_the_program_prints()
the_sample_is_accepted_as_it_is_and_with_all_settings_on()
every_option_is_in_the_manual()
systemd_finds_the_unit_well_shut()
finish()
