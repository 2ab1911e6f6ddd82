#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ntpscope streams` lists conversations and `ntpscope follow` follows them: choices, orders, formats, refusals."""
import csv
import io
import json
import tempfile

from cli import capture, check, finish, has_captures, run

TALK, NTS, ICMP = capture("plain-talk.pcap"), capture("chrony-nts-restart.pcap"), capture("icmp-unreachable.pcap")
SORTS = {
    "packets": lambda r: -(r["packets_a_to_b"] + r["packets_b_to_a"]),
    "bytes": lambda r: -(r["bytes_a_to_b"] + r["bytes_b_to_a"]),
    "first": lambda r: r["first"],
    "duration": lambda r: -r["duration_s"],
    "exchanges": lambda r: -r["exchanges"],
    "unanswered": lambda r: r["answered"] - r["exchanges"],
    "p50": lambda r: -r["delta_p50_s"],
    "p99": lambda r: -r["delta_p99_s"],
    "max": lambda r: -r["delta_max_s"],
}


def streams(*args):
    return json.loads(run("streams", "--format=json", *args).out.decode())["streams"]


def names(*args):
    return [r["stream"] for r in streams(*args)]


def follow(*args):
    return json.loads(run("follow", "--format=json", *args).out.decode())


def choices():
    check(names(TALK) == [], "no stream of NTP: none")
    check(names("--udp", TALK) == ["udp.%d" % i for i in range(4)], "--udp")
    check(names("--tcp", TALK) == ["tcp.%d" % i for i in range(8)], "--tcp")
    check(names("--all", TALK) == names("--udp", TALK) + names("--tcp", TALK), "--all is both")
    default = streams(NTS)
    check({r["stream"][:3] for r in default} == {"udp", "tcp"}, "NTP and NTS-KE by default")
    check(all(4460 in (r["a_port"], r["b_port"]) for r in default if r["stream"][0] == "t"), "NTS-KE only")
    check(names("-Y", "ip.addr == 192.0.2.1 && udp", "--all", TALK) == ["udp.0", "udp.1"], "-Y keeps the numbers")
    check(names("-Y", "udp.stream == 3", "--all", TALK) == ["udp.3"], "-Y with a stream")


def counts():
    rows = streams(ICMP)
    check(sum(r["icmp_errors"] for r in rows) > 10, "ICMP errors are counted")
    check(all(r["answered"] <= r["exchanges"] for r in rows), "no more answers than requests")
    report = json.loads(run("report", "--format=json", ICMP).out.decode())
    check(sum(r["exchanges"] for r in rows) == sum(s["requests"] for s in report["servers"]), "requests as in the report")
    check(sum(r["answered"] for r in rows) == sum(s["answered"] for s in report["servers"]), "answers as in the report")
    wireshark = streams("--match=wireshark", ICMP)
    check(sum(r["deltas"] for r in wireshark) == sum(r["answered"] for r in wireshark), "Wireshark's way")


def orders():
    for name, key in SORTS.items():
        for path in (NTS, ICMP):
            for reverse in (False, True):
                rows = streams("--sort", name, *(["--reverse"] if reverse else []), path)
                known = [r for r in rows if name not in ("p50", "p99", "max") or r["deltas"]]
                keys = [key(r) for r in known]
                check(keys == sorted(keys, reverse=reverse), f"--sort {name} {reverse}")
                check(rows[: len(known)] == known, f"--sort {name}: undefined last")
    check(names("--limit=3", NTS) == names(NTS)[:3], "--limit")
    check(names("--reverse", NTS) == names(NTS)[::-1], "--reverse")


def cell(value):
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(map(str, value))
    return f"{value:.9f}" if isinstance(value, float) else str(value)


def formats_agree():
    for path in (TALK, NTS, capture("vxlan-outside.pcap")):
        rows = streams("--all", path)
        cells = list(csv.DictReader(io.StringIO(run("streams", "--all", "--format=csv", path).out.decode())))
        check([[cell(v) for v in r.values()] for r in rows] == [list(c.values()) for c in cells], f"{path}: CSV")
        table = run("streams", "--all", path).out.decode()
        check(all(f"{r['stream']} " in table for r in rows), f"{path}: table")


