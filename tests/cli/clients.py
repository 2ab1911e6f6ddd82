#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ntpscope clients`: three formats of one list, its orders, both sides of each alert's edge, anonymised lists."""
import csv
import hashlib
import hmac
import io
import ipaddress
import json
import tempfile

from cli import capture, check, finish, run
from craft import SERVER, Capture

PAGE = ["ip", "name", "first", "last", "rx", "tx", "rx_flags", "tx_flags", "rx_every_s", "alert"]
SORTS = {
    "rx": ("rx", True), "tx": ("tx", True), "last": ("last", True), "first": ("first", False), "ip": ("ip", False),
    "rx_every": ("rx_every_s", False), "owed": ("owed", True), "peak": ("peak_1s", True),
    "rx_bytes": ("rx_bytes", True), "tx_bytes": ("tx_bytes", True), "delta": ("delta_mean_s", True),
    "icmp": ("icmp_errors", True), "recent_every": ("recent_every_s", False), "peak_10s": ("peak_10s", True),
    "delta_max": ("delta_max_s", True), "deltas": ("deltas", True), "poll": ("poll_log2s", False), "port": ("last_port", True),
    "kod_rate": ("kod_rate", True), "kod_deny": ("kod_deny", True), "kod_rstr": ("kod_rstr", True), "servers": ("servers", True),
    "classes": ("classes", True), "alert": ("alert", True), "name": ("name", False),
}
ALERTS = ["none", "sleep", "yellow", "red"]
CLASSES = ["active", "abusive", "rapid", "very-slow", "scanner"]


def json_rows(*args):
    return json.loads(run("clients", "--format=json", *args).out.decode())["clients"]


def csv_rows(*args):
    return list(csv.DictReader(io.StringIO(run("clients", "--format=csv", *args).out.decode())))


def cell(value):
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(value)
    return f"{value:.9f}" if isinstance(value, float) else str(value)


def formats_agree():
    for name in ("ntpsec-and-chrony.pcap", "chrony-peers.pcap", "odd-answers.pcap", "icmp-unreachable.pcap"):
        rows, cells = json_rows(capture(name)), csv_rows(capture(name))
        check(rows and [list(r) for r in rows] == [list(c) for c in cells], f"{name}: the same columns in order")
        check(list(rows[0])[:10] == PAGE, f"{name}: the appliance's columns first")
        for r, c in zip(rows, cells):
            check(all(cell(r[k]) == c[k] for k in r), f"{name}: {r['ip']}: JSON and CSV agree")
        table = run("clients", capture(name)).out.decode()
        check(all(r["ip"] in table for r in rows), f"{name}: the table has all")
        report = json.loads(run("report", "--format=json", capture(name)).out.decode())
        check(len(rows) == report["clients"]["n"], f"{name}: as many as in the report")
        check(sum(r["rx"] for r in rows) == report["clients"]["rx"], f"{name}: packets add up")


def key_of(column, row):
    v = row[column]
    if column == "ip":
        a = ipaddress.ip_address(v)
        return a.packed if a.version == 6 else b"\0" * 10 + b"\xff\xff" + a.packed
    if column == "servers":
        return len(v)
    if column == "classes":
        return sum(1 << CLASSES.index(c) for c in v)
    return ALERTS.index(v) if column == "alert" else v


def orders_are_kept(folder):
    hosts = f"{folder}/hosts"
    with open(hosts, "w") as f:
        f.write("192.0.2.101 b\n2001:db8::101 a\n")
    for name in ("ntpsec-and-chrony.pcap", "chrony-peers.pcap"):
        for sort, (column, falling) in SORTS.items():
            for reverse in (False, True):
                args = [capture(name), "--hosts", hosts, "--sort", sort] + (["--reverse"] if reverse else [])
                keys = [key_of(column, r) for r in json_rows(*args)]
                known = [k for k in keys if k is not None]
                check(known == sorted(known, reverse=falling != reverse), f"{name}: {args[2:]}: {known}")
                if sort != "name":
                    check(keys[: len(known)] == known, f"{name}: {args[2:]}: undefined last")
    default = [r["ip"] for r in json_rows(capture("chrony-peers.pcap"))]
    check(default == [r["ip"] for r in json_rows(capture("chrony-peers.pcap"), "--sort=rx")], "rx is the default")
    check(default[:2] == [r["ip"] for r in json_rows(capture("chrony-peers.pcap"), "--limit=2")], "--limit")


