#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ntpscope peers`, `vars`, `clock`, `sysstats`, `mru`, ... beside ntpq, asking one ntpd: the same values, field by
field; a list of 100,000 clients, whole; and the names of what goes wrong.

Skipped where network namespaces or the peers are impossible.
"""
import csv
import io
import os
import re
import socket
import struct
import subprocess
import sys
import time

from watching import check, in_laboratory, peers
from topology import pair
from asking import ask, fails, good, ntpq, told_json, until_same

SERVER = "192.0.2.1"
CLIENTS = 5000 if os.environ.get("NTPSCOPE_BRIEF") else 100000

# Names whose values move with the time of asking.
MOVING = {"clock", "rootdisp", "dispersion", "headway", "reftime", "rec", "xmt", "filtdisp", "filtdelay", "filtoffset"}


def is_settled(text):
    """One is chosen, and both that answer have done so."""
    rows = [line.split() for line in text.splitlines()]
    reached = {row[0][1:].lstrip("*+-#ox "): row[6] for row in rows if len(row) >= 9}
    return "\n*" in text and all(reached.get(a, "0") != "0" for a in ("192.0.2.101", "2001:db8::101"))


def start(lab):
    pair(lab)
    lab.chronyd("client", "client", "local stratum 3\nallow all\n")
    config = lab.file("ntpd.conf", "disable ntp\nrefclock local stratum 3 minpoll 3 maxpoll 3 prefer\n"
                      "refclock shm unit 0 refid GPS\ntos maxdist 30 minsane 1\n"
                      "mru maxdepth 1000000 maxmem 500000 mindepth 1000000\n"
                      "restrict default kod limited noquery\nrestrict 192.0.2.0 mask 255.255.255.0\n"
                      "server 192.0.2.101 iburst minpoll 4 maxpoll 4\nserver 2001:db8::101 iburst minpoll 4 maxpoll 4\n"
                      "server 192.0.2.99 iburst\ndriftfile %s\n" % lab.path("ntpd.drift"))
    lab.run("server", ["sh", "-c", "for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 > $f; done"])
    lab.start("server", [peers.find("ntpd"), "-n", "-g", "-c", config, "-p", lab.path("ntpd.pid")], log="ntpd.log")
    time.sleep(12)  # its sources are reached
    end = time.monotonic() + 60  # on a busy machine it takes longer
    while time.monotonic() < end and not is_settled(ntpq(lab, "client", "peers", SERVER)):
        time.sleep(1)


# ---- peers ---------------------------------------------------------------------------------------------------------

def without_when(text):
    """Lines of -p without the column that counts the seconds."""
    return [re.sub(r"( \d+ [a-zA-Z0-9] +)\S+( +\S+ +\d+ )", r"\1W\2", line.rstrip()) for line in text.splitlines() if line]


# ntpd 1.2.2 writes four bytes of its stack into filtdelay, filtoffset and filtdisp: the seconds of the last packet.
# Where one of them is a quotation mark (for four minutes in eighteen hours), ntpq loses all that follows, srchost
# among it, and shows a clock by its address.
CLOCKS = {"127.127.1.0 ": "LOCAL(0)    ", "127.127.28.0": "SHM(0)      "}


def with_names(line):
    """A line of ntpq's -p, with what it lost of a clock."""
    address = line[1:13]
    return line.replace(address, CLOCKS[address]).replace(" u ", " l ") if address in CLOCKS else line


def peers_are_those_of_ntpq(lab):
    for words, command in ((("peers", "-n"), "peers"), (("peers", "-n", "-a"), "apeers")):
        same = until_same(lambda w=words: without_when(good(lab, "client", *w, SERVER).out),
                          lambda c=command: [with_names(line) for line in without_when(ntpq(lab, "client", c, SERVER))],
                          command)
        check(len(same) == 7 and any(line.startswith("*") for line in same), "%s has five rows: %s" % (command, same))
    told = told_json(lab, "client", "peers", SERVER)
    check(told["daemon"] == "ntpd" and told["address"] == SERVER and told["port"] == 123, "who it is: %s" % told["daemon"])
    by_remote = {p["remote"]: p for p in told["peers"]}
    check(set(by_remote) == {"127.127.1.0", "127.127.28.0", "192.0.2.101", "2001:db8::101", "192.0.2.99"}, str(set(by_remote)))
    good_one = by_remote["192.0.2.101"]
    check(abs(good_one["offset_s"]) < 0.01 and 0 < good_one["delay_s"] < 0.1 and good_one["stratum"] == 3, str(good_one))
    check(by_remote["192.0.2.99"]["reach"] == 0 and by_remote["192.0.2.99"]["received_time"] is None, "never reached")


# ---- variables -----------------------------------------------------------------------------------------------------

def values_of_ntpq(text):
    """name → value of readvar, numbers as numbers; "status" is the word and its meaning."""
    head, _, rest = text.partition("\n")
    found = {"status": head.split(" ", 1)[1]}
    for name, quoted, plain in re.findall(r'([\w.]+) ?=(?:"([^"]*)"|([^,]*)),?\s*', rest):
        if name not in MOVING:
            found[name] = number(quoted or plain.strip())
    return found


