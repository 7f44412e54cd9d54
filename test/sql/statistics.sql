-- What ANALYZE cannot find out, VACUUM that is tried as if it had run, and plans
-- of many partitions in few words.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA stats;
SET search_path = stats, public;
\set SHOW_CONTEXT never
SET jit = off;
SET plan_cache_mode = force_custom_plan;
SET max_parallel_workers_per_gather = 0;
UPDATE perfcheck_query SET enabled = false;
CREATE VIEW said AS
SELECT regexp_replace(l, '^((not )?ok) \d+', '\1') AS line FROM perfcheck_verify(10) WITH ORDINALITY AS v (l, n)
WHERE l ~ '^(not )?ok|^  "?(cause|fix|proof|no proof)' ORDER BY n;
CREATE VIEW verdicts AS
SELECT regexp_replace(l, '^((not )?ok) \d+ - (\w+).*$', '\1 \3') AS verdict FROM perfcheck_verify(10) AS v (l) WHERE l ~ '^(not )?ok';
CREATE PROCEDURE forget() LANGUAGE sql AS 'SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled';

-- the number of distinct values, which ANALYZE was told wrongly
CREATE TABLE parcel (id int PRIMARY KEY, sender int, at timestamptz, note text) WITH (autovacuum_enabled = off);
INSERT INTO parcel SELECT i, CASE WHEN i % 2 = 0 THEN 0 ELSE i END, '2020-01-01 00:00Z'::timestamptz + i * interval '1 hour', repeat('x', 300)
FROM generate_series(1, 6000) AS i;
CREATE INDEX ON parcel (sender);
CREATE INDEX ON parcel (at);
ALTER TABLE parcel ALTER sender SET (n_distinct = 4);
VACUUM ANALYZE parcel;
SELECT perfcheck_add_query('parcels', 'SELECT * FROM parcel WHERE sender = $1 ORDER BY at DESC LIMIT 20');
SELECT perfcheck_add_case('parcels', 'rare', ARRAY['77']);
UPDATE perfcheck_query SET max_rows = 5000 WHERE name = 'parcels';
SELECT * FROM said;
-- the option is not left behind, and mends it
SELECT (SELECT option_value FROM pg_options_to_table(attoptions) WHERE option_name = 'n_distinct') AS n_distinct, most_common_vals FROM pg_stats JOIN pg_attribute USING (attname) WHERE attrelid = 'parcel'::regclass AND tablename = 'parcel' AND attname = 'sender';
ALTER TABLE parcel ALTER sender SET (n_distinct = -0.5);
ANALYZE parcel;
SELECT * FROM verdicts;
CALL forget();
-- a list of common values that is too short
CREATE TABLE crate (id int PRIMARY KEY, sender int, at timestamptz, note text) WITH (autovacuum_enabled = off);
INSERT INTO crate SELECT i, CASE WHEN i % 2 = 0 THEN 0 ELSE i / 10 END, '2020-01-01 00:00Z'::timestamptz + i * interval '1 hour', repeat('x', 300)
FROM generate_series(1, 6000) AS i;
CREATE INDEX ON crate (sender);
CREATE INDEX ON crate (at);
ALTER TABLE crate ALTER sender SET STATISTICS 1, ALTER sender SET (n_distinct = 4);
VACUUM ANALYZE crate;
SELECT perfcheck_add_query('crates', 'SELECT * FROM crate WHERE sender = $1 ORDER BY at DESC LIMIT 20');
SELECT perfcheck_add_case('crates', 'rare', ARRAY['77']);
UPDATE perfcheck_query SET max_rows = 5000 WHERE name = 'crates';
SELECT * FROM said;
CALL forget();

-- an index alone would do, if the pages were known to be visible to all
CREATE TABLE beat (id int PRIMARY KEY, host int, load int, note text) WITH (autovacuum_enabled = off);
INSERT INTO beat SELECT i, i % 20, i % 7, repeat('x', 200) FROM generate_series(1, 6000) AS i;
CREATE INDEX ON beat (host) INCLUDE (load);
VACUUM ANALYZE beat;
UPDATE beat SET note = note || 'y';
ANALYZE beat;
SELECT perfcheck_add_query('load', 'SELECT sum(load) FROM beat WHERE host = $1');
UPDATE perfcheck_query SET max_rows = 4000 WHERE name = 'load';
SELECT * FROM said;
VACUUM beat;
SELECT * FROM verdicts;
CALL forget();

