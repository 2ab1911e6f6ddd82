# SPDX-License-Identifier: GPL-3.0-or-later
"""sharkd is tshark as a server: it starts once, and answers for many filters and captures what each costs tshark
half a second to start for.  It never answers about a capture that is cut short."""
import json
import select
import subprocess

import truth


class Sharkd:
    def __init__(self):
        self.process = subprocess.Popen(["sharkd", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, env=truth.tshark_environment())

    def ask(self, method, **params):
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        ready, _, _ = select.select([self.process.stdout], [], [], 60)
        line = self.process.stdout.readline() if ready else None
        if not line:
            self.process.kill()
            raise RuntimeError("sharkd ended at %s" % params)
        return json.loads(line.decode("utf-8", "replace"))

    def load(self, path):
        """Whether it could open that."""
        return self.ask("load", file=path).get("result", {}).get("status") == "OK"

    def selected(self, text):
        """The set of frames that a display filter selects, or None where it is refused."""
        answer = self.ask("frames", filter=text)
        return None if "error" in answer else {frame["num"] for frame in answer["result"]}

    def columns(self, fields):
        """Those fields of each frame."""
        answer = self.ask("frames", **{"column%d" % i: field + ":1" for i, field in enumerate(fields)})
        return [frame["c"] for frame in answer["result"]]

    def close(self):
        self.process.stdin.close()
        self.process.wait(60)
