-- Prints what each proven fix does to the worst case of its query at 50 times.
\set QUIET on
\pset footer off
\pset null ''
CREATE TABLE compared AS
SELECT *, round((blocks_with + 1)::numeric / (blocks + 1), 2) AS ratio,
    error_with IS NOT NULL AND error_with !~ 'not run$' AND error IS NULL
        OR blocks_with > 1000 AND blocks_with > 2 * blocks
        OR examined_with > 50000 AND examined_with > 2 * examined AS hurts,
    share_with > 1 AND coalesce(error_with, '') !~ 'not run$' AS over,
    returned <> returned_with AND coalesce(error_with, '') !~ 'not run$' AS other_rows
FROM hurt;
\echo
SELECT DISTINCT ON ("case" COLLATE "C", query COLLATE "C") "case", query, label, coalesce(blocks::text, error) AS blocks,
    coalesce(blocks_with::text, error_with) AS "with it", examined AS rows, examined_with AS "with it", ratio, CASE WHEN hurts THEN 'HURTS' ELSE '' END || CASE WHEN other_rows THEN ' OTHER ROWS' ELSE '' END AS verdict,
    CASE WHEN bool_or(over) OVER (PARTITION BY "case", query) THEN 'over' ELSE '' END AS budget, left(plain(fix), 120) AS fix
FROM compared ORDER BY "case" COLLATE "C", query COLLATE "C", hurts DESC, other_rows DESC NULLS LAST, CASE WHEN blocks_with > 100 THEN ratio ELSE 0 END DESC NULLS LAST, blocks_with DESC;
\pset tuples_only on
\pset format unaligned
SELECT format(E'%s %s, %s %s: %s blocks, %s rows; with it %s blocks, %s rows\n  without: %s\n  with:    %s\n  fix:     %s\n',
    "case", query, label, args, coalesce(blocks::text, error), examined, coalesce(blocks_with::text, error_with), examined_with, access, access_with, fix)
FROM compared WHERE hurts ORDER BY ratio DESC NULLS FIRST;
SELECT format(E'%s %s, %s %s is over its budget with the fix: %s blocks, %s rows\n  with:    %s\n  fix:     %s\n', "case", query, label, args,
    coalesce(blocks_with::text, error_with), examined_with, access_with, fix)
FROM (SELECT DISTINCT ON ("case", query) * FROM compared WHERE over ORDER BY "case", query, share_with DESC) AS c
WHERE ("case", query) NOT IN (SELECT "case", query FROM compared WHERE hurts) ORDER BY share_with DESC;
SELECT format(E'%s %s, %s %s returned %s rows; with the fix %s\n  fix:     %s\n', "case", query, label, args, returned, returned_with, fix)
FROM compared WHERE other_rows;
SELECT 'proven fixes tried: ' || count(DISTINCT ("case", query)) || ', with ' || count(*) || ' cases; not run: '
    || count(DISTINCT ("case", query)) FILTER (WHERE error_with ~ 'not run$') || E'\nfixes that hurt a case: '
    || count(DISTINCT ("case", query)) FILTER (WHERE hurts) || '; target: none'
    || E'\nproven, and a case is over its budget: ' || count(DISTINCT ("case", query)) FILTER (WHERE over) || '; target: none'
    || E'\nproven, and a case returns other rows: ' || count(DISTINCT ("case", query)) FILTER (WHERE other_rows) || '; target: none' FROM compared;
