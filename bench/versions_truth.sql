-- What is true of each query, from what was measured: it is not ok if its worst
-- values are over a budget at any of the sizes. The columns are those of truth.tsv.
\set QUIET on
INSERT INTO truth
SELECT DISTINCT ON (m."case", m.query) m."case", m.query,
    CASE WHEN max(share) OVER q > 1 THEN 'not ok' ELSE 'ok' END,
    format('%s: %s rows, %s blocks at %s times', label, coalesce(examined::text, error), blocks, size),
    m.label, m.args, m.plan_mode, returned, coalesce(examined::text, error), blocks, NULL, NULL, ''
FROM measured AS m WINDOW q AS (PARTITION BY m."case", m.query)
ORDER BY m."case", m.query, m.size DESC;
