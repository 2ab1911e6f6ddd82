# SPDX-License-Identifier: GPL-3.0-or-later
"""A monitor whose list is full: a million clients with the settings as they are.  Its memory stays below 200 MB whatever
is asked for at once, and a sorted list has each client once and in order.  A sanitizer's memory is another matter: brief
runs leave it out.
"""
import os
import re
import subprocess
import tempfile
import threading
import time

import cli
from cli import check
from watching import Monitor

NTPGEN = os.path.join(os.environ.get("NTPSCOPE_BUILD", "build"), "tools", "ntpgen")
CLIENTS, PACKETS = 1_000_000, 3_000_000
MOST_MB = 200
RX = 4  # the column


class Memory(threading.Thread):
    """The most that a process held of its own."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.path, self.most, self.over = f"/proc/{pid}/status", 0, False

    def look(self):
        with open(self.path, encoding="ascii") as status:
            kilobytes = int(re.search(r"RssAnon:\s+(\d+)", status.read()).group(1))
        self.most = max(self.most, kilobytes * 1024 / 1e6)

    def run(self):
        while not self.over:
            self.look()
            time.sleep(0.01)


def read_rows(m, total, seen):
    """The list by requests: in order, each client once; `seen` gets what was wrong, and the number of rows."""
    c = m.connect(60)
    c.request("GET", "/api/v1/clients.csv?sort=rx")
    answer = c.getresponse()
    answer.readline()
    clients, before, falls = set(), None, True
    for line in answer:
        cells = line.split(b",", RX + 1)
        rx = int(cells[RX])
        falls &= before is None or rx <= before
        before = rx
        clients.add(cells[0])
        seen["rows"] = seen.get("rows", 0) + 1
    c.close()
    seen["distinct"], seen["falls"] = len(clients), falls


def ask_everything(m, reader):
    """All kinds of questions, for as long as the list is being read, and once at least."""
    while True:
        for target in ("/api/v1/clients?sort=last&offset=500000", "/api/v1/clients?sort=ip&limit=1000",
                       "/api/v1/exchanges?limit=1000", "/api/v1/clients?filter=10.0.0.0/8&sort=alert", "/metrics"):
            status, _, _ = m.ask(target)
            check(status == 200, f"{target}: {status}")
        if not reader.is_alive():
            return


def full(capture):
    with Monitor(capture=capture) as m:
        memory = Memory(m.process.pid)
        memory.start()
        summary = m.get("/api/v1/summary")["clients"]
        total = m.get("/api/v1/clients", limit=0)["total"]
        check(summary["capacity"] == CLIENTS and 0.99 * CLIENTS < total <= CLIENTS, f"the list is full: {total}")
        seen = {}
        reader = threading.Thread(target=read_rows, args=(m, total, seen))
        reader.start()
        ask_everything(m, reader)
        reader.join()
        check(seen == {"rows": total, "distinct": total, "falls": True}, f"the list of {total}: {seen}")
        memory.over = True
        memory.join()
        print(f"{total} clients: {memory.most:.0f} MB at most")
        check(memory.most < MOST_MB, f"memory: {memory.most:.0f} MB, {MOST_MB} are enough")


def main():
    os.environ["MALLOC_PERTURB_"] = "0"  # meson's, which touches memory that nobody else would
    with tempfile.TemporaryDirectory(prefix="ntpscope-million-", dir=os.environ.get("NTPSCOPE_BUILD")) as work:
        capture = os.path.join(work, "million.pcap")
        subprocess.run([NTPGEN, "--packets", str(PACKETS), "--clients", str(CLIENTS), "--rate", "200000", "--output",
                        capture], check=True)
        full(capture)
    cli.finish()


main()
