#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ntpscope monitor` as a user starts it: settings, signals, what is kept, and what it refuses."""
import json
import os
import re
import select
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request

from cli import BUILT_WITH, NTPSCOPE, capture, check, finish, run

SAMPLE = "samples/pool-server-day.pcap.zst"


class Monitor:
    """One that runs; a page that it has is at self.url."""

    def __init__(self, *options):
        self.process = subprocess.Popen([NTPSCOPE, "monitor", "--resolve", "off", *options],
                                        stderr=subprocess.PIPE, text=True)
        self.said = ""

    def until_it_says(self, text, seconds=30):
        end = time.monotonic() + seconds
        while text not in self.said and time.monotonic() < end:
            if not select.select([self.process.stderr], [], [], end - time.monotonic())[0]:
                break
            line = os.read(self.process.stderr.fileno(), 65536).decode()
            if not line:
                break
            self.said += line
        check(text in self.said, "it says %r: %s" % (text, self.said))

    def get(self, path):
        self.until_it_says("page: http")
        url = re.search(r"page: (http\S+)/", self.said).group(1)
        with urllib.request.urlopen(url + path, timeout=10) as answer:
            return json.load(answer)

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.said += self.process.stderr.read()
        self.process.wait(timeout=30)
        return self.process.returncode


def wrong(*args, says):
    r = run("monitor", *args)
    check(r.status == 2 and says in r.err and not r.out, "%s: %d, %r" % (args, r.status, r.err))


def limits_of_one_target_are_given_once_and_to_whom_is_watched(folder):
    path = os.path.join(folder, "limits.conf")
    begin = "[alarms]\nalarm-limit = offset 10us 50us at gps1\nalarm-limit = offset off at pool/eth0\n"
    end = "[watch]\nwatch = 192.0.2.1 name=gps1\nwatch = pool\n"
    for lines, says in (
            ("alarm-limit = offset 1ms at gps1",
             "', line 4: bad value 'offset 1ms at gps1' for 'alarm-limit': the same rule is given twice at 'gps1'"),
            ("alarm-limit = loss off at gps", "', line 4: bad value 'loss off at gps' for 'alarm-limit': no target of 'watch' is called so"),
            ("alarm-limit = loss off at 192.0.2.1", "', line 4: bad value 'loss off at 192.0.2.1' for")):
        with open(path, "w", encoding="utf-8") as out:
            out.write(begin + lines + "\n" + end)
        wrong("--check-config", "--state-dir", folder, "--config", path, says=says)
    with open(path, "w", encoding="utf-8") as out:
        out.write(begin + "alarm-limit = offset 1ms\nalarm-limit = loss off at gps1\nalarm-limit = loss off at traffic\n" + end)
    r = run("monitor", "--check-config", "--state-dir", folder, "--config", path)
    check(r.status == 0 and not r.err, "limits of targets: %d, %r" % (r.status, r.err))
    wrong("--check-config", "--state-dir", folder, "--config", path, "--watch", "other", says="', line 2: bad value 'offset 10us 50us at gps1' for")


