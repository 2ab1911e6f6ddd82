# SPDX-License-Identifier: GPL-3.0-or-later
"""A laboratory of network namespaces that cannot reach anything outside and cannot outlive its script.

enter() re-executes the calling script in new network, mount and process namespaces, with the right to set the
clock taken away for good (CAP_SYS_TIME leaves the bounding set), as root or, without being root, in a user
namespace of its own.  When the script ends, however it ends, the kernel kills every daemon and removes every
interface with the namespaces.  Inside, Lab makes hosts, links, captures and daemons.
"""
import os
import shutil
import signal
import subprocess
import sys
import time

import peers

HERE = os.path.dirname(os.path.abspath(__file__))
MARK, ROOTLESS = "NTPSCOPE_IN_LAB", "NTPSCOPE_LAB_ROOTLESS"
LIMIT_S = 900  # no recording takes longer; a hanging one is killed


def namespace_command():
    command = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child=SIGKILL"]
    if os.geteuid() != 0:
        command[1:1] = ["--user", "--map-root-user"]
    return command + ["setpriv", "--bounding-set", "-sys_time", "--inh-caps", "-sys_time"]


def impossible():
    """Why namespaces cannot be made here, or None when they can."""
    for tool in ("unshare", "setpriv", "nsenter", "ip", "tcpdump"):
        if not shutil.which(tool, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"):
            return "no '%s' program" % tool
    probe = "mount -t tmpfs none /run && ip netns add probe && ip netns del probe"
    run = subprocess.run(namespace_command() + ["sh", "-c", probe], timeout=20,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return None if run.returncode == 0 else "cannot make network namespaces: " + run.stdout.strip()[-200:]


def enter():
    """Returns only inside the laboratory."""
    if os.environ.get(MARK) != "1":
        env = dict(os.environ)
        env[MARK] = "1"
        env[ROOTLESS] = "1" if os.geteuid() != 0 else ""
        env["PATH"] = env.get("PATH", "") + ":/usr/sbin:/sbin"
        command = namespace_command() + [sys.executable] + sys.argv
        os.execvpe(command[0], command, env)
    signal.alarm(LIMIT_S)
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    own_proc()
    subprocess.run(["mount", "-t", "tmpfs", "none", "/run"], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "none", "/var/lib"], check=True)  # drift files, state, sockets
    os.makedirs("/var/lib/openntpd/db")
    os.makedirs("/var/lib/openntpd/run")
    add_user("ntpd", "/run/openntpd")


def own_proc():
    """/proc of these processes: the one from outside knows them by other numbers, and LeakSanitizer, which looks
    its threads up there, would end every program of a sanitizer build in failure.  Where a container does not let
    us mount one, such programs do without the search for leaks."""
    if subprocess.run(["mount", "-t", "proc", "proc", "/proc"], stderr=subprocess.DEVNULL).returncode != 0:
        options = os.environ.get("ASAN_OPTIONS")
        os.environ["ASAN_OPTIONS"] = (options + ":" if options else "") + "detect_leaks=0"


def add_user(name, home):
    """A user whom only the laboratory knows, for daemons that insist on one (OpenNTPD)."""
    os.makedirs(home, 0o755)
    for path, line in (("/etc/passwd", "%s:x:64999:64999::%s:/bin/false\n"), ("/etc/group", "%s:x:64999:\n")):
        copy = "/run/" + os.path.basename(path)
        shutil.copy(path, copy)
        with open(copy, "a") as out:
            out.write(line % ((name, home) if line.count("%s") == 2 else name))
        subprocess.run(["mount", "--bind", copy, path], check=True)


class Lab:
    """One scenario's hosts and processes; use it in a with statement.  work is a scratch directory."""

    def __init__(self, work):
        self.work = work
        self.hosts = []
        self.processes = []
        self.captures = []
        os.makedirs(work, exist_ok=True)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.stop_captures()
        for process in reversed(self.processes):
            self.stop(process)
        for host in self.hosts:
            subprocess.run(["ip", "netns", "del", host], check=False)
        return False

    def ip(self, host, words):
        subprocess.run(["ip", "-n", host] + words.split(), check=True)

    def host(self, name):
        subprocess.run(["ip", "netns", "add", name], check=True)
        self.hosts.append(name)
        self.ip(name, "link set lo up")
        quiet = "echo 0 > /proc/sys/net/ipv6/conf/default/router_solicitations;" \
                "echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad;" \
                "echo 0 > /proc/sys/net/ipv4/icmp_ratemask; echo 0 > /proc/sys/net/ipv6/icmp/ratelimit"
        self.run(name, ["sh", "-c", quiet], check=False)

    def link(self, a, a_if, b, b_if, mtu=1500):
        subprocess.run(["ip", "link", "add", a_if, "netns", a, "mtu", str(mtu), "type", "veth",
                        "peer", "name", b_if, "netns", b, "mtu", str(mtu)], check=True)
        self.ip(a, "link set %s up" % a_if)
        self.ip(b, "link set %s up" % b_if)

    def address(self, host, interface, *addresses):
        for address in addresses:
            flags = " nodad" if ":" in address else " brd +"
            self.ip(host, "address add %s dev %s%s" % (address, interface, flags))

    def path(self, name):
        return os.path.join(self.work, name)

    def file(self, name, text, mode=0o600):
        """Writes a configuration or key file into the scratch directory and returns its path."""
        path = self.path(name)
        with open(path, "w") as out:
            out.write(text)
        os.chmod(path, mode)
        return path

    def command(self, host, words):
        return ["nsenter", "--net=/run/netns/" + host] + words

    def run(self, host, words, timeout=20, check=True, env=None):
        """Runs a program to its end, at most timeout seconds; returns what it printed."""
        try:
            done = subprocess.run(self.command(host, words), timeout=timeout, check=check, text=True,
                                  env=env or peers.environment(),
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        except subprocess.TimeoutExpired as late:
            return str(late)
        except subprocess.CalledProcessError as failed:
            sys.stderr.write("%s: %s\n" % (" ".join(words), failed.stdout))
            raise
        return done.stdout

    def start(self, host, words, log=None, env=None):
        """Starts a daemon, its output in the scratch directory's file log."""
        out = open(self.path(log or os.path.basename(words[0]) + ".log"), "wb")
        process = subprocess.Popen(self.command(host, words), stdin=subprocess.DEVNULL, stdout=out,
                                   stderr=subprocess.STDOUT, env=env or peers.environment())
        out.close()
        self.processes.append(process)
        return process

    def stop(self, process):
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=5)

    def capture(self, host, interface, out, *options, expression=""):
        """Starts tcpdump; returns when it listens.  stop_captures() ends all of them, in order.  Without
        being root it is sniff.py, which knows neither options nor expressions."""
        log = self.path("tcpdump-%d.log" % len(self.captures))
        words = ["tcpdump", "-i", interface, "-w", out, "-U", "--immediate-mode", "-Z", "root", "-n"]
        words += list(options) + ([expression] if expression else [])
        if os.environ.get(ROOTLESS):
            words = [sys.executable, os.path.join(HERE, "sniff.py"), interface, out]
        with open(log, "wb") as err:
            process = subprocess.Popen(self.command(host, words), stderr=err, stdout=err)
        self.captures.append(process)
        wait_for(log, "listening on", process)

    def stop_captures(self):
        time.sleep(0.3)
        for process in self.captures:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            process.wait(timeout=5)
        self.captures = []

    def chronyd(self, host, name, config):
        """Starts a chronyd that steers nothing (-x), with its own files and without a command socket."""
        lines = config.strip() + "\n" + "\n".join([
            "user root", "pidfile " + self.path(name + ".pid"), "driftfile " + self.path(name + ".drift"),
            "cmdport 0" if "cmdport" not in config else "",
            "bindcmdaddress " + (self.path(name + ".sock") if "cmdport" in config else "/"), ""])
        path = self.file(name + ".conf", lines)
        process = self.start(host, [peers.find("chronyd"), "-x", "-d", "-f", path], log=name + ".log")
        return process


def wait_for(path, text, process, seconds=5):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with open(path, errors="replace") as log:
            if text in log.read():
                return
        if process.poll() is not None:
            break
        time.sleep(0.02)
    with open(path, errors="replace") as log:
        raise RuntimeError("no '%s': %s" % (text, log.read()))
