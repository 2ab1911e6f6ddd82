#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tools/fuzz.sh SECONDS [TARGET]...   libFuzzer on each target (all by default) for that long
#
# What is found new goes to build-fuzz/corpus, what crashes to build-fuzz/crashes; the seeds in
# tests/fuzz/corpus are read only.  SECONDS 0: only replay the seeds, with all sanitizers.
#
# tools/fuzz.sh --build              only builds the targets, and the program by the same compiler: build-fuzz/ntpscope
set -u

cd "$(dirname "$0")/.."
seconds=${1:?seconds}
shift

[ -f build-fuzz/build.ninja ] ||
	CC=clang meson setup build-fuzz -Dfuzz=true -Doptimization=1 -Ddebug=false -Dc_args=-g1 >build-fuzz.log 2>&1 ||
	{ cat build-fuzz.log; exit 1; }
rm -f build-fuzz.log
what=fuzzers
[ "$seconds" != --build ] || what="fuzzers ntpscope"
# shellcheck disable=SC2086 # words
ninja -C build-fuzz $what >build-fuzz/ninja.log || { tail -50 build-fuzz/ninja.log; exit 1; }
[ "$seconds" != --build ] || exit 0

# Every run begins with fresh tables: memory that is kept aside for a quarter of a gigabyte of frees, or filled
# with a pattern first, makes it two to three times as slow and finds nothing more.
: "${ASAN_OPTIONS=quarantine_size_mb=4:malloc_context_size=8:max_malloc_fill_size=0:clear_shadow_mmap_threshold=100000000}"
export ASAN_OPTIONS

run_one()
{
	target=$1
	seeds=tests/fuzz/corpus/$target
	found=build-fuzz/corpus/$target
	mkdir -p "$found" "build-fuzz/crashes" "build-fuzz/log"
	[ -d "$seeds" ] || seeds=
	limit=-max_total_time=$seconds
	[ "$seconds" != 0 ] || limit=-runs=0
	# shellcheck disable=SC2086
	if "build-fuzz/tests/fuzz/fuzz-$target" $limit -max_len=65536 -timeout=10 -rss_limit_mb=2048 -use_value_profile=1 \
		-print_final_stats=1 -artifact_prefix="build-fuzz/crashes/$target-" \
		"$found" $seeds >"build-fuzz/log/$target" 2>&1; then
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "build-fuzz/log/$target")
		cov=$(grep -o 'cov: [0-9]*' "build-fuzz/log/$target" | tail -1)
		echo "fuzz: $target: ok, ${runs:-0} runs, ${cov:-cov: 0}"
	else
		tail -40 "build-fuzz/log/$target"
		echo "fuzz: $target: FAILED, see build-fuzz/crashes"
		return 1
	fi
}

if [ "${1:-}" = --one ]; then
	run_one "$2"
	exit
fi

[ $# -gt 0 ] || set -- $(cd build-fuzz/tests/fuzz && ls | sed -n 's/^fuzz-\([a-z0-9_]*\)$/\1/p')
[ $# -gt 0 ] || { echo "fuzz: no targets"; exit 1; }
printf '%s\n' "$@" | xargs -P "$(nproc)" -n 1 "$0" "$seconds" --one