def wrong_settings_are_told_and_nothing_begins(folder):
    path = os.path.join(folder, "wrong.conf")
    with open(path, "w", encoding="utf-8") as out:
        out.write("[clients]\n\ncapacity = lots\n")
    wrong("--config", path, says="line 3: bad value 'lots' for 'capacity': not a number")
    wrong("--check-config", "--config", path, says="line 3")
    for section, line, says in (
            ("watch", "watch = a evry=3", "bad value 'a evry=3' for 'watch': 'evry=3' is none of name="),
            ("watch", "watch = b name=traffic", "'traffic' is the name of what is seen on the wire"),
            ("watch", "watch = " + "a" * 150 + " evry=3", "'evry=3' is none of name="),
            ("alarms", "alarm-limit = fun on", "bad value 'fun on' for 'alarm-limit': there is no rule 'fun'"),
            ("alarms", "alarm-limit = offset 1ms at a at b", "for 'alarm-limit': is said twice: 'at'"),
            ("alarms", "alarm-command = tell-me", "bad value 'tell-me' for 'alarm-command': the whole path of a program"),
            ("alarms", "alarm-webhook = ftp://word@example.org", "bad value for 'alarm-webhook': an address that begins"),
            ("web", "listen = 8123", "bad value '8123' for 'listen': not ADDRESS:PORT")):
        with open(path, "w", encoding="utf-8") as out:
            out.write(f"[{section}]\n\n\n{line}\n")
        wrong("--check-config", "--state-dir", folder, "--config", path, says=f"'{path}', line 4: bad value ")
        wrong("--check-config", "--state-dir", folder, "--config", path, says=says)
    limits_of_one_target_are_given_once_and_to_whom_is_watched(folder)
    wrong("--config", "/nowhere/ntpscope.conf", says="cannot read '/nowhere/ntpscope.conf': No such file")
    for name, value, says in (
            ("listen", "0.0.0.0:8123", "both are missing"), ("listen", "8123", "not ADDRESS:PORT"),
            ("tls-key", "/nowhere/key", "a key its certificate"), ("password-file", "/nowhere/word", "cannot read"),
            ("filter", "no such filter", "bad filter"), ("hosts", "/nowhere/hosts", "/nowhere/hosts"),
            ("dns-server", "here", "no list of DNS servers"), ("interface", "a" * 99, "no name of an interface"),
            ("watch", "a via=ntpd", "'ntpd' is no way to ask: ntp, mode6, chrony, gpsd, snmp"),
            ("watch", "a every=0s", "'every=0s': from 1 s to one day"), ("watch", "a b", "'b' is none of name="),
            ("watch", "a name=traffic", "'traffic' is the name of what is seen on the wire"),
            ("alarm-limit", "offset 5", "no limit of it: '5'"), ("alarm-limit", "fun on", "there is no rule 'fun'"),
            ("alarm-command", "tell-me", "the whole path of a program"),
            ("alarm-command", "/nowhere/tell-me", "No such file"),
            ("alarm-webhook", "ftp://example.org", "begins with https:// or http://")):
        wrong("--check-config", "--" + name, value, says=says)
    wrong("--capacity", "1", says="64 to 4294967296")
    wrong("capture.pcap", says="takes no arguments")
    wrong("--replay", "/nowhere/a.pcap", says="cannot read '/nowhere/a.pcap'")
    wrong("--replay", SAMPLE, "--filter", "no such filter", says="bad filter")
    wrong("--replay", SAMPLE, "--hosts", "/nowhere/hosts", says="/nowhere/hosts")
    wrong("--replay", SAMPLE, "--dns-server", "here", says="'here' is no list of DNS servers")
    wrong("--replay", SAMPLE, "--listen", "8123", says="ADDRESS:PORT")
    wrong("-i", "a" * 99, says="is no name of an interface")
    wrong("--replay", SAMPLE, "--state-dir", folder, "--watch", "a", "--watch", "b name=a", says="two targets are called 'a'")


