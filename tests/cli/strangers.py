#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that strangers chose are shown, never obeyed; hosts files are read with patience and refused with a
reason; a capture that is given twice is told."""
import os
import tempfile

from cli import capture, check, finish, run

CAPTURE = capture("chrony-basic.pcap")
HIDDEN = [*range(0x80, 0xA0), *range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2066, 0x206A)]


def raw(*args, **more):
    """The run's standard error as octets, strict: what is no UTF-8 fails the test."""
    r = run(*args, **more)
    check("\ufffd" not in r.err, f"{args}: standard error is UTF-8: {r.err!r}")
    return r


def shown(text, what):
    check(not any(chr(c) in text for c in HIDDEN), f"{what}: hidden characters in {text!r}")


def file_names_do_not_act_on_the_terminal():
    rows = {
        b"\xc2\x9bx": "\\x9bx",
        b"\x9bx": "\\x9bx",
        b"a\xff\xe2\x80": "a\\xff\\xe2\\x80",
        "\u202egpj".encode(): "\\u202egpj",
        "a\u2066b\u2069".encode(): "a\\u2066b\\u2069",
        "a\u200bb\u2028c".encode(): "a\\u200bb\\u2028c",
        "µs-日本".encode(): "µs-日本",
    }
    for name, says in rows.items():
        for c in ("packets", "report", "clients", "exchanges"):
            r = raw(c, b"/nonexistent/" + name)
            check(r.status == 2 and f"'/nonexistent/{says}': No such file" in r.err, f"{c} {name}: {r.err!r}")
            shown(r.err, f"{c} {name}")
    r = raw("packets", b"--\xc2\x9b\xe2\x80\xae", CAPTURE)
    check("'--\\x9b\\u202e'" in r.err, f"options, too: {r.err!r}")
    long = "/nonexistent/" + "\u202e" * 1000
    r = raw("packets", long)
    check(r.err.endswith("\n") and r.err.count("\n") == 1, "a long name ends its line")
    shown(r.err, "long")


def with_hosts(text, command, *args):
    with tempfile.NamedTemporaryFile("wb", suffix=".hosts") as f:
        f.write(text)
        f.flush()
        r = raw(command, "--hosts", f.name, *args, CAPTURE)
        return r, f.name


def ends():
    r = run("packets", "--format=csv", CAPTURE)
    row = r.out.decode().splitlines()[1].split(",")
    return row[2], row[4]


def names_do_not_act_in_tables():
    src, dst = ends()
    hosts = f"{src} client\u202eone\u2028x\n{dst} server\u2066two\u2069\n".encode()
    for c in ("report", "exchanges", "packets", "clients"):
        r, _ = with_hosts(hosts, c)
        out = r.out.decode()
        check(r.status == 0, f"{c}: {r.status} {r.err}")
        shown(out, f"{c} with names")
        check("\\u2066two\\u2069" in out or "client\\u202eone\\u2028x" in out, f"{c}: the names are there")
    hosts = b"%s bad\xff\x9bname\n%s \xe2\x80\n" % (src.encode(), dst.encode())
    for c in ("report", "exchanges", "packets", "clients"):
        r, _ = with_hosts(hosts, c)
        out = r.out.decode("utf-8", "replace")
        check("\ufffd" not in out and ("bad\\xff\\x9bname" in out or "\\xe2\\x80" in out), f"{c}: octets are escaped")
    hosts = ("%s %s\n%s %s\n" % (src, "\u202e" * 80, dst, "\u202e" * 80)).encode()
    r, _ = with_hosts(hosts, "packets")
    line = r.out.decode().splitlines()[1]
    check(line.count("\\u202e") == 160, "a name of the greatest length is shown whole")
    check(":123" in line, "and its port behind it")


def hosts_files_are_refused_with_a_reason():
    src, dst = ends()
    rows = {
        b"nonsense": "expected an address and a name",
        b"192.0.2.1": "expected an address and a name",
        b"192.0.2.1 # nobody": "expected an address and a name",
        b"192.0.2.1 a\x1b[31m": "name has control characters",
        b"192.0.2.1 a\xc2\x9b": "name has control characters",
        b"192.0.2.1 a\x00b": "name has control characters",
        b"192.0.2.1 a\x7f": "name has control characters",
        b"192.0.2.1 <b>": "name has a quote, a backslash or an angle bracket",
        b"192.0.2.1 " + b"x" * 300: "name is too long",
    }
    for line, says in rows.items():
        r, path = with_hosts(b"192.0.2.9 good\n" + line + b"\n", "packets")
        check(r.status == 2 and f"'{path}', line 2: {says}\n" in r.err, f"{line}: {r.err!r}")


def a_byte_order_mark_is_skipped():
    src, _ = ends()
    r, _ = with_hosts(b"\xef\xbb\xbf" + src.encode() + b" marked\n", "packets")
    check(r.status == 0 and b"marked" in r.out, f"byte order mark: {r.err!r}")
    r, path = with_hosts(src.encode() + b" a\n\xef\xbb\xbf" + src.encode() + b" marked\n", "packets")
    check(r.status == 2 and f"'{path}', line 2" in r.err, "only at the beginning")


def a_capture_given_twice_is_told():
    for c in ("report", "clients", "exchanges", "packets"):
        r = run(c, CAPTURE, CAPTURE)
        check(r.status == 0, f"{c}: status {r.status}")
        check(r.err == f"ntpscope {c}: warning: '{CAPTURE}' is given twice: it counts twice\n", f"{c}: {r.err!r}")
        r = run(c, CAPTURE, capture("openntpd.pcap"))
        check(r.status == 0 and not r.err, f"{c}: two captures: {r.err!r}")
    r = run("packets", CAPTURE, CAPTURE, CAPTURE)
    check(f"'{CAPTURE}' is given 3 times: it counts 3 times\n" in r.err, r.err)
    other = capture("openntpd.pcap")
    r = run("packets", CAPTURE, other, CAPTURE, other)
    check(r.err.count("\n") == 1 and "given twice" in r.err and "(and 1 more)" in r.err, r.err)
    with tempfile.TemporaryDirectory() as d:
        link = f"{d}/link.pcap"
        os.symlink(os.path.abspath(CAPTURE), link)
        r = run("packets", link, CAPTURE)
        check("is given twice" in r.err and r.status == 0, f"by another name: {r.err!r}")
    with open(CAPTURE, "rb") as f:
        r = run("packets", "-", CAPTURE, stdin=f)
        check(r.status == 0 and not r.err, f"standard input is not looked at: {r.err!r}")


file_names_do_not_act_on_the_terminal()
names_do_not_act_in_tables()
hosts_files_are_refused_with_a_reason()
a_byte_order_mark_is_skipped()
a_capture_given_twice_is_told()
finish()
