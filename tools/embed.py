# SPDX-License-Identifier: GPL-3.0-or-later
"""tools/embed.py FOLDER TABLE.c BYTES.S DEPENDENCIES: the files of a folder as a table of struct asset.

Each file goes in as it is and compressed, by .incbin, which takes no time; the same files give the same bytes.
A folder that does not exist gives an empty table: a program without the page."""

import gzip
import hashlib
import pathlib
import sys

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".txt": "text/plain; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
}


def main():
    folder, table, bytes_s, depends = map(pathlib.Path, sys.argv[1:5])
    files = sorted(p for p in folder.rglob("*") if p.is_file()) if folder.is_dir() else []
    c = ["/* Made by tools/embed.py. */", '#include "web/asset.h"', ""]
    s = ["/* Made by tools/embed.py. */", '\t.section .rodata, "a"']
    rows = []
    for i, path in enumerate(files):
        packed = bytes_s.with_suffix(f".{i}.gz").absolute()
        packed.write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
        for kind, source in (("plain", path.absolute()), ("gzip", packed)):
            s += [f"\t.global asset_{i}_{kind}, asset_{i}_{kind}_end", f"asset_{i}_{kind}:",
                  f'\t.incbin "{source}"', f"asset_{i}_{kind}_end:", "\t.byte 0"]
            c += [f"extern const unsigned char asset_{i}_{kind}[], asset_{i}_{kind}_end[];"]
        etag = hashlib.sha256(path.read_bytes()).hexdigest()[:20]
        rows.append(f'\t{{ "/{path.relative_to(folder).as_posix()}", "{TYPES[path.suffix]}", "\\"{etag}\\"", '
                    f"asset_{i}_gzip, asset_{i}_gzip_end, asset_{i}_plain, asset_{i}_plain_end }},")
    s += ['\t.section .note.GNU-stack, "", %progbits', ""]
    c += ["", "const struct asset assets[] = {", *rows, "\t{ 0 },", "};", ""]
    table.write_text("\n".join(c), encoding="utf-8")
    bytes_s.write_text("\n".join(s), encoding="utf-8")
    names = " ".join(str(p.absolute()) for p in files)
    depends.write_text(f"{sys.argv[2]} {sys.argv[3]}: {names}\n", encoding="utf-8")


main()