def talk(c, client, n, every_s, n_answered, begin=0):
    """n requests, the first n_answered of them answered."""
    for i in range(n):
        t = begin + i * every_s
        c.request(t, client, (int(client.split(".")[3]) << 32) + i + 1)
        if i < n_answered:
            c.answer(t + 0.0001, client, (int(client.split(".")[3]) << 32) + i + 1)


def alerts_stand_on_both_sides_of_their_edges(folder):
    c = Capture()
    want = {}

    def client(n, alert, *args, **kwargs):
        talk(c, f"198.51.100.{n}", *args, **kwargs)
        want[f"198.51.100.{n}"] = alert

    end = 100000
    client(1, "none", 9, 10, 0, begin=end - 80)         # too few to be red
    client(2, "red", 10, 10, 0, begin=end - 90)
    client(3, "yellow", 10, 10, 1, begin=end - 90)      # one answer: not red
    client(4, "yellow", 10, 10, 4, begin=end - 90)      # below the half
    client(5, "none", 10, 10, 5, begin=end - 90)        # the half
    client(6, "none", 9, 1, 9, begin=end - 9)           # fast, but too few
    client(7, "yellow", 10, 7.999, 10, begin=end - 80)
    client(8, "none", 10, 8, 10, begin=end - 80)
    client(9, "none", 2, 10, 2, begin=end - 1000)       # two packets never sleep
    client(10, "sleep", 3, 100, 3, begin=end - 401)     # silent for 201 s, twice 100 s are allowed
    client(11, "none", 3, 100, 3, begin=end - 400)
    client(12, "none", 3, 10, 3, begin=end - 84)        # silent for 64 s: the least limit
    client(13, "sleep", 3, 10, 3, begin=end - 85)
    client(14, "red", 10, 1, 0, begin=end - 9)          # red goes before yellow
    c.request(end, "203.0.113.1", 1)
    c.answer(end + 0.0001 - 0.0001, "203.0.113.1", 1)
    want["203.0.113.1"] = "none"
    path = c.write(f"{folder}/alerts.pcap")
    got = {r["ip"]: r["alert"] for r in json_rows(path)}
    for ip in want:
        check(got.get(ip) == want[ip], f"{ip} is {got.get(ip)}, not {want[ip]}")
    for words in (["red"], ["red,yellow"], ["none", "sleep"]):
        args = [a for w in words for a in ("--alert", w)]
        chosen = {w for x in words for w in x.split(",")}
        check({r["ip"] for r in json_rows(path, *args)} == {ip for ip in got if got[ip] in chosen}, f"--alert {words}")
    r = run("clients", "--alert=yelow", path)
    check(r.status == 2 and "did you mean 'yellow'" in r.err, f"--alert=yelow: {r.err}")


def sleep_is_at_most_36_hours(folder):
    for silence, alert in ((36 * 3600, "none"), (36 * 3600 + 1, "sleep")):
        c = Capture()
        talk(c, "198.51.100.1", 3, 80000, 3)
        c.request(160000 + silence, "203.0.113.1", 1)
        rows = {r["ip"]: r["alert"] for r in json_rows(c.write(f"{folder}/sleep.pcap"))}
        check(rows["198.51.100.1"] == alert, f"after {silence} s it is {rows['198.51.100.1']}")


