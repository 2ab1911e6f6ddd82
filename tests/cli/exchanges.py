#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ntpscope exchanges`: three formats of the same rows, their order, filters, and both ways of pairing."""
import collections
import csv
import io
import json
import os
import tempfile

from cli import all_captures, capture, check, finish, run, some
from craft import Capture

HEADER = (
    "class,request_frame,response_frame,request_time,response_time,delta_s,turnaround_s,client,client_port,"
    "server,server_port,version"
)


def rows_of(out):
    return list(csv.DictReader(io.StringIO(out.decode())))


def csv_rows(*args, **kwargs):
    return rows_of(run("exchanges", "--format=csv", *args, **kwargs).out)


def json_rows(*args):
    return json.loads(run("exchanges", "--format=json", *args).out.decode())["exchanges"]


def cell(value):
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(value)
    return f"{value:.9f}" if isinstance(value, float) else str(value)


def frame_of(row):
    """The frame that decides a row's place: the request's; that of a lone or second response."""
    return int((row["class"] != "duplicate" and row["request_frame"]) or row["response_frame"])


def formats_agree_and_rows_are_in_order():
    for path in some(all_captures()):
        name = os.path.basename(path)
        r = run("exchanges", "--format=csv", path)
        if r.status == 2:
            continue
        check(r.out.decode().startswith(HEADER), f"{name}: header")
        cells, rows = rows_of(r.out), json_rows(path)
        check([{k: cell(v) for k, v in r.items()} for r in rows] == cells, f"{name}: JSON and CSV agree")
        frames = [frame_of(c) for c in cells]
        check(frames == sorted(frames), f"{name}: in order")
        report = json.loads(run("report", "--format=json", path).out.decode())["exchanges"]
        count = collections.Counter(c["class"] for c in cells)
        for k, v in report.items():
            if isinstance(v, dict) and "packets" in v:
                check(count[k] == v["exchanges"], f"{name}: {count[k]} rows of {k}, the report has {v['exchanges']}")
        table = run("exchanges", path).out.decode().splitlines()
        dates = sum(len(line) == 10 for line in table)
        check(len(table) == 1 + dates + len(cells), f"{name}: a line each in the table")
        for c in cells:
            check((c["delta_s"] != "") == (c["request_frame"] != "" and c["response_frame"] != ""), f"{name}: delta")


def filters_choose_rows():
    a = capture("ntpsec-restrict.pcap")
    rows = csv_rows(a)
    classes = {r["class"] for r in rows}
    check(len(classes) > 1, f"several classes to choose from: {classes}")
    for c in classes:
        check(csv_rows("--class", c, a) == [r for r in rows if r["class"] == c], f"--class {c}")
    two = sorted(classes)[:2]
    check(csv_rows("--class", ",".join(two), a) == [r for r in rows if r["class"] in two], "two classes")
    for n in (1, 3, len(rows), len(rows) + 5):
        r = run("exchanges", "--format=csv", f"--limit={n}", a)
        check(r.status == 0 and len(r.out.splitlines()) == 1 + min(n, len(rows)), f"--limit={n}")
    check(len(json_rows("--limit=2", a)) == 2, "limited JSON is whole")
    r = run("exchanges", "--class=answerd", a)
    check(r.status == 2 and "did you mean 'answered'" in r.err, r.err)


def wireshark_pairs_are_those_of_packets():
    for path in some(all_captures()):
        name = os.path.basename(path)
        fields = run("packets", "--match=wireshark", "-T", "fields", "-e", "frame.number", "-e", "ntp.request_in",
                     "-e", "ntp.delta_time", path)
        if fields.status == 2:
            continue
        want = {}
        for line in fields.out.decode().splitlines():
            frame, request, delta = line.split("\t")
            if request:
                want[(int(request), int(frame))] = delta
        rows = csv_rows("--match=wireshark", path)
        got = {(int(r["request_frame"]), int(r["response_frame"])): r["delta_s"] for r in rows if r["delta_s"]}
        check(got == want, f"{name}: pairs {set(got) ^ set(want)}")
        check(all((r["class"] == "answered") == (r["delta_s"] != "") for r in rows), f"{name}: pairs are answered")
        frames = [frame_of(r) for r in rows]
        check(frames == sorted(frames), f"{name}: in order")
        seen = {int(r[k]) for r in rows for k in ("request_frame", "response_frame") if r[k]}
        packets = {int(line.split("\t")[0]) for line in fields.out.decode().splitlines()}
        check(seen == packets, f"{name}: every packet has its row: {seen ^ packets}")


def standard_input_gives_the_same():
    a = capture("chrony-basic.pcap")
    with open(a, "rb") as f:
        data = f.read()
    for match in ("strict", "wireshark"):
        check(csv_rows(f"--match={match}", a) == csv_rows(f"--match={match}", "-", stdin=data), f"-: {match}")


def figures_are_exact(folder):
    c = Capture()
    c.request(0, "198.51.100.1", 1 << 32)
    c.answer(0.000038123, "198.51.100.1", 1 << 32)
    c.answer(0.1, "198.51.100.1", 1 << 32)
    c.request(1, "2001:db8::7", 5, server="2001:db8::123")
    c.request(2, "2001:db8::7", 6, server="2001:db8::123")
    c.answer(10, "2001:db8::7", 6, server="2001:db8::123", refid=b"RATE", stratum=0)
    c.answer(30, "203.0.113.9", 99)
    c.request(100, "203.0.113.10", 100)
    rows = csv_rows(c.write(f"{folder}/exact.pcap"))
    got = [(r["class"], r["request_frame"], r["response_frame"], r["delta_s"]) for r in rows]
    check(got == [
        ("answered", "1", "2", "0.000038123"),
        ("duplicate", "1", "3", "0.100000000"),
        ("unanswered", "4", "", ""),
        ("late", "5", "6", "8.000000000"),
        ("unsolicited", "", "7", ""),
        ("unanswered", "8", "", ""),
    ], str(got))
    first = rows[0]
    check(first["request_time"] == "2026-03-01T00:00:00.000000000Z", str(first))
    check(first["response_time"] == "2026-03-01T00:00:00.000038123Z", str(first))
    check((first["client"], first["client_port"], first["server"], first["server_port"], first["version"]) ==
          ("198.51.100.1", "40000", "192.0.2.123", "123", "4"), str(first))
    check(rows[-1]["notes"] == "capture-end", str(rows[-1]))
    check([r for r in rows if r["kiss"]][0]["kiss"] == "RATE", "kiss code")


formats_agree_and_rows_are_in_order()
filters_choose_rows()
wireshark_pairs_are_those_of_packets()
standard_input_gives_the_same()
with tempfile.TemporaryDirectory() as folder:
    figures_are_exact(folder)
finish()
