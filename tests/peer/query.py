#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ntpscope query` against real servers in a network of its own: chronyd and ntpd, plain, with keys of every type,
with NTS; a server whose clock is wrong; rate limits and refusals.  Offsets are compared with what ntpdig and
chronyd say of the same server.

Skipped where network namespaces or the peers are impossible.
"""
import json
import os
import re
import signal
import subprocess
import sys
import time

from watching import check, in_laboratory, peers

import certificates
from topology import pair

NTPSCOPE = os.environ["NTPSCOPE"]
SERVER, OTHER, SHIFTED, LOST = ("192.0.2.%d" % i for i in (1, 2, 4, 5))
NTPD = "203.0.113.1"  # a host of its own: chronyd has the port of the key establishment on the other
OPEN = "192.0.2.6"
SHIFT_S = 0.5

CHRONY_KEYS = """1 MD5 ASCII:aVerySimpleKey
2 SHA1 HEX:1dc58847adfe19ef7cb2e6a1c05f9b9f9a5b9c2a
3 SHA256 HEX:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
4 SHA384 ASCII:kkkkkkkkkkkkkkkkkkkk
5 SHA512 HEX:deadbeefdeadbeefdeadbeefdeadbeef
6 AES128 HEX:000102030405060708090a0b0c0d0e0f
7 AES256 HEX:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
"""
NTP_KEYS = """1 MD5 aVerySimpleKey
2 SHA1 1dc58847adfe19ef7cb2e6a1c05f9b9f9a5b9c2a
6 AES-128 000102030405060708090a0b0c0d0e0f
"""
NTPD_CONFIG = """refclock local stratum 3 minpoll 3 maxpoll 3 prefer
tos maxdist 30 minsane 1
interface ignore wildcard
interface listen 203.0.113.1
keys %s
trustedkey 1 2 6
nts enable
nts key %s
nts cert %s
restrict default
unrestrict default limited
restrict 203.0.113.106 kod limited
limit average 1 burst 6 kod 0.5
"""


class Asker:
    def __init__(self, lab):
        self.lab = lab

    def query(self, *words, status=None):
        """The servers of the JSON answer."""
        run = subprocess.run(self.lab.command("client", [NTPSCOPE, "query", "--format", "json", "-t", "1", *words]),
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
        try:
            servers = json.loads(run.stdout)["servers"]
        except ValueError:
            sys.exit("query %s: status %d, %s%s" % (words, run.returncode, run.stdout, run.stderr))
        if status is not None:
            check(run.returncode == status, "query %s ends with %d, not %d" % (words, run.returncode, status))
        return servers

    def one(self, *words, status=None):
        return self.query(*words, status=status)[0]

    def expect(self, result, *words, status=None):
        s = self.one(*words, status=status)
        check(s["result"] == result, "query %s: %s (%s), not %s" % (words, s["result"], s["why"], result))
        return s

    def printed(self, *words):
        run = subprocess.run(self.lab.command("client", [NTPSCOPE, "query", "-t", "1", *words]),
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
        return run.returncode, run.stdout + run.stderr


def start_servers(lab, work):
    pair(lab, n_servers=6)
    lab.host("ntpd")
    lab.link("ntpd", "n0", "client", "c1")
    lab.address("ntpd", "n0", NTPD + "/24")
    lab.address("client", "c1", *("203.0.113.%d/24" % i for i in (101, 104, 106)))
    keys = lab.file("chrony.keys", CHRONY_KEYS)
    key, cert = certificates.make(work, "server", names=["nts.example"], addresses=[SERVER, "2001:db8::1", NTPD])
    nts = "ntsserverkey %s\nntsservercert %s\nntsdumpdir %s\n" % (key, cert, work)
    lab.chronyd("server", "server", "local stratum 2\nallow all\nbindaddress %s\nbindaddress 2001:db8::1\nkeyfile %s\n" % (SERVER, keys) + nts)
    lab.chronyd("server", "six", "local stratum 3\nallow all\nbindaddress 2001:db8::2\nbindaddress %s\n%s"
                % (OTHER, "ratelimit interval 3 burst 1 leak 0 kod 1\n" if chrony_has_kod() else ""))
    lab.chronyd("server", "lost", "allow all\nbindaddress %s\nbindaddress 2001:db8::5\n" % LOST)
    lab.chronyd("server", "shifted", "server %s minpoll -2 maxpoll -2 offset %s\nallow all\n"
                "bindaddress %s\nbindaddress 2001:db8::4\n" % (SERVER, SHIFT_S, SHIFTED))
    conf = lab.file("ntpd.conf", NTPD_CONFIG % (lab.file("ntp.keys", NTP_KEYS), key, cert) +
                    "driftfile %s\n" % lab.path("ntpd.drift"))
    lab.start("ntpd", [peers.find("ntpd"), "-n", "-g", "-c", conf, "-p", lab.path("ntpd.pid")], log="ntpd.log")
    openntpd = lab.file("openntpd.conf", "server %s\nlisten on %s\n" % (SERVER, OPEN), 0o644)
    lab.start("server", [peers.find("openntpd"), "-d", "-s", "-f", openntpd], log="openntpd.log")
    return cert


def wait_for_them(a):
    """ntpd believes its own clock after a while; chronyd slews half a second."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        servers = a.query(NTPD, SHIFTED)
        shift = servers[1]["offset_s"]
        if servers[0]["result"] == "ok" and shift is not None and abs(abs(shift) - SHIFT_S) < 0.01:
            return
        time.sleep(1)
    print("not all servers came to themselves: %s" % [(s["result"], s["offset_s"]) for s in servers])


