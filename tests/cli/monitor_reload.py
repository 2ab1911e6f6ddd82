#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""SIGHUP: what changes while the monitor counts and serves, and what does not; and what proxies may say."""
import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time

from cli import check, finish
from watching import Monitor


def put(path, text):
    """As editors and those who renew certificates do: another file of the same name."""
    with open(path + ".new", "w", encoding="utf-8") as out:
        out.write(text)
    os.rename(path + ".new", path)
    return path


def reload(m):
    n = m.text().count("settings read again")
    m.process.send_signal(signal.SIGHUP)
    end = time.monotonic() + 20
    while m.text().count("settings read again") == n and time.monotonic() < end:
        time.sleep(0.05)
    check(m.text().count("settings read again") == n + 1, "it reads them again: " + m.text())


def in_force(m, name):
    return {x["name"]: x["value"] for x in m.get("/api/v1/about")["settings"]}[name]


def alerts(summary):
    return [summary["clients"][x] for x in ("alert_red", "alert_yellow", "alert_sleep")]


def thresholds_hold_from_then_on(folder):
    config = put(os.path.join(folder, "thresholds.conf"), "[clients]\nage-out = 7d\n")
    with Monitor("--config", config) as m:
        before = m.get("/api/v1/summary")
        check(alerts(before) == [7, 4, 1681], "as it began")
        put(config, "[clients]\nalert-packets = 100k\nsleep-packets = 100k\ncapacity = 2M\n")
        reload(m)
        after = m.get("/api/v1/summary")
        check(alerts(after) == [0, 0, 0], f"nobody asks so often: {after['clients']}")
        check(m.get("/api/v1/clients", filter="alert:red")["matched"] == 0, "in the list, too")
        check(in_force(m, "alert-packets") == "100000", "the page tells it")
        check("'capacity' takes effect when it is started again" in m.text() and in_force(m, "capacity") == "1000000",
              "what waits is named")
        for part in ("packets", "exchanges", "kisses"):
            check(before[part] == after[part], f"no count is lost: {part}")
        check(before["clients"]["n"] == after["clients"]["n"], "and no client")
        check("takes effect" not in m.text().split("capacity' takes effect")[1], "and nothing else waits")


def a_long_list_is_compared_and_shown_to_its_end(folder):
    first = [f"192.0.2.{i}" for i in range(1, 61)]

    def settings(servers, timeout):
        return "[capture]\n" + "".join(f"server = {s}\n" for s in servers) + f"timeout = {timeout}\n"

    config = put(os.path.join(folder, "long.conf"), settings(first, "100s"))
    with Monitor("--config", config) as m:
        check(in_force(m, "server").split("\n") == first, "the page has all of it: " + in_force(m, "server"))
        reload(m)
        check("takes effect" not in m.text(), "the same is no change")
        put(config, settings([*first[:-1], "192.0.2.99"], "100.4s"))
        reload(m)
        check("'server' takes effect when it is started again" in m.text(), "the last one is another: " + m.text())
        check("'timeout' takes effect when it is started again" in m.text(), "and a little later is later: " + m.text())
        check(in_force(m, "server").split("\n") == first and in_force(m, "timeout") == "100s", "the page tells those in force")


def a_wrong_line_changes_nothing(folder):
    config = put(os.path.join(folder, "wrong.conf"), "[clients]\nage-out = 7d\n")
    with Monitor("--config", config, "--state-dir", os.path.join(folder, "state")) as m:
        before = in_force(m, "age-out")
        put(config, "[clients]\nage-out = 8d\n[watch]\nwatch = 192.0.2.99 name=dead evry=3\n")
        m.process.send_signal(signal.SIGHUP)
        check(m.wait_for("the settings stay as they were", 20), "they stay: " + m.text())
        check("evry=3" in m.text() and "read again" not in m.text(), "it says what is wrong: " + m.text())
        check(in_force(m, "age-out") == before, "the age, too")