def number(text):
    try:
        return float(text)
    except ValueError:
        return text


def of_readvar(lab, association):
    """All that do not move, asked for by their names, which the answer has as it came.  Of all at once ntpq loses some, by what
    ntpd writes into filtdelay, and where that looks like a number it ends in a traceback, behind the status."""
    shown = ntpq(lab, "client", "rv %d" % association, SERVER, check=False)
    head = next(line for line in shown.splitlines() if line.startswith("associd="))
    answer = ntpq(lab, "client", "rv %d" % association, SERVER, before=["raw"]).partition("status=")[2].partition("\n")[2]
    names = ",".join(n for n in re.findall(r"\b([a-z][\w.]+)=", answer) if n not in MOVING)
    return values_of_ntpq(head + "\n" + ntpq(lab, "client", "rv %d %s" % (association, names), SERVER))


def variables_are_those_of_ntpq(lab):
    ids = [p["association"] for p in told_json(lab, "client", "peers", SERVER)["peers"]]
    check(len(ids) == 5, "associations: %s" % ids)
    for i in [0] + ids:
        mine = until_same(lambda n=i: values_of_ntpq(good(lab, "client", "vars", "-a", str(n), SERVER).out),
                          lambda n=i: of_readvar(lab, n), "rv %d" % i)
        check(len(mine) > 15, "rv %d has %d variables" % (i, len(mine)))
    some = good(lab, "client", "vars", SERVER, "stratum", "version").out
    check("stratum=4" in some and "version=\"ntpd ntpsec" in some and "leap=" not in some, "named variables: %r" % some)
    told = told_json(lab, "client", "vars", SERVER)
    check(told["values"]["stratum"] == 4 and told["values"]["system_jitter_s"] >= 0, str(told["values"]))
    check(len(told["variables"]) > 15 and told["status"]["word"].startswith("0x"), "all variables")


def clocks_are_those_of_ntpq(lab):
    told = told_json(lab, "client", "clock", SERVER)["clocks"]
    check([c["values"]["name"] for c in told] == ["LOCAL", "SHM"], "clocks: %s" % told)
    check(told[0]["status"]["meaning"] == "nominal", "the local clock: %s" % told[0]["status"])
    check(told[1]["status"]["meaning"] == "no reply" and told[1]["values"]["no_reply"] >= 1, "nobody writes to it")
    for c in told:
        text = good(lab, "client", "clock", SERVER).out
        line = ntpq(lab, "client", "cv %d" % c["association"], SERVER).splitlines()[0].rstrip(",")
        text += good(lab, "client", "clock", SERVER).out  # events are counted meanwhile
        check(line.split("status=")[1].split(" ", 1)[1] in text, "%r is in %r" % (line, text))


def counters_are_those_of_ntpq(lab):
    for word in ("sysstats", "iostats", "monstats"):
        legends = [[line[:22].rstrip() for line in text.splitlines()]
                   for text in (good(lab, "client", word, SERVER).out, ntpq(lab, "client", word, SERVER))]
        check(legends[0] == legends[1], "%s: lines %s" % (word, legends))
        before, ours, after = (ntpq(lab, "client", word, SERVER), good(lab, "client", word, SERVER).out,
                               ntpq(lab, "client", word, SERVER))
        for b, o, a in zip(before.splitlines(), ours.splitlines(), after.splitlines()):
            low, mine, high = (re.findall(r" (\d+)(?= |$)", line[22:].replace(":", ""))[:1] for line in (b, o, a))
            if "buffers" in o or not mine:
                continue
            if "age" in o and high and int(high[0]) < int(low[0]):
                continue  # the oldest one was given up meanwhile
            check(low and int(low[0]) <= int(mine[0]) <= int(high[0]), "%s: %r lies between %r and %r" % (word, o, b, a))
    told = told_json(lab, "client", "sysstats", SERVER)
    check(told["received"] > 5 and told["since_reset"]["received"] <= told["received"], str(told))


# ---- the list of clients -------------------------------------------------------------------------------------------

def frame(i, mac):
    """A request of 10.x.y.z to the server."""
    payload = b"\x23\x00\x06\xec" + bytes(44)
    udp = struct.pack("!HHHH", 1024 + i % 60000, 123, 56, 0) + payload
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 76, 0, 0, 64, 17, 0, struct.pack("!I", 0x0a000001 + i),
                       socket.inet_aton(SERVER))
    total = sum(struct.unpack("!10H", head))
    total = (total & 0xffff) + (total >> 16)
    return mac + b"\2\0\0\0\0\x99\x08\x00" + head[:10] + struct.pack("!H", ~(total + (total >> 16)) & 0xffff) + head[12:] + udp