def chrony_has_kod():
    """From 4.5 on it answers with RATE where it is told to."""
    told = subprocess.run([peers.find("chronyd"), "--version"], stdout=subprocess.PIPE, text=True).stdout
    found = re.search(r"version (\d+)\.(\d+)", told)
    return bool(found) and (int(found.group(1)), int(found.group(2))) >= (4, 5)


def plain(a):
    for address in (SERVER, NTPD, "2001:db8::2"):
        s = a.expect("ok", address, status=0)
        check(abs(s["offset_s"]) < 0.01, "%s has our clock: offset %s" % (address, s["offset_s"]))
        check(0 <= s["delay_s"] < 0.1 and s["bound_s"] >= s["delay_s"] / 2, "%s: delay and bound" % address)
        check(s["samples"][0]["kernel_transmit_time"] and s["samples"][0]["kernel_receive_time"],
              "%s: the kernel's times" % address)
        check(s["version"] == 4 and s["leap"] == 0 and s["jitter_s"] is None, "%s: %s" % (address, s))
    for version in (1, 2, 3):
        for address in (SERVER, NTPD):
            s = a.expect("ok", "-o", str(version), address)
            check(s["version"] == version, "version %d of %s" % (version, address))
    s = a.expect("ok", "-p", "5", "-i", "0.1", SERVER)
    check(s["sent_packets"] == 5 and s["good_packets"] == 5 and s["jitter_s"] is not None, "five samples: %s" % s)
    check(s["stratum"] == 2 and s["refid"] == "127.127.1.1", "stratum and refid: %s" % s["refid"])


def openntpd(a):
    """It takes its time before it believes its own clock; its answers are right from the beginning."""
    s = a.one(OPEN)
    check(s["result"] in ("ok", "unsynchronised") and abs(s["offset_s"]) < 0.01, "OpenNTPD: %s" % s)
    print("OpenNTPD: %s, stratum %s" % (s["result"], s["stratum"]))


def interleaved(a):
    s = a.expect("ok", "--interleaved", "-p", "6", "-i", "0.1", SERVER)
    n = sum(x["interleaved"] for x in s["samples"])
    check(n >= 2, "chronyd joins in: %d of 6 samples are interleaved" % n)


def ntpdig_agrees(a):
    """The same server within a blink: as far apart as their jitter at the most."""
    for address in (SERVER, NTPD, SHIFTED):
        ours = a.expect("ok", "-p", "4", "-i", "0.05", address)
        told = a.lab.run("client", ["python3", peers.find("ntpdig"), "-j", "-t", "1", address])
        theirs = json.loads(told.strip().splitlines()[-1])
        near = abs(ours["offset_s"] - theirs["offset"]) < 0.02
        check(near, "%s: offset %s, ntpdig says %s" % (address, ours["offset_s"], theirs["offset"]))
        check(ours["stratum"] == theirs["stratum"], "%s: stratum %s" % (address, ours["stratum"]))