def what_is_wrong_beyond_a_line_is_told_with_it(folder):
    """What takes a look at other lines, or at files that the settings name."""
    path, plain, state = (os.path.join(folder, x) for x in ("beyond.conf", "plain", "beyond-state"))
    for name, text in ((plain, "#!/bin/sh\n"), (plain + ".login", "version 4\n")):
        with open(name, "w", encoding="utf-8") as out:
            out.write(text)
        os.chmod(name, 0o600)
    cases = [
        ("watch", "watch = a\nwatch = b\nwatch = c name=a", 6, "two targets are called 'a', the other in line 4: "),
        ("alarms", "alarm-command = /nowhere/tell-me", 4, "value '/nowhere/tell-me' for 'alarm-command': No such file"),
        ("alarms", f"alarm-command = {plain}", 4, "for 'alarm-command': Permission denied"),
        ("alarms", f"alarm-command = {folder}", 4, "for 'alarm-command': Is a directory"),
        ("capture", "filter = no such filter", 4, "bad filter 'no such filter'"),
        ("capture", "interface = lo\ninterface = " + "a" * 99, 5, "is no name of an interface"),
        ("names", "dns-server = here", 4, "'here' is no list of DNS servers"),
        ("web", "password-file = /nowhere/word", 4, "cannot read '/nowhere/word': No such file"),
        ("web", f"token-file = {folder}/no-token", 4, f"cannot read '{folder}/no-token': No such file"),
        ("web", "listen = 0.0.0.0:8123", 4, "cannot serve the page at '0.0.0.0:8123'"),
    ]
    if "snmp" in BUILT_WITH:
        cases += [
            ("watch", "watch = a\nwatch = b name=c snmp=/nowhere/login", 5, "target 'c': cannot read '/nowhere/login': "),
            ("watch", f"watch = b via=snmp snmp={plain}.login", 4, f"target 'b': '{plain}.login', line 1: "),
        ]
    for section, lines, number, says in cases:
        with open(path, "w", encoding="utf-8") as out:
            out.write(f"[{section}]\n\n\n{lines}\n")
        for how in (["--check-config"], ["--replay", SAMPLE]):
            if section == "capture" and "interface" in lines and "--replay" in how:
                continue
            wrong(*how, "--state-dir", state, "--config", path, says=f"'{path}', line {number}: ")
            wrong(*how, "--state-dir", state, "--config", path, says=says)
    with open(path, "w", encoding="utf-8") as out:
        out.write("[watch]\nwatch = a\n")
    wrong("--check-config", "--config", path, says=f"'{path}', line 2: 'watch' needs a folder for what it sees")
    wrong("--check-config", "--config", path, "--watch", "b", says="monitor: 'watch' needs a folder for what it sees")


def a_user_that_is_not_there_is_named(folder):
    path = os.path.join(folder, "user.conf")
    for name, warns in (("no-such-user-here", True), ("root", False)):
        with open(path, "w", encoding="utf-8") as out:
            out.write(f"[process]\nuser = {name}\n")
        r = run("monitor", "--check-config", "--config", path)
        check(r.status == 0 and (f"there is no user '{name}'" in r.err) == warns, "%s: %d, %r" % (name, r.status, r.err))


def another_machine_needs_tls_and_a_secret(folder):
    wrong("--replay", SAMPLE, "--listen", "0.0.0.0:0", says="cannot serve the page at '0.0.0.0:0'")
    empty = os.path.join(folder, "empty")
    open(empty, "w", encoding="utf-8").close()
    wrong("--replay", SAMPLE, "--listen", "127.0.0.1:0", "--token-file", empty, says="the first line is empty")


def a_replay_counts_what_the_list_of_the_capture_has():
    listed = json.loads(run("clients", "--format", "json", "--timeout", "5", SAMPLE).out)["clients"]
    monitor = Monitor("--replay", SAMPLE, "--speed", "0", "--listen", "127.0.0.1:0", "--capacity", "16M")
    monitor.until_it_says("the capture is at its end")
    live = monitor.get("/api/v1/clients.json")["clients"]
    totals = monitor.get("/api/v1/summary")
    check(monitor.end() == 0, "status 0 on SIGTERM")
    check("counted 84591 frames, 5941 clients; 0 dropped" in monitor.said, "it says what it counted: " + monitor.said)
    check(totals["packets"]["frames"] == 84591, "frames: %s" % totals["packets"])
    exact = ["ip", "first", "last", "rx", "tx", "rx_flags", "tx_flags", "rx_every_s", "rx_bytes", "tx_bytes",
             "kod_rate", "last_port", "servers", "owed", "icmp_errors", "peak_1s", "peak_10s"]

    def by_ip(rows):
        return {c["ip"]: [c[k] for k in exact] for c in rows}

    ours, theirs = by_ip(live), by_ip(listed)
    other = [(ours.get(ip), theirs.get(ip)) for ip in ours.keys() | theirs.keys() if ours.get(ip) != theirs.get(ip)]
    check(len(live) == 5941 and not other, "%d clients are other than in the capture: %s" % (len(other), other[:3]))


