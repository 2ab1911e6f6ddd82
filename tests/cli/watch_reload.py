#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""SIGHUP and the servers that are watched: who is new is asked, who is gone no more, who stays does not notice, and nothing
that was counted or kept is lost; and limits of one of them alone.  The servers are ours, on loopback."""
import json
import os
import signal
import socket
import struct
import tempfile
import threading
import time

from cli import BUILT_WITH, check, finish
from watching import Monitor


class Clock:
    """An NTP server on a port of its own, which counts whom it answered."""

    def __init__(self, stratum=2, ahead_s=0):
        self.ahead_s = ahead_s
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port, self.stratum, self.n = self.socket.getsockname()[1], stratum, 0
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            question, who = self.socket.recvfrom(2048)
            self.n += 1
            now = int((time.time() + 2208988800 + self.ahead_s) * 2**32)
            self.socket.sendto(struct.pack("!BBbbII4sQ8sQQ", 0x24, self.stratum, 6, -20, 1 << 6, 1 << 6, b"\x7f\0\0\1", now,
                                           question[40:48], now, now), who)


def until(holds, seconds=20):
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.1)
    return holds()


def write(path, *lines):
    with open(path + ".new", "w", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")
    os.rename(path + ".new", path)


def reload(m):
    n = m.text().count("settings read again")
    m.process.send_signal(signal.SIGHUP)
    check(until(lambda: m.text().count("settings read again") > n), "it reads them again: " + m.text())


def known(m):
    """What the page knows of each server itself."""
    return {t["target"]: t["parts"][0] for t in m.get("/api/v1/targets")["targets"]}


def in_force(m, name):
    return {x["name"]: x["value"] for x in m.get("/api/v1/about")["settings"]}[name]


def stood(target):
    """An alarm of the time before, in the log of events."""
    return json.dumps({"time": time.strftime("%Y-%m-%dT%H:%M:%S.000000000Z", time.gmtime(time.time() - 60)),
                       "target": target, "part": "", "via": "ntp", "rule": "offset", "from": "ok", "to": "critical",
                       "value": 1, "text": "Offset 1 s"})


def ended(m, target):
    """How its alarms ended, latest first."""
    return [e["text"] for e in m.get("/api/v1/alarms")["events"] if e["target"] == target and e["to"] == "ok"]


def log_of_events(history):
    with open(os.path.join(history, "events.log"), encoding="utf-8") as log:
        return log.read()


def lines(history):
    return "".join(open(os.path.join(history, name), encoding="utf-8").read()
                   for name in sorted(os.listdir(history)) if name.startswith("20"))


def servers_come_go_and_stay(folder):
    stays, other, nobody = Clock(), Clock(3), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    nobody.bind(("127.0.0.1", 0))
    state, config = os.path.join(folder, "state"), os.path.join(folder, "watch.conf")
    history = os.path.join(state, "history")
    os.makedirs(history)
    with open(os.path.join(history, "events.log"), "w", encoding="utf-8") as log:
        log.write(stood("goes") + "\n" + stood("stays") + "\n" + stood("changes") + "\n")
    write(config, "[watch]", f"watch = 127.0.0.1 name=stays via=ntp:{stays.port}",
          f"watch = 127.0.0.1 name=goes via=ntp:{other.port}",
          f"watch = 127.0.0.1 name=changes via=ntp:{nobody.getsockname()[1]}")
    with Monitor("--config", config, "--state-dir", state) as m:
        check(until(lambda: {"stays", "goes"} <= known(m).keys()), f"two answer: {known(m)}")
        before, summary, asked = known(m)["stays"], m.get("/api/v1/summary"), stays.n
        standing = {a["target"] for a in m.get("/api/v1/alarms")["standing"]}
        check(standing == {"goes", "stays", "changes"}, f"what stood before: {standing}")
        write(config, "[watch]", f"watch = 127.0.0.1 name=comes via=ntp:{other.port}",
              f"watch = 127.0.0.1 name=changes via=ntp:{other.port}",
              f"watch = 127.0.0.1   via=ntp:{stays.port} name=stays")
        reload(m)
        check(m.wait_for("watches 3: 1 new, 1 changed, 1 gone", 20), "the log tells it: " + m.text())
        check("takes effect" not in m.text(), "and nothing waits")
        check(until(lambda: known(m).keys() == {"stays", "changes", "comes"} and known(m)["changes"]["ok"]),
              f"who is new and who changed answer, who is gone is known no more: {known(m)}")
        after = known(m)["stays"]
        check(all(before[x] == after[x] for x in ("changed_at", "every_s")) and stays.n - asked <= 1,
              f"who stays does not notice: {stays.n - asked} questions more, {before}, {after}")
        check(str(other.port) in in_force(m, "watch") and "goes" not in in_force(m, "watch"), "the page tells the lines")
        alarms = m.get("/api/v1/alarms")
        check([a["target"] for a in alarms["standing"]] == ["stays"], f"of who is gone no alarm stands: {alarms}")
        check(ended(m, "goes") == ["It is watched no longer"], f"and that is an event: {alarms['events']}")
        check(ended(m, "changes") == ["It is watched in another way"], f"who changed is watched still: {alarms['events']}")
        for part in ("packets", "exchanges", "kisses", "clients"):
            check(summary[part] == m.get("/api/v1/summary")[part], f"no count is lost: {part}")
        check(until(lambda: " comes every_s=" in lines(history)), "the history has who is new")
        check(all(f" {x} every_s=" in lines(history) for x in ("goes", "stays")), "and goes on having the others")
        write(config, "[watch]", "watch-interval = 32s", f"watch = 127.0.0.1 name=stays via=ntp:{stays.port}",
              "watch = 127.0.0.1 name=stays")
        m.process.send_signal(signal.SIGHUP)
        check(m.wait_for("the settings stay as they were", 20) and len(known(m)) == 3, "two of one name change nothing")
        write(config, "[watch]", "watch-interval = 32s", f"watch = 127.0.0.1 name=stays via=ntp:{stays.port}",
              "[alarms]", "alarm-limit = offset off")
        reload(m)
        check(until(lambda: known(m).keys() == {"stays"} and known(m)["stays"]["every_s"] == 32),
              f"another interval: {known(m)}")
        check(in_force(m, "watch-interval").startswith("32"), "the page tells it")
        check(until(lambda: ended(m, "stays") == ["The rule is off"]) and m.wait_for("stays .* ok: The rule is off", 5),
              f"what stood of a rule that is off is told to end, once: {m.get('/api/v1/alarms')}")
        check('"The rule is off"' in log_of_events(history), "in the log of events, too")
        write(config, "[watch]")
        reload(m)
        check(m.wait_for("watches 0: 0 new, 0 changed, 1 gone", 20) and until(lambda: not known(m)), f"nobody: {known(m)}")
        write(config, "[watch]", f"watch = 127.0.0.1 name=stays via=ntp:{stays.port}")
        reload(m)
        check(until(lambda: known(m).get("stays", {}).get("ok")), "and one again")


def changes(m):
    """(target, level, limit) of each event about an offset, oldest first."""
    return [(e["target"], e["to"], e["limit_s"]) for e in reversed(m.get("/api/v1/alarms")["events"]) if e["rule"] == "offset"]


def targets_have_limits_of_their_own(folder):
    near, far, quiet = (Clock(ahead_s=5) for _ in range(3))  # all of them as wrong as the others
    state, config = os.path.join(folder, "limits"), os.path.join(folder, "limits.conf")
    watched = ("[watch]", "watch-interval = 16s", *(f"watch = 127.0.0.1 name={name} via=ntp:{clock.port}" for name, clock in
                                                   (("near", near), ("far", far), ("quiet", quiet))))
    write(config, "[alarms]", "alarm-limit = offset off at quiet",
          *(f"alarm-limit = {rule} off at quiet" for rule in ("sources", "root_distance", "clock_nominal", "satellites_share",
                                                             "field_strength", "temperature", "requests", "correlation")),
          "alarm-limit = offset 1h 2h at far", "alarm-limit = offset 10ms 50ms for 1", *watched)
    with Monitor("--config", config, "--state-dir", state) as m:
        check(until(lambda: len(known(m)) == 3 and changes(m)), f"one alarm: {known(m)}, {changes(m)}")
        check(all(4 < t["values"]["offset_s"] < 6 for t in known(m).values()), f"all have the same offset: {known(m)}")
        check(changes(m) == [("near", "critical", 0.05)], f"it is of whom the limit for all holds for: {changes(m)}")
        standing = [(a["target"], a["limit_s"]) for a in m.get("/api/v1/alarms")["standing"]]
        check(standing == [("near", 0.05)], f"that is what stands: {standing}")
        shown = in_force(m, "alarm-limit").split("\n")
        check(len(shown) == 11 and shown[9:] == ["offset 1h 2h at far", "offset 10ms 50ms for 1"], f"the page has them: {shown}")
        check('"limit_s": 0.05' in log_of_events(os.path.join(state, "history")), "and so has the log of events")
        write(config, "[alarms]", "alarm-limit = offset off at near", "alarm-limit = offset 1s 2h at far",
              "alarm-limit = offset 10ms 50ms for 1", "alarm-limit = offset 1h at quiet", *watched)
        reload(m)
        check(until(lambda: ended(m, "near") == ["The rule is off"], 5), f"what is off at one ends there: {changes(m)}")
        check(until(lambda: ("far", "warn", 1) in changes(m), 30), f"a lower limit of another one is exceeded: {changes(m)}")
        write(config, "[alarms]", "alarm-limit = offset 1h 2h for 1 at far", "alarm-limit = offset off", *watched)
        reload(m)
        check(until(lambda: ("far", "ok", 3600) in changes(m), 60), f"and is kept when it is raised: {changes(m)}")
        check(changes(m) == [("near", "critical", 0.05), ("near", "ok", None), ("far", "warn", 1), ("far", "ok", 3600)],
              f"each is told once: {changes(m)}")


def without_a_history_a_start_is_wanted(folder):
    config = os.path.join(folder, "later.conf")
    write(config, "[clients]", "age-out = 7d")
    with Monitor("--config", config, "--state-dir", os.path.join(folder, "later")) as m:
        write(config, "[watch]", "watch = 192.0.2.1 name=a via=ntp")
        reload(m)
        check("'watch' takes effect when it is started again" in m.text(), "the log says so: " + m.text())
        check(in_force(m, "watch") == "" and not known(m), "until then nobody is watched")


def sockets_that_the_sandbox_does_not_open_are_told_of(folder):
    here, there, missing, config = (os.path.join(folder, x) for x in ("here", "there", "missing", "sockets.conf"))
    os.mkdir(here)
    os.mkdir(there)

    def line(name, place):
        return f"watch = {place}/chronyd.sock name={name}"

    write(config, "[watch]", line("one", here), line("lost", missing))
    with Monitor("--config", config, "--state-dir", os.path.join(folder, "sockets")) as m:
        if not m.wait_for("safety: .*, Landlock", 5):
            print("no Landlock: sockets are in reach")
            return
        told = f"target 'lost': its socket is out of reach until the monitor is started again: '{missing}': No such"
        check(told in m.text(), "told at once: " + m.text())
        check("target 'one'" not in m.text(), "not of what was opened: " + m.text())
        write(config, "[watch]", line("one", here), line("two", here), line("new", there))
        reload(m)
        told = f"target 'new' takes effect when it is started again: until then its socket in '{there}' is out of reach"
        check(told in m.text() and m.text().count("takes effect") == 1, "who waits is named: " + m.text())
        os.rename(here, here + "-before")
        os.mkdir(here)
        reload(m)
        check(all(m.text().count(f"target '{x}' takes effect") == n for x, n in (("one", 1), ("two", 1), ("new", 2))),
              "another folder of the same name is not the one that was opened: " + m.text())


def logins_are_read_when_their_line_is_new(folder):
    """By then the monitor may be another user, and shut in."""
    if "snmp" not in BUILT_WITH:
        print("no SNMP: its files are not tested")
        return
    logins, confs = os.path.join(folder, "logins"), os.path.join(folder, "confs")
    os.mkdir(logins)
    os.mkdir(confs)
    first, second = os.path.join(logins, "first"), os.path.join(logins, "second")
    config = os.path.join(confs, "it.conf")
    for path in (first, second):
        write(path, "community word")
        os.chmod(path, 0o600)
    one, two = (f"watch = 127.0.0.1 name={name} via=snmp:{port} snmp={path}"
                for name, port, path in (("one", 10161, first), ("two", 20161, second)))
    write(config, "[watch]", one)
    with Monitor("--config", config, "--state-dir", os.path.join(folder, "snmp")) as m:
        write(config, "[watch]", one, two)
        reload(m)
        check(m.wait_for("watches 2: 1 new, 0 changed, 0 gone", 20), "another file beside it is read: " + m.text())
        os.unlink(first)
        write(config, "[watch]", one, two, "[alarms]", "alarm-limit = offset off")
        reload(m) # whoever stays needs no file
        write(config, "[watch]", one + " every=30s", two)
        m.process.send_signal(signal.SIGHUP)
        check(m.wait_for("the settings stay as they were", 20), "who is asked anew needs its file: " + m.text())
        check(f"line 2: target 'one': cannot read '{first}'" in m.text(), "which is told with the line: " + m.text())


def main():
    with tempfile.TemporaryDirectory() as folder:
        servers_come_go_and_stay(folder)
        targets_have_limits_of_their_own(folder)
        without_a_history_a_start_is_wanted(folder)
        sockets_that_the_sandbox_does_not_open_are_told_of(folder)
        logins_are_read_when_their_line_is_new(folder)
    finish()


main()
