#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""tools/seed_corpus.py [CAPTURE]...: seeds for tests/fuzz/corpus out of captures, by default ours.

Takes one frame or payload of each kind (length, first octets, addresses apart), so that the corpora stay
small.  A seed's name is the hash of its bytes, like libFuzzer's own, so that running it again adds nothing.
"""

import hashlib
import pathlib
import struct
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
CORPUS = ROOT / "tests/fuzz/corpus"
LINKS = {0: 0, 1: 1, 9: 9, 12: 101, 14: 101, 101: 101, 113: 113, 228: 228, 229: 229, 276: 276, 105: 105, 127: 127}
SEED_MAX = 1600
CAPTURE_MAX = 4096
PER_TARGET = 150
PER_CAPTURE = 6


class Corpus:
    """One folder of seeds; a kind that was seen is not taken again."""

    def __init__(self, target):
        self.folder = CORPUS / target
        self.folder.mkdir(parents=True, exist_ok=True)
        self.kinds = set()
        self.of_capture = 0
        self.n = len(list(self.folder.iterdir()))

    def add(self, kind, data):
        if kind in self.kinds or self.n >= PER_TARGET or self.of_capture >= PER_CAPTURE:
            return
        self.kinds.add(kind)
        self.of_capture += 1
        path = self.folder / hashlib.sha1(data).hexdigest()
        if not path.exists():
            path.write_bytes(data)
            self.n += 1


def frames(path):
    """(link type, frame) of each packet of a capture, as an nanosecond pcap from editcap shows them."""
    out = subprocess.run(["editcap", "-F", "nsecpcap", path, "-"], capture_output=True).stdout
    if len(out) < 24:
        return
    order = "<" if out[:4] == b"\x4d\x3c\xb2\xa1" else ">"
    link = struct.unpack(order + "I", out[20:24])[0] & 0xFFFF
    at = 24
    while at + 16 <= len(out):
        caplen = struct.unpack(order + "I", out[at + 8:at + 12])[0]
        yield LINKS.get(link, link), out[at + 16:at + 16 + caplen]
        at += 16 + caplen


def payload(frame):
    """(what is on port 123 or 4460, port) when tshark's eyes are not needed: plain IPv4 or IPv6, UDP or TCP."""
    for at in (14, 16, 18, 20, 4, 0):
        if len(frame) > at + 40 and frame[at] == 0x45:
            proto, udp = frame[at + 9], at + 20
        elif len(frame) > at + 48 and frame[at] >> 4 == 6 and frame[at + 6] in (6, 17):
            proto, udp = frame[at + 6], at + 40
        else:
            continue
        ports = set(struct.unpack(">HH", frame[udp:udp + 4]))
        if proto == 17 and 123 in ports:
            return frame[udp + 8:], 123
        if proto == 6 and 4460 in ports:
            return frame[udp + (frame[udp + 12] >> 4) * 4:], 4460
    return None, None


def answer_seed(data):
    """As fuzz_query_answer.c reads it: an answer to a question of its version, in NTS where it has fields of it."""
    version = min(max(data[0] >> 3 & 7, 1), 5)
    kind = version - 1 | (16 if version == 4 and data[48:50] == b"\1\4" else 8 if len(data) > 48 else 0)
    return struct.pack(">BBH", kind, 1, len(data)) + data


def seed(path, corpora):
    for corpus in corpora.values():
        corpus.of_capture = 0
    whole = pathlib.Path(path).read_bytes()
    if len(whole) <= CAPTURE_MAX:
        corpora["capture"].add(path.name, b"\0" + whole)
        corpora["capture"].add(path.name + " in steps", b"\7" + whole)
    for link, frame in frames(path):
        if not 0 < len(frame) <= SEED_MAX:
            continue
        corpora["frame"].add((link, len(frame), frame[12:15]), struct.pack(">HB", link, 0) + frame)
        if path.name.startswith(("made-", "chrony-nts", "encapsulated-", "derived-link-", "icmp-", "ntpsec-mode6")):
            kind = (path.name, len(frame) // 32, frame[28:32] if link == 228 else frame[20:22])
            corpora["fields"].add(kind, struct.pack(">HBB", link, len(frame) % 5, len(frame) % 16) + frame)
        data, port = payload(frame)
        if not data:
            continue
        if port == 4460:
            corpora["ntske"].add((data[0], data[5] if len(data) > 5 else 0, len(data) // 64), data)
        elif data[0] & 7 in (6, 7):
            corpora["control"].add((data[:2], len(data)), data)
        else:
            corpora["ntp"].add((data[:2], len(data)), b"\0" + data)
            if data[0] & 7 == 4:
                corpora["query_answer"].add((data[:2], len(data)), answer_seed(data))


def main():
    paths = [pathlib.Path(p) for p in sys.argv[1:]] or sorted((ROOT / "tests/captures").iterdir())
    corpora = {t: Corpus(t) for t in ("capture", "fields", "frame", "ntp", "control", "ntske", "query_answer")}
    for path in paths:
        seed(path, corpora)
    for target, corpus in corpora.items():
        print(f"{target}: {corpus.n} seeds")


main()
