#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records tests/captures: real daemons and clients in network namespaces, one scenario a file or two.

usage: record.py [-l] [-o DIRECTORY] [SCENARIO ...]

Needs root or user namespaces, tcpdump, iproute2; peers (chrony, NTPsec, OpenNTPD) are used when installed and
unpacked with apt-get and dpkg otherwise.  No clock is touched and nothing leaves the namespaces.
"""
import argparse
import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lab  # noqa: E402
import peers  # noqa: E402
import scenarios_chrony  # noqa: E402
import scenarios_ntpsec  # noqa: E402
import scenarios_wire  # noqa: E402

SCENARIOS = scenarios_chrony.SCENARIOS + scenarios_ntpsec.SCENARIOS + scenarios_wire.SCENARIOS


def main():
    parser = argparse.ArgumentParser(description="records tests/captures")
    parser.add_argument("-l", "--list", action="store_true", help="list the scenarios")
    parser.add_argument("-o", "--out", default=os.path.join(peers.ROOT, "tests", "captures"))
    parser.add_argument("-k", "--keep", help="keep logs and configurations in this directory")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    if options.list:
        for function in SCENARIOS:
            print("%-28s %s" % (function.__name__, function.__doc__.strip().splitlines()[0]))
        return 0
    if os.environ.get(lab.MARK) != "1":
        peers.unpack()  # while there is a network
    lab.enter()
    known = {function.__name__: function for function in SCENARIOS}
    names = options.names or list(known)
    out = os.path.abspath(options.out)
    with tempfile.TemporaryDirectory(prefix="ntpscope-record-") as scratch:
        for name in names:
            print("recording", name, flush=True)
            work = os.path.join(options.keep or scratch, name)
            with lab.Lab(work) as laboratory:
                known[name](laboratory, lambda file: os.path.join(out, file))
    return 0


if __name__ == "__main__":
    sys.exit(main())
