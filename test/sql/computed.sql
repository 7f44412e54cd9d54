-- A column that is computed when it is read is its expression: no index can be made
-- on it, and one on the expression answers. From 18 on a table has such columns;
-- before, the same ones are those of a view.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA computed_test;
SET search_path = computed_test, public;
\set SHOW_CONTEXT never
SET jit = off;
SET max_parallel_workers_per_gather = 0;
UPDATE perfcheck_query SET enabled = false;
SELECT current_setting('server_version_num')::int >= 180000 AS has_virtual_columns \gset
\if :has_virtual_columns
CREATE TABLE parcel (id int PRIMARY KEY, grams int NOT NULL, day date NOT NULL, code text NOT NULL, sent date,
    kilos int GENERATED ALWAYS AS (grams / 1000) VIRTUAL, area text GENERATED ALWAYS AS (substr(code, 1, 3)) VIRTUAL,
    shown text COLLATE "C" GENERATED ALWAYS AS (upper(code)) VIRTUAL, open boolean GENERATED ALWAYS AS (sent IS NULL) VIRTUAL)
    WITH (autovacuum_enabled = off);
CREATE VIEW seen AS TABLE parcel;
\else
CREATE TABLE parcel (id int PRIMARY KEY, grams int NOT NULL, day date NOT NULL, code text NOT NULL, sent date)
    WITH (autovacuum_enabled = off);
CREATE VIEW seen AS SELECT *, grams / 1000 AS kilos, substr(code, 1, 3) AS area, upper(code) COLLATE "C" AS shown,
    sent IS NULL AS open FROM parcel;
\endif
INSERT INTO parcel (id, grams, day, code, sent) SELECT i, i * 37 % 50000, '2020-01-01'::date + i % 2000,
    chr(65 + i % 26) || chr(65 + i / 26 % 26) || i, CASE WHEN i % 200 > 0 THEN date '2026-01-01' END
    FROM generate_series(1, 5000) AS i;
CREATE TABLE tag (id int PRIMARY KEY, area text NOT NULL) WITH (autovacuum_enabled = off);
INSERT INTO tag SELECT i, 'A' || chr(65 + i % 26) || i % 10 FROM generate_series(1, 500) AS i;
VACUUM ANALYZE parcel, tag;
SELECT perfcheck_add_query('equal', 'SELECT id FROM seen WHERE area = $1 LIMIT 5');
SELECT perfcheck_add_query('range_order', 'SELECT id FROM seen WHERE kilos >= $1 ORDER BY kilos, id LIMIT 10');
SELECT perfcheck_add_query('collated', 'SELECT id FROM seen WHERE shown = $1 LIMIT 10');
SELECT perfcheck_add_query('open', 'SELECT id FROM seen WHERE open AND day = $1 LIMIT 10');
SELECT perfcheck_add_query('two', 'SELECT id, kilos FROM seen WHERE area = $1 AND kilos = $2 LIMIT 10');
SELECT perfcheck_add_query('sorted', 'SELECT id FROM seen ORDER BY shown LIMIT 10');
SELECT perfcheck_add_query('joined', 'SELECT p.id FROM tag t JOIN seen p ON p.area = t.area WHERE t.id = $1');
SELECT regexp_replace(l, ': work grows.*', '') AS l FROM perfcheck_verify(50) AS v (l) WHERE l ~ '^(not )?ok|^ +"?(cause|fix|no proof)';
DELETE FROM perfcheck_query WHERE enabled;
UPDATE perfcheck_query SET enabled = true;
DROP SCHEMA computed_test CASCADE;
