# SPDX-License-Identifier: GPL-3.0-or-later
"""A monitor that has replayed a capture, and ways to ask it, for the tests of its HTTP interface."""
import http.client
import json
import os
import re
import subprocess
import time
import urllib.parse

import cli

DAY = "samples/pool-server-day.pcap.zst"


class Monitor:
    """with Monitor("--token-file", path) as m: m.get("/api/v1/summary")"""

    def __init__(self, *args, capture=DAY, listen="127.0.0.1:0", whole=True):
        self.args = ["monitor", "--replay", capture, "--speed", "0", "--listen", listen, "--resolve", "off", *args]
        self.whole = whole
        self.log = []

    def __enter__(self):
        self.process = subprocess.Popen([cli.NTPSCOPE, *self.args], stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        os.set_blocking(self.process.stderr.fileno(), False)
        self.url = self.wait_for(r"page: (https?://\S+)/")
        if self.url is None:
            raise RuntimeError("the monitor did not begin: " + self.text())
        self.host, self.port = urllib.parse.urlsplit(self.url).netloc.rsplit(":", 1)
        if self.whole and self.wait_for(r"the capture is at its end") is None:
            raise RuntimeError("the capture has no end: " + self.text())
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            cli.check(False, "the monitor ends when it is asked to")

    def text(self):
        part = self.process.stderr.read()
        if part:
            self.log.append(part.decode("utf-8", "replace"))
        return "".join(self.log)

    def wait_for(self, pattern, seconds=90):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = re.search(pattern, self.text())
            if found:
                return found.group(found.lastindex or 0)
            if self.process.poll() is not None:
                return None
            time.sleep(0.05)
        return None

    def connect(self, timeout=30):
        return http.client.HTTPConnection(self.host, int(self.port), timeout=timeout)

    def ask(self, target, headers=None, method="GET"):
        """(status, headers, body)"""
        c = self.connect()
        c.request(method, target, headers=headers or {})
        r = c.getresponse()
        body = r.read()
        c.close()
        return r.status, r.headers, body

    def get(self, path, **parameters):
        """The JSON of a good answer."""
        target = path + ("?" + urllib.parse.urlencode(parameters) if parameters else "")
        status, _, body = self.ask(target)
        if status != 200:
            raise RuntimeError(f"{target}: {status} {body!r}")
        return json.loads(body)
