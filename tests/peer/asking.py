# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of `ntpscope peers`, `mru`, `tracking`, ... share: they run in a host's namespace, beside ntpq or chronyc."""
import json
import os
import subprocess
import sys
import time

from watching import check, laboratories, peers  # noqa: F401

NTPSCOPE = os.environ.get("NTPSCOPE", "build/ntpscope")


class Asked:
    def __init__(self, done):
        self.status, self.out, self.err = done.returncode, done.stdout, done.stderr

    def json(self):
        return json.loads(self.out)


def ask(lab, host, *words, timeout=120):
    """`ntpscope WORDS` on a host."""
    done = subprocess.run(lab.command(host, [NTPSCOPE, *words]), timeout=timeout, text=True, env=peers.environment(),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return Asked(done)


def good(lab, host, *words):
    """The same, which has to succeed."""
    r = ask(lab, host, *words)
    check(r.status == 0 and not r.err, "%s: status %d, %r" % (" ".join(words), r.status, r.err))
    return r


def told_json(lab, host, *words):
    told = good(lab, host, *words, "--format=json").json()
    check(told["schema"] == "ntpscope-%s-1" % words[0], "%s: schema %s" % (words[0], told["schema"]))
    check(list(told)[0] == "schema" and told["result"] == "ok", "%s: result %s" % (words[0], told["result"]))
    return told


def ntpq(lab, host, command, server, before=(), check=True):
    commands = [word for c in (*before, command) for word in ("-c", c)]
    return lab.run(host, [sys.executable, peers.find("ntpq"), "-n", *commands, server], timeout=200, check=check)


def until_same(ours, theirs, what, tries=8):
    """Values go on while they are read: what we read lies between two readings of the peer, so that one of them is the same."""
    for _ in range(tries):
        before, mine, after = theirs(), ours(), theirs()
        if mine in (before, after):
            return mine
        time.sleep(0.7)
    check(False, "%s:\n%s\nis neither\n%s\nnor\n%s" % (what, mine, before, after))
    return mine


def fails(lab, host, words, status, name):
    r = ask(lab, host, *words)
    check(r.status == status and name in r.err and r.err.count("\n") == 1,
          "%s: status %d, %r; wanted %d, %s" % (" ".join(words), r.status, r.err, status, name))
    told = ask(lab, host, *words, "--format=json")
    check(told.status == status and told.json()["result"] == name.strip(":"),
          "%s as JSON: %r" % (" ".join(words), told.out))
