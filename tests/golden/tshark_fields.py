#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every field of every NTP packet of every capture, as tshark prints it and as we do: they are the same.

usage: tshark_fields.py [--update] [--live] [-v] [CAPTURE ...]
	--update  take the list of fields from the program, ask tshark again for our own captures and keep its
	          answers in golden/tshark
	--live    do not use the kept answers
	-v        print all differences, not the first few
"""
import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys

import truth
from differences import Differences

SHOWN_A_FILE, SHOWN = 4, 60

# Their text in Wireshark's tree says more than we know: names of interfaces, relative sequence numbers.
NOT_COMPARED = {"frame", "tcp"}
FIELDS_LIST = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fields.txt")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


def fields_of_table():
    """All that tshark knows too, the frame's number first."""
    run = subprocess.run([os.environ["NTPSCOPE"], "fields", "--format=json"], stdout=subprocess.PIPE, check=True,
                         timeout=60)
    names = [f["name"] for f in json.loads(run.stdout)["fields"] if f["wireshark"]]
    return ["frame.number"] + [n for n in names if n not in NOT_COMPARED and n != "frame.number"]


def harmless(text):
    """tshark lets control characters through; we show them by number (docs/differences.md)."""
    return CONTROL.sub(lambda match: "\\x%02x" % ord(match.group()), text)


def rows(lines):
    """Frame number: fields."""
    out = {}
    for line in lines:
        cells = harmless(line).split("\t") if CONTROL.search(line) else line.split("\t")
        if cells[0].isdigit():
            out[int(cells[0])] = cells + [""] * (len(truth.FIELDS) - len(cells))
    return out


def ask_ntpscope(path):
    """Our lines; RuntimeError when the program ended in a way that a program should not."""
    command = [os.environ["NTPSCOPE"], "packets", "--match", "wireshark", "-T", "fields"] + truth.columns()
    run = subprocess.run(command + [path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    if run.returncode not in (0, 1, 2):
        said = run.stderr.decode("utf-8", "replace")[-400:]
        raise RuntimeError("exit status %d: %s" % (run.returncode, said))
    return run.stdout.decode("utf-8", "replace").split("\n")[:-1]


def compare(theirs, ours):
    """Yields (frame, field, their value, our value) for everything that is not the same."""
    for frame in sorted(set(theirs) | set(ours)):
        if frame not in ours or frame not in theirs:
            yield frame, "row", "present" if frame in theirs else "", "present" if frame in ours else ""
            continue
        if theirs[frame] == ours[frame]:
            continue
        for field, a, b in zip(truth.FIELDS, theirs[frame], ours[frame]):
            if a != b:
                yield frame, field, a, b


def examine(path, version, live):
    """(path, number of rows, list of differences, complaint or None); rows is None where nothing is known."""
    theirs = truth.cached(path, version) if live and version else truth.lines_of(path, version)
    if theirs is None:
        return path, None, [], None
    try:
        ours = ask_ntpscope(path)
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        return path, 0, [], str(error)
    return path, len(theirs), list(compare(rows(theirs), rows(ours))), None


def update(paths):
    version = truth.tshark_version()
    if not version:
        sys.exit("no tshark here")
    truth.FIELDS[:] = fields_of_table()
    with open(FIELDS_LIST, "w", encoding="ascii") as out:
        out.write("".join(name + "\n" for name in truth.FIELDS))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for path, lines in zip(paths, pool.map(truth.ask_tshark, paths)):
            truth.write_stored(path, version, lines)
    names = {os.path.basename(truth.stored_path(path)) for path in truth.captures() if truth.is_own(path)}
    for name in {n for n in os.listdir(truth.STORED) if n.endswith(".tsv.gz")} - names:
        os.remove(os.path.join(truth.STORED, name))


def report(results, verbose):
    allowed = Differences()
    n_rows, n_bad, n_excused, n_unknown, shown = 0, 0, 0, 0, 0
    for path, count, found, complaint in results:
        name = os.path.basename(path)
        if count is None:
            n_unknown += 1
            continue
        n_rows += count
        if complaint:
            n_bad += 1
            print("%s: %s" % (name, complaint))
        left = [d for d in found if not allowed.allowed(name, d[0], d[1])]
        n_excused += len(found) - len(left)
        n_bad += len(left)
        for frame, field, a, b in left[:None if verbose else SHOWN_A_FILE]:
            if shown < SHOWN or verbose:
                print("%s: frame %d: %s: tshark '%s', ntpscope '%s'" % (name, frame, field, a, b))
                shown += 1
        if len(left) > SHOWN_A_FILE and not verbose and shown < SHOWN:
            print("%s: %d more" % (name, len(left) - SHOWN_A_FILE))
    stale = allowed.unused([os.path.basename(r[0]) for r in results if r[1] is not None])
    if stale:
        print("differences.txt: lines that excuse nothing any more: %s" % ", ".join(map(str, stale)))
    print("%d captures, %d packets, %d values; %d differ, %d differ on purpose, %d captures without an answer"
          % (len(results) - n_unknown, n_rows, n_rows * len(truth.FIELDS), n_bad, n_excused, n_unknown))
    return 1 if n_bad or stale else 0


def main():
    parser = argparse.ArgumentParser(description="compares our fields with tshark's")
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--live", action="store_true")
    parser.add_argument("-v", "--verbose", action="store_true")
    parser.add_argument("captures", nargs="*")
    options = parser.parse_args()
    paths = [os.path.abspath(p) for p in options.captures] or truth.captures()
    if options.update:
        update([p for p in paths if truth.is_own(p)])
        return 0
    if truth.FIELDS != fields_of_table():
        sys.exit("fields.txt is not the list of fields any more: run tshark_fields.py --update")
    version = truth.tshark_version()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda p: examine(p, version, options.live), paths))
    return report(results, options.verbose)


if __name__ == "__main__":
    sys.exit(main())