def a_wrong_command_changes_nothing(folder):
    config = put(os.path.join(folder, "command.conf"), "[alarms]\nalarm-command = /bin/true\n")
    with Monitor("--config", config) as m:
        put(config, "[alarms]\nalarm-command = /nowhere/at/all\n")
        m.process.send_signal(signal.SIGHUP)
        check(m.wait_for("the settings stay as they were", 20), "they stay: " + m.text())
        check("/nowhere/at/all" in m.text() and "read again" not in m.text(), "it says what is wrong: " + m.text())
        check(in_force(m, "alarm-command") == "/bin/true", "the command, too")


def a_command_that_its_user_cannot_run_is_told_of(folder):
    if os.geteuid() != 0:
        print("not root: who began it and who runs the command are the same")
        return
    command = put(os.path.join(folder, "tell-me"), "#!/bin/sh\n")
    os.chmod(command, 0o700)
    with Monitor("--user", "nobody", "--alarm-command", command, whole=False) as m:
        check(m.wait_for(f"the user that it is by now cannot run '{command}': Permission", 20), "told: " + m.text())


def status_of(m, headers):
    return m.ask("/api/v1/summary", headers)[0]


def secrets_change_and_their_readers_come_again(folder):
    token = put(os.path.join(folder, "token"), "0123456789abcdef\n")
    config = put(os.path.join(folder, "secrets.conf"), f"[web]\ntoken-file = {token}\n")
    old, new = ({"Authorization": "Bearer " + t} for t in ("0123456789abcdef", "fedcba9876543210"))
    with Monitor("--config", config) as m:
        stream = m.connect()
        stream.request("GET", "/api/v1/events", headers=old)
        events = stream.getresponse()
        check(events.status == 200 and status_of(m, old) == 200, "the token opens")
        reload(m)
        check(events.readline() != b"" and status_of(m, old) == 200, "the same token disturbs nobody")
        put(token, "fedcba9876543210\n")
        reload(m)
        check(status_of(m, old) == 401 and status_of(m, new) == 200, "another token takes its place")
        end, line = time.monotonic() + 20, b"x"
        try:
            while line and time.monotonic() < end:
                line = events.readline()
        except OSError:
            line = b""
        check(line == b"", "who came with the old one is sent away")
        stream.close()
        put(token, "short\n")
        reload(m)
        check("secrets and names stay as they were" in m.text() and "16 to 256" in m.text(), "one that is none: " + m.text())
        check(status_of(m, new) == 200 and status_of(m, {}) == 401, "changes nothing")
        os.unlink(token)
        reload(m)
        check("cannot read" in m.text() and status_of(m, new) == 200, "nor does one that is gone")


