# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the real binary, for the tests in this folder; see tests/meson.build for the environment."""
import fcntl
import os
import pty
import socket
import struct
import subprocess
import sys
import termios

NTPSCOPE = os.environ.get("NTPSCOPE", "build/ntpscope")
CAPTURES = "tests/captures"
# Set where another build tries everything: a sanitizer or another compiler need not see each combination again.
BRIEF = bool(os.environ.get("NTPSCOPE_BRIEF"))
# Of png, rrd and snmp those that the build has (tests/meson.build): what the program says of that is no proof.
BUILT_WITH = os.environ.get("NTPSCOPE_BUILT_WITH", "png rrd snmp").split()
SKIP = 77
failures = []
held = []


class Ran:
    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err


def run(*args, stdin=b"", stdout=None, env=None):
    """The finished process; its output is bytes, or where stdout says."""
    done = subprocess.run(
        [NTPSCOPE, *args],
        input=stdin if isinstance(stdin, bytes) else None,
        stdin=None if isinstance(stdin, bytes) else stdin,
        stdout=stdout or subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **(env or {})},
        timeout=120,
    )
    return Ran(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))


def on_terminal(width, *args, height=50):
    """What the program prints on a terminal so wide and high."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
    env = {**os.environ, "TERM": "xterm"}
    env.pop("NO_COLOR", None)
    p = subprocess.Popen([NTPSCOPE, *args], stdin=subprocess.DEVNULL, stdout=slave, stderr=subprocess.DEVNULL, env=env)
    os.close(slave)
    out = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:
            break
        if not part:
            break
        out += part
    os.close(master)
    p.wait()
    return out.decode().replace("\r\n", "\n")


def closed_port():
    """A port of UDP where nobody listens on loopback, nor will until the test ends: one that is merely free may become the
    asker's own.  Sockets hold it that hear port 1 alone; to anybody else the kernel says that it is closed."""
    first = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    first.bind(("127.0.0.1", 0))
    port = first.getsockname()[1]
    first.connect(("127.0.0.1", 1))
    held.append(first)
    try:
        other = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        other.bind(("::1", port))
        other.connect(("::1", 1))
        held.append(other)
    except OSError:
        pass  # no IPv6 here
    return str(port)


def check(holds, what):
    if not holds:
        failures.append(what)
        print("FAILED: " + what)


def capture(name):
    return f"{CAPTURES}/{name}"


def all_captures():
    """The paths of the captures in the repository, in order."""
    return sorted(os.path.join(CAPTURES, name) for name in os.listdir(CAPTURES) if not name.endswith(".md"))


def some(captures):
    """Of the captures one in four in a brief run, else all."""
    return captures[::4] if BRIEF else captures


def has_captures(*names):
    return all(os.path.exists(capture(n)) for n in names)


def finish(skipped=""):
    """Ends the test; what it had to leave out, if anything, makes it a skip, not a pass."""
    print(f"{len(failures)} failures")
    if skipped and not failures:
        print("skipped: " + skipped)
    sys.exit(1 if failures else SKIP if skipped else 0)
