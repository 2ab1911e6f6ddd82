#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""chronyd, ntpd and ntpdig talk in network namespaces; ntpscope finds every exchange answered, and as many
requests as the server counted.

Skipped where network namespaces or the peers are impossible.
"""
import csv
import io
import os
import re
import struct
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tools", "record"))
import lab  # noqa: E402
import peers  # noqa: E402
from topology import pair  # noqa: E402

SKIP = 77


def requests_and_answers(path):
    """Modes of UDP port 123 in an Ethernet pcap, read without ntpscope: (requests, answers)."""
    with open(path, "rb") as source:
        data = source.read()
    at, counts = 24, {3: 0, 4: 0}
    while at + 16 <= len(data):
        caplen = struct.unpack("<I", data[at + 8:at + 12])[0]
        frame = data[at + 16:at + 16 + caplen]
        at += 16 + caplen
        header, udp = (34, 23) if frame[12:14] == b"\x08\x00" else (54, 20)
        if frame[12:14] not in (b"\x08\x00", b"\x86\xdd") or frame[udp] != 17 or len(frame) < header + 9:
            continue
        mode = frame[header + 8] & 7
        if 123 in struct.unpack("!HH", frame[header:header + 4]) and mode in counts:
            counts[mode] += 1
    return counts[3], counts[4]


def record(work):
    """Returns the capture's path and the number of packets that chronyd says it received."""
    capture = os.path.join(work, "live.pcap")
    with lab.Lab(work) as laboratory:
        pair(laboratory, n_clients=2)
        os.chmod(work, 0o700)
        laboratory.chronyd("server", "server", "local stratum 2\nallow all\ncmdport 323\n")
        laboratory.capture("server", "s0", capture)
        client = laboratory.chronyd("client", "client", "port 0\n"
                                    "server 192.0.2.1 iburst minpoll -1 maxpoll -1\n"
                                    "server 2001:db8::1 xleave minpoll 0 maxpoll 0\n")
        for address in ("192.0.2.1", "2001:db8::1"):
            laboratory.run("client", ["python3", peers.find("ntpdig"), "-p", "1", "-t", "1", address],
                           check=False)
        time.sleep(5)
        laboratory.stop(client)
        time.sleep(0.5)
        told = laboratory.run("server", [peers.find("chronyc"), "-h", laboratory.path("server.sock"),
                                         "serverstats"], check=False)
        laboratory.stop_captures()
    received = re.search(r"NTP packets received\s*:\s*(\d+)", told)
    return capture, int(received.group(1)) if received else None


def exchanges(capture):
    run = subprocess.run([os.environ["NTPSCOPE"], "exchanges", "--format", "csv", capture],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
    if run.returncode != 0:
        sys.exit("exit status %d: %s" % (run.returncode, run.stderr))
    return list(csv.DictReader(io.StringIO(run.stdout)))


def main():
    if os.environ.get(lab.MARK) != "1":
        reason = lab.impossible()
        missing = [name for name in ("chronyd", "chronyc", "ntpdig") if not peers.find(name)]
        if not reason and missing:
            reason = "no '%s'; 'tools/bootstrap.sh peers' unpacks it" % missing[0]
        if reason:
            print("skipped:", reason)
            return SKIP
    lab.enter()
    with tempfile.TemporaryDirectory(prefix="ntpscope-live-") as work:
        capture, received = record(work)
        n_requests, n_answers = requests_and_answers(capture)
        rows = exchanges(capture)
    classes = {}
    for row in rows:
        classes[row["class"]] = classes.get(row["class"], 0) + 1
    print("captured %d requests and %d answers; chronyd received %s; ntpscope: %s"
          % (n_requests, n_answers, received, classes))
    good = (n_requests >= 8 and n_requests == n_answers and classes == {"answered": n_requests}
            and received == n_requests)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
