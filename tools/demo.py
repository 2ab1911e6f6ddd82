#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""tools/demo.py NTPSCOPE SAMPLE: what `make run` does.

Prints the report on the sample, then watches the sample as if it happened now, ten minutes a second, and serves
the page until it is interrupted.  With IFACE set in the environment it watches that interface instead, and with
NTPSCOPE_DEMO_ONCE=1 it looks whether the page answers, and ends.
"""
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request

PATIENCE_S = 30


def monitor(program, *options):
    return [program, "monitor", *options]


def watch_interface(program, interface):
    command = monitor(program, "--interface", interface)
    if os.geteuid() != 0:
        command.insert(0, "sudo")
    os.execvp(command[0], command)


def address_of_page(process):
    """From the log, which is shown, too."""
    for line in process.stderr:
        sys.stderr.write(line)
        found = re.search(r"page: (http\S+)", line)
        if found:
            return found.group(1)
    sys.exit("the monitor ended with status %d" % process.wait())


def fetch(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read()


def look_once(program, sample):
    """The page is there, and lists the sample's clients."""
    with subprocess.Popen(monitor(program, "--replay", sample, "--speed", "0", "--listen", "127.0.0.1:0",
                                  "--resolve", "off"), stderr=subprocess.PIPE, text=True) as process:
        try:
            url = address_of_page(process)
            page = fetch(url)
            summary, end = {}, time.monotonic() + PATIENCE_S
            while summary.get("sources", [{}])[0].get("state") != "ended" and time.monotonic() < end:
                time.sleep(0.1)
                summary = json.loads(fetch(url + "api/v1/summary"))
            clients = json.loads(fetch(url + "api/v1/clients?limit=1"))["total"]
        finally:
            process.send_signal(signal.SIGTERM)
            sys.stderr.write(process.stderr.read())
    print("the page at %s answered: %d octets; clients in the list: %d" % (url, len(page), clients))
    return 0 if b"<html" in page.lower() and clients and process.returncode == 0 else 1


def serve(program, sample):
    with subprocess.Popen(monitor(program, "--replay", sample, "--speed", "600"),
                          stderr=subprocess.PIPE, text=True) as process:
        print("The page: %s   (the sample's day passes in 144 s; Ctrl-C ends it)" % address_of_page(process),
              flush=True)
        try:
            for line in process.stderr:
                sys.stderr.write(line)
        except KeyboardInterrupt:
            sys.stderr.write(process.stderr.read())
    return process.returncode


def main():
    program, sample = sys.argv[1:]
    interface = os.environ.get("IFACE")
    if interface:
        watch_interface(program, interface)
    status = subprocess.run([program, "report", sample], check=False).returncode
    if status:
        return status
    sys.stdout.flush()
    return look_once(program, sample) if os.environ.get("NTPSCOPE_DEMO_ONCE") else serve(program, sample)


if __name__ == "__main__":
    sys.exit(main())
