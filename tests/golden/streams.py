#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every frame of every capture has the udp.stream and tcp.stream that tshark gives it, those of tunnels and quoted
packets included.

usage: streams.py [--keep] [CAPTURE ...]
"""
import os
import subprocess
import sys

import truth
from kept import Kept, tshark

DUMP = os.path.join(truth.BUILD, "tests", "golden", "dump-streams")

# capture: frames from which on tshark 4.0 is not followed.  See docs/differences.md.
EXPLAINED = {
    "ITI-ICS-Security-Tools__Sample_File_MMS_and_GOOSE.pcap": 33,            # streams-of-dissectors (SNMP)
    "cisco-mercury__emix.pcap": 2238,                                        # streams-of-dissectors (SOCKS)
    "derived__linktype-with-fcs-bits.pcap": 1,                               # false-fcs-bits
    "bro-bro__fragmented-1.pcap": 3,                                         # contradicting-fragments
    "OISF-suricata-verify__ip_secopt.pcap": 3,                               # contents-of-options
    "the-tcpdump-group-libpcap__ipv6_ext_headers.pcap": 1,                   # bounded-headers
    "OISF-suricata-verify__decode-nsh-type1_input.pcap": 1,                  # not-opened
    "OISF-suricata-verify__decode-etag-01_input.pcap": 1,                    # not-opened
    "the-tcpdump-group-libpcap__AH-IPcomp-IPv6.pcap": 1,                     # not-opened
    "the-tcpdump-group-libpcap__arcnet-rfc1201-arp-icmp-http.pcap": 1,       # not-opened
}


def ask(path):
    """{frame: "UDP\\tTCP"} of the frames that have any."""
    found = {}
    for line in tshark("-r", path, "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=,", "-e", "frame.number",
                       "-e", "udp.stream", "-e", "tcp.stream"):
        cells = line.split("\t") + ["", ""]
        found[cells[0]] = "\t".join(cells[1:3])
    return {"frames": len(found), "streams": {f: v for f, v in found.items() if v != "\t"}}


def ours(path):
    run = subprocess.run([DUMP, path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=120)
    lines = (line.split("\t", 1) for line in run.stdout.decode().splitlines())
    return {frame: rest for frame, rest in lines if rest != "\t"}


def main():
    kept = Kept("streams", ask)
    if sys.argv[1:] == ["--keep"]:
        return kept.keep()
    n_files, n_frames, wrong = 0, 0, []
    for path in [os.path.abspath(p) for p in sys.argv[1:]] or truth.captures():
        name = os.path.basename(path)
        theirs = kept.answer(path)
        if not theirs or not theirs["frames"]:
            continue  # tshark opens nothing of it
        mine = ours(path)
        n_files += 1
        for frame in sorted(set(mine) | set(theirs["streams"]), key=int):
            n_frames += 1
            if int(frame) >= EXPLAINED.get(name, 1 << 62):
                continue
            a, b = theirs["streams"].get(frame, "\t"), mine.get(frame, "\t")
            if a != b:
                wrong.append("%s: frame %s: Wireshark %r, ntpscope %r" % (name, frame, a, b))
    for line in wrong[:40]:
        print(line)
    print("%d captures, %d frames with a stream; %d wrong" % (n_files, n_frames, len(wrong)))
    return 1 if wrong or not n_files else 0


if __name__ == "__main__":
    sys.exit(main())
