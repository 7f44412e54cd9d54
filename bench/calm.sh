#!/bin/sh
# How often a gate fails on unchanged code: a schema of 20 tables and some 100 queries
# (bench/cases/community.sql) is judged again and again, with an ANALYZE between any two
# runs, and compared with the first. Beside it, in the same runs: a gate on the planner's
# cost of each case, and one on the median time of each.
#
#   sh bench/calm.sh            some ten minutes
#
# RUNS       default 30; 200 take an hour
# TARGET     default_statistics_target: 30 has ANALYZE sample 9,000 rows, so that tables of
#            20,000 differ from run to run, as those of a million do at the default
# EXECUTIONS of each case for its median, default 11
# PG_CONFIG  the PostgreSQL; perfcheck is installed there
#
# A missed target is a result, and the exit status is still 0.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=test/tools/lib.sh
. test/tools/lib.sh

runs=${RUNS:-30}
target=${TARGET:-30}
executions=${EXECUTIONS:-11}

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
sql -v s=1 -f bench/cases_start.sql -f bench/cases/community.sql >/dev/null
sql -c "ALTER DATABASE $(sql -c 'SELECT quote_ident(current_database())') SET default_statistics_target = $target"
say "bench/calm.sh, $(date -u '+%Y-%m-%d %H:%M') UTC," \
	"commit $(git describe --always --dirty 2>/dev/null || say unknown)"
say "PostgreSQL $pg_version; $runs runs, load average $(cut -d ' ' -f 1-3 /proc/loadavg)," \
	"default_statistics_target $target"
sql -c "SELECT count(*) || ' queries' FROM perfcheck_query WHERE enabled"
sql <<'SQL' >/dev/null
ANALYZE;
CREATE TABLE snapshots AS SELECT 0 AS run, ''::text AS snapshot WHERE false;
CREATE TABLE measured AS SELECT 0 AS run, query, label, cost, 0::float8 AS p50 FROM perfcheck_plan() WHERE false;
SQL
run=0
# The first run is what the others are compared with.
while [ "$run" -le "$runs" ]; do
	sql -v run="$run" -v executions="$executions" <<'SQL' >/dev/null
SET client_min_messages = error;
ANALYZE;
INSERT INTO snapshots SELECT :run, string_agg(line, E'\n' ORDER BY n) FROM perfcheck_snapshot(30) WITH ORDINALITY AS s (line, n);
INSERT INTO measured
SELECT :run, p.query, p.label, p.cost, t.p50_ms
FROM perfcheck_plan(NULL, 1) AS p
JOIN perfcheck_time(NULL, :executions) AS t USING (query, label)
WHERE p.plan_mode = 'custom';
SQL
	run=$((run + 1))
done
say
sql -F ' | ' <<'SQL'
WITH diffs AS (
	SELECT s.run, d.query, d.change, d.fails
	FROM snapshots AS f JOIN snapshots AS s ON f.run = 0 AND s.run > 0
	CROSS JOIN LATERAL perfcheck_compare_snapshots(f.snapshot, s.snapshot) AS d
), gates AS (
	SELECT m.run, m.query, bool_or(m.cost > 1.10 * f.cost) AS costly, bool_or(m.p50 > 1.15 * f.p50) AS slow
	FROM measured AS m JOIN measured AS f ON f.run = 0 AND m.run > 0 AND f.query = m.query AND f.label = m.label
	GROUP BY m.run, m.query
), counts (gate, alarms, runs) AS (
	SELECT 'perfcheck_diff: differences that fail', count(*), count(DISTINCT run) FROM diffs WHERE fails
	UNION ALL SELECT 'perfcheck_diff: differences that are told and do not fail', count(*), count(DISTINCT run) FROM diffs WHERE NOT fails
	UNION ALL SELECT 'a gate on the planner''s cost, 10 % more', count(*), count(DISTINCT run) FROM gates WHERE costly
	UNION ALL SELECT 'a gate on the median time, 15 % more', count(*), count(DISTINCT run) FROM gates WHERE slow)
SELECT gate || ': ' || alarms || ' of queries, in ' || runs || ' of ' || (SELECT max(run) FROM snapshots) || ' runs' FROM counts;
SELECT 'failed: run ' || s.run || ', ' || d.query || ': ' || d.change || coalesce(', ' || d.why, '') || ' (' || d.before || ' -> ' || d.after || ')'
FROM snapshots AS f JOIN snapshots AS s ON f.run = 0 AND s.run > 0
CROSS JOIN LATERAL perfcheck_compare_snapshots(f.snapshot, s.snapshot) AS d WHERE d.fails LIMIT 20;
SELECT 'target: no difference that fails: ' || CASE WHEN EXISTS (
	SELECT FROM snapshots AS f JOIN snapshots AS s ON f.run = 0 AND s.run > 0
	CROSS JOIN LATERAL perfcheck_compare_snapshots(f.snapshot, s.snapshot) AS d WHERE d.fails) THEN 'MISSED' ELSE 'met' END;
SQL
