#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ntpscope import` of files that no daemon of the tests writes within a test's time: what becomes of them, and what it
says of that.  Round-robin files are made by rrdtool, where it is there, and compared with what it fetches."""
import glob
import json
import os
import re
import shutil
import subprocess
import tempfile

from cli import BUILT_WITH, NTPSCOPE, check, finish, run

LOGS = """50928 2132.543 3600 72000 0 9546 56 512 36 36 4 144 3600
1763316000.500 /dev/ttyS0 0.72 10
1763316060 ZONE0 41.5
60600 43200.000 0.000006019 13.75 0.000351733 0.0133806 6
60600 43201.123 NMEA(0) $GPRMC,120001,V,,,,,,,261126,,
60600 43209.123 NMEA(0) $GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47
"""
POOL = """ts_epoch,ts,offset,step,score,monitor_id,monitor_name,leap,error\r
1763316000,2025-11-16 18:00:00,-0.001234,1,19.9,22,usday1.test,0,\r
1763316000,2025-11-16 18:00:00,,-5,14,24,recentmedian,,"i/o, timeout"\r
"""


def journal(store):
    """[(time, target, {series: value})], every_s left out."""
    lines = []
    for path in sorted(glob.glob(store + "/*.log*")):
        words = ["zstd", "-dcq", path] if path.endswith(".zst") else ["cat", path]
        text = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout
        for line in text.splitlines():
            time, target, *points = line.split()
            values = dict(p.split("=") for p in points)
            values.pop("every_s", None)
            lines.append((time, target, {k: float(v) for k, v in values.items()}))
    return lines


def imported(folder, name, *args, status=0):
    store = os.path.join(folder, name)
    r = run("import", "--store", store, "--target", "clock", *args)
    check(r.status == status, f"{args}: {r.status} {r.out} {r.err}")
    return r, journal(store) if os.path.isdir(store) else []


def logs(folder):
    path = os.path.join(folder, "logs")
    with open(path, "w") as f:
        f.write(LOGS)
    r, lines = imported(folder, "from-logs", path)
    wanted = [
        ("1998-04-25T00:35:32.543000000Z", "clock",
         {"received_per_s": 20, "bad_per_s": 0.02, "limited_per_s": 0.04, "kods_per_s": 1}),
        ("2024-10-17T12:00:00.000000000Z", "clock",
         {"offset_s": 0.000006019, "frequency_ppm": -13.75, "jitter_s": 0.000351733, "wander_ppm": 0.0133806}),
        ("2024-10-17T12:00:01.123000000Z", "NMEA(0)", {"clock_event": 2, "gps_mode": 1}),
        ("2024-10-17T12:00:09.123000000Z", "NMEA(0)", {"clock_event": 0, "satellites_used": 8, "hdop": 0.9}),
        ("2025-11-16T18:00:00.500000000Z", "clock/ttyS0", {"tdop": 0.72, "satellites_seen": 10}),
        ("2025-11-16T18:01:00.000000000Z", "clock/ZONE0", {"temperature_c": 41.5}),
    ]
    check(lines == wanted, f"{lines}")
    said = r.out.decode()
    for text in ("sysstats: 1 lines, counts are rates", "loopstats: 1 lines, frequencies turned: fast is positive", "clockstats: 2 lines", "gpsd: 1 lines", "temps: 1 lines"):
        check(text in said, f"{text!r} in {said}")


def broken_lines(folder):
    """Each costs itself, is told, and takes no other along."""
    path = os.path.join(folder, "broken")
    good = [b"61000 %d 1e-6 1 1e-5 0.01 6" % (100 + i) for i in range(4)]
    with open(path, "wb") as f:
        f.write(b"\n".join([good[0], good[1] + bytes(3), good[2], good[3] + b" " * 5000, good[3]]))
    r, lines = imported(folder, "from-broken", path, status=1)
    check(len(lines) == 3, f"lines: {lines}")
    check("2 lines are of no kind that is known, the first is line 2" in r.err, f"broken lines: {r.err}")


def pipe_for_a_lock(folder):
    store = os.path.join(folder, "from-logs")
    lock = os.path.join(store, "rrd", "lock")
    if not os.path.exists(lock):
        return
    os.unlink(lock)
    os.mkfifo(lock)
    r = run("history", "--store", store, "clock", "--range", "9000d")
    check(r.status == 0 and r.out, f"a pipe for a lock: {r.status} {r.out} {r.err}")


def pool(folder):
    path = os.path.join(folder, "scores.csv")
    with open(path, "w", newline="") as f:
        f.write(POOL)
    r, lines = imported(folder, "from-pool", path)
    check(sorted(lines, key=lambda x: x[1]) == [
        ("2025-11-16T18:00:00.000000000Z", "clock", {"pool_step": -5, "pool_score": 14}),
        ("2025-11-16T18:00:00.000000000Z", "clock/usday1.test", {"offset_s": -0.001234, "pool_step": 1, "pool_score": 19.9})],
        f"{lines}")
    check(b"2 lines, offsets as they were: server minus the pool's monitor" in r.out, f"{r.out}")
    # Nobody was named: it is not the clock of this machine.
    store = os.path.join(folder, "from-pool-alone")
    r = run("import", "--store", store, path)
    check(r.status == 0 and {x[1] for x in journal(store)} == {"pool", "pool/usday1.test"}, f"{r.err} {journal(store)}")
    # The columns are those of its own first line: another file after it is read as what it is.
    other = os.path.join(folder, "temps")
    with open(other, "w") as f:
        f.write("1763316060 ZONE0 41.5\n")
    r, lines = imported(folder, "from-both", path, other)
    check(len(lines) == 3, f"{lines}")


def said(r, n, known, other=0):
    text = f"of {n} values {known} were there already and are left out"
    text += f"; of those {other} are other than what is there, which stays\n" if other else "\n"
    check(r.out.decode().endswith(text), f"{text!r}: {r.out}")


def again(folder):
    """A log is imported each week, and ntpd's file of today has two names."""
    path, link = os.path.join(folder, "peerstats.20241017"), os.path.join(folder, "peerstats")
    line = "60600 %d.250 192.0.2.1 9014 0.000001%03d 0.001 0.01 0.0001\n"
    with open(path, "w") as f:
        f.writelines(line % (i, i) for i in range(500))
    os.link(path, link)
    r, first = imported(folder, "again", path, link)
    check(len(first) == 500, f"{len(first)} lines of a file that has two names")
    said(r, 4000, 2000)
    with open(path, "a") as f:
        f.writelines(line % (i, i) for i in range(500, 700))
    r, second = imported(folder, "again", path)
    check(len(second) == 700 and all(x in second for x in first), f"{len(second)} lines when the file has grown")
    said(r, 2800, 2000)
    r, third = imported(folder, "again", path)
    check(sorted(third, key=str) == sorted(second, key=str), f"{len(third)} lines when it has not")
    said(r, 2800, 2800)
    listed = json.loads(run("history", "--store", os.path.join(folder, "again"), "--end", "2024-10-18T00:00:00Z", "--format",
                            "json").out)["series"]
    check({row["values"] for row in listed} == {700}, f"{listed}")
    with open(path, "w") as f:
        f.write(line % (7, 8))
    r, fourth = imported(folder, "again", path)
    check(sorted(fourth, key=str) == sorted(second, key=str), "what is there stays")
    said(r, 4, 4, other=1)