def plain_talk_is_shown():
    text = run("follow", "udp.0", TALK).out.decode()
    check("        hello\n" in text and "        HELLO\n" in text, "UDP: what was said")
    check("tab\\there" in text and "\t" not in text, "tabs are escaped")
    text = run("follow", "tcp.2", TALK).out.decode()
    for words in ("SYN\n", "SYN ACK\n", "login: ", "Alice\\r", "\\x1b[1mHello, Alice! Grüße", "RST ACK\n", "ff fb 01"):
        check(words in text, f"telnet: {words!r}")
    check("\033" not in text, "no escape sequence without --color")
    check("\033[1mHello" not in run("follow", "tcp.2", "--color=always", TALK).out.decode(), "nor a stranger's with it")
    check("port unreachable" in run("follow", "1", TALK).out.decode(), "the ICMP error")
    check("RST ACK" in run("follow", "3", "--tcp", TALK).out.decode(), "--tcp")


def raw_is_the_payload():
    check(run("follow", "tcp.1", "--format=raw", TALK).out == b"Sunday, March 1, 2026 12:00:00-UTC\r\n", "daytime")
    both = run("follow", "tcp.0", "--format=raw", TALK).out
    sides = [run("follow", "tcp.0", "--format=raw", "--from", s, TALK).out for s in "ab"]
    check(len(both) == len(sides[0]) + len(sides[1]) and sides[0].upper() + b"bye\n" == sides[1], "both sides, each side")
    with tempfile.TemporaryDirectory() as folder:
        run("follow", "tcp:1", "--format=raw", "-o", f"{folder}/x", TALK)
        with open(f"{folder}/x", "rb") as f:
            check(f.read() == run("follow", "tcp.1", "--format=raw", TALK).out, "-o")
    dump = run("follow", "udp.0", "--format=hex", "--from=a", TALK).out.decode()
    check(dump.startswith("> frame 1 ") and "68 65 6c 6c 6f 0a" in dump and "<" not in dump, "hex, one side")


def ntp_and_tls_are_decoded():
    text = run("follow", "tcp.0", NTS).out.decode()
    for words in ("client hello", "ALPN ntske/1", "TLS_AES_256_GCM_SHA384", "server hello", "TLS 1.3", "FIN ACK"):
        check(words in text, f"key establishment: {words}")
    events = follow("tcp.0", NTS)["events"]
    hello = next(e for e in events if e["kind"] == "tls-record")["messages"][0]
    check(hello["alpn"] == "ntske/1" and hello["versions"] == ["TLS 1.3"], "client hello")
    first = next(r for r in streams(NTS) if r["stream"][0] == "u" and r["deltas"])
    events = follow(first["stream"], NTS)["events"]
    check([e["kind"] for e in events] == ["ntp", "ntp"], "NTP")
    check(events[1]["delta_s"] == first["delta_max_s"] and events[1]["request_frame"] == events[0]["frame"], "delta")
    check(len(bytes.fromhex(events[0]["payload_hex"])) == events[0]["bytes"], "payload")
    tree = run("follow", first["stream"], "--verbose", NTS).out.decode()
    check(len(tree.splitlines()) > 60, "--verbose adds trees")


def refusals():
    for args, words in (
        (["udp.4", TALK], "there are udp.0 to udp.3"),
        (["tcp.0", ICMP], "no frame holds TCP"),
        (["udp.0", "-Y", "tcp", TALK], "passes the filter"),
        (["sctp.0", TALK], "bad stream"),
        (["udp.x", TALK], "bad stream"),
        (["udp.", TALK], "bad stream"),
        (["udp.99999999999", TALK], "bad stream"),
    ):
        ran = run("follow", *args)
        check(ran.status == 2 and words in ran.err and len(ran.err.splitlines()) == 1, f"{args}: {ran.err}")
        check(not ran.out, f"{args}: no result")
    check(run("follow", "udp.0").status == 2, "a stream without a capture")


def control_messages_are_named():
    path = capture("ntpsec-mode6.pcap")
    rows = streams("-Y", "ntp.ctrl.flags2.opcode == 2", path)
    text = run("follow", rows[0]["stream"], path).out.decode()
    check("opcode 2 (readvar)" in text, f"the opcode by name: {text!r}")
    path = capture("made-mode7.pcap")
    text = run("follow", streams(path)[0]["stream"], path).out.decode()
    check("request 0 (PEER_LIST)" in text, f"the request by name: {text!r}")


def main():
    if not has_captures("plain-talk.pcap"):
        finish()
    choices()
    counts()
    orders()
    formats_agree()
    plain_talk_is_shown()
    raw_is_the_payload()
    ntp_and_tls_are_decoded()
    control_messages_are_named()
    refusals()
    finish()


main()
