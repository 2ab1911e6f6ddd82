#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `packets -V` says of each packet is what tshark says, wherever both say something; and the frames that
`packets -w` writes are read by tshark and capinfos with the same times, lengths and link types.

usage: packets_tree.py [-v] [CAPTURE ...]
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

import truth
from differences import Differences
from frames_kept import frames
from sharkd import Sharkd

NTPSCOPE = os.environ.get("NTPSCOPE", "build/ntpscope")
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def number(v):
    return str(int(v.split()[0].rstrip(":"), 0))


def octet(v):
    return str(int(v.split()[0]) & 0xFF)


def word(v):
    return v.split()[0]


def inside(v):
    """The hexadecimal number in the parentheses."""
    return str(int(re.search(r"\((0x[0-9a-f]+)\)", v).group(1), 16))


def yes(v):
    return {"yes": "1", "no": "0"}[v]


def date(v):
    if v.startswith("0 "):
        return "NULL"
    m = re.match(r"(\d+)-(\d\d)-(\d\d) (\d\d:\d\d:\d\d\.\d{9}) UTC", v)
    year, month, day, clock = m.groups()
    if (year, month, day, clock) == ("2036", "02", "07", "06:28:16.000000000"):
        return "NULL"  # less than a nanosecond into era 1: tshark's word for all its zeros
    return "%s %2d, %s %s UTC" % (MONTHS[int(month) - 1], int(day), year, clock)


def refid(v):
    text = v.split(" (")[0]
    if re.fullmatch(r"0x[0-9a-f]{8}", text):
        return text[2:]
    if re.fullmatch(r"\d+\.\d+\.\d+\.\d+", text):
        return "".join("%02x" % int(n) for n in text.split("."))
    return text.encode().hex().ljust(8, "0")


def key_id(v):
    return "%08x" % int(v.split()[0])


def number_of(theirs):
    return str(int(theirs, 0))


def as_it_is(theirs):
    return theirs


