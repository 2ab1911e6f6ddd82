#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ntpscope query` as a user runs it, without a server: what does not fit together, what --help and docs/formats.md
promise, key files and certificates that cannot be read, and a port of this machine on which nobody listens."""
import json
import os
import re
import resource
import tempfile

from cli import check, closed_port, finish, run

NOBODY = "127.0.0.1"


def usage():
    for words, said in (
            ([], "an argument is missing"),
            (["-4", "-6", "x"], "-4 and -6"),
            (["-a", "1", "x"], "-k FILE"),
            (["-k", "/dev/null", "x"], "-a ID"),
            (["-a", "1", "-k", "/dev/null", "x"], "'/dev/null' has no key 1"),
            (["-a", "1", "-k", "/nonexistent", "x"], "/nonexistent"),
            (["-a", "1", "-k", "/dev/null", "--nts", "x"], "-a and --nts"),
            (["-o", "6", "x"], "6"),
            (["-p", "65", "x"], "65"),
            (["-p", "0", "x"], "0"),
            (["-t", "0", "x"], "timeout"),
            (["--interleaved", "x"], "three samples"),
            (["--interleaved", "-p", "4", "-o", "3", "x"], "version 4"),
            (["--nts", "-o", "5", "x"], "version 4"),
            (["-a", "1", "-k", "/dev/null", "-o", "5", "x"], "versions 2 to 4"),
            (["--ca-file", "/dev/null", "x"], "--nts"),
            (["--no-verify", "x"], "--nts"),
            (["--nts", "--ca-file", "/nonexistent", "x"], "/nonexistent"),
            (["--nts", "--ca", "/nonexistent", "x"], "/nonexistent"),
            (["--nts-only-ke", "--format", "sntp", "x"], "--nts-only-ke"),
            (["--nts-only-ke", "--format", "ntpdate", "x"], "--nts-only-ke"),
            (["--nts", "--ca-file", "/dev/null", "x"], "no certificate"),
            (["--source", "nonsense", "x"], "nonsense"),
            (["--source", "192.0.2.1,192.0.2.2", "x"], "--source"),
            (["--format", "xml", "x"], "xml")):
        ran = run("query", *words)
        check(ran.status == 2 and said in ran.err and not ran.out,
              "%s: status %d, '%s' is not about '%s'" % (words, ran.status, ran.err, said))


def statuses():
    """--help, the manual of formats and the program's own sentences say the same."""
    told = re.findall(r"\b(\d\d) ([a-z-]+)(?=[,.])", run("query", "--help").out.decode())
    with open("src/engine/query_result.c") as source:
        sentences = dict(re.findall(r'= \{ "([\w-]+)", "(.*)" \}', source.read()))
    with open("docs/formats.md") as text:
        section = text.read().split("## `ntpscope query`")[1].split("\n## ")[0]
    written = re.findall(r"^\| (\d\d) \| `([\w-]+)` \| (.*) \|$", section, re.M)
    check(len(told) == 21 and told == [row[:2] for row in written], "--help is not docs/formats.md: %s" % told)
    wrong = [name for _, name, sentence in written if sentences.get(name) != sentence]
    check(not wrong, "docs/formats.md has other sentences for %s" % wrong)


def nobody_listens():
    port = closed_port()
    for output, status, word in (("table", 11, b"refused"), ("sntp", 11, b"refused"), ("ntpdate", 11, b"no server"),
                                 ("nagios", 2, b"NTP CRITICAL: refused")):
        ran = run("query", "--port", port, "--format", output, NOBODY)
        check(ran.status == status and word in ran.out and not ran.err, "%s: %d %s" % (output, ran.status, ran.out))
    ran = run("query", "--port", port, "--format", "json", NOBODY, "::1")
    servers = json.loads(ran.out)["servers"]
    check(ran.status == 11 and [s["result"] for s in servers] in (["refused"] * 2, ["refused", "unreachable"]),
          "json: %d %s" % (ran.status, [s["result"] for s in servers]))
    check(servers[0]["why"] == "ICMP from 127.0.0.1: port unreachable", "json: %s" % servers[0]["why"])


def another_kind_of_address():
    ran = run("query", "--source", "::1", "--format", "json", NOBODY)
    server = json.loads(ran.out)["servers"][0]
    check(ran.status == 23 and "--source" in server["why"], "--source of another kind: %s" % server["why"])
    check(server["asked"] > "2026", "asked at %s" % server["asked"])


def more_servers_than_a_shell_has_descriptors():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
    ran = run("query", "--port", closed_port(), "--format", "json", *[NOBODY] * 100)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    results = {s["result"] for s in json.loads(ran.out)["servers"]}
    check(results == {"refused"}, "100 servers with 64 descriptors: %s" % results)


def what_cannot_be_written():
    ran = run("query", "--port", closed_port(), "--output", "/nonexistent/x", NOBODY)
    check(ran.status == 2 and "/nonexistent/x" in ran.err, "no such folder: %d %s" % (ran.status, ran.err))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "answer")
        ran = run("query", "--port", closed_port(), "--output", path, NOBODY)
        with open(path) as out:
            check(ran.status == 11 and "refused" in out.read() and not ran.out, "--output: %d" % ran.status)
    with open("/dev/full", "wb") as full:
        ran = run("query", "--port", closed_port(), NOBODY, stdout=full)
        check(ran.status == 2 and ran.err, "a full disk: %d %s" % (ran.status, ran.err))


usage()
statuses()
nobody_listens()
another_kind_of_address()
more_servers_than_a_shell_has_descriptors()
what_cannot_be_written()
finish()
