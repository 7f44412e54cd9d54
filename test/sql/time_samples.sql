-- perfcheck_time: samples, plans, mixes, clients, kept runs and comparisons. Facts, never a time.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA time_samples_test;
SET search_path = time_samples_test, public;
\set SHOW_CONTEXT never
SET jit = off;
CREATE TABLE note (id int PRIMARY KEY, tag text NOT NULL, body text NOT NULL);
INSERT INTO note SELECT g, 'tag ' || g % 7, md5(g::text) FROM generate_series(1, 3000) AS g;
CREATE INDEX note_tag ON note (tag);
VACUUM ANALYZE note;
UPDATE perfcheck_query SET enabled = false;
SELECT perfcheck_add_query('by_id', 'SELECT body FROM note WHERE id = $1');
SELECT perfcheck_set_values('by_id', 1, '{5}');
SELECT perfcheck_add_query('by_tag', 'SELECT id, body FROM note WHERE tag = $1 ORDER BY body LIMIT 5');
SELECT perfcheck_set_values('by_tag', 1, '{tag 1,tag 2}');

-- the samples of the last run give its percentiles, which are told to a microsecond
CREATE TABLE timed AS SELECT * FROM perfcheck_time('by_tag', executions => 37, warmup => 3);
SELECT t.label, t.executions, count(*) AS samples, count(DISTINCT execution) AS numbers, min(client) AS first, max(client) AS last,
       abs(percentile_disc(0.5) WITHIN GROUP (ORDER BY s.ms) - t.p50_ms) < 0.000501 AS p50,
       abs(percentile_disc(0.95) WITHIN GROUP (ORDER BY s.ms) - t.p95_ms) < 0.000501 AS p95,
       abs(percentile_disc(0.99) WITHIN GROUP (ORDER BY s.ms) - t.p99_ms) < 0.000501 AS p99,
       abs(max(s.ms) - t.max_ms) < 0.000501 AS max,
       abs(avg(s.ms) - t.mean_ms) <= 0.0006 AS mean
FROM timed AS t JOIN perfcheck_samples() AS s USING (query, label)
GROUP BY t.label, t.executions, t.p50_ms, t.p95_ms, t.p99_ms, t.max_ms, t.mean_ms ORDER BY t.label;
-- those of two clients are put together, and nothing else
DROP TABLE timed;
CREATE TABLE timed AS SELECT * FROM perfcheck_time('by_tag', executions => 20, warmup => 2, clients => 2);
SELECT t.label, t.executions, count(*) AS samples, count(DISTINCT (client, execution)) AS numbers, min(client) AS first, max(client) AS last,
       abs(percentile_disc(0.5) WITHIN GROUP (ORDER BY s.ms) - t.p50_ms) < 0.000501 AS p50,
       abs(percentile_disc(0.95) WITHIN GROUP (ORDER BY s.ms) - t.p95_ms) < 0.000501 AS p95,
       abs(max(s.ms) - t.max_ms) < 0.000501 AS max
FROM timed AS t JOIN perfcheck_samples() AS s USING (query, label)
GROUP BY t.label, t.executions, t.p50_ms, t.p95_ms, t.max_ms ORDER BY t.label;
-- a run that fails keeps those of the run before
SELECT * FROM perfcheck_time('no_such');
SELECT count(*) FROM perfcheck_samples();

-- plans: custom ones first, as PREPARE does; forced; and what the session sets
SELECT plan_mode FROM perfcheck_time('by_id', executions => 5, warmup => 0);
SELECT plan_mode FROM perfcheck_time('by_id', executions => 6, warmup => 0);
SELECT plan_mode FROM perfcheck_time('by_id', executions => 6, warmup => 5);
SELECT plan_mode FROM perfcheck_time('by_id', executions => 20, plan => 'custom');
SELECT plan_mode FROM perfcheck_time('by_id', executions => 5, warmup => 0, plan => 'generic');
SELECT plan_mode, clients FROM generate_series(1, 2) AS clients, perfcheck_time('by_id', executions => 20, plan => 'custom', clients => clients);
SET plan_cache_mode = force_generic_plan;
SELECT plan_mode, clients FROM generate_series(1, 2) AS clients, perfcheck_time('by_id', executions => 5, warmup => 0, clients => clients);
RESET plan_cache_mode;
-- the first execution has its analysis and planning with it
SELECT first_ms > 0 AS first, plan_ms > 0 AS planned, harness_us > 0 AS harness FROM perfcheck_time('by_id', executions => 5, warmup => 0);
-- blocks; what is sorted on disk; what was compiled
SELECT shared_hit + shared_read > 0 AS shared, shared_written, temp_read, temp_written, jit FROM perfcheck_time('by_id', executions => 5);
SELECT perfcheck_add_query('on_disk', 'SELECT id FROM (SELECT id, row_number() OVER (ORDER BY body) AS n FROM note) AS s WHERE n < 3');
SET work_mem = '64kB';
SELECT clients, temp_read > 0 AS read, temp_written > 0 AS written
FROM generate_series(1, 2) AS clients, perfcheck_time('on_disk', executions => 3, clients => clients);
RESET work_mem;
SET jit = on;
SET jit_above_cost = 0;
SELECT clients, jit = pg_jit_available() AS noted FROM generate_series(1, 2) AS clients, perfcheck_time('on_disk', executions => 2, clients => clients);
RESET jit_above_cost;
SET jit = off;

