#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench/flood.py BUILD: what a flood of spoofed addresses does to a monitor.

Good clients ask for a while; then come addresses that were never seen before, each once or twice, far more than there is
room for.  Prints how many of the good clients are still in the list, how many addresses were refused and how
many the monitor thinks that were, and its memory.  It takes a minute or two, and some 6 GB in BUILD meanwhile.

FLOOD_GOOD (400000), FLOOD_ADDRESSES (20000000) and FLOOD_CAPACITY (1000000) change what is measured.
"""
import csv
import http.client
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import time

GOOD = int(os.environ.get("FLOOD_GOOD", 400_000))
ADDRESSES = int(os.environ.get("FLOOD_ADDRESSES", 20_000_000))
CAPACITY = int(os.environ.get("FLOOD_CAPACITY", 1_000_000))
START_S = 1772323200
GOOD_RATE, FLOOD_RATE = 20_000, 200_000
EACH = 10  # requests of a good client, about
GOOD_S = 2 * EACH * GOOD / GOOD_RATE
END_S = 600


def generate(build, path, *options):
    subprocess.run([build / "tools/ntpgen", "--output", path, *map(str, options)], check=True)


def addresses(text):
    rows = csv.reader(io.StringIO(text))
    column = next(rows).index("ip")
    return {row[column] for row in rows}


def replayed(build, captures):
    """(list as CSV, summary, most memory in MB) of a monitor that has seen them."""
    log_path = build / "bench" / "flood.log"
    words = [word for capture in captures for word in ("--replay", capture)]
    with open(log_path, "wb") as log:
        process = subprocess.Popen([build / "ntpscope", "monitor", *words, "--speed", "0", "--resolve", "off", "--listen",
                                    "127.0.0.1:0", "--capacity", str(CAPACITY)], stderr=log)
    try:
        end = time.monotonic() + END_S
        while "at its end" not in log_path.read_text():
            if process.poll() is not None or time.monotonic() > end:
                sys.exit("the monitor said: " + log_path.read_text()[-1000:])
            time.sleep(0.2)
        host, port = re.search(r"page: http://([^:]+):(\d+)/", log_path.read_text()).groups()
        connection = http.client.HTTPConnection(host, int(port), timeout=60)
        answers = []
        for path in ("/api/v1/clients.csv", "/api/v1/summary"):
            connection.request("GET", path)
            answers.append(connection.getresponse().read().decode())
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        return answers[0], json.loads(answers[1]), int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) * 1024 / 1e6
    finally:
        process.kill()
        process.wait()


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: bench/flood.py BUILD")
    build = pathlib.Path(sys.argv[1]).resolve()
    good, flood = build / "bench" / "flood-good.pcap", build / "bench" / "flood.pcap"
    good.parent.mkdir(exist_ok=True)
    try:
        generate(build, good, "--packets", 2 * EACH * GOOD, "--clients", GOOD, "--rate", GOOD_RATE, "--seed", 7)
        generate(build, flood, "--packets", 2 * ADDRESSES, "--clients", ADDRESSES, "--first-client", GOOD, "--rate",
                 FLOOD_RATE, "--start", START_S + int(GOOD_S) + 5)
        before = addresses(replayed(build, [good])[0])
        text, summary, memory_mb = replayed(build, [good, flood])
    finally:
        good.unlink(missing_ok=True)
        flood.unlink(missing_ok=True)
    after, clients = addresses(text), summary["clients"]
    n_entered = len(after - before)
    n_refused, n_estimated = ADDRESSES - n_entered, clients["refused_addresses_estimate"]
    print(f"{len(before)} good clients, then {ADDRESSES} addresses at {FLOOD_RATE} packets a second, room for {CAPACITY}")
    print(f"good clients still in the list   {len(after & before):12} of {len(before)}")
    print(f"of the flood in the list         {n_entered:12}")
    print(f"addresses refused                {n_refused:12}")
    print(f"addresses refused, as estimated  {n_estimated:12}, {100 * (n_estimated / n_refused - 1):+.2f} %")
    print(f"packets refused                  {clients['refused_packets']:12}")
    print(f"memory at most                   {memory_mb:12.0f} MB")


main()
