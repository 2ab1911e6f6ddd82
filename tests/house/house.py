# SPDX-License-Identifier: GPL-3.0-or-later
"""What the house tests share: the files of the tree, the written-down exceptions, and the verdict."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXCEPTIONS = ROOT / "tests/house/exceptions.txt"


def files(*globs):
    """The files that match, as paths relative to the root, sorted."""
    found = {p.relative_to(ROOT) for g in globs for p in ROOT.glob(g) if p.is_file()}
    return sorted(p for p in found if "__pycache__" not in p.parts)


def text(path):
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


def code(source):
    """C source with comments, strings and characters blanked; line numbers and lengths stay."""
    pattern = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), source)


def layers():
    """Layer -> layers below that it may include: the table in src/meson.build."""
    table = re.search(r"^layers = \{(.*?)^\}", text("src/meson.build"), re.S | re.M).group(1)
    return {m.group(1): re.findall(r"'(\w+)'", m.group(2)) for m in re.finditer(r"'(\w+)': \[(.*?)\]", table)}


class Verdict:
    """Collects complaints of one test.  An exception that excuses nothing any more is a complaint, too."""

    def __init__(self, *rules):
        self.bad = []
        self.excused = {}
        for number, line in enumerate(text(EXCEPTIONS).splitlines(), 1):
            words = line.split(None, 2)
            if not words or words[0].startswith("#") or words[0] not in rules:
                continue
            if len(words) < 3:
                self.bad.append(f"{EXCEPTIONS.relative_to(ROOT)}:{number}: an exception needs its reason")
            self.excused[(words[0], words[1])] = False

    def complain(self, rule, subject, message):
        """subject is a path or path:name; a line in exceptions.txt of rule and subject excuses it."""
        if (rule, str(subject)) in self.excused:
            self.excused[(rule, str(subject))] = True
        else:
            self.bad.append(f"{subject}: {message} [{rule}]")

    def forgive(self, start):
        """Exceptions of what begins like that need not be used: it cannot be looked at here."""
        for rule, subject in self.excused:
            if subject.startswith(start):
                self.excused[(rule, subject)] = True

    def close(self):
        for (rule, subject), used in self.excused.items():
            if not used:
                self.bad.append(f"tests/house/exceptions.txt: '{rule} {subject}' is no longer needed")
        for line in self.bad:
            print(line)
        sys.exit(1 if self.bad else 0)