def figures_are_exact(folder):
    c = Capture()
    talk(c, "198.51.100.1", 4, 64, 3)
    c.answer(300, "198.51.100.2", 77, refid=b"RATE", stratum=0)
    row, lone = json_rows(c.write(f"{folder}/exact.pcap"))
    check((row["rx"], row["tx"], row["owed"], row["deltas"]) == (4, 3, 1, 3), str(row))
    check(row["first"] == "2026-03-01T00:00:00.000000000Z" and row["last"] == "2026-03-01T00:03:12.000000000Z", str(row))
    check(row["rx_every_s"] == 64 and abs(row["delta_mean_s"] - 0.0001) < 1e-9, str(row))
    check((row["rx_flags"], row["tx_flags"]) == ("4C", "4S"), str(row))
    check((row["rx_bytes"], row["tx_bytes"], row["last_port"], row["poll_log2s"]) == (192, 144, 40000, 6), str(row))
    check(row["servers"] == [SERVER] and row["classes"] == [], str(row))
    check(lone["rx"] == 0 and lone["rx_every_s"] is None and lone["last_port"] is None, str(lone))
    check(lone["tx_flags"] == "4SR" and lone["kod_rate"] == 1, str(lone))


def names_are_defused(folder):
    hosts = f"{folder}/evil"
    with open(hosts, "w", encoding="utf-8") as f:
        f.write("192.0.2.101 =cmd|'/C,calc'!A0\n192.0.2.102 x\u202egnp.exe\n")
    rows = {r["ip"]: r["name"] for r in csv_rows("--hosts", hosts, capture("chrony-basic.pcap"))}
    check(rows["192.0.2.101"] == "'=cmd|'/C,calc'!A0", rows["192.0.2.101"])
    check(rows["192.0.2.102"] == "x\\u202egnp.exe", rows["192.0.2.102"])
    rows = {r["ip"]: r["name"] for r in json_rows("--hosts", hosts, capture("chrony-basic.pcap"))}
    check(rows["192.0.2.101"] == "=cmd|'/C,calc'!A0", "JSON needs no apostrophe")
    out = run("clients", "--hosts", hosts, capture("chrony-basic.pcap")).out.decode()
    check("\u202e" not in out, "nothing acts in the table")


def anonymised_lists_can_be_joined(folder):
    key = f"{folder}/key"
    with open(key, "wb") as f:
        f.write(b"0123456789abcdef\n")
    a = capture("chrony-basic.pcap")
    rows, plain = json_rows("--anonymise", key, "--sort=first", a), json_rows("--sort=first", a)
    for r, p in zip(rows, plain):
        ip = ipaddress.ip_address(p["ip"])
        packed = ip.packed if ip.version == 6 else b"\0" * 10 + b"\xff\xff" + ip.packed
        token = hmac.new(b"0123456789abcdef", packed, hashlib.sha256).hexdigest()[:16]
        check(r["ip"] == f"v{ip.version}-{token}", f"{r['ip']} of {p['ip']}")
        check(r["rx"] == p["rx"] and r["name"] is None, "the rest stays")
    hosts = f"{folder}/names"
    with open(hosts, "w") as f:
        f.write("192.0.2.101 secret\n")
    for format in ("table", "json", "csv"):
        out = run("clients", "--anonymise", key, "--hosts", hosts, f"--format={format}", a).out.decode()
        check("192.0.2" not in out and "2001:db8" not in out and "secret" not in out, f"{format} tells nothing")
    with open(f"{folder}/other", "wb") as f:
        f.write(b"another key of 16")
    other = {r["ip"] for r in json_rows("--anonymise", f"{folder}/other", a)}
    check(not other & {r["ip"] for r in rows}, "another key, other tokens")
    with open(f"{folder}/short", "wb") as f:
        f.write(b"fifteen octets!\n")
    for bad in (f"{folder}/short", "/dev/null", "/nonexistent", folder):
        r = run("clients", "--anonymise", bad, a)
        check(r.status == 2 and not r.out and f"'{bad}'" in r.err and r.err.count("\n") == 1, f"{bad}: {r.err}")


formats_agree()
with tempfile.TemporaryDirectory() as folder:
    orders_are_kept(folder)
    alerts_stand_on_both_sides_of_their_edges(folder)
    sleep_is_at_most_36_hours(folder)
    figures_are_exact(folder)
    names_are_defused(folder)
    anonymised_lists_can_be_joined(folder)
finish()