# Where in our tree: tshark's field, how ours becomes comparable, how theirs does.
SAME = {
    ("Frame", "Seconds since 1970"): ("frame.time_epoch", word, as_it_is),
    ("Frame", "Since the frame before"): ("frame.time_delta", word, as_it_is),
    ("Frame", "Since the first frame"): ("frame.time_relative", word, as_it_is),
    ("Ethernet", "Destination"): ("eth.dst", word, as_it_is),
    ("Ethernet", "Source"): ("eth.src", word, as_it_is),
    ("Ethernet", "Type"): ("eth.type", number, number_of),
    ("VLAN", "VLAN"): ("vlan.id", number, number_of),
    ("VLAN", "Priority"): ("vlan.priority", number, number_of),
    ("IPv4", "Source"): ("ip.src", word, as_it_is),
    ("IPv4", "Destination"): ("ip.dst", word, as_it_is),
    ("IPv4", "Time to live"): ("ip.ttl", number, number_of),
    ("IPv4", "Identification"): ("ip.id", number, number_of),
    ("IPv4", "Total length"): ("ip.len", number, number_of),
    ("IPv4", "Header length"): ("ip.hdr_len", number, number_of),
    ("IPv4", "Protocol"): ("ip.proto", number, number_of),
    ("IPv4", "Checksum"): ("ip.checksum", number, number_of),
    ("IPv4", "Do not fragment"): ("ip.flags.df", yes, as_it_is),
    ("IPv4", "More fragments"): ("ip.flags.mf", yes, as_it_is),
    ("IPv6", "Source"): ("ipv6.src", word, as_it_is),
    ("IPv6", "Destination"): ("ipv6.dst", word, as_it_is),
    ("IPv6", "Hop limit"): ("ipv6.hlim", number, number_of),
    ("IPv6", "Payload length"): ("ipv6.plen", number, number_of),
    ("IPv6", "Next header"): ("ipv6.nxt", number, number_of),
    ("IPv6", "Flow label"): ("ipv6.flow", number, number_of),
    ("UDP", "Source port"): ("udp.srcport", number, number_of),
    ("UDP", "Destination port"): ("udp.dstport", number, number_of),
    ("UDP", "Length"): ("udp.length", number, number_of),
    ("UDP", "Checksum"): ("udp.checksum", number, number_of),
    ("ICMP", "Type"): ("icmp.type", number, number_of),
    ("ICMP", "Code"): ("icmp.code", number, number_of),
    ("ICMPv6", "Type"): ("icmpv6.type", number, number_of),
    ("ICMPv6", "Code"): ("icmpv6.code", number, number_of),
    ("NTP", "Flags"): ("ntp.flags", number, number_of),
    ("NTP", "Leap indicator"): ("ntp.flags.li", number, number_of),
    ("NTP", "Version"): ("ntp.flags.vn", number, number_of),
    ("NTP", "Mode"): ("ntp.flags.mode", number, number_of),
    ("NTP", "Stratum"): ("ntp.stratum", number, number_of),
    ("NTP", "Poll"): ("ntp.ppoll", octet, number_of),
    ("NTP", "Precision"): ("ntp.precision", octet, number_of),
    ("NTP", "Root delay"): ("ntp.rootdelay", inside, number_of),
    ("NTP", "Root dispersion"): ("ntp.rootdispersion", inside, number_of),
    ("NTP", "Reference ID"): ("ntp.refid", refid, as_it_is),
    ("NTP", "Reference timestamp"): ("ntp.reftime", date, as_it_is),
    ("NTP", "Origin timestamp"): ("ntp.org", date, as_it_is),
    ("NTP", "Receive timestamp"): ("ntp.rec", date, as_it_is),
    ("NTP", "Transmit timestamp"): ("ntp.xmt", date, as_it_is),
    ("NTP", "Key ID"): ("ntp.keyid", key_id, as_it_is),
    ("NTP", "Digest"): ("ntp.mac", word, as_it_is),
    ("NTP", "Request in frame"): ("ntp.request_in", number, number_of),
    ("NTP", "Response in frame"): ("ntp.response_in", number, number_of),
    ("NTP", "Time since the request"): ("ntp.delta_time", word, as_it_is),
    ("Extension", "Type"): ("ntp.ext.type", number, number_of),
    ("Extension", "Length"): ("ntp.ext.length", number, number_of),
    ("Control", "Flags"): ("ntp.flags", number, number_of),
    ("Control", "Flags 2"): ("ntp.ctrl.flags2", number, number_of),
    ("Control", "Operation"): ("ntp.ctrl.flags2.opcode", number, number_of),
    ("Control", "Response"): ("ntp.ctrl.flags2.r", yes, as_it_is),
    ("Control", "Error"): ("ntp.ctrl.flags2.error", yes, as_it_is),
    ("Control", "More"): ("ntp.ctrl.flags2.more", yes, as_it_is),
    ("Control", "Sequence"): ("ntp.ctrl.sequence", number, number_of),
    ("Control", "Association"): ("ntp.ctrl.associd", number, number_of),
    ("Control", "Configured"): ("ntp.ctrl.peer_status.config", yes, as_it_is),
    ("Control", "Reachable"): ("ntp.ctrl.peer_status.reach", yes, as_it_is),
    ("Control", "Selection"): ("ntp.ctrl.peer_status.selection", number, number_of),
    ("Control", "Offset"): ("ntp.ctrl.offset", number, number_of),
    ("Control", "Count"): ("ntp.ctrl.count", number, number_of),
    ("Control", "Leap"): ("ntp.ctrl.sys_status.li", number, number_of),
    ("Control", "Clock source"): ("ntp.ctrl.sys_status.clksrc", number, number_of),
    ("Private", "Sequence"): ("ntp.priv.seq", number, number_of),
    ("Private", "Implementation"): ("ntp.priv.impl", number, number_of),
    ("Private", "Request code"): ("ntp.priv.reqcode", number, number_of),
    ("Private", "Authenticated"): ("ntp.priv.auth", yes, as_it_is),
    ("Private", "Response"): ("ntp.priv.flags.r", yes, as_it_is),
    ("Private", "More"): ("ntp.priv.flags.more", yes, as_it_is),
    ("Client", "Port"): ("ntp.priv.monlist.port", number, number_of),
    ("Client", "Packets"): ("ntp.priv.monlist.count", number, number_of),
    ("Client", "Average interval"): ("ntp.priv.monlist.avgint", number, number_of),
    ("Client", "Last seen"): ("ntp.priv.monlist.lsint", number, number_of),
    ("Client", "Mode"): ("ntp.priv.monlist.mode", number, number_of),
    ("Client", "Version"): ("ntp.priv.monlist.version", number, number_of),
}