-- a scan that is far off within a query whose result is small, as was expected
CREATE TABLE job (id int, state text, rank int) WITH (autovacuum_enabled = off);
CREATE TABLE pick (kind int, rank int, job_id int) WITH (autovacuum_enabled = off);
INSERT INTO job SELECT i, 'done', i % 100 FROM generate_series(1, 4000) AS i;
INSERT INTO pick SELECT i % 200, i % 100, i FROM generate_series(1, 1600) AS i;
CREATE INDEX ON job (state);
CREATE INDEX ON job (rank);
CREATE INDEX ON pick (rank);
CREATE INDEX ON pick (kind);
VACUUM ANALYZE job, pick;
UPDATE job SET state = 'new' WHERE id % 2 = 0;
SELECT perfcheck_add_query('jobs', 'SELECT j.id FROM job j JOIN pick p ON p.rank = j.rank AND p.job_id IS NOT DISTINCT FROM j.id WHERE j.state = $1 AND p.kind = 8');
SELECT perfcheck_add_case('jobs', 'new', ARRAY['new']);
UPDATE perfcheck_query SET max_rows = 30000 WHERE name = 'jobs';
SELECT line FROM said WHERE line ~ 'cause|fix|proof';
CALL forget();

-- two tables that were loaded together are analyzed together
CREATE TABLE lot (id int PRIMARY KEY, state text NOT NULL) WITH (autovacuum_enabled = off);
CREATE TABLE item (id int PRIMARY KEY, lot_id int NOT NULL, state text NOT NULL, at int NOT NULL) WITH (autovacuum_enabled = off);
INSERT INTO lot SELECT i, 'done' FROM generate_series(1, 20) AS i;
INSERT INTO item SELECT i, 1 + i % 20, 'done', i FROM generate_series(1, 200) AS i;
CREATE INDEX ON item (state);
CREATE INDEX ON item (at);
VACUUM ANALYZE lot, item;
INSERT INTO lot SELECT i, 'new' FROM generate_series(21, 600) AS i;
INSERT INTO item SELECT i, 21 + i % 580, CASE WHEN i % 100 = 0 THEN 'failed' ELSE 'new' END, i FROM generate_series(201, 6000) AS i;
SELECT perfcheck_add_query('items', 'SELECT i.id FROM item i JOIN lot l ON l.id = i.lot_id WHERE i.state = $1 AND l.state = $2 ORDER BY i.at DESC LIMIT 20');
SELECT perfcheck_add_case('items', 'new', ARRAY['new', 'new']);
UPDATE perfcheck_query SET max_rows = 5000 WHERE name = 'items';
SELECT line FROM said WHERE line ~ 'cause|fix';
CALL forget();

-- many partitions are one scan
CREATE TABLE log (at int NOT NULL, who int, note text) PARTITION BY RANGE (at);
SELECT format('CREATE TABLE log_%s PARTITION OF log FOR VALUES FROM (%s) TO (%s)', i, i * 300, i * 300 + 300) FROM generate_series(0, 9) AS i \gexec
INSERT INTO log SELECT i, i % 40, 'x' FROM generate_series(0, 2999) AS i;
VACUUM ANALYZE log;
SELECT perfcheck_add_query('logged', 'SELECT count(*) FROM log WHERE who > 10');
SELECT DISTINCT access FROM perfcheck_plan('logged');
UPDATE perfcheck_query SET max_rows = 100 WHERE name = 'logged';
SELECT substr(l, 3) AS line FROM perfcheck_verify(10) AS v (l) WHERE l ~ '^  (plan|cause): ';
CALL forget();
-- of a join of eight tables the busiest scan, and the way to it
CREATE TABLE part (id int PRIMARY KEY, upper_part_with_a_long_name int, kind int) WITH (autovacuum_enabled = off);
INSERT INTO part SELECT i, i / 2, i % 10 FROM generate_series(1, 2000) AS i;
VACUUM ANALYZE part;
SELECT perfcheck_add_query('parts', 'SELECT count(*) FROM part a JOIN part b ON b.upper_part_with_a_long_name = a.id JOIN part c ON c.upper_part_with_a_long_name = b.id
    JOIN part d ON d.upper_part_with_a_long_name = c.id JOIN part e ON e.upper_part_with_a_long_name = d.id JOIN part f ON f.upper_part_with_a_long_name = e.id
    JOIN part g ON g.upper_part_with_a_long_name = f.id JOIN part h ON h.upper_part_with_a_long_name = g.id WHERE a.kind = 3');
UPDATE perfcheck_query SET max_rows = 100 WHERE name = 'parts';
SELECT length(l) < 210 AS short, l ~ 'scans\)$' AS cut FROM perfcheck_verify(10) AS v (l) WHERE l ~ '^  plan: ';
CALL forget();
UPDATE perfcheck_query SET enabled = true;
DROP SCHEMA stats CASCADE;
