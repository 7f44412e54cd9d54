-- Puts what was measured beside the verdicts of truth.tsv, and prints where they
-- differ: one of them is wrong then, and it is for a human to say which.
\set QUIET on
\pset footer off
CREATE TABLE new_truth AS
WITH largest AS (
    SELECT DISTINCT ON ("case", query) * FROM measured ORDER BY "case", query, size DESC),
today AS (SELECT * FROM measured WHERE size = 1),
over AS (
    SELECT "case", query, string_agg(size || ' times', ', ' ORDER BY size) AS sizes
    FROM measured WHERE share > 1 GROUP BY "case", query)
SELECT "case", query, coalesce(t.verdict, '?') AS verdict, coalesce(t.why, '?') AS why,
    m.label AS worst, m.args, m.plan_mode, m.returned, coalesce(m.examined::text, m.error) AS rows,
    m.blocks, d.examined AS rows_today, d.blocks AS blocks_today, coalesce(o.sizes, '') AS over
FROM largest AS m LEFT JOIN today AS d USING ("case", query)
LEFT JOIN over AS o USING ("case", query) LEFT JOIN truth AS t USING ("case", query)
UNION ALL
SELECT * FROM truth WHERE split_part("case", '/', 1) NOT IN (SELECT split_part("case", '/', 1) FROM measured);

\echo
SELECT m."case", m.query, t.verdict, m.size, m.label, m.plan_mode AS mode, m.returned,
    m.examined AS rows, m.blocks, m.spilled, round(m.share::numeric, 2) AS share, m.error, m.access
FROM measured AS m JOIN new_truth AS t USING ("case", query)
ORDER BY "case" COLLATE "C", query COLLATE "C", size;
\echo 'verdicts that are not what was measured, or are within a factor of 1.5 of a budget'
\echo
SELECT "case", query, t.verdict, t.over, t.why, round(max(m.share)::numeric, 2) AS share
FROM new_truth AS t JOIN measured AS m USING ("case", query)
GROUP BY "case", query, t.verdict, t.over, t.why
HAVING (t.verdict = 'not ok') <> (t.over <> '') OR t.verdict = '?' OR max(m.share) BETWEEN 0.67 AND 1.5
ORDER BY "case" COLLATE "C", query COLLATE "C";
