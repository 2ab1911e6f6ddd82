#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ntpscope monitor` watches agents of a real snmpd: three generations of LANTIME, whose values are made up by
`override` and `pass`, and a plain machine; by SNMP 1, 2c and 3.  What it notes is what snmpget prints.

Skipped where network namespaces or the peers are impossible.
"""
import json
import os
import subprocess
import sys
import time

from watching import Monitor, built_with, check, in_laboratory, laboratories, peers, state_folder

from topology import pair

NTPSCOPE = os.environ["NTPSCOPE"]
M = "1.3.6.1.4.1.5597."
NTP = "1.3.6.1.2.1.197.1.2."

# {identifier: (type, value)}, as snmpd's configuration has them.
LTNG = {
    "30.0.0.2.0": ("octet_str", "7.06.008"), "30.0.0.3.0": ("octet_str", "030110012345"),
    "30.0.2.1.0": ("integer", 2), "30.0.2.2.0": ("integer", 1), "30.0.2.3.0": ("octet_str", "GPS"),
    "30.0.2.4.0": ("octet_str", "-0.002"), "30.0.2.5.0": ("octet_str", "n/a"),
    "30.0.1.2.1.2.1": ("integer", 30), "30.0.1.2.1.2.2": ("integer", 60),
    "30.0.1.2.1.3.1": ("integer", 3), "30.0.1.2.1.3.2": ("integer", 1),
    "30.0.1.2.1.4.1": ("integer", 1), "30.0.1.2.1.4.2": ("integer", 2),
    "30.0.1.2.1.5.1": ("integer", 1), "30.0.1.2.1.5.2": ("integer", 51),
    "30.0.1.2.1.6.1": ("integer", 7), "30.0.1.2.1.6.2": ("integer", 64),
    "30.0.1.2.1.7.1": ("integer", 11), "30.0.1.2.1.7.2": ("integer", 100),
    "30.0.1.2.1.8.1": ("integer", 0), "30.0.1.2.1.8.2": ("integer", 58),
    "30.0.1.2.1.9.1": ("integer", 0), "30.0.1.2.1.9.2": ("integer", 100),
    "30.0.5.0.1.0": ("integer", 2), "30.0.5.0.2.1.2.1": ("integer", 2), "30.0.5.0.2.1.2.2": ("integer", 1),
    "30.0.5.1.1.0": ("integer", 2), "30.0.5.1.2.1.3.1": ("integer", 1), "30.0.5.1.2.1.3.2": ("integer", 2),
    "30.0.5.2.1.0": ("integer", 43),
}
# Counter64, which `override` does not know.
CLIENTS = {"30.0.2.8.5.0": 5000000000, "30.0.2.8.6.0": 3600, "30.0.2.8.7.0": 61, "30.0.2.8.8.0": 1234}
OS = {
    "7.2.1.2.1.1.0": ("integer", 1), "7.2.1.2.1.3.0": ("integer", 1), "7.2.1.2.1.4.0": ("integer", 0),
    "7.2.1.2.1.5.0": ("integer", 4711), "7.2.1.2.1.7.0": ("integer", 12), "7.2.1.2.1.8.0": ("integer", 1500),
    "7.2.1.2.2.1.1.2.1": ("integer", 1), "7.2.1.2.2.1.1.6.1": ("integer", 4711),
    "7.2.1.2.2.1.1.8.1": ("integer", -250), "7.2.1.2.2.1.1.11.1": ("integer", 4),
    "7.2.3.1.1.3.1": ("integer", 6), "7.2.3.1.1.4.1": ("integer", 1), "7.2.3.1.1.6.1": ("integer", 9),
    "7.2.3.1.1.7.1": ("integer", 12),
}
LT = {
    "3.1.2.0": ("integer", 5), "3.1.3.0": ("integer", 1), "3.1.7.0": ("integer", -12),
    "3.2.4.0": ("integer", 1), "3.2.6.0": ("integer", 0), "3.2.12.0": ("integer", 1),
    "3.2.13.0": ("integer", 76), "3.2.14.0": ("integer", 64),
}
NTPV4 = {
    NTP + "1.0": ("integer", 6), NTP + "2.0": ("uinteger", 2), NTP + "4.0": ("octet_str", "ntp1.example.net"),
    NTP + "5.0": ("octet_str", "-0.125 ms"), NTP + "6.0": ("uinteger", 4), NTP + "7.0": ("octet_str", "6.927"),
}
USER = "rouser watcher priv\ncreateUser watcher %s %s\n"
PUBLIC = "rocommunity public\n"

# address: lines of snmpd's configuration, values, who we are, what snmpget is told of that.
AGENTS = {
    "192.0.2.1": (PUBLIC, LTNG, "version 2c\ncommunity public\n", "-v2c -c public"),
    "192.0.2.2": (USER % ("SHA-256 one-passphrase", "AES two-passphrase"), OS,
                  "version 3\nuser watcher\nauth SHA-256 one-passphrase\npriv AES two-passphrase\n",
                  "-v3 -l authPriv -u watcher -a SHA-256 -A one-passphrase -x AES -X two-passphrase"),
    "192.0.2.3": (USER % ("MD5 one-passphrase", "DES two-passphrase"), LT,
                  "version 3\nuser watcher\nauth MD5 one-passphrase\npriv DES two-passphrase\n",
                  "-v3 -l authPriv -u watcher -a MD5 -A one-passphrase -x DES -X two-passphrase"),
    "192.0.2.4": (PUBLIC, NTPV4, None, "-v2c -c public"),
    "192.0.2.5": ("rocommunity seldom\n", {}, "version 1\ncommunity seldom\n", "-v1 -c seldom"),
}
# (address, part): [(series, identifier, unit)]
SAME = {
    ("192.0.2.1", ""): [("ntp_state", M + "30.0.2.1.0", 1), ("stratum", M + "30.0.2.2.0", 1),
                        ("clock_offset_s", M + "30.0.2.4.0", 1e-3), ("temperature_c", M + "30.0.5.2.1.0", 1),
                        ("supplies", M + "30.0.5.0.1.0", 1), ("fans", M + "30.0.5.1.1.0", 1),
                        ("requests_today", M + "30.0.2.8.5.0", 1), ("requests_last_hour", M + "30.0.2.8.6.0", 1),
                        ("requests_last_minute", M + "30.0.2.8.7.0", 1), ("clients_today", M + "30.0.2.8.8.0", 1)],
    ("192.0.2.1", "refclock_1"): [("refclock_state", M + "30.0.1.2.1.4.1", 1),
                                  ("refclock_substate", M + "30.0.1.2.1.5.1", 1),
                                  ("satellites_used", M + "30.0.1.2.1.6.1", 1),
                                  ("satellites_seen", M + "30.0.1.2.1.7.1", 1)],
    ("192.0.2.1", "refclock_2"): [("refclock_state", M + "30.0.1.2.1.4.2", 1),
                                  ("refclock_substate", M + "30.0.1.2.1.5.2", 1),
                                  ("correlation_percent", M + "30.0.1.2.1.6.2", 1),
                                  ("field_strength_percent", M + "30.0.1.2.1.8.2", 1)],
    ("192.0.2.2", ""): [("stratum", M + "7.2.1.2.1.3.0", 1), ("root_delay_s", M + "7.2.1.2.1.7.0", 1e-6),
                        ("root_dispersion_s", M + "7.2.1.2.1.8.0", 1e-6),
                        ("clock_offset_s", M + "7.2.1.2.2.1.1.8.1", 1e-9),
                        ("clock_jitter_s", M + "7.2.1.2.2.1.1.11.1", 1e-6)],
    ("192.0.2.2", "refclock_1"): [("satellites_used", M + "7.2.3.1.1.6.1", 1),
                                  ("satellites_seen", M + "7.2.3.1.1.7.1", 1)],
    ("192.0.2.3", ""): [("stratum", M + "3.1.3.0", 1), ("clock_offset_s", M + "3.1.7.0", 1e-6)],
    ("192.0.2.3", "refclock_1"): [("refclock_state", M + "3.2.12.0", 1),
                                  ("correlation_percent", M + "3.2.13.0", 1),
                                  ("field_strength_percent", M + "3.2.14.0", 1)],
    ("192.0.2.4", ""): [("stratum", NTP + "2.0", 1), ("sources", NTP + "6.0", 1),
                        ("root_dispersion_s", NTP + "7.0", 1e-3)],
}
MADE = [("192.0.2.1", "", "supplies_down", 1), ("192.0.2.1", "", "fans_failed", 1), ("192.0.2.2", "", "ntp_state", 2),
        ("192.0.2.2", "refclock_1", "refclock_state", 1), ("192.0.2.2", "refclock_1", "refclock_substate", 1),
        ("192.0.2.3", "", "ntp_state", 2), ("192.0.2.3", "refclock_1", "refclock_substate", 52),
        ("192.0.2.4", "", "ntp_state", 2), ("192.0.2.4", "", "clock_offset_s", -0.000125)]
MEMORY, LOAD = "1.3.6.1.4.1.2021.4.", "1.3.6.1.4.1.2021.10.1.3."
PASS = """#!/bin/sh
# -g OID or -n OID: the identifiers below, in their order.
case "$1" in
-g) next=;;
-n) next=1;;
*) exit;;
esac
%s
exit
"""


def make_pass(lab):
    """A program for `pass`, which says Counter64s."""
    lines = []
    oids = sorted(CLIENTS)
    before = M + "30.0.2.8"
    for oid in oids:
        here = M + oid
        lines.append('if { [ -z "$next" ] && [ "$2" = .%s ]; } || { [ -n "$next" ] && { [ "$2" = .%s ] || [ "$2" = .%s ]; }; }; '
                     'then echo .%s; echo counter64; echo %d; exit; fi' % (here, before, here[:-2], here, CLIENTS[oid]))
        before = here
    return lab.file("pass.sh", PASS % "\n".join(lines), mode=0o755)


def start_agents(lab):
    for address, (access, values, _, _) in AGENTS.items():
        name = "snmpd-" + address
        lines = ["agentaddress udp:%s:161" % address, access]
        for oid, (kind, value) in values.items():
            lines.append('override .%s %s %s' % (oid if oid.startswith("1.") else M + oid, kind,
                                                 '"%s"' % value if kind == "octet_str" else value))
        if values is LTNG:
            lines.append("pass .%s30.0.2.8 %s" % (M, make_pass(lab)))
        conf = lab.file(name + ".conf", "\n".join(lines) + "\n")
        os.mkdir(lab.path(name))
        environment = dict(peers.environment(), SNMP_PERSISTENT_DIR=lab.path(name), MIBS="")
        lab.start("server", [peers.find("snmpd"), "-f", "-Lo", "-C", "-c", conf, "-p", lab.path(name + ".pid")],
                  log=name + ".log", env=environment)
        laboratories.wait_for(lab.path(name + ".log"), "NET-SNMP version", lab.processes[-1])


def snmpget(lab, address, oid):
    words = [peers.find("snmpget"), "-On", "-Oqv", "-Ih", "-m", "", *AGENTS[address][3].split(), address, "." + oid]
    return lab.run("client", words, env=dict(peers.environment(), MIBS="", SNMP_PERSISTENT_DIR=lab.work)).splitlines()[-1].strip().strip('"')


def latest(store):
    """{(target, series): the value that was noted last}."""
    run = subprocess.run([NTPSCOPE, "history", "--store", store, "--format", "json"], stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True, timeout=30)
    entries = json.loads(run.stdout)["series"] if run.returncode == 0 else []
    return {(e["target"], e["series"]): e["value"] for e in entries}


def watch_lines(lab):
    lines = []
    for address, (_, _, login, _) in AGENTS.items():
        line = "%s via=snmp every=10s" % address
        if login:
            line += " snmp=" + lab.file("login-" + address, login, mode=0o600)
        lines += ["--watch", line]
    # The library knows users by agent and name: the wrong one must not lend the right one's key, nor spoil it.
    wrong = lab.file("login-wrong", AGENTS["192.0.2.2"][2].replace("one-pass", "other-pass"))
    lines += ["--watch", "192.0.2.2 name=wrong via=snmp every=10s snmp=" + wrong]
    lines += ["--watch", "192.0.2.4 name=found every=10s"]  # in what way shows by itself
    for silent in range(150, 190):
        lines += ["--watch", "192.0.2.%d via=snmp every=10s" % silent]
    return lines


def compare(lab, seen):
    for (address, part), rows in SAME.items():
        target = address + ("/" + part if part else "")
        for series, oid, unit in rows:
            text = snmpget(lab, address, oid)
            wanted = float(text.split()[0]) * unit
            got = seen.get((target, series))
            check(got is not None and abs(got - wanted) <= 1e-9 * abs(wanted),
                  "%s %s: %s, snmpget says %s" % (target, series, got, text))
    for address, part, series, wanted in MADE:
        got = seen.get((address + ("/" + part if part else ""), series))
        check(got == wanted, "%s %s %s: %s, not %s" % (address, part, series, got, wanted))


def compare_machine(lab, seen):
    for address in ("192.0.2.4", "192.0.2.5"):
        total = float(snmpget(lab, address, MEMORY + "5.0").split()[0]) * 1024
        check(seen.get((address, "memory_total_bytes")) == total, "%s: memory %s, not %s" % (
            address, seen.get((address, "memory_total_bytes")), total))
        used = seen.get((address, "memory_used_bytes"), -1)
        check(0 < used < total, "%s: used %s" % (address, used))
        swap = float(snmpget(lab, address, MEMORY + "3.0").split()[0]) - float(snmpget(lab, address, MEMORY + "4.0").split()[0])
        check(abs(seen.get((address, "swap_used_bytes"), -1) - swap * 1024) < 1e9, "%s: swap" % address)
        load = float(snmpget(lab, address, LOAD + "3"))
        check(abs(seen.get((address, "load_15min"), -9) - load) < 0.5, "%s: load %s, not %s" % (
            address, seen.get((address, "load_15min")), load))
        check(0 <= seen.get((address, "cpu_percent"), -1) <= 100, "%s: processors" % address)
        check(seen.get((address, "uptime_s"), 0) > 0, "%s: uptime" % address)
        check(seen.get((address + "/s0", "received_bytes_per_s"), -1) > 0, "%s: s0 receives: %s" % (
            address, {k: v for k, v in seen.items() if k[0].startswith(address + "/")}))
        check((address + "/lo", "received_bytes_per_s") not in seen, "%s: the loopback is left out" % address)
        check(seen.get((address, "udp_received_per_s"), -1) > 0, "%s: UDP" % address)


FACTS = [("192.0.2.1", "", "ntp", "synchronized"), ("192.0.2.1", "", "source", "GPS"), ("192.0.2.1", "", "version", None),
         ("192.0.2.1", "refclock_1", "type", "gps180"), ("192.0.2.1", "refclock_1", "substate", "gpsSync"),
         ("192.0.2.1", "refclock_2", "state", "not synchronized"), ("192.0.2.1", "refclock_2", "substate", "lwNotSync"),
         ("192.0.2.2", "refclock_1", "substate", "synchronized"), ("192.0.2.4", "s0", "state", "up")]


def compare_facts(monitor):
    """What is known now: the words of states, and why somebody says nothing."""
    parts = {}
    for target in monitor.get("/api/v1/targets")["targets"]:
        for part in target["parts"]:
            parts[target["target"], part["part"]] = part
    for target, part, name, wanted in FACTS:
        got = parts.get((target, part), {}).get("facts", {}).get(name)
        check(got == wanted, "%s %s: %s is %r, not %r" % (target, part, name, got, wanted))
    wrong = parts.get(("wrong", ""), {})
    check(wrong.get("ok") is False and "passphrase" in wrong.get("why", ""), "a wrong passphrase: %s" % wrong)
    silent = parts.get(("192.0.2.150", ""), {})
    check(silent.get("ok") is False, "a silent one: %s" % silent)


def refuses(lab, mode, text, wanted):
    path = lab.file("login-bad", text, mode=mode)
    run = subprocess.run([NTPSCOPE, "monitor", "-i", "lo", "--state-dir", lab.work, "--check-config", "--watch",
                          "192.0.2.1 via=snmp snmp=" + path], text=True, timeout=30, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT)
    check(run.returncode == 2 and wanted in run.stdout and "hidden" not in run.stdout,
          "%o %r: %d %s" % (mode, text, run.returncode, run.stdout))


def play(lab):
    pair(lab, n_servers=len(AGENTS))
    refuses(lab, 0o644, "community hidden\n", "chmod 600")
    refuses(lab, 0o600, "version 3\nuser u\nauth SHA-7 hiddenhidden\n", "line 3")
    start_agents(lab)
    state = state_folder(lab)
    # It is nobody by the time it asks: what only root may read was read before.
    monitor = Monitor(lab, "client", "-i", "c0", "--state-dir", state, "--user", "nobody", *watch_lines(lab))
    store = os.path.join(state, "history")
    end, seen = time.monotonic() + 100, {}
    while time.monotonic() < end and not all((a, "udp_received_per_s") in seen for a in [*AGENTS, "found"]):
        time.sleep(1)
        seen = latest(store)
    compare(lab, seen)
    compare_machine(lab, seen)
    compare_facts(monitor)
    check(("found", "memory_total_bytes") in seen, "an agent is found")
    check(("wrong", "stratum") not in seen, "a wrong passphrase brings nothing")
    counted = monitor.stop()
    print(monitor.said()[-600:], counted)


def main():
    reason = None if built_with("snmp") else "it was built without SNMP"
    return in_laboratory(play, "snmp", "snmpd", "snmpget", reason=reason)


if __name__ == "__main__":
    sys.exit(main())
