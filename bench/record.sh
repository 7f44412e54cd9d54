#!/bin/sh
# What recording costs: pgbench -S -M prepared without the library, with the
# library loaded and perfcheck.record off, and with it on for all transactions.
#
#   sh bench/record.sh          four minutes
#
# ROUNDS     default 5
# TURNS      of each of the three in a round, one after another, default 4
# SECONDS_A_RUN  default 3
# CLIENTS    default 2
# MODE       of pgbench's protocol, default prepared
# LIBRARY    to load, default perfcheck, which is installed in PG_CONFIG's PostgreSQL
# OPTIONS    further ones of the sessions that record, such as
#            "-c perfcheck.record_values=off"
#
# Where there are two processors the server has one to itself and pgbench the other:
# the server is what limits the throughput then, and the kernel does not move the
# processes about, which alone makes runs differ by a tenth. The three follow each other
# closely, since what else the machine does changes by the minute; the figure of a round
# is the mean of its turns. The processor time of the server's sessions for a transaction
# is printed as well, without what they take to start, which -t 1 tells. A missed target
# is a result, and the exit status is still 0.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=test/tools/lib.sh
. test/tools/lib.sh

rounds=${ROUNDS:-5}
turns=${TURNS:-4}
seconds=${SECONDS_A_RUN:-3}
clients=${CLIENTS:-2}
mode=${MODE:-prepared}
library=${LIBRARY:-perfcheck}
options=${OPTIONS:-}
target=3

sql()
{
	"$pg_bindir/psql" -X -q -At -v ON_ERROR_STOP=1 "$@" 2>"$tmp/psql.log" || {
		tail -n 20 "$tmp/psql.log" >&2
		die "this step failed: psql"
	}
}

# The processor time, in ticks, of the sessions that have ended.
spent()
{
	sed 's/.*) //' "/proc/$postmaster/stat" | awk '{ print $14 + $15 }'
}

# run LENGTH OPTIONS: pgbench of that length. Sets $ticks, of the server's processor.
run()
{
	before=$(spent)
	# shellcheck disable=SC2086
	PGOPTIONS=$2 $client "$pg_bindir/pgbench" -n -S -M "$mode" -c "$clients" -j 1 \
		$1 >"$tmp/run" 2>"$tmp/run.log" || {
		tail -n 20 "$tmp/run.log" >&2
		die "this step failed: pgbench"
	}
	# The postmaster counts a session when it has seen it end.
	sleep 0.3
	ticks=$(($(spent) - before))
}

# start_ticks OPTIONS: prints what sessions with them take to start, of ten runs.
start_ticks()
{
	sum=0
	for i in 1 2 3 4 5 6 7 8 9 10; do
		run "-t 1" "$1"
		sum=$((sum + ticks))
	done
	say "$sum"
}

# turn WAY START OPTIONS: prints the round, the way, transactions a second, and
# microseconds of the server's processor for one.
turn()
{
	run "-T $seconds" "$3"
	awk -v round="$round" -v way="$1" -v ticks="$ticks" -v start="$2" \
		-v hz="$(getconf CLK_TCK)" '
		/number of transactions actually processed/ { n = $NF }
		/^tps/ { tps = $3 }
		END { printf "%s %s %.0f %.3f\n", round, way, tps,
			(ticks - start / 10) / hz * 1e6 / n }' "$tmp/run"
}

make_tmp
find_postgresql
cluster_start "$tmp/cluster.log" || {
	tail -n 30 "$tmp/cluster.log" >&2
	die "no PostgreSQL could be started"
}
postmaster=$(head -n 1 "$cluster_dir/data/postmaster.pid")
client=
if [ "$(nproc)" -gt 1 ] && command -v taskset >/dev/null; then
	taskset -a -c -p 1 "$postmaster" >/dev/null && client="taskset -c 0"
fi
# Other work of the machine waits, where that can be asked for.
first=
if renice -n -20 -p "$postmaster" >"$tmp/renice.log" 2>&1; then
	client="nice -n -20 $client"
	first=", before other work (nice -20)"
fi
sql -c "ALTER SYSTEM SET autovacuum = off" -c "ALTER SYSTEM SET shared_buffers = '256MB'"
"$pg_bindir/pgbench" -q -i -s 10 >"$tmp/init.log" 2>&1 || die "this step failed: pgbench -i"
say "bench/record.sh, $(date -u '+%Y-%m-%d %H:%M') UTC," \
	"commit $(git describe --always --dirty 2>/dev/null || say unknown)"
say "PostgreSQL $pg_version, assertions $(sql -c 'SHOW debug_assertions');" \
	"pgbench -S -M $mode -c $clients, $rounds rounds of $turns turns of $seconds s," \
	"load average $(cut -d ' ' -f 1-3 /proc/loadavg)$first"
[ -n "${client#nice -n -20 }" ] || say "the server and pgbench share the processors"
[ -z "$options" ] || say "sessions that record: $options"

load="-c session_preload_libraries=$library"
on="$load -c perfcheck.record=on $options"
round=0
run "-T $seconds" "" >/dev/null
none_start=$(start_ticks "")
off_start=$(start_ticks "$load")
on_start=$(start_ticks "$on")
while [ "$round" -lt "$rounds" ]; do
	round=$((round + 1))
	number=0
	while [ "$number" -lt "$turns" ]; do
		number=$((number + 1))
		turn none "$none_start" ""
		turn off "$off_start" "$load"
		turn on "$on_start" "$on"
	done
done >"$tmp/runs"
# Nothing is proven by sessions that recorded nothing.
as_server ls "$cluster_dir/data/base/pgsql_tmp_perfcheck" >"$tmp/files" ||
	die "nothing was recorded"

# Of each way: the median of the rounds, the lowest and the highest, and its part of
# none; and the same of what it differs by from none in the same round.
say
awk -v target="$target" '
	{ n[$1, $2]++; tps[$1, $2] += $3; cpu[$1, $2] += $4; if ($1 > rounds) rounds = $1 }
	function sorted(v,    i, j, t) {
		for (i = 1; i <= rounds; i++)
			for (j = i + 1; j <= rounds; j++)
				if (v[j] < v[i]) { t = v[i]; v[i] = v[j]; v[j] = t }
	}
	function median(v) {
		return rounds % 2 ? v[(rounds + 1) / 2] : (v[rounds / 2] + v[rounds / 2 + 1]) / 2
	}
	function show(title, sum,    i, r, way, v, d, first, part) {
		print title
		for (i = 1; i <= 3; i++) {
			way = ways[i]
			for (r = 1; r <= rounds; r++) {
				v[r] = sum[r, way] / n[r, way]
				d[r] = (sum[r, way] / sum[r, "none"] - 1) * 100
			}
			sorted(v)
			sorted(d)
			if (i == 1)
				first = median(v)
			part = (median(v) / first - 1) * 100
			printf "  %-4s %10.2f  %.2f-%.2f  %+.1f %%", way, median(v), v[1], v[rounds], part
			if (i > 1)
				printf "  by round %+.1f %%, %+.1f to %+.1f %%", median(d), d[1], d[rounds]
			print ""
		}
		return part
	}
	END {
		split("none off on", ways, " ")
		cost = -show("transactions a second", tps)
		show("microseconds of the server\047s processor for a transaction", cpu)
		printf "\nrecording costs %.1f %% of the throughput; target: at most %s %%: %s\n",
			cost, target, cost <= target ? "met" : "MISSED"
	}' "$tmp/runs"
say "load average at the end $(cut -d ' ' -f 1-3 /proc/loadavg)"
