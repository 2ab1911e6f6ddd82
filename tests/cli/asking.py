#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands that ask a server about itself, beside servers of our own making on loopback: fragments that are lost, doubled
and swapped, answers that nobody asked for, text that would act on a terminal, silence, errors."""
import json
import os
import socket
import struct
import tempfile
import threading

from cli import check, closed_port, finish, run


class Server:
    """Answers on a port of its own; answers(question) gives datagrams."""

    def __init__(self, answers):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = str(self.socket.getsockname()[1])
        self.answers, self.n = answers, 0
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            question, who = self.socket.recvfrom(2048)
            self.n += 1
            for answer in self.answers(question, self.n):
                self.socket.sendto(answer, who)


def fragment(question, offset, data, more, status=0x0615):
    head = bytes([0xd6, 0x80 | (0x20 if more else 0) | question[1]]) + question[2:4] + struct.pack("!H", status) + question[6:8]
    return head + struct.pack("!HH", offset, len(data)) + data + bytes(-len(data) % 4)


def error(question, code):
    return bytes([0xd6, 0xc0 | question[1]]) + question[2:4] + bytes([code, 0]) + question[6:8] + bytes(4)


VARIABLES = (b'srcadr=192.0.2.7, srchost="ev\x1b[31mil\x07", hmode=3, stratum=2, ppoll=6, hpoll=6, refid=GPS, reach=0xff,\r\n'
             b'delay=1.234567, offset=-0.500000, jitter=0.001000, flash=0x400, timecode="\x1b]0;owned\x07, a=b"\r\n')


def in_pieces(question, data, status):
    """Three fragments, the last one first, one twice, and a foreign one among them."""
    third = len(data) // 3 // 4 * 4
    cut = [(0, third, True), (third, 2 * third, True), (2 * third, len(data), False)]
    a, b, c = (fragment(question, i, data[i:k], more, status) for i, k, more in cut)
    foreign = bytearray(a)
    foreign[2] ^= 0x55
    over = fragment(question, 4, b"OVER", True, status)
    return [c, bytes(foreign), a, a, over, b]


def ntpd(question, n):
    opcode, association = question[1] & 31, struct.unpack("!H", question[6:8])[0]
    if question[0] & 7 != 6:
        return []
    if opcode == 1:
        return [fragment(question, 0, struct.pack("!HHHH", 7, 0x961a, 9, 0x8011), False)]
    if opcode == 2 and association in (0, 7):
        answer = in_pieces(question, VARIABLES, 0x961a)
        return answer[:3] if n % 2 else answer  # the rest is lost, each second time
    return [error(question, 4)]


def ask(*words, server=None, timeout="3"):
    ports = ["--port", server.port, "--chrony-port", SILENT.port] if server else []
    return run(*words, "127.0.0.1", "-t", timeout, *ports)


def peers_come_through_loss(server):
    r = ask("peers", server=server)
    check(r.status == 0 and not r.err, "peers: %d, %r" % (r.status, r.err))
    lines = r.out.decode().splitlines()
    check(len(lines) == 3 and lines[2].startswith("*ev\\x1b[31mil\\x0 .GPS."), "one association, the other went away: %r" % lines)
    check("   1.2346  -0.5000   0.0010" in lines[2] and " 64  377 " in lines[2], "figures: %r" % lines[2])
    told = json.loads(ask("peers", "--format=json", server=server).out)
    peer = told["peers"][0]
    check(told["schema"] == "ntpscope-peers-1" and told["result"] == "ok" and len(told["peers"]) == 1, str(told))
    check(peer["offset_s"] == -0.0005 and peer["delay_s"] == 0.001234567 and peer["flash"] == ["peer_dist"], str(peer))


def nothing_acts_on_the_terminal(server):
    for words in (["vars"], ["vars", "--format=json"], ["peers", "-w"], ["peers", "--format=json"]):
        r = ask(*words, server=server)
        check(r.status == 0 and b"\x1b" not in r.out and b"\x07" not in r.out and "\x1b" not in r.err, "%s: %r" % (words, r.out))
    check(b"flash=400 peer_dist" in ask("vars", server=server).out, "flash in plain text")


def failures(server):
    refuses = Server(lambda q, n: [error(q, 1)])
    babbles = Server(lambda q, n: [os.urandom(60), q, b"", fragment(q, 0, b"junk", True)])
    for words, status, name, where in ((["vars", "-a", "9"], 41, "error", server), (["monstats"], 41, "error", refuses),
                                       (["peers"], 10, "timeout", SILENT), (["peers"], 40, "incomplete", babbles)):
        r = ask(*words, server=where, timeout="0.5")
        check(r.status == status and "'127.0.0.1': %s: " % name in r.err and r.err.count("\n") == 1,
              "%s: %d, %r" % (words, r.status, r.err))
        told = json.loads(ask(*words, "--format=json", server=where, timeout="0.5").out)
        check(told["result"] == name and told["error"], "%s as JSON: %s" % (words, told))
    port = closed_port()
    r = run("peers", "127.0.0.1", "--port", port, "--chrony-port", port)
    check(r.status == 11 and ": refused: " in r.err and r.err.count("port unreachable") == 2, "refused: %r" % r.err)
    r = run("tracking", "--socket", "/nonexistent/\x1b[31m")
    check(r.status == 12 and "\x1b" not in r.err and ": unreachable: " in r.err, "no socket: %r" % r.err)
    r = run("mru", "127.0.0.1", "mincount=x", "--port", server.port, "--chrony-port", SILENT.port)
    check(r.status == 2 and "'mincount=x' is no filter" in r.err, "no filter: %r" % r.err)
    check(run("peers", "a", "b").status == 2 and run("peers", "-4", "-6").status == 2, "wrong usage")


def output_goes_to_a_file(server):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "peers.json")
        r = ask("peers", "--format=json", "-o", path, server=server)
        check(r.status == 0 and not r.out, "-o: %r" % r.err)
        with open(path) as text:
            check(json.load(text)["result"] == "ok", "-o has it")


SILENT = Server(lambda question, n: [])
NTPD = Server(ntpd)
peers_come_through_loss(NTPD)
nothing_acts_on_the_terminal(NTPD)
failures(NTPD)
output_goes_to_a_file(NTPD)
finish()
