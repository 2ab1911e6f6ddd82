# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing is forgotten: each source and test is in its folder's list, each module (a source with a header of
its own) has its unit test, each fuzz target is built."""

import re

import house

# Commands are tested as a user runs them, in tests/cli; unit tests of their parts are welcome.
UNTESTED = ("cmd",)


def listed(path):
    """The words in quotes of a meson.build."""
    return set(re.findall(r"'([\w./-]+)'", house.text(path)))


def main():
    verdict = house.Verdict("no-test", "unlisted", "unused")
    for layer in house.layers():
        folder = f"src/{layer}"
        names = listed(f"{folder}/meson.build")
        have = {p.name for p in house.files(f"{folder}/*.c")}
        for name in sorted(have - names):
            verdict.complain("unlisted", f"{folder}/{name}", f"not in {folder}/meson.build")
        for name in sorted(n for n in names - have if n.endswith(".c")):
            verdict.complain("unused", f"{folder}/{name}", "listed, but there is no such file")
    for layer in house.layers():
        folder = f"tests/unit/{layer}"
        names = listed(f"{folder}/meson.build")
        tests = {p.stem for p in house.files(f"{folder}/*.c")}
        for name in sorted(tests - names):
            verdict.complain("unlisted", f"{folder}/{name}.c", f"not in {folder}/meson.build")
        for path in house.files(f"src/{layer}/*.c"):
            if layer not in UNTESTED and path.stem not in tests and (house.ROOT / path.with_suffix(".h")).exists():
                verdict.complain("no-test", path, f"has no {folder}/{path.name}")
    names = listed("tests/fuzz/meson.build")
    for path in house.files("tests/fuzz/fuzz_*.c"):
        if path.stem.removeprefix("fuzz_") not in names:
            verdict.complain("unlisted", path, "not in tests/fuzz/meson.build")
    for kind in ("house", "golden", "cli", "peer"):
        names = listed(f"tests/{kind}/meson.build") if (house.ROOT / f"tests/{kind}/meson.build").exists() else set()
        for path in house.files(f"tests/{kind}/*.py"):
            is_program = re.search(r"^(main\(|if __name__|unittest\.main|sys\.exit\()", house.text(path), re.M)
            if is_program and path.stem not in names:
                verdict.complain("unlisted", path, f"not in tests/{kind}/meson.build")
    verdict.close()


main()
