# SPDX-License-Identifier: GPL-3.0-or-later
"""The shape of the sources: sizes, white space, licence lines, and functions that are not used here."""

import re

import house

FILE_LINES = 600
FUNCTION_LINES = 60
COLUMNS = 110

# Bounded or reentrant ones exist for each of these.
BANNED = re.compile(
    r"\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|gmtime|localtime|asctime|ctime|atoi|atol|atof|alloca"
    r"|strncpy|strncat|inet_ntoa|inet_addr|gethostbyname|rand|srand|setjmp|longjmp)\s*\("
)
TYPEDEF = re.compile(r"\btypedef\s+(struct|union)\b")
PACKED = re.compile(r"\b(packed|__packed__)\b|#\s*pragma\s+pack\b")


def functions(source):
    """(name, lines of the body) of each function: '{' in the first column up to '}' in the first column."""
    name, start = None, None
    lines = source.splitlines()
    for number, line in enumerate(lines):
        if line.startswith("{") and number:
            head = number - 1
            while head > 0 and lines[head][:1] in ("\t", " "):
                head -= 1
            m = re.search(r"(\w+)\s*\(", lines[head])
            name, start = (m.group(1) if m else "?"), number
        elif line.startswith("}") and start is not None:
            yield name, number - start - 1
            start = None


def check_c(verdict, path, source):
    plain = house.code(source)
    for name, length in functions(plain):
        # A test's length is its vectors.
        if length > FUNCTION_LINES and path.parts[0] != "tests":
            verdict.complain("long", f"{path}:{name}", f"{length} lines, {FUNCTION_LINES} are the most")
    if path.parts[0] == "src" and source.count("\n") > FILE_LINES:
        verdict.complain("big", path, f"{source.count(chr(10))} lines, {FILE_LINES} are the most")
    for number, line in enumerate(plain.splitlines(), 1):
        banned = BANNED.search(line)
        if banned and not (path.parts[0] == "tests" and banned.group(1) in ("setjmp", "longjmp")):
            verdict.complain("banned", path, f"line {number}: {banned.group(1)}() is not used here")
        if TYPEDEF.search(line):
            verdict.complain("typedef", path, f"line {number}: structs keep their 'struct'")
        if PACKED.search(line):
            verdict.complain("packed", path, f"line {number}: fields are read in order, not laid over bytes")


def check_lines(verdict, path, source):
    in_c = path.suffix in (".c", ".h")
    if "SPDX-License-Identifier: GPL-3.0-or-later" not in "\n".join(source.splitlines()[:3]):
        verdict.complain("spdx", path, "no SPDX line at the top")
    if source and not source.endswith("\n") or source.endswith("\n\n"):
        verdict.complain("blank", path, "must end with one newline")
    for number, line in enumerate(source.splitlines(), 1):
        if line != line.rstrip():
            verdict.complain("blank", path, f"line {number}: blanks at the end")
        if in_c and re.match(r" {8}|\t* +\t", line):
            verdict.complain("blank", path, f"line {number}: blanks where tabs belong")
        if in_c and len(line.expandtabs(8)) > COLUMNS:
            verdict.complain("wide", path, f"line {number}: {len(line.expandtabs(8))} columns, {COLUMNS} are the most")


def main():
    verdict = house.Verdict("long", "big", "banned", "typedef", "packed", "spdx", "blank", "wide")
    for path in house.files("src/**/*.[ch]", "tests/**/*.[ch]", "tools/**/*.[ch]", "bench/*.[ch]"):
        source = house.text(path)
        check_c(verdict, path, source)
        check_lines(verdict, path, source)
    for path in house.files("**/meson.build", "tests/**/*.py", "tools/**/*.py", "tools/**/*.sh", "bench/*.py"):
        if not path.parts[0].startswith(("build", ".")):
            check_lines(verdict, path, house.text(path))
    verdict.close()


main()
