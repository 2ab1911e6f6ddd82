# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that fail, each in a way of its own and at an address of its own: for query_failures.py, which runs
serve() in a namespace."""
import os
import socket
import ssl
import struct
import sys
import threading
import time

NTP_S = 2208988800
MANY_PORT = 1123  # one socket for all of 10.9.0.0/16: it answers at 10.9.0.x and is silent elsewhere


def timestamp(shift_s=0.0):
    t = time.time() + NTP_S + shift_s
    return int(t) << 32 | int(t % 1 * 2**32)


def packet(request, trailer=b"", **changes):
    """A good answer, but for the changes."""
    now = timestamp()
    f = dict(leap=0, version=request[0] >> 3 & 7, mode=4, stratum=1, root_delay=0, root_dispersion=1, refid=b"GPS\0",
             reference=now - (16 << 32), origin=request[40:48], receive=now, transmit=now)
    f.update(changes)
    return struct.pack("!BBbbII4sQ8sQQ", f["leap"] << 6 | f["version"] << 3 | f["mode"], f["stratum"], 6, -20,
                       f["root_delay"], f["root_dispersion"], f["refid"], f["reference"], f["origin"], f["receive"],
                       f["transmit"]) + trailer


def packet_v5(request, flags=1, cookie=None):
    draft = b"draft-ietf-ntp-ntpv5-09"
    return struct.pack("!BBbbIIBBHQ8sQQ", 5 << 3 | 4, 1, 6, -20, 0, 0, 0, 0, flags, 7, cookie or request[24:32],
                       timestamp(), timestamp()) + struct.pack("!HH", 0xF5FF, 4 + len(draft)) + draft + b"\0"


def kiss(code):
    return lambda request: [packet(request, leap=3, stratum=0, refid=code)]


def good_but(**changes):
    return lambda request: [packet(request, **changes)]


def with_trailer(trailer):
    return lambda request: [packet(request, trailer)]


def late(request):
    answer = packet(request)
    time.sleep(1.4)
    return [answer]


# What each answers to a request: datagrams.
NTP = {
    "silent": lambda request: [],
    "good": lambda request: [packet(request)],
    "rate": kiss(b"RATE"),
    "deny": kiss(b"DENY"),
    "rstr": kiss(b"RSTR"),
    "bar": kiss(b"A|=1"),
    "leap-3": good_but(leap=3),
    "stratum-16": good_but(stratum=16),
    "stratum-0": good_but(stratum=0, refid=b"\0\0\0\0"),
    "init": kiss(b"INIT"),
    "far-root": good_but(root_dispersion=17 << 16),
    "set-later": lambda request: [packet(request, reference=timestamp(5))],
    "no-times": good_but(receive=0, transmit=0),
    "held-long": lambda request: [packet(request, receive=timestamp(-50))],
    "bogus": good_but(origin=b"\x11" * 8),
    "zero-origin": good_but(origin=bytes(8)),
    "short": lambda request: [packet(request)[:47]],
    "bad-trailer": with_trailer(bytes(12)),
    "huge": with_trailer(struct.pack("!HH", 0xF501, 5952) + bytes(5948)),
    "mode-3": lambda request: [request],
    "mode-5": good_but(mode=5),
    "version-3": good_but(version=3),
    "bad-mac": lambda request: [packet(request, request[48:52] + b"\xff" * 20)],
    "other-key": lambda request: [packet(request, bytes([0, 0, 0, 9]) + request[52:])],
    "crypto-nak": with_trailer(bytes(4)),
    "late": late,
    "twice": lambda request: [packet(request)] * 2,
    "forged-first": lambda request: [packet(request, origin=b"\x22" * 8, transmit=timestamp(3600),
                                            receive=timestamp(3600)), b"", b"\xff" * 48, packet(request)],
    "v5": lambda request: [packet_v5(request)],
    "v5-unsynchronised": lambda request: [packet_v5(request, flags=0)],
    "v5-bogus": lambda request: [packet_v5(request, cookie=b"\x33" * 8)],
    "forged-seal": lambda request: [packet(request, request[48:84] + struct.pack("!HHHH", 0x0404, 40, 16, 16) +
                                           bytes(32))],
    "nothing-there": None,
}


def record(kind, body=b"", critical=True):
    return struct.pack("!HH", kind | critical << 15, len(body)) + body


PROTOCOL, AEAD, END = record(1, b"\0\0"), record(4, b"\0\x0f"), record(0)
COOKIES = record(5, b"\xa5" * 100, critical=False) * 8


def establishment(server):
    """Cookies that nobody has made, to be used at that address or name."""
    return PROTOCOL + AEAD + COOKIES + record(6, server.encode()) + END


# What each says in its TLS session; None: nothing, for ever.
RECORDS = {
    "ke-nak": lambda: establishment(CHRONYD),
    "ke-plain": lambda: establishment(ADDRESS["good"]),
    "ke-forged": lambda: establishment(ADDRESS["forged-seal"]),
    "ke-lost": lambda: establishment("nosuch.example"),
    "ke-error-0": lambda: record(2, b"\0\0") + END,
    "ke-error-1": lambda: record(2, b"\0\1") + END,
    "ke-error-2": lambda: record(2, b"\0\2") + END,
    "ke-warning": lambda: PROTOCOL + AEAD + record(3, b"\0\1") + COOKIES + END,
    "ke-no-aead": lambda: PROTOCOL + record(4) + END,
    "ke-other-aead": lambda: PROTOCOL + record(4, b"\0\x1e") + COOKIES + END,
    "ke-no-cookies": lambda: PROTOCOL + AEAD + END,
    "ke-no-protocol": lambda: record(1) + END,
    "ke-truncated": lambda: (PROTOCOL + AEAD + COOKIES)[:-30],
    "ke-no-end": lambda: PROTOCOL + AEAD + COOKIES,
    "ke-unknown": lambda: PROTOCOL + AEAD + record(0x3ABC, b"?") + COOKIES + END,
    "ke-escape": lambda: PROTOCOL + AEAD + COOKIES + record(6, b"\x1b[31m") + END,
    "ke-silent": None,
    "ke-no-alpn": lambda: b"",
    "ke-other-alpn": lambda: b"",
    "ke-expired": lambda: b"",
    "ke-other-name": lambda: b"",
    "ke-hostile": lambda: b"",
}
CERTIFICATE = {"ke-expired": "expired", "ke-other-name": "other", "ke-hostile": "hostile"}
ALPN = {"ke-no-alpn": None, "ke-other-alpn": ["h2"]}

# What each says instead of TLS, before it closes; None: nothing, for ever.
RAW = {
    "ke-ssh": b"SSH-2.0-OpenSSH_9.2\r\n",
    "ke-closed": b"",
    "ke-mute": None,
}
TLS_1_2 = "ke-tls-1.2"  # openssl(1)'s

CHRONYD = "192.0.2.1"
ADDRESS = {name: "192.0.2.%d" % (10 + i) for i, name in enumerate([*NTP, *RECORDS, *RAW, TLS_1_2])}


def answer_ntp(sock, trick):
    def one(request, peer):
        for answer in trick(request):
            sock.sendto(answer, peer)

    while True:
        request, peer = sock.recvfrom(8192)
        if len(request) >= 48:
            threading.Thread(target=one, args=(request, peer), daemon=True).start()


def answer_many(sock):
    """From the address that was asked."""
    ip_pktinfo = 8
    sock.setsockopt(socket.IPPROTO_IP, ip_pktinfo, 1)
    while True:
        request, extra, _, peer = sock.recvmsg(2048, 256)
        where = extra[0][2][8:12]
        if where[:3] == bytes([10, 9, 0]):
            sock.sendmsg([packet(request)], [(socket.IPPROTO_IP, ip_pktinfo, struct.pack("i4s4s", 0, where, bytes(4)))],
                         0, peer)


def converse(name, plain, context):
    try:
        session = context.wrap_socket(plain, server_side=True)
        request = session.recv(1024)
        if request and RECORDS[name] is None:
            session.recv(1)
        elif request:
            session.sendall(RECORDS[name]())
            session.unwrap()
    except OSError:
        pass
    plain.close()


def answer_tls(name, listener, work):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    certificate = os.path.join(work, CERTIFICATE.get(name, "server"))
    context.load_cert_chain(certificate + ".crt", certificate + ".key")
    protocols = ALPN.get(name, ["ntske/1"])
    if protocols:
        context.set_alpn_protocols(protocols)
    while True:
        plain, _ = listener.accept()
        print("asked:", name, flush=True)
        plain.settimeout(10)
        threading.Thread(target=converse, args=(name, plain, context), daemon=True).start()


def answer_raw(text, listener):
    while True:
        plain, _ = listener.accept()
        plain.settimeout(10)
        try:
            plain.recv(2048)
            if text is None:
                plain.recv(1)
            else:
                plain.sendall(text)
        except OSError:
            pass
        plain.close()


def bound(kind, address, port):
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind)
    if kind == socket.SOCK_STREAM:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((address, port))
    if kind == socket.SOCK_STREAM:
        sock.listen(16)
    return sock


def serve(work):
    """All of them, for ever."""
    jobs = [(answer_ntp, bound(socket.SOCK_DGRAM, ADDRESS[name], 123), trick) for name, trick in NTP.items() if trick]
    jobs.append((answer_ntp, bound(socket.SOCK_DGRAM, "2001:db8::1", 123), NTP["good"]))
    jobs.append((answer_ntp, bound(socket.SOCK_DGRAM, ADDRESS["silent"], 53), NTP["silent"]))
    jobs.append((answer_many, bound(socket.SOCK_DGRAM, "0.0.0.0", MANY_PORT)))
    jobs += [(answer_tls, name, bound(socket.SOCK_STREAM, ADDRESS[name], 4460), work) for name in RECORDS]
    jobs += [(answer_raw, text, bound(socket.SOCK_STREAM, ADDRESS[name], 4460)) for name, text in RAW.items()]
    threads = [threading.Thread(target=job[0], args=job[1:], daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    print("all listen", flush=True)
    for thread in threads:
        thread.join()


def command(work):
    return [sys.executable, "-c", "import sys; sys.path.insert(0, %r); import query_servers; query_servers.serve(%r)"
            % (os.path.dirname(os.path.abspath(__file__)), work)]