def rrd(folder):
    path = os.path.join(folder, "mrtg.rrd")
    start = 1763200800
    subprocess.run(["rrdtool", "create", path, "--start", str(start), "--step", "300", "DS:offset:GAUGE:600:U:U",
                    "DS:other:GAUGE:600:U:U", "RRA:AVERAGE:0.5:1:100", "RRA:AVERAGE:0.5:12:100", "RRA:MAX:0.5:1:100"],
                   check=True)
    updates = ["%d:%d:%s" % (start + 300 * i, i, "U" if i % 7 == 0 else i) for i in range(1, 301)]
    subprocess.run(["rrdtool", "update", path, *updates], check=True)
    r, lines = imported(folder, "from-rrd", path, status=2)
    if "rrd" not in BUILT_WITH:
        check("built without librrd" in r.err, f"{r.err}")
        return
    check("'offset', 'other': '--ds offset=SERIES*FACTOR'" in r.err and not lines, f"{r.err}")
    r, lines = imported(folder, "from-rrd", "--ds", "offset=offset_s*-0.001", path)
    check(b"values of 'offset' as offset_s, times -0.001" in r.out and b"'other' left out" in r.out, f"{r.out}")
    got = {time: v["offset_s"] for time, _, v in lines}
    wanted = {}
    end = start + 300 * 300
    for step, begin, until in ((3600, start, end - 100 * 300), (300, end - 100 * 300, end)):
        text = subprocess.run(["rrdtool", "fetch", path, "AVERAGE", "-r", str(step), "-s", str(begin), "-e", str(until - 1)],
                              stdout=subprocess.PIPE, text=True, check=True).stdout
        for at, value in re.findall(r"^(\d+): (\S+)", text, re.M):
            if "nan" not in value and begin < int(at) <= until - until % step:
                wanted[int(at)] = float(value) * -0.001
    as_text = subprocess.run(["date", "-u", "-f-", "+%Y-%m-%dT%H:%M:%S.000000000Z"], text=True, stdout=subprocess.PIPE,
                             input="".join("@%d\n" % t for t in wanted), check=True).stdout.split()
    wanted = dict(zip(as_text, wanted.values()))
    check(len(wanted) > 90, f"rrdtool fetches {len(wanted)}")
    check(got.keys() == wanted.keys(), f"{sorted(set(got) ^ set(wanted))[:9]} of {len(got)} and {len(wanted)}")
    check(all(abs(got[t] - wanted[t]) < 1e-12 for t in got.keys() & wanted.keys()), "the averages that rrdtool fetches")
    r, more = imported(folder, "from-rrd", "--ds", "offset=offset_s*-0.001", path)
    check(more == lines, f"a second time: {len(more)} and {len(lines)}")
    said(r, len(lines), len(lines))
    for bad in ("offset=offset", "offset=offset_s*x", "offset=offset_s*", "offset=", "offset=offset_s*inf"):
        r, _ = imported(folder, "bad-ds", "--ds", bad, path, status=2)
        check("bad value '" + bad in r.err, f"{bad}: {r.err}")
    with open(path, "r+b") as f:
        f.truncate(300)
    r, _ = imported(folder, "from-broken", path, status=2)
    check("librrd does not understand it" in r.err, f"{r.err}")


