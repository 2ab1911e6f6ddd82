# SPDX-License-Identifier: GPL-3.0-or-later
"""tshark's answers to one question, for captures of our own kept in the repository: tshark/ASPECT.json.gz holds
{capture: {"sha256": ..., "answer": ...}}, so that no tshark is needed.  For all others, and where a capture has
changed, tshark is asked and its answer kept in the build folder.

usage of a test that uses it, to bring the kept answers up to date: TEST.py --keep
"""
import gzip
import hashlib
import json
import os
import subprocess

import truth


def tshark(*args):
    """Its lines; the exit status says no more than that a capture is damaged."""
    run = subprocess.run(["tshark", "-n", *args], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                         env=truth.tshark_environment(), timeout=300)
    return run.stdout.decode("utf-8", "replace").splitlines()


class Kept:
    """ask(path) makes the answer, anything that JSON can hold."""

    def __init__(self, aspect, ask):
        self.aspect, self.ask = aspect, ask
        self.version = truth.tshark_version()
        self.path = os.path.join(truth.STORED, aspect + ".json.gz")
        try:
            with gzip.open(self.path, "rt", encoding="utf-8") as source:
                self.stored = json.load(source)
        except OSError:
            self.stored = {}

    def answer(self, path):
        """None when nobody knows."""
        digest = truth.sha256(path)
        known = self.stored.get(os.path.basename(path)) if truth.is_own(path) else None
        if known and known["sha256"] == digest:
            return known["answer"]
        if not self.version:
            return None
        key = hashlib.sha256((digest + self.version + self.aspect).encode()).hexdigest()
        name = os.path.join(truth.BUILD, "tshark-answers", key + ".json")
        try:
            with open(name, encoding="utf-8") as source:
                return json.load(source)
        except (OSError, ValueError):
            pass
        found = self.ask(path)
        os.makedirs(os.path.dirname(name), exist_ok=True)
        part = "%s.%d" % (name, os.getpid())
        with open(part, "w", encoding="utf-8") as out:
            json.dump(found, out)
        os.replace(part, name)
        return found

    def keep(self):
        """Writes the answers for all captures of our own."""
        found = {}
        for path in truth.captures():
            if truth.is_own(path):
                found[os.path.basename(path)] = {"sha256": truth.sha256(path), "answer": self.ask(path)}
        data = json.dumps(found, sort_keys=True, separators=(",", ":")).encode()
        with open(self.path, "wb") as out:
            out.write(gzip.compress(data, 9, mtime=0))
