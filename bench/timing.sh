#!/bin/sh
# perfcheck_time beside pgbench -M prepared over a Unix socket, on the same queries with the
# same values, with 1 and with 8 clients: medians, and the order of the queries by them. Then
# what the harness costs.
#
#   sh bench/timing.sh          three minutes
#
# ROUNDS         in which the tools take turns, default 5
# SECONDS_A_RUN  of each query and tool in a round, default 1
# CLIENTS        default "1 8"
# EXECUTIONS     of the cheapest query, default 100000
# PG_CONFIG      the PostgreSQL; perfcheck is installed there
#
# A missed target is a result, and the exit status is still 0.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=test/tools/lib.sh
. test/tools/lib.sh

rounds=${ROUNDS:-5}
seconds=${SECONDS_A_RUN:-1}
clients=${CLIENTS:-1 8}
executions=${EXECUTIONS:-100000}

sql()
{
	"$pg_bindir/psql" -X -q -At -v ON_ERROR_STOP=1 "$@" 2>"$tmp/psql.log" || {
		tail -n 20 "$tmp/psql.log" >&2
		die "this step failed: psql"
	}
}

# Each has one parameter, of which it gets one value.
queries()
{
	cat <<'Q'
key 4711 SELECT abalance FROM pgbench_accounts WHERE aid = $1
rows_30 5000 SELECT * FROM pgbench_accounts WHERE aid BETWEEN $1 AND $1 + 29
rows_300 6000 SELECT * FROM pgbench_accounts WHERE aid BETWEEN $1 AND $1 + 299
sum_1000 7000 SELECT sum(abalance) FROM pgbench_accounts WHERE aid BETWEEN $1 AND $1 + 999
sum_3000 8000 SELECT sum(abalance) FROM pgbench_accounts WHERE aid BETWEEN $1 AND $1 + 2999
sort_6000 9000 SELECT aid FROM pgbench_accounts WHERE aid BETWEEN $1 AND $1 + 5999 ORDER BY abalance - aid % 1000 LIMIT 10
Q
}

# pgbench_run NAME VALUE CLIENTS SQL: the latencies of its log, in us.
pgbench_run()
{
	say "\\set v $2
$(say "$4" | sed 's/\$1/:v/g');" >"$tmp/$1.sql"
	rm -f "$tmp"/latency.*
	$client "$pg_bindir/pgbench" -n -M prepared -f "$tmp/$1.sql" -c "$3" -j "$3" -T "$seconds" \
		-l --log-prefix="$tmp/latency" >"$tmp/pgbench.log" 2>&1 || {
		tail -n 20 "$tmp/pgbench.log" >&2
		die "this step failed: pgbench"
	}
	cat "$tmp"/latency.* | awk -v n="$3" -v query="$1" '{ print "pgbench\t" n "\t" query "\t" $3 }' |
		sql -c "COPY latencies FROM STDIN"
}

make_tmp
find_postgresql
cluster_with_perfcheck
say "bench/timing.sh, $(date -u '+%Y-%m-%d %H:%M') UTC," \
	"commit $(git describe --always --dirty 2>/dev/null || say unknown)"
say "PostgreSQL $pg_version, assertions $(sql -c 'SHOW debug_assertions'); $rounds rounds of $seconds s a query" \
	"and tool, load average $(cut -d ' ' -f 1-3 /proc/loadavg)"
"$pg_bindir/pgbench" -q -i -s 1 >"$tmp/init.log" 2>&1 || die "this step failed: pgbench -i"
sql -c "SET client_min_messages = error; CREATE EXTENSION perfcheck CASCADE" \
	-c "ALTER SYSTEM SET max_worker_processes = 20" -c "ALTER SYSTEM SET autovacuum = off" \
	-c "ALTER SYSTEM SET max_parallel_workers_per_gather = 0" \
	-c "CREATE TABLE latencies (tool text, clients int, query text, us float8)" >/dev/null
sql -c "VACUUM ANALYZE pgbench_accounts" >/dev/null
as_server "$pg_bindir/pg_ctl" -w -D "$cluster_dir/data" -o "-k '$cluster_dir' -p $port -c fsync=off" \
	-l "$cluster_dir/log" restart >"$tmp/restart.log" 2>&1 9>&- || die "no restart: $(cat "$tmp/restart.log")"
