#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ntpscope graph`: its forms, its options, what it refuses; figures against `exchanges`."""
import csv
import io
import json
import os
import re
import struct
import tempfile
import xml.dom.minidom
import zlib

from cli import capture, check, finish, on_terminal, run
from craft import START, Capture

MANY = capture("ntpsec-and-chrony.pcap")


def graph(*args):
    return run("graph", *args)


def as_json(*args):
    r = graph("--format=json", *args)
    check(r.status == 0, f"{args}: {r.status} {r.err}")
    return json.loads(r.out)


def deltas(path, *args):
    rows = csv.DictReader(io.StringIO(run("exchanges", "--format=csv", *args, path).out.decode()))
    return [r for r in rows if r["delta_s"] and r["class"] != "duplicate" and r["mode"] not in ("6", "7")]


def pixels(data):
    """(width, height, distinct rows) of an 8-bit PNG."""
    check(data[:8] == b"\x89PNG\r\n\x1a\n", "PNG signature")
    width, height = struct.unpack(">II", data[16:24])
    at, packed = 8, b""
    while at < len(data):
        n, kind = struct.unpack(">I4s", data[at:at + 8])
        if kind == b"IDAT":
            packed += data[at + 8:at + 8 + n]
        at += 12 + n
    raw = zlib.decompress(packed)
    line = len(raw) // height
    return width, height, len({raw[i * line:(i + 1) * line] for i in range(height)})


def figures_are_those_of_the_exchanges():
    for name in ("chrony-basic.pcap", "ntpsec-and-chrony.pcap", "chrony-peers.pcap", "odd-answers.pcap"):
        rows = deltas(capture(name))
        want = sorted(float(r["delta_s"]) for r in rows)
        g = as_json(capture(name))
        s = g["series"][0]
        check(s["n"] == len(want) == sum(i["n"] for i in s["intervals"]), f"{name}: n {s['n']} {len(want)}")
        check((s["min_s"], s["max_s"]) == (want[0], want[-1]), f"{name}: min and max")
        check(abs(s["avg_s"] - sum(want) / len(want)) < 2e-9, f"{name}: avg")
        check(max(i["max_s"] for i in s["intervals"]) == want[-1], f"{name}: no spike is lost")
        by = as_json("--by", "server", capture(name))
        servers = {}
        for r in rows:
            servers[r["server"]] = servers.get(r["server"], 0) + 1
        got = {x["name"]: x["n"] for x in by["series"]}
        top = dict(sorted(servers.items(), key=lambda kv: -kv[1])[:5])
        check(sorted(got.values())[-1] == max(top.values()) and sum(got.values()) == len(want), f"{name}: by server")
        offsets = as_json("-y", "offset", capture(name))["series"][0]
        check(offsets["n"] <= len(want), f"{name}: offsets")


def one_spike_is_seen_at_every_width(folder):
    c = Capture()
    for i in range(3000):
        c.request(i * 0.1, "198.51.100.1", i + 1)
        c.answer(i * 0.1 + (0.010 if i == 1234 else 0.00002), "198.51.100.1", i + 1)
    path = c.write(f"{folder}/spike.pcap")
    for interval in ("1ms", "50ms", "1s", "7s", "1min", "1h"):
        s = as_json("--interval", interval, path)["series"][0]
        tall = [i for i in s["intervals"] if i["max_s"] >= 0.0099]
        check(len(tall) == 1 and abs(tall[0]["max_s"] - 0.01) < 1e-9, f"{interval}: the spike")
    for width in (200, 333, 1200, 5000):
        svg = graph("--linear", "-o", "-", f"--size={width}x400", path).out.decode()
        top = min(float(p.split("V")[0].split()[1]) for p in svg.split('d="M')[1:] if "V" in p[:20] for p in
                  p.split('"')[0].split("M"))
        check(top < 100, f"{width}: the spike reaches the top: {top}")
    text = graph("--linear", path).out.decode()
    check("10 ms" in text and "│" in text, "on the terminal")


