#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes an Ethernet interface's frames into a pcap file, with the kernel's nanosecond receive times.

usage: sniff.py INTERFACE FILE

For laboratories made without being root: there tcpdump gives up, since it cannot drop privileges to a user
that the user namespace does not have.  Frames that the interface sends have times of this program.
"""
import socket
import struct
import sys
import time

SO_TIMESTAMPNS = 35
ETH_P_ALL = 3
PACKET_OUTGOING = 4


def kernel_time(ancillary):
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
            return struct.unpack("qq", data[:16])
    now = time.time_ns()
    return divmod(now, 10**9)


def main():
    interface, path = sys.argv[1:3]
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    sock.bind((interface, ETH_P_ALL))
    with open(path, "wb", buffering=0) as out:
        out.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, 1))
        print("listening on", interface, file=sys.stderr, flush=True)
        while True:
            frame, ancillary, _, where = sock.recvmsg(65535, 256)
            if interface == "lo" and where[2] == PACKET_OUTGOING:
                continue  # it comes in again
            seconds, nanos = kernel_time(ancillary)
            out.write(struct.pack("<IIII", seconds, nanos, len(frame), len(frame)) + frame)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
