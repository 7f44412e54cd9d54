-- What a proven fix does to each case of its query on the large tables: run
-- without it and with it, in a transaction that is rolled back. The fix is in
-- bench.proven. Variables: case, query, timeout, dead_rows.
\set QUIET on
\pset format unaligned
\pset tuples_only on
\set timeout_ms :timeout 000
SET jit = off;
SET client_min_messages = warning;
SET timezone = 'UTC';
SELECT set_config('bench.dead_rows', :'dead_rows', false) \g /dev/null
INSERT INTO bench.value (query, label) SELECT :'query', '' WHERE :'query' NOT IN (SELECT query FROM bench.value);
UPDATE bench.value SET args = coalesce(args, '{}'), settings = coalesce(settings, '{}') WHERE query = :'query';
-- The cases that perfcheck finds on the large tables stand beside those of the schema.
SELECT set_config('bench.query', :'query', false) \g /dev/null
DO $$ BEGIN
    INSERT INTO bench.value (query, label, args, settings)
    SELECT query, 'perfcheck: ' || label, coalesce(args, '{}'), coalesce(settings, '{}') FROM perfcheck_cases(current_setting('bench.query')) AS c
    WHERE NOT EXISTS (SELECT FROM bench.value AS v WHERE v.query = c.query AND v.args = coalesce(c.args, '{}') AND v.settings = coalesce(c.settings, '{}'));
EXCEPTION WHEN OTHERS THEN
    NULL;
END $$;
SELECT coalesce(fix, '') ~* 'vacuum' AS vacuums, coalesce(fix, '') ~* 'plan_cache_mode' AS custom,
    coalesce(rewrite, '') ~* '^\s*\(?(select|with)\M' AS whole, coalesce(rewrite, '') <> '' AS rewritten
FROM bench.proven WHERE query = :'query' \gset
-- A setting of a role holds in this transaction instead; custom plans are known above.
CREATE OR REPLACE VIEW bench.statements AS
SELECT regexp_replace(s.statement, '^alter (role|database|user) .* set (\w+) *(=|to) *', 'SET LOCAL \2 = ', 'i') AS statement
FROM bench.proven, regexp_split_to_table(fix, ';\s*') WITH ORDINALITY AS s(statement, n)
WHERE query = current_setting('bench.query') AND s.statement <> '' AND s.statement !~* 'plan_cache_mode' ORDER BY n;
\set attempt 0
\i bench/causes_hurt_run.sql
\if :vacuums
    SELECT statement FROM bench.statements \gexec
    BEGIN;
\else
    BEGIN;
    SELECT statement FROM bench.statements \gexec
\endif
\if :whole
    UPDATE perfcheck_query AS q SET sql = p.rewrite FROM bench.proven AS p WHERE q.name = :'query' AND p.query = q.name;
\endif
\set attempt 1
\i bench/causes_hurt_run.sql
SELECT :'rewritten' AND NOT :'whole' AS condition \gset
COPY (
    SELECT :'case', :'query', v.label, v.args::text || CASE v.settings WHEN '{}' THEN '' ELSE ' ' || v.settings::text END,
        a.blocks, a.examined, a.error, b.blocks, b.examined,
        CASE WHEN :'condition' THEN 'a rewritten condition, not run' ELSE b.error END, a.access, b.access,
        concat_ws('; ', p.fix, p.rewrite), a.share, b.share, a.returned, b.returned
    FROM bench.value AS v JOIN bench.proven AS p USING (query)
    JOIN bench.tried AS a ON a.attempt = 0 AND a.n = v.n JOIN bench.tried AS b ON b.attempt = 1 AND b.n = v.n
    ORDER BY v.n
) TO STDOUT;
ROLLBACK;
