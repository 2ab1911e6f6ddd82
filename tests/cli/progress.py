# SPDX-License-Identifier: GPL-3.0-or-later
"""Progress: shown on a terminal when the work lasts longer than a second, and gone when it is done."""
import os
import pty
import re
import select
import signal
import subprocess
import sys
import tempfile
import time

import cli

NTPGEN = os.path.join(os.environ.get("NTPSCOPE_BUILD", "build"), "tools", "ntpgen")
LINE = re.compile(r"\r\x1b\[Kntpscope: +(\d+) %, (\d+) s left, ([\d.]+) M packets, ([\d.]+) M/s")
ERASE = "\r\x1b[K"


def read_all(fd, until):
    """What comes from a terminal until the process is gone."""
    out = b""
    while True:
        ready, _, _ = select.select([fd], [], [], 0.1)
        if not ready:
            if until.poll() is not None:
                return out.decode()
            continue
        try:
            part = os.read(fd, 65536)
        except OSError:
            return out.decode()
        if not part:
            return out.decode()
        out += part


def watched(args, pause_after, stdout):
    """What a run writes to the terminal that is its standard error, and with stdout="terminal" its standard
    output too.  It is stopped for more than a second, so that it takes that long however fast it is."""
    master, slave = pty.openpty()
    out = {"terminal": slave, "file": subprocess.DEVNULL}[stdout]
    p = subprocess.Popen([cli.NTPSCOPE, *args], stdin=subprocess.DEVNULL, stdout=out, stderr=slave)
    os.close(slave)
    if pause_after:
        time.sleep(pause_after)
        os.kill(p.pid, signal.SIGSTOP)
        time.sleep(1.3)
        os.kill(p.pid, signal.SIGCONT)
    text = read_all(master, p)
    os.close(master)
    p.wait()
    return text


def shown(args, stdout):
    """Tries until it was stopped between its beginning and its end."""
    for pause_after in (0.05, 0.02, 0.1, 0.01, 0.2, 0.005, 0.4):
        text = watched(args, pause_after, stdout)
        if LINE.search(text):
            break
    return text


def main():
    if not os.path.exists(NTPGEN):
        print("no ntpgen was built")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        big = os.path.join(folder, "big.pcap")
        subprocess.run([NTPGEN, "-p", "bench", "-n", "1200000", "-c", "20000", "-o", big], check=True)

        text = shown(["report", big], "file")
        line = LINE.search(text)
        cli.check(line, "share, time left, packets and packets a second are shown")
        if line:
            cli.check(0 < int(line[1]) <= 100, f"the share lies between nothing and all: {line[1]}")
            cli.check(0 < float(line[3]) <= 1.2, f"no more packets than there are: {line[3]}")
        cli.check(text.endswith(ERASE), "the line is erased at the end")

        text = shown(["report", big], "terminal")
        cli.check(LINE.search(text), "a report on the terminal shows progress first")
        last = text.rfind(ERASE)
        cli.check(last < text.find("SERVER") and "\r\n" in text[last:], "the report begins on a clean line")

        text = shown(["clients", "--limit=1", big], "terminal")
        cli.check(LINE.search(text), "so does a list of clients")

        rows = watched(["exchanges", "-f", "udp port 1", big], 0.05, "terminal")
        cli.check(ERASE not in rows, "rows on the terminal are not mixed with it")

        text = watched(["report", f"{cli.CAPTURES}/any-sll-broadcast.pcap"], 0, "file")
        cli.check("packets," not in text, "what ends soon shows none")
        cli.check("M/s" not in cli.run("report", big).err, "nor is any where there is no terminal")


main()
cli.finish()
