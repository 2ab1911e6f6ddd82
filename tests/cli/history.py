#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ntpscope history` over a journal made for it: pictures, exact values, files made anew, a web site, and names that
nobody chose with care.
"""
import csv
import datetime
import io
import json
import pathlib
import re
import tempfile
import xml.dom.minidom

import cli
from cli import BUILT_WITH, check, finish

HOSTILE = ("<script>alert(1)</script>", "../../x", "..", "a/../../b", "=cmd()", "x" * 250, "%2e%2e")


def history(store, *words):
    r = cli.run("history", "--store", str(store), *words)
    return r.status, r.out.decode(), r.err


def stamp(t):
    return datetime.datetime.fromtimestamp(t, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000000000Z")


def make_journal(store, now):
    """Two days, with an outage of three hours that ended five hours ago, and strangers."""
    store.mkdir()
    for t in range(now - 2 * 86400, now, 300):
        if now - 8 * 3600 <= t < now - 5 * 3600:
            continue
        event = 2 if t % 86400 < 3600 else 0
        lines = ["%s ntp1 every_s=300 offset_s=%g reach_polls=%d\n" % (stamp(t), -1e-5 - (t % 600) * 1e-9, 5 if event else 8),
                 "%s ntp1/GENERIC(0) every_s=300 clock_event=%d\n" % (stamp(t), event)]
        lines += ["%s %s every_s=300 offset_s=1e-3\n" % (stamp(t), name) for name in HOSTILE]
        with open(store / (stamp(t)[:10] + ".log"), "a") as f:
            f.writelines(lines)


def an_outage_is_blank_on_the_terminal(store, now):
    status, out, err = history(store, "ntp1", "--range", "1d", "--end", stamp(now))
    rows = [re.split("[┤│]", line, maxsplit=1)[1] for line in out.splitlines() if re.search("[┤│]", line)]
    line = [row for row in rows if row.strip()]
    parts = re.fullmatch("(━+)( +)(━+) *", line[0]) if len(line) == 1 else None
    check(status == 0 and parts, "one line with a gap: %s %s" % (out, err))
    if parts:
        before, gap, after = (len(part) for part in parts.groups())
        whole = before + gap + after
        check(abs(before / whole - 16 / 24) < 0.03 and abs(gap / whole - 3 / 24) < 0.03, "where it was: %s" % out)


def pictures(store, work):
    status, out, err = history(store, "ntp1", "ntp1/GENERIC(0):clock_event", "ntp1:reach", "--range", "1d", "-o", str(work / "a.svg"))
    svg = (work / "a.svg").read_text() if status == 0 else ""
    check(status == 0, "panels: " + err)
    xml.dom.minidom.parseString(svg or "<x/>")
    for words in (">bad format<", ">Of the last 8 polls, answered<", ">p99<", ">ntp1/GENERIC(0) clock_event<"):
        check(words in svg, "in the picture: " + words)
    check(svg.count(">UTC<") == 1, "one axis of time")
    for theme in ("light", "dark"):
        status, _, err = history(store, "ntp1", "--range", "2d", "--theme", theme, "-o", str(work / "a.png"))
        if "png" in BUILT_WITH:
            check(status == 0 and (work / "a.png").read_bytes()[1:4] == b"PNG", theme + err)
            (work / "a.png").unlink()
        else:
            check(status == 2 and "built without PNG" in err, theme + err)
    status, out, err = history(store, "ntp1", "--range", "1d")
    check(status == 0 and "last -1" in out and "━" in out, "on the terminal: %s %s" % (out, err))
    check("p95, p99 of " in out and " means\n" in out, "what percentiles are of: " + out)
    status, out, err = history(store, "ntp1/GENERIC(0)", "--range", "1d")
    check(status == 0 and "State of the reference clock" in out and "signal loss┤" in out and "avg –" in out and "min nominal" in out,
          "a receiver without an offset: %s %s" % (out, err))
    status, out, err = history(store, "ntp1:temperature_c", "--range", "1d")
    check(status == 2 and "'ntp1' has no temperature_c; it has offset_s, reach_polls" in err, "what it has not: " + err)
    status, out, err = history(store, "ntp1:foo")
    check(status == 2 and "there is no series 'foo'; --series lists them" in err, "no series: " + err)
    status, out, err = history(store, "nobody", "--range", "1d", "-o", str(work / "b.svg"))
    check(status == 2 and "nothing is known of 'nobody'" in err and not (work / "b.svg").exists(), "nobody: " + err)


def numbers(store, now):
    status, out, err = history(store, "ntp1", "--range", "1d", "--format", "json")
    line = json.loads(out)["series"][0] if status == 0 else {}
    check(status == 0 and [line[k] for k in ("min_s", "max_s")] == [-1.03e-5, -1e-5], "values below zero: %.300s %s" % (line, err))
    every = line.get("intervals", [])
    check(every and all(i["min_s"] <= i["avg_s"] <= i["max_s"] and i["last_s"] in (-1.03e-5, -1e-5) for i in every),
          "least, mean, greatest, last: %s" % every[:3])
    check([i for i in every if i["last_s"] != i["avg_s"]] != [], "the last is no mean: %s" % every[:3])
    times = [i["time"] for i in line.get("intervals", [])]
    check(times and not [t for t in times if stamp(now - 8 * 3600 + 600) < t < stamp(now - 5 * 3600 - 600)], "a gap is a gap")
    status, out, err = history(store, "ntp1", "=cmd()", "--exact", "--range", "1d")
    rows = list(csv.reader(io.StringIO(out)))
    check(status == 0 and rows[0] == ["time", "target", "series", "value"], "CSV: " + err)
    check(len(rows) > 400 and {row[1] for row in rows[1:]} == {"ntp1", "'=cmd()"}, "rows: %s" % rows[:3])
    check({row[2] for row in rows[1:]} == {"offset_s"}, "only what was asked for")


def listed(store, now):
    status, out, err = history(store, "--format", "json")
    rows = json.loads(out)["series"] if status == 0 else []
    names = [row["target"] for row in rows]
    check(names == sorted(names) and len(rows) == 3 + len(HOSTILE), "the list goes by names: %s %s" % (names, err))
    mine = [row for row in rows if row["target"] == "ntp1"]
    check([row["series"] for row in mine] == ["offset_s", "reach_polls"] and mine[0]["value"] < 0, "as in the table: %s" % mine)
    first, last = (datetime.datetime.fromisoformat(mine[0][k].replace("Z", "")[:19]) for k in ("first", "last"))
    check(last - first > datetime.timedelta(hours=47), "of all days: %s" % mine[:1])
    check(first.strftime("%FT%T") == stamp(now - 2 * 86400)[:19], "since the first value: %s" % first)
    status, out, err = history(store)
    check(status == 0 and len({line.index("20", 20) for line in out.splitlines()[1:] if not line.startswith("x" * 40)}) == 1,
          "columns: " + out)
    status, out, err = history(store, "ntp1", "--exact", "--format", "json")
    check(status == 2 and "'--exact' writes CSV" in err, "no JSON of every value: " + err)


def two_days(store, now):
    status, out, err = history(store, "ntp1", "--range", "2d", "--end", stamp(now), "--format", "json")
    check(status == 0, "two days: " + err)
    return json.loads(out)["series"][0] if status == 0 else {}


def anew(store, now):
    before = two_days(store, now)
    status, out, err = history(store, "--rebuild")
    if "rrd" not in BUILT_WITH:
        check(status == 2 and "built without round-robin files" in err, "no files: " + err)
        return
    check(status == 0 and "files made anew" in out, "made anew: " + err)
    files = list((store / "rrd").rglob("*.rrd"))
    check(len(files) == 3 + len(HOSTILE) and all(f.stat().st_size < 900_000 for f in files), "files: %s" % files)
    check(not list(store.parent.glob("*.rrd")) and not list(store.parent.parent.glob("*.rrd")), "inside the folder")
    status, out, err = history(store, "--rebuild", "ntp1")
    check(status == 0 and out == "2 files made anew\n", "of one: %s %s" % (out, err))
    status, _, err = history(store, "--rebuild", "nobody")
    check(status == 2 and "nothing is known of 'nobody'" in err, "of nobody: " + err)
    after = two_days(store, now)
    check(len(after["intervals"]) > 50, "two days have intervals: %s" % len(after["intervals"]))
    for key in ("width_s", "n", "min_s", "max_s", "last_s"):
        check(after[key] == before[key], "as before, %s: %s, not %s" % (key, after[key], before[key]))
    check(abs(after["avg_s"] - before["avg_s"]) < 1e-9, "as before: %s, not %s" % (after["avg_s"], before["avg_s"]))
    check([i["time"] for i in after["intervals"]] == [i["time"] for i in before["intervals"]], "its gaps are where they were")


def site(store, work):
    folder = work / "www" / "site"
    folder.parent.mkdir()
    (folder.parent / "x.html").write_text("mine")
    status, _, err = history(store, "--site", str(folder))
    check(status == 0, "a site: " + err)
    pages = sorted(folder.iterdir())
    check(len(pages) == 3 + len(HOSTILE), "pages: %s" % [p.name for p in pages])
    check([p.name for p in folder.parent.iterdir() if p.name != "site"] == ["x.html"], "nothing beside it")
    for page in pages:
        text = page.read_text()
        check("<script" not in text and "src=" not in text and "http" not in text.replace("http://www.w3.org/2000/svg", "")
              .replace("http-equiv", ""), page.name + " needs nothing")
    index = (folder / "index.html").read_text()
    check("&lt;script&gt;alert(1)&lt;/script&gt;" in index, "a name is text")
    page = (folder / "ntp1.html").read_text()
    for words in ("Day", "Week", "Month", "Year", "Kurtosis", "StdDev", "90 % range", "prefers-color-scheme:dark", "How often"):
        check(words in page, "on the page: " + words)
    event = (folder / "ntp1_2fGENERIC_280_29.html").read_text()
    check("Kurtosis" not in event and "<svg" in event, "states have no moments")
    check("clock_event</td>" in index and "offset_s</td>" in index, "the index has what each has")
    same = next(p.read_text() for p in pages if p.name.startswith("_3cscript"))
    check(same.count("<td>0 s</td><td>0 s</td><td>0 s</td>") >= 2, "what never changes has no range of rounding")
    status, _, err = history(store, "--site", "/proc/nowhere/site")
    check(status == 2 and "cannot make" in err, "a folder that cannot be: " + err)


def microseconds(text):
    """Of "-12.3 µs"."""
    number, unit = text.split(" ")
    return float(number) * {"s": 1e6, "ms": 1e3, "µs": 1, "ns": 1e-3}[unit]


def cells(row):
    return [re.sub("<[^>]*>", "", cell) for cell in re.findall("<td[^>]*>.*?</td>", row)]


def figures_of_hours_are_the_same_everywhere(work, now):
    """A server that is known for three hours and a half, of which the first and the last minutes are unlike the others."""
    store, folder, begin = work / "young", work / "young-site", now // 3600 * 3600 - 3 * 3600 - 25 * 60
    end, values = begin + 3 * 3600 + 30 * 60 + 13, []
    for t in range(begin, end, 16):
        odd = t < begin + 1500 or t >= end - 313
        values.append((t, (80 if odd else -5) + (t * 7919 % 200 - 100) * (1 if t // 64 % 2 else 0.3)))
    store.mkdir()
    for t, v in values:
        with open(store / (stamp(t)[:10] + ".log"), "a") as f:
            f.write("%s young every_s=16 offset_s=%ge-6\n" % (stamp(t), v))
    if "rrd" in BUILT_WITH:
        check(history(store, "--rebuild")[0] == 0, "files of a young server")
    status, _, err = history(store, "--site", str(folder), "--end", stamp(end + 60))
    check(status == 0, "a site of a young server: " + err)
    page, index = (folder / "young.html").read_text(), (folder / "index.html").read_text()
    rows = {c[0]: c for c in map(cells, re.findall("<tr>.*?</tr>", page)) if c}
    listed = next(c for c in map(cells, re.findall("<tr>.*?</tr>", index)) if c)
    check(listed[4:7] == [rows["Week"][i] for i in (4, 3, 5)], "index and page: %s, %s" % (listed, rows["Week"]))
    check(len({tuple(row[1:]) for row in rows.values()}) == 1, "of the same hours the same: %s" % rows)
    truth = sum(v for _, v in values) / len(values)
    mean = microseconds(rows["Year"][11])
    check(abs(mean - truth) < 0.5, "the mean of all: %s, not %s" % (mean, truth))


def damage_is_named(work):
    store = work / "damaged"
    store.mkdir()
    (store / "2026-03-03.log").write_text("2026-03-03T12:00:00Z a every_s=64 offset_s=1\nnonsense\n")
    for n, day in enumerate(("2026-03-02", "2026-03-01"), start=1):
        (store / (day + ".log.zst")).write_bytes(b"no frame of zstd")
        told = ("%s/2026-03-02.log.zst' cannot be read to its end\n" % store if n == 1 else
                ": 2 days cannot be read to their end, the first is '2026-03-01.log.zst'\n")
        asks = [("--range", "3d"), ("a", "--exact", "--range", "3d")] + [("--rebuild",)] * ("rrd" in BUILT_WITH)
        for words in asks:
            status, _, err = history(store, *words, "--end", "2026-03-04T00:00:00Z")
            check(status == 1 and told in err, "damaged days of %s: %d %s" % (words, status, err))
            line = "1 line is damaged" if words == ("--rebuild",) else "1 of 2 lines is damaged"
            check(line + " and was passed over" in err, "a damaged line of %s: %s" % (words, err))


def main():
    now = int(datetime.datetime.now(datetime.timezone.utc).timestamp()) // 600 * 600  # at which values change
    with tempfile.TemporaryDirectory(prefix="ntpscope-history-") as work:
        work = pathlib.Path(work)
        store = work / "deep" / "store"
        store.parent.mkdir()
        make_journal(store, now)
        for _ in range(2):  # from the journal alone, and from files
            pictures(store, work)
            an_outage_is_blank_on_the_terminal(store, now)
            numbers(store, now)
            listed(store, now)
            anew(store, now)
        site(store, work)
        figures_of_hours_are_the_same_everywhere(work, now)
        damage_is_named(work)
        status, out, err = history(store, "--series")
        check(status == 0 and "\nreach_polls " in out and len(out.splitlines()) > 60, "all series: " + err)
        status, _, err = history(store, "--exact", "--rebuild")
        check(status == 2 and "three different things" in err, "one thing at a time: " + err)
    finish()


if __name__ == "__main__":
    main()
