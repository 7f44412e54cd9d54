-- How near each kind of data comes to the real ones. Variable: rows.
\set QUIET on
\pset format aligned
\pset footer off
\pset null ''
SET client_min_messages = warning;
CREATE TABLE plan (kind text, name text, query text, label text, plan_mode text, access text, rows float8);
CREATE TABLE verdict (kind text, name text, query text, verdict text, fragile boolean);
CREATE TABLE fidelity (name text, relation text, what text, ok boolean);
CREATE TABLE load (kind text, name text, rows float8, seconds float8, violations text);
\copy plan FROM PROGRAM 'sed -n "s/^plan\t//p" "$DATA/judged.tsv"'
\copy verdict FROM PROGRAM 'sed -n "s/^verdict\t//p" "$DATA/judged.tsv"'
\copy fidelity FROM PROGRAM 'cat "$DATA/fidelity.tsv"'
\copy load FROM PROGRAM 'cat "$DATA/load.tsv"'
\echo the load: rows of all tables, seconds, and what broke a constraint
SELECT kind, name, rows::bigint AS rows, round(seconds::numeric, 1) AS seconds, coalesce(violations, 'none') AS violations FROM load ORDER BY 1, 2;
\echo
\echo statistics after ANALYZE: columns and foreign keys within the bounds of perfcheck_fidelity
SELECT coalesce(name, 'all') AS name, count(*) AS asked, count(*) FILTER (WHERE ok) AS ok, round(100.0 * count(*) FILTER (WHERE ok) / count(*), 1) AS percent
FROM fidelity GROUP BY ROLLUP (name) ORDER BY name IS NULL, 1;
\echo
\echo the plans of the same cases as on the real rows, and the rows that they examine
SELECT o.kind, coalesce(o.name, 'all') AS name, count(*) AS plans,
    round(100.0 * count(*) FILTER (WHERE k.access = r.access) / count(*), 1) AS same_plan_percent,
    round(100.0 * count(*) FILTER (WHERE k.rows <= 2 * r.rows + 20 AND r.rows <= 2 * k.rows + 20) / count(*), 1) AS rows_within_2x_percent
FROM (SELECT DISTINCT kind, name FROM plan WHERE kind NOT IN ('real', 'small')) AS o
JOIN plan AS r ON r.kind = 'real' AND r.name = o.name
LEFT JOIN plan AS k ON k.kind = o.kind AND (k.name, k.query, k.label, k.plan_mode) = (r.name, r.query, r.label, r.plan_mode)
GROUP BY o.kind, ROLLUP (o.name) ORDER BY o.kind, o.name IS NULL, 2;
\echo
\echo verdicts as on the real rows
SELECT o.kind, coalesce(o.name, 'all') AS name, count(*) AS queries, count(*) FILTER (WHERE k.verdict = r.verdict) AS same,
    count(*) FILTER (WHERE k.verdict = 'ok' AND r.verdict <> 'ok') AS false_ok,
    count(*) FILTER (WHERE k.verdict <> r.verdict AND NOT k.fragile) AS wrong_and_not_fragile
FROM (SELECT DISTINCT kind, name FROM verdict WHERE kind <> 'real') AS o
JOIN verdict AS r ON r.kind = 'real' AND r.name = o.name
LEFT JOIN verdict AS k ON k.kind = o.kind AND (k.name, k.query) = (r.name, r.query)
GROUP BY o.kind, ROLLUP (o.name) ORDER BY o.kind, o.name IS NULL, 2;
\echo
\echo queries with another verdict, or fewer same plans than half
SELECT r.name, r.query, r.verdict AS real, m.verdict AS made, s.verdict AS small, p.same || ' of ' || p.plans AS plans
FROM verdict AS r
JOIN verdict AS m ON m.kind = 'made' AND (m.name, m.query) = (r.name, r.query)
LEFT JOIN verdict AS s ON s.kind = 'small' AND (s.name, s.query) = (r.name, r.query)
JOIN LATERAL (
    SELECT count(*) AS plans, count(*) FILTER (WHERE k.access = pr.access) AS same
    FROM plan AS pr LEFT JOIN plan AS k ON k.kind = 'made' AND (k.name, k.query, k.label, k.plan_mode) = (pr.name, pr.query, pr.label, pr.plan_mode)
    WHERE pr.kind = 'real' AND (pr.name, pr.query) = (r.name, r.query)) AS p ON true
WHERE r.kind = 'real' AND (m.verdict <> r.verdict OR s.verdict <> r.verdict OR 2 * p.same < p.plans)
ORDER BY 1, 2;
