#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench/monitor.py BUILD: how fast a monitor answers while it counts, and how much memory it takes.

A generated capture is replayed at its own pace.  As soon as all clients are in the list, its first page and one from its
middle are asked for in every order, several times, each of which sorts anew; the list is exported, as it lies and sorted;
what was counted is saved and restored.  Prints medians, the most, and the most memory that was seen in each part.  It ends
after a minute and a half, whatever happens.

BENCH_CLIENTS (1000000), BENCH_RATE (200000 packets a second) and BENCH_SECONDS (75) change what is measured.
"""
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse

CLIENTS = int(os.environ.get("BENCH_CLIENTS", 1_000_000))
RATE = int(os.environ.get("BENCH_RATE", 200_000))
SECONDS = int(os.environ.get("BENCH_SECONDS", 75))
CAPACITY = CLIENTS + CLIENTS // 30  # the room is divided among 64 shards, and addresses not quite evenly
ROUNDS = 3
LIMIT = 100  # rows of a page
KEYS = """rx ip name first last tx rx_every alert owed peak rx_bytes tx_bytes delta icmp recent_every peak_10s delta_max
deltas poll port kod_rate kod_deny kod_rstr rx_flags tx_flags servers classes""".split()
LOOK_EVERY_S = 0.02


def generated(build):
    packets = max(RATE * SECONDS, 4 * CLIENTS)
    path = build / "bench" / f"monitor-{packets}-packets-{CLIENTS}-clients-{RATE}-a-second.pcap"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        part = path.with_suffix(".part")
        subprocess.run([build / "tools/ntpgen", "--profile", "bench", "--packets", str(packets), "--clients",
                        str(CLIENTS), "--rate", str(RATE), "--output", part], check=True)
        part.rename(path)
    return path


class Memory(threading.Thread):
    """Looks at what a process holds, and keeps the most."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.path, self.most = f"/proc/{pid}/status", 0
        self.start()

    def now_mb(self):
        with open(self.path, encoding="ascii") as status:
            return int(re.search(r"RssAnon:\s+(\d+)", status.read()).group(1)) * 1024 / 1e6

    def run(self):
        while True:
            try:
                self.most = max(self.most, self.now_mb())
            except (OSError, AttributeError):
                return  # it has ended
            time.sleep(LOOK_EVERY_S)

    def take(self):
        """The most since it was last asked for."""
        most, self.most = self.most, 0
        return max(most, self.now_mb())


class Monitor:
    def __init__(self, build, capture, state):
        self.log_path = build / "bench" / "monitor.log"
        self.began = time.monotonic()
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                [build / "ntpscope", "monitor", "--replay", capture, "--speed", "1", "--listen", "127.0.0.1:0",
                 "--resolve", "off", "--capacity", str(CAPACITY), "--state-dir", state,
                 "--log-level", "debug"], stderr=log)
        self.host, self.port = self.wait_for(r"page: http://([^:]+):(\d+)/").groups()
        self.memory = Memory(self.process.pid)

    def wait_for(self, pattern):
        for _ in range(1200):
            found = re.search(pattern, self.log_path.read_text())
            if found:
                return found
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        sys.exit("the monitor said: " + self.log_path.read_text()[-1000:])

    def ask(self, path, **query):
        """(seconds, octets of the answer, its last ones)"""
        connection = http.client.HTTPConnection(self.host, int(self.port), timeout=60)
        start, n, piece = time.monotonic(), 0, bytearray(1 << 20)
        connection.request("GET", path + ("?" + urllib.parse.urlencode(query) if query else ""))
        answer = connection.getresponse()
        tail = b""
        while got := answer.readinto(piece):
            n, tail = n + got, bytes(piece[:got]) if n < len(piece) else b""
        took = time.monotonic() - start
        connection.close()
        if answer.status != 200:
            sys.exit(f"{path} {query}: {answer.status} {tail[:200]}")
        return took, n, tail

    def is_over(self):
        return "the capture is at its end" in self.log_path.read_text()

    def n_clients(self):
        return json.loads(self.ask("/api/v1/clients", limit=0)[2])["total"]

    def packets(self):
        return json.loads(self.ask("/api/v1/summary")[2])["packets"]["ntp"]

    def end(self):
        """Seconds that it takes to save everything and to go."""
        start = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)
        return time.monotonic() - start


