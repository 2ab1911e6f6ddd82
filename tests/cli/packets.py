#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ntpscope packets`: the forms agree with each other, and say what is in the captures."""
import csv
import functools
import io
import json
import tempfile

from cli import all_captures, capture, check, finish, run, some

COLUMNS = ["frame.number", "ip.src", "ipv6.src", "ntp.flags.vn", "ntp.flags.mode", "ntp.stratum"]


@functools.cache
def as_json(*args):
    r = run("packets", "--format=json", *args)
    return json.loads(r.out) if r.status < 2 else None


def all_forms_have_the_same_packets():
    for path in some(all_captures()):
        doc = as_json(path)
        fields = run("packets", "-T", "fields", *[x for c in COLUMNS for x in ("-e", c)], path)
        table = run("packets", path)
        rows = run("packets", "--format=csv", path)
        if doc is None:
            check(fields.status == table.status == rows.status == 2, f"{path}: refused by all")
            continue
        check(doc["schema"] == "ntpscope-packets-1" and doc["source"] == [path], f"{path}: head")
        frames = [p["frame"] for p in doc["packets"]]
        lines = [line.split("\t") for line in fields.out.decode().splitlines()]
        check(frames == [int(line[0]) for line in lines], f"{path}: frames of fields and JSON")
        check(frames == [int(line.split()[0]) for line in table.out.decode().splitlines()[1:]], f"{path}: table")
        cells = list(csv.DictReader(io.StringIO(rows.out.decode())))
        check(frames == [int(c["frame"]) for c in cells], f"{path}: CSV")
        for p, line in zip(doc["packets"], lines):
            if line[5] and p["mode"] < 6:
                check([str(p["version"]), str(p["mode"])] == line[3:5], f"{path}: {p['frame']}")
                check("stratum" not in p or str(p["stratum"]) == line[5], f"{path}: stratum of {p['frame']}")


def pairs_agree_in_both_directions():
    for path in all_captures():
        doc = as_json(path)
        if doc is None:
            continue
        by_frame = {p["frame"]: p for p in doc["packets"]}
        for p in doc["packets"]:
            if "request_in_frame" in p:
                asked = by_frame[p["request_in_frame"]]
                check("delta_s" in p, f"{path}: {p['frame']} has a delta")
                check("response_in_frame" in asked, f"{path}: {asked['frame']} knows its response")
            if "response_in_frame" in p:
                check(by_frame[p["response_in_frame"]]["request_in_frame"] == p["frame"], f"{path}: {p['frame']}")


def every_packet_has_a_class():
    """Also the further packets of an answer in mode 6 or 7, which are no rows of `exchanges`."""
    n = 0
    for path in all_captures():
        r = run("packets", "-T", "fields", "-e", "ntp.class", path)
        rows = r.out.decode().splitlines()
        check(all(rows), f"{path}: {sum(not c for c in rows)} of {len(rows)} without a class")
        n += len(rows)
    check(n > 1000, f"{n} packets")


def notes_name_what_is_odd():
    notes = {n for path in all_captures() for p in (as_json(path) or {"packets": []})["packets"] for n in p["notes"]}
    for n in ("nts", "mac", "kod RATE", "cut by the capture", "response", "unsynchronised"):
        check(n in notes, f"note {n!r} is somewhere in {sorted(notes)}")


def names_from_the_hosts_file_are_shown():
    path = capture("chrony-basic.pcap")
    address = as_json(path)["packets"][0]["source_address"]
    with tempfile.NamedTemporaryFile("w") as f:
        f.write(f"{address} a-good-name\n")
        f.flush()
        check(b"a-good-name:" in run("packets", "--hosts", f.name, path).out, "in the table")
        check(as_json("--hosts", f.name, path)["packets"][0]["source_name"] == "a-good-name", "in JSON")


def header_and_separator_are_those_of_tshark():
    r = run("packets", "-T", "fields", "-E", "header=y", "-E", "separator=,", "-E", "quote=d", "-e", "frame.number",
            "-e", "ntp.flags", "-c", "1", capture("chrony-basic.pcap"))
    check(r.out == b'frame.number,ntp.flags\n"4","0x23"\n', f"{r.out!r}")


for test in (all_forms_have_the_same_packets, pairs_agree_in_both_directions, every_packet_has_a_class,
             notes_name_what_is_odd, names_from_the_hosts_file_are_shown,
             header_and_separator_are_those_of_tshark):
    test()
finish()
