# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the daemons and clients that recordings and peer tests talk to.

What is not installed, tools/bootstrap.sh unpacks (never installs) under .cache/peers: chrony, NTPsec's ntpd,
ntpq and ntpdig, gpsd and gpsfake.  OpenNTPD, which brings an ntpd of its own, is unpacked beside.
"""
import os
import shutil
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CACHE = os.path.join(ROOT, ".cache", "peers")
MODULES = os.path.join(CACHE, "usr/lib/python3/dist-packages")
PLACES = ["usr/sbin", "usr/bin", "openntpd/usr/sbin"]


def unpack():
    """Unpacks what is missing; raises CalledProcessError with what went wrong as its output."""
    subprocess.run([os.path.join(ROOT, "tools", "bootstrap.sh"), "peers"], check=True, timeout=600,
                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    link_library()


def link_library():
    """python3-ntp and python3-gps look for their C halves beside themselves or where the packages would be installed."""
    for library, beside in (("ntp/libntpc.so", "ntp/libntpc.so"),
                            ("libgpsdpacket.so.28.0.0", "libgpsdpacket.so.28.0.0")):
        library = os.path.join(CACHE, "usr/lib/x86_64-linux-gnu", library)
        beside = os.path.join(MODULES, beside)
        if os.path.exists(library) and not os.path.exists(beside):
            if os.path.lexists(beside):
                os.remove(beside)
            os.symlink(os.path.relpath(os.path.realpath(library), os.path.dirname(beside)), beside)


def find(name):
    """The path of a peer's program, installed or unpacked; None when it is neither."""
    installed = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if installed:
        return installed
    paths = [os.path.join(CACHE, place, name) for place in PLACES]
    return next((path for path in paths if os.path.exists(path)), None)


def environment():
    """The environment in which the unpacked Python tools (ntpq, ntpdig) find their modules."""
    link_library()
    env = dict(os.environ, LC_ALL="C.UTF-8", TZ="UTC")
    env["PYTHONPATH"] = MODULES
    return env
