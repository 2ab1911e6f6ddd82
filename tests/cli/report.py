#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ntpscope report`: pages that must stay as they are (UPDATE=1 writes them anew), and sums that must hold on every
capture there is."""
import difflib
import glob
import json
import os
import re
import tempfile

from cli import BRIEF, all_captures, capture, check, finish, on_terminal, run
from craft import Capture

EXPECTED = "tests/cli/expected"
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def pages_are_as_expected():
    for name, *options in (("chrony-basic.pcap",), ("odd-answers.pcap",), ("icmp-unreachable.pcap",),
                           ("odd-answers.pcap", "--full")):
        path = f"{EXPECTED}/report{''.join(options)[1:]}-{name}.txt"
        page = run("report", *options, capture(name)).out.decode()
        if os.environ.get("UPDATE"):
            with open(path, "w") as f:
                f.write(page)
        with open(path) as f:
            expected = f.read()
        diff = "\n".join(difflib.unified_diff(expected.splitlines(), page.splitlines(), "expected", "printed", lineterm=""))
        check(page == expected, f"{name}: the page changed (UPDATE=1 to accept)\n{diff}")


def json_of(*args):
    r = run("report", "--format=json", *args)
    return r, json.loads(r.out.decode()) if r.status < 2 else None


def sums_hold(name, j):
    ntp = j["frames"]["by_fate"]["ntp"]
    classes = [v for v in j["exchanges"].values() if isinstance(v, dict) and "packets" in v]
    check(len(classes) == 12, f"{name}: twelve classes")
    check(sum(v["packets"] for v in classes) == ntp == j["exchanges"]["all_packets"], f"{name}: classes add up")
    check(sum(j["frames"]["by_fate"].values()) == j["frames"]["n"] == j["source"]["frames"], f"{name}: fates add up")
    packets = j["packets"]
    check(packets["from_clients"]["n"] + packets["from_servers"]["n"] == ntp, f"{name}: sides add up")
    c = j["clients"]
    check(c["active"] + c["inactive"] == c["n"], f"{name}: active and inactive")
    check(sum(c["alert_" + a] for a in ("none", "sleep", "yellow", "red")) == c["n"], f"{name}: alerts")
    check(c["unique"]["all"] == c["n"] and c["unique_ipv6"]["all"] == c["n_ipv6"], f"{name}: unique")
    for s in j["servers"]:
        parts = ("answered", "kod", "nak", "lost", "retransmitted")
        check(sum(s[p] for p in parts) == s["requests"], f"{name}: requests of {s['ip']}")


def page_fits(name, page):
    for line in page.splitlines():
        if not line.startswith("Damaged input"):
            check(len(line) <= 100, f"{name}: {len(line)} columns: {line}")
    check("\x1b" not in page, f"{name}: no escapes in a pipe")


def narrow_terminals_get_narrow_pages():
    for path in ("samples/pool-server-day.pcap.zst", capture("odd-answers.pcap"), capture("ntpsec-and-chrony.pcap")):
        wide = set(re.findall(r"^[A-Z]+", run("report", path).out.decode(), re.M))
        for width in (60, 99, 200) if BRIEF else (60, 72, 80, 99, 100, 200):
            for options in ([], ["--full"]):
                page = ESCAPE.sub("", on_terminal(width, "report", *options, path))
                longest = max(len(line) for line in page.splitlines())
                check(longest <= min(width, 100), f"{path} {options}: {longest} columns of {width}")
                check(wide <= set(re.findall(r"^[A-Z]+", page, re.M)), f"{path}: all sections at {width} columns")


def a_page_is_short_unless_asked():
    sample = "samples/pool-server-day.pcap.zst"
    short, full = (run("report", *o, sample).out.decode() for o in ([], ["--full"]))
    check(len(short.splitlines()) <= 76, f"{len(short.splitlines())} lines for the sample")
    check(len(full.splitlines()) > 100 and "\nLOAD " in full and "version 4 " in full, "--full says more")
    check(len(re.findall(r"^ {2,3}\d+  ", short, re.M)) == 5, "five of the loudest")
    check(len(re.findall(r"^ {2,3}\d+  ", full, re.M)) == 10, "ten of them")
    more = run("report", "--top=7", sample).out.decode()
    check(len(re.findall(r"^ {2,3}\d+  ", more, re.M)) == 7, "as many as asked for")


def every_capture_has_its_page():
    for path in all_captures() + ([] if BRIEF else sorted(glob.glob("../shared/captures/*.pcap*"))):
        name = os.path.basename(path)
        text = run("report", path)
        r, j = json_of(path)
        check(text.status == r.status and r.status in (0, 1, 2), f"{name}: status {text.status}, {r.status}")
        check((text.err != "") == (text.status != 0), f"{name}: says why: {text.err!r}")
        if text.status == 2:
            check(text.out == b"", f"{name}: nothing on standard output")
            continue
        page_fits(name, text.out.decode())
        sums_hold(name, j)
        check((j["source"]["damage"] is not None) == (r.status == 1), f"{name}: damage")
        check(("Damaged input" in text.out.decode()) == (r.status == 1), f"{name}: damage on the page")


def threads_change_nothing():
    for name in ("ntpsec-and-chrony.pcap", "chrony-peers.pcap"):
        for format in ("text", "json"):
            outs = {run("report", f"--format={format}", f"--threads={n}", capture(name)).out for n in (1, 2, 7)}
            check(len(outs) == 1, f"{name}: {format} is the same by any number of threads")


def what_f_refuses_is_counted():
    _, all = json_of(capture("ntpsec-and-chrony.pcap"))
    r, some = json_of("-f", "ip6", capture("ntpsec-and-chrony.pcap"))
    sums_hold("filtered", some)
    check(r.status == 0 and some["frames"]["by_fate"]["filtered"] > 0, "filtered frames are counted")
    check(some["source"]["frames"] == all["source"]["frames"], "all frames are counted")
    check(some["clients"]["n"] == some["clients"]["n_ipv6"] == all["clients"]["n_ipv6"], "only IPv6 is left")


def color_adds_only_color():
    plain = run("report", capture("odd-answers.pcap")).out.decode()
    color = run("report", "--color=always", capture("odd-answers.pcap")).out.decode()
    check(ESCAPE.search(color) and ESCAPE.sub("", color) == plain, "color adds nothing but escapes")


def options_do_what_they_say():
    _, j = json_of("--top=1", "--worst=7", capture("ntpsec-and-chrony.pcap"))
    check(len(j["loudest"]) == 1, "--top")
    check(max(len(s["worst"]) for s in j["servers"]) == 7, "--worst")
    for s in j["servers"]:
        deltas = [w["delta_s"] for w in s["worst"]]
        check(deltas == sorted(deltas, reverse=True), "slowest first")
        if deltas:
            check(deltas[0] == s["delta"]["max_s"], "the worst is the maximum")
    r = run("report", "--explain")
    check(r.status == 0 and all(len(line) <= 100 for line in r.out.decode().splitlines()), "--explain fits the page")
    heads = set(re.findall(r"^[A-Z]+", run("report", capture("odd-answers.pcap")).out.decode(), re.M))
    explained = set(re.findall(r"^[A-Z]+", r.out.decode(), re.M))
    check(heads <= explained, f"explained: all but {heads - explained}")


def a_server_that_does_not_occur_is_named():
    page = run("report", "--server", "203.0.113.200", capture("chrony-basic.pcap")).out.decode()
    check("No such server: 203.0.113.200" in page, "the absent server is named")
    check("One-way capture" not in page, "and the capture is not called one-way for it")


def wireshark_pairs_count_as_packets_pairs_them():
    for name in ("chrony-basic.pcap", "ntpsec-restrict.pcap", "chrony-keys.pcap"):
        report = json.loads(run("report", "--match=wireshark", "--format=json", capture(name)).out)
        rows = run("packets", "--match=wireshark", "-T", "fields", "-e", "ntp.flags.mode", "-e", "ntp.delta_time",
                   capture(name)).out.decode().splitlines()
        paired = sum(1 for row in rows if row.split("\t")[0] in ("3", "4") and row.split("\t")[1])
        n = report["delta"]["all"]["n"]
        check(n == paired, f"{name}: {n} deltas in the report, {paired} in packets")


def names_stand_beside_addresses(folder):
    hosts = f"{folder}/hosts"
    with open(hosts, "w") as f:
        f.write("192.0.2.1 ntp-one\n192.0.2.101 \xe4-client\n")
    page = run("report", "--hosts", hosts, capture("chrony-basic.pcap")).out.decode()
    check("192.0.2.1 (ntp-one)" in page, "the server's name")
    check("192.0.2.101 \xe4-client" in page, "the client's name")


def one_way_captures_are_called_so(folder):
    c = Capture()
    for i in range(40):
        c.request(i * 20, "198.51.100.1", 1000 + i)
    path = c.write(f"{folder}/one-way.pcap")
    page = run("report", path).out.decode()
    check("One-way capture" in page, "it says so")
    _, j = json_of(path)
    check(j["one_way"] and j["clients"]["alert_red"] == 0, "nobody is red for it")
    check(j["servers"][0]["one_way"] and j["servers"][0]["answered"] == 0, "the server, too")


def how_leads_to_the_packets_of_each_figure():
    """The filters that --how names show exactly as many packets as the report counts."""
    sample = "samples/pool-server-day.pcap.zst"
    page = run("report", "--how", sample).out.decode()
    check("HOW" not in run("report", sample).out.decode(), "only when asked")
    how = dict(re.findall(r"^          (\S.*?) +'(.*)'$", page[page.index("\nHOW"):], re.M))
    _, j = json_of(sample)
    numbers = lambda f: len(run("packets", "-T", "fields", "-e", "frame.number", "-Y", f, sample).out.split())
    classes = [c for c, v in j["exchanges"].items() if isinstance(v, dict) and v.get("packets") and c != "answered"]
    check(len(classes) >= 8 and all(c in how for c in classes), f"each class has its filter: {how}")
    for c in classes[:4]:
        check(numbers(how[c]) == j["exchanges"][c]["packets"], f"{c}: {how[c]}")
    loudest = j["loudest"][0]
    check(numbers(how["the loudest client"]) == loudest["rx"] + loudest["tx"], "the loudest client's packets")
    for label, f in how.items():
        check(label in classes or numbers(f) > 0, f"{label}: {f} shows something")


pages_are_as_expected()
how_leads_to_the_packets_of_each_figure()
narrow_terminals_get_narrow_pages()
a_page_is_short_unless_asked()
every_capture_has_its_page()
threads_change_nothing()
what_f_refuses_is_counted()
color_adds_only_color()
options_do_what_they_say()
wireshark_pairs_count_as_packets_pairs_them()
a_server_that_does_not_occur_is_named()
with tempfile.TemporaryDirectory() as folder:
    names_stand_beside_addresses(folder)
    one_way_captures_are_called_so(folder)
finish()