def fill(monitor):
    while (n := monitor.n_clients()) < CLIENTS:
        if monitor.process.poll() is not None or monitor.is_over():
            sys.exit(f"only {n} clients are in the list at the end of the capture")
        time.sleep(0.3)
    return n


def pages(monitor, n):
    """{(key, place): [ms...]}; no order is the one that was asked for before."""
    took = {}
    for place, offset in (("first", 0), ("middle", n // 2)):
        for i in range(ROUNDS):
            for key in KEYS:
                ms = 1e3 * monitor.ask("/api/v1/clients", sort=key, order=("desc", "asc")[i % 2], offset=offset,
                                       limit=LIMIT)[0]
                took.setdefault((key, place), []).append(ms)
    return took


def show_pages(took):
    print(f"\n{'page, ms':14} {'first':>8} {'most':>8} {'middle':>8} {'most':>8}")
    for key in KEYS:
        cells = [f(took[key, place]) for place in ("first", "middle") for f in (statistics.median, max)]
        print(f"{key:14} " + " ".join(f"{ms:8.1f}" for ms in cells))
    cells = []
    for place in ("first", "middle"):
        all_ms = [ms for (_, where), many in took.items() if where == place for ms in many]
        cells += [statistics.median(all_ms), max(all_ms)]
    print(f"{'all':14} " + " ".join(f"{ms:8.1f}" for ms in cells), flush=True)


def exports(monitor, n):
    for words, query in (("list as JSON, as it lies", {}), ("list as JSON, by requests", {"sort": "rx"})):
        rates = []
        for _ in range(ROUNDS):
            seconds, size, _ = monitor.ask("/api/v1/clients.json", **query)
            rates.append(n / seconds / 1e3)
        print(f"{words:28} {statistics.median(rates):8.0f} thousand rows/s, least {min(rates):.0f}; {size / 1e6:.0f} MB;"
              f" memory at most {monitor.memory.take():.0f} MB", flush=True)


def restore(build, capture, state):
    size_mb = sum(f.stat().st_size for f in pathlib.Path(state).iterdir()) / 1e6
    monitor = Monitor(build, capture, state)
    seconds = time.monotonic() - monitor.began
    monitor.wait_for("goes on from what was saved")
    print(f"{'restored, until it answers':28} {seconds:8.2f} s; {size_mb:.0f} MB in the file;"
          f" memory {monitor.memory.now_mb():.0f} MB")
    monitor.process.kill()
    monitor.process.wait()


def measure(build, capture, state):
    monitor = Monitor(build, capture, state)
    try:
        n = fill(monitor)
        began, before = time.monotonic(), monitor.packets()
        print(f"{n} clients, {RATE} packets a second; memory {monitor.memory.take():.0f} MB", flush=True)
        show_pages(pages(monitor, n))
        print(f"{'memory of all these pages':28} {monitor.memory.take():8.0f} MB at most\n")
        exports(monitor, n)
        print(f"{'packets counted meanwhile':28} {(monitor.packets() - before) / (time.monotonic() - began):8.0f} a second")
        if monitor.is_over():
            print("the capture ended meanwhile: BENCH_SECONDS makes it longer")
        print(f"{'saved, and ended':28} {monitor.end():8.2f} s")
        restore(build, capture, state)
    finally:
        if monitor.process.poll() is None:
            monitor.process.kill()
            monitor.process.wait()


def main():
    build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build")
    capture, state = generated(build), build / "bench" / "monitor-state"
    shutil.rmtree(state, ignore_errors=True)
    measure(build, capture, state)
    shutil.rmtree(state, ignore_errors=True)


if __name__ == "__main__":
    main()
