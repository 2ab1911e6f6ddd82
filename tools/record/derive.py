#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Derives small captures from a recorded one: other link types, byte orders, pcapng blocks, damage.

usage: derive.py [DIRECTORY]        (tests/captures; reads chrony-basic.pcap there, writes derived-*)

The same input gives the same output, byte by byte.
"""
import os
import struct
import sys

N_FRAMES = 16  # NTP frames taken, v4 and v6


def read_pcap(path):
    """Frames of a little-endian microsecond Ethernet pcap as (seconds, microseconds, bytes)."""
    with open(path, "rb") as source:
        data = source.read()
    assert data[:4] == b"\xd4\xc3\xb2\xa1"
    at, frames = 24, []
    while at < len(data):
        seconds, micros, caplen, _ = struct.unpack("<IIII", data[at:at + 16])
        frames.append((seconds, micros, data[at + 16:at + 16 + caplen]))
        at += 16 + caplen
    return frames


def is_ntp(frame):
    protocol = {b"\x08\x00": 23, b"\x86\xdd": 20}.get(frame[12:14])
    return protocol is not None and frame[protocol] == 17


def pcap(frames, link, order="<", snaplen=262144, magic=0xA1B2C3D4, lens=None):
    out = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snaplen, link)
    for index, (seconds, micros, frame) in enumerate(frames):
        length = lens[index] if lens else len(frame)
        out += struct.pack(order + "IIII", seconds, micros, len(frame), length) + frame
    return out


def ethertype(frame):
    return struct.unpack("!H", frame[12:14])[0]


def is_v6(frame):
    return frame[12:14] == b"\x86\xdd"


def rewrap(frames, header):
    return [(s, u, header(f) + f[14:]) for s, u, f in frames]


def link_types(frames):
    """name: (LINKTYPE number, byte order of the file, frames).  Headers as in the link type's definition."""
    v4 = [f for f in frames if not is_v6(f[2])]
    v6 = [f for f in frames if is_v6(f[2])]
    bsd = {False: 2, True: 30}      # AF_INET, AF_INET6 of Darwin; FreeBSD has 28, NetBSD 24

    def null(order):
        return lambda f: struct.pack(order + "I", bsd[is_v6(f)])

    def ppp(f):
        return struct.pack("!H", 0x57 if is_v6(f) else 0x21)

    def sll(f):
        return struct.pack("!HHH", 0, 1, 6) + f[6:12] + b"\0\0" + f[12:14]

    def sll2(f):
        return f[12:14] + struct.pack("!HIHBB", 0, 3, 1, 0, 6) + f[6:12] + b"\0\0"

    def snap(f):
        return f[:12] + struct.pack("!H", len(f) - 14 + 8) + b"\xaa\xaa\x03\0\0\0" + f[12:14]

    def radiotap(f):
        return b"\0\0\x08\0\0\0\0\0" + wlan(f)

    def wlan(f):
        return (b"\x08\x02\0\0" + f[:6] + f[6:12] + f[6:12] + b"\x10\0"
                + b"\xaa\xaa\x03\0\0\0" + f[12:14])

    return {
        "null-le": (0, "<", rewrap(frames, null("<"))),
        "null-be": (0, ">", rewrap(frames, null(">"))),
        "ppp": (9, "<", rewrap(frames, ppp)),
        "ppp-hdlc": (50, "<", rewrap(frames, lambda f: b"\xff\x03" + ppp(f))),
        "pppoe": (51, "<", rewrap(frames, lambda f: struct.pack("!BBHH", 0x11, 0, 1, len(f) - 12) + ppp(f))),
        "raw": (101, "<", rewrap(frames, lambda f: b"")),
        "raw12": (12, "<", rewrap(frames, lambda f: b"")),
        "chdlc": (104, "<", rewrap(frames, lambda f: b"\x0f\0" + f[12:14])),
        "wlan": (105, "<", rewrap(frames, wlan)),
        "radiotap": (127, "<", rewrap(frames, radiotap)),
        "loop": (108, "<", rewrap(frames, null(">"))),
        "sll": (113, "<", rewrap(frames, sll)),
        "sll2": (276, "<", rewrap(frames, sll2)),
        "ipv4": (228, "<", rewrap(v4, lambda f: b"")),
        "ipv6": (229, "<", rewrap(v6, lambda f: b"")),
        "snap": (1, "<", rewrap(frames, snap)),
        "big-endian": (1, ">", frames),
        "unknown": (147, "<", frames),
    }


