#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ntpscope peers`, `tracking`, `sources`, `serverstats`, ... beside chronyc -c, asking one chronyd over its socket and over
UDP: the same values, field by field, with our sign; and a source whose clock is known to be wrong shows which way.

Skipped where network namespaces or the peers are impossible.
"""
import os
import sys
import time

from watching import check, in_laboratory, peers
from topology import pair
from asking import ask, fails, good, told_json

AHEAD_S = 0.5
LIAR = """
import socket, struct, time
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
s.bind(("2001:db8::2", 123))
def stamp():
    t = time.time() + %r + 2208988800
    return struct.pack("!II", int(t), int(t %% 1 * 2**32))
while True:
    question, who = s.recvfrom(512)
    got = stamp()
    s.sendto(b"\\x24\\x01\\x00\\xe8" + bytes(8) + b"LIAR" + got + question[40:48] + got + stamp(), who)
""" % AHEAD_S


def start(lab):
    pair(lab, n_servers=2, n_clients=2)
    lab.chronyd("server", "server", "local stratum 2\nallow all\ncmdport 323\ncmdallow all\nbindcmdaddress 0.0.0.0\n"
                "bindcmdaddress ::\nbindaddress 192.0.2.1\nbindaddress 2001:db8::1\n")
    lab.start("server", [sys.executable, "-c", LIAR], log="liar.log")
    lab.chronyd("client", "client", "port 0\nserver 192.0.2.1 iburst minpoll 4 maxpoll 4\n"
                "server 2001:db8::2 iburst minpoll 4 maxpoll 4 noselect\nserver 192.0.2.99\nserver no.such.name.invalid\n"
                "refclock SHM 0 refid SHM0\ncmdport 323\n")
    time.sleep(10)  # the bursts are over
    end = time.monotonic() + 60  # on a busy machine they take longer
    while time.monotonic() < end and chronyc(lab, "client", "tracking")[0][2] != 3.0:
        time.sleep(1)
    time.sleep(2)


def chronyc(lab, host, *words):
    """Rows of `chronyc -c`, whose fields are numbers where they look like it."""
    text = lab.run(host, [peers.find("chronyc"), "-c", "-h", lab.path(host + ".sock"), *words])
    return [[number(cell) for cell in line.split(",")] for line in text.splitlines() if line]


def number(text):
    try:
        return float(text)
    except ValueError:
        return text


def is_same(mine, theirs):
    if isinstance(mine, (int, float)) and isinstance(theirs, float) and not isinstance(mine, bool):
        return abs(mine - theirs) <= 6e-10 or abs(mine - theirs) <= abs(theirs) * 1e-6
    return mine == theirs


def never(seconds):
    return 4294967295.0 if seconds is None else seconds


def compare(lab, what, ours, theirs, moving=(), tries=6):
    """ours() and theirs() give rows of the same fields; those in `moving` (by place) only have to be near."""
    for _ in range(tries):
        mine, wanted = ours(), theirs()
        wrong = ["%s, not %s, at %d" % (m[i], w[i], i) for m, w in zip(mine, wanted) for i in range(max(len(m), len(w)))
                 if i >= len(m) or i >= len(w) or not (is_same(m[i], w[i]) or
                                                       (i in moving and abs(m[i] - w[i]) <= moving[i]))]
        if not wrong and len(mine) == len(wanted):
            return
        time.sleep(0.5)
    check(False, "%s: %s\n%s\n%s" % (what, wrong[:3], mine, wanted))


def named(row):
    return row["remote"] or row["name"]


def known(rows):
    """chronyc leaves out what has no address yet."""
    return [r for r in rows if r["name"] != "no.such.name.invalid"]


def of_sources(told):
    letters = {"server": "^", "peer": "=", "refclock": "#"}
    return [[letters[r["mode"]], r["tally"], named(r), r["stratum"], r["poll_log2s"], float(r["reach_octal"]),
             never(r["since_sample_s"]), -r["offset_s"], -r["measured_offset_s"], r["error_s"]] for r in known(told)]


def of_stats(rows):
    return [[named(r)] + [s["samples"], s["runs"], s["span_s"], round(s["residual_frequency_ppm"], 3), round(s["skew_ppm"], 3),
                          -s["offset_s"], s["deviation_s"]] for r, s in rows]


def sources_are_those_of_chronyc(lab, where):
    compare(lab, "sources", lambda: of_sources(told_json(lab, "client", "sources", where)["sources"]),
            lambda: chronyc(lab, "client", "sources"), moving={6: 1, 9: 1e-4})
    compare(lab, "sourcestats", lambda: of_stats([(r, r) for r in known(told_json(lab, "client", "sourcestats", where)["sources"])]),
            lambda: chronyc(lab, "client", "sourcestats"), moving={3: 1, 6: 1e-4, 5: 0.1, 4: 0.1})
    told = told_json(lab, "client", "peers", where)
    check(told["daemon"] == "chronyd", "who answers: %s" % told["daemon"])
    compare(lab, "peers, the sources", lambda: of_sources(told_json(lab, "client", "peers", where)["peers"]),
            lambda: chronyc(lab, "client", "sources"), moving={6: 1, 9: 1e-4})
    compare(lab, "peers, the statistics",
            lambda: of_stats([(r, r["statistics"]) for r in known(told_json(lab, "client", "peers", where)["peers"])]),
            lambda: chronyc(lab, "client", "sourcestats"), moving={3: 1, 6: 1e-4, 5: 0.1, 4: 0.1})
    text = good(lab, "client", "peers", "-n", where).out
    check("^* 192.0.2.1 " in text and "#? SHM0 " in text and "ID#" in text and "Std Dev" in text, text)
    check("no.such.name.invalid" in good(lab, "client", "sources", where).out, "a name that is not resolved is shown")


def tracking_is_that_of_chronyc(lab, where):
    def ours():
        t = told_json(lab, "client", "tracking", where)
        return [[t["refid"], t["source"], t["stratum"], t["offset_s"], -t["last_offset_s"], t["rms_offset_s"],
                 round(t["frequency_ppm"], 3), round(t["residual_frequency_ppm"], 3), round(t["skew_ppm"], 3), t["root_delay_s"],
                 t["root_dispersion_s"], round(t["update_interval_s"], 1), t["leap"]]]

    compare(lab, "tracking", ours, lambda: [row[:3] + row[4:] for row in chronyc(lab, "client", "tracking")],
            moving={3: 1e-5, 10: 1e-5})
    check(good(lab, "client", "vars", where).out.splitlines()[1] == good(lab, "client", "tracking", where).out.splitlines()[1],
          "vars of a chronyd is its tracking")


def packets_are_those_of_chronyc(lab, where):
    kinds = {"daemon": "Daemon", "kernel": "Kernel", "hardware": "Hardware", "none": "Invalid"}
    modes = {0: "Invalid", 4: "Server"}

    def ours():
        return [[d["remote"], d["remote_port"], d["local"] or "[UNSPEC]", d["leap"], d["version"], modes[d["mode"]], d["stratum"],
                 d["poll_log2s"], d["precision_log2s"], d["offset_s"], d["delay_s"], d["dispersion_s"], d["response_time_s"],
                 d["jitter_asymmetry"], d["tests"], "Yes" if d["interleaved"] else "No", kinds[d["tx_timestamping"]],
                 kinds[d["rx_timestamping"]], d["sent"], d["received"], d["received_valid"], d["received_good"]]
                for d in told_json(lab, "client", "ntpdata", where)["sources"]]

    def theirs():
        return [[r[0], r[2], r[3]] + r[5:10] + [r[11]] + r[18:23] + ["%03d%03d%04d" % tuple(int(x) for x in r[23:26])] + [r[26]] +
                r[28:] for r in chronyc(lab, "client", "ntpdata")]

    compare(lab, "ntpdata", ours, theirs)
    one = told_json(lab, "client", "ntpdata", where, "192.0.2.1")["sources"]
    check([d["remote"] for d in one] == ["192.0.2.1"], "only the source that was named")


def the_rest_is_that_of_chronyc(lab, where):
    compare(lab, "activity", lambda: [[told_json(lab, "client", "activity", where)[k] for k in (
        "online", "offline", "burst_online", "burst_offline", "unresolved")]], lambda: chronyc(lab, "client", "activity"))
    auth = {"none": "-", "symmetric": "SK", "nts": "NTS"}
    compare(lab, "authdata", lambda: [[named(a), auth[a["mode"]], a["key_id"], a["key_type"], a["key_bits"],
                                       never(a["last_ke_ago_s"]), a["ke_attempts"], a["nak"], a["cookies"], a["cookie_bytes"]]
                                      for a in told_json(lab, "client", "authdata", where)["sources"]],
            lambda: chronyc(lab, "client", "authdata"))
    compare(lab, "selectdata",
            lambda: [[s["state"], named(s), "Y" if s["authenticated"] else "N", *s["configured_options"], *s["effective_options"],
                      s["last_sample_ago_s"], s["score"], -s["offset_high_s"], -s["offset_low_s"], s["leap"]]
                     for s in known(told_json(lab, "client", "selectdata", where)["sources"])],
            lambda: chronyc(lab, "client", "selectdata"), moving={13: 1, 15: 1e-4, 16: 1e-4})
    keys = ("ntp_received", "ntp_dropped", "commands_received", "commands_dropped", "log_dropped", "nts_ke_accepted",
            "nts_ke_dropped", "ntp_authenticated", "ntp_interleaved", "timestamps_held", "timestamps_span_s")
    for host in ("client", "server"):
        place = lab.path(host + ".sock")
        compare(lab, "serverstats", lambda h=host, p=place: [[told_json(lab, h, "serverstats", p)[k] for k in keys]],
                lambda h=host: chronyc(lab, h, "serverstats"), moving={2: 40})
    check(told_json(lab, "server", "sysstats", lab.path("server.sock"))["ntp_received"] >= 4, "sysstats are the serverstats")


def clients_are_those_of_chronyc(lab):
    place = lab.path("server.sock")

    def interval(log2s):
        return 127 if log2s is None else log2s

    def ours():
        return [[c["address"], c["ntp"], c["ntp_dropped"], interval(c["ntp_interval_log2s"]),
                 interval(c["ntp_limited_interval_log2s"]), never(c["ntp_last_ago_s"]), c["commands"], c["commands_dropped"],
                 interval(c["commands_interval_log2s"]), never(c["commands_last_ago_s"])]
                for c in told_json(lab, "server", "mru", place)["clients"]]

    compare(lab, "clients", ours, lambda: chronyc(lab, "server", "clients"), moving={5: 1, 9: 1})
    check(len(ours()) >= 1, "clients: %s" % ours())
    many = told_json(lab, "server", "mru", place, "mincount=1000")["clients"]
    check(not many, "mincount=: %s" % many)


def offsets_have_the_right_sign(lab, where):
    """A server half a second ahead: positive everywhere."""
    def offset(*words):
        return next(r["offset_s"] for r in told_json(lab, "client", *words, where)["sources"] if r["remote"] == "2001:db8::2")

    for word in ("sources", "sourcestats", "ntpdata"):
        check(abs(offset(word) - AHEAD_S) < 0.2, "%s: offset %+f of a server %+f ahead" % (word, offset(word), AHEAD_S))
    select = next(r for r in told_json(lab, "client", "selectdata", where)["sources"] if r["remote"] == "2001:db8::2")
    check(select["offset_low_s"] <= select["offset_high_s"], "interval: %s" % select)


def the_socket_of_this_machine_is_preferred(lab):
    """It tells more than UDP does, and needs no option."""
    os.makedirs("/run/chrony", mode=0o750)
    os.symlink(lab.path("client.sock"), "/run/chrony/chronyd.sock")
    for words in (["serverstats"], ["peers", "localhost"], ["tracking", "127.0.0.1"]):
        told = told_json(lab, "client", *words)
        check(told.get("socket") == "/run/chrony/chronyd.sock", "%s: %s" % (words, told))
    check(not os.listdir("/run/chrony")[1:], "nothing stays behind: %s" % os.listdir("/run/chrony"))
    check("address" in told_json(lab, "client", "tracking", "2001:db8::1"), "another machine has no socket here")
    os.remove("/run/chrony/chronyd.sock")


def over_the_network(lab):
    """What chronyd tells anybody, and what only its socket."""
    check(told_json(lab, "client", "peers", "localhost")["port"] == 323, "over UDP of this machine")
    check(told_json(lab, "client", "tracking", "2001:db8::1")["stratum"] == 2, "over UDP of another one")
    for word in ("serverstats", "ntpdata", "authdata", "selectdata"):
        if word == "serverstats":
            fails(lab, "client", [word, "192.0.2.1"], 41, "error:")
            check("opencommands" in ask(lab, "client", word, "192.0.2.1").err, "it says what to do")
    fails(lab, "client", ["mru", "192.0.2.1"], 41, "error:")
    fails(lab, "client", ["clock", "192.0.2.1"], 43, "unsupported:")
    fails(lab, "client", ["tracking", "-t", "1", "192.0.2.99"], 10, "timeout:")
    fails(lab, "client", ["peers", "/nonexistent/chronyd.sock"], 12, "unreachable:")


def play(lab):
    start(lab)
    socket_path = lab.path("client.sock")
    for where in (socket_path, "127.0.0.1"):
        sources_are_those_of_chronyc(lab, where)
        tracking_is_that_of_chronyc(lab, where)
    packets_are_those_of_chronyc(lab, socket_path)
    the_rest_is_that_of_chronyc(lab, socket_path)
    clients_are_those_of_chronyc(lab)
    offsets_have_the_right_sign(lab, socket_path)
    the_socket_of_this_machine_is_preferred(lab)
    over_the_network(lab)
    left = [name for name in os.listdir(lab.work) if name.startswith("ntpscope.")]
    check(not left, "sockets of ours stay behind: %s" % left)


def main():
    return in_laboratory(play, "ask", "chronyd", "chronyc", mode=0o700)


if __name__ == "__main__":
    sys.exit(main())
