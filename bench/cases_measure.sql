-- What is true of each query at one size: its worst values, under the plan that
-- PostgreSQL would take. Variables: case, size, timeout,
-- dead_rows.
\set QUIET on
\pset format unaligned
\pset tuples_only on
\set timeout_ms :timeout 000
SET statement_timeout = :timeout_ms;
SET jit = off;
SET client_min_messages = warning;
SET timezone = 'UTC';
SELECT set_config('bench.dead_rows', :'dead_rows', false) \g /dev/null
INSERT INTO bench.value (query, label)
SELECT name, '' FROM perfcheck_query WHERE name NOT IN (SELECT query FROM bench.value);
UPDATE bench.value SET args = coalesce(args, '{}'), settings = coalesce(settings, '{}');
DROP TABLE IF EXISTS bench.run, bench.generic;
CREATE TABLE bench.run (n int, plan_mode text, m bench.measurement);
SELECT format('INSERT INTO bench.run SELECT n, %L, bench.measure(query, args, settings, %L, true) FROM bench.value WHERE n = %s', 'custom', 'custom', n)
FROM bench.value ORDER BY n \gexec
CREATE TABLE bench.generic AS
SELECT DISTINCT ON (query) query, bench.switches(query, args, settings) AS used FROM bench.value ORDER BY query, n;
SELECT format('INSERT INTO bench.run SELECT n, %L, bench.measure(query, args, settings, %L, true, m) FROM bench.value JOIN bench.run USING (n) WHERE n = %s', 'generic', 'generic', n)
FROM bench.value JOIN bench.generic USING (query) WHERE used ORDER BY n \gexec
COPY (
    SELECT DISTINCT ON (query COLLATE "C") :'case', query, :'size', label, v.args::text || CASE v.settings WHEN '{}' THEN '' ELSE ' ' || v.settings::text END,
        plan_mode, (m).returned, (m).examined, (m).blocks, (m).spilled, (m).error,
        bench.share_of_budget(query, m), (m).access, q.sql
    FROM bench.run JOIN bench.value AS v USING (n) JOIN perfcheck_query AS q ON q.name = query
    ORDER BY query COLLATE "C", bench.share_of_budget(query, m) DESC, plan_mode, n
) TO STDOUT;