def feed():
    """In the client's namespace: a request of each of so many addresses, as fast as ntpd reads."""
    n, mac = int(sys.argv[2]), bytes.fromhex(sys.argv[3].replace(":", ""))
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as s:
        s.bind(("c0", 0))
        begin = time.monotonic()
        for i in range(n):
            s.send(frame(i, mac))
            if i % 100 == 99:
                time.sleep(max(0, begin + i / 12000 - time.monotonic()))


def rows_of_ntpq(text):
    """address → what does not move: port, restrictions, flag, mode, version, count."""
    rows = {}
    for line in text.splitlines():
        words = line.split()
        if len(words) == 11 and words[0].isdigit():
            rows[words[10]] = (words[9], words[2], words[3], words[4], words[5], words[6])
    return rows


def the_list_is_that_of_ntpq(lab):
    """Between two of ntpq's, since the clients of the lab go on asking."""
    before = rows_of_ntpq(ntpq(lab, "client", "mrulist", SERVER))
    mine = rows_of_ntpq(good(lab, "client", "mru", SERVER).out)
    after = rows_of_ntpq(ntpq(lab, "client", "mrulist", SERVER))
    check(set(before) <= set(mine) <= set(after) and "192.0.2.101" in mine,
          "addresses: %s, between %s and %s" % (set(mine), set(before), set(after)))
    for address in set(before) & set(mine) - {"192.0.2.101"}:  # which is who asks
        low, row, high = before[address], mine[address], after[address]
        check(row[:-1] in (low[:-1], high[:-1]) and int(low[-1]) <= int(row[-1]) <= int(high[-1]),
              "%s: %s, of ntpq %s and %s" % (address, row, low, high))


def a_long_list_is_whole(lab):
    shown = subprocess.check_output(["ip", "-n", "server", "-o", "link", "show", "s0"], text=True)
    lab.run("client", [sys.executable, os.path.abspath(__file__), "feed", str(CLIENTS), re.search("ether (\\S+)", shown).group(1)],
            timeout=120)
    time.sleep(0.5)
    depth, before = told_json(lab, "client", "monstats", SERVER)["addresses"], 0
    while depth != before:  # it has read all that was sent
        time.sleep(0.5)
        before, depth = depth, told_json(lab, "client", "monstats", SERVER)["addresses"]
    check(depth > CLIENTS * 0.9, "ntpd knows %d addresses" % depth)
    begin = time.monotonic()
    r = good(lab, "client", "mru", "--format=csv", SERVER)
    took_s = time.monotonic() - begin
    rows = list(csv.DictReader(io.StringIO(r.out)))
    print("%d of %d clients in %.1f s" % (len(rows), depth, took_s))
    check(len(rows) == len({row["address"] for row in rows}) == depth, "rows: %d, ntpd has %d" % (len(rows), depth))
    for row in rows:
        if row["address"].startswith("10."):
            i = struct.unpack("!I", socket.inet_aton(row["address"]))[0] - 0x0a000001
            if int(row["port"]) != 1024 + i % 60000 or row["count"] != "1" or row["mode"] != "3":
                check(False, "row %s" % row)
                break
    direct = good(lab, "client", "mru", "--direct", "--format=csv", SERVER).out.count("\n") - 1
    check(direct >= depth, "rows by --direct: %d" % direct)
    few = good(lab, "client", "mru", "--sort=count", "--limit=1", SERVER, "mincount=2").out.splitlines()
    check(len(few) == 3 and few[2].split()[10] in ("192.0.2.101", "2001:db8::101"), "mincount=2: %s" % few)


# ---- failures ------------------------------------------------------------------------------------------------------

def failures_have_names(lab):
    fails(lab, "client", ["vars", "-a", "65534", SERVER], 41, "error:")
    check("unknown association id" in ask(lab, "client", "vars", "-a", "65534", SERVER).err, "the error's own name")
    fails(lab, "client", ["peers", "-t", "1", "2001:db8::1"], 10, "timeout:")  # noquery
    fails(lab, "client", ["peers", "-t", "1", "192.0.2.101"], 10, "timeout:")  # chronyd without commands
    fails(lab, "client", ["tracking", "-t", "1", SERVER], 11, "refused:")
    fails(lab, "client", ["peers", "-t", "1", "198.51.100.9"], 12, "unreachable:")
    fails(lab, "client", ["peers", "a..b"], 23, "dns:")
    check(ask(lab, "client", "mru", SERVER, "mincount=many").status == 2, "no filter is wrong usage")


def play(lab):
    start(lab)
    for test in (peers_are_those_of_ntpq, variables_are_those_of_ntpq, clocks_are_those_of_ntpq, counters_are_those_of_ntpq,
                 the_list_is_that_of_ntpq, failures_have_names, a_long_list_is_whole):
        test(lab)


def main():
    if len(sys.argv) > 1 and sys.argv[1] == "feed":
        feed()
        return 0
    return in_laboratory(play, "ask", "chronyd", "ntpd", "ntpq", mode=0o700)


if __name__ == "__main__":
    sys.exit(main())
