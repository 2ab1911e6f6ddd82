# SPDX-License-Identifier: GPL-3.0-or-later
"""Captures for tests, packet by packet: raw IPv4 and IPv6 with NTP, nanosecond pcap."""
import ipaddress
import struct

START = 1772323200  # 2026-03-01T00:00:00Z
SERVER = "192.0.2.123"


class Capture:
    def __init__(self):
        self.records = []

    def packet(self, time_s, src, dst, sport, dport, payload):
        src, dst = ipaddress.ip_address(src), ipaddress.ip_address(dst)
        udp = struct.pack("!HHHH", sport, dport, 8 + len(payload), 0) + payload
        if src.version == 4:
            ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0)
        else:
            ip = struct.pack("!IHBB", 0x60000000, len(udp), 17, 64)
        frame = ip + src.packed + dst.packed + udp
        ns = round(time_s * 10**9)
        head = struct.pack("<IIII", START + ns // 10**9, ns % 10**9, len(frame), len(frame))
        self.records.append((ns, head + frame))

    def header(self, first, stratum=0, origin=0, receive=0, transmit=0, refid=b"\0\0\0\0"):
        return struct.pack("!BBbb II4s QQQQ", first, stratum, 6, -20, 0, 0, refid, 0, origin, receive, transmit)

    def request(self, time_s, client, stamp, server=SERVER, port=40000):
        self.packet(time_s, client, server, port, 123, self.header(0x23, transmit=stamp))

    def answer(self, time_s, client, stamp, server=SERVER, port=40000, refid=b"GPS\0", stratum=1):
        h = self.header(0x24, stratum, stamp, stamp + 1000, stamp + 2000, refid)
        self.packet(time_s, server, client, 123, port, h)

    def write(self, path):
        with open(path, "wb") as f:
            f.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 101))
            for _, record in sorted(self.records, key=lambda r: r[0]):
                f.write(record)
        return path