def sighup_reads_the_settings_again(folder):
    path = os.path.join(folder, "live.conf")

    def write(text):
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)

    write("[process]\nlog-level = info\n")
    monitor = Monitor("--replay", SAMPLE, "--speed", "1", "--listen", "127.0.0.1:0", "--config", path)
    monitor.until_it_says("safety:")
    write("[clients]\ncapacity = 2M\n[state]\nsnapshot-interval = 9\n")
    monitor.process.send_signal(signal.SIGHUP)
    monitor.until_it_says("settings read again")
    check("'capacity' takes effect when it is started again" in monitor.said, "what waits is named: " + monitor.said)
    check("'snapshot-interval'" not in monitor.said, "what does not wait is not")
    in_force = {x["name"]: x["value"] for x in monitor.get("/api/v1/about")["settings"]}
    check(in_force["capacity"] == "1000000" and in_force["snapshot-interval"].startswith("9"),
          "the page tells those in force: %r" % in_force)
    monitor.said = ""
    monitor.process.send_signal(signal.SIGHUP)
    monitor.until_it_says("settings read again")
    check("'capacity' takes effect" in monitor.said, "it waits still: " + monitor.said)
    write("[clients]\ncapacity = none\n")
    monitor.process.send_signal(signal.SIGHUP)
    monitor.until_it_says("the settings stay as they were")
    check(monitor.end() == 0, "it goes on, and ends in order")


def what_is_counted_outlives_it(folder):
    state = os.path.join(folder, "state")
    options = ["--replay", capture("chrony-basic.pcap"), "--speed", "0", "--listen", "off", "--until-end",
               "--state-dir", state]
    r = run("monitor", *options)
    check(r.status == 0 and "nothing was saved in '%s/counts' yet" % state in r.err, "first run: " + r.err)
    r = run("monitor", *options)
    check(r.status == 0 and "goes on from what was saved at " in r.err, "second run: " + r.err)
    check("counted 194 frames" in r.err, "twice 97 frames: " + r.err)
    saved = os.path.join(state, "counts")
    with open(saved, "r+b") as out:
        out.seek(100)
        out.write(b"\xff\xff\xff\xff")
    r = run("monitor", *options)
    check(r.status == 0 and "is not used" in r.err and "kept as '%s" % saved in r.err, "damaged: " + r.err)
    check(len(os.listdir(state)) == 2, "the damaged one is kept: %s" % os.listdir(state))


def what_stands_in_the_way_of_a_file_is_not_followed(folder):
    state, other = os.path.join(folder, "odd"), os.path.join(folder, "other")
    with open(other, "w", encoding="utf-8") as out:
        out.write("precious")
    os.mkdir(state)
    for make in (os.mkfifo, lambda path: os.symlink(other, path)):
        make(os.path.join(state, "counts.new"))
        r = run("monitor", "--replay", capture("chrony-basic.pcap"), "--speed", "0", "--listen", "off",
                "--until-end", "--state-dir", state)
        check(r.status == 0 and "cannot save" not in r.err, "saved all the same: " + r.err)
        check(os.listdir(state) == ["counts"], "what is there: %s" % os.listdir(state))
    with open(other, encoding="utf-8") as left:
        check(left.read() == "precious", "a file behind a link is left alone")


def two_do_not_keep_their_counts_in_one_folder(folder):
    state = os.path.join(folder, "shared")
    first = Monitor("--replay", SAMPLE, "--speed", "1", "--listen", "off", "--state-dir", state)
    first.until_it_says("safety:")
    wrong("--replay", SAMPLE, "--listen", "off", "--state-dir", state,
          says="another monitor keeps what it counts in '%s'" % state)
    first.end(signal.SIGKILL)
    second = Monitor("--replay", SAMPLE, "--speed", "1", "--listen", "off", "--state-dir", state)
    second.until_it_says("safety:")
    check(second.end() == 0, "one that was killed keeps nobody out")


def the_history_is_the_users_too():
    """The folder is made while the monitor is root, and written to when it is not any more."""
    if os.geteuid() != 0:
        return
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o711)
        history = os.path.join(folder, "state", "history")
        m = Monitor("--replay", SAMPLE, "--speed", "1", "--listen", "off", "--user", "nobody",
                    "--state-dir", os.path.dirname(history), "--watch", "127.0.0.1")
        m.until_it_says("safety: user nobody")
        end = time.monotonic() + 15
        while not os.listdir(history) and "history" not in m.said and time.monotonic() < end:
            if select.select([m.process.stderr], [], [], 0.1)[0]:
                m.said += os.read(m.process.stderr.fileno(), 65536).decode()
        check(os.listdir(history), "the history is written: " + m.said)
        m.end()


