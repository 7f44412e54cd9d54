#!/bin/sh
# Seconds that the verdict takes on a schema of 20 tables and some 100 queries
# (bench/cases/community.sql): all cases, both plan modes, trials of fixes.
#
#   sh bench/speed.sh           a minute or two
#
# SIZE       of the tables: 1 for up to 20,000 rows each, the default
# ROUNDS     of which the median counts, default 3
# PG_CONFIG  the PostgreSQL; perfcheck is installed there
#
# A missed target is a result, and the exit status is still 0.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=test/tools/lib.sh
. test/tools/lib.sh

size=${SIZE:-1}
rounds=${ROUNDS:-3}
target=10

sql()
{
	"$pg_bindir/psql" -X -q -At -v ON_ERROR_STOP=1 "$@" 2>"$tmp/psql.log" || {
		tail -n 20 "$tmp/psql.log" >&2
		die "this step failed: psql"
	}
}

make_tmp
find_postgresql
cluster_with_perfcheck
sql -v "s=$size" -f bench/cases_start.sql -f bench/cases/community.sql >/dev/null
say "bench/speed.sh, $(date -u '+%Y-%m-%d %H:%M') UTC," \
	"commit $(git describe --always --dirty 2>/dev/null || say unknown)"
say "PostgreSQL $pg_version; $rounds rounds, load average $(cut -d ' ' -f 1-3 /proc/loadavg)"
say "$(sql -c "SELECT count(*) || ' queries on ' || (SELECT count(*) FROM pg_stat_user_tables
	WHERE schemaname = 'public' AND relname !~ '^perfcheck_') || ' tables' FROM perfcheck_query")"
say "$(sql -c "SELECT count(*) || ' cases' FROM perfcheck_cases()")"
say
# Each round in a session of its own, which loads the library first.
printf '%s\n' "SET jit = off; SELECT count(*) FROM perfcheck_query \\g /dev/null" \
	"SELECT clock_timestamp() AS began \\gset" \
	"SELECT perfcheck_verify(30) \\g /dev/null" \
	"SELECT extract(epoch FROM clock_timestamp() - :'began');" >"$tmp/timed.sql"
round=0
while [ "$round" -lt "$rounds" ]; do
	round=$((round + 1))
	sql -f "$tmp/timed.sql"
done | sort -n | awk -v target="$target" '{ s[NR] = $1 }
	END {
		median = s[int((NR + 1) / 2)]
		printf "perfcheck_verify(30) %.1f s  %.1f-%.1f; target: under %s s: %s\n",
			median, s[1], s[NR], target, median < target ? "met" : "MISSED"
	}'
