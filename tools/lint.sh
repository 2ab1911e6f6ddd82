#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tools/lint.sh [format|tidy|house]...   all three by default; a failure of one does not hide the others
set -u

cd "$(dirname "$0")/.."
failed=0

c_files()
{
	find src tests tools bench -name '*.[ch]' | sort
}

format()
{
	# One process for all; only when something is wrong a second one for each file, to name it.
	# shellcheck disable=SC2046
	clang-format --dry-run -Werror $(c_files) 2>/dev/null && return
	bad=$(for f in $(c_files); do
		clang-format "$f" | cmp -s - "$f" || echo "$f"
	done)
	[ -z "$bad" ] || { echo "not in the house's format ('make format' makes it so):"; echo "$bad"; return 1; }
}

# Needs to know how each file is compiled: a build folder of its own, set up for clang and never built.
tidy()
{
	[ -f build-lint/build.ninja ] ||
		CC=clang meson setup build-lint >build-lint.log 2>&1 || { cat build-lint.log; return 1; }
	rm -f build-lint.log
	ninja -C build-lint build.ninja >/dev/null || return 1
	# The analyzer gives up a function after so many steps: its own bound, four times as high, takes two thirds of
	# the time for a few functions and found nothing more in them.
	# One process a file: xargs returns non-zero when any of them did.
	find src -name '*.c' | sort |
		xargs -P "$(nproc)" -n 1 clang-tidy -p build-lint --quiet $(printf -- "--extra-arg=%s " -Xclang -analyzer-config -Xclang max-nodes=50000) 2>build-lint/tidy.log ||
		{ grep -v 'warnings generated' build-lint/tidy.log; return 1; }
}

house()
{
	bad=0
	for t in tests/house/*.py; do
		[ "$t" = tests/house/house.py ] || PYTHONDONTWRITEBYTECODE=1 python3 "$t" || bad=1
	done
	return $bad
}

for part in ${*:-format tidy house}; do
	if "$part"; then
		echo "lint: $part: ok"
	else
		echo "lint: $part: FAILED"
		failed=1
	fi
done
exit $failed
