#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ntpscope history` and `ntpscope import` on a disk that is full: which file could not be written, and why, a status that
says so, nothing half written under a name that counts, and all of it there once there is room.

The disk is of memory, 64 kB, in a namespace of the test's own.  Skipped where that is impossible.
"""
import glob
import os
import subprocess
import sys
import tempfile

from cli import check, finish, run

SKIP = 77
FULL = "No space left on device"
LINES = 1500
END = ("--end", "2024-10-19T00:00:00Z", "--range", "3d")


def enter():
    """Begins again in a mount namespace; None, or why that cannot be."""
    if os.environ.get("NTPSCOPE_FULL_DISK"):
        return None
    words = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-m", "--map-root-user"]
    tried = subprocess.run([*words, "mount", "-t", "tmpfs", "none", "/tmp"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                           check=False)
    if tried.returncode:
        return "no mount namespace of its own"
    os.environ["NTPSCOPE_FULL_DISK"] = "1"
    os.execvp("unshare", [*words, sys.executable, *sys.argv])


def mount(disk, size, remount=False):
    subprocess.run(["mount", "-t", "tmpfs", "-o", ("remount," if remount else "") + "size=" + size, "none", disk], check=True)


def fails(what, file, *words):
    r = run(*words)
    check(r.status == 2 and FULL in r.err and f"'{file}" in r.err, f"{what}: {r.status} {r.err}")
    return r


def files(disk):
    return sorted(p[len(disk) + 1:] for p in glob.glob(disk + "/**", recursive=True) if os.path.isfile(p))


def pictures(store, disk):
    """Each is whole or not there, and an old one stays."""
    with open(disk + "/old.svg", "w") as f:
        f.write("old")
    with open(disk + "/filling", "wb", buffering=0) as f:
        while True:
            try:
                f.write(b"x" * 4096)
            except OSError:
                break
    before = files(disk)
    for name in ("new.svg", "old.svg", "new.png"):
        r = run("history", "--store", store, "192.0.2.1", *END, "-o", "/dev/null", "--format", name[-3:])
        if r.status:
            print(f"{name[-3:]} left out: {r.err}")
            continue
        fails(name, f"{disk}/{name}", "history", "--store", store, "192.0.2.1", *END, "-o", f"{disk}/{name}")
    fails("exact values", f"{disk}/x.csv", "history", "--store", store, "--exact", *END, "-o", disk + "/x.csv")
    fails("a site", f"{disk}/site/192.0.2.1.html", "history", "--store", store, "--site", disk + "/site", *END[:2])
    for words in (("--exact",), ("192.0.2.1", "--format", "svg"), ("192.0.2.1", "--format", "json"), ("--format", "json")):
        fails(f"{words}", "/dev/full", "history", "--store", store, *words, *END, "-o", "/dev/full")
    check(files(disk) == before and os.path.getsize(disk + "/old.svg") == 3, f"half written: {files(disk)}")
    os.unlink(disk + "/filling")


def stores(log, disk):
    store = disk + "/history"
    whole = run("import", "--store", os.path.dirname(log) + "/whole", log)
    check(whole.status == 0, f"with room: {whole.err}")
    fails("the journal", f"{store}/2024-10-17.log", "import", "--store", store, log)
    check(not [f for f in files(disk) if ".rrd" in f], f"{files(disk)}")
    has_files = bool(glob.glob(os.path.dirname(log) + "/whole/rrd/192.0.2.1/*.rrd"))
    if has_files:
        fails("files made anew", f"{store}/rrd/192.0.2.1/", "history", "--store", store, "--rebuild")
        check(not [f for f in files(disk) if ".rrd" in f], f"{files(disk)}")
        # Without a file the journal is what is drawn and listed.
        r = run("history", "--store", store, "192.0.2.1", *END, "--format", "json")
        check(r.status == 0 and b'"n": 0' not in r.out, f"drawn: {r.err}")
    mount(disk, "20m", remount=True)
    r = run("import", "--store", store, log)
    check(r.status == 0 and b"were there already" in r.out, f"with room again: {r.out} {r.err}")
    wanted, got = (sorted(run("history", "--store", s, "--exact", *END).out.split())
                   for s in (os.path.dirname(log) + "/whole", store))
    check(len(wanted) == 4 * LINES + 1 and wanted == got, f"each value once: {len(got)} of {len(wanted)}")


def main():
    why = enter()
    if why:
        print("skipped:", why)
        sys.exit(SKIP)
    with tempfile.TemporaryDirectory(prefix="ntpscope-full-") as work:
        log, disk = work + "/peerstats", work + "/disk"
        with open(log, "w") as f:
            f.writelines("60600 %d.250 192.0.2.1 9014 0.000001%03d 0.001 0.01 0.0001\n" % (16 * i, i % 1000)
                         for i in range(LINES))
        os.mkdir(disk)
        mount(disk, "64k")
        stores(log, disk)
        subprocess.run(["umount", disk], check=True)
        mount(disk, "64k")
        pictures(work + "/whole", disk)
        subprocess.run(["umount", disk], check=True)
    finish()


if __name__ == "__main__":
    main()
