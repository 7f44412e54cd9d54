#!/bin/sh
# Rows a second of perfcheck_populate() into a narrow table without secondary
# indexes, beside pgbench -i on the same table; the canonical events with their
# indexes, beside perfcheck_seed(); and the memory that it takes.
# bench/README.md says what is measured.
#
#   sh bench/populate_speed.sh         ten minutes or so
#
# ROUNDS       rounds, of which the median counts, default 3
# EVENT_ROWS   events, default 1000000
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
events=${EVENT_ROWS:-1000000}
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

# Events from a seed, and what is said of them: $tmp/events.
real_events()
{
	sql -c "CREATE DATABASE real_events" || exit 1
	sql -d real_events -o /dev/null -c "SET client_min_messages = warning" -c "CREATE EXTENSION perfcheck CASCADE" \
		-c "SELECT perfcheck_seed($events, starts => timestamptz '2026-01-01 00:00+00')" -c ANALYZE || exit 1
	sql -d real_events -v schemas=public -f script/perfcheck-statistics.sql >"$tmp/events" || exit 1
	case_drop real_events
}

# events_by CALL: the seconds that it takes in an empty table of events with its indexes.
events_by()
{
	sql -c "DROP DATABASE IF EXISTS speed WITH (FORCE)" -c "CREATE DATABASE speed" || exit 1
	STATISTICS=$tmp/events
	export STATISTICS
	sql -d speed -o /dev/null -c "SET client_min_messages = warning" -c "CREATE EXTENSION perfcheck CASCADE" \
		-f bench/populate/load.sql -c "SELECT perfcheck_create_events()" -c CHECKPOINT || exit 1
	began=$(now)
	sql -d speed -o /dev/null -c "$1" 2>"$tmp/psql.log" || die "$(cat "$tmp/psql.log")"
	say "$(now) $began" | awk '{ print $1 - $2 }'
	made=$(sql -d speed -At -c "SELECT count(*) FROM events")
	[ "$made" = "$events" ] || die "not $events events but $made"
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
real_events
: >"$tmp/events_populate"
: >"$tmp/events_seed"
for round in $(seq "$rounds"); do
	say "events, round $round" >&2
	events_by "SELECT perfcheck_populate('{events}', rows => $events, statistics => 'real')" >>"$tmp/events_populate"
	events_by "SELECT perfcheck_seed($events)" >>"$tmp/events_seed"
done
case_heading bench/populate_speed.sh
say "pgbench_accounts, 1,000,000 rows with their primary key, median of $rounds rounds"
say "$(median "$tmp/populate") $(median "$tmp/pgbench")" | awk '{
	printf "  perfcheck_populate, ANALYZE included  %6.2f s  %8d rows/s\n", $1, 1000000 / $1
	printf "  pgbench -i                            %6.2f s  %8d rows/s\n", $2, 1000000 / $2
	printf "  ratio %.2f; target: at least 200000 rows/s: %s\n", $1 / $2, (1000000 / $1 >= 200000 ? "met" : "MISSED") }'
say
say "the canonical events, $events rows with their indexes, median of $rounds rounds"
say "$(median "$tmp/events_populate") $(median "$tmp/events_seed") $events" | awk '{
	printf "  perfcheck_populate  %6.2f s  %8d rows/s\n", $1, $3 / $1
	printf "  perfcheck_seed      %6.2f s  %8d rows/s\n", $2, $3 / $2
	printf "  ratio %.2f; target: no slower: %s\n", $1 / $2, ($1 <= $2 ? "met" : "MISSED") }'
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
