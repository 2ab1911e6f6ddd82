# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the daemons and clients that recordings and peer tests talk to.

chronyd and openntpd, ntpd of NTPsec and their tools conflict as Debian packages, so what is not installed is
downloaded with apt-get and unpacked (never installed) into a cache directory: $NTPSCOPE_PEERS, or .cache/peers
under the repository's root.
"""
import os
import shutil
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PACKAGES = ["chrony", "ntpsec", "ntpsec-ntpdig", "ntpsec-ntpdate", "python3-ntp", "openntpd"]
PLACES = ["tree/usr/sbin", "tree/usr/bin", "openntpd/usr/sbin"]


def cache_dir():
    return os.environ.get("NTPSCOPE_PEERS") or os.path.join(ROOT, ".cache", "peers")


def unpack():
    """Downloads and unpacks the packages, once; raises RuntimeError with the reason."""
    cache = cache_dir()
    tree = os.path.join(cache, "tree")
    if os.path.exists(os.path.join(tree, ".complete")):
        return
    os.makedirs(tree, exist_ok=True)
    got = subprocess.run(["apt-get", "-q", "download"] + PACKAGES, cwd=cache, timeout=300,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if got.returncode != 0:
        raise RuntimeError("cannot download the peers' packages: " + got.stdout.strip()[-300:])
    for name in sorted(os.listdir(cache)):
        if name.endswith(".deb"):
            # OpenNTPD brings an ntpd and ntpctl of its own
            where = os.path.join(cache, "openntpd") if name.startswith("openntpd") else tree
            subprocess.run(["dpkg", "-x", os.path.join(cache, name), where], check=True, timeout=60)
    # python3-ntp looks for its C half beside itself or where the package would be installed
    library = os.path.join(tree, "usr/lib/x86_64-linux-gnu/ntp/libntpc.so")
    beside = os.path.join(tree, "usr/lib/python3/dist-packages/ntp/libntpc.so")
    if os.path.exists(library) and not os.path.lexists(beside):
        os.symlink(os.path.realpath(library), beside)
    open(os.path.join(tree, ".complete"), "w").close()


def find(name):
    """The path of a peer's program, installed or unpacked; None when there is no way to have it."""
    search = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    installed = shutil.which(name, path=search)
    if installed:
        return installed
    try:
        unpack()
    except (OSError, RuntimeError, subprocess.SubprocessError):
        return None
    for place in PLACES:
        path = os.path.join(cache_dir(), place, name)
        if os.path.exists(path):
            return path
    return None


def environment():
    """The environment in which the unpacked Python tools (ntpq, ntpdig) find their modules."""
    env = dict(os.environ, LC_ALL="C.UTF-8", TZ="UTC")
    env["PYTHONPATH"] = os.path.join(cache_dir(), "tree/usr/lib/python3/dist-packages")
    return env
