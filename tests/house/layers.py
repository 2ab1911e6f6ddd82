# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may include whom: the table in src/meson.build, and which folder may see which library."""

import re

import house

# Outside headers that only these layers may see (main.c sees nothing but the command table).
LIBRARIES = {
    "source": r"<(pcap|lz4|lzma)[./\w]*>",
    "crypto": r"<(nettle|openssl)[./\w]*>",
    "web": r"<microhttpd[./\w]*>",
}
ZSTD = ("source", "store")  # captures, and journals
GNUTLS = ("net", "web")  # sessions of our own, and the web server's
ZLIB = ("source", "web")  # captures, and answers
JANSSON = ("src/cmd/remote.h", "src/ask/gpsd_line.c")  # what monitors and gpsd answer
# Libraries that a single file sees; all others go through its header.
FILES = {
    "src/cmd/conf.c": r"<ini\.h>",
    "src/field/filter_regex.c": r"<pcre2[./\w]*>",
    "src/present/png.c": r"<cairo[-./\w]*>",
    "src/net/http_get.c": r"<curl[./\w]*>",
    "src/net/resolver.c": r"<ares[./\w]*>",
    "src/net/sandbox_seccomp.c": r"<seccomp[./\w]*>",
}
# Folders that touch no outside world: no files, clocks or sockets, not even by their headers.
PURE = {
    "proto": r"<(stdio|stdlib|time|unistd|fcntl|signal|pthread|sys/\w+|netinet/\w+|arpa/\w+|net/\w+)\.h>",
    "engine": r"<(stdio|time|unistd|fcntl|signal|sys/socket|sys/time|netinet/\w+|arpa/\w+)\.h>",
}


def main():
    verdict = house.Verdict("include")
    below = house.layers()
    for path in house.files("src/**/*.[ch]"):
        layer = path.parts[1] if len(path.parts) > 2 else "main"
        if layer == "main":
            allowed = {"cmd"}
        elif layer in below:
            allowed = {layer, *below[layer]}
        else:
            verdict.complain("include", path, f"'{layer}' is not in the table of src/meson.build")
            continue
        for number, line in enumerate(house.text(path).splitlines(), 1):
            m = re.match(r'\s*#\s*include\s+(?:"([^"]+)"|(<[^>]+>))', line)
            if not m:
                continue
            ours, system = m.groups()
            if ours and "/" not in ours:
                verdict.complain("include", path, f"line {number}: \"{ours}\" lacks its folder")
            elif ours and ours.split("/")[0] not in allowed:
                verdict.complain("include", path, f"line {number}: {layer} may not include \"{ours}\"")
            for owner, pattern in LIBRARIES.items():
                if system and layer != owner and re.match(pattern, system):
                    verdict.complain("include", path, f"line {number}: {system} belongs to {owner}")
            if system == "<zstd.h>" and layer not in ZSTD:
                verdict.complain("include", path, f"line {number}: {system} belongs to {' and '.join(ZSTD)}")
            if system and system.startswith("<gnutls/") and layer not in GNUTLS:
                verdict.complain("include", path, f"line {number}: {system} belongs to {' and '.join(GNUTLS)}")
            if system == "<jansson.h>" and str(path) not in JANSSON:
                verdict.complain("include", path, f"line {number}: {system} belongs to {' and '.join(JANSSON)}")
            if system == "<zlib.h>" and layer not in ZLIB:
                verdict.complain("include", path, f"line {number}: {system} belongs to {' and '.join(ZLIB)}")
            for owner, pattern in FILES.items():
                if system and str(path) != owner and re.match(pattern, system):
                    verdict.complain("include", path, f"line {number}: {system} belongs to {owner}")
            if system and layer in PURE and re.match(PURE[layer], system):
                verdict.complain("include", path, f"line {number}: {layer} is pure and does without {system}")
    verdict.close()


main()
