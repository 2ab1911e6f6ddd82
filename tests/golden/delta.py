#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`exchanges --match wireshark` pairs the frames that Wireshark pairs and finds the same delta times.

usage: delta.py [-v] [CAPTURE ...]

Wireshark's side comes from tshark's kept answers for our own captures, and for the optional shared ones from
the notes beside them (truth/NAME.json: delta_time, request_in, response_in).
"""
import argparse
import csv
import io
import json
import os
import subprocess
import sys

import truth
from differences import Differences

SHOWN = 40
COLUMNS = ("request_frame", "response_frame", "delta_s")


def nanoseconds(text):
    """'0.000337000' and '-1.5' exactly."""
    sign = -1 if text.startswith("-") else 1
    whole, _, part = text.lstrip("-").partition(".")
    return sign * (int(whole or 0) * 10**9 + int((part + "000000000")[:9]))


def from_note(path):
    """{response frame: (request frame, delta in ns)} of a shared capture, or None."""
    note = os.path.join(os.path.dirname(path), "truth", os.path.basename(path) + ".json")
    try:
        with open(note) as source:
            known = json.load(source)
    except (OSError, ValueError):
        return None
    if known.get("sha256") != truth.sha256(path):
        return None
    request = dict(map(tuple, known.get("request_in", [])))
    return {frame: (request.get(frame), nanoseconds(delta)) for frame, delta in known.get("delta_time", [])}


def from_tshark(path):
    """The same from the field lines."""
    lines = truth.read_stored(path)
    if lines is None:
        return None
    wanted = ("frame.number", "ntp.request_in", "ntp.delta_time")
    number, request, delta = (truth.FIELDS.index(field) for field in wanted)
    out = {}
    for line in lines:
        cells = line.split("\t")
        if len(cells) > delta and cells[delta]:
            asked = int(cells[request]) if cells[request] else None
            out[int(cells[number])] = (asked, nanoseconds(cells[delta]))
    return out


def from_ntpscope(path):
    command = [os.environ["NTPSCOPE"], "exchanges", "--match", "wireshark", "--format", "csv", path]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    if run.returncode not in (0, 1, 2):
        said = run.stderr.decode("utf-8", "replace")[-400:]
        raise RuntimeError("exit status %d: %s" % (run.returncode, said))
    out = {}
    for row in csv.DictReader(io.StringIO(run.stdout.decode())):
        missing = [name for name in COLUMNS if name not in row]
        if missing:
            raise RuntimeError("no column %s among %s" % (missing[0], ", ".join(row)))
        if row["request_frame"] and row["response_frame"]:
            out[int(row["response_frame"])] = (int(row["request_frame"]), nanoseconds(row["delta_s"]))
    return out


def compare(name, theirs, ours, listed):
    """Lines that say what is not the same and not listed."""
    for frame in sorted(set(theirs) | set(ours)):
        if theirs.get(frame) != ours.get(frame) and not listed.allowed(name, frame, "ntp.delta_time"):
            yield "%s: frame %d: (request, delta ns): Wireshark %s, ntpscope %s" % (
                name, frame, theirs.get(frame), ours.get(frame))


def main():
    parser = argparse.ArgumentParser(description="compares our delta times with Wireshark's")
    parser.add_argument("-v", "--verbose", action="store_true")
    parser.add_argument("captures", nargs="*")
    options = parser.parse_args()
    n_files, n_rows, wrong, listed = 0, 0, [], Differences()
    for path in [os.path.abspath(p) for p in options.captures] or truth.captures():
        theirs = from_tshark(path) if truth.is_own(path) else from_note(path)
        if theirs is None:
            continue
        try:
            wrong += compare(os.path.basename(path), theirs, from_ntpscope(path), listed)
        except (RuntimeError, ValueError, OSError, subprocess.SubprocessError) as error:
            wrong.append("%s: %s" % (os.path.basename(path), error))
        n_files += 1
        n_rows += len(theirs)
    for line in wrong[:None if options.verbose else SHOWN]:
        print(line)
    n_listed = sum(entry[-1] for entry in listed.entries)
    print("%d captures, %d delta times; %d wrong, %d differ on purpose" % (n_files, n_rows, len(wrong), n_listed))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