class NameServer(threading.Thread):
    """Answers every reverse lookup on loopback with one name, and writes down what it was asked."""

    def __init__(self, label):
        super().__init__(daemon=True)
        self.label, self.asked = label, []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.socket.getsockname()[1]

    def run(self):
        while True:
            question, who = self.socket.recvfrom(512)
            labels, at = [], 12
            while question[at]:
                labels.append(question[at + 1:at + 1 + question[at]].decode())
                at += 1 + question[at]
            self.asked.append(".".join(labels))
            name = bytes([len(self.label)]) + self.label + b"\7example\0"
            self.socket.sendto(question[:2] + b"\x84\0\0\1\0\1\0\0\0\0" + question[12:at + 5]
                               + b"\xc0\x0c\0\x0c\0\1\0\0\0\x3c" + len(name).to_bytes(2, "big") + name, who)


def names_come_from_the_hosts_file_and_then_from_the_dns(folder):
    hosts = os.path.join(folder, "hosts")
    with open(hosts, "w", encoding="utf-8") as out:
        out.write("192.0.2.102 mine.example\n")
    server = NameServer(b"<script>alert(1)</script>")
    server.start()
    monitor = Monitor("--replay", capture("chrony-basic.pcap"), "--speed", "0", "--listen", "127.0.0.1:0",
                      "--resolve", "on", "--dns-server", server.address, "--dns-private", "--dns-rate", "100",
                      "--hosts", hosts)
    end, names = time.monotonic() + 10, {}
    while None in names.values() or not names:
        time.sleep(0.1)
        names = {c["ip"]: c["name"] for c in monitor.get("/api/v1/clients.json")["clients"]}
        if time.monotonic() > end:
            break
    told = monitor.get("/api/v1/summary")["names"]
    monitor.end()
    check(names.pop("192.0.2.102", None) == "mine.example", "the hosts file goes first: %s" % names)
    check(names and set(names.values()) == {"<script>alert(1)</script>.example"}, "names are data: %s" % names)
    check(not [q for q in server.asked if q.startswith("102.2.0.192")], "nobody is asked about what is known")
    check(len(server.asked) == len(set(server.asked)) == told["queries"], "once about each: %s" % server.asked)
    check(told["state"] == "on" and told["waiting"] == 0, "what is told of it: %s" % told)


def systemd_is_told():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager, tempfile.TemporaryDirectory() as folder:
        manager.bind(os.path.join(folder, "notify"))
        manager.settimeout(10)
        r = run("monitor", "--replay", capture("chrony-basic.pcap"), "--speed", "0", "--listen", "off", "--until-end",
                env={"NOTIFY_SOCKET": os.path.join(folder, "notify")})
        heard = [manager.recv(4096), manager.recv(4096)]
    check(r.status == 0 and heard == [b"READY=1", b"STOPPING=1"], "heard: %s" % heard)


def a_folder_that_cannot_be_is_told():
    r = run("monitor", "--replay", capture("chrony-basic.pcap"), "--speed", "0", "--listen", "off", "--until-end",
            "--state-dir", "/proc/ntpscope")
    check(r.status == 2 and "cannot make '/proc/ntpscope'" in r.err, "a folder that cannot be: " + r.err)


with tempfile.TemporaryDirectory() as scratch:
    wrong_settings_are_told_and_nothing_begins(scratch)
    what_is_wrong_beyond_a_line_is_told_with_it(scratch)
    a_user_that_is_not_there_is_named(scratch)
    another_machine_needs_tls_and_a_secret(scratch)
    a_replay_counts_what_the_list_of_the_capture_has()
    sighup_reads_the_settings_again(scratch)
    what_is_counted_outlives_it(scratch)
    a_folder_that_cannot_be_is_told()
    what_stands_in_the_way_of_a_file_is_not_followed(scratch)
    two_do_not_keep_their_counts_in_one_folder(scratch)
    the_history_is_the_users_too()
    names_come_from_the_hosts_file_and_then_from_the_dns(scratch)
    systemd_is_told()
finish()
