#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ntpscope packets`: tree, hex, Elasticsearch lines, frames written, filters, and how wide a line is."""
import json
import os
import re
import subprocess
import tempfile

from cli import all_captures, capture, check, finish, on_terminal, run, some

BASIC = capture("chrony-basic.pcap")
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def columns(*args, fields=("frame.number",)):
    r = run("packets", "-T", "fields", *[x for f in fields for x in ("-e", f)], *args)
    return [line.split("\t") for line in r.out.decode().splitlines()]


def lines_fit_the_terminal():
    for path in (BASIC, capture("ntpsec-mode6.pcap"), capture("odd-answers.pcap"), capture("icmp-unreachable.pcap")):
        for width in (60, 80, 100, 120, 150, 180):
            text = on_terminal(width, "packets", "--all", path)
            check(ESCAPE.search(text) is not None, f"{path} at {width}: colour on a terminal")
            for line in ESCAPE.sub("", text).splitlines():
                check(len(line) <= width, f"{path} at {width}: {len(line)} columns: {line!r}")
                check(line == line.rstrip(), f"{path} at {width}: blanks at the end of {line!r}")


def the_kiss_code_is_seen_on_every_terminal():
    path = capture("ntpsec-restrict.pcap")
    kisses = run("packets", path).out.count(b"kod RATE")
    check(kisses > 0, "kisses are in the capture")
    for width in (80, 100, 120, 150, 180):
        text = on_terminal(width, "packets", path)
        check(text.count("kod RATE") == kisses, f"{width} columns: {text.count('kod RATE')} of {kisses}")


def colour_and_width_go_in_a_pipe():
    for args in ((), ("-V",), ("-x",)):
        r = run("packets", *args, BASIC)
        check(b"\x1b" not in r.out, f"{args}: no colour in a pipe")
        check(b"\x1b[" in run("packets", "--color=always", *args[:1], BASIC).out or args == ("-x",), f"{args}: asked for")
        bad = [line for line in r.out.splitlines() if line != line.rstrip()]
        check(not bad, f"{args}: blanks at the end of {bad[:1]}")
    heads = run("packets", BASIC).out.decode().splitlines()[0].split()
    check(heads == "FRAME TIME STREAM SOURCE DESTINATION V MODE ST REFID POLL LEN DELTA CLASS NOTES".split(), f"{heads}")


def long_names_have_room_from_their_first_row_on():
    with tempfile.NamedTemporaryFile("w") as f:
        f.write("2001:db8::106 a-name-longer-than-its-column.example.net\n")
        f.flush()
        out = run("packets", "--hosts", f.name, "-Y", "udp.length == 56", capture("ntpsec-mode6.pcap")).out.decode()
    parts = [re.search(r"\d (client|server).* 48 ", row).group(0) for row in out.splitlines()[1:]]
    check("a-name-longer" in out, "the name is shown")
    check(len({len(part) for part in parts}) == 1, f"columns behind the name: {parts}")


