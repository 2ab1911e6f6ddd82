# SPDX-License-Identifier: GPL-3.0-or-later
"""tshark's frames of a capture, for all tests that count frames or datagrams: one run of tshark, its answer kept."""
import subprocess

import truth
from kept import Kept

FIELDS = ["frame.number", "frame.time_epoch", "frame.len", "frame.cap_len", "frame.encap_type", "frame.protocols",
          "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "udp.srcport", "udp.dstport", "udp.length", "udp.checksum"]
PAYLOAD = "udp.payload"  # of this the lengths are kept


def lengths(payloads):
    return ",".join(str(len(hexadecimal) // 2) for hexadecimal in payloads.split(",")) if payloads else ""


def ask(path):
    command = ["tshark", "-n", "-r", path, "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=,"]
    for field in FIELDS + [PAYLOAD]:
        command += ["-e", field]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=truth.tshark_environment(),
                         timeout=300)
    rows = [line.split("\t") for line in run.stdout.decode("utf-8", "replace").splitlines()]
    return {"rows": [row[:-1] + [lengths(row[-1])] for row in rows], "refused": run.returncode != 0}


KEPT = Kept("frames", ask)


def frames(path):
    """({field: text} of each frame, whether tshark found the file damaged); None when nobody knows.  What tshark
    numbers without being a frame (pcapng blocks) has no frame.encap_type; udp.payload holds lengths."""
    answer = KEPT.answer(path)
    return answer and ([dict(zip(FIELDS + [PAYLOAD], row)) for row in answer["rows"]], answer["refused"])