CONTROL_LISTS = ("ntp.ctrl.associd", "ntp.ctrl.peer_status.")
HEADS = (("Frame", "Frame "), ("Ethernet", "Ethernet"), ("VLAN", "VLAN "), ("IPv4", "IPv4, "), ("IPv6", "IPv6, "),
         ("UDP", "UDP, "), ("ICMPv6", "ICMPv6, "), ("ICMP", "ICMP, "), ("Control", "NTP control"),
         ("Private", "NTP private"), ("NTP 5", "NTP version 5"), ("NTP", "NTP version "), ("Extension", "Extension field"),
         ("Client", "Client "), ("Control", "Peer"))
LINE = re.compile(r"^( *)(?:\[|[01.]{4}(?: [01.]{4})* = )?([^:\"]+): (.*?)\]?$")


def our_trees(path):
    """Frame number: {(head, label): [values]}."""
    command = [NTPSCOPE, "packets", "--match=wireshark", "-V", path]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
    if run.returncode not in (0, 1, 2):
        raise RuntimeError("exit status %d: %s" % (run.returncode, run.stderr[-300:]))
    trees, tree, heads, octets = {}, None, [], None
    for line in run.stdout.decode("utf-8").split("\n"):
        depth = (len(line) - len(line.lstrip(" "))) // 4
        if line.startswith("Frame "):
            tree = trees.setdefault(int(line.split()[1].rstrip(":")), {})
        text = line.lstrip(" ")
        named = next((name for name, start in HEADS if text.startswith(start)), None)
        is_head = named and (depth == 0 or (named in ("Extension", "Client") or text == "Peer") and not text.startswith("["))
        if octets and re.fullmatch("(?:[0-9a-f]{2})+", text):
            octets[-1] += text
            continue
        octets = None
        if depth == 0 or is_head:
            heads = heads[:depth] + [named or "other"]
            continue
        heads = heads[:max(depth, 1)]
        m = LINE.match(line)
        if m and tree is not None:
            head = "NTP" if heads[-1] == "Control" and m.group(2).startswith(("Request in", "Response in", "Time since")) \
                else heads[-1]
            values = tree.setdefault((head, m.group(2)), [])
            long = re.fullmatch(r"\d+ octets", m.group(3))
            values.append("" if long else m.group(3))
            octets = values if long else None
    return trees


def differences(path, lines):
    """Yields (frame, field, theirs, ours), and counts what was compared."""
    ours = our_trees(path)
    theirs = {}
    for line in lines:
        cells = line.split("\t")
        if cells[0].isdigit():
            theirs[int(cells[0])] = dict(zip(truth.FIELDS, cells))
    for frame in sorted(set(ours) | set(theirs)):
        if frame not in ours or frame not in theirs:
            yield frame, "row", frame in theirs, frame in ours, 0
            continue
        for place, (field, mine, its) in SAME.items():
            values, cell = ours[frame].get(place), theirs[frame].get(field, "")
            if not values or not cell:
                continue
            # Commas are in dates too, and those have a year behind them.
            parts = re.findall(r"[A-Z][a-z]{2} [ \d]\d, \d+ [\d:.]+ UTC|NULL", cell) if mine is date else cell.split(",")
            a, b = [its(x) for x in parts], [mine(x) for x in values]
            if field.startswith("vlan."):
                b = b[-len(a):]  # service tags have fields of their own
            if field == "ip.len" and "0" in b:
                continue  # left to hardware: tshark prints what the frame has instead
            if field.startswith(CONTROL_LISTS) and len(a) != len(b):
                continue  # the count of octets lies, and tshark reads on to the end
            yield frame, field, a, b, len(b)


