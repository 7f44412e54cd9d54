-- The same cases on the table as large as was forecast: plan and rows examined
-- are facts here. Prints both side by side, and the figures.
-- Variables: rows, seed, predicted_file, regime_file.
\set QUIET on
\pset footer off
SET client_min_messages = warning;
SET jit = off;
\o /dev/null
CREATE EXTENSION perfcheck CASCADE;
SELECT perfcheck_seed(:rows, seed => :seed, starts => '2027-01-01 00:00Z');
CREATE TABLE predicted (query text, label text, plan_mode text, access text,
    rows_projected bigint, ok boolean, fragile boolean, cost float8, args text[]);
CREATE TABLE regime (query text, label text, plan_mode text, access text, ok boolean);
COPY predicted FROM :'predicted_file';
COPY regime FROM :'regime_file';
-- The values are those of the small table, but for pages: the second page of the
-- larger table begins after another row.
SELECT perfcheck_add_case(query, 'forecast ' || label, args)
FROM (SELECT DISTINCT query, label, args FROM predicted
      WHERE args <> '{}' AND label !~ 'page$') AS cases;
CREATE TABLE compared AS
SELECT p.query, p.label, p.plan_mode, p.access AS forecast_access, f.access,
       p.access = f.access AS same_plan,
       g.access = f.access AS same_regime, g.ok = f.ok AS same_regime_ok,
       p.rows_projected, f.rows_examined, p.ok AS forecast_ok, f.ok, p.fragile,
       p.ok = f.ok AS same_verdict,
       greatest(p.rows_projected, f.rows_examined, 1)
           <= 2 * greatest(least(p.rows_projected, f.rows_examined), 1) AS within_2,
       p.cost AS forecast_cost, f.cost
FROM predicted AS p
JOIN perfcheck_plan() AS f ON f.query = p.query AND f.plan_mode = p.plan_mode
    AND f.label = CASE WHEN p.args = '{}' OR p.label ~ 'page$' THEN '' ELSE 'forecast ' END || p.label
LEFT JOIN regime AS g ON g.query = p.query AND g.label = p.label AND g.plan_mode = p.plan_mode;
\o

\echo
SELECT query, label, plan_mode AS mode,
       CASE WHEN same_plan THEN '' ELSE 'other' END AS plan,
       rows_projected AS forecast, rows_examined AS real,
       CASE WHEN within_2 THEN '' ELSE 'off' END AS rows,
       forecast_ok AS ok, ok AS real_ok,
       CASE WHEN same_verdict THEN '' WHEN fragile THEN 'fragile' ELSE 'WRONG' END AS verdict,
       round((forecast_cost / cost)::numeric, 2) AS cost_ratio
FROM compared ORDER BY query COLLATE "C", label COLLATE "C", plan_mode;

\echo 'plans that are others than forecast'
\echo
SELECT query, label, plan_mode AS mode, forecast_access, access
FROM compared WHERE NOT same_plan ORDER BY query COLLATE "C", label COLLATE "C", plan_mode;

\pset tuples_only on
SELECT format('%s of %s plans as forecast by perfcheck_plan (%s %%; target: at least 95)',
    count(*) FILTER (WHERE same_plan), count(*), round(100.0 * count(*) FILTER (WHERE same_plan) / count(*), 1)) FROM compared
UNION ALL
SELECT format('%s of %s plans as forecast by perfcheck_forecast, %s of its verdicts',
    count(*) FILTER (WHERE same_regime), count(*), count(*) FILTER (WHERE same_regime_ok)) FROM compared
UNION ALL
SELECT format('%s of %s verdicts right or marked fragile (target: all); %s right',
    count(*) FILTER (WHERE same_verdict OR fragile), count(*), count(*) FILTER (WHERE same_verdict)) FROM compared
UNION ALL
SELECT format('%s of %s rows examined within a factor of 2 (%s %%; target: at least 95)',
    count(*) FILTER (WHERE within_2), count(*), round(100.0 * count(*) FILTER (WHERE within_2) / count(*), 1)) FROM compared
UNION ALL
SELECT format('   of the others %s are 250 rows or fewer, forecast and found',
    count(*) FILTER (WHERE greatest(rows_projected, rows_examined) <= 250)) FROM compared WHERE NOT within_2
UNION ALL
SELECT format('%s of %s costs of plans as forecast within 25 %%; of GIN plans %s of %s, %s to %s of the real one',
    count(*) FILTER (WHERE forecast_cost / cost BETWEEN 0.75 AND 1.25), count(*),
    count(*) FILTER (WHERE gin AND forecast_cost / cost BETWEEN 0.75 AND 1.25), count(*) FILTER (WHERE gin),
    round((min(forecast_cost / cost) FILTER (WHERE gin))::numeric, 2),
    round((max(forecast_cost / cost) FILTER (WHERE gin))::numeric, 2))
FROM (SELECT *, access ~ 'trgm' AS gin FROM compared WHERE same_plan) AS same;
