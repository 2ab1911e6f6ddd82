# SPDX-License-Identifier: GPL-3.0-or-later
"""Live is replay: what a monitor says of a capture at its end is what the commands say, key by key.

What may differ is named here, each with its reason, and nothing else may.
"""
import csv
import io
import json

import cli
from cli import check
from watching import DAY, Monitor

# What only somebody who reads a file knows: which it is, what it holds besides packets, and in which order.
OF_THE_FILE = {"source.files", "source.file_bytes", "source.time_backwards"}
# A monitor's own settings: it is given a smaller list unless asked for more.
OF_THE_MONITOR = {"settings.capacity"}


def leaves(value, path=""):
    """(path, value) of everything in it; members of an array have its path and their number."""
    if isinstance(value, dict):
        for key, v in value.items():
            yield from leaves(v, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        yield path + "[]", len(value)
        for i, v in enumerate(value):
            yield from leaves(v, f"{path}[{i}]")
    else:
        yield path, value


def without_numbers(path):
    return "".join(part.split("]")[-1] if i else part for i, part in enumerate(path.split("[")))


def compare(what, live, file, excused):
    a, b = dict(leaves(live)), dict(leaves(file))
    check(list(a) == list(b), f"{what}: the keys and their order; only live {list(a.keys() - b.keys())[:5]}, "
                              f"only of the file {list(b.keys() - a.keys())[:5]}")
    wrong = [(p, a[p], b[p]) for p in a if p in b and a[p] != b[p] and without_numbers(p) not in excused]
    check(not wrong, f"{what}: {len(wrong)} of {len(b)} differ: {wrong[:5]}")


def command(*args):
    return json.loads(cli.run(*args, DAY).out)


def report(m):
    live = m.get("/api/v1/report", format="json")
    compare("report", live, command("report", "--format", "json"), OF_THE_FILE | OF_THE_MONITOR)
    return live


def clients(m):
    for sort in "ip", "rx":
        live = m.get("/api/v1/clients.json", sort=sort)
        compare(f"clients by {sort}", live, command("clients", "--format", "json", "--sort", sort), OF_THE_FILE)
        text = m.ask(f"/api/v1/clients.csv?sort={sort}")[2]
        check(text == cli.run("clients", "--format", "csv", "--sort", sort, DAY).out, f"CSV by {sort}")
    rows = list(csv.DictReader(io.StringIO(text.decode())))
    check(any(len(r["servers"].split()) > 1 for r in rows), "some clients used several servers")
    return live["clients"]


def one_by_one(m, rows):
    """A dossier and a page have the rows of the list."""
    page = m.get("/api/v1/clients", sort="rx", limit=200)["clients"]
    check(page == rows[:200], "the page's rows are those of the list")
    for row in rows[:20]:
        check(m.get(f"/api/v1/clients/{row['ip']}")["client"] == row, f"the dossier of {row['ip']}")


def summary(m, whole):
    s = m.get("/api/v1/summary")
    frames, packets = whole["frames"], s["packets"]
    same = {
        "frames": (packets["frames"], frames["n"]),
        "bytes": (packets["bytes"], whole["source"]["captured_bytes"]),
        "ntp": (packets["ntp"], frames["by_fate"]["ntp"]),
        "requests": (packets["requests"], whole["packets"]["from_clients"]["n"]),
        "answers": (packets["answers"], whole["packets"]["from_servers"]["n"]),
        "ICMP errors": (packets["icmp_errors"], frames["by_fate"]["icmp-error"]),
        "NTS-KE": (packets["nts_ke"], frames["by_fate"]["nts-ke"]),
        "fragments": (packets["fragments"], frames["fragments"]["pieces"]),
        "malformed": (packets["malformed"],
                      frames["by_fate"]["malformed"] + whole["exchanges"]["malformed"]["packets"]),
        "waiting": (packets["waiting"], 0),
        "kisses": (s["kisses"], {k: n for k, n in whole["exchanges"]["kisses"].items() if n}),
        "unique clients": (s["clients"]["unique"], whole["clients"]["unique"]),
    }
    for name in packets["by_class"]:
        same["packets " + name] = (packets["by_class"][name], whole["exchanges"][name]["packets"])
        same["exchanges " + name] = (s["exchanges"][name], whole["exchanges"][name]["exchanges"])
    for name in s["clients"].keys() & whole["clients"].keys() - {"unique"}:
        same["clients " + name] = (s["clients"][name], whole["clients"][name])
    for live, of_report in zip(s["servers"], whole["servers"]):
        for name in live.keys() & of_report.keys():
            same[f"server {of_report['ip']} {name}"] = (live[name], of_report[name])
    check(len(same) > 150, f"{len(same)} figures of the summary are in the report")
    check(len(s["servers"]) == len(whole["servers"]), "the summary has the report's servers")
    wrong = [(name, *pair) for name, pair in same.items() if pair[0] != pair[1]]
    check(not wrong, f"the summary is the report's: {wrong[:5]}")


def pictures(m):
    here = cli.run("report", "--format", "html", DAY).out.decode()
    for span in "all", "day", "hour":
        there = m.ask(f"/api/v1/report?format=html&span={span}")[2].decode()
        check(there.count("<svg") == here.count("<svg") == 8, f"the page of {span} has the graphs of the command's")
        check("different addresses in the five minutes before" in there, f"clients over time, {span}")


def text(m):
    here = cli.run("report", "--full", DAY).out.decode().splitlines()
    there = m.ask("/api/v1/report?format=text")[2].decode().splitlines()
    rest = [line for line in here if line not in there]
    check(all("clock went back" in line for line in rest), f"the text is the command's: {rest}")


def main():
    with Monitor() as m:
        whole = report(m)
        rows = clients(m)
        one_by_one(m, rows)
        summary(m, whole)
        text(m)
        pictures(m)
    cli.finish()


main()