def as_root(folder):
    """The store is a monitor's, of another user, who has to be able to go on with all that root makes in it."""
    path = os.path.join(folder, "roots-logs")
    with open(path, "w") as f:
        f.write(LOGS)
    state = os.path.join(folder, "state")
    os.mkdir(state)
    os.chmod(folder, 0o755)
    root = [] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--map-auto"]
    if subprocess.run([*root, "chown", "7:8", state], stderr=subprocess.DEVNULL, check=False).returncode:
        return "nobody else to be: what root leaves to others is left out"
    store = os.path.join(state, "history")
    for words in (["import", path], ["history", "--rebuild"], ["history"]):
        done = subprocess.run([*root, NTPSCOPE, words[0], "--store", store, *words[1:]], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        unbuilt = "rrd" not in BUILT_WITH and "without round-robin" in done.stdout
        check(done.returncode == 0 or unbuilt, f"{words}: {done.stdout}")
    left = subprocess.run([*root, "find", state, "!", "(", "-uid", "7", "-gid", "8", ")"], stdout=subprocess.PIPE,
                          text=True, check=True).stdout
    check(left == "" and os.path.isdir(store), f"not of the store's owner: {left}")
    if root:
        subprocess.run([*root, "chown", "-R", "0:0", state], check=True)
    return ""


def main():
    with tempfile.TemporaryDirectory(prefix="ntpscope-import-") as folder:
        logs(folder)
        broken_lines(folder)
        pipe_for_a_lock(folder)
        pool(folder)
        again(folder)
        skipped = as_root(folder)
        if shutil.which("rrdtool"):
            rrd(folder)
        else:
            skipped = "no rrdtool; 'tools/bootstrap.sh test' installs it"
    finish(skipped)


if __name__ == "__main__":
    main()
