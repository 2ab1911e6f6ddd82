#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every UDP datagram of every capture at hand, as tshark finds it: addresses, ports, payload bytes.

tshark's answer is taken up to the first ICMP header: what an error quotes is another test's matter.
Differences that docs/differences.md explains are listed in EXPLAINED, with the frames they may touch.
"""
import collections
import ipaddress
import os
import pathlib
import subprocess
import sys

import truth
from frames_kept import frames

ROOT = pathlib.Path(__file__).resolve().parents[2]
DUMP = pathlib.Path(os.environ.get("NTPSCOPE_BUILD", ROOT / "build")) / "tests/golden/dump-datagrams"
LISTS = ["ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "udp.srcport", "udp.dstport", "udp.length", "udp.checksum",
         "udp.payload"]

# capture: frames in which tshark 4.0 is not followed; None means all of them.  See docs/differences.md.
EXPLAINED = {
    "derived__linktype-with-fcs-bits.pcap": None,                   # false-fcs-bits
    "bro-bro__fragmented-1.pcap": {3},                              # contradicting-fragments
    "OISF-suricata-verify__ip_secopt.pcap": {3},                    # contents-of-options
    "the-tcpdump-group-libpcap__ipv6_ext_headers.pcap": {1},        # bounded-headers
    "OISF-suricata-verify__decode-nsh-type1_input.pcap": {1},       # not-opened
    "the-tcpdump-group-libpcap__arcnet-rfc1201-arp-icmp-http.pcap": None,  # not-opened
}

Datagram = collections.namedtuple("Datagram", "src dst sport dport payload")


def address(text):
    a = ipaddress.ip_address(text)
    return str(a.ipv4_mapped or a) if a.version == 6 else str(a)


def innermost(row):
    """The datagram that a tshark row describes, or None when it ends in something else than UDP."""
    n = collections.Counter()
    last_ip = last_transport = None
    # Tunnels that are opened even when what is inside is not IP.
    tunnels = ("vxlan", "geneve", "gtp")
    for protocol in row["frame.protocols"].split(":"):
        if protocol in ("icmp", "icmpv6"):
            last_transport = protocol
            break
        n[protocol] += 1
        if protocol in ("ip", "ipv6"):
            last_ip, last_transport = protocol, None
        elif protocol in ("udp", "tcp", *tunnels):
            last_transport = protocol
    if last_transport != "udp" or not last_ip:
        return None
    value = {f: row[f].split(",") if row[f] else [] for f in LISTS}
    which = n[last_ip] - 1
    src, dst = value[last_ip + ".src"], value[last_ip + ".dst"]
    if len(src) <= which or len(value["udp.checksum"]) < n["udp"]:
        return None  # not even a whole UDP header
    length = int(value["udp.length"][n["udp"] - 1])
    if length < 8:
        return None
    # udp.payload goes on to the end of the IP payload; the dissectors get no more than the UDP length.
    payloads = value["udp.payload"]
    payload = int(payloads[n["udp"] - 1] or 0) if len(payloads) >= n["udp"] else 0
    payload = min(payload, length - 8)
    return Datagram(address(src[which]), address(dst[which]), int(value["udp.srcport"][n["udp"] - 1]),
                    int(value["udp.dstport"][n["udp"] - 1]), payload)


def of_ours(path):
    run = subprocess.run([str(DUMP), str(path)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    assert run.returncode in (0, 2), f"{path.name}: the short cut and the long way differ"  # 2: not a capture
    answer = {}
    for line in run.stdout.decode().splitlines():
        frame, kind, src, dst, sport, dport, there = line.split("\t")[:7]
        udp = kind == "udp"
        answer[int(frame)] = Datagram(src, dst, int(sport), int(dport), int(there)) if udp else None
    return answer


def compare(path):
    """Returns (datagrams that agree, lines about those that do not)."""
    answer = frames(str(path))
    if not answer:
        return 0, []
    theirs, ours = {int(row["frame.number"]): innermost(row) for row in answer[0]}, of_ours(path)
    explained = EXPLAINED.get(path.name, ())
    agreed, wrong = 0, []
    for frame, want in theirs.items():
        if explained is None or frame in explained:
            continue
        got = ours.get(frame)
        if want == got:
            agreed += want is not None
        else:
            wrong.append(f"{path.name} frame {frame}: tshark {want}, here {got}")
    return agreed, wrong


def main():
    if not DUMP.exists():
        print("skipped: needs", DUMP)
        return 77
    paths = [pathlib.Path(p) for p in truth.captures()]
    total, wrong = 0, []
    for path in paths:
        agreed, lines = compare(path)
        total += agreed
        wrong += lines
    print(f"{len(paths)} captures, {total} UDP datagrams agree, {len(wrong)} do not")
    for line in wrong[:400]:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
