#!/bin/sh
# Rows a second of perfcheck_populate() into a narrow table without secondary
# indexes, beside pgbench -i on the same table, and the memory that it takes.
# bench/README.md says what is measured.
#
#   sh bench/populate_speed.sh         ten minutes or so
#
# ROUNDS       rounds, of which the median counts, default 3
# MEMORY_ROWS  sizes to measure memory at, default "1000000 10000000"
# PG_CONFIG    the PostgreSQL; perfcheck is installed there
#
# A missed target is a result, and the exit status is still 0.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=test/tools/lib.sh
. test/tools/lib.sh
# shellcheck source=bench/cases_lib.sh
. bench/cases_lib.sh

rounds=${ROUNDS:-3}
sizes=${MEMORY_ROWS:-1000000 10000000}

now()
{
	date +%s.%N
}

# median FILE: of its numbers.
median()
{
	sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# target: pgbench's accounts, of ten branches, empty and with their primary key.
target()
{
	sql -c "DROP DATABASE IF EXISTS speed WITH (FORCE)" -c "CREATE DATABASE speed" || exit 1
	"$pg_bindir/pgbench" -q -i -I dtp -s 10 speed 2>"$tmp/pgbench.log" || die "$(cat "$tmp/pgbench.log")"
	sql -d speed -o /dev/null -c "SET client_min_messages = warning" -c "CREATE EXTENSION perfcheck CASCADE" \
		-c "SELECT perfcheck_load_statistics('real', \$\$$(cat "$tmp/accounts")\$\$)" -c CHECKPOINT || exit 1
}

# populate ROWS: seconds, in a session whose process a file names.
populate()
{
	began=$(now)
	sql -d speed -At -c "SELECT pg_backend_pid()" -c "SELECT sum(made) FROM perfcheck_populate(
		'{pgbench_accounts}', rows => $1, statistics => 'real')" 2>"$tmp/psql.log" >"$tmp/session" || die "$(cat "$tmp/psql.log")"
	say "$(now) $began" | awk '{ print $1 - $2 }'
	[ "$(sed -n 2p "$tmp/session")" = "$1" ] || die "not $1 rows but $(sed -n 2p "$tmp/session")"
}

case_cluster
sql -c "CREATE DATABASE real" || exit 1
"$pg_bindir/pgbench" -q -i -s 10 real 2>"$tmp/pgbench.log" || die "$(cat "$tmp/pgbench.log")"
sql -d real -v schemas=public -f script/perfcheck-statistics.sql >"$tmp/accounts" || exit 1

: >"$tmp/populate"
: >"$tmp/pgbench"
for round in $(seq "$rounds"); do
	say "round $round" >&2
	target
	populate 1000000 >>"$tmp/populate"
	sql -c "DROP DATABASE IF EXISTS speed WITH (FORCE)" -c "CREATE DATABASE speed" -c CHECKPOINT
	began=$(now)
	"$pg_bindir/pgbench" -q -i -I dtgp -s 10 speed 2>"$tmp/pgbench.log" || die "$(cat "$tmp/pgbench.log")"
	say "$(now) $began" | awk '{ print $1 - $2 }' >>"$tmp/pgbench"
done
case_heading bench/populate_speed.sh
say "pgbench_accounts, 1,000,000 rows with their primary key, median of $rounds rounds"
say "$(median "$tmp/populate") $(median "$tmp/pgbench")" | awk '{
	printf "  perfcheck_populate, ANALYZE included  %6.2f s  %8d rows/s\n", $1, 1000000 / $1
	printf "  pgbench -i                            %6.2f s  %8d rows/s\n", $2, 1000000 / $2
	printf "  ratio %.2f; target: at least 200000 rows/s: %s\n", $1 / $2, (1000000 / $1 >= 200000 ? "met" : "MISSED") }'
say
say "anonymous memory of the session at its peak, kB"
for size in $sizes; do
	target
	rm -f "$tmp/session"
	perl bench/seed_memory.pl "$tmp/session" >"$tmp/peak" &
	watcher=$!
	populate "$size" >/dev/null
	wait "$watcher"
	say "$size $(cut -d ' ' -f 1 "$tmp/peak")" | awk '{ printf "  %9d rows  %8d\n", $1, $2 }'
done