-- for a time
SELECT executions > 1 AS some FROM perfcheck_time('by_id', executions => 1, duration => '20 ms');
SELECT count(*) AS cases, bool_and(executions > 0) AS some FROM perfcheck_time('by_tag', duration => '20 ms', clients => 2);

-- all at once: as often as a recording had the cases; a query of no recording like the mean of those
SELECT perfcheck_add_query('weighed', 'SELECT body FROM note WHERE id = $1');
SELECT perfcheck_add_case('weighed', 'often', '{1}', weight => 300);
SELECT perfcheck_add_case('weighed', 'rarely', '{2}', weight => 100);
UPDATE perfcheck_query SET enabled = false WHERE name IN ('by_tag', 'on_disk');
CREATE TABLE mixed AS SELECT * FROM perfcheck_time(executions => 500, mix => true);
SELECT query, label, round(100.0 * executions / sum(executions) OVER (), -1) AS percent, ok, plan_mode, reason FROM mixed ORDER BY 1, 2;
-- each client makes as many executions as it would one after the other, of cases that are drawn
SELECT sum(executions) FROM mixed;
SELECT sum(executions) FROM perfcheck_time(executions => 50, mix => true, clients => 2);
SELECT bool_and(executions > 0) AS drawn FROM perfcheck_time(duration => '50 ms', mix => true) WHERE reason IS NULL;
UPDATE perfcheck_query SET enabled = true WHERE name IN ('by_tag', 'on_disk');
SELECT perfcheck_drop_query('weighed');