def wrong_clock_has_its_sign(a):
    s = a.expect("ok", "-p", "3", "-i", "0.05", SHIFTED)
    check(abs(abs(s["offset_s"]) - SHIFT_S) < 0.05, "shifted by half a second: %s" % s["offset_s"])
    told = a.lab.run("client", [peers.find("chronyd"), "-u", "root", "-x", "-Q", "-t", "10", "-f", "/dev/null",
                                "server %s iburst maxdelay 1" % SHIFTED], check=False)
    found = re.search(r"System clock wrong by (-?[\d.]+) seconds", told)
    check(found, "chronyd -Q says how wrong: %s" % told[-300:])
    if found:
        check(abs(float(found.group(1)) - s["offset_s"]) < 0.02, "chronyd -Q says %s, we %s"
              % (found.group(1), s["offset_s"]))


def keys(a):
    chrony, ntp = a.lab.path("chrony.keys"), a.lab.path("ntp.keys")
    wrong = a.lab.file("wrong.keys", re.sub(r"(aVery|HEX:..|:kk)", lambda m: m.group(0)[:-2] + "ff", CHRONY_KEYS))
    types = ["MD5", "SHA1", "SHA256", "SHA384", "SHA512", "AES128", "AES256"]
    for number, name in enumerate(types, 1):
        for version in ("3", "4"):
            s = a.expect("ok", "-o", version, "-a", str(number), "-k", chrony, SERVER, status=0)
            check(s["auth"] == name and s["key_id"] == number, "key %d is %s" % (number, name))
        s = a.one("-a", str(number), "-k", wrong, "-t", "0.3", SERVER)
        check(s["result"] == "timeout", "chronyd is silent to a wrong key: %s" % s["result"])
    for number in (1, 2, 6):
        a.expect("ok", "-a", str(number), "-k", ntp, NTPD, status=0)
    # A key that the server has no number for: chronyd does not answer either.
    lone = a.lab.file("lone.keys", "77 SHA1 secret\n")
    a.expect("timeout", "-a", "77", "-k", lone, "-t", "0.3", SERVER)
    for line, said in (("1 SHA7 x", "line 1: unknown type"), ("x MD5 y", "line 1: the key's number"),
                       ("1 AES128 HEX:00", "an AES128 key has 16 octets"), ("2 MD5 y", "has no key 1")):
        status, text = a.printed("-a", "1", "-k", a.lab.file("bad.keys", line + "\n"), SERVER)
        check(status == 2 and said in text, "bad key file '%s': %d %s" % (line, status, text))


def network_time_security(a, cert):
    for address in (SERVER, NTPD):
        s = a.expect("ok", "--nts", "--ca-file", cert, "-p", "3", "-i", "0.1", address, status=0)
        nts = s["nts"]
        check(s["auth"] == "NTS" and s["good_packets"] == 3, "%s with NTS: %s" % (address, s))
        check(nts["established"] and nts["aead"] == 15 and nts["cookies"] == 8, "%s: %s" % (address, nts))
        check(nts["tls_version"] == "TLS1.3" and "CN=nts.example" in nts["certificate"]["subject"],
              "%s: %s" % (address, nts))
        check(95 <= nts["certificate"]["left_d"] <= 100, "days left: %s" % nts["certificate"]["left_d"])
    s = a.expect("ok", "--nts", "--ca-file", cert, "-p", "12", "-i", "0.01", SERVER)
    check(s["good_packets"] == 12, "cookies come back: %d of 12" % s["good_packets"])
    s = a.expect("ok", "--nts-only-ke", "--ca-file", cert, SERVER)
    check(s["nts"]["established"] and s["sent_packets"] == 0, "only the key establishment")
    s = a.expect("nts-certificate", "--nts", SERVER)
    check("issuer" in s["why"], "an unknown issuer: %s" % s["why"])
    status, text = a.printed("--nts", "--no-verify", SERVER)
    check(status == 0 and "NOT verified" in text and "NOT VERIFIED" in text, "no verification is told loudly: " + text)
    a.expect("nts-connect", "--nts", "--ca-file", cert, "--ke-port", "4461", SERVER)


