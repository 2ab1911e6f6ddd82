#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/formats.md names every column, key, field and note that `packets` prints, and its exit statuses hold."""
import glob
import json
import re
import tempfile

from cli import CAPTURES, capture, check, finish, run

text = open("docs/formats.md", encoding="utf-8").read()
section = text.split("## `ntpscope packets`")[1].split("\n## ")[0]
named = set(re.findall(r"`([^`]+)`", section))


def is_named(word, what):
    check(word in named, f"docs/formats.md: {what} '{word}' is not described")


def columns_and_fields_are_described():
    basic = capture("chrony-basic.pcap")
    for c in run("packets", "-c", "1", basic).out.decode().splitlines()[0].split():
        is_named(c, "column of the table")
    for c in run("packets", "--format=csv", "-c", "1", basic).out.decode().splitlines()[0].split(","):
        is_named(c, "column of the CSV")
    for e in ("separator", "aggregator", "quote", "occurrence", "header"):
        is_named(e + "=", "-E setting")


def keys_and_notes_are_described():
    for path in sorted(glob.glob(f"{CAPTURES}/*.pcap*")):
        r = run("packets", "--format=json", "--match=wireshark", "--all", "-c", "200", path)
        if r.status == 2:
            continue
        whole = json.loads(r.out)
        is_named(whole["schema"], "schema")
        for key in {k for p in whole["packets"] for k in p} | set(whole):
            is_named(key, "key")
        told = [p for p in whole["packets"] if not p["transport"].startswith("icmp")]
        for note in {n for p in told for n in p["notes"]}:
            is_named("kod RATE" if note.startswith("kod ") else note, "note")


def an_empty_file_exits_1_and_an_empty_capture_0():
    check("empty file" in section, "docs/formats.md: empty files")
    for c in ("report", "clients", "exchanges", "packets"):
        with tempfile.NamedTemporaryFile() as f:
            r = run(c, f.name)
            check(r.status == 1 and "empty file" in r.err, f"{c}: empty file: {r.status} {r.err!r}")
        r = run(c, capture("derived-header-only.pcap"))
        check(r.status == 0 and not r.err, f"{c}: a header only: {r.status} {r.err!r}")


columns_and_fields_are_described()
keys_and_notes_are_described()
an_empty_file_exits_1_and_an_empty_capture_0()
finish()
