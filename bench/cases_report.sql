-- Prints what was said beside what is true, and the figures. Variable: mode, which is
-- verdicts, run, or versions, which lists of the cases wrong verdicts alone.
\set QUIET on
\pset footer off
\pset null ''
CREATE TABLE judged AS
SELECT s.*, t.verdict AS true_verdict, t.why,
    CASE WHEN t.verdict IS NULL OR t.verdict = '?' THEN 'unknown'
        WHEN s.verdict = t.verdict THEN 'right'
        WHEN s.verdict = 'error' THEN 'ERROR'
        WHEN t.verdict = 'not ok' THEN 'FALSE OK'
        WHEN s.verdict = 'skip' THEN 'SKIPPED'
        ELSE 'false not ok' END AS result,
    w.rows_projected, w.blocks_projected, t.rows, t.blocks
FROM said AS s LEFT JOIN truth AS t USING ("case", query)
LEFT JOIN (SELECT "case", query, max(rows_projected) AS rows_projected, max(blocks_projected) AS blocks_projected
    FROM predicted WHERE plan_mode = 'custom' GROUP BY "case", query) AS w USING ("case", query);

CREATE FUNCTION within_2(a bigint, b bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS
'SELECT greatest($1, $2, 1) <= 2 * greatest(least($1, $2), 1) WHERE $1 IS NOT NULL AND $2 IS NOT NULL';

CREATE TABLE compared AS
SELECT p.*, r.access AS real_access, r.examined, r.blocks AS real_blocks, r.error, r.share,
    p.access = r.access AS same_plan, within_2(p.rows_projected, r.examined) AS rows_within,
    within_2(p.blocks_projected, r.blocks) AS blocks_within, p.ok = (r.share <= 1) AS same_ok
FROM predicted AS p JOIN real AS r USING ("case", query, n)
WHERE r.access IS NOT NULL;

\echo
SELECT "case", query, verdict AS said, true_verdict AS true, result, rows_projected AS rows_said, rows AS rows_true,
    blocks_projected AS blocks_said, blocks AS blocks_true,
    CASE result WHEN 'right' THEN '' ELSE left(CASE WHEN result ~ '^FALSE' THEN why ELSE reason END, 100) END AS why
FROM judged ORDER BY "case" COLLATE "C", query COLLATE "C";

SELECT :'mode' <> 'verdicts' AS compare, :'mode' = 'run' AS every \gset
\if :compare
\if :every
\echo 'plans that are others than forecast, and rows that are not within a factor of 2'
\else
\echo 'verdicts that the same values on the large tables do not have'
\endif
\echo
SELECT "case", query, label, plan_mode AS mode, CASE WHEN same_plan THEN '' ELSE access END AS forecast,
    CASE WHEN same_plan THEN '' ELSE real_access END AS real, rows_projected AS rows_said, coalesce(examined::text, left(error, 30)) AS rows_real
FROM compared WHERE CASE WHEN :'every' THEN NOT same_plan OR NOT rows_within ELSE NOT same_ok END ORDER BY "case" COLLATE "C", query COLLATE "C", n;
\endif

\pset tuples_only on
CREATE FUNCTION of(part bigint, whole bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
$$SELECT CASE WHEN $2 = 0 THEN 'not measured' ELSE format('%s of %s (%s %%)', $1, $2, round(100.0 * $1 / $2, 1)) END$$;
SELECT 'verdicts right:                  ' || of(count(*) FILTER (WHERE result = 'right'), count(*) FILTER (WHERE result <> 'unknown'))
    || '; target: 98 %' FROM judged
UNION ALL
SELECT 'false ok:                        ' || of(count(*) FILTER (WHERE result = 'FALSE OK'), count(*) FILTER (WHERE true_verdict = 'not ok'))
    || ' that are not ok; target: none' FROM judged
UNION ALL
SELECT 'false not ok:                    ' || of(count(*) FILTER (WHERE result = 'false not ok'), count(*) FILTER (WHERE true_verdict = 'ok'))
    || ' that are ok' FROM judged
UNION ALL
SELECT 'skipped, or an error:            ' || count(*) FILTER (WHERE result IN ('SKIPPED', 'ERROR')) FROM judged
UNION ALL
SELECT 'worst rows within 2x of true:    ' || of(count(*) FILTER (WHERE within), count(within)) FROM (
    SELECT within_2(rows_projected, CASE WHEN rows ~ '^\d+$' THEN rows::bigint END) AS within FROM judged) AS j
UNION ALL
SELECT 'worst blocks within 2x of true:  ' || of(count(*) FILTER (WHERE within), count(within)) FROM (
    SELECT within_2(blocks_projected, blocks) AS within FROM judged) AS j;
\if :compare
\echo 'with the same values on the large tables'
SELECT '   plans the same:               ' || of(count(*) FILTER (WHERE same_plan), count(*)) || '; target: 90 %' FROM compared
UNION ALL
SELECT '   rows within 2x:               ' || of(count(*) FILTER (WHERE rows_within), count(rows_within)) || '; target: 90 %' FROM compared
UNION ALL
SELECT '      of the others up to 250:   ' || count(*) FROM compared WHERE NOT rows_within AND greatest(rows_projected, examined) <= 250
UNION ALL
SELECT '   blocks within 2x:             ' || of(count(*) FILTER (WHERE blocks_within), count(blocks_within)) FROM compared
UNION ALL
SELECT '   verdicts of cases right:      ' || of(count(*) FILTER (WHERE same_ok), count(*)) FROM compared;
\endif
SELECT 'perfcheck_verify() took          ' || round(sum(seconds)::numeric, 1) || ' s for ' || sum(queries) || ' queries'
FROM (SELECT max(seconds) AS seconds, count(*) AS queries FROM said GROUP BY "case") AS s;
