#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The alarms of `ntpscope monitor` over a real chronyd: somebody with a wrong clock takes its place, it comes back, it
is stopped and begun again.  The command runs once for each change, the webhook arrives once, the event log has both edges, and a
monitor that is started again does not announce what stood already.  SIGHUP takes up other limits.

Skipped where network namespaces or the peers are impossible.
"""
import json
import os
import pwd
import signal
import socket
import subprocess
import sys
import time

from watching import Monitor, check, in_laboratory, laboratories, state_folder

from topology import pair

USER = "nobody"
WEBHOOK = """
import http.server, sys
class Hook(http.server.BaseHTTPRequestHandler):
    tries = 0
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Hook.tries += 1
        broken = Hook.tries == 1
        if not broken:
            with open(sys.argv[1], "ab") as out:
                out.write(self.headers["Content-Type"].encode() + b" " + body)
        self.send_response(503 if broken else 204)
        self.end_headers()
    def log_message(self, *args):
        pass
http.server.HTTPServer(("127.0.0.1", 8200), Hook).serve_forever()
"""
# chronyd cannot be made to serve a wrong time beside the right clock.
WRONG_SERVER = """
import socket, struct, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("192.0.2.1", 123))
print("ready", flush=True)
while True:
    question, who = s.recvfrom(2000)
    now = struct.pack(">Q", int((time.time() + 2208988800 + 120) * 2 ** 32))
    head = bytes([0x24, 2, 6, 0xe9]) + bytes(8) + bytes([192, 0, 2, 77])
    s.sendto(head + now + question[40:48] + now + now, who)
