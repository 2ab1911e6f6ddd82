# SPDX-License-Identifier: GPL-3.0-or-later
"""-Y in the commands that count: what is chosen, how faults are shown, and that the manual's filters compile."""
import csv
import io
import json
import re

from cli import capture, check, finish, has_captures, run


def report(*args, stdin=b""):
    done = run("report", "--format=json", *args, stdin=stdin)
    check(done.status == 0, f"report {args}: status {done.status}: {done.err}")
    return json.loads(done.out) if done.status == 0 else {}


def n_requests(result):
    return sum(s["requests"] for s in result.get("servers", []))


def n_ntp(*args, stdin=b""):
    """Packets that exchanges tells of."""
    done = run("exchanges", "--format=csv", *args, stdin=stdin)
    rows = list(csv.DictReader(io.StringIO(done.out.decode())))
    return sum(bool(r["request_frame"]) + bool(r["response_frame"]) for r in rows)


def n_rows(*args):
    return len(run("packets", "-T", "fields", "-e", "frame.number", *args).out.split())


def counting():
    path = capture("chrony-basic.pcap")
    for text in ("ntp.flags.mode == 3", "ip", "ipv6 and ntp.stratum == 2", "udp.stream in {0..2}", "ntp.delta_time > 0.0001",
                 'ntp.class == "answered"', "client.rx > 15", "frame.time_delta < 0.001", "not ip", "frame.number < 20"):
        for match in ("strict", "wireshark"):
            want = n_rows(f"--match={match}", "-Y", text, path)
            check(want > 0, f"{text}: selects nothing")
            check(n_ntp(f"--match={match}", "-Y", text, path) == want, f"{text} ({match}): not the packets of packets -Y")
    with open(path, "rb") as source:
        data = source.read()
    check(n_ntp("-Y", "udp.stream == 2", "-", stdin=data) == 2, "from a pipe, read twice")
    check(n_ntp("-Y", "ip", "-f", "ip6", path) == 0, "-f and -Y together")


def threads():
    path = capture("chrony-keys.pcap")
    results = {run("report", "-Y", "ntp.mac or ipv6", "--threads", n, path).out for n in "123"}
    check(len(results) == 1, "any number of threads counts the same")


def fragments():
    path = capture("fragments.pcap")
    for match in ("strict", "wireshark"):
        requests = n_ntp(f"--match={match}", "-Y", "ntp.flags.mode == 3", path)
        check(requests == n_rows(f"--match={match}", "-Y", "ntp.flags.mode == 3", path) == 36,
              f"requests, some in fragments ({match}): {requests}")
    # frame.len needs the whole packet's last frame; udp.stream a pass before
    check(n_ntp("-Y", "udp.stream >= 0 and ntp.flags.mode == 3", path) == 36, "fragments in a pass before")


def shown():
    path = capture("chrony-basic.pcap")
    result = report("-Y", "ipv6", path)
    check(result["source"]["display_filter"] == "ipv6", "report says what was filtered")
    check("display filter: ipv6" in run("report", "-Y", "ipv6", path).out.decode(), "so does its text")


def faults():
    path = capture("chrony-basic.pcap")
    for command in ("report", "clients", "exchanges", "packets"):
        done = run(command, "-Y", "ip and ntp.flgs == 3", path)
        lines = done.err.splitlines()
        check(done.status == 2 and not done.out, f"{command}: status {done.status}")
        check(lines[0].startswith(f"ntpscope {command}: bad filter, column 8: expected"), lines[0])
        check("'ntp.flags'" in lines[0], "the nearest field")
        check(lines[1:] == ["    ip and ntp.flgs == 3", "           ^~~~~~~~"], str(lines[1:]))
    done = run("report", "-Y", "ntp.refid == \"\x1b[31m\x07\" foo", path)
    check("\x1b" not in done.err and "\x07" not in done.err, "control characters are escaped")
    lines = done.err.splitlines()
    check(lines[1][lines[2].index("^")] == "f", "the mark is under the word behind escapes: " + str(lines))
    long = "ntp or " * 60 + "ntp.flgs" + " or ntp" * 60
    lines = run("report", "-Y", long, path).err.splitlines()
    check(len(lines[1]) < 120 and lines[1][lines[2].index("^"):].startswith("ntp.flgs"), "a long filter is cut: " + str(lines))
    check(run("report", "-Y", "nothing ==", "no-such-file").err.count("\n") == 3, "the filter is looked at first")


def manual():
    with open("docs/filters.md", encoding="utf-8") as source:
        text = source.read()
    block = re.search(r"## Examples for servers' keepers\n\n```\n(.*?)```", text, re.S).group(1)
    filters = [re.split(r"  +", line)[0] for line in block.splitlines() if line]
    filters += re.findall(r"-Y '([^']+)'", text) + re.findall(r"\| `([a-z][a-z0-9]*\.[^`|]*|ipv6 and not ip)`", text)
    check(len(filters) > 25, f"{len(filters)} filters in the manual")
    for f in filters:
        for alone in f.split("`, `"):
            done = run("packets", "-Y", alone, capture("derived-header-only.pcap"))
            check("bad filter" not in done.err, f"docs/filters.md: {alone}: {done.err}")


if not has_captures("chrony-basic.pcap", "fragments.pcap", "chrony-keys.pcap"):
    print("skipped: no captures")
    raise SystemExit(77)
counting()
threads()
fragments()
shown()
faults()
manual()
finish()
