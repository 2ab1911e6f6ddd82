#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prometheus over a monitor that watches a real chronyd: promtool has nothing against /metrics nor against our rules,
whose limits hold on both sides; a real Prometheus reads /metrics in the format that it asks for, works out the recorded
bound, and tells of the server that falls silent.

Skipped where network namespaces or the peers are impossible; the rules are looked at wherever there is a promtool.
"""
import json
import os
import subprocess
import sys
import time
import urllib.parse

from watching import FETCH, ROOT, SKIP, Monitor, check, failures, finish, in_laboratory, laboratories, state_folder

import peers
from topology import pair

RULES = os.path.join(ROOT, "packaging", "prometheus", "ntpscope.rules.yml")
CONF = """
global: {scrape_interval: 2s, evaluation_interval: 2s}
rule_files: [%s]
scrape_configs:
  - job_name: ntpscope
    static_configs: [{targets: ["127.0.0.1:8123"]}]
"""


def promtool(*words, given=None):
    run = subprocess.run([peers.find("promtool"), *words], input=given, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, text=True, timeout=60, cwd=ROOT)
    return run.returncode, run.stdout


def the_rules_are_right():
    status, out = promtool("check", "rules", RULES)
    check(status == 0, "check rules: " + out)
    status, out = promtool("test", "rules", "tests/peer/ntpscope_rules_test.yml")
    check(status == 0, "test rules: " + out)


class Prometheus:
    def __init__(self, lab, work):
        self.lab = lab
        conf = lab.file("prometheus.yml", CONF % RULES, 0o644)
        self.process = lab.start("client", [
            peers.find("prometheus"), "--config.file=" + conf, "--web.listen-address=127.0.0.1:9090",
            "--storage.tsdb.path=" + os.path.join(work, "tsdb")], log="prometheus.log")

    def ask(self, expression):
        """The samples of an instant query; None while there is no answer."""
        url = "http://127.0.0.1:9090/api/v1/query?" + urllib.parse.urlencode({"query": expression})
        try:
            text = self.lab.run("client", [sys.executable, "-c", FETCH, url])
        except subprocess.CalledProcessError:
            return None
        return [(r["metric"], float(r["value"][1])) for r in json.loads(text)["data"]["result"]]

    def until(self, expression, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.ask(expression)
            if found:
                return found
            time.sleep(1)
        return []


def classic_metrics(lab):
    return lab.run("client", [sys.executable, "-c", FETCH, "http://127.0.0.1:8123/metrics"])


def a_scrape_is_right(lab, monitor):
    end = time.monotonic() + 40
    text = classic_metrics(lab)
    while "ntpscope_target_offset_seconds{" not in text and time.monotonic() < end:
        time.sleep(1)
        text = classic_metrics(lab)
    check('ntpscope_target_up{target="192.0.2.1"' in text, "the server is there: %s" % monitor.said()[-500:])
    status, out = promtool("check", "metrics", given=text)
    check(status == 0 and not out.strip(), "check metrics: %d %s" % (status, out[:2000]))


def prometheus_understands(lab, work, server):
    prometheus = Prometheus(lab, work)
    up = prometheus.until('up{job="ntpscope"} == 1')
    check(len(up) == 1, "it is scraped: %s" % up)
    found = prometheus.until('ntpscope_target_up{target="192.0.2.1",via="ntp"} == 1', 30)
    check(len(found) == 1, "the server answers: %s" % found)
    bound = prometheus.until('ntpscope:target_error_bound_seconds{target="192.0.2.1",via="ntp"}', 30)
    check(bound and 0 < bound[0][1] < 0.1, "the bound: %s" % bound)
    kinds = prometheus.ask('count by (rule) (ntpscope_alarm{target="192.0.2.1",via="ntp"} == 0)')
    check(kinds and {"silent", "offset", "unsynchronised"} <= {m["rule"] for m, _ in kinds}, "rules: %s" % kinds)
    lab.stop(server)
    told = prometheus.until('ALERTS{alertname="NtpscopeCritical",rule="silent",alertstate="firing"}', 80)
    check(told and told[0][0]["target"] == "192.0.2.1", "its silence is told: %s" % told)
    lab.stop(prometheus.process)


def play(lab):
    state = state_folder(lab)
    pair(lab)
    server = lab.chronyd("server", "server", "local stratum 2\nallow all\n")
    monitor = Monitor(lab, "client", "-i", "c0", "--state-dir", state, "--watch", "192.0.2.1",
                      "--watch-interval", "16s", "--alarm-limit", "silent - 1")
    a_scrape_is_right(lab, monitor)
    prometheus_understands(lab, lab.work, server)
    monitor.stop()
    with open(lab.path("prometheus.log"), errors="replace") as log:
        check("err=" not in log.read(), "Prometheus has no complaints")


def main():
    if not peers.find("promtool"):
        print("skipped: no 'promtool'; 'tools/bootstrap.sh peers' unpacks it")
        return SKIP
    if os.environ.get(laboratories.MARK) != "1":
        the_rules_are_right()
    if failures:
        return finish()
    return in_laboratory(play, "prometheus", "chronyd", "prometheus")


if __name__ == "__main__":
    sys.exit(main())
