# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of places where we differ from tshark on purpose: differences.txt; docs/differences.md says why.

A line is FILE FRAME FIELD REASON: file and field may hold * and ?, the frame is a number, A-B or *.  The
field "row" stands for a frame that only one of the two prints.
"""
import fnmatch
import os

LIST = os.path.join(os.path.dirname(os.path.abspath(__file__)), "differences.txt")


class Differences:
    def __init__(self, path=LIST):
        self.entries = []
        with open(path, encoding="utf-8") as source:
            for number, line in enumerate(source, 1):
                words = line.split("#")[0].split(None, 3)
                if not words:
                    continue
                if len(words) < 4:
                    raise ValueError("differences.txt, line %d: expected FILE FRAME FIELD REASON" % number)
                self.entries.append([number] + words + [0])

    def allowed(self, file, frame, field):
        for entry in self.entries:
            _, files, frames, fields, _, _ = entry
            if (fnmatch.fnmatchcase(file, files) and fnmatch.fnmatchcase(field, fields)
                    and in_range(frame, frames)):
                entry[5] += 1
                return True
        return False

    def unused(self, files):
        """Numbers of the lines that excused nothing, although one of these files was compared."""
        return [e[0] for e in self.entries if e[5] == 0 and any(fnmatch.fnmatchcase(f, e[1]) for f in files)]


def in_range(frame, frames):
    if frames == "*":
        return True
    first, _, last = frames.partition("-")
    return int(first) <= frame <= int(last or first)
