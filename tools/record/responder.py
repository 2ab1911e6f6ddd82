#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that answers as no daemon at hand does: kiss codes, crypto-NAK, mode 7, late, doubled and forged
answers.  It tells time by the machine's clock and sets none.

usage: responder.py ADDRESS [ADDRESS ...]

What an answer is like follows from the poll octet of the request: see TRICKS.
"""
import socket
import struct
import sys
import threading
import time

from sntp import timestamp

KISSES = [b"DENY", b"RSTR", b"RATE", b"XABC", b"INIT", b"STEP", b"NTSN", b"ACST", b"\0\0\0\0", b"LOCL"]


def answer(request, stratum=1, refid=b"GPS\0", leap=0, origin=None, received=None):
    version, poll = request[0] >> 3 & 7, request[2]
    origin = request[40:48] if origin is None else origin
    received = timestamp() if received is None else received
    return struct.pack("!BBbbII4sQ8sQQ", leap << 6 | version << 3 | 4, stratum, min(poll, 127), -20, 0x0102,
                       0x0304, refid, timestamp(), origin, received, timestamp())


def once(sock, request, peer):
    sock.sendto(answer(request), peer)


def twice(sock, request, peer):
    reply = answer(request)
    sock.sendto(reply, peer)
    sock.sendto(reply, peer)


def late(sock, request, peer):
    received = timestamp()
    timer = threading.Timer(6.5, lambda: sock.sendto(answer(request, received=received), peer))
    timer.daemon = True
    timer.start()


def slow(sock, request, peer):
    received = timestamp()
    time.sleep(0.025)
    sock.sendto(answer(request, received=received), peer)


def forged_first(sock, request, peer):
    sock.sendto(answer(request, origin=b"\x11" * 8), peer)
    sock.sendto(answer(request), peer)


def crypto_nak(sock, request, peer):
    sock.sendto(answer(request) + b"\0\0\0\0", peer)


def short(sock, request, peer):
    sock.sendto(answer(request)[:36], peer)


def unsynchronised(sock, request, peer):
    sock.sendto(answer(request, stratum=16, leap=3, refid=b"INIT"), peer)


def echo_fields(sock, request, peer):
    sock.sendto(answer(request) + request[48:], peer)


def leap_soon(sock, request, peer):
    sock.sendto(answer(request, leap=1), peer)


TRICKS = [once, twice, late, slow, forged_first, crypto_nak, short, unsynchronised, echo_fields, leap_soon]
KISS_BASE = 32  # poll 32 + n: kiss code n


def monlist(sock, request, peer):
    """Two packets of six items of 72 octets, as ntpdc got them; only the form is meant to be right."""
    for more in (1, 0):
        item = b"".join(struct.pack("!IIII4s4sIHBB", 3, 4, 0x1d0, 5 + n, bytes([192, 0, 2, 10 + n]),
                                    bytes([192, 0, 2, 1]), 1, 123, 3, 4) + bytes(40) for n in range(6))
        sock.sendto(struct.pack("!BBBBHH", 0x80 | more << 6 | request[0] & 0x3f, 1 - more, request[2],
                                request[3], 6, 72) + item, peer)


def serve(sock):
    while True:
        request, peer = sock.recvfrom(4096)
        if len(request) < 8:
            continue
        if request[0] & 7 == 7:
            monlist(sock, request, peer)
        elif len(request) >= 48 and request[0] & 7 == 3:
            poll = request[2]
            if KISS_BASE <= poll < KISS_BASE + len(KISSES):
                leap = 0 if KISSES[poll - KISS_BASE] == b"LOCL" else 3
                sock.sendto(answer(request, stratum=0, refid=KISSES[poll - KISS_BASE], leap=leap), peer)
            else:
                TRICKS[poll if poll < len(TRICKS) else 0](sock, request, peer)


def main():
    threads = []
    for address in sys.argv[1:]:
        sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((address, 123))
        threads.append(threading.Thread(target=serve, args=(sock,), daemon=True))
        threads[-1].start()
    print("ready", flush=True)
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
