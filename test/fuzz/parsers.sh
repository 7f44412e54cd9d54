#!/bin/sh
# Runs each target of test/fuzz/parsers.c: parsers.sh PROGRAM SECONDS [TARGET...]
#
# New inputs go to build/fuzz/corpus; an input that breaks a parser is written to
# build/fuzz/broken-TARGET-..., and `FUZZ_TARGET=TARGET PROGRAM FILE` shows how.

set -u
program=$1 seconds=$2
shift 2
folder=$(dirname "$0")
[ $# -gt 0 ] || set -- $("$program")
passed=0 failed=0
for target; do
	mkdir -p "build/fuzz/corpus/$target"
	dictionary=
	[ ! -e "$folder/corpus/$target.dict" ] || dictionary=-dict=$folder/corpus/$target.dict
	[ -d "$folder/corpus/$target" ] || mkdir -p "build/fuzz/empty"
	seeds=$folder/corpus/$target
	[ -d "$seeds" ] || seeds=build/fuzz/empty
	if FUZZ_TARGET=$target ASAN_OPTIONS=detect_leaks=1 "$program" \
		-max_total_time="$seconds" -timeout=60 -max_len=4096 -rss_limit_mb=2048 \
		-artifact_prefix="build/fuzz/broken-$target-" -print_final_stats=1 \
		$dictionary "build/fuzz/corpus/$target" "$seeds" >"build/fuzz/$target.log" 2>&1; then
		passed=$((passed + 1))
		printf '%-16s %s\n' "$target" \
			"$(sed -n 's/^stat::number_of_executed_units: *//p' "build/fuzz/$target.log") inputs"
	else
		failed=$((failed + 1))
		printf '%-16s %s\n' "$target" "failed; build/fuzz/$target.log says how"
		grep -E '^(broken promise|SUMMARY|.*runtime error)' "build/fuzz/$target.log"
	fi
done
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
