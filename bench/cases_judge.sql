-- What perfcheck says of each query on the small tables. Variables: case, scale.
-- Prints rows of two tables, the first column of which is the table's name.
\set QUIET on
\pset format unaligned
\pset tuples_only on
SET client_min_messages = error;
SET timezone = 'UTC';
SELECT set_config('bench.scale', :'scale', false) \g /dev/null
DROP TABLE IF EXISTS bench.verify, bench.plan, bench.cases;
CREATE TABLE bench.verify (line text);
CREATE TABLE bench.plan (query text, n bigint, plan jsonb);
CREATE TABLE bench.cases (query text, n bigint, values jsonb);
SELECT clock_timestamp() AS began \gset
DO $$ BEGIN
    INSERT INTO bench.verify SELECT perfcheck_verify(current_setting('bench.scale')::float8);
EXCEPTION WHEN OTHERS OR query_canceled THEN
    INSERT INTO bench.verify SELECT 'error 1 - ' || name || ': ' || sqlerrm FROM perfcheck_query;
END $$;
SELECT extract(epoch FROM clock_timestamp() - :'began') AS seconds \gset
DO $$ DECLARE
    contract record;
BEGIN
    FOR contract IN SELECT name FROM perfcheck_query LOOP
        BEGIN
            INSERT INTO bench.plan SELECT contract.name, row_number() OVER (), to_jsonb(p)
            FROM perfcheck_plan(contract.name, current_setting('bench.scale')::float8) AS p;
            INSERT INTO bench.cases SELECT contract.name, row_number() OVER (), to_jsonb(c)
            FROM perfcheck_cases(contract.name) AS c;
        EXCEPTION WHEN OTHERS OR query_canceled THEN
            DELETE FROM bench.plan WHERE query = contract.name;
        END;
    END LOOP;
END $$;
-- The point of a query begins with its name; those of known limits go on with a comma.
COPY (
    SELECT 'said', :'case', q.name,
        CASE WHEN v.line IS NULL THEN 'error' WHEN v.line ~ '^error' THEN 'error'
            WHEN v.line ~ '# SKIP' THEN 'skip' WHEN v.line ~ '^ok' THEN 'ok' ELSE 'not ok' END,
        round(:seconds, 1), coalesce(regexp_replace(v.line, '^[a-z ]*\d+ - [^:#]*[: #]*', ''), 'no line'), q.sql
    FROM perfcheck_query AS q
    LEFT JOIN bench.verify AS v ON v.line ~ ('^(ok|not ok|error) \d+ - ' || q.name || '($|:| #)')
    ORDER BY q.name COLLATE "C"
) TO STDOUT;
-- A label may stand twice; plans and cases come in the same order.
COPY (
    WITH p AS (SELECT *, row_number() OVER (PARTITION BY query, plan ->> 'plan_mode', plan ->> 'label' ORDER BY n) AS nth FROM bench.plan),
    c AS (SELECT *, row_number() OVER (PARTITION BY query, values ->> 'label' ORDER BY n) AS nth FROM bench.cases)
    SELECT 'predicted', :'case', p.query, p.n, p.plan ->> 'label', p.plan ->> 'plan_mode',
        ARRAY(SELECT jsonb_array_elements_text(c.values -> 'args')), coalesce(nullif(c.values -> 'settings', 'null'), '{}'),
        p.plan ->> 'access', p.plan ->> 'rows_projected', p.plan ->> 'blocks_projected', p.plan ->> 'ok'
    FROM p JOIN c ON c.query = p.query AND c.values ->> 'label' = p.plan ->> 'label' AND c.nth = p.nth
    ORDER BY p.query COLLATE "C", p.n
) TO STDOUT;