-- a case that fails is a row, with its values, and the others go on
SELECT perfcheck_add_query('divides', 'SELECT 100 / $1::int AS n, $2::text AS t FROM note LIMIT 1');
SELECT perfcheck_set_values('divides', 2, ARRAY['it''s', NULL]);
SELECT perfcheck_set_values('divides', 1, '{0}');
SELECT clients, label, ok, reason FROM generate_series(1, 2) AS clients, perfcheck_time('divides', executions => 3, clients => clients);
SELECT perfcheck_set_values('divides', 1, '{5}');
SELECT perfcheck_add_case('divides', 'by nothing', '{0,x}');
SELECT mix, label, executions > 0 AS timed, ok, reason FROM (VALUES (false), (true)) AS m (mix), perfcheck_time('divides', executions => 20, mix => mix)
ORDER BY mix, label;
SELECT DISTINCT label FROM perfcheck_samples() WHERE query = 'divides' ORDER BY label;
SELECT perfcheck_drop_query('divides');
SELECT perfcheck_add_query('writes', 'SELECT nextval(''time_samples_test.counter'')', enabled => false);
CREATE SEQUENCE counter;
SELECT clients, ok, reason FROM generate_series(1, 2) AS clients, perfcheck_time('writes', executions => 3, clients => clients);
SELECT perfcheck_drop_query('writes');
-- time limits: of an execution, of a client's, and of looking for values
SELECT perfcheck_add_query('sleeps', 'SELECT pg_sleep($1::float8) FROM note LIMIT 1');
SELECT perfcheck_set_values('sleeps', 1, '{0,10}');
SET perfcheck.statement_timeout = '200ms';
SELECT clients, label, ok, reason FROM generate_series(1, 2) AS clients, perfcheck_time('sleeps', executions => 2, warmup => 0, clients => clients);
SELECT perfcheck_drop_query('sleeps');
CREATE FUNCTION slowly(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$BEGIN PERFORM pg_sleep(0.01); RETURN true; END$$;
CREATE TABLE guarded AS SELECT * FROM note;
ANALYZE guarded;
ALTER TABLE guarded ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY slow ON guarded USING (slowly(tag));
DO $$BEGIN CREATE ROLE perfcheck_time_guarded NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END$$;
GRANT USAGE ON SCHEMA time_samples_test TO perfcheck_time_guarded;
GRANT SELECT ON guarded TO perfcheck_time_guarded;
SELECT perfcheck_add_query('guarded', 'SELECT body FROM guarded WHERE body = $1', role => 'perfcheck_time_guarded');
SELECT label, ok, reason FROM perfcheck_time('guarded', executions => 2);
SELECT perfcheck_drop_query('guarded');
RESET perfcheck.statement_timeout;

-- clients are as the caller is: settings of the session, also those of no one's, and the role
SELECT perfcheck_add_query('tenant', 'SELECT 1 / current_setting(''time.tenant'')::int, 1 / (current_user = ''perfcheck_time_guarded'')::int FROM guarded LIMIT 1');
SET time.tenant = 0;
SELECT clients, reason FROM generate_series(1, 2) AS clients, perfcheck_time('tenant', executions => 2, clients => clients);
SET time.tenant = 5;
SELECT clients, reason FROM generate_series(1, 2) AS clients, perfcheck_time('tenant', executions => 2, clients => clients);
SET ROLE perfcheck_time_guarded;
SELECT clients, executions FROM generate_series(1, 2) AS clients, perfcheck_time('tenant', executions => 2, clients => clients);
RESET ROLE;
SELECT perfcheck_drop_query('tenant');
-- and do not see what is not committed, of which they tell
SET client_min_messages = notice;
BEGIN;
CREATE TABLE young AS SELECT 1 AS id;
SELECT perfcheck_add_query('young', 'SELECT id FROM young');
SELECT executions, reason FROM perfcheck_time('young', executions => 2, clients => 1);
SELECT executions, reason FROM perfcheck_time('young', executions => 2, clients => 2);
ROLLBACK;
SET client_min_messages = warning;

-- runs that are kept
SELECT perfcheck_record_run('one', 'by_tag', executions => 60);
SELECT run, query, label, executions, ok, array_length(samples_ns, 1) AS samples,
       details - 'first_ms' - 'reference_ms' - 'reference_p95_ms' - 'shared_hit' - 'server_version' - 'settings' - 'generic' AS details,
       details->>'server_version' = current_setting('server_version') AS version, details->'settings'->>'shared_buffers' = current_setting('shared_buffers') AS buffers
FROM perfcheck_result WHERE source = 'time' AND run = 'one' ORDER BY id;
SELECT p50_ms = round(percentile_disc(0.5) WITHIN GROUP (ORDER BY s) / 1e6, 6)::float8 AS p50
FROM perfcheck_result AS r, unnest(r.samples_ns) AS s WHERE run = 'one' GROUP BY r.id, r.p50_ms ORDER BY r.id;
SET work_mem = '5MB';
SELECT perfcheck_record_run('two', 'by_tag', executions => 60);
SELECT perfcheck_record_run('three', 'by_id', executions => 60, plan => 'generic', clients => 2);
RESET work_mem;
SELECT query, label, verdict IN ('faster', 'slower', 'same', 'unclear') AS judged, p50_change IS NOT NULL AS change, p50_low <= p50_high AS interval,
       regexp_replace(note, '(the machine was .*shows; )?settings: {.*}, then {.*("work_mem": "[^"]*").*}', 'settings: \2') AS note
FROM perfcheck_compare('one', 'two');
SELECT query, label, verdict, note FROM perfcheck_compare('one', 'three');
-- the latest run of a label counts
SELECT perfcheck_record_run('one', 'by_id', executions => 60);
SELECT query, label FROM perfcheck_compare('one', 'one');
SELECT * FROM perfcheck_compare('one', 'four');
SELECT * FROM perfcheck_compare('one', NULL);
SELECT perfcheck_record_run('');
SELECT perfcheck_record_run(NULL);
DELETE FROM perfcheck_result WHERE source = 'time';
SELECT * FROM perfcheck_compare('one', 'two');
-- verdicts, on samples that are made
SELECT name, verdict, p50_change, p95_change FROM (VALUES
	('same', ARRAY(SELECT 1000 + g * 37 % 20 FROM generate_series(1, 400) AS g), ARRAY(SELECT 1000 + g * 41 % 20 FROM generate_series(1, 400) AS g)),
	('slower', ARRAY(SELECT 1000 + g * 37 % 20 FROM generate_series(1, 400) AS g), ARRAY(SELECT 1200 + g * 41 % 24 FROM generate_series(1, 400) AS g)),
	('faster', ARRAY(SELECT 1000 + g * 37 % 20 FROM generate_series(1, 400) AS g), ARRAY(SELECT 800 + g * 41 % 16 FROM generate_series(1, 400) AS g)),
	('one wave', ARRAY(SELECT 1000 + g * 37 % 20 FROM generate_series(1, 400) AS g), ARRAY(SELECT CASE WHEN g > 200 THEN 1600 ELSE 1000 END + g * 41 % 20 FROM generate_series(1, 400) AS g)),
	('none', '{}', ARRAY[1, 2, 3])) AS s (name, a, b), perfcheck_compare_samples(a, b);
SELECT verdict FROM perfcheck_compare_samples(ARRAY[1, NULL]::bigint[], '{1}');
SELECT verdict FROM perfcheck_compare_samples(NULL, '{1}');

-- two forms in turns
SELECT verdict IN ('faster', 'slower', 'same', 'unclear') AS judged, executions, p50_low <= p50_high AS interval,
       p50_a_ms > 0 AND p50_b_ms > 0 AS medians, (instructions_a IS NULL) = (note IS NOT NULL) AS counted
FROM perfcheck_ab('SELECT body FROM note WHERE id = $1', 'SELECT body FROM note WHERE id IN ($1)', '{5}', executions => 80);
SELECT executions > 0 AS some FROM perfcheck_ab('SELECT', 'SELECT', duration => '20 ms');
SELECT verdict, p50_change, p50_low FROM perfcheck_ab('SELECT 1', 'SELECT 1', executions => 1);
SELECT * FROM perfcheck_ab('SELECT 1', 'DELETE FROM note');
SELECT * FROM perfcheck_ab('SELECT 1 / $1::int', 'SELECT $1', '{0}');
SELECT * FROM perfcheck_ab('SELECT 1 / $1::int', 'SELECT $1');
SELECT * FROM perfcheck_ab('SELECT $1::int', 'SELECT $1::int', '{x}');
SELECT * FROM perfcheck_ab('SELECT 1', 'SELECT FROM no_such');
SELECT * FROM perfcheck_ab('SELECT 1', 'SELECT perfcheck_seed(1)');
SELECT * FROM perfcheck_ab('SELECT 1', NULL);
SELECT * FROM perfcheck_ab('SELECT 1', 'SELECT 1', executions => 0);
SELECT * FROM perfcheck_ab('SELECT 1', 'SELECT 1', plan => 'best');

-- a bar chart: each sample is in one bar, the bars adjoin, and the longest one is 50 long
CREATE TABLE timed_id AS SELECT * FROM perfcheck_time('by_id', executions => 300);
CREATE TABLE bars AS SELECT *, row_number() OVER () AS n FROM perfcheck_histogram('by_id');
SELECT sum(executions) AS samples, max(length(bar)) AS longest, bool_and((bar = '') = (executions = 0)) AS empty FROM bars;
SELECT bool_and(a.to_ms = b.from_ms) IS NOT false AS adjoin FROM bars AS a JOIN bars AS b ON b.n = a.n + 1;
SELECT count(*) AS elsewhere FROM perfcheck_samples() AS s
WHERE s.query = 'by_id' AND NOT EXISTS (SELECT FROM bars AS b WHERE b.executions > 0 AND s.ms >= b.from_ms * 0.995 AND s.ms < b.to_ms * 1.005);
-- of a query without samples, after it was timed
SELECT sum(executions) FROM perfcheck_histogram('by_tag', 'tag = tag 1');
SELECT sum(executions) FROM perfcheck_histogram('by_tag');
SELECT * FROM perfcheck_histogram('by_tag', 'no such');
SELECT * FROM perfcheck_histogram('no_such');
SELECT * FROM perfcheck_histogram(NULL);

-- refused
SELECT * FROM perfcheck_time(clients => -3);
SELECT * FROM perfcheck_time(executions => -5);
SELECT * FROM perfcheck_time(duration => '0 s');
SELECT * FROM perfcheck_time(duration => '-1 s');
SELECT * FROM perfcheck_time(duration => '2 days');
SELECT * FROM perfcheck_time(plan => 'best');
SELECT * FROM perfcheck_time(plan => NULL);
SELECT * FROM perfcheck_time(mix => NULL);
SELECT * FROM perfcheck_time(clients => NULL);
DO $$BEGIN PERFORM perfcheck_time('by_id', clients => 300000); EXCEPTION WHEN configuration_limit_exceeded THEN RAISE WARNING '%', replace(SQLERRM, current_setting('max_worker_processes'), 'N'); END$$;
SELECT perfcheck_drop_query('by_id'), perfcheck_drop_query('by_tag'), perfcheck_drop_query('on_disk');
UPDATE perfcheck_query SET enabled = true;
DROP SCHEMA time_samples_test CASCADE;
DROP ROLE perfcheck_time_guarded;
