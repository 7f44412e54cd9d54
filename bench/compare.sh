#!/bin/sh
# How often a comparison is wrong on this machine: a query is compared with itself, and with
# a form that does 20 % more. By perfcheck_ab(), in turns; by perfcheck_compare(), two runs
# one after the other; and beside them by what people do by hand, the means of two runs.
#
#   sh bench/compare.sh         ten minutes
#
# SAME        comparisons of the query with itself, default 200
# SLOWED      with the slower form, default 100
# EXECUTIONS  of each side in turns, default 500; a run has twice as many
# NICE        0: the server is not to go before other work of the machine
# PG_CONFIG   the PostgreSQL; perfcheck is installed there
#
# A missed target is a result, and the exit status is still 0.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=test/tools/lib.sh
. test/tools/lib.sh

same=${SAME:-200}
slowed=${SLOWED:-100}
executions=${EXECUTIONS:-500}

sql()
{
	"$pg_bindir/psql" -X -q -At -v ON_ERROR_STOP=1 -v executions="$executions" \
		-v same="$same" -v slowed="$slowed" "$@" 2>"$tmp/psql.log" || {
		tail -n 20 "$tmp/psql.log" >&2
		die "this step failed: psql"
	}
}

make_tmp
find_postgresql
cluster_with_perfcheck
# Other work of the machine waits, where that can be asked for, unless NICE is 0.
before=
if [ "${NICE:-20}" -gt 0 ] && renice -n "-${NICE:-20}" \
	-p "$(head -n 1 "$cluster_dir/data/postmaster.pid")" >"$tmp/renice.log" 2>&1; then
	before=", before other work (nice -${NICE:-20})"
fi
say "bench/compare.sh, $(date -u '+%Y-%m-%d %H:%M') UTC," \
	"commit $(git describe --always --dirty 2>/dev/null || say unknown)"
say "PostgreSQL $pg_version, assertions $(sql -c 'SHOW debug_assertions'); $executions executions" \
	"of each side in turns, $((2 * executions)) of a run, load average $(cut -d ' ' -f 1-3 /proc/loadavg)$before"
sql >/dev/null <<'SQL'
SET client_min_messages = error;
CREATE EXTENSION perfcheck CASCADE;
CREATE TABLE fewer AS SELECT n, md5(n::text) AS t FROM generate_series(1, 1000) AS n;
CREATE TABLE more AS SELECT n, md5(n::text) AS t FROM generate_series(1, 1200) AS n;
VACUUM ANALYZE fewer, more;
SELECT perfcheck_add_query('fewer', 'SELECT sum(length(t)) FROM fewer');
SELECT perfcheck_add_query('more', 'SELECT sum(length(t)) FROM more');
CREATE TABLE said (way text, slowed boolean, verdict text);
CREATE TABLE measured (slowed boolean, before float8, after float8);
SQL
sql -c "SELECT 'instructions: ' || coalesce(note, 'counted') FROM perfcheck_ab('SELECT 1', 'SELECT 1', executions => 10)"

sql >/dev/null <<'SQL'
CREATE FUNCTION compare(slowed boolean, executions int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	other text := CASE WHEN slowed THEN 'more' ELSE 'fewer' END;
	before float8;
	after float8;
BEGIN
	INSERT INTO said SELECT 'perfcheck_ab', slowed, verdict FROM perfcheck_ab('SELECT sum(length(t)) FROM fewer',
		'SELECT sum(length(t)) FROM ' || other, executions => compare.executions);
	PERFORM perfcheck_record_run('a', 'fewer', 2 * compare.executions);
	PERFORM perfcheck_record_run('b', other, 2 * compare.executions);
	UPDATE perfcheck_result SET query = 'fewer';
	INSERT INTO said SELECT 'perfcheck_compare', slowed, verdict FROM perfcheck_compare('a', 'b');
	DELETE FROM perfcheck_result;
	SELECT mean_ms INTO before FROM perfcheck_time('fewer', 2 * compare.executions);
	SELECT mean_ms INTO after FROM perfcheck_time(other, 2 * compare.executions);
	INSERT INTO measured VALUES (slowed, before, after);
END
$$;
SQL
# A session and a transaction for each, as a user would have.
i=0
while [ "$i" -lt "$same" ]; do
	i=$((i + 1))
	sql -c "SELECT compare(false, $executions)" >/dev/null
	[ "$i" -gt "$slowed" ] || sql -c "SELECT compare(true, $executions)" >/dev/null
done
say
sql <<'SQL'
INSERT INTO said SELECT 'means of two runs, 5 % apart', slowed, CASE WHEN after > 1.05 * before THEN 'slower' WHEN before > 1.05 * after THEN 'faster' ELSE 'same' END FROM measured;
INSERT INTO said SELECT 'means of two runs, 10 % apart', slowed, CASE WHEN after > 1.10 * before THEN 'slower' WHEN before > 1.10 * after THEN 'faster' ELSE 'same' END FROM measured;
SELECT CASE WHEN slowed THEN '20 % more work' ELSE 'with itself' END || ', ' || way || ': '
	|| count(*) FILTER (WHERE verdict = 'slower') || ' slower, ' || count(*) FILTER (WHERE verdict = 'faster') || ' faster, '
	|| count(*) FILTER (WHERE verdict = 'same') || ' same, ' || count(*) FILTER (WHERE verdict = 'unclear') || ' unclear, of ' || count(*)
FROM said GROUP BY slowed, way ORDER BY slowed, way;
SELECT 'target: at most 2 % slower with itself, ' || way || ': '
	|| CASE WHEN 100 * count(*) FILTER (WHERE verdict = 'slower') <= 2 * count(*) THEN 'met' ELSE 'MISSED' END
FROM said WHERE NOT slowed AND way ~ '^perfcheck' GROUP BY way ORDER BY way;
SELECT 'target: at least 95 % slower with 20 % more work, ' || way || ': '
	|| CASE WHEN 100 * count(*) FILTER (WHERE verdict = 'slower') >= 95 * count(*) THEN 'met' ELSE 'MISSED' END
FROM said WHERE slowed AND way ~ '^perfcheck' GROUP BY way ORDER BY way;
SQL