def refusals(a):
    a.expect("refused", "--port", "9999", SERVER, status=11)
    s = a.expect("unsynchronised", LOST)
    check(s["leap"] == 3, "leap of one that is not synchronised: %s" % s["leap"])
    s = a.query("--source", "203.0.113.106", "-t", "0.05", "-p", "60", "-i", "0.02", NTPD)
    codes = {x["kod"] for x in s}
    check("RATE" in codes, "ntpd limits the rate: %s" % codes)
    if chrony_has_kod():
        codes = {a.one("-t", "0.2", "2001:db8::2")["kod"] for _ in range(4)}
        check("RATE" in codes, "chronyd limits the rate: %s" % codes)
    a.expect("dns", "nosuch.invalid", status=23)
    s = a.query(SERVER, "nosuch.invalid", NTPD, status=1)
    check([x["result"] for x in s] == ["ok", "dns", "ok"], "side by side: %s" % [x["result"] for x in s])


def ctrl_c_prints_what_there_is(a):
    run = subprocess.Popen(a.lab.command("client", [NTPSCOPE, "query", "--format", "json", "-p", "64", "-i", "0.2", SERVER,
                                                    SHIFTED]), stdout=subprocess.PIPE, text=True)
    time.sleep(2)  # ten questions, of which a busy machine may not have come to all
    run.send_signal(signal.SIGINT)
    out = run.communicate(timeout=20)[0]
    servers = json.loads(out)["servers"]
    check(run.returncode == 0 and all(2 <= s["good_packets"] < 20 for s in servers),
          "interrupted: %d, %s" % (run.returncode, [s["good_packets"] for s in servers]))


def as_other_tools_print_it(a):
    status, text = a.printed("--format", "sntp", SERVER)
    check(status == 0 and re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6} \(\+0000\) [+-]\d\.\d{6} \+/- \d\.\d{6} "
                                       r"192\.0\.2\.1 192\.0\.2\.1 s2 no-leap\n", text), "sntp: " + text)
    status, text = a.printed("--format", "ntpdate", SERVER, SHIFTED)
    check(status == 0 and "server 192.0.2.1, stratum 2, offset " in text and "time server 192.0.2" in text,
          "ntpdate: " + text)
    status, text = a.printed("--format", "nagios", "-w", "0.2", "-c", "0.3", SERVER)
    check(status == 0 and re.match(r"NTP OK: Offset -?[\d.e-]+ secs, stratum 2\|offset=-?0\.\d{9}s;0\.2;0\.3;", text),
          "nagios: " + text)
    for limits, wanted in ((("-w", "0.2", "-c", "2"), 1), (("-w", "0.2", "-c", "0.3"), 2)):
        status, text = a.printed("--format", "nagios", *limits, SHIFTED)
        check(status == wanted, "nagios %s: %d %s" % (limits, status, text))
    status, text = a.printed("--format", "nagios", "--port", "9999", SERVER)
    check(status == 2 and text.startswith("NTP CRITICAL: refused"), "nagios, nobody there: " + text)
    status, text = a.printed("--format", "nagios", "nosuch.invalid")
    check(status == 3 and text.startswith("NTP UNKNOWN: dns"), "nagios, no name: " + text)
    status, text = a.printed(SERVER, SHIFTED)
    check("SERVER" in text and "192.0.2.4" in text and "ok" in text, "table: " + text)


def play(lab):
    cert = start_servers(lab, lab.work)
    a = Asker(lab)
    wait_for_them(a)
    for part in (plain, openntpd, interleaved, keys, refusals, ntpdig_agrees, wrong_clock_has_its_sign,
                 as_other_tools_print_it, ctrl_c_prints_what_there_is):
        part(a)
    network_time_security(a, cert)


def main():
    return in_laboratory(play, "query", "chronyd", "chronyc", "ntpd", "ntpdig", "openntpd", mode=0o700)


if __name__ == "__main__":
    sys.exit(main())
