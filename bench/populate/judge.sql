-- What perfcheck sees in this database. Variables: kind, name, scale. Prints rows
-- of two tables, the first column of which is the table's name.
\set QUIET on
\pset format unaligned
\pset tuples_only on
SET client_min_messages = error;
SET timezone = 'UTC';
SET perfcheck.verbose_report = on;
COPY (
    SELECT 'plan', :'kind', :'name', query, label, plan_mode, access, rows_projected
    FROM perfcheck_plan(scale => :scale)
    WHERE label IS NOT NULL
) TO STDOUT;
COPY (
    WITH said AS MATERIALIZED (SELECT line FROM perfcheck_verify(:scale) AS v (line))
    SELECT 'verdict', :'kind', :'name', q.name,
        CASE WHEN v.line ~ '# SKIP' THEN 'skip' WHEN v.line ~ '^ok' THEN 'ok' ELSE 'not ok' END,
        EXISTS (SELECT FROM said AS f WHERE starts_with(f.line, '# fragile: ' || q.name || ','))
    FROM perfcheck_query AS q
    LEFT JOIN said AS v ON v.line ~ ('^(ok|not ok) \d+ - ' || q.name || '($|:| #)')
    WHERE q.enabled
    ORDER BY q.name COLLATE "C"
) TO STDOUT;
