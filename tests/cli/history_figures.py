#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures of `ntpscope history` for a series made for it, which has an uneven pace, outliers and an outage: of each
column against what the journal has, to the digit, and against rrdtool over the same files; of the whole against what
`rrdtool graph` prints.
"""
import datetime
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from cli import check, finish, run

SKIP = 77
EVERY_S, REACH_S = 60, 150
RANGES = {"3h": 60, "3d": 300, "30d": 3600}
KINDS = {"avg": "AVERAGE", "min": "MIN", "max": "MAX", "last": "LAST"}


def stamp(t):
    return datetime.datetime.fromtimestamp(t, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def make_series(end):
    """[(time, value)], 33 days that reach beyond the end; silent for 40 minutes in the last three hours."""
    series, t, seed = [], end - 33 * 86400, 7
    while t < end + 7200:
        seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
        t += 20 + (seed >> 33) % 70
        value = round((seed >> 40) / 2**24 * 2e-3 - 5e-4 + 3e-4 * math.sin(t / 9000), 12)
        if seed % 997 == 0:
            value *= 40
        if not end - 7000 <= t < end - 4600:
            series.append((t, value))
    return series


def make_store(store, series):
    days = {}
    for t, value in series:
        days.setdefault(stamp(t)[:10], []).append("%s a every_s=%d offset_s=%.12g\n" % (stamp(t), EVERY_S, value))
    store.mkdir()
    for day, lines in days.items():
        (store / (day + ".log")).write_text("".join(lines))


def columns_of(series, width, begin, end):
    """{begin of a column: (avg, min, max, last)}: each value stands since the one before it, and the last of a column that
    ends in silence is its average, as docs/formats.md has it."""
    parts, ends, before = {}, {}, None
    for t, value in series:
        since = before if before is not None and t - before <= REACH_S else t - 1
        before = t
        at = since
        while at < t:
            column = at - at % width
            until = min(t, column + width)
            parts.setdefault(column, []).append((until - at, value))
            ends[column] = until
            at = until
    columns = {}
    for c, p in parts.items():
        if begin <= c and c + width <= end:
            average = math.fsum(w * v for w, v in p) / sum(w for w, _ in p)
            columns[c] = (average, min(v for _, v in p), max(v for _, v in p), p[-1][1] if ends[c] == c + width else average)
    return columns


def differ(a, b):
    return abs(a - b) > 1e-9 * max(abs(a), abs(b), 1e-4)


def compare(what, ours, theirs):
    check(ours.keys() == theirs.keys(), f"{what}: columns {sorted(ours.keys() ^ theirs.keys())[:5]}")
    for i, kind in enumerate(KINDS):
        bad = [(c, ours[c][i], theirs[c][i]) for c in ours.keys() & theirs.keys() if differ(ours[c][i], theirs[c][i])]
        check(not bad, f"{what}: {kind} of {len(bad)} columns of {len(ours)}: {bad[:3]}")


def fetched(rrd, width, begin, end):
    """The same of rrdtool, which says when a row ends."""
    rows = {}
    for kind in KINDS.values():
        text = subprocess.run(["rrdtool", "fetch", rrd, kind, "-r", str(width), "-s", str(begin), "-e", str(end - 1)],
                              stdout=subprocess.PIPE, text=True, check=True).stdout
        for line in text.splitlines()[2:]:
            at, value = line.split(": ")
            if begin < int(at) <= end and "nan" not in value:
                rows.setdefault(int(at) - width, {})[kind] = float(value)
    return {c: tuple(row.get(kind, row["AVERAGE"]) for kind in KINDS.values()) for c, row in rows.items()}


def printed(rrd, width, begin, end):
    """What `rrdtool graph` makes of the range."""
    asks = {"avg": ("AVERAGE", "AVERAGE"), "min": ("MIN", "MINIMUM"), "max": ("MAX", "MAXIMUM"), "last": ("LAST", "LAST"),
            "p95": ("AVERAGE", "95,PERCENTNAN"), "p99": ("AVERAGE", "99,PERCENTNAN")}
    words = ["rrdtool", "graph", "/dev/null", "-w", "2000", "-s", str(begin), "-e", str(end - 1)]
    for key, (kind, ask) in asks.items():
        words += [f"DEF:d{key}={rrd}:f:{kind}:step={width}", f"VDEF:v{key}=d{key},{ask}", f"PRINT:v{key}:%.12le"]
    source = next(w for w in subprocess.run(["rrdtool", "info", rrd], stdout=subprocess.PIPE, text=True, check=True).stdout.split("ds[")
                  if "].index" in w).split("]")[0]
    words = [w.replace(f"={rrd}:f:", f"={rrd}:{source}:") for w in words]
    text = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout
    return dict(zip(asks, map(float, text.split()[1:])))


def one_range(store, series, end, name, width):
    r = run("history", "--store", str(store), "a", "--range", name, "--end", stamp(end), "--format", "json")
    check(r.status == 0, f"{name}: {r.err}")
    line = json.loads(r.out)["series"][0]
    check(line["width_s"] == width, f"{name}: columns of {line['width_s']} s")
    seconds = {"h": 3600, "d": 86400}[name[-1]] * int(name[:-1])
    ours = {}
    for row in line["intervals"]:
        at = datetime.datetime.fromisoformat(row["time"].replace("Z", "")[:19] + "+00:00").timestamp()
        ours[int(at)] = tuple(row[k + "_s"] for k in KINDS)
    compare(f"{name}, the journal", ours, columns_of(series, width, end - seconds, end))
    rrd = str(store / "rrd" / "a" / "offset_s.rrd")
    compare(f"{name}, rrdtool", ours, fetched(rrd, width, end - seconds, end))
    averages = sorted(v[0] for v in ours.values())
    exact = {"avg": math.fsum(averages) / len(averages), "min": min(v[1] for v in ours.values()),
             "max": max(v[2] for v in ours.values()), "last": ours[max(ours)][3],
             "p95": averages[-(-95 * len(averages) // 100) - 1], "p99": averages[-(-99 * len(averages) // 100) - 1]}
    theirs = printed(rrd, width, end - seconds, end)
    for key, value in exact.items():
        got = line[key + "_s"]
        check(not differ(got, value), f"{name}: {key} is {got}, not {value}")
        # rrdtool rounds to a rank where we take the one that has so many at or below it: a neighbour.
        near = [value]
        if key[0] == "p":
            at = averages.index(value)
            near = averages[max(at - 1, 0):at + 2]
        check(any(not differ(theirs[key], x) for x in near), f"{name}: {key} of rrdtool is {theirs[key]}, not {near}")
    check(line["n"] == len(ours), f"{name}: {line['n']} columns are known")


def main():
    if not shutil.which("rrdtool"):
        print("skipped: no rrdtool")
        return SKIP
    with tempfile.TemporaryDirectory(prefix="ntpscope-figures-") as work:
        store = pathlib.Path(work) / "store"
        end = 1772366400  # 2026-03-01T12:00:00Z
        end -= end % 86400
        series = make_series(end)
        make_store(store, series)
        r = run("history", "--store", str(store), "--rebuild")
        if "built without round-robin files" in r.err:
            print("skipped:", r.err)
            return SKIP
        check(r.status == 0 and os.path.exists(store / "rrd" / "a" / "offset_s.rrd"), f"files: {r.err}")
        for name, width in RANGES.items():
            one_range(store, series, end, name, width)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
