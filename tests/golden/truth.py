# SPDX-License-Identifier: GPL-3.0-or-later
"""What tshark says of a capture, field by field, from the quickest place that knows.

The fields are those of golden/fields.txt, one run of tshark asks for all of them.
For captures of our own: golden/tshark/NAME.tsv.gz, kept in the repository, so that no tshark is needed.
For all others, and where the capture has changed since: tshark itself, its answer kept in the build folder
under the capture's SHA-256 and tshark's version.
"""
import glob
import gzip
import hashlib
import json
import os
import shutil
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
OWN = os.path.join(ROOT, "tests", "captures")
SHARED = os.path.join(ROOT, "..", "shared", "captures")
STORED = os.path.join(HERE, "tshark")
BUILD = os.environ.get("NTPSCOPE_BUILD") or os.path.join(ROOT, "build")

with open(os.path.join(HERE, "fields.txt"), encoding="ascii") as names:
    FIELDS = names.read().split()


def columns():
    return [word for field in FIELDS for word in ("-e", field)]


def some(paths):
    """One in eight, since each costs a run of tshark or more; all with NTPSCOPE_ALL_CAPTURES=1."""
    return paths if os.environ.get("NTPSCOPE_ALL_CAPTURES") else paths[::8]


def captures():
    """Paths of captures: our own, and some of the optional ones."""
    own = [p for p in sorted(glob.glob(os.path.join(OWN, "*"))) if not p.endswith((".md", ".txt"))]
    shared = [p for p in sorted(glob.glob(os.path.join(SHARED, "*")))
              if os.path.isfile(p) and not p.endswith(".md")]
    return own + some(shared)


def sha256(path):
    with open(path, "rb") as source:
        return hashlib.sha256(source.read()).hexdigest()


def is_own(path):
    return os.path.dirname(path) == OWN


def tshark_environment():
    """No personal preference may change an answer."""
    empty = os.path.join(BUILD, "tshark-home")
    os.makedirs(empty, exist_ok=True)
    return dict(os.environ, TZ="UTC", LC_ALL="C.UTF-8", HOME=empty, XDG_CONFIG_HOME=empty,
                WIRESHARK_CONFIG_DIR=empty)


def tshark_version():
    """Such as '4.0.17', or None without tshark."""
    if not shutil.which("tshark"):
        return None
    words = subprocess.run(["tshark", "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                           env=tshark_environment(), text=True, timeout=60).stdout.split()
    return words[2].rstrip(".") if len(words) > 2 else "unknown"


def ask_tshark(path):
    """tshark's lines.  Its exit status says no more than that the file was damaged: what it read counts."""
    command = ["tshark", "-n", "-2", "-r", path, "-Y", "ntp", "-T", "fields", "-E", "occurrence=a",
               "-E", "aggregator=,"] + columns()
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=tshark_environment(),
                         timeout=120)
    return run.stdout.decode("utf-8", "replace").split("\n")[:-1]


def stored_path(path):
    return os.path.join(STORED, os.path.basename(path) + ".tsv.gz")


def fields_digest():
    return hashlib.sha256(" ".join(FIELDS).encode()).hexdigest()


def write_stored(path, version, lines):
    """Only the columns that hold something in this capture."""
    os.makedirs(STORED, exist_ok=True)
    rows = [line.split("\t") for line in lines]
    used = [i for i in range(len(FIELDS)) if any(len(row) > i and row[i] for row in rows)]
    head = "# tshark %s, capture %s, fields %s" % (version, sha256(path), fields_digest())
    out = [head, "\t".join(FIELDS[i] for i in used)] + ["\t".join(row[i] for i in used) for row in rows]
    data = "\n".join(out + [""]).encode()
    with open(stored_path(path), "wb") as target:
        target.write(gzip.compress(data, 9, mtime=0))


def read_stored(path):
    """The kept lines, or None when there are none for this content and these fields."""
    try:
        with gzip.open(stored_path(path), "rt", encoding="utf-8", newline="\n") as source:
            head, names, *lines = source.read().split("\n")
    except (OSError, ValueError):
        return None
    if not head.endswith("capture %s, fields %s" % (sha256(path), fields_digest())):
        return None
    places = [FIELDS.index(name) for name in names.split("\t")] if names else []
    out = []
    for line in lines[:-1]:
        row = [""] * len(FIELDS)
        for place, cell in zip(places, line.split("\t")):
            row[place] = cell
        out.append("\t".join(row))
    return out


def has_no_ntp(path):
    """Whether the note beside a shared capture says that tshark saw no NTP in exactly these bytes."""
    note = os.path.join(os.path.dirname(path), "truth", os.path.basename(path) + ".json")
    try:
        with open(note) as source:
            known = json.load(source)
    except (OSError, ValueError):
        return False
    return known.get("ntp_frames") == 0 and known.get("sha256") == sha256(path)


def cached(path, version):
    key = hashlib.sha256((sha256(path) + version + fields_digest()).encode()).hexdigest()
    name = os.path.join(BUILD, "tshark-answers", key + ".gz")
    try:
        with gzip.open(name, "rt", encoding="utf-8", newline="\n") as source:
            return source.read().split("\n")[:-1]
    except OSError:
        pass
    lines = ask_tshark(path)
    os.makedirs(os.path.dirname(name), exist_ok=True)
    part = "%s.%d" % (name, os.getpid())
    with gzip.open(part, "wt", encoding="utf-8", newline="\n") as out:
        out.write("".join(line + "\n" for line in lines))
    os.replace(part, name)
    return lines


def lines_of(path, version):
    """tshark's lines for a capture; None when nobody knows them here."""
    stored = read_stored(path) if is_own(path) else None
    if stored is not None:
        return stored
    if has_no_ntp(path):
        return []
    return cached(path, version) if version else None