def block(order, kind, body):
    body += bytes(-len(body) % 4)
    return struct.pack(order + "II", kind, len(body) + 12) + body + struct.pack(order + "I", len(body) + 12)


def option(order, code, value):
    return struct.pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def section(order):
    return block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))


def interface(order, link, options=b"", snaplen=0):
    end = bytes(4) if options else b""
    return block(order, 1, struct.pack(order + "HHI", link, 0, snaplen) + options + end)


def enhanced(order, number, ticks, frame):
    head = struct.pack(order + "IIIII", number, ticks >> 32, ticks & 0xffffffff, len(frame), len(frame))
    return block(order, 6, head + frame)


def pcapng(frames, order):
    """Two sections.  Interfaces in microseconds, nanoseconds, 2^-20 s with an offset, and raw IP; blocks of
    all kinds between: name resolution, statistics, custom, simple packets, the obsolete packet block."""
    out = section(order)
    out += interface(order, 1)
    out += interface(order, 1, option(order, 9, b"\x09") + option(order, 2, b"nano0"))
    out += interface(order, 1, option(order, 9, b"\x94")
                     + option(order, 14, struct.pack(order + "q", 10**9)))
    out += interface(order, 101, snaplen=65535)
    for index, (seconds, micros, frame) in enumerate(frames):
        kind = index % 4
        if kind == 0:
            out += enhanced(order, 0, seconds * 10**6 + micros, frame)
        elif kind == 1:
            out += enhanced(order, 1, seconds * 10**9 + micros * 1000, frame)
        elif kind == 2:
            out += enhanced(order, 2, ((seconds - 10**9) << 20) + (micros << 20) // 10**6, frame)
        else:
            out += enhanced(order, 3, seconds * 10**6 + micros, frame[14:])
        if index == 3:
            name = struct.pack(order + "HH", 1, 8) + bytes([192, 0, 2, 1]) + b"ntp\0"
            out += block(order, 4, name + bytes(4))
        if index == 5:
            out += block(order, 0xBAD, struct.pack(order + "I", 32473) + b"custom")
    first = frames[0]
    ticks = first[0] * 10**6 + first[1]
    old = struct.pack(order + "HHIIII", 0, 0, ticks >> 32, ticks & 0xffffffff, len(first[2]), len(first[2]))
    out += block(order, 2, old + first[2])
    out += block(order, 5, struct.pack(order + "III", 0, 0, 0))
    out += section(order) + interface(order, 1)
    out += block(order, 3, struct.pack(order + "I", len(frames[1][2])) + frames[1][2])
    return out


def damaged(frames):
    """name: bytes.  What a full disk, a killed recorder or a bad cable leaves behind."""
    whole = pcap(frames, 1)
    backwards = frames[8:] + frames[:8]
    return {
        "cut-in-packet.pcap": whole[:-20],
        "cut-in-record.pcap": whole[:24 + 16 + len(frames[0][2]) + 7],
        "cut-in-header.pcap": whole[:11],
        "header-only.pcap": whole[:24],
        "empty.pcap": b"",
        "huge-caplen.pcap": whole[:24] + whole[24:32] + b"\xff\xff\xff\x7f" * 2 + whole[40:],
        "backwards.pcap": pcap(backwards, 1),
        "long-wire.pcap": pcap(frames, 1, lens=[1500] * len(frames)),
        "cut-in-block.pcapng": pcapng(frames, "<")[:-9],
        "not-a-capture.pcap": b"Date: today\r\n\r\nthis is text\r\n" * 3,
    }


def main():
    where = sys.argv[1] if len(sys.argv) > 1 else os.path.join(
        os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "tests", "captures")
    frames = [f for f in read_pcap(os.path.join(where, "chrony-basic.pcap")) if is_ntp(f[2])][:N_FRAMES]
    files = {"link-%s.pcap" % name: pcap(out, link, order)
             for name, (link, order, out) in link_types(frames).items()}
    files["blocks-le.pcapng"] = pcapng(frames, "<")
    files["blocks-be.pcapng"] = pcapng(frames, ">")
    files.update(damaged(frames))
    for name, data in files.items():
        with open(os.path.join(where, "derived-" + name), "wb") as out:
            out.write(data)


if __name__ == "__main__":
    main()
