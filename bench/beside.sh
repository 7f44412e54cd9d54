#!/bin/sh
# What perfcheck_verify() makes other users of the server wait for: pgbench reads and writes
# at a fixed rate beside it, in turns without it, beside it, and beside it with
# perfcheck.max_load_share = 0.25, all in one run.
#
#   sh bench/beside.sh          some two minutes
#
# ROUNDS     of the three turns, default 3
# TURN       seconds seconds of a turn, default 12
# RATE       transactions a second, default 200
# ROWS       of the table that both use, default 200000
# PG_CONFIG  the PostgreSQL; perfcheck is installed there
#
# The latency of a transaction counts from when it was due. A missed target is a result,
# and the exit status is still 0.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=test/tools/lib.sh
. test/tools/lib.sh

rounds=${ROUNDS:-3}
seconds=${TURN:-12}
rate=${RATE:-200}
rows=${ROWS:-200000}

sql()
{
	"$pg_bindir/psql" -X -q -At -v ON_ERROR_STOP=1 "$@" 2>"$tmp/psql.log" || {
		tail -n 20 "$tmp/psql.log" >&2
		die "this step failed: psql"
	}
}

prepare()
{
	sql -v rows="$rows" >/dev/null <<'SQL'
CREATE EXTENSION perfcheck CASCADE;
UPDATE perfcheck_query SET enabled = false;
CREATE TABLE account (id int PRIMARY KEY, owner int, balance int, note text);
INSERT INTO account SELECT i, i % 5000, 0, md5(i::text) FROM generate_series(1, :rows) AS i;
CREATE INDEX ON account (owner);
VACUUM ANALYZE account;
SELECT perfcheck_add_query('by_id', 'SELECT * FROM account WHERE id = $1');
SELECT perfcheck_add_query('by_owner', 'SELECT * FROM account WHERE owner = $1 ORDER BY id LIMIT 20');
SELECT perfcheck_add_query('by_note', 'SELECT * FROM account WHERE note = $1');
SELECT perfcheck_add_query('sums', 'SELECT owner, sum(balance) FROM account GROUP BY owner ORDER BY 2 DESC LIMIT 10');
SQL
	cat >"$tmp/load.sql" <<'SQL'
\set id random(1, :rows)
SELECT balance FROM account WHERE id = :id;
UPDATE account SET balance = balance + 1 WHERE id = :id;
SQL
}

# judge SHARE: judges again and again until it is stopped
judge()
{
	# A session that is stopped says so, and that is no news.
	in_background sh -c 'while "$1" -X -q -At -c "SET perfcheck.max_load_share = $2" \
		-c "SET client_min_messages = error" -c "SELECT count(*) FROM perfcheck_verify()"; do :; done >"$3"' \
		judge "$pg_bindir/psql" "$1" "$tmp/judged.$turn"
}

stop_judging()
{
	job_stop
	sql -c "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE query ~ 'perfcheck_verify' AND pid <> pg_backend_pid()" >/dev/null
}

# turn NAME SHARE: appends the latencies, in us, to $tmp/NAME
turn()
{
	turn=$1
	[ "$2" = none ] || judge "$2" 2>/dev/null
	mkdir -p "$tmp/log"
	(cd "$tmp/log" && "$pg_bindir/pgbench" -n -c 4 -j 1 -R "$rate" -T "$seconds" -l -D rows="$rows" \
		-f "$tmp/load.sql" >/dev/null 2>"$tmp/pgbench.log") || die "pgbench failed: $(cat "$tmp/pgbench.log")"
	[ "$2" = none ] || stop_judging
	cat "$tmp"/log/pgbench_log.* | awk '{ print $3 }' >>"$tmp/$1"
	rm -rf "$tmp/log"
}

# line NAME WORDS
line()
{
	sort -n "$tmp/$1" | awk -v words="$2" '
		{ us[NR] = $1 }
		function at(p, i) { i = int(NR * p + 0.999999); return us[i < 1 ? 1 : i] / 1000 }
		END { printf "%-34s %8d %9.2f %9.2f %9.2f %9.2f\n", words, NR, at(0.5), at(0.95), at(0.99), us[NR] / 1000 }'
}

make_tmp
find_postgresql
cluster_with_perfcheck
prepare
say "bench/beside.sh, $(date -u '+%Y-%m-%d %H:%M') UTC," \
	"commit $(git describe --always --dirty 2>/dev/null || say unknown)"
say "PostgreSQL $pg_version; $rounds rounds of $seconds s, $rate transactions a second, $rows rows," \
	"load average before $(cut -d ' ' -f 1-3 /proc/loadavg), $(nproc) processors"
round=0
while [ "$round" -lt "$rounds" ]; do
	turn alone none
	turn beside 1
	turn rests 0.25
	round=$((round + 1))
done
printf '%-34s %8s %9s %9s %9s %9s\n' 'latency in ms' n p50 p95 p99 max
line alone 'pgbench alone'
line beside 'beside perfcheck_verify()'
line rests 'beside it, max_load_share 0.25'
