#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prometheus over a monitor that watches a real chronyd: promtool has nothing against /metrics nor against our rules,
whose limits hold on both sides, and understands what our dashboard asks for; so does the strict parser of OpenMetrics,
whatever a server is called; a real Prometheus reads /metrics in the format that it asks for, works out the recorded
bound, and tells of the server that falls silent.

Skipped where network namespaces or the peers are impossible; rules and dashboard are looked at wherever there is a promtool.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse

from watching import FETCH, ROOT, SKIP, Monitor, check, failures, finish, in_laboratory, laboratories, state_folder

import peers
from topology import pair

RULES = os.path.join(ROOT, "packaging", "prometheus", "ntpscope.rules.yml")
DASHBOARD = os.path.join(ROOT, "packaging", "grafana", "ntpscope.json")
# All that a line of settings lets through.
HOSTILE = '"},x="\\n\\{<img>}#é'
FETCH_OPEN = FETCH.replace("sys.argv[1]", """urllib.request.Request(sys.argv[1], headers={
    "Accept": "application/openmetrics-text;version=1.0.0"})""")
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


def expressions(panels):
    for panel in panels:
        yield from (target["expr"] for target in panel.get("targets", []))
        yield from expressions(panel.get("panels", []))


def asked_by_the_dashboard():
    """Each expression, with values where Grafana puts them."""
    with open(DASHBOARD, encoding="utf-8") as text:
        dashboard = json.load(text)
    variables = [v["definition"] for v in dashboard["templating"]["list"] if "definition" in v]
    found = [re.fullmatch(r"label_values\((.*), \w+\)", v).group(1) for v in variables]
    return found + list(expressions(dashboard["panels"]))


def the_dashboard_is_understood():
    every = asked_by_the_dashboard()
    check(len(every) > 60, "expressions: %d" % len(every))
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as rules:
        # JSON is YAML, too.
        json.dump({"groups": [{"name": "dashboard", "rules": [{"record": "d:%d" % i, "expr": e}
                                                              for i, e in enumerate(every)]}]}, rules)
        rules.flush()
        status, out = promtool("check", "rules", rules.name)
    check(status == 0 and "%d rules found" % len(every) in out, "the dashboard: " + out)


def the_dashboard_finds(families):
    """Those of targets are another test's (tests/unit/web/metrics_targets.c): there are as many as there are kinds."""
    names = set(re.findall(r"\bntpscope_\w+", " ".join(asked_by_the_dashboard())))
    missing = {n for n in names if not n.startswith("ntpscope_target_")} - families
    check(len(names) > 40 and not missing, "the dashboard asks for what there is not: %s" % sorted(missing))


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


def open_metrics_are_right(lab):
    """To the strict parser of the project itself, which looks at each rule of the format."""
    sys.path.insert(0, peers.MODULES)
    try:
        from prometheus_client.openmetrics.parser import text_string_to_metric_families
    except ImportError:
        print("no python3-prometheus-client: OpenMetrics are not parsed")
        return
    text = lab.run("client", [sys.executable, "-c", FETCH_OPEN, "http://127.0.0.1:8123/metrics"])
    try:
        families = list(text_string_to_metric_families(text))
    except ValueError as why:
        check(False, "the parser of OpenMetrics: %s" % why)
        return
    samples = [s for family in families for s in family.samples]
    names = {s.labels["target"] for s in samples if "target" in s.labels}
    check(len(families) > 40 and {"192.0.2.1", HOSTILE} <= names, "targets: %s" % names)
    the_dashboard_finds({s.name for s in samples})


def a_scrape_is_right(lab, monitor):
    end = time.monotonic() + 40
    text = classic_metrics(lab)
    while text.count("ntpscope_target_offset_seconds{") < 2 and time.monotonic() < end:
        time.sleep(1)
        text = classic_metrics(lab)
    check('ntpscope_target_up{target="192.0.2.1"' in text, "the server is there: %s" % monitor.said()[-500:])
    status, out = promtool("check", "metrics", given=text)
    check(status == 0 and not out.strip(), "check metrics: %d %s" % (status, out[:2000]))
    open_metrics_are_right(lab)


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
    told = prometheus.until('ALERTS{alertname="NtpscopeCritical",rule="silent",alertstate="firing",target="192.0.2.1"}', 80)
    check(len(told) == 1, "its silence is told: %s" % told)
    lab.stop(prometheus.process)


def play(lab):
    state = state_folder(lab)
    pair(lab)
    server = lab.chronyd("server", "server", "local stratum 2\nallow all\n")
    monitor = Monitor(lab, "client", "-i", "c0", "--state-dir", state, "--watch", "192.0.2.1",
                      "--watch", "192.0.2.1 via=ntp name=" + HOSTILE, "--watch-interval", "16s", "--alarm-limit", "silent - 1")
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
        the_dashboard_is_understood()
    if failures:
        return finish()
    return in_laboratory(play, "prometheus", "chronyd", "prometheus")


if __name__ == "__main__":
    sys.exit(main())
