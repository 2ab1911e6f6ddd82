#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets that no daemon at hand sends, octet by octet: every request of mode 7, texts and lists of mode 6, extension
fields and other trailers of every length, ICMP errors of every kind, headers with every bit used; whole and cut.

usage: craft.py [DIRECTORY]        (tests/captures; writes made-*)

The same bytes each time.  No packet of these was ever sent.
"""
import os
import struct
import sys

HERE, THERE = bytes([192, 0, 2, 1]), bytes([198, 51, 100, 7])
HERE6 = bytes.fromhex("20010db8000000000000000000000001")
THERE6 = bytes.fromhex("20010db8000000000000000000000007")
FIRST_S = 1772323200  # 2026-03-01


def pcap(frames, link):
    """frames: (bytes, octets cut off by the capture)."""
    out = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link)
    for index, (frame, cut) in enumerate(frames):
        caplen = len(frame) - cut
        out += struct.pack("<IIII", FIRST_S + index // 10, index % 10 * 100000, caplen, len(frame))
        out += frame[:caplen]
    return out


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def udp(payload, sport=123, dport=123):
    return struct.pack("!HHHH", sport, dport, 8 + len(payload), 0xbeef) + payload


def ip4(payload, proto=17, tos=0, fragment=0x4000, ttl=64):
    return struct.pack("!BBHHHBBH4s4s", 0x45, tos, 20 + len(payload), 0x1234, fragment, ttl, proto, 0xabcd, HERE,
                       THERE) + payload


def ip6(payload, following=17, first=0x60000000):
    return struct.pack("!IHBB16s16s", first, len(payload), following, 64, HERE6, THERE6) + payload


def ether(payload, kind):
    return bytes([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2]) + struct.pack("!H", kind) + payload


def pattern(n):
    """Octets that are all different for a while, none a control character."""
    return bytes(0x21 + i * 7 % 94 if i % 3 else 0x80 + i * 11 % 128 for i in range(n))


# Octets that an item of each mode 7 request has, as ntpd's structures say.
ITEM_LENS = {0: 32, 1: 72, 2: 192, 3: 120, 4: 80, 5: 52, 6: 40, 7: 40, 8: 24, 9: 16, 10: 168, 11: 24, 12: 4, 13: 4,
             16: 56, 17: 50, 18: 50, 19: 50, 20: 48, 21: 4, 22: 24, 26: 8, 27: 8, 28: 36, 29: 64, 30: 48, 31: 48,
             32: 4, 33: 4, 34: 60, 36: 52, 37: 20, 38: 60, 39: 332, 42: 72, 44: 136, 45: 136}


def private(code, response, items, item_len, data, auth=0, implementation=3, error=0):
    first = (0x80 if response else 0) | 0x17
    counts = struct.pack("!HH", error << 12 | items, item_len)
    return bytes([first, auth << 7 | 5, implementation, code]) + counts + data


def mode7():
    frames = []

    def add(payload, cut=0):
        frames.append((ip4(udp(payload)), cut))

    for code in range(47):
        size = ITEM_LENS.get(code, 16)
        for response in (0, 1):
            add(private(code, response, 2, size, pattern(size) + bytes(size)))
        add(private(code, 1, 1, size, pattern(size)), cut=size // 2)
        add(private(code, 1, 2, size, pattern(size)))
    for cut in list(range(1, 80, 3)):
        add(private(42, 1, 1, 72, pattern(72)), cut)
        add(private(20, 1, 1, 48, bytes(48)), min(cut, 50))
    for size in (0, 4, 20, 21):
        add(private(7, 1, 1, size, pattern(max(size, 20))))
    block = private(10, 0, 1, 168, pattern(168), auth=1).ljust(184, b"\x11")
    tail = struct.pack("!II", 0xec91f61d, 0x80000000) + b"\0\0\0\x07" + pattern(16)
    for cut in (0, 1, 17, 21, 25, 29):
        add(block + tail, cut)
    add(private(1, 1, 3, 32, b"", implementation=2))
    add(private(1, 1, 0, 0, b"", error=7))
    for length in range(1, 9):
        add(private(42, 0, 0, 0, b"")[:length])
    return pcap(frames, 228)


def control(op, data, response=True, error=False, associd=0, status=0x0615, more=False, count=None):
    bits = (0x80 if response else 0) | (0x40 if error else 0) | (0x20 if more else 0)
    count = len(data) if count is None else count
    return bytes([0x16, bits | op]) + struct.pack("!HHHHH", 0x1234, status, associd, 0, count) + data


def mode6():
    frames = []

    def add(payload, cut=0):
        frames.append((ip4(udp(payload)), cut))

    texts = [b"stratum=2", bytes(range(0x20, 0x7f)), b"line one\r\nline\ttwo\x0c\x08", b"before\0behind",
             "größe".encode(), b"\xff\xfe", b'"quoted\\"']
    for op in range(32):
        for associd, status in ((0, 0xc655), (0x4acf, 0xf8da), (0, 0x1fff)):
            for error in (False, True):
                add(control(op, b"", error=error, associd=associd, status=status))
                add(control(op, b"x=1,", error=error, associd=associd, status=status))
        add(control(op, b"", response=False))
    for op in (7, 8, 9, 10, 11, 12):
        for text in texts:
            add(control(op, text))
            add(control(op, text, response=False))
        add(control(op, texts[0], count=30))
        add(control(op, texts[0]), cut=4)
    lists = pattern(16)
    for count in (0, 2, 4, 8, 14, 16, 17, 400):
        add(control(1, lists, count=count))
        add(control(1, lists, count=count), cut=3)
        add(control(1, lists, count=count, associd=9))
        add(control(1, lists, count=count, response=False))
    for length in range(1, 13):
        add(control(2, b"")[:length])
    for size in range(0, 12):
        body = control(8, pattern(size), response=False)
        padding = bytes(-len(body) % 8)
        for key in (20, 24, 16, 36):
            add(body + padding + b"\0\0\0\x05" + pattern(key - 4))
        add(body + padding + b"\0\0\0\x05" + pattern(16), cut=9)
        add(body + padding + b"\0\0\0\x05" + pattern(16), cut=18)
        add(body + padding[1:])
    add(control(10, b"nonce", response=True) + bytes(7) + b"\0\0\0\x05" + pattern(16))
    add(control(2, b"abcd", response=True) + b"\0\0\0\x05" + pattern(16))
    return pcap(frames, 228)


def extension(kind, length, octets):
    """A field that claims a length, and so many octets of contents."""
    return struct.pack("!HH", kind, length) + pattern(octets)


def extensions():
    frames = []

    def add(trailer, cut=0):
        frames.append((ip4(udp(bytes([0x23, 2, 6, 0xec]) + bytes(44) + trailer)), cut))

    for length in (0, 1, 4, 8, 12, 15, 16, 17, 18, 19, 20, 24, 28, 30, 32, 33, 36, 40, 63, 64, 65, 66, 100, 2000):
        add(extension(0x0104, length, 60))
        add(extension(0x0104, length, 60), cut=20)
    for octets in range(41):
        add(b"\0\0\0\x08" + pattern(octets))
        add(extension(0x0104, 28, 24) + pattern(octets))
    return pcap(frames, 228)


NTP = bytes([0x23, 2, 6, 0xec]) + pattern(44)


def icmp4(kind, code, word, quoted, spoil=0):
    body = struct.pack("!BBHI", kind, code, 0, word) + quoted
    total = checksum(body) ^ spoil
    return body[:2] + struct.pack("!H", total) + body[4:]


def icmp6(kind, code, word, quoted, spoil=0):
    body = struct.pack("!BBHI", kind, code, 0, word) + quoted
    pseudo = HERE6 + THERE6 + struct.pack("!II", len(body), 58)
    total = checksum(pseudo + body) ^ spoil
    return body[:2] + struct.pack("!H", total) + body[4:]


def headers():
    frames = []
    quoted, quoted6 = ip4(udp(NTP)), ip6(udp(NTP))
    for kind, code, word in ((3, 0, 0), (3, 1, 0x11223344), (3, 3, 0), (3, 4, 0x000005dc), (3, 4, 0x12340000),
                             (3, 13, 0), (4, 0, 0), (4, 0, 0x01020304), (5, 1, 0xc0000205), (11, 0, 0),
                             (11, 1, 0x01220304), (12, 0, 0x14000000), (12, 1, 0xff223456)):
        for spoil in (0, 1):
            frames.append((ether(ip4(icmp4(kind, code, word, quoted, spoil), proto=1), 0x0800), 0))
        frames.append((ether(ip4(icmp4(kind, code, word, quoted), proto=1), 0x0800), 10))
    for kind, code, word in ((1, 0, 0), (1, 4, 0x11223344), (2, 0, 1280), (3, 0, 7), (3, 1, 0), (4, 0, 6), (4, 2, 40)):
        for spoil in (0, 1):
            frames.append((ether(ip6(icmp6(kind, code, word, quoted6, spoil), 58), 0x86dd), 0))
        frames.append((ether(ip6(icmp6(kind, code, word, quoted6), 58), 0x86dd), 10))
    for tos, fragment, ttl in ((0xb8, 0, 1), (0xff, 0xc000, 255), (3, 0x8000, 0)):
        frames.append((ether(ip4(udp(NTP), tos=tos, fragment=fragment, ttl=ttl), 0x0800), 0))
    for first in (0x6fffffff, 0x60100000, 0x6b8abcde):
        frames.append((ether(ip6(udp(NTP), first=first), 0x86dd), 0))
    atomic = bytes([17, 0xff]) + struct.pack("!HI", 0x0006, 0xdeadbeef) + udp(NTP)
    frames.append((ether(ip6(atomic, 44), 0x86dd), 0))
    for tags in ([0x8100], [0x88a8, 0x8100], [0x9100, 0x8100], [0x8100, 0x8100, 0x8100]):
        packet = struct.pack("!H", 0x0800) + ip4(udp(NTP))
        for index, kind in enumerate(reversed(tags)):
            packet = struct.pack("!HH", kind, 0xf001 + 0x123 * index) + packet
        frames.append((bytes([1, 0, 0x5e, 0, 1, 1, 3, 0, 0, 0, 0, 2]) + packet, 0))
    for size in (0, 1, 7, 30):
        frames.append((ether(ip4(udp(NTP)), 0x0800) + pattern(size), 0))
    return pcap(frames, 1)


def main():
    where = sys.argv[1] if len(sys.argv) > 1 else os.path.join(
        os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "tests", "captures")
    for name, data in {"mode7": mode7(), "mode6": mode6(), "extensions": extensions(),
                       "headers": headers()}.items():
        with open(os.path.join(where, "made-%s.pcap" % name), "wb") as out:
            out.write(data)


if __name__ == "__main__":
    main()
