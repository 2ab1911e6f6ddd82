#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench/monitor.py BUILD: how fast a monitor answers while it counts, and how much memory it takes.

A generated capture is replayed at so many packets a second; as soon as all clients are in the list, pages of it are
asked for in every order, the list is exported, and the memory is read.  Of each question the wall time and the
processor time of the thread that answers are printed: the first includes waiting for a processor.

BENCH_CLIENTS (1000000), BENCH_PACKETS (10 times that), BENCH_RATE (200000 packets a second) change what is measured.
"""

import http.client
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time
import urllib.parse

CLIENTS = int(os.environ.get("BENCH_CLIENTS", 1_000_000))
PACKETS = int(os.environ.get("BENCH_PACKETS", 10 * CLIENTS))
RATE = int(os.environ.get("BENCH_RATE", 200_000))
SORTS = """rx ip name first last tx rx_every alert owed peak rx_bytes tx_bytes delta icmp recent_every peak_10s delta_max
deltas poll port kod_rate kod_deny kod_rstr rx_flags tx_flags servers classes""".split()
FILTERS = ("", "10.0.0.0/9", "alert:sleep,yellow,red")
SPAN_S = 1250  # of the generated capture, whatever its length


def generated(build):
    path = build / "bench" / f"monitor-{PACKETS}-packets-{CLIENTS}-clients.pcap"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        part = path.with_suffix(".part")
        subprocess.run([build / "tools/ntpgen", "--profile", "bench", "--packets", str(PACKETS), "--clients",
                        str(CLIENTS), "--output", part], check=True)
        part.rename(path)
    return path


class Monitor:
    def __init__(self, build, capture):
        speed = max(1, round(RATE * SPAN_S / PACKETS))
        self.log_path = build / "bench" / "monitor.log"
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                [build / "ntpscope", "monitor", "--replay", capture, "--speed", str(speed), "--listen", "127.0.0.1:0",
                 "--resolve", "off", "--capacity", str(max(CLIENTS, 1_000_000))], stderr=log)
        self.host, self.port = self.wait_for(r"page: http://([^:]+):(\d+)/").groups()

    def wait_for(self, pattern):
        for _ in range(600):
            found = re.search(pattern, self.log_path.read_text())
            if found:
                return found
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        sys.exit("the monitor said: " + self.log_path.read_text()[-1000:])

    def cpu_s(self):
        pid = self.process.pid
        return int(pathlib.Path(f"/proc/{pid}/task/{pid}/schedstat").read_text().split()[0]) / 1e9

    def memory_mb(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"RssAnon:\s+(\d+)", status).group(1)) * 1024 / 1e6

    def ask(self, path, **query):
        """(seconds, processor seconds, octets of the answer)"""
        connection = http.client.HTTPConnection(self.host, int(self.port), timeout=120)
        cpu, start = self.cpu_s(), time.monotonic()
        connection.request("GET", path + ("?" + urllib.parse.urlencode(query) if query else ""))
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        if answer.status != 200:
            sys.exit(f"{path} {query}: {answer.status} {body[:200]}")
        return time.monotonic() - start, self.cpu_s() - cpu, body


def pages(monitor, n):
    for text in FILTERS:
        took = []
        for sort in SORTS:
            for order in ("asc", "desc"):
                for offset in (0, n // 2, max(0, n - 100)):
                    query = {"sort": sort, "order": order, "offset": offset, "limit": 100}
                    if text:
                        query["filter"] = text
                    wall, cpu, _ = monitor.ask("/api/v1/clients", **query)
                    took.append((wall * 1e3, cpu * 1e3))
        walls, cpus = zip(*took)
        print(f"{len(took)} pages, filter '{text}': wall median {statistics.median(walls):.0f} ms, most {max(walls):.0f};"
              f" processor median {statistics.median(cpus):.0f} ms, most {max(cpus):.0f};"
              f" {sum(w < 100 for w in walls)} under 100 ms; memory {monitor.memory_mb():.0f} MB", flush=True)


def main():
    build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build")
    monitor = Monitor(build, generated(build))
    try:
        while True:
            n = json.loads(monitor.ask("/api/v1/clients", limit=0)[2])["total"]
            if n >= CLIENTS:
                break
            time.sleep(0.3)
        print(f"{n} clients, {RATE} packets a second; memory {monitor.memory_mb():.0f} MB", flush=True)
        pages(monitor, n)
        wall, cpu, body = monitor.ask("/api/v1/clients.json")
        print(f"whole list as JSON: {n / wall / 1e3:.0f} thousand rows a second, {cpu:.2f} s of processor time,"
              f" {len(body) / 1e6:.0f} MB; memory {monitor.memory_mb():.0f} MB")
        wall, cpu, _ = monitor.ask("/")
        print(f"the page itself: {wall * 1e3:.0f} ms")
    finally:
        monitor.process.terminate()
        monitor.process.wait()


if __name__ == "__main__":
    main()
