#!/bin/sh
# Seconds that the verdict takes on two schemas of 20 tables: some 100 queries over tables
# that belong together (bench/cases/community.sql), and 200 queries over tables that are
# alike (bench/cases_speed.sql): all cases, both plan modes, trials of fixes.
#
#   sh bench/speed.sh           a minute or two
#
# SIZE       of the former's tables: 1 for up to 20,000 rows each, the default
# ROUNDS     of which the median counts, default 3
# PG_CONFIG  the PostgreSQL; perfcheck is installed there
#
# A missed target is a result, and the exit status is still 0.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=test/tools/lib.sh
. test/tools/lib.sh

size=${SIZE:-1}
rounds=${ROUNDS:-3}

sql()
{
	"$pg_bindir/psql" -X -q -At -v ON_ERROR_STOP=1 "$@" 2>"$tmp/psql.log" || {
		tail -n 20 "$tmp/psql.log" >&2
		die "this step failed: psql"
	}
}

# judged SCALE TARGET: the contract is judged in sessions of their own, each of which loads
# the library first.
judged()
{
	say "$(sql -c "SELECT count(*) || ' queries on ' || (SELECT count(*) FROM pg_stat_user_tables
		WHERE schemaname = 'public' AND relname !~ '^perfcheck_') || ' tables, ' ||
		(SELECT count(*) FROM perfcheck_cases()) || ' cases' FROM perfcheck_query WHERE enabled")"
	printf '%s\n' "SET jit = off; SELECT count(*) FROM perfcheck_query \\g /dev/null" \
		"SELECT clock_timestamp() AS began \\gset" \
		"SELECT perfcheck_verify($1) \\g /dev/null" \
		"SELECT extract(epoch FROM clock_timestamp() - :'began');" >"$tmp/timed.sql"
	round=0
	while [ "$round" -lt "$rounds" ]; do
		round=$((round + 1))
		sql -f "$tmp/timed.sql"
	done | sort -n | awk -v target="$2" -v scale="$1" '{ s[NR] = $1 }
		END {
			median = s[int((NR + 1) / 2)]
			printf "perfcheck_verify(%s) %.1f s  %.1f-%.1f; target: under %s s: %s\n",
				scale, median, s[1], s[NR], target, median < target ? "met" : "MISSED"
		}'
}

make_tmp
find_postgresql
cluster_with_perfcheck
say "bench/speed.sh, $(date -u '+%Y-%m-%d %H:%M') UTC," \
	"commit $(git describe --always --dirty 2>/dev/null || say unknown)"
say "PostgreSQL $pg_version; $rounds rounds, load average $(cut -d ' ' -f 1-3 /proc/loadavg)"
say
sql -v "s=$size" -f bench/cases_start.sql -f bench/cases/community.sql >/dev/null
judged 30 10
sql -c "CREATE DATABASE alike"
PGDATABASE=alike
export PGDATABASE
sql -f bench/cases_speed.sql >/dev/null
judged 100 20
