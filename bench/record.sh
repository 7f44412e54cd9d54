#!/bin/sh
# What recording costs: pgbench -S -M prepared without the library, with the
# library loaded and perfcheck.record off, and with it on for all transactions.
#
#   sh bench/record.sh          three minutes
#
# ROUNDS     in each of which the three take turns, default 5
# SECONDS_A_RUN  default 10
# CLIENTS    default 2
# MODE       of pgbench's protocol, default prepared
# LIBRARY    to load, default perfcheck, which is installed in PG_CONFIG's PostgreSQL
# OPTIONS    further ones of the sessions that record, such as
#            "-c perfcheck.record_values=off"
#
# Where there are two processors the server has one to itself and pgbench the other:
# the server is what limits the throughput then, and the kernel does not move the
# processes about, which alone makes runs differ by a tenth. The processor time of the
# server's sessions for a transaction is printed as well. A missed target is a result,
# and the exit status is still 0.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=test/tools/lib.sh
. test/tools/lib.sh

rounds=${ROUNDS:-5}
seconds=${SECONDS_A_RUN:-10}
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

# run WAY OPTIONS: prints the way, transactions a second, and microseconds of the
# server's processor for one.
run()
{
	before=$(spent)
	# shellcheck disable=SC2086
	PGOPTIONS=$2 $client "$pg_bindir/pgbench" -n -S -M "$mode" -c "$clients" -j 1 \
		-T "$seconds" >"$tmp/run" 2>"$tmp/run.log" || {
		tail -n 20 "$tmp/run.log" >&2
		die "this step failed: pgbench"
	}
	# The postmaster counts a session when it has seen it end.
	sleep 1
	awk -v way="$1" -v ticks="$(($(spent) - before))" -v hz="$(getconf CLK_TCK)" '
		/number of transactions actually processed/ { n = $NF }
		/^tps/ { tps = $3 }
		END { printf "%s %.0f %.2f\n", way, tps, ticks / hz * 1e6 / n }' "$tmp/run"
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
sql -c "ALTER SYSTEM SET autovacuum = off" -c "ALTER SYSTEM SET shared_buffers = '256MB'"
"$pg_bindir/pgbench" -q -i -s 10 >"$tmp/init.log" 2>&1 || die "this step failed: pgbench -i"
say "bench/record.sh, $(date -u '+%Y-%m-%d %H:%M') UTC," \
	"commit $(git describe --always --dirty 2>/dev/null || say unknown)"
say "PostgreSQL $pg_version, assertions $(sql -c 'SHOW debug_assertions');" \
	"pgbench -S -M $mode -c $clients, $rounds rounds of $seconds s," \
	"load average $(cut -d ' ' -f 1-3 /proc/loadavg)"
[ -n "$client" ] || say "the server and pgbench share the processors"
[ -z "$options" ] || say "sessions that record: $options"

load="-c session_preload_libraries=$library"
round=0
run none "" >/dev/null
while [ "$round" -lt "$rounds" ]; do
	round=$((round + 1))
	run none ""
	run off "$load"
	run on "$load -c perfcheck.record=on $options"
done >"$tmp/runs"
# Nothing is proven by sessions that recorded nothing.
as_server ls "$cluster_dir/data/base/pgsql_tmp_perfcheck" >"$tmp/files" ||
	die "nothing was recorded"

# figure COLUMN: the median of each way, lowest and highest, and its part of none.
figure()
{
	sort -k1,1 -k"$1,$1n" "$tmp/runs" | awk -v column="$1" '
		{ n[$1]++; value[$1, n[$1]] = $column }
		END {
			split("none off on", ways, " ")
			for (i = 1; i <= 3; i++) {
				way = ways[i]
				median = value[way, int((n[way] + 1) / 2)]
				if (i == 1)
					none = median
				printf "  %-4s %10.2f  %.2f-%.2f  %+.1f %%\n", way, median,
					value[way, 1], value[way, n[way]], (median / none - 1) * 100
			}
		}'
}

say
say "transactions a second"
figure 2
say "microseconds of the server's processor for a transaction"
figure 3
say
awk -v target="$target" '$1 == "none" { none[++n] = $2 } $1 == "on" { on[++m] = $2 }
	function median(v, count,    i, j, t) {
		for (i = 1; i <= count; i++)
			for (j = i + 1; j <= count; j++)
				if (v[j] < v[i]) { t = v[i]; v[i] = v[j]; v[j] = t }
		return v[int((count + 1) / 2)]
	}
	END {
		cost = (1 - median(on, m) / median(none, n)) * 100
		printf "recording costs %.1f %% of the throughput; target: at most %s %%: %s\n",
			cost, target, cost <= target ? "met" : "MISSED"
	}' "$tmp/runs"