def the_tree_has_a_head_for_each_packet():
    for path in all_captures():
        r = run("packets", "-V", path)
        if r.status == 2:
            continue
        frames = [int(n) for n in re.findall(r"^Frame (\d+):", r.out.decode(), re.M)]
        check(frames == [int(c[0]) for c in columns(path)], f"{path}: frames of the tree")
        check(not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", r.out), f"{path}: no control octets")
        r.out.decode("utf-8")


def hex_is_the_frame():
    text = run("packets", "-x", "-c", "1", BASIC).out.decode()
    dump = "".join(line[4:54].replace(" ", "") for line in text.splitlines()[2:-1])
    want = subprocess.run(["tail", "-c", "+1", BASIC], stdout=subprocess.PIPE).stdout
    check(len(dump) == 2 * int(columns("-c", "1", BASIC, fields=("frame.cap_len",))[0][0]), "as many octets")
    check(bytes.fromhex(dump) in want, "the octets of the file")


def elasticsearch_gets_two_lines_a_packet():
    lines = run("packets", "-T", "ek", "-e", "frame.number", "-e", "ntp.xmt", "-e", "ipv6.addr", BASIC).out.splitlines()
    table = columns(BASIC, fields=("frame.number", "frame.time_epoch", "ntp.xmt"))
    check(len(lines) == 2 * len(table), "lines")
    for head, body, (number, epoch, xmt) in zip(lines[::2], lines[1::2], table):
        check(re.fullmatch(r"packets-\d{4}-\d\d-\d\d", json.loads(head)["index"]["_index"]), f"{head}")
        doc = json.loads(body)
        check(doc["timestamp"] == epoch.replace(".", "")[:-6], f"{doc} at {epoch}")
        check(doc["layers"]["frame_number"] == [number] and doc["layers"]["ntp_xmt"] == [xmt], f"{doc}")
    both = [d for d in map(json.loads, lines[1::2]) if "ipv6_addr" in d["layers"]]
    check(both and all(len(d["layers"]["ipv6_addr"]) == 2 for d in both), "both addresses")
    everything = json.loads(run("packets", "-T", "ek", "-c", "1", BASIC).out.splitlines()[1])["layers"]
    check(len(everything) > 30 and "ntp_stratum" in everything, f"all fields: {sorted(everything)}")


def settings_may_be_joined():
    args = ["-e", "frame.number", "-e", "ntp.flags", "-c", "1", BASIC]
    want = run("packets", "-T", "fields", "-E", "header=y", "-E", "separator=,", *args).out
    for joined in ("header=y,separator=,", "separator=,,header=y"):
        check(run("packets", "-T", "fields", "-E", joined, *args).out == want, joined)
    for wrong in ("header=y,quote=x", "header=y,", "colour=y"):
        r = run("packets", "-T", "fields", "-E", wrong, *args)
        check(r.status == 2 and wrong in r.err, f"{wrong}: {r.err!r}")


def a_filter_chooses_rows_of_every_form():
    path = capture("odd-answers.pcap")
    answer = "ntp.flags.mode == 4"
    want = [c[0] for c in columns(path, fields=("frame.number", "ntp.flags.mode")) if c[1] == "4"]
    check(want == [c[0] for c in columns("-Y", answer, path)], "fields")
    check(want[:3] == [c[0] for c in columns("-Y", answer, "-c", "3", path)], "-c counts what matched")
    doc = json.loads(run("packets", "-T", "json", "-Y", answer, path).out)
    check(want == [str(p["frame"]) for p in doc["packets"]], "json")
    check(any("delta_s" in p for p in doc["packets"]), "responses keep their requests")
    tree = run("packets", "-V", "-x", "-Y", answer, path).out.decode()
    check(want == re.findall(r"^Frame (\d+):", tree, re.M), "tree")
    r = run("packets", "-Y", "ntp.nothing == 1", path)
    check(r.status == 2 and not r.out, "an unknown field")


def few_rows_are_paired_like_all():
    for name in ("odd-answers.pcap", "chrony-basic.pcap", "fragments.pcap"):
        whole = run("packets", capture(name)).out.splitlines()
        for n in (1, 2, 5, 20):
            few = run("packets", "-c", str(n), capture(name)).out.splitlines()
            check([line.split() for line in few] == [line.split() for line in whole[: n + 1]], f"{name}: {n} rows")


def packets_of(path, *args):
    """Time, lengths and link type of each frame, as we read it."""
    fields = ("frame.time_epoch", "frame.len", "frame.cap_len", "ntp.xmt", "ntp.flags")
    return columns("--all", *args, path, fields=fields)


def what_is_written_is_read_again():
    with tempfile.TemporaryDirectory() as d:
        out = f"{d}/out.pcapng"
        for path in some(all_captures()):
            r = run("packets", "--all", "-w", out, path)
            if r.status == 2:
                continue
            check(not r.out, f"{path}: nothing on standard output")
            check(packets_of(path) == packets_of(out), f"{path}: written and read")
            piped = run("packets", "--all", "-w", "-", path).out
            check(piped == open(out, "rb").read(), f"{path}: the same on standard output")
            os.remove(out)


def a_datagram_is_written_with_all_its_fragments():
    path = capture("fragments.pcap")
    with tempfile.TemporaryDirectory() as d:
        out = f"{d}/out.pcapng"
        run("packets", "-w", out, path)
        want = columns(path, fields=("ntp.xmt", "frame.time_epoch"))
        check(want == columns(out, fields=("ntp.xmt", "frame.time_epoch")), "the same packets are found")
        run("packets", "-Y", "ntp", "-c", "1", "-w", out, path)
        check(columns(out, fields=("ntp.xmt",)) == [[want[0][0]]], "one packet")
        times = [float(c[0]) for c in packets_of(out)]
        check(times == sorted(times), "in order")


def frames_are_not_written_where_they_would_do_harm():
    with tempfile.TemporaryDirectory() as d:
        copy = f"{d}/copy.pcap"
        with open(copy, "wb") as f:
            f.write(open(BASIC, "rb").read())
        r = run("packets", "-w", copy, copy)
        check(r.status == 2 and "cannot be written over" in r.err, f"over its input: {r.err!r}")
        check(open(copy, "rb").read() == open(BASIC, "rb").read(), "the input is as it was")
        for args in (["-V"], ["-x"], ["-T", "json"], ["-T", "fields", "-e", "ntp.xmt"], ["-o", f"{d}/x"]):
            r = run("packets", "-w", f"{d}/out", *args, BASIC)
            check(r.status == 2 and r.err.count("\n") == 1 and os.listdir(d) == ["copy.pcap"], f"{args}: {r.err!r}")
        r = run("packets", "-w", f"{d}/out", "/nonexistent")
        check(r.status == 2 and os.listdir(d) == ["copy.pcap"], "nothing stays behind")
        r = run("packets", "-w", f"{d}/none/out", BASIC)
        check(r.status == 2 and "cannot write" in r.err, f"{r.err!r}")


def forms_that_do_not_go_together_are_refused():
    for args in (["-V", "-T", "json"], ["-x", "-T", "csv"], ["-T", "csv", "--format=json"], ["-T", "json", "-e", "ip.src"]):
        r = run("packets", *args, BASIC)
        check(r.status == 2 and not r.out and r.err.count("\n") == 1, f"{args}: {r.err!r}")


for test in (lines_fit_the_terminal, the_kiss_code_is_seen_on_every_terminal, colour_and_width_go_in_a_pipe,
             long_names_have_room_from_their_first_row_on, the_tree_has_a_head_for_each_packet, hex_is_the_frame,
             elasticsearch_gets_two_lines_a_packet, settings_may_be_joined, a_filter_chooses_rows_of_every_form,
             few_rows_are_paired_like_all, what_is_written_is_read_again, a_datagram_is_written_with_all_its_fragments,
             frames_are_not_written_where_they_would_do_harm, forms_that_do_not_go_together_are_refused):
    test()
finish()
