#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ntpscope monitor` under load, in a network of its own: what the kernel drops is told to the last packet, and
kill -9 at any moment loses no more than the last interval.  What was sent is what is counted and dropped, at any rate.
How many packets a second go through without loss is measured and printed; it decides nothing, and a brief run leaves
it out.

Skipped where network namespaces are impossible.
"""
import ctypes
import fcntl
import json
import os
import random
import re
import resource
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

from watching import SKIP, check, finish, laboratories, skip_unless

FLOOD = os.path.join(os.environ["NTPSCOPE_BUILD"], "tools", "ntpflood")
BRIEF = bool(os.environ.get("NTPSCOPE_BRIEF"))
KILLS = int(os.environ.get("NTPSCOPE_KILLS", "8" if BRIEF else "50"))
STRAY = 50  # frames that are nobody's: neighbours looking for each other


def on(cpu):
    """Words before a command that let it run on one processor only."""
    return ["taskset", "-c", str(cpu)] if cpu is not None else []


class Local:
    """A monitor of interface b0 in this very namespace."""

    def __init__(self, log, *options, cpu=None):
        self.log = log
        with open(log, "ab") as out:
            self.process = subprocess.Popen(
                on(cpu) + [os.environ["NTPSCOPE"], "monitor", "-i", "b0", "--resolve", "off", *options], stderr=out)
        end = time.monotonic() + 20
        while self.get("/healthz") is None:
            if self.process.poll() is not None or time.monotonic() > end:
                with open(log, encoding="utf-8") as text:
                    sys.exit("it does not answer: " + text.read()[-2000:])
            time.sleep(0.01)

    def get(self, path):
        try:
            with urllib.request.urlopen("http://127.0.0.1:8123" + path, timeout=10) as answer:
                return json.load(answer)
        except OSError:
            return None

    def until(self, holds, seconds=20):
        end = time.monotonic() + seconds
        while True:
            s = self.get("/api/v1/summary")
            if holds(s) or time.monotonic() > end:
                return s
            time.sleep(0.1)

    def rx(self, ip):
        c = self.get("/api/v1/clients?limit=10")
        return next((x["rx"] for x in c["clients"] if x["ip"] == ip), 0)

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(timeout=20)


def make_network():
    for words in ("link set lo up", "link add a0 type veth peer name b0", "link set a0 addrgenmode none",
                  "link set b0 addrgenmode none", "link set a0 up", "link set b0 up", "address add 192.0.2.1/24 dev a0"):
        subprocess.run(["ip", *words.split()], check=True)


def let_frames_come_in_batches(interface):
    """Switches GRO on, without which a veth takes no frames from a program in the kernel."""
    sets_gro, siocethtool = 0x2c, 0x8946
    value = ctypes.create_string_buffer(struct.pack("II", sets_gro, 1))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        fcntl.ioctl(s, siocethtool, struct.pack("16sP8x", interface.encode(), ctypes.addressof(value)))


def flood(rate, seconds, clients=1000, cpu=None):
    told = subprocess.run(on(cpu) + [FLOOD, "a0", str(rate), str(seconds), str(clients)], check=True, timeout=60,
                          stdout=subprocess.PIPE, text=True).stdout
    found = re.match(r"(\d+) frames in ([\d.]+) s, \d+ a second, through a (.*)", told)
    return int(found.group(1)), float(found.group(2)), found.group(3)


def source(summary):
    return summary["sources"][0]


def accounted_for(summary):
    """Received or lost; what was received is counted a little later."""
    return source(summary)["received_packets"] + source(summary)["dropped_packets"]


def tagged_frame(n_tags):
    """A request of 192.0.2.100 + n_tags, in so many VLAN tags."""
    udp = struct.pack("!HHHH", 40000, 123, 56, 0) + b"\x23" + bytes(47)
    address = [socket.inet_aton(a) for a in ("192.0.2.%d" % (100 + n_tags), "198.51.100.1")]
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, *address)
    tags = [struct.pack("!HH", 0x88a8 if n_tags == 2 and i == 0 else 0x8100, 5 + i) for i in range(n_tags)]
    return b"\2\0\0\0\0\x99\2\0\0\0\0\1" + b"".join(tags) + b"\x08\0" + ip + udp


def tags_are_looked_into(log):
    monitor = Local(log)
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as s:
        s.bind(("a0", 0))
        for n_tags in range(3):
            s.send(tagged_frame(n_tags))
    monitor.until(lambda s: s["packets"]["requests"] == 3)
    seen = {c["ip"]: c["rx"] for c in monitor.get("/api/v1/clients.json")["clients"]}
    monitor.end()
    check(seen == {"192.0.2.100": 1, "192.0.2.101": 1, "192.0.2.102": 1}, "without tag, in one, in two: %s" % seen)


def drops_are_told_to_the_last(log):
    monitor = Local(log, "--buffer", "1M")
    monitor.process.send_signal(signal.SIGSTOP)
    sent, _, _ = flood(0, 0.5)
    monitor.process.send_signal(signal.SIGCONT)
    s = monitor.until(lambda s: accounted_for(s) >= sent)
    time.sleep(1)
    s = source(monitor.get("/api/v1/summary"))
    print("sent %d while it slept: counted %d, dropped %d" % (sent, s["received_packets"], s["dropped_packets"]))
    check(s["dropped_packets"] > 0, "packets were dropped")
    check(abs(s["received_packets"] + s["dropped_packets"] - sent) <= STRAY, "all of them are accounted for")
    monitor.end()
    with open(log, encoding="utf-8") as text:
        check("packets were dropped before they could be counted" in text.read(), "the log tells of drops")


def both_ways_bring_the_same(log):
    """From a socket, and from the program in the kernel: as many requests as answers, in pairs, of so many clients."""
    ways = []
    for _ in range(2):
        monitor = Local(log)
        sent, _, way = flood(20000, 0.5, 100)
        s = monitor.until(lambda s: s["packets"]["requests"] + s["packets"]["answers"] >= sent)
        clients = monitor.get("/api/v1/clients.json")["clients"]
        monitor.end()
        pairs = s["packets"]["requests"]
        check(pairs == s["packets"]["answers"], "%s: as many of both: %s" % (way, s["packets"]))
        check(0 <= sent - 2 * pairs <= STRAY, "%s: %d pairs are all of %d" % (way, pairs, sent))
        check(sorted(c["ip"] for c in clients) == sorted("10.0.0.%d" % i for i in range(100)), way + ": the clients")
        check(sum(c["deltas"] for c in clients) == pairs, way + ": each request has its answer")
        ways.append(way)
        let_frames_come_in_batches("b0")
    print("ways that were tried: " + ", ".join(ways))


def highest_rate(log):
    """Raises the rate as long as nothing is lost; says the highest without loss, and what stopped it.  The generator
    and the kernel's part have a processor for themselves where there are two, the monitor has the other."""
    here, there = (0, 1) if os.cpu_count() > 1 else (None, None)
    best = 0
    for rate in (50e3, 100e3, 200e3, 500e3, 800e3, 0):
        monitor = Local(log, cpu=there)
        sent, seconds, way = flood(int(rate), 3, 100000, cpu=here)
        s = monitor.until(lambda s: accounted_for(s) >= sent and
                          (source(s)["dropped_packets"] or s["packets"]["requests"] + s["packets"]["answers"] >= sent))
        lost = source(s)["dropped_packets"]
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        monitor.end()
        now = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu_s = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
        print("%9.0f packets/s for %.1f s through a %s: counted %d of %d, dropped %d; %.0f ns of processor time each"
              % (sent / seconds, seconds, way, source(s)["received_packets"], sent, lost, cpu_s / sent * 1e9), flush=True)
        check(abs(source(s)["received_packets"] + lost - sent) <= STRAY, "what was sent is accounted for")
        check(lost or s["packets"]["requests"] == s["packets"]["answers"], "and comes in pairs")
        if lost:
            break
        best = max(best, sent / seconds)
        if sent / seconds < 0.9 * rate:
            print("the generator reaches no more")
            break
    print("highest rate without loss: %.0f packets/s, monitor on one processor" % best)


