# SPDX-License-Identifier: GPL-3.0-or-later
"""A monitor in a laboratory, for the tests beside: started in a host's namespace, asked through its interface."""
import json
import os
import re
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tools", "record"))
import lab as laboratories  # noqa: E402
import peers  # noqa: E402

SKIP = 77
FETCH = """
import sys, urllib.request
with urllib.request.urlopen(sys.argv[1], timeout=20) as answer:
    sys.stdout.buffer.write(answer.read())
"""
failures = []


def check(holds, what):
    if not holds:
        failures.append(what)
        print("FAILED: " + what, flush=True)


def finish():
    print("%d failures" % len(failures))
    return 1 if failures else 0


def built_with(library):
    """Whether the build has what only some have (tests/meson.build): what the program says of that is no proof."""
    return library in os.environ.get("NTPSCOPE_BUILT_WITH", "png rrd snmp").split()


def skip_unless(*programs):
    """Outside the laboratory: the reason to skip, or None.  Inside nothing is looked at again."""
    if os.environ.get(laboratories.MARK) == "1":
        return None
    reason = laboratories.impossible()
    missing = [name for name in programs if not peers.find(name)]
    if not reason and missing:
        reason = "no '%s'; 'tools/bootstrap.sh peers' unpacks it" % missing[0]
    if not reason and os.geteuid() != 0:
        reason = "only root may watch interfaces here"
    return reason


def in_laboratory(play, name, *programs, reason=None, mode=0o755):
    """play(lab) once it is possible, in a scratch directory of that mode; what the program ends with.  SKIP is play's to return."""
    reason = skip_unless(*programs) or reason
    if reason:
        print("skipped:", reason)
        return SKIP
    laboratories.enter()
    with tempfile.TemporaryDirectory(prefix="ntpscope-%s-" % name) as work, laboratories.Lab(work) as lab:
        os.chmod(work, mode)
        status = play(lab)
    return status or finish()


def state_folder(lab):
    """Where a monitor keeps its state, whoever it is by then."""
    path = lab.path("state")
    os.mkdir(path)
    os.chmod(path, 0o777)
    return path


class Monitor:
    """One run of `ntpscope monitor`; port 8123 of its own namespace."""

    def __init__(self, lab, host, *options, log="monitor.log"):
        self.lab, self.host, self.log = lab, host, lab.path(log)
        self.process = lab.start(host, [os.environ["NTPSCOPE"], "monitor", "--resolve", "off", *options],
                                 log=log)
        self.wait_for("page: http")

    def wait_for(self, text, seconds=20):
        laboratories.wait_for(self.log, text, self.process, seconds)

    def said(self):
        with open(self.log, errors="replace") as log:
            return log.read()

    def get(self, path):
        text = self.lab.run(self.host, [sys.executable, "-c", FETCH, "http://127.0.0.1:8123" + path])
        return json.loads(text)

    def clients(self):
        return {c["ip"]: c for c in self.get("/api/v1/clients.json")["clients"]}

    def summary(self):
        return self.get("/api/v1/summary")

    def until(self, holds, seconds=20):
        """The first summary for which that holds, or the last one there was."""
        end = time.monotonic() + seconds
        while True:
            s = self.summary()
            if holds(s) or time.monotonic() > end:
                return s
            time.sleep(0.2)

    def stop(self):
        self.lab.stop(self.process)
        found = re.search(r"counted (\d+) frames, (\d+) clients; (\d+) dropped", self.said())
        return [int(n) for n in found.groups()] if found else None
