#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""tools/man.py NTPSCOPE TEMPLATE: a manual page for scdoc(1), its tables made from what the program says of itself.

@COMMANDS@ becomes the commands with their options, @OPTIONS NAME@ the options of one, @SETTINGS@ those of
ntpscope.conf.
"""
import re
import subprocess
import sys


def said(program, *words):
    return subprocess.run([program, *words], check=True, capture_output=True, text=True).stdout


def escaped(text):
    """For scdoc, which takes * and _ for itself."""
    return re.sub(r"([\\*_`#~.])", r"\\\1", text)


def options_of(program, command):
    """[option, help] of `ntpscope COMMAND --help`, whose help begins in column 28, maybe on the next line."""
    rows = []
    for line in said(program, command, "--help").splitlines():
        if re.match(r"  -|      --", line):
            split = len(line) <= 28 or line[26:28] != "  "
            rows.append([line.strip(), ""] if split else [line[:28].strip(), line[28:]])
        elif rows and not rows[-1][1] and line.startswith(" " * 28):
            rows[-1][1] = line.strip()
        elif rows and not line:
            break
    return rows


def sentence(text):
    """With a capital, unless it begins with what is to be typed: a file's name, the first of several keys."""
    is_typed = re.match(r"\w+(\.\w| \(default\)|, )", text)
    return (text if is_typed else text[0].upper() + text[1:]) + "."


def definition(head, text):
    return "*%s*\n\t%s\n" % (escaped(head), escaped(sentence(text)))


def options(program, command):
    return "\n".join(definition(option, text) for option, text in options_of(program, command))


def statuses(lines):
    """What a command's --help says of its exit status: a paragraph of that name."""
    begin = next((i for i, line in enumerate(lines) if line.startswith("Exit status: ")), None)
    if begin is None:
        return ""
    text = " ".join(line.strip() for line in lines[begin:lines.index("", begin)])
    return "\n%s\n" % escaped(text)


def commands(program):
    out = []
    for line in said(program, "--help").splitlines():
        m = re.match(r"  (\w+) +(.*)", line)
        if not m:
            continue
        lines = said(program, m.group(1), "--help").splitlines()
        about = " ".join(lines[2:lines.index("", 2)])
        out.append("## ntpscope %s\n\n%s\n\n%s%s" % (m.group(1), escaped(about), options(program, m.group(1)),
                                                    statuses(lines)))
    return "\n".join(out)


def settings(program):
    out, text = [], None
    for line in said(program, "monitor", "--print-config").splitlines()[2:]:
        section, comment, value = (re.match(r, line) for r in (r"\[(.*)\]", r"# (.*) \(([^()]*)\)$", r"#(\S+) = (.*)"))
        if section:
            out.append("## [%s]\n" % escaped(section.group(1)))
        elif comment:
            text = comment
        elif value:
            what = text.group(1)[0].upper() + text.group(1)[1:]
            none = "; none unless set" in text.group(2)
            kind = text.group(2).replace("; none unless set", "")
            out.append("*%s* = %s\n\t%s.  %s.\n" % (
                escaped(value.group(1)), escaped(kind), escaped(what),
                ("For example _%s_; none unless set" if none else "Default: _%s_") % escaped(value.group(2))))
    return "\n".join(out)


def main():
    program, template = sys.argv[1:]
    with open(template, encoding="utf-8") as source:
        page = source.read()
    page = re.sub(r"^;.*\n", "", page, flags=re.M)  # the licence's line
    page = page.replace("@COMMANDS@\n", commands(program))
    page = page.replace("@SETTINGS@\n", settings(program))
    page = re.sub(r"@OPTIONS (\w+)@\n", lambda m: options(program, m.group(1)), page)
    sys.stdout.write(page)


main()