class Sender(threading.Thread):
    """A client that asks 200 times a second."""

    def __init__(self):
        super().__init__(daemon=True)
        self.over = False

    def run(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.bind(("192.0.2.1", 0))
            n = 0
            while not self.over:
                n += 1
                s.sendto(b"\x23" + bytes(43) + n.to_bytes(4, "big"), ("192.0.2.9", 123))
                time.sleep(0.005)


def times_saved(log):
    with open(log, encoding="utf-8") as text:
        return text.read().count("debug: saved to")


def killing_loses_no_more_than_an_interval(log, folder):
    # nobody answers for 192.0.2.9, so that a fixed neighbour has to do
    subprocess.run(["ip", "neighbour", "add", "192.0.2.9", "lladdr", "02:00:00:00:00:99", "dev", "a0"], check=True)
    sender = Sender()
    sender.start()
    dice = random.Random(5)
    certain = n_new = n_saved = 0
    for _ in range(KILLS):
        monitor = Local(log, "--state-dir", folder, "--snapshot-interval", "1", "--log-level", "debug")
        restored = monitor.rx("192.0.2.1")
        check(restored >= certain, "restored %d, known were %d" % (restored, certain))
        n_new += restored > certain
        before, seen = times_saved(log), []
        end = time.monotonic() + dice.uniform(0.1, 3.5)
        while time.monotonic() < end:
            rx = monitor.rx("192.0.2.1")
            seen.append((times_saved(log), rx))
            time.sleep(0.05)
        monitor.end(signal.SIGKILL)
        # The last snapshot was begun when the one before was done: what was known before that is in it.
        last = times_saved(log)
        n_saved += last - before
        certain = max([certain] + [rx for n, rx in seen if n + 2 <= last])
    sender.over = True
    sender.join()
    monitor = Local(log, "--state-dir", folder)
    last = monitor.rx("192.0.2.1")
    monitor.end()
    with open(log, encoding="utf-8") as text:
        said = text.read()
    print("killed %d times, saved %d times; %d packets of that client are counted" % (KILLS, n_saved, last))
    check(n_saved > KILLS / 2, "it was saved in intervals")
    check(n_new > KILLS / 2, "counts went on: %d times" % n_new)
    check("is not used" not in said, "no snapshot was refused")
    check(certain and said.count("goes on from what was saved") >= KILLS - 3, "snapshots were used")


def main():
    reason = skip_unless()
    if reason:
        print("skipped:", reason)
        return SKIP
    laboratories.enter()
    make_network()
    with tempfile.TemporaryDirectory(prefix="ntpscope-load-") as work:
        tags_are_looked_into(os.path.join(work, "tags.log"))
        both_ways_bring_the_same(os.path.join(work, "ways.log"))
        drops_are_told_to_the_last(os.path.join(work, "drops.log"))
        killing_loses_no_more_than_an_interval(os.path.join(work, "kills.log"), os.path.join(work, "state"))
        if not BRIEF:
            highest_rate(os.path.join(work, "rate.log"))
    return finish()


if __name__ == "__main__":
    sys.exit(main())