# Other work of the machine waits, where that can be asked for.
client=
if renice -n -20 -p "$(head -n 1 "$cluster_dir/data/postmaster.pid")" >"$tmp/renice.log" 2>&1; then
	client="nice -n -20"
	say "the server and pgbench go before other work (nice -20)"
fi
queries | while read -r name value text; do
	sql -c "SELECT perfcheck_add_query('$name', \$q\$$text\$q\$)" \
		-c "SELECT perfcheck_set_values('$name', 1, '{$value}')" >/dev/null
	for n in $clients; do
		# In turns, since what else the machine does changes by the minute.
		round=0
		while [ "$round" -lt "$rounds" ]; do
			round=$((round + 1))
			pgbench_run "$name" "$value" "$n" "$text"
			sql -c "SELECT count(*) FROM perfcheck_time('$name', clients => $n, duration => '$seconds s')" \
				-c "INSERT INTO latencies SELECT 'perfcheck', $n, query, 1000 * ms FROM perfcheck_samples()" >/dev/null
		done
	done
done
say
sql -c "CREATE TABLE medians AS SELECT tool, clients, query, percentile_disc(0.5) WITHIN GROUP (ORDER BY us) AS us
	FROM latencies GROUP BY 1, 2, 3"
sql <<'SQL'
SELECT f.clients || ' client' || CASE WHEN f.clients = 1 THEN '' ELSE 's' END || ', ' || f.query || ': median perfcheck ' || round(f.us::numeric, 1) || ' us, pgbench ' || round(p.us::numeric, 1) || ' us'
FROM medians AS f JOIN medians AS p USING (clients, query) WHERE f.tool = 'perfcheck' AND p.tool = 'pgbench'
ORDER BY f.clients, p.us;
SELECT 'target: a lower median for each query, ' || f.clients || ' at once: ' || CASE WHEN bool_and(f.us < p.us) THEN 'met' ELSE 'MISSED' END
FROM medians AS f JOIN medians AS p USING (clients, query) WHERE f.tool = 'perfcheck' AND p.tool = 'pgbench'
GROUP BY f.clients ORDER BY f.clients;
SELECT 'target: the same order of the queries, ' || clients || ' at once: '
	|| CASE WHEN count(DISTINCT o) = 1 THEN 'met' ELSE 'MISSED' END
FROM (SELECT clients, tool, string_agg(query, ' ' ORDER BY us) AS o FROM medians GROUP BY 1, 2) AS s GROUP BY clients ORDER BY clients;
SQL
say
cat >"$tmp/cheapest.sql" <<SQL
SELECT pg_backend_pid() AS pid \\gset
\\setenv PID :pid
SELECT count(*) FROM perfcheck_time('key', 1000) \\g /dev/null
\\! sed -n 's/^VmHWM:[ \\t]*/memory at its peak, after 1000 executions: /p' /proc/\$PID/status
SELECT clock_timestamp() AS begin \\gset
SELECT harness_us FROM perfcheck_time('key', $executions) \\gset
SELECT 1000 * extract(epoch FROM clock_timestamp() - :'begin') AS total \\gset
\\! sed -n 's/^VmHWM:[ \\t]*/memory at its peak, after $executions executions: /p' /proc/\$PID/status
SELECT 'of it for samples: ' || 3 * 8 * $executions / 1024 || ' kB';
SELECT 'total ' || round(:total) || ' ms, samples ' || round(sum(ms)::numeric) || ' ms, ratio ' || round(:total / sum(ms)::numeric, 2)
	|| ', target 1.3: ' || CASE WHEN :total <= 1.3 * sum(ms)::numeric THEN 'met' ELSE 'MISSED' END FROM perfcheck_samples();
SELECT 'an empty query: ' || :harness_us || ' us, target 3 us: ' || CASE WHEN :harness_us <= 3 THEN 'met' ELSE 'MISSED' END;
SQL
sql -f "$tmp/cheapest.sql"