"""
COMMAND = """#!/bin/sh
{ env | sort; echo -n 'stdin '; cat; echo uid $(id -u) arguments $#; echo ===; } >>%s
"""


def runs(path):
    """What each run of the command wrote: {name: value}, the line on its standard input under "stdin"."""
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as f:
        pieces = f.read().split("===\n")[:-1]
    found = []
    for piece in pieces:
        facts = dict(line.split("=", 1) for line in piece.splitlines() if "=" in line and line[:5] != "stdin")
        facts["stdin"] = json.loads(next(line[6:] for line in piece.splitlines() if line.startswith("stdin ")))
        found.append(facts)
    return found


def posts(path):
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as f:
        return [json.loads(line.removeprefix("application/json ")) for line in f]


def events(state):
    path = os.path.join(state, "history", "events.log")
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def until(holds, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end and not holds():
        time.sleep(0.3)
    return holds()


def edges(found):
    return [(e["rule"], e["from"], e["to"]) for e in found]


def own_dev(work):
    """A /dev that only the laboratory sees, with what programs need of the real one, for a /dev/log of ours."""
    real = os.path.join(work, "dev")
    os.mkdir(real)
    subprocess.run(["mount", "--rbind", "/dev", real], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "none", "/dev"], check=True)
    for name in ("null", "zero", "full", "random", "urandom"):
        with open("/dev/" + name, "w", encoding="ascii"):
            pass
        subprocess.run(["mount", "--bind", os.path.join(real, name), "/dev/" + name], check=True)
    os.symlink("/proc/self/fd", "/dev/fd")
    subprocess.run(["umount", "-l", real], check=True)
    os.rmdir(real)


class Syslog:
    """Whoever writes to /dev/log writes here."""

    def __init__(self, work):
        own_dev(work)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self.socket.bind("/dev/log")
        os.chmod("/dev/log", 0o666)

    def lines(self):
        found = []
        while True:
            try:
                found.append(self.socket.recv(8192).decode())
            except BlockingIOError:
                return found


class Scene:
    def __init__(self, lab):
        self.lab, self.state = lab, state_folder(lab)
        self.ran, self.posted = os.path.join(self.state, "ran"), lab.path("posted")
        self.syslog = Syslog(lab.work)
        self.script = lab.file("tell", COMMAND % self.ran, 0o755)
        self.conf = lab.path("ntpscope.conf")
        self.write_conf("offset 1s 10s for 1")
        self.server = None
        lab.start("client", [sys.executable, "-c", WEBHOOK, self.posted], log="webhook.log")

    def write_conf(self, offset):
        with open(self.conf, "w", encoding="utf-8") as f:
            f.write("[state]\nstate-dir = %s\n[watch]\nwatch = 192.0.2.1\nwatch-interval = 16s\n[alarms]\n"
                    "alarm-limit = silent - 1\nalarm-limit = %s\nalarm-limit = root_distance off\n"
                    "alarm-command = %s\nalarm-webhook = http://127.0.0.1:8200/hook\nalarm-syslog = yes\n"
                    "[process]\nuser = %s\n" % (self.state, offset, self.script, USER))

    def serve(self):
        if self.server and self.server.poll() is None:
            self.lab.stop(self.server)
        self.server = self.lab.chronyd("server", "server", "local stratum 2\nallow all\n")

    def stop(self):
        self.lab.stop(self.server)

    def serve_wrong(self):
        self.lab.stop(self.server)
        self.server = self.lab.start("server", [sys.executable, "-c", WRONG_SERVER], log="wrong.log")
        laboratories.wait_for(self.lab.path("wrong.log"), "ready", self.server)

    def monitor(self, log):
        return Monitor(self.lab, "client", "-i", "c0", "--config", self.conf, log=log)

    def wait(self, n):
        """Until so many changes were told in each of the three ways."""
        return until(lambda: len(runs(self.ran)) >= n and len(posts(self.posted)) >= n
                     and len(events(self.state)) >= n)


def wrong_clock(scene, monitor):
    monitor.wait_for("safety:")
    time.sleep(4)
    check(events(scene.state) == [], "nothing is wrong yet: %s" % events(scene.state))
    scene.serve_wrong()
    check(scene.wait(1), "a wrong clock is told")
    check(edges(events(scene.state)) == [("offset", "ok", "critical")], "once: %s" % events(scene.state))
    facts = runs(scene.ran)[0]
    check(facts["NTPSCOPE_TARGET"] == "192.0.2.1" and facts["NTPSCOPE_RULE"] == "offset", facts)
    check(facts["NTPSCOPE_LEVEL"] == "critical" and facts["NTPSCOPE_FROM"] == "ok", facts)
    check(115 < float(facts["NTPSCOPE_VALUE"]) < 125 and facts["NTPSCOPE_TEXT"].startswith("Offset 2 min"), facts)
    check({k for k in facts if not k.startswith("NTPSCOPE_")} <= {"PATH", "PWD", "SHLVL", "_", "OLDPWD", "stdin"},
          "nothing else is in its environment: %s" % facts)
    with open(scene.ran, encoding="utf-8") as f:
        check("\nuid %d arguments 0\n" % pwd.getpwnam(USER).pw_uid in f.read(), "it is run as the monitor's user")
    check(facts["stdin"] == events(scene.state)[0] == posts(scene.posted)[0], "the same event everywhere")


def stopped_and_begun(scene, monitor):
    scene.serve()
    check(scene.wait(2), "the right clock is told")
    scene.stop()
    check(scene.wait(3), "silence is told")
    scene.serve()
    check(scene.wait(4), "and its end")
    time.sleep(3)
    for what, found in (("command", [r["stdin"] for r in runs(scene.ran)]), ("webhook", posts(scene.posted)),
                        ("log", events(scene.state))):
        check(sorted(edges(found)) == [("offset", "critical", "ok"), ("offset", "ok", "critical"),
                                       ("silent", "critical", "ok"), ("silent", "ok", "critical")],
              "%s: both edges, once each: %s" % (what, edges(found)))
    check(edges(events(scene.state))[2] == ("silent", "ok", "critical"), events(scene.state))
    check("alarm: 192.0.2.1 (ntp) critical: Does not answer" in monitor.said(), "the log tells it, too")
    lines = scene.syslog.lines()
    check(len(lines) == 4 and lines[0].startswith("<26>") and lines[1].startswith("<29>")
          and "ntpscope[" in lines[0] and "critical: Does not answer" in lines[2],
          "and syslog, as daemon.crit and daemon.notice: %s" % lines)


def restarted(scene, monitor):
    scene.stop()
    check(scene.wait(5), "silent again")
    monitor.stop()
    again = scene.monitor("again.log")
    until(lambda: again.said().count("alarm:") > 0, 20)
    check(len(events(scene.state)) == 5 and len(runs(scene.ran)) == 5 and len(posts(scene.posted)) == 5,
          "what stood is not announced again: %s" % edges(events(scene.state)))
    scene.serve()
    check(scene.wait(6), "but its end is")
    check(edges(events(scene.state))[5] == ("silent", "critical", "ok"), events(scene.state))
    return again


def other_limits(scene, monitor):
    scene.write_conf("offset 1ns 1h for 1")
    monitor.process.send_signal(signal.SIGHUP)
    monitor.wait_for("settings read again")
    check(scene.wait(7) and edges(events(scene.state))[6] == ("offset", "ok", "warn"),
          "other limits: %s" % edges(events(scene.state)))


def play(lab):
    pair(lab)
    scene = Scene(lab)
    scene.serve()
    monitor = scene.monitor("monitor.log")
    try:
        wrong_clock(scene, monitor)
        stopped_and_begun(scene, monitor)
        monitor = restarted(scene, monitor)
        other_limits(scene, monitor)
        monitor.stop()
    finally:
        print(monitor.said()[-3000:])


def main():
    return in_laboratory(play, "alarms", "chronyd")


if __name__ == "__main__":
    sys.exit(main())