class Written:
    """What the files that we wrote say to Wireshark, beside what it said of their captures.  tshark has numbers for
    link types and sharkd has names: each number has to mean one name."""
    FIELDS = ["frame.time_epoch", "frame.len", "frame.cap_len", "frame.protocols", "frame.encap_type"]

    def __init__(self):
        self.sharkd, self.link_names = Sharkd(), {}

    def before(self, path):
        return [[row[f] for f in self.FIELDS] for row in frames(path)[0] if row["frame.encap_type"]]

    def after(self, path):
        return self.sharkd.columns(self.FIELDS) if self.sharkd.load(path) else []

    def same(self, before, after):
        name = self.link_names.setdefault(before[-1], after[-1])
        return before[:-1] == after[:-1] and name == after[-1] and list(self.link_names.values()).count(name) == 1


def count_of(path):
    command = ["capinfos", "-c", "-M", "-T", "-r", path]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=truth.tshark_environment(), timeout=60)
    words = run.stdout.decode().split()
    return int(words[-1]) if run.returncode == 0 and words and words[-1].isdigit() else None


def written(wireshark, path, out):
    """A complaint about the frames that we wrote, or None."""
    run = subprocess.run([NTPSCOPE, "packets", "--all", "-w", out, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         timeout=120)
    if run.returncode == 2:
        return None
    before, after = wireshark.before(path), wireshark.after(out)
    first = next((i for i, (a, b) in enumerate(zip(before, after)) if not wireshark.same(a, b)), min(len(before), len(after)))
    if max(len(before), len(after)) > first:
        return "frame %d of %d and %d: %s, %s" % (first + 1, len(before), len(after), before[first:first + 1],
                                                after[first:first + 1])
    if shutil.which("capinfos") and count_of(out) != len(after):
        return "capinfos counts %s, not %d" % (count_of(out), len(after))
    return None


def main():
    verbose = "-v" in sys.argv
    paths = [p for p in sys.argv[1:] if p != "-v"] or truth.captures()
    version = truth.tshark_version()
    n_captures = n_values = n_bad = n_written = 0
    compared, allowed = {}, Differences()
    wireshark = Written() if shutil.which("sharkd") else None
    for path in paths:
        lines = truth.lines_of(path, version)
        if lines is None:
            continue
        n_captures += 1
        for frame, field, theirs, ours, n in differences(path, lines):
            n_values += n
            compared[field] = compared.get(field, 0) + n
            if theirs != ours and not allowed.allowed(os.path.basename(path), frame, field):
                n_bad += 1
                if n_bad < 40 or verbose:
                    print("%s: frame %d: %s: tshark %s, ntpscope %s" % (os.path.basename(path), frame, field, theirs, ours))
        if wireshark and truth.is_own(path):
            with tempfile.TemporaryDirectory() as d:
                complaint = written(wireshark, path, os.path.join(d, "out.pcapng"))
            n_written += 1
            if complaint:
                n_bad += 1
                print("%s: written: %s" % (os.path.basename(path), complaint))
    if wireshark:
        wireshark.sharkd.close()
    print("%d captures, %d values of %d fields, %d captures written; %d differ"
          % (n_captures, n_values, len(compared), n_written, n_bad))
    if verbose:
        print("never compared: %s" % " ".join(sorted(f for f, _, _ in SAME.values() if f not in compared)))
    if not n_captures:
        print("no tshark and no kept answers")
        return 77
    return 1 if n_bad else 0


if __name__ == "__main__":
    sys.exit(main())
