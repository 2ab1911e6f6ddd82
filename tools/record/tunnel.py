#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One end of a tunnel in user space, for encapsulations that the running kernel was built without.

usage: tunnel.py KIND DEVICE INTERFACE LOCAL REMOTE

Packets of the host's own TUN or TAP device DEVICE travel wrapped between LOCAL and REMOTE; both ends run this
program.  KIND: ipip, 6in4, 4in6, 6in6, gre (IP), greeth (Ethernet), vlan or qinq (tags on INTERFACE's
Ethernet; LOCAL and REMOTE are then not used), pppoe (RFC 2516 session on INTERFACE), mpls (one label).
The bytes on the wire are what a kernel with the driver sends; checksums of the outer header are the kernel's.
"""
import fcntl
import os
import select
import socket
import struct
import sys

IFF_TUN, IFF_TAP, IFF_NO_PI, TUNSETIFF = 1, 2, 0x1000, 0x400454CA
BROADCAST = b"\xff" * 6


def open_device(name, ethernet):
    device = os.open("/dev/net/tun", os.O_RDWR)
    flags = (IFF_TAP if ethernet else IFF_TUN) | IFF_NO_PI
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), flags))
    return device


def ethertype(packet):
    return 0x0800 if packet[0] >> 4 == 4 else 0x86DD


class OverIp:
    """Wraps in an IP packet of some protocol number, sent and received by a raw socket."""

    def __init__(self, kind, local, remote):
        six = kind in ("4in6", "6in6")
        self.kind, self.remote = kind, remote
        self.number = {"ipip": 4, "6in4": 41, "gre": 47, "greeth": 47, "4in6": 4, "6in6": 41}[kind]
        self.socket = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_RAW, self.number)
        self.socket.bind((local, 0))
        self.outer = 0 if six else 20  # an IPv6 raw socket gives no outer header

    def send(self, packet):
        if self.kind == "gre":
            packet = struct.pack("!HH", 0, ethertype(packet)) + packet
        elif self.kind == "greeth":
            packet = struct.pack("!HHI", 0x2000, 0x6558, 7) + packet  # with a key
        self.socket.sendto(packet, (self.remote, 0))

    def receive(self):
        packet, peer = self.socket.recvfrom(65535)
        skip = {"gre": 4, "greeth": 8}.get(self.kind, 0)
        return packet[self.outer + skip:] if peer[0] == self.remote else b""


class OverEthernet:
    """Wraps in Ethernet frames on an interface, by a packet socket."""

    def __init__(self, kind, interface):
        self.kind = kind
        self.types = {"vlan": [0x8100], "qinq": [0x88A8, 0x8100], "pppoe": [0x8864], "mpls": [0x8847]}[kind]
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.socket.bind((interface, 3))
        self.mac = self.socket.getsockname()[4]
        self.socket.setsockopt(263, 8, 1)  # SOL_PACKET, PACKET_AUXDATA: the kernel takes a VLAN tag out

    def send(self, packet):
        if self.kind in ("vlan", "qinq"):
            tags = b"".join(struct.pack("!HH", t, 0x2000 | 100 + i) for i, t in enumerate(self.types))
            frame = packet[:12] + tags + packet[12:]
        elif self.kind == "pppoe":
            ppp = struct.pack("!H", 0x0021 if packet[0] >> 4 == 4 else 0x0057) + packet
            frame = BROADCAST + self.mac + struct.pack("!HBBHH", 0x8864, 0x11, 0, 0x2a, len(ppp)) + ppp
        else:
            frame = BROADCAST + self.mac + struct.pack("!HI", 0x8847, 1000 << 12 | 1 << 8 | 64) + packet
        self.socket.send(frame)

    def receive(self):
        frame, extra, _, where = self.socket.recvmsg(65535, 64)
        if where[2] == 4:  # PACKET_OUTGOING: our own
            return b""
        if self.kind in ("vlan", "qinq"):
            return self.untag(frame, extra)
        if struct.unpack("!H", frame[12:14])[0] != self.types[0]:
            return b""
        return frame[14 + 8:] if self.kind == "pppoe" else frame[14 + 4:]

    def untag(self, frame, extra):
        taken_out = any(struct.unpack("IIIHHHH", data[:20])[0] & 0x10 for _, _, data in extra)
        at, left = 12, len(self.types) - (1 if taken_out else 0)
        while left and frame[at:at + 2] in (b"\x81\x00", b"\x88\xa8"):
            frame, left = frame[:at] + frame[at + 4:], left - 1
        return b"" if left else frame


def main():
    kind, device_name, interface, local, remote = sys.argv[1:6]
    device = open_device(device_name, kind in ("vlan", "qinq", "greeth"))
    over_ethernet = kind in ("vlan", "qinq", "pppoe", "mpls")
    wire = OverEthernet(kind, interface) if over_ethernet else OverIp(kind, local, remote)
    print("ready", flush=True)
    while True:
        readable, _, _ = select.select([device, wire.socket], [], [])
        if device in readable:
            packet = os.read(device, 65535)
            try:
                wire.send(packet)
            except OSError as error:
                print(error, flush=True)
        if wire.socket in readable:
            packet = wire.receive()
            if packet:
                try:
                    os.write(device, packet)
                except OSError:
                    pass  # the device is not up yet


if __name__ == "__main__":
    main()
