-- What perfcheck sees in this database. Variables: kind, name, scale. Prints rows
-- of two tables, the first column of which is the table's name.
\set QUIET on
\pset format unaligned
\pset tuples_only on
SET client_min_messages = error;
SET timezone = 'UTC';
COPY (
    SELECT 'plan', :'kind', :'name', query, label, plan_mode, access, rows_projected
    FROM perfcheck_plan(scale => :scale)
    WHERE label IS NOT NULL
) TO STDOUT;
COPY (
    SELECT 'verdict', :'kind', :'name', q.name,
        CASE WHEN v.line ~ '# SKIP' THEN 'skip' WHEN v.line ~ '^ok' THEN 'ok' ELSE 'not ok' END,
        v.line ~ 'fragile'
    FROM perfcheck_query AS q
    LEFT JOIN perfcheck_verify(:scale) AS v (line) ON v.line ~ ('^(ok|not ok) \d+ - ' || q.name || '($|:| #)')
    WHERE q.enabled
    ORDER BY q.name COLLATE "C"
) TO STDOUT;
