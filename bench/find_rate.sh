#!/bin/bash
# How well perfcheck-http --find-rate finds the limit of servers whose limit is known:
#
#	bash bench/find_rate.sh [ROUNDS [AT_A_TIME]]
#
# Three kinds of server (test/servers/capacity.c), each with ROUNDS limits from 100 to
# 1,000 requests/s: a pool of workers, a token bucket, and one whose p99 grows smoothly.
# The target is a p99 of 200 ms. AT_A_TIME searches run beside each other: they use
# little of the processor. Prints each search, and how many are within 5 % and under
# two minutes.

set -u
cd "$(dirname "$0")/.." || exit 2
rounds=${1:-20} at_a_time=${2:-1}
make -s http build/capacity || exit 2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
echo /events > "$dir/requests"

# KIND ROUND: one search; a line "kind limit found low high seconds".
search()
{
	local kind=$1 round=$2 out="$dir/$1-$2" limit other server url

	limit=$(awk -v n="$round" -v k="${#kind}" \
		'BEGIN { srand(n * 100 + k); rand(); printf "%.0f", 100 * 10 ^ rand() }')
	case $kind in
	pool) other=$((limit / 50 + 1)) ;;
	bucket) other=$((limit / 5 + 1)) ;;
	smooth) other=200 ;;
	esac
	build/capacity "$kind" "$limit" "$other" "$round" > "$out.url" &
	server=$!
	until [ -s "$out.url" ]; do sleep 0.05; done
	url=$(cat "$out.url")
	./perfcheck-http --find-rate --avg 60000 --p95 60000 --p99 200 \
		--requests "$dir/requests" --json "$out.json" "$url" > "$out.log" 2>&1
	kill "$server"
	python3 - "$kind" "$limit" "$out.json" > "$out.line" <<-'PYTHON'
		import json, sys
		kind, limit, file = sys.argv[1:]
		try:
		    found = json.load(open(file))["find_rate"]
		    print(kind, limit, found["rate"] or 0, found["low"] or 0, found["high"] or 0,
		          found["took_s"], "held" if found["held"] else "not_held")
		except Exception:
		    print(kind, limit, 0, 0, 0, 0, "failed")
	PYTHON
}

for round in $(seq "$rounds"); do
	for kind in pool bucket smooth; do
		while [ "$(jobs -rp | wc -l)" -ge "$at_a_time" ]; do wait -n; done
		search $kind "$round" &
	done
done
wait
echo "server    limit/s  found/s  error    interval           seconds"
cat "$dir"/*.line | sort -k1,1 -k2,2n | awk '
{
	error = $3 / $2 - 1
	printf "%-8s %8d %8.1f %+5.1f %%  %8.1f to %-8.1f %6.0f  %s\n", $1, $2, $3, 100 * error, $4, $5, $6, $7
	all[$1]++
	right[$1] += error >= -0.05 && error <= 0.05 && $6 < 120
	if ($6 > longest) longest = $6
}
END {
	print ""
	for (kind in all)
		printf "%s: %d of %d within 5 %% and under two minutes\n", kind, right[kind], all[kind]
	printf "the longest search took %.0f s\n", longest
}'
