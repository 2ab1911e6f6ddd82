#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each failure that `ntpscope query` can name, produced by a server that fails in just that way (query_servers.py),
by chronyd, by openssl(1) or by a router, and named right, with its exit status.  And what must not fail: late, doubled
and forged answers, names that would act on a terminal, two hundred servers side by side.

Skipped where network namespaces or chronyd are impossible.
"""
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from watching import check, in_laboratory, laboratories

import certificates
import query_servers
from query_servers import ADDRESS, CHRONYD
from topology import pair

NTPSCOPE = os.environ["NTPSCOPE"]
PATIENCE_S = 2
PROHIBITED, NO_HOST, NO_ROUTE = "203.0.113.1", "203.0.113.65", "198.51.100.1"
PROHIBITED6 = "2001:db8:1::1"
HOSTILE = "a\x1b[31m\u202eb"
FORMATS = ["table", "json", "sntp", "ntpdate", "nagios"]

STATUS = {"ok": 0, "timeout": 10, "refused": 11, "unreachable": 12, "kod": 13, "unsynchronised": 14, "bad-header": 15,
          "bogus": 16, "malformed": 17, "wrong-mode": 18, "wrong-version": 19, "auth-missing": 20, "auth-failed": 21,
          "crypto-nak": 22, "dns": 23, "local": 24, "nts-connect": 25, "nts-tls": 26, "nts-certificate": 27,
          "nts-refused": 28, "nts-malformed": 29, "nts-nak": 30}

# Result, a word of why (or of the kiss code), whom to ask and how.  KEY and NTS stand for their options.
CASES = [
    ("ok", "", "good"),
    ("ok", "", "twice"),
    ("timeout", "", "silent"),
    ("refused", "ICMP from 192.0.2.", "nothing-there"),
    ("unreachable", "ICMP from 192.0.2.1: ", PROHIBITED),
    ("unreachable", "ICMP from 192.0.2.1: ", NO_HOST),
    ("unreachable", "ICMP from 2001:db8::", PROHIBITED6),
    ("unreachable", "Network is unreachable", NO_ROUTE),
    ("kod", "RATE", "rate"),
    ("kod", "DENY", "deny"),
    ("kod", "RSTR", "rstr"),
    ("unsynchronised", "", "leap-3"),
    ("unsynchronised", "", "stratum-16"),
    ("unsynchronised", "", "stratum-0"),
    ("unsynchronised", "", "init"),
    ("bad-header", "", "far-root"),
    ("bad-header", "", "set-later"),
    ("bad-header", "", "no-times"),
    ("bad-header", "", "held-long"),
    ("bogus", "", "bogus"),
    ("bogus", "", "zero-origin"),
    ("malformed", "", "short"),
    ("malformed", "", "bad-trailer"),
    ("malformed", "", "huge"),
    ("wrong-mode", "", "mode-3"),
    ("wrong-mode", "", "mode-5"),
    ("wrong-version", "", "version-3"),
    ("auth-missing", "", "good", "KEY"),
    ("auth-failed", "", "bad-mac", "KEY"),
    ("auth-failed", "", "other-key", "KEY"),
    ("crypto-nak", "", "crypto-nak", "KEY"),
    ("dns", "", "nosuch.example"),
    ("dns", "", "v4only.example", "-6"),
    ("local", "Cannot assign requested address", "good", "--source", "192.0.2.99"),
    ("ok", "", "v5", "-o", "5"),
    ("unsynchronised", "", "v5-unsynchronised", "-o", "5"),
    ("bogus", "", "v5-bogus", "-o", "5"),
    ("bogus", "", "good", "-o", "5"),  # as old servers do: no cookie of ours
    ("wrong-version", "", "version-3", "-o", "5"),
    ("nts-connect", "Connection refused", "nothing-there", "NTS"),
    ("nts-connect", "", PROHIBITED, "NTS"),
    ("nts-connect", "", NO_ROUTE, "NTS"),
    ("nts-tls", "", query_servers.TLS_1_2, "NTS"),
    ("nts-tls", "", "ke-ssh", "NTS"),
    ("nts-tls", "", "ke-closed", "NTS"),
    ("nts-tls", "no TLS session in time", "ke-mute", "NTS"),
    ("nts-tls", "does not speak ntske/1", "ke-no-alpn", "NTS"),
    ("nts-tls", "", "ke-other-alpn", "NTS"),
    ("nts-certificate", "issuer", "ke-no-cookies", "--nts"),
    ("nts-certificate", "issuer", CHRONYD, "--nts"),
    ("nts-certificate", "expired", "ke-expired", "NTS"),
    ("nts-certificate", "another name", "ke-other-name", "NTS"),
    ("nts-refused", "error 0, unrecognized critical record", "ke-error-0", "NTS"),
    ("nts-refused", "error 1, bad request", "ke-error-1", "NTS"),
    ("nts-refused", "error 2, internal server error", "ke-error-2", "NTS"),
    ("nts-refused", "warning 1", "ke-warning", "NTS"),
    ("nts-refused", "none of our AEAD", "ke-no-aead", "NTS"),
    ("nts-refused", "none of our AEAD", "ke-other-aead", "NTS"),
    ("nts-refused", "no cookies", "ke-no-cookies", "NTS"),
    ("nts-refused", "no NTS for NTPv4", "ke-no-protocol", "NTS"),
    ("nts-malformed", "before the End of Message", "ke-truncated", "NTS"),
    ("nts-malformed", "before the End of Message", "ke-no-end", "NTS"),
    ("nts-malformed", "record of type 15036", "ke-unknown", "NTS"),
    ("nts-malformed", "record of type 6", "ke-escape", "NTS"),
    ("nts-malformed", "no answer", "ke-silent", "NTS"),
    ("nts-nak", "", "ke-nak", "NTS"),
    ("auth-missing", "", "ke-plain", "NTS"),
    ("auth-failed", "", "ke-forged", "NTS"),
    ("dns", "'nosuch.example', named by the key establishment", "ke-lost", "NTS"),
    ("ok", "", CHRONYD, "NTS"),
    ("ok", "", "chronyd.example", "NTS"),
]


class Asker:
    def __init__(self, lab):
        self.lab = lab
        self.words = {"KEY": ["-a", "2", "-k", lab.file("keys", "2 SHA1 HEX:%s\n" % ("5a" * 20))],
                      "NTS": ["--nts", "--ca-file", lab.path("all.crt")]}

    def run(self, *words, output="json", patience_s=PATIENCE_S):
        """With fewer descriptors than some have servers to ask: it has to ask for more."""
        spelled = [part for word in words for part in self.words.get(word, [ADDRESS.get(word, word)])]
        command = ["prlimit", "--nofile=100:4096", NTPSCOPE, "query", "--format", output, "-t", str(patience_s)]
        done = subprocess.run(self.lab.command("client", command + spelled), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=60)
        return done.returncode, done.stdout, done.stderr.decode(errors="replace")

    def servers(self, *words, patience_s=PATIENCE_S):
        status, out, err = self.run(*words, patience_s=patience_s)
        try:
            return status, json.loads(out)["servers"]
        except ValueError:
            sys.exit("query %s: status %d, %s%s" % (words, status, out, err))


def start(lab, work):
    pair(lab, n_servers=10 + len(ADDRESS))
    make_certificates(lab, work)
    lab.chronyd("server", "chronyd", "local stratum 2\nallow all\nbindaddress %s\nbindaddress 2001:db8::2\nntsserverkey %s\nntsservercert %s\n"
                "ntsdumpdir %s\n" % (CHRONYD, lab.path("server.key"), lab.path("server.crt"), work))
    lab.start("server", ["openssl", "s_server", "-quiet", "-tls1_2", "-alpn", "ntske/1", "-accept",
                         ADDRESS[query_servers.TLS_1_2] + ":4460", "-cert", lab.path("server.crt"), "-key",
                         lab.path("server.key")], log="openssl.log")
    ready = lab.start("server", query_servers.command(work), log="servers.log")
    routes(lab)
    names(lab)
    laboratories.wait_for(lab.path("servers.log"), "all listen", ready, seconds=20)


def make_certificates(lab, work):
    """All of them are trusted: each has one fault at the most."""
    everybody = [CHRONYD, *ADDRESS.values()]
    certificates.make(work, "server", names=["chronyd.example"], addresses=everybody)
    certificates.make(work, "other", names=["other.example"])
    certificates.make(work, "hostile", addresses=everybody, owner=HOSTILE)
    certificates.make(work, "expired", addresses=everybody, days=-1)
    with open(lab.path("all.crt"), "w") as out:
        for name in ("server", "other", "hostile", "expired"):
            with open(lab.path(name + ".crt")) as one:
                out.write(one.read())


def routes(lab):
    """The server is a router that forwards nothing to some."""
    lab.run("server", ["sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward;"
                                   "echo 1 > /proc/sys/net/ipv6/conf/all/forwarding"])
    lab.ip("server", "route add prohibit 203.0.113.0/26")
    lab.ip("server", "route add unreachable 203.0.113.64/26")
    lab.ip("server", "route add prohibit 2001:db8:1::/64")
    lab.ip("server", "route add local 10.9.0.0/16 dev lo")
    lab.ip("client", "route add 203.0.113.0/24 via 192.0.2.1")
    lab.ip("client", "route add 2001:db8:1::/64 via 2001:db8::1")
    lab.ip("client", "route add 10.9.0.0/16 via 192.0.2.1")


def names(lab):
    """Names of our own, and a name server that is not there."""
    hosts = ["127.0.0.1 localhost", CHRONYD + " chronyd.example", ADDRESS["good"] + " v4only.example"]
    hosts += [address + " many.example" for address in (ADDRESS["good"], ADDRESS["silent"], "2001:db8::1",
                                                        ADDRESS["deny"])]
    for path, text in (("/etc/hosts", "\n".join(hosts) + "\n"),
                       ("/etc/resolv.conf", "nameserver %s\noptions timeout:1 attempts:1\n" % ADDRESS["nothing-there"]),
                       ("/etc/nsswitch.conf", "hosts: files dns\n"), ("/etc/host.conf", "multi on\n")):
        if os.path.exists(path):
            subprocess.run(["mount", "--bind", lab.file(path.replace("/", "_"), text, mode=0o644), path], check=True)


def each_failure_has_its_name_and_status(a):
    def one(case):
        wanted, word, *words = case
        status, servers = a.servers(*words)
        s = servers[0]
        told = "%s %s" % (s["why"], s["kod"])
        check(s["result"] == wanted, "%s: %s (%s), not %s" % (words, s["result"], told, wanted))
        check(status == STATUS[wanted], "%s: status %d, not %d" % (words, status, STATUS[wanted]))
        check(word in told, "%s: '%s' is not about '%s'" % (words, told, word))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, CASES))
    missing = set(STATUS) - {case[0] for case in CASES}
    check(not missing, "no case of " + ", ".join(missing))


def a_nak_asks_for_new_keys_once(a):
    def asked():
        with open(a.lab.path("servers.log")) as log:
            return log.read().count("asked: ke-nak\n")

    before = asked()
    _, servers = a.servers("NTS", "-p", "3", "-i", "0.1", "ke-nak")
    check(asked() - before == 2, "key establishments for a NAK: %d" % (asked() - before))
    check(servers[0]["sent_packets"] == 2, "questions with cookies of nobody's: %d" % servers[0]["sent_packets"])


def strangers_and_late_answers_do_no_harm(a):
    _, servers = a.servers("forged-first", "twice", "-p", "3", "-i", "0.1")
    for s in servers:
        check(s["result"] == "ok" and s["good_packets"] == 3, "%s: %s" % (s["host"], s))
        check(all(abs(x["offset_s"]) < 1 for x in s["samples"]), "%s: an offset of a forged answer" % s["host"])
    status, servers = a.servers("late", "-p", "2", "-i", "0.1", patience_s=1)
    check(status == STATUS["timeout"] and [x["result"] for x in servers[0]["samples"]] == ["timeout"] * 2,
          "late answers: %s" % servers[0])


def hidden(text):
    return [c for c in text if (ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160 or c == "\u202e"]


def names_that_would_act_are_escaped(a):
    for output in FORMATS:
        status, out, err = a.run(HOSTILE, output=output)
        text = out.decode() + err
        check(status == (3 if output == "nagios" else STATUS["dns"]), "%s, no such name: %d" % (output, status))
        check(not hidden(text), "%s: a host's name acts: %r" % (output, text))
        check("[31m" in text or output == "nagios", "%s: the name is gone: %r" % (output, text))
        for words in (["NTS", "ke-hostile"], ["--nts-only-ke", "--no-verify", "ke-hostile"], ["NTS", "ke-escape"]):
            status, out, err = a.run(*words, output=output)
            check(not hidden(out.decode() + err), "%s: a certificate's name acts: %r" % (output, out + err.encode()))
    status, out, _ = a.run("bar", output="nagios")
    check(status == 2 and b"|" not in out, "nagios: performance data of a server's making: %r" % out)
    subject = a.servers("NTS", "ke-hostile")[1][0]["nts"]["certificate"]["subject"]
    check("[31m" in subject, "the subject is told: %r" % subject)


def two_hundred_take_as_long_as_one(a):
    good, silent = (["10.9.%d.%d" % (net, n) for n in range(1, 101)] for net in (0, 1))
    began = time.monotonic()
    status, servers = a.servers("--port", str(query_servers.MANY_PORT), *good, *silent)
    took_s = time.monotonic() - began
    results = [s["result"] for s in servers]
    check(results == ["ok"] * 100 + ["timeout"] * 100, "two hundred: %d ok, %d timeout of %d"
          % (results.count("ok"), results.count("timeout"), len(results)))
    check(status == 1 and took_s < 5 * PATIENCE_S, "two hundred: status %d, %.1f s" % (status, took_s))
    print("two hundred servers, a hundred of them silent for %d s: %.2f s" % (PATIENCE_S, took_s))


def every_address_of_a_name_is_asked_or_the_first(a):
    wanted = {ADDRESS["good"]: "ok", ADDRESS["silent"]: "timeout", "2001:db8::1": "ok", ADDRESS["deny"]: "kod"}
    status, servers = a.servers("--all", "many.example")
    check({s["address"]: s["result"] for s in servers} == wanted and status == 1,
          "--all: %d %s" % (status, [(s["address"], s["result"]) for s in servers]))
    check(all(s["host"] == "many.example" for s in servers), "--all: their name")
    check(len(a.servers("many.example")[1]) == 1, "one address without --all")
    _, servers = a.servers("--all", "-4", "many.example")
    check(len(servers) == 3 and not any(":" in s["address"] for s in servers), "--all -4")
    for words, address in ((["-6"], "2001:db8::1"), (["--source", "2001:db8::101"], "2001:db8::1")):
        _, servers = a.servers(*words, "many.example")
        check([(s["address"], s["result"]) for s in servers] == [(address, "ok")], "%s: %s" % (words, servers))


def a_silent_name_server_keeps_nobody_long(a):
    """Written over: what is mounted there is this file."""
    with open("/etc/resolv.conf", "w") as out:
        out.write("nameserver %s\noptions timeout:20 attempts:1\n" % ADDRESS["silent"])
    began = time.monotonic()
    status, servers = a.servers("nosuch.example", "good")
    took_s = time.monotonic() - began
    check([s["result"] for s in servers] == ["dns", "ok"] and status == 1 and took_s < 9,
          "a silent name server: %s after %.1f s" % ([s["result"] for s in servers], took_s))
    check("in time" in servers[0]["why"], "a silent name server: %s" % servers[0]["why"])


def play(lab):
    start(lab, lab.work)
    a = Asker(lab)
    for part in (each_failure_has_its_name_and_status, a_nak_asks_for_new_keys_once,
                 strangers_and_late_answers_do_no_harm, names_that_would_act_are_escaped,
                 two_hundred_take_as_long_as_one, every_address_of_a_name_is_asked_or_the_first,
                 a_silent_name_server_keeps_nobody_long):
        part(a)


def main():
    return in_laboratory(play, "query", "chronyd", mode=0o700)


if __name__ == "__main__":
    sys.exit(main())
