#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ntpscope monitor --watch` asks a real chronyd, a host that is silent and a name that there is not, and notes what
they say; `ntpscope history` shows it.

Skipped where network namespaces or the peers are impossible.
"""
import json
import os
import re
import subprocess
import sys
import time

from watching import Monitor, built_with, check, in_laboratory, state_folder

from topology import pair

NTPSCOPE = os.environ["NTPSCOPE"]


def history(store, *words):
    run = subprocess.run([NTPSCOPE, "history", "--store", store, *words], stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True, timeout=30)
    return run.returncode, run.stdout, run.stderr


def noted(store):
    """{(target, series): entry}, and how many values in all."""
    status, out, _ = history(store, "--format", "json")
    entries = json.loads(out)["series"] if status == 0 else []
    return {(e["target"], e["series"]): e for e in entries}


def watch(lab):
    """The history of three who are watched for so long that the one who answers did so twice."""
    state = state_folder(lab)
    pair(lab)
    lab.chronyd("server", "server", "local stratum 2\nallow all\n")
    monitor = Monitor(lab, "client", "-i", "c0", "--state-dir", state, "--watch", "192.0.2.1",
                      "--watch", "192.0.2.9", "--watch", "nosuch.invalid", "--watch-interval", "16s",
                      "--watch", "2001:db8::1")
    store = os.path.join(state, "history")
    end = time.monotonic() + 45
    while time.monotonic() < end:
        seen = noted(store)
        if seen.get(("192.0.2.1", "offset_s"), {"values": 0})["values"] >= 2 and ("192.0.2.9", "result") in seen:
            break
        time.sleep(1)
    monitor.stop()
    print(monitor.said()[-1500:])
    return store, seen


def what_was_noted(seen):
    for target in ("192.0.2.1", "2001:db8::1"):
        offset = seen.get((target, "offset_s"))
        check(offset and abs(offset["value"]) < 0.01, "%s: offset %s" % (target, offset))
        check(seen[(target, "stratum")]["value"] == 2 and seen[(target, "result")]["value"] == 0, target)
    check(seen[("192.0.2.1", "reach_polls")]["value"] >= 2, "reach counts: %s" % seen[("192.0.2.1", "reach_polls")])
    # Nobody has that address: whether the neighbours are asked in vain before the two seconds are over is chance.
    check(seen[("192.0.2.9", "result")]["value"] in (10, 12), "silence is a timeout: %s" % seen[("192.0.2.9", "result")])
    check(("192.0.2.9", "offset_s") not in seen, "a gap is a gap")
    check(seen[("nosuch.invalid", "result")]["value"] == 23, "a name without address")


def graphs(lab, store):
    status, out, err = history(store, "192.0.2.1", "2001:db8::1:delay", "--range", "5min")
    check(status == 0 and "2001:db8::1" in out, "on the terminal: %s %s" % (out[:200], err))
    for ending, magic in ((".svg", b"<svg"), (".png", b"PNG")):
        path = lab.path("graph" + ending)
        status, _, err = history(store, "192.0.2.1:delay", "--range", "5min", "-o", path)
        with open(path, "rb") as f:
            check(status == 0 and magic in f.read(400), "%s: %s" % (ending, err))
    status, out, err = history(store, "192.0.2.1", "192.0.2.1:reach", "--range", "2h", "--format", "json")
    lines = json.loads(out)["series"] if status == 0 else []
    check([line["series"] for line in lines] == ["offset_s", "reach_polls"] and "avg_polls" in str(lines[1]),
          "several units: %s %s" % (out[:300], err))
    status, out, err = history(store, "192.0.2.1", "--exact", "--range", "5min")
    check(status == 0 and len(re.findall(r"(?m)^\S+Z,192.0.2.1,offset_s,-?[0-9.e-]+$", out)) >= 2,
          "exact values: %s %s" % (out[:300], err))
    site = lab.path("site")
    status, out, err = history(store, "--site", site)
    check(status == 0 and {"index.html", "192.0.2.1.html", "2001_3adb8_3a_3a1.html"} <= set(os.listdir(site)),
          "a site: %s" % err)
    status, _, err = history(store, "192.0.2.7")
    check(status == 2 and "nothing is known of '192.0.2.7'" in err, "an unknown one: " + err)


def round_robin_files(store):
    """The monitor, in its sandbox, made them: they are read for more than an hour."""
    if not built_with("rrd"):
        check(not os.path.exists(os.path.join(store, "rrd")), "no files")
        return
    for name in ("192.0.2.1", "2001:db8::1", "192.0.2.9", "nosuch.invalid"):
        check(os.path.exists(os.path.join(store, "rrd", name, "result.rrd")), "%s has files" % name)
    status, out, err = history(store, "--rebuild", "192.0.2.1")
    check(status == 0 and re.match(r"\d+ files made anew", out), "made anew: %s %s" % (out, err))


def play(lab):
    store, seen = watch(lab)
    what_was_noted(seen)
    round_robin_files(store)
    graphs(lab, store)
    # Killed while it wrote: the unfinished line is passed over, and the next one begins anew.
    days = [d for d in os.listdir(store) if d[:1].isdigit() and d.endswith(".log")]
    with open(os.path.join(store, days[0]), "a") as f:
        f.write("2026-03-01T00:00:00.0000")
    check(noted(store).keys() == seen.keys(), "an unfinished line does no harm")


def main():
    return in_laboratory(play, "history", "chronyd")


if __name__ == "__main__":
    sys.exit(main())
