# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the real binary, for the tests in this folder; see tests/meson.build for the environment."""
import os
import subprocess
import sys

NTPSCOPE = os.environ.get("NTPSCOPE", "build/ntpscope")
CAPTURES = "tests/captures"
failures = []


class Ran:
    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err


def run(*args, stdin=b"", stdout=None, env=None):
    """The finished process; its output is bytes, or where stdout says."""
    done = subprocess.run(
        [NTPSCOPE, *args],
        input=stdin if isinstance(stdin, bytes) else None,
        stdin=None if isinstance(stdin, bytes) else stdin,
        stdout=stdout or subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **(env or {})},
        timeout=120,
    )
    return Ran(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))


def check(holds, what):
    if not holds:
        failures.append(what)
        print("FAILED: " + what)


def capture(name):
    return f"{CAPTURES}/{name}"


def has_captures(*names):
    return all(os.path.exists(capture(n)) for n in names)


def finish():
    print(f"{len(failures)} failures")
    sys.exit(1 if failures else 0)
