#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small clients with a plain socket, for what no daemon sends.

usage: sntp.py zoo|padded|macs|control|storm|private|tricks|echoed SERVER [SOURCE]
"""
import hashlib
import socket
import struct
import sys
import time

NTP_UNIX = 2208988800
CONTROL_OPCODES = range(0, 32)


def timestamp():
    now = time.time_ns()
    return ((now // 10**9 + NTP_UNIX) << 32) | ((now % 10**9 << 32) // 10**9)


def header(version, mode, transmit, leap=0, stratum=0, poll=0, precision=0, refid=b"\0\0\0\0"):
    return struct.pack("!BBbbII4sQQQQ", leap << 6 | version << 3 | mode, stratum, poll, precision, 0, 0,
                       refid, 0, 0, 0, transmit)


class Client:
    source = ""  # the address to ask from, where a host has several

    def __init__(self, server, port=0, wait_s=0.15):
        family = socket.AF_INET6 if ":" in server else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.settimeout(wait_s)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if port or self.source:
            self.socket.bind((self.source, port))
        self.socket.connect((server, 123))

    def send(self, data):
        try:
            self.socket.send(data)
        except OSError:
            pass  # an ICMP error for the packet before this one

    def ask(self, data):
        self.send(data)
        return self.collect()

    def collect(self):
        answers = []
        try:
            while len(answers) < 64:
                answers.append(self.socket.recv(2048))
                if answers[-1][0] & 7 != 6 or not answers[-1][1] & 0x20:
                    break
        except OSError:
            pass  # no answer is a result too
        return answers


def zoo(server):
    """SNTP requests of every version and mode, with the oddities that simple clients are known for."""
    for version in range(0, 8):
        Client(server).ask(header(version, 3, timestamp()))
    for mode in range(0, 8):
        Client(server, wait_s=0.05).ask(header(4, mode, timestamp()))
    Client(server).ask(header(4, 3, 0))                                  # no transmit time
    Client(server).ask(header(3, 3, timestamp(), leap=3, poll=6))        # an unsynchronised client
    Client(server).ask(b"\x1b" + 47 * b"\0")                             # the 48 bytes of many examples
    Client(server).ask(header(4, 3, timestamp(), stratum=2, poll=-6, precision=-25, refid=b"GPS\0"))
    Client(server, port=123).ask(header(4, 3, timestamp()))              # from port 123
    for length in (0, 1, 4, 12, 40, 47, 49, 50):
        Client(server, wait_s=0.05).ask((header(4, 3, timestamp()) + b"\0\0\0\0")[:length])
    same = header(4, 3, timestamp())
    repeat = Client(server)
    for _ in range(3):
        repeat.ask(same)                                                 # a retransmission
    burst = Client(server)
    for _ in range(5):
        burst.send(header(4, 3, timestamp()))                            # five in flight on one port
    time.sleep(0.2)


def field(kind, length):
    return struct.pack("!HH", kind, length) + bytes(i & 255 for i in range(length - 4))


def padded(server):
    """Extension fields that grow until the packet is fragmented, and lengths that are wrong."""
    client = Client(server)
    for length in (16, 28, 100, 512, 1024, 1184, 1228, 1276, 1400):
        client.ask(header(4, 3, timestamp()) + field(0x0104, 36) + field(0x8001, length))
    for length in (0, 3, 8, 24, 30, 0xfffc):
        client.ask(header(4, 3, timestamp()) + struct.pack("!HH", 0x2005, length) + bytes(24))
    client.ask(header(4, 3, timestamp()) + field(0x0204, 104) + field(0x0304, 104) + field(0x0404, 40))


def macs(server):
    """Trailers of every size that means something, and of some that do not."""
    for size in (4, 8, 12, 16, 20, 21, 22, 24, 28, 36, 52, 68, 72):
        Client(server, wait_s=0.08).ask(header(4, 3, timestamp()) + struct.pack("!I", 7) + bytes(size - 4))
    plain = header(3, 3, timestamp())
    Client(server).ask(plain + struct.pack("!I", 1) + hashlib.md5(b"wrong" + plain).digest())


def control(server):
    """Mode 6: every operation code, most of which a server refuses, and continued answers."""
    for opcode in CONTROL_OPCODES:
        Client(server, wait_s=0.1).ask(struct.pack("!BBHHHHH", 0x16, opcode, 100 + opcode, 0, 0, 0, 0))
    client = Client(server, wait_s=0.3)
    for sequence, text in enumerate((b"version,processor,system,leap,stratum,refid", b"no_such_variable")):
        data = text + bytes(-len(text) % 4)
        client.ask(struct.pack("!BBHHHHH", 0x26, 2, 500 + sequence, 0, 0, 0, len(text)) + data)
    client.ask(struct.pack("!BBHHHHH", 0x16, 2, 600, 0, 9999, 0, 0))     # an association that is not there
    client.ask(struct.pack("!BBHHHHH", 0x16, 2, 601, 0, 0, 0, 400))      # a count beyond the packet
    client.ask(b"\x16\x02\x00")                                          # half a header


def storm(server):
    """Enough requests from one port to be rate limited."""
    client = Client(server, wait_s=0.01)
    for _ in range(24):
        client.ask(header(4, 3, timestamp(), poll=4))
        time.sleep(0.01)


def private(server):
    """Mode 7: monlist and peer list requests of ntpdc's implementation numbers."""
    client = Client(server, wait_s=0.1)
    for version, implementation, code in ((2, 3, 42), (2, 3, 20), (2, 2, 42), (4, 3, 0), (2, 0, 1)):
        client.ask(struct.pack("!BBBBHH", version << 3 | 7, code & 0x7f, implementation, code, 0, 0)
                   + bytes(40))


def tricks(server):
    """Asks responder.py for every trick and every kiss code; see there."""
    for poll in list(range(0, 10)) + list(range(32, 42)):
        for _ in range(2):
            client = Client(server, wait_s=0.1)
            client.ask(header(4, 3, timestamp(), poll=poll))
            client.collect() if poll in (1, 4) else None    # the second answer
    pipelined = Client(server)
    for poll in (3, 0, 3, 0):                                 # answers overlap, and come in order
        pipelined.send(header(4, 3, timestamp(), poll=poll))
    late = Client(server, wait_s=0.1)
    late.ask(header(4, 3, timestamp(), poll=2))
    late.ask(header(4, 3, timestamp(), poll=0))               # answered before the late one
    time.sleep(7)
    private(server)


def echoed(server):
    """Extension fields of growing size that responder.py sends back: fragments both ways."""
    client = Client(server)
    for length in (16, 512, 1024, 1184, 1200, 1276, 1400, 1800, 2400):
        client.ask(header(4, 3, timestamp(), poll=8) + field(0x0104, 36) + field(0x8001, length))
        client.ask(header(4, 3, timestamp()))


COMMANDS = {f.__name__: f for f in (zoo, padded, macs, control, storm, private, tricks, echoed)}

if __name__ == "__main__":
    if len(sys.argv) not in (3, 4) or sys.argv[1] not in COMMANDS:
        sys.exit(__doc__)
    Client.source = sys.argv[3] if len(sys.argv) == 4 else ""
    COMMANDS[sys.argv[1]](sys.argv[2])