def a_burst_is_seen_whoever_it_came_from(folder):
    """Of rates: many seconds share a column, and one of them has a hundred requests."""
    c = Capture()
    for i in range(3000):
        c.request(i, f"198.51.100.{i % 2}", i + 1)
    for i in range(100):
        c.request(1234 + i * 0.001, "198.51.100.1", 10000 + i)
    path = c.write(f"{folder}/burst.pcap")
    for args in ([], ["--by", "client"], ["--by", "version"], ["--by", "client", "--agg", "max"]):
        svg = graph("-y", "rate", *args, "--size=300x300", "-o", "-", path).out.decode()
        plot = svg.split("<g clip-path")[1].split("</g>")[0]
        top = min(float(y) for y in re.findall(r"[ML ][0-9.]+ ([0-9.]+)", plot))
        check(top < 120, f"{args}: the burst reaches the top: {top}")
        words = re.search("requests/s[^<]*", svg).group()
        alone = args in ([], ["--by", "version"])
        check(("area" in words) == alone and ("busiest 1 s" in words) == ("--agg" not in args), f"{args}: {words}")


def pictures_are_whole(folder):
    kinds = ([], ["--by", "server"], ["--by", "client", "--top", "2"], ["--by", "stream"], ["--by", "version"],
             ["--histogram"], ["--histogram", "--log"], ["--scatter"], ["-y", "rate"], ["-y", "clients"],
             ["-y", "offset", "--log"], ["--agg", "max,avg,p99", "--interval", "1s"], ["--relative"], ["--local"],
             ["-y", "ntp.rootdelay"], ["-Y", "ntp.flags.mode == 4"])
    for args in kinds:
        for theme in ("light", "dark"):
            r = graph("-o", "-", "--theme", theme, *args, MANY)
            check(r.status == 0, f"{args}: {r.err}")
            xml.dom.minidom.parseString(r.out)
            check(b"nan" not in r.out and b"inf" not in r.out, f"{args}: finite")
        r = graph("--format=png", "--size=640x400", *args, MANY)
        if "built without PNG" not in r.err:
            width, height, rows = pixels(r.out)
            check((width, height) == (640, 400) and rows > 30, f"{args}: PNG {width}x{height}, {rows} kinds of rows")
        check(graph(*args, MANY).out.decode().count("\n") > 5, f"{args}: on the terminal")
        check(as_json(*args, MANY)["schema"] == "ntpscope-graph-1", f"{args}: JSON")
    for name in ("a.svg", "a.PNG", "a.json", "a.txt"):
        r = graph("-o", f"{folder}/{name}", MANY)
        check(r.status == 0 and os.path.getsize(f"{folder}/{name}") > 300, f"-o {name}: {r.err}")
    check(open(f"{folder}/a.svg").read().startswith("<?xml"), "SVG by its name")


def colour_only_when_asked():
    check(b"\x1b" not in graph(MANY).out, "none in a pipe")
    check(b"\x1b[36m" in graph("--color=always", MANY).out, "on demand")


def wrong_usage_is_one_line(folder):
    wrong = (
        ["--y", "dleta"], ["--y", "ntp.nothing"], ["--y", "ip.src"], ["--y", "frame.time"], ["-o", f"{folder}/a.jpg"],
        ["-o", f"{folder}/plain"], ["--size", "1200"], ["--size", "-5x7"], ["--size", "10x10"], ["--size", "9x9x9"],
        ["--histogram", "--scatter"], ["--log", "--linear"], ["--y", "rate", "--histogram"], ["--top", "0"],
        ["--y", "clients", "--scatter"], ["--scatter", "--by", "server"], ["--agg", "median"], ["--by", "moon"],
        ["--interval", "1us"], ["-Y", "ntp.stratum =="],
    )
    for args in wrong:
        r = graph(*args, MANY)
        check(r.status == 2 and not r.out and r.err.startswith("ntpscope graph: "), f"{args}: {r.status} {r.err!r}")
        check("-Y" in args or r.err.count("\n") == 1, f"{args}: one line: {r.err!r}")
    check("did you mean 'delta'" in graph("--y", "dleta", MANY).err, "a slip of the finger")
    check(os.listdir(folder) == [], "nothing is written")
    mine = f"{folder}/mine.svg"
    with open(MANY, "rb") as f, open(mine, "wb") as g:
        g.write(f.read())
    r = graph("-o", mine, mine)
    check(r.status == 2 and "cannot be written over" in r.err, "not over an input")


