-- Prints how long verify with advice takes on each query, beside plan without it.
\set QUIET on
\pset footer off
\echo
SELECT "case", query, verdict, tables AS rows, round(verify::numeric, 2) AS "verify, s", round(plan::numeric, 2) AS "plan, s",
    round((verify - plan)::numeric, 2) AS "proof, s", CASE WHEN verify - plan > 2 THEN 'OVER 2 s' ELSE '' END AS target
FROM time ORDER BY verify - plan DESC, "case" COLLATE "C", query COLLATE "C";
\pset tuples_only on
\pset format unaligned
SELECT format('proof of a query: %s s at the median, %s s at the most; over 2 s: %s of %s; target: none',
    round((percentile_cont(0.5) WITHIN GROUP (ORDER BY verify - plan))::numeric, 2), round(max(verify - plan)::numeric, 2),
    count(*) FILTER (WHERE verify - plan > 2), count(*)) FROM time;
SELECT format('verify with advice: %s s of all, plan without it: %s s', round(sum(verify)::numeric, 1), round(sum(plan)::numeric, 1)) FROM time;
