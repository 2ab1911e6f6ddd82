#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pairs simulated captures with `ntpscope exchanges --match strict` and compares each row with the truth.

ntpgen knows which response belongs to which request, since it made them.  A scene that fails is named,
so `ntpgen --profile truth --scenes NAME` makes the smallest capture that shows the fault."""

import collections
import csv
import hashlib
import json
import os
import subprocess
import sys
import tempfile

BUILD = os.environ.get("NTPSCOPE_BUILD", "build")
NTPSCOPE = os.environ.get("NTPSCOPE", os.path.join(BUILD, "ntpscope"))
NTPGEN = os.path.join(BUILD, "tools", "ntpgen")
CLASSES = {"answered", "unanswered", "duplicate", "late", "unsolicited", "kod", "nak", "retransmitted"}
SHOWN = 12

# name, options of ntpgen
CAPTURES = [
    ("scenes-1", ["-p", "truth", "-s", "1"]),
    ("scenes-2", ["-p", "truth", "-s", "2", "-N"]),
    ("scenes-3", ["-p", "truth", "-s", "3", "-k", "10"]),
    ("scenes-4", ["-p", "truth", "-s", "4", "-k", "1", "-z", "1200"]),
    ("polls", ["-p", "bench", "-s", "5", "-n", "40000", "-c", "3000", "-l", "30"]),
    ("polls-ns", ["-p", "bench", "-s", "6", "-n", "20000", "-c", "20000", "-r", "100000", "-N"]),
    ("day", ["-p", "day", "-s", "7"]),
]


def skip(why):
    print(why)
    sys.exit(77)


class Failures:
    def __init__(self):
        self.lines = collections.defaultdict(list)

    def add(self, capture, scene, text):
        self.lines[(capture, scene)].append(text)

    def report(self):
        for (capture, scene), lines in sorted(self.lines.items()):
            print(f"{capture}: {scene}: {len(lines)} wrong")
            for text in lines[:SHOWN]:
                print(f"    {text}")
        return 1 if self.lines else 0


def generate(folder, name, options):
    paths = {kind: os.path.join(folder, f"{name}.{kind}") for kind in ("pcap", "csv", "json")}
    command = [NTPGEN, *options, "-o", paths["pcap"], "-t", paths["csv"], "-S", paths["json"]]
    subprocess.run(command, check=True)
    return paths


def digest(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def check_generator(folder, failures):
    """The same options give the same bytes, another seed gives others."""
    for profile in ("truth", "bench", "day"):
        options = ["-p", profile, "-n", "20000"]
        first = generate(folder, "first", [*options, "-s", "1"])
        again = generate(folder, "again", [*options, "-s", "1"])
        other = generate(folder, "other", [*options, "-s", "2"])
        for kind in ("pcap", "csv"):
            if digest(first[kind]) != digest(again[kind]):
                failures.add("ntpgen", profile, f"{kind}: two runs differ")
            if digest(first[kind]) == digest(other[kind]):
                failures.add("ntpgen", profile, f"{kind}: the seed changes nothing")


def frame(text):
    return int(text) if text and text != "0" else None


def read_truth(path):
    rows, others = {}, {}
    with open(path, newline="") as f:
        for row in csv.DictReader(f):
            key = (frame(row["request_frame"]), frame(row["response_frame"]))
            if row["class"] == "other":
                others[key[0] or key[1]] = row["note"]
            else:
                rows[key] = row
    return rows, others


def delta_wrong(want, got):
    if not (want["request_frame"] and want["response_frame"]):
        return False
    delta_ns = int(want["response_time_ns"]) - int(want["request_time_ns"])
    return abs(float(got["delta_s"] or "nan") - delta_ns / 1e9) > 1e-9 or got["delta_s"] == ""


def differences(want, got):
    """What is wrong with a row whose frames are right."""
    for field in ("class", "client", "client_port", "server", "server_port", "version"):
        shown = got[field].split(" ")[0] if field == "class" else got[field]
        if shown != want[field]:
            yield f"{field} is {got[field]}, not {want[field]}"
    if delta_wrong(want, got):
        yield f"delta_s is '{got['delta_s']}'"


def note_of(key, by_frame, others):
    for number in key:
        if number in by_frame:
            return by_frame[number]
        if number in others:
            return others[number]
    return "no scene"


def compare(name, paths, failures):
    truth, others = read_truth(paths["csv"])
    by_frame = {n: row["note"] for key, row in truth.items() for n in key if n}
    command = [NTPSCOPE, "exchanges", "--match", "strict", "--format", "csv", paths["pcap"]]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode:
        failures.add(name, "run", f"exit status {run.returncode}: {run.stderr.strip()[:300]}")
        return
    seen = set()
    for got in csv.DictReader(run.stdout.splitlines()):
        key = (frame(got["request_frame"]), frame(got["response_frame"]))
        if got["class"].split(" ")[0] not in CLASSES:
            continue
        if key in seen:
            failures.add(name, note_of(key, by_frame, others), f"row {key} comes twice")
        seen.add(key)
        if key in truth:
            for text in differences(truth[key], got):
                failures.add(name, truth[key]["note"], f"row {key}: {text}")
        elif None not in key or (key[0] or key[1]) not in others:
            failures.add(name, note_of(key, by_frame, others), f"row {key} {got['class']} is not true")
    for key, row in truth.items():
        if key not in seen:
            failures.add(name, row["note"], f"row {key} {row['class']} is missing")
    print(f"{name}: {len(truth)} exchanges")


def main():
    if not os.path.exists(NTPGEN):
        skip(f"'{NTPGEN}' is not built")
    failures = Failures()
    with tempfile.TemporaryDirectory(dir=BUILD, prefix="strict-") as folder:
        check_generator(folder, failures)
        if failures.lines:
            return failures.report()
        probe = subprocess.run([NTPSCOPE, "exchanges", "--help"], capture_output=True)
        if probe.returncode:
            skip("this ntpscope has no command 'exchanges'")
        for name, options in CAPTURES:
            paths = generate(folder, name, options)
            with open(paths["json"]) as f:
                if json.load(f)["packets"] == 0:
                    failures.add(name, "run", "no packets")
            compare(name, paths, failures)
    return failures.report()


if __name__ == "__main__":
    sys.exit(main())
