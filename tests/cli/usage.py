#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Help, versions, and what is said to those who type something wrong: one line, exit status 2."""
import tempfile

from cli import capture, check, finish, run

commands = [line.split()[0] for line in run("--help").out.decode().splitlines() if line.startswith("  ")]

# Those that take captures; `fields` does not.
readers = [c for c in commands if "CAPTURE" in run(c, "--help").out.decode().splitlines()[0]]


def help_is_there():
    for args in ([], ["--help"], ["-h"], ["help"]):
        r = run(*args)
        check(r.status == 0 and b"usage: ntpscope" in r.out and not r.err, f"help by {args}")
    check(run("--version").out.startswith(b"ntpscope 0."), "--version")
    check("packets" in commands, "packets is listed")


def help_of_each_command_fits_a_screen():
    for c in commands:
        texts = {run(*a).out for a in ([c, "--help"], [c, "-h"], ["help", c])}
        check(len(texts) == 1, f"{c}: help is the same by each way")
        lines = texts.pop().decode().splitlines()
        check(lines[0].startswith(f"usage: ntpscope {c}"), f"{c}: first line")
        check(5 < len(lines) <= 50, f"{c}: {len(lines)} lines")
        check(all(len(line) <= 80 for line in lines), f"{c}: columns")
        check(any(line == "examples:" for line in lines), f"{c}: examples")


def wrong(*args, says):
    r = run(*args)
    check(r.status == 2, f"{args}: status {r.status}")
    check(not r.out, f"{args}: nothing on standard output")
    check(r.err.count("\n") == 1 and r.err.endswith("\n"), f"{args}: one line, not {r.err!r}")
    check(says in r.err, f"{args}: {r.err!r} should say {says!r}")


def wrong_usage_is_told_in_one_line():
    a = capture("chrony-basic.pcap")
    wrong("pakets", says="did you mean 'packets'?")
    wrong("frobnicate", says="try 'ntpscope --help'")
    wrong("help", "pakets", says="did you mean 'packets'?")
    wrong("--foo", says="unknown option '--foo'")
    for c in commands:
        wrong(c, "--frobnicate", a, says=f"ntpscope {c}: unknown option '--frobnicate'; try 'ntpscope {c} --help'")
        wrong(c, "--no-such-file", says="unknown option")
    for reader in readers:
        c, *rest = (reader, "udp.0") if reader == "follow" else (reader,)
        wrong(c, *rest, "/nonexistent/a.pcap", says="'/nonexistent/a.pcap': No such file or directory")
        wrong(c, *rest, "/", says="'/'")
        wrong(c, *rest, "README.md", says="'README.md'")
        wrong(c, *rest, says="CAPTURE")
        wrong(c, *rest, a, "--timeout", says="'--timeout' needs a value")
        wrong(c, *rest, a, "--timeout=soon", says="bad value 'soon' for '--timeout'")
        wrong(c, *rest, a, "--threads=0", says="bad value '0' for '--threads': 1 to 64")
        wrong(c, *rest, a, "--server=here", says="not an IPv4 or IPv6 address")
        wrong(c, *rest, a, "--hosts=/nonexistent", says="cannot read '/nonexistent'")
        wrong(c, *rest, a, "-o", "/nonexistent/x.svg", says="cannot write '/nonexistent/x.svg'")
        wrong(c, *rest, a, "-f", "udp port port", says="bad filter 'udp port port'")
    wrong("fields", "nothing at all", says="no field is called or means 'nothing at all'")
    wrong("fields", "ip", "udp", says="'udp' is too many")
    wrong("packets", a, "--format=xml", says="one of table json csv")
    wrong("packets", a, "-T", "xml", says="one of text json csv fields ek")
    wrong("packets", a, "-T", "fields", says="-e")
    wrong("packets", a, "-e", "ntp.xmt", says="'-e' needs '-T fields'")
    wrong("packets", a, "-T", "fields", "-e", "ntp.xmit", says="did you mean 'ntp.xmt'?")
    wrong("packets", a, "-T", "fields", "-e", "nothing", says="unknown field 'nothing'")
    wrong("packets", a, "-T", "fields", "-e", "ntp.xmt", "-E", "quote=q", says="bad value 'quote=q' for '-E'")
    wrong("packets", a, "-c", "0", says="at least 1")
    wrong("packets", a, "--fromat=csv", says="did you mean '--format'?")


def control_bytes_do_not_reach_the_terminal():
    r = run("packets", "/nonexistent/\x1b]0;x\x07\nb")
    check("\x1b" not in r.err and "\x07" not in r.err, "escape sequences are escaped")
    check(r.err.count("\n") == 1 and "\\x1b" in r.err, f"one line: {r.err!r}")
    r = run("packets", "--\x1b[31m", "x")
    check("\x1b" not in r.err, "in options, too")


def a_bad_hosts_file_is_named_with_its_line():
    with tempfile.NamedTemporaryFile("w", suffix=".hosts") as f:
        f.write("192.0.2.1 good\n# comment\nnonsense here\n")
        f.flush()
        r = run("packets", "--hosts", f.name, capture("chrony-basic.pcap"))
        check(r.status == 2 and f"'{f.name}', line 3" in r.err, r.err)


help_is_there()
help_of_each_command_fits_a_screen()
wrong_usage_is_told_in_one_line()
control_bytes_do_not_reach_the_terminal()
a_bad_hosts_file_is_named_with_its_line()
finish()
