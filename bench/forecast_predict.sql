-- What perfcheck says from the small table about one :scale times as large.
-- Variables: rows, scale, seed, predicted_file, regime_file (of the server).
\set QUIET on
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SET jit = off;
CREATE EXTENSION perfcheck CASCADE;
SELECT perfcheck_seed(:rows, seed => :seed, starts => '2027-01-01 00:00Z') \g /dev/null
CREATE TABLE predicted AS
SELECT p.query, p.label, p.plan_mode, p.access, p.rows_projected, p.ok,
       bool_or(p.fragile IS NOT NULL) OVER (PARTITION BY query, label) AS fragile, p.cost, c.args
FROM perfcheck_plan(scale => :scale) AS p JOIN perfcheck_cases() AS c USING (query, label);
CREATE TABLE regime AS
SELECT query, label, plan_mode, access, ok
FROM perfcheck_forecast(max_rows => :scale * :rows)
WHERE to_rows = :scale * :rows;
COPY predicted TO :'predicted_file';
COPY regime TO :'regime_file';
