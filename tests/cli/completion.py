#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ntpscope completion`: real shells complete what the program says of itself."""
import os
import re
import subprocess
import sys
import tempfile

NTPSCOPE = os.environ["NTPSCOPE"]
failures = []

BASH = """source "$0"
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_ntpscope
printf '%s\\n' "${COMPREPLY[@]}"
"""
# What _arguments would be given: the last step before the key is pressed.
ZSH = """_arguments() { print -rl -- "$@" }
_describe() { print -rl -- $commands }
words=(ntpscope $2 '') CURRENT=$3
source "$1"
"""


def check(holds, what):
    if not holds:
        failures.append(what)
        print("FAILED: " + what)


def said(*words):
    return subprocess.run([NTPSCOPE, *words], check=True, stdout=subprocess.PIPE, text=True).stdout


def run(*words):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=30)
    check(done.returncode == 0 and not done.stderr, "%s: %s" % (words[:2], done.stderr))
    return done.stdout.split("\n")


def options_of(command):
    return set(re.findall(r"^  (?:-\S, |    )(--[\w-]+)", said(command, "--help"), re.M))


def bash(script, *words):
    return [w for w in run("bash", "--norc", "-c", BASH, script, "ntpscope", *words) if w]


def fish(script, line):
    return [w.split("\t")[0] for w in run("fish", "--no-config", "-c", "source %s; complete -C '%s'" % (script, line))
            if w]


def main():
    commands = re.findall(r"^  (\w+) {2,}", said("--help"), re.M)
    with tempfile.TemporaryDirectory(prefix="ntpscope-completion-") as work:
        path = {shell: os.path.join(work, shell) for shell in ("bash", "zsh", "fish")}
        for shell, script in path.items():
            subprocess.run([NTPSCOPE, "completion", shell, "--output", script], check=True)
            run(shell, "-n", script)
        check(len(commands) > 8 and set(commands) <= set(bash(path["bash"], "")), "bash knows the commands")
        check(set(commands) <= set(fish(path["fish"], "ntpscope ")), "fish knows the commands")
        told = run("zsh", "-f", "-c", ZSH, "zsh", path["zsh"], "", "2")
        check({c.split(":")[0] for c in told if c} >= set(commands), "zsh knows the commands: %s" % told)
        for command in commands:
            options = options_of(command)
            check(options and options <= set(bash(path["bash"], command, "--")), "bash: options of " + command)
            check(options <= set(fish(path["fish"], "ntpscope %s --" % command)), "fish: options of " + command)
            specs = run("zsh", "-f", "-c", ZSH, "zsh", path["zsh"], command, "3")
            known = {re.split(r"[\[=]", s.lstrip("*"))[0] for s in specs}
            check(options <= known, "zsh: options of %s: %s" % (command, options - known))
        check(bash(path["bash"], "query", "--format", "=", "n") == ["ntpdate", "nagios"], "bash: words behind =")
        check(set(fish(path["fish"], "ntpscope query --format ")) ==
              {"table", "json", "sntp", "ntpdate", "nagios"}, "fish: words of an option")
    refused = subprocess.run([NTPSCOPE, "completion", "tcsh"], stderr=subprocess.PIPE, text=True)
    check(refused.returncode == 2 and "bash, zsh or fish" in refused.stderr, "another shell is refused")
    print("%d failures" % len(failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