def threads_and_standard_input_change_nothing():
    with open(MANY, "rb") as f:
        data = f.read()
    for args in (["--by", "client"], ["-y", "clients"], ["--histogram"]):
        one = as_json("--threads=1", *args, MANY)
        four = as_json("--threads=4", *args, MANY)
        check(one == four, f"{args}: threads")
        piped = json.loads(run("graph", "--format=json", *args, "-", stdin=data).out)
        piped["files"] = one["files"]
        check(piped == one, f"{args}: standard input")


def strangers_names_are_text(folder):
    hosts = f"{folder}/hosts"
    with open(hosts, "wb") as f:
        f.write(b"192.0.2.1 a&b;c\n192.0.2.101 it's&lt;b\n2001:db8::1 a\xff\xe2\x80\xaeb\n")
    for args in (["--by", "server"], ["--by", "client", "--top=7"]):
        r = graph("--hosts", hosts, "-o", "-", *args, MANY)
        xml.dom.minidom.parseString(r.out)
        check(b"&lt;b" not in r.out.replace(b"&amp;lt;b", b"") and b"\xe2\x80\xae" not in r.out, f"{args}: escaped")


def dates_at_both_ends_of_time_are_drawn(folder):
    def block(kind, body):
        return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)

    path = os.path.join(folder, "ends.pcapng")
    c = Capture()
    c.request(0, "203.0.113.1", 7)
    c.answer(0, "203.0.113.1", 7)
    frames = [record[16:] for _, record in c.records]
    with open(path, "wb") as f:
        f.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
        for offset in (-9223372036, 0):
            options = struct.pack("<HHB3xHHqHH", 9, 1, 9, 14, 8, offset, 0, 0)
            f.write(block(1, struct.pack("<HHI", 101, 0, 0) + options))
        for interface, ns in ((1, 2**63 - 1), (0, 0), (1, 0), (1, START * 10**9), (1, 2**63 - 1), (0, 5)):
            for frame in frames:
                size = len(frame)
                body = struct.pack("<IIIII", interface, ns >> 32, ns & 0xFFFFFFFF, size, size) + frame
                f.write(block(6, body + bytes(-size % 4)))
    for what in ("delta", "rate", "clients", "frame.len"):
        for how in (["--format=svg"], ["--format=text"], ["--format=svg", "--by=client", "--relative"],
                    ["--format=png", "-o", os.path.join(folder, "x.png")], ["--format=json"]):
            r = graph("-y", what, *how, path)
            sound = r.status in (0, 1) and "runtime error" not in r.err
            check(sound, f"{what} {how}, all of time: {r.status} {r.err}")


def empty_captures_have_graphs():
    for args in ([], ["-y", "rate"], ["--histogram"], ["--scatter"], ["--by", "client"], ["-y", "ntp.stratum"]):
        for form in ("svg", "text", "json"):
            r = graph(f"--format={form}", *args, capture("derived-header-only.pcap"))
            check(r.status == 0 and r.out, f"{args} {form}: {r.status} {r.err}")


def graphs_fit_the_terminal():
    for width in (60, 80, 120, 200):
        for args in ([], ["--histogram"], ["--scatter"], ["-y", "rate"], ["-y", "offset"], ["--by", "version"]):
            text = re.sub("\x1b\\[[0-9;]*m", "", on_terminal(width, "graph", *args, MANY, height=40))
            lines = text.splitlines()
            check(len(lines) < 40, f"{args} at {width}: {len(lines)} lines, and the prompt")
            check(all(len(line) <= width for line in lines), f"{args} at {width}: {max(lines, key=len)!r}")


figures_are_those_of_the_exchanges()
with tempfile.TemporaryDirectory() as folder:
    wrong_usage_is_one_line(folder)
with tempfile.TemporaryDirectory() as folder:
    one_spike_is_seen_at_every_width(folder)
    a_burst_is_seen_whoever_it_came_from(folder)
    pictures_are_whole(folder)
    strangers_names_are_text(folder)
    dates_at_both_ends_of_time_are_drawn(folder)
colour_only_when_asked()
threads_and_standard_input_change_nothing()
empty_captures_have_graphs()
graphs_fit_the_terminal()
finish()
