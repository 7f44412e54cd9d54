#!/bin/bash
# How often perfcheck-http compare is right about two runs:
#
#	bash bench/compare_http.sh [PAIRS [AT_A_TIME [SECONDS]]]
#
# PAIRS pairs of runs against a server that is the same both times, and as many against
# one that takes 10 % longer the second time. The server (test/servers/capacity.c, fixed)
# takes 500 ms, with noise of its own and noise that goes on from half second to half
# second; so long an answer makes a machine that is busy with other things matter less.
# AT_A_TIME pairs run beside each other. Prints how many are slower, and so on.

set -u
cd "$(dirname "$0")/.." || exit 2
pairs=${1:-100} at_a_time=${2:-1} seconds=${3:-18}
make -s http build/capacity || exit 2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
echo /events > "$dir/requests"

# FILE MS SEED: a run.
run()
{
	local server

	build/capacity fixed "$2" 1.5 "$3" > "$1.url" &
	server=$!
	until [ -s "$1.url" ]; do sleep 0.05; done
	./perfcheck-http --samples --json "$1.json" -r 100 -c 100 -d "${seconds}s" --warmup 500ms \
		--avg 60000 --p95 60000 --p99 60000 --requests "$dir/requests" \
		"$(cat "$1.url")" > "$1.log" 2>&1
	kill "$server"
}

# KIND NUMBER MS: a pair, with the verdict on it in a file.
pair()
{
	local name="$dir/$1-$2"

	run "$name-a" 500 $((2 * $2))
	run "$name-b" "$3" $((2 * $2 + 1))
	./perfcheck-http compare --json "$name.json" "$name-a.json" "$name-b.json" > "$name.log" 2>&1
	python3 - "$1" "$name.json" > "$name.line" <<-'PYTHON'
		import json, sys
		try:
		    query = json.load(open(sys.argv[2]))["queries"][0]
		    print(sys.argv[1], query["verdict"], query["p50"]["ratio"])
		except Exception:
		    print(sys.argv[1], "failed", 1)
	PYTHON
}

for number in $(seq "$pairs"); do
	for kind in same:500 slower:550; do
		while [ "$(jobs -rp | wc -l)" -ge "$at_a_time" ]; do wait -n; done
		pair ${kind%:*} "$number" ${kind#*:} &
	done
done
wait
echo "server     pairs  said slower  faster    same  unclear   median change"
for kind in same slower; do
	cat "$dir/$kind"-*.line | sort -k3,3n | awk -v kind=$kind '
	{ said[$2]++; change[NR] = $3 }
	END {
		printf "%-8s %7d %12d %7d %7d %8d   %+.1f %%\n", kind, NR, said["slower"], said["faster"],
			said["same"], said["unclear"], (change[int((NR + 1) / 2)] - 1) * 100
	}'
done
