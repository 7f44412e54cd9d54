-- What perfcheck says of each query that is not ok, taken apart: the cause, all
-- that is said to do about it, and whether that was proven. Variables: case,
-- scale, and names, a list of the queries that an expert was asked about.
\set QUIET on
\pset format unaligned
\pset tuples_only on
SET client_min_messages = error;
SET timezone = 'UTC';
UPDATE perfcheck_query SET enabled = :'names' = 'all' OR name = ANY (string_to_array(:'names', ','));
SELECT set_config('bench.scale', :'scale', false) \g /dev/null
DROP TABLE IF EXISTS bench.verify CASCADE;
CREATE TABLE bench.verify (n serial, line text);
SELECT clock_timestamp() AS began \gset
DO $$ BEGIN
    INSERT INTO bench.verify (line) SELECT perfcheck_verify(current_setting('bench.scale')::float8);
EXCEPTION WHEN OTHERS OR query_canceled THEN
    INSERT INTO bench.verify (line) SELECT 'not ok 1 - ' || name || ': ' || sqlerrm FROM perfcheck_query WHERE enabled;
END $$;
SELECT extract(epoch FROM clock_timestamp() - :'began') AS seconds \gset
-- A line "  key: value" belongs to the point above it. A value may be quoted, or "|"
-- for the lines below it that stand further in.
CREATE OR REPLACE FUNCTION bench.unquoted(value text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE WHEN value LIKE '"%"' THEN value::jsonb #>> '{}' ELSE value END;
EXCEPTION WHEN OTHERS THEN
    RETURN value;
END $$;
-- Under "fix" stands a statement, or else what to write in place of the query.
CREATE OR REPLACE FUNCTION bench.statement(value text) RETURNS boolean LANGUAGE sql IMMUTABLE AS
$$SELECT value ~* '^\s*(create|alter|analyze|vacuum|drop|reindex|set|reset|cluster|refresh)\M'$$;
CREATE OR REPLACE VIEW bench.said AS
WITH points AS (
    SELECT n, coalesce(lead(n) OVER (ORDER BY n), 2147483647) AS until, line
    FROM bench.verify WHERE line ~ '^(not )?ok \d+ - '),
said AS (
    SELECT p.n AS point, v.n, m[1] AS key, CASE m[2] WHEN '|' THEN (
            SELECT string_agg(b.line, E'\n' ORDER BY b.n) FROM bench.verify AS b
            WHERE b.n > v.n AND b.n < (SELECT min(e.n) FROM bench.verify AS e WHERE e.n > v.n AND e.line !~ '^    '))
        ELSE bench.unquoted(m[2]) END AS value
    FROM points AS p JOIN bench.verify AS v ON v.n > p.n AND v.n < p.until,
        regexp_match(v.line, '^ {0,3}([a-z][a-z, -]*): (.*)$') AS m)
SELECT q.name AS query, CASE WHEN p.line ~ '^not ok' THEN 'not ok' ELSE 'ok' END AS verdict,
    coalesce((SELECT string_agg(value, E'\n' ORDER BY n) FROM said WHERE point = p.n AND key ~ '^cause'),
        regexp_replace(p.line, '^[a-z ]*\d+ - [^:#]*[: #]*', '')) AS cause,
    (SELECT string_agg(value, E'\n' ORDER BY n) FROM said WHERE point = p.n AND key ~ '^(and )?fix' AND bench.statement(value)) AS fix,
    (SELECT string_agg(value, E'\n' ORDER BY n) FROM said WHERE point = p.n AND (key ~ '^(and )?fix' AND NOT bench.statement(value) OR key ~ '^(and )?(write|rewrite)|^instead')) AS rewrite,
    (SELECT string_agg(value, E'\n' ORDER BY n) FROM said WHERE point = p.n AND key ~ '^(advice|suggest|or|also|better)') AS advice,
    EXISTS (SELECT FROM said WHERE point = p.n AND key = 'fix') AS proven,
    (SELECT string_agg(value, E'\n' ORDER BY n) FROM said WHERE point = p.n AND key ~ 'proof|^rest|^improve') AS proof
FROM perfcheck_query AS q JOIN points AS p ON p.line ~ ('^(not )?ok \d+ - ' || q.name || '($|:| #)') AND p.line !~ '# TODO'
WHERE q.enabled;
COPY (
    SELECT :'case', query, verdict, round(:seconds, 1), cause, fix, rewrite, advice, proven, proof
    FROM bench.said ORDER BY query COLLATE "C"
) TO STDOUT;
