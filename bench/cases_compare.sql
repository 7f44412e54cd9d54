-- The plans and values that were judged on the small tables, on the large ones.
-- Pages of a cursor and deep offsets are others there, and are left out.
-- They are in bench.predicted. Variables: case, timeout,
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
DROP TABLE IF EXISTS bench.run, bench.generic;
CREATE TABLE bench.run (query text, n bigint, m bench.measurement);
SELECT format('INSERT INTO bench.run SELECT query, n, bench.measure(query, args, settings, plan_mode, true) FROM bench.predicted WHERE query = %L AND n = %s', query, n)
FROM bench.predicted WHERE label !~ 'page$|deep' AND plan_mode = 'custom' ORDER BY query, n \gexec
-- The generic plan of the same values is often the same one.
SELECT format('INSERT INTO bench.run SELECT g.query, g.n, bench.measure(g.query, g.args, g.settings, g.plan_mode, true, (
    SELECT m FROM bench.run JOIN bench.predicted AS c USING (query, n) WHERE c.query = g.query AND c.label = g.label AND c.args = g.args AND c.settings = g.settings LIMIT 1))
    FROM bench.predicted AS g WHERE query = %L AND n = %s', query, n)
FROM bench.predicted WHERE label !~ 'page$|deep' AND plan_mode = 'generic' ORDER BY query, n \gexec
COPY (
    SELECT :'case', query, n, (m).access, (m).returned, (m).examined, (m).blocks, (m).error, bench.share_of_budget(query, m)
    FROM bench.run ORDER BY query COLLATE "C", n
) TO STDOUT;