def make_certificate(folder, name):
    key, certificate = (os.path.join(folder, f"{name}.{end}") for end in ("key", "pem"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", key, "-out", certificate, "-days", "3", "-subj", "/CN=" + name, "-addext",
                    "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    return key, certificate


def speak(m):
    """A connection over TLS, and the certificate that it was shown."""
    context = ssl._create_unverified_context()
    s = context.wrap_socket(socket.create_connection((m.host, int(m.port)), 10))
    return s, s.getpeercert(binary_form=True)


def asked(s):
    s.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    got = b""
    while not got.rstrip().endswith(b"}") and (part := s.recv(4096)):
        got += part
    return got.startswith(b"HTTP/1.1 200")


def a_renewed_certificate_is_shown_to_those_who_come(folder):
    if not shutil.which("openssl"):
        print("no openssl: TLS is not tested")
        return
    made = {n: make_certificate(folder, n) for n in ("one", "two")}
    der = {n: ssl.PEM_cert_to_DER_cert(open(c, encoding="ascii").read()) for n, (_, c) in made.items()}
    key, certificate = os.path.join(folder, "live.key"), os.path.join(folder, "live.pem")
    for to, of in ((key, made["one"][0]), (certificate, made["one"][1])):
        shutil.copy(of, to)
    with Monitor("--tls-key", key, "--tls-certificate", certificate) as m:
        first, shown = speak(m)
        check(shown == der["one"] and asked(first), "the first one")
        put(certificate, open(made["two"][1], encoding="ascii").read())
        reload(m)
        check("cannot be used" in m.text(), "without its key the second is not taken: " + m.text())
        check(speak(m)[1] == der["one"], "the first stays")
        put(key, open(made["two"][0], encoding="ascii").read())
        reload(m)
        second, shown = speak(m)
        check(shown == der["two"] and asked(second), "the second one")
        check(asked(first), "who came before stays")
        first.close()
        second.close()


def raw(m, *headers):
    c = http.client.HTTPConnection(m.host, int(m.port), timeout=10)
    c.request("GET", "/api/v1/summary", headers=dict(headers))
    r = c.getresponse()
    r.read()
    c.close()
    return r.status


def is_summary(m, *headers):
    return b"ntpscope-summary-1" in m.ask("/ntp/api/v1/summary", dict(headers))[2]


def a_proxy_is_believed_when_it_is_trusted(folder):
    token = put(os.path.join(folder, "proxy-token"), "0123456789abcdef\n")
    right, bad = ("Authorization", "Bearer 0123456789abcdef"), ("Authorization", "Bearer guess")
    eve, bob = ("X-Forwarded-For", "10.1.1.1, 203.0.113.66"), ("X-Forwarded-For", "203.0.113.77")
    with Monitor("--token-file", token, "--trusted-proxy", "127.0.0.1", whole=False) as m:
        for _ in range(10):
            check(raw(m, bad, eve) == 401, "a guess")
        check(raw(m, right, eve) == 429, "who guesses has to wait")
        check(raw(m, right, bob) == 200 and raw(m, right) == 200, "another reader has not")
        check("10 wrong passwords or tokens from 203.0.113.66" in m.text(), "the log says who: " + m.text())
        prefix = ("X-Forwarded-Prefix", "/ntp")
        check(is_summary(m, right, bob, prefix), "the path that it put before is taken off")
        check(not is_summary(m, right, bob), "not without its word")
    with Monitor("--token-file", token, whole=False) as m:
        check(is_summary(m, right, prefix) is False, "nor when it is not trusted")
        for i in range(10):
            check(raw(m, bad, ("X-Forwarded-For", f"203.0.113.{i}")) == 401, "a guess")
        check(raw(m, right, bob) == 429, "who is not trusted cannot say that it is somebody else")
        check("wrong passwords or tokens from 127.0.0.1" in m.text(), "the log says who: " + m.text())


def readers_behind_a_proxy_share_no_limit():
    """One reader who takes all it can get leaves room for others that come through the same proxy."""
    with Monitor("--trusted-proxy", "127.0.0.1", whole=False) as m:
        greedy = []
        for _ in range(80):
            s = socket.create_connection((m.host, int(m.port)), 10)
            s.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 203.0.113.66\r\n\r\n")
            greedy.append(s)
        time.sleep(1)
        connections = json.loads(m.ask("/api/v1/summary", {"X-Forwarded-For": "203.0.113.7"})[2])
        check(connections["schema"] == "ntpscope-summary-1", "another one gets its answer")
        n = 0
        for s in greedy:
            s.settimeout(0.1)
            try:
                while part := s.recv(65536):
                    pass
            except TimeoutError:
                n += 1
            except OSError:
                pass
            s.close()
        check(0 < n <= 64, f"{n} connections of one reader stay")


def main():
    with tempfile.TemporaryDirectory() as folder:
        thresholds_hold_from_then_on(folder)
        a_long_list_is_compared_and_shown_to_its_end(folder)
        a_wrong_line_changes_nothing(folder)
        a_wrong_command_changes_nothing(folder)
        a_command_that_its_user_cannot_run_is_told_of(folder)
        secrets_change_and_their_readers_come_again(folder)
        a_renewed_certificate_is_shown_to_those_who_come(folder)
        a_proxy_is_believed_when_it_is_trusted(folder)
        readers_behind_a_proxy_share_no_limit()
    finish()


main()
