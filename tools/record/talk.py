#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain conversations, as people show them with netcat and telnet: serve ADDRESS..., or talk ADDRESS.

  UDP 4444  echoes lines in capitals      TCP 4444  the same, until the client closes its half
  TCP 13    the time of day, and closes   TCP 2323  negotiates as telnet does, asks a name, says goodbye
"""
import socket
import sys
import threading
import time

IAC_HELLO = bytes([255, 251, 1, 255, 251, 3, 255, 253, 24])  # WILL ECHO, WILL SUPPRESS-GO-AHEAD, DO TERMINAL-TYPE
IAC_ANSWER = bytes([255, 253, 1, 255, 253, 3, 255, 252, 24])


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def echo_datagrams(address):
    s = socket.socket(family(address), socket.SOCK_DGRAM)
    s.bind((address, 4444))
    while True:
        data, who = s.recvfrom(2000)
        s.sendto(data.upper(), who)


def echo(c):
    while True:
        data = c.recv(2000)
        if not data:
            break
        c.sendall(data.upper())
    c.sendall(b"bye\n")


def daytime(c):
    c.sendall(b"Sunday, March 1, 2026 12:00:00-UTC\r\n")


def telnet(c):
    c.sendall(IAC_HELLO)
    c.recv(2000)
    c.sendall(b"\r\nlogin: ")
    name = c.recv(2000).strip()
    c.sendall(b"\x1b[1mHello, " + name + "! Gr\u00fc\u00dfe\x1b[0m\r\n\x07".encode())
    c.recv(2000)


def accept(address, port, serve):
    s = socket.socket(family(address), socket.SOCK_STREAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((address, port))
    s.listen(5)
    while True:
        c, _ = s.accept()
        serve(c)
        c.close()


def serve(addresses):
    for a in addresses:
        threading.Thread(target=echo_datagrams, args=(a,), daemon=True).start()
        for port, what in ((4444, echo), (13, daytime), (2323, telnet)):
            threading.Thread(target=accept, args=(a, port, what), daemon=True).start()
    time.sleep(0.2)
    print("ready", flush=True)
    time.sleep(600)


def lines_over_udp(address):
    s = socket.socket(family(address), socket.SOCK_DGRAM)
    s.settimeout(1)
    s.connect((address, 4444))
    for line in (b"hello\n", b"how are you?\n", b"tab\there, no newline"):
        s.send(line)
        s.recv(2000)
        time.sleep(0.1)


def lines_over_tcp(address):
    s = socket.create_connection((address, 4444), 2)
    for line in (b"hello\n", b"two lines\nin one segment\n", b"x" * 4000 + b"\n"):
        s.sendall(line)
        got = b""
        while len(got) < len(line):
            got += s.recv(9000)
        time.sleep(0.1)
    s.shutdown(socket.SHUT_WR)
    while s.recv(2000):
        pass
    s.close()


def everything(address):
    lines_over_udp(address)
    lines_over_tcp(address)
    s = socket.create_connection((address, 13), 2)
    while s.recv(2000):
        pass
    s.close()
    s = socket.create_connection((address, 2323), 2)
    s.recv(2000)
    s.sendall(IAC_ANSWER)
    s.recv(2000)
    s.sendall(b"Alice\r\n")
    s.recv(2000)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # gives up: RST
    s.close()
    try:  # nobody listens there
        socket.create_connection((address, 4445), 2)
    except OSError:
        pass
    s = socket.socket(family(address), socket.SOCK_DGRAM)
    s.connect((address, 4445))
    s.send(b"anybody there?\n")
    time.sleep(0.1)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2:])
    else:
        everything(sys.argv[2])
