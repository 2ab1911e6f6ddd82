# SPDX-License-Identifier: GPL-3.0-or-later
"""What the objects call, as nm sees it: proto calls nothing but memcpy and its like, engine asks no clock,
and nothing below cmd has variables that live as long as the program."""

import os
import pathlib
import shlex
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

import house

HARMLESS = {"memcpy", "memcmp", "memset", "memmove", "memchr", "strlen", "strcmp", "strncmp"}
CLOCKS = {"time", "gettimeofday", "clock_gettime", "clock", "timespec_get", "gmtime_r", "localtime_r"}
COMPILER = shlex.split(os.environ.get("CC", "cc"))
# What a build with the library defines; a header that is not there leaves it out here, too.
OPTIONAL = {"NTPSCOPE_RRD": "rrd.h", "NTPSCOPE_SNMP": "net-snmp/net-snmp-config.h"}


def has_header(name):
    probe = subprocess.run([*COMPILER, "-E", "-x", "c", "-"], input=f"#include <{name}>\n", text=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return probe.returncode == 0


DEFINES = [f"-D{name}" for name, header in OPTIONAL.items() if has_header(header)]


def symbols(source, folder):
    """(defined, undefined, variables) of one source, compiled plainly: no LTO, PIC or sanitizer helpers."""
    obj = pathlib.Path(folder) / (str(source).replace("/", "_") + ".o")
    flags = ["-std=c17", "-D_GNU_SOURCE", '-DNTPSCOPE_VERSION="0"', "-O0", "-fno-pic", "-fno-pie",
             "-fno-stack-protector", "-U_FORTIFY_SOURCE", "-w", "-Isrc", *DEFINES]
    subprocess.run([*COMPILER, *flags, "-c", str(source), "-o", str(obj)], cwd=house.ROOT, check=True)
    listing = subprocess.run(["nm", "-P", str(obj)], check=True, capture_output=True, text=True).stdout
    defined, undefined, variables = set(), set(), set()
    for line in listing.splitlines():
        name, kind = line.split()[:2]
        if kind in "Uw":
            undefined.add(name)
        else:
            defined.add(name)
        if kind in "dDbBC":
            variables.add(name)
    return defined, undefined, variables


def reach(start, objects, helpers):
    """What the objects of layer `start` call outside themselves and of those helper objects they pull in."""
    todo = [s for s in objects if s.parts[1] == start]
    own = set().union(*(objects[s][0] for s in todo))
    seen, calls = set(todo), {}
    while todo:
        source = todo.pop()
        for name in objects[source][1] - own:
            helper = next((h for h in helpers if name in objects[h][0]), None)
            if helper is None:
                calls.setdefault(name, source)
            elif helper not in seen:
                seen.add(helper)
                todo.append(helper)
                own |= objects[helper][0]
    return calls


def main():
    verdict = house.Verdict("call", "global")
    sources = [s for s in house.files("src/*/*.c") if s.parts[1] in house.layers() and s.parts[1] != "cmd"]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        objects = dict(zip(sources, pool.map(lambda s: symbols(s, folder), sources)))
    base = [s for s in sources if s.parts[1] == "base"]
    for name, source in reach("proto", objects, base).items():
        if name not in HARMLESS:
            verdict.complain("call", f"{source}:{name}", "proto reaches this; it may call memcpy and its like only")
    for source in sources:
        for name in objects[source][1] & CLOCKS:
            if source.parts[1] in ("base", "engine", "field", "present"):
                verdict.complain("call", f"{source}:{name}", "time is an argument here, nobody asks a clock")
        for name in objects[source][2]:
            verdict.complain("global", f"{source}:{name}", "a variable that lives as long as the program")
    if "-DNTPSCOPE_RRD" not in DEFINES:
        verdict.forgive("src/store/rrd_library.c:")
    verdict.close()


main()
