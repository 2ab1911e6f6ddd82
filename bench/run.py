#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench/run.py BUILD: how fast a capture is read, beside the floor and the peers, in one run.

The contestants take turns (a round each), so that a disturbance of the machine hits all of them; what is
printed is the median.  Figures of different machines do not compare; the ratios roughly do.

BENCH_PACKETS (10000000), BENCH_CLIENTS (1000000), BENCH_ROUNDS (5), BENCH_FILE (a little-endian pcap of one's
own) in the environment change what is measured.
"""

import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

PACKETS = int(os.environ.get("BENCH_PACKETS", 10_000_000))
CLIENTS = int(os.environ.get("BENCH_CLIENTS", 1_000_000))
ROUNDS = max(1, int(os.environ.get("BENCH_ROUNDS", 5)))
TSHARK_PACKETS = 200_000


def capture(build):
    """The capture to read."""
    own = os.environ.get("BENCH_FILE")
    return pathlib.Path(own) if own else generated(build, CLIENTS)


def generated(build, clients):
    """PACKETS packets of so many clients: made once, kept in BUILD/bench."""
    path = build / "bench" / f"{PACKETS}-packets-{clients}-clients.pcap"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        print(f"making {path} ...", flush=True)
        part = path.with_suffix(".part")
        generator = build / "tools" / "ntpgen"
        subprocess.run([generator, "--profile", "bench", "--packets", str(PACKETS), "--clients", str(clients),
                        "--output", part], check=True)
        part.rename(path)
    return path


def warm(path):
    """Into the page cache: we measure reading packets, not disks."""
    with open(path, "rb", buffering=0) as f:
        buffer = bytearray(1 << 20)
        while f.readinto(buffer):
            pass


def run(command):
    """(seconds, greatest resident size in bytes) of one run; the driver's own few MiB are its least."""
    start = time.monotonic()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.monotonic() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"exit status {child.returncode}: {' '.join(map(str, command))}")
    return seconds, usage.ru_maxrss * 1024


def anonymous_peak(command):
    """Greatest size of the memory that is not the mapped file, sampled while the command runs."""
    peak = 0
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while child.poll() is None:
        try:
            status = pathlib.Path(f"/proc/{child.pid}/status").read_text()
        except OSError:
            break
        size = sum(int(line.split()[1]) for line in status.splitlines() if line.startswith(("RssAnon", "RssShmem")))
        peak = max(peak, size * 1024)
        time.sleep(0.005)
    child.wait()
    return peak


def memory(build, command):
    """(fixed part, bytes a client) of that command, from the capture it reads and one of twice the clients."""
    one = anonymous_peak(command)
    other = generated(build, 2 * CLIENTS)
    two = anonymous_peak(command[:-1] + [other])
    per_client = (two - one) / CLIENTS
    return one - per_client * CLIENTS, per_client


def contestants(build, path, first):
    """(name, command, the file it reads)"""
    ntpscope = build / "ntpscope"
    rows = [
        ("walk over record headers (floor)", [build / "bench/bench-walk", path], path),
        ("libpcap, empty pcap_next_ex loop", [build / "bench/bench-pcap_loop", path], path),
        ("tcpdump -r FILE -w /dev/null", [shutil.which("tcpdump"), "-r", path, "-w", "/dev/null"], path),
        ("ntpscope report --threads 1", [ntpscope, "report", "--threads", "1", path], path),
        ("ntpscope report --threads 2", [ntpscope, "report", "--threads", "2", path], path),
        (f"tshark -2 -e ntp.delta_time (first {TSHARK_PACKETS})",
         [shutil.which("tshark"), "-n", "-2", "-r", first, "-T", "fields", "-e", "ntp.delta_time"], first),
    ]
    return [r for r in rows if r[1][0] and pathlib.Path(r[1][0]).exists()]


def packets_in(build, path):
    out = subprocess.run([build / "bench/bench-walk", path], check=True, capture_output=True, text=True).stdout
    return int(out.split()[0])


def head(path):
    """The first packets of the capture, for those who would need minutes for all of it."""
    first = path.with_name(path.stem + "-head.pcap")
    if not first.exists():
        subprocess.run(["tcpdump", "-r", path, "-c", str(TSHARK_PACKETS), "-w", first], check=True,
                       stderr=subprocess.DEVNULL)
    return first


def measure(rows):
    """name -> list of (seconds, resident); whoever fails is named and left out."""
    results = {name: [] for name, _, _ in rows}
    for number in range(ROUNDS):
        for name, command, _ in rows:
            if results[name] is None:
                continue
            try:
                results[name].append(run(command))
            except (RuntimeError, OSError) as e:
                print(f"left out: {e}", file=sys.stderr)
                results[name] = None
        print(f"\rround {number + 1} of {ROUNDS}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return {name: r for name, r in results.items() if r}


def main():
    build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build")
    path = capture(build)
    first = head(path)
    counts = {path: packets_in(build, path), first: packets_in(build, first)}
    warm(path)
    rows = contestants(build, path, first)
    results = measure(rows)

    files = {name: file for name, _, file in rows}
    floor_name = rows[0][0]
    per_packet = {name: statistics.median(s for s, _ in r) / counts[files[name]] for name, r in results.items()}
    floor = per_packet[floor_name]
    print(f"{counts[path]} packets, {path.stat().st_size / 1e6:.0f} MB, medians of {ROUNDS} interleaved rounds, "
          f"{os.cpu_count()} processors")
    print(f"{'':44}{'M packets/s':>12}{'x floor time':>14}{'spread':>9}{'max RSS MiB':>13}")
    table = []
    for name, r in results.items():
        seconds = sorted(s for s, _ in r)
        spread = (seconds[-1] - seconds[0]) / statistics.median(seconds)
        resident = max(m for _, m in r)
        print(f"{name:44}{1e-6 / per_packet[name]:12.2f}{per_packet[name] / floor:14.2f}{spread:8.0%} "
              f"{resident / 2**20:12.0f}")
        table.append({"name": name, "packets_per_s": 1 / per_packet[name], "times_floor": per_packet[name] / floor,
                      "max_rss_bytes": resident, "seconds": seconds})
    report = next((command for name, command, _ in rows if name.startswith("ntpscope") and name in results), None)
    fixed, per_client = memory(build, report) if report and "BENCH_FILE" not in os.environ else (None, None)
    if per_client:
        print(f"ntpscope's own memory (one thread): {fixed / 2**20:.0f} MiB and {per_client:.0f} bytes a client, "
              f"from captures of {CLIENTS} and {2 * CLIENTS} clients")
    summary = {"packets": counts[path], "clients": CLIENTS, "rounds": ROUNDS, "rows": table,
               "fixed_bytes": fixed, "bytes_per_client": per_client}
    (build / "bench" / "result.json").write_text(json.dumps(summary, indent=1) + "\n")


main()
