# SPDX-License-Identifier: GPL-3.0-or-later
"""`ntpscope top` on a terminal of 80 columns and 24 lines."""
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time

import cli
from cli import check
from watching import Monitor

COLUMNS, LINES = 80, 24


class Screen:
    """So much of a terminal as top needs: home, clear, lines."""

    def __init__(self, *args):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        env = {**os.environ, "TERM": "xterm", "NO_COLOR": "1"}
        self.process = subprocess.Popen([cli.NTPSCOPE, "top", *args], stdin=slave, stdout=slave, stderr=slave, env=env)
        self.raw = b""

    def read(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if select.select([self.master], [], [], 0.05)[0]:
                self.raw += os.read(self.master, 65536)

    def lines(self):
        """The latest whole screen."""
        last = self.raw.decode("utf-8", "replace").split("\x1b[H")[-1]
        return re.sub(r"\x1b\[[?0-9;]*[a-zA-Z]|\r", "", last).split("\n")

    def wait_for(self, text, seconds=20):
        if self.until(lambda: any(text in line for line in self.lines()), seconds):
            return True
        print("\n".join(self.lines()))
        return False

    def until(self, holds, seconds=20):
        """Whether that comes to hold of a whole screen."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(0.2)
            if len(self.lines()) == LINES and holds():
                return True
        return False

    def press(self, keys):
        os.write(self.master, keys.encode())

    def addresses(self):
        return [line.split()[0] for line in self.lines()[4:-1] if line.strip()]

    def end(self):
        self.process.wait(10)
        check(termios.tcgetattr(self.slave) == self.before, "the terminal is given back as it was")
        check(b"\x1b[?1049l" in self.raw or self.drain(), "and the screen")
        os.close(self.slave)
        os.close(self.master)

    def drain(self):
        self.read(0.3)
        return b"\x1b[?1049l" in self.raw


def at_the_keys(m):
    s = Screen("--url", m.url, "--interval", "500ms")
    check(s.wait_for("loudest now"), "it begins with who is loudest now")
    s.press("r")
    check(s.wait_for("most requests"), "r: by requests")
    wanted = [r["ip"] for r in m.get("/api/v1/clients", limit=19)["clients"]]
    check(s.addresses() == wanted and max(map(len, wanted)) > 30, "the rows of the list, addresses whole in 80 columns")
    check(all(len(line) <= COLUMNS for line in s.lines()) and len(s.lines()) == LINES, "80 columns, 24 lines")
    written = re.sub(rb"\x1b\[(H|2J|\?[0-9]+[hl])", b"\n", s.raw)
    check(not re.search(rb"[^\s\x1b]\x1b\[[KJ]", written), "no character in the last column is cleared away")
    s.press("r")
    check(s.wait_for("turned round"), "again: the other way round")
    s.press("i")
    check(s.wait_for("address ·") or s.wait_for("address"), "i: by address")
    first = s.addresses()[:1]
    s.press("\x1b[6~")
    check(s.until(lambda: s.addresses()[:1] != first), "page down")
    s.press("\x1b[H")
    check(s.until(lambda: s.addresses()[:1] == first), "home")
    s.press("/alert:red\r")
    check(s.wait_for("7 of 5,941"), "a filter")
    s.press("/x\x7f\x7f\x7f\x7f\x7f>>>\r")
    check(s.wait_for("the server says 400") or s.wait_for("of 5,941"), "a bad one is told")
    s.press("/\x1b")
    s.press("?")
    check(s.wait_for("orders:"), "help")
    s.press(" ")
    check(s.wait_for("stands still"), "it stands still")
    s.press("q")
    s.end()
    check(s.process.returncode == 0, "q ends it")


def killed(m):
    s = Screen("--url", m.url)
    check(s.wait_for("loudest now"), "it begins")
    s.process.terminate()
    s.end()


def once(m):
    r = cli.run("top", "--once", "--url", m.url, "--sort", "owed", "--filter", "alert:yellow")
    check(r.status == 0 and r.out.count(b"\n") == LINES, "one screen where there is no terminal")
    check(b"\x1b" not in r.out and b"198.51.100.99" in r.out, "plain")
    check(cli.run("top", "--url", "http://127.0.0.1:1").status == 2, "no monitor is an error")
    for url in "http://192.0.2.1:1", "http://[2001:db8::1]", "http://127.0.0.1.example/":
        r = cli.run("top", "--url", url, "--token-file", "/dev/null")
        check(r.status == 2 and "in the clear" in r.err, "no secret without TLS: %r" % r.err)
    r = cli.run("top", "--url", "http://localhost:1/", "--token-file", "/dev/null")
    check("in the clear" not in r.err, "but here")
    check("no address" in cli.run("top", "--url", "https://user:word@192.0.2.1").err, "secrets have files")
    check("'--url'" not in cli.run("top", "x").err and cli.run("top", "x").status == 2, "it takes no arguments")


def gone():
    with Monitor() as m:
        s = Screen("--url", m.url, "--interval", "300ms")
        check(s.wait_for("loudest now"), "it begins")
    check(s.wait_for("cannot ask"), "a monitor that went away is told, and looked for again")
    s.press("q")
    s.end()


def main():
    with Monitor() as m:
        at_the_keys(m)
        killed(m)
        once(m)
    gone()
    cli.finish()


main()
