#!/bin/sh
# Seconds that the verdict on the eight canonical queries takes: all cases, both
# plan modes, the forecast for 100 times the rows, trials of fixes; and what
# perfcheck_forecast takes to follow them to a billion rows.
#
#   sh bench/verify.sh          half a minute
#
# ROWS       default 10000
# ROUNDS     of which the median counts, default 9
# PG_CONFIG  the PostgreSQL; perfcheck is installed there
#
# A missed target is a result, and the exit status is still 0.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=test/tools/lib.sh
. test/tools/lib.sh

rows=${ROWS:-10000}
rounds=${ROUNDS:-9}
target=1

sql()
{
	"$pg_bindir/psql" -X -q -At -v ON_ERROR_STOP=1 "$@" 2>"$tmp/psql.log" || {
		tail -n 20 "$tmp/psql.log" >&2
		die "this step failed: psql"
	}
}

# seconds STATEMENT: of each round, in a session of its own, the first of which
# loads the library.
seconds()
{
	round=0
	while [ "$round" -lt "$rounds" ]; do
		round=$((round + 1))
		printf '%s\n' "SET jit = off; SELECT count(*) FROM perfcheck_query \\g /dev/null" \
			"SELECT clock_timestamp() AS began \\gset" \
			"$1 \\g /dev/null" \
			"SELECT extract(epoch FROM clock_timestamp() - :'began');" >"$tmp/timed.sql"
		sql -f "$tmp/timed.sql"
	done | sort -n
}

# line NAME STATEMENT
line()
{
	seconds "$2" | awk -v name="$1" '{ s[NR] = $1 }
		END { printf "%-34s %6.3f s  %.3f-%.3f\n", name, s[int((NR + 1) / 2)], s[1], s[NR] }'
}

make_tmp
find_postgresql
cluster_with_perfcheck
sql -c "SET client_min_messages = warning" -c "CREATE EXTENSION perfcheck CASCADE" \
	-c "SELECT perfcheck_seed($rows, starts => '2027-01-01 00:00Z')" >/dev/null
say "bench/verify.sh, $(date -u '+%Y-%m-%d %H:%M') UTC," \
	"commit $(git describe --always --dirty 2>/dev/null || say unknown)"
say "PostgreSQL $pg_version; $rows rows, $rounds rounds, load average" \
	"$(cut -d ' ' -f 1-3 /proc/loadavg)"
say "$(sql -c "SELECT count(*) || ' cases of ' || count(DISTINCT query) || ' queries, ' ||
	count(*) FILTER (WHERE plan_mode = 'generic') || ' of them under the generic plan'
	FROM perfcheck_plan()")"
say
{
	line "perfcheck_verify(100)" "SELECT perfcheck_verify(100)"
	line "perfcheck_forecast()" "SELECT * FROM perfcheck_forecast()"
	line "perfcheck_cases()" "SELECT * FROM perfcheck_cases()"
} | tee "$tmp/lines"
awk -v target="$target" '/verify|forecast/ { sum += $2 }
	END { printf "\nverdict and forecast together %.3f s; target: under %s s at 10000 rows: %s\n",
		sum, target, sum < target ? "met" : "MISSED" }' "$tmp/lines"
