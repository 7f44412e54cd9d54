-- Work that is not rows: blocks of TOAST, of dead rows, of searches within an
-- index, of rows fetched for an index-only scan, of bloat, and of temporary
-- files. Each database is broken in one way, and has a healthy counterpart.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA blocks_test;
SET search_path = blocks_test, public;
SET max_parallel_workers_per_gather = 0;
SET perfcheck.scale = 100;
UPDATE perfcheck_query SET enabled = false;

-- the verdicts, and what is said of the blocks, with all numbers but one left out
CREATE VIEW said AS
SELECT regexp_replace(regexp_replace(l, '(not ok|ok) \d+ - (\w+).*$', '\1 \2'), '\d+', 'N', 'g') AS line
FROM perfcheck_verify() WITH ORDINALITY AS v (l, n)
WHERE l ~ '^(not )?ok|^  "?(forecast|blocks|cause|fix|no proof)' AND l !~ '# TODO' ORDER BY n;
CREATE VIEW judged AS
SELECT DISTINCT query, ok, reason, rows_projected <= 50000 AS few_rows
FROM perfcheck_plan(NULL, 100) WHERE plan_mode = 'custom' AND label ~ 'no values|typical' ORDER BY query;
CREATE PROCEDURE forget() LANGUAGE sql AS
$$SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled$$;

-- TOAST: 300 rows of one page, whose documents are stored elsewhere
CREATE TABLE document (id int PRIMARY KEY, at int NOT NULL, body text NOT NULL);
ALTER TABLE document ALTER body SET STORAGE EXTERNAL;
INSERT INTO document SELECT i, i, repeat(md5(i::text), 300) FROM generate_series(1, 300) AS i;
CREATE INDEX document_at ON document (at);
VACUUM ANALYZE document;
SELECT perfcheck_add_query('search', 'SELECT id FROM document WHERE body LIKE ''%zz%'' ORDER BY id LIMIT 20');
SELECT perfcheck_add_query('heads', 'SELECT id, left(body, 20) AS head FROM document ORDER BY head LIMIT 20');
SELECT perfcheck_add_query('all_bodies', 'SELECT count(DISTINCT body) FROM document');
-- the twenty that are returned are read to send them, and no more
SELECT perfcheck_add_query('newest', 'SELECT * FROM document ORDER BY at LIMIT 20');
SELECT perfcheck_add_query('newest_ids', 'SELECT id, at FROM document ORDER BY at LIMIT 20');
SELECT perfcheck_add_query('sizes', 'SELECT sum(octet_length(body)) FROM document');
SELECT * FROM judged;
SELECT p.blocks > 2 * w.blocks AS sending_reads, p.blocks_projected < 2 * p.blocks AS sending_is_fixed
FROM perfcheck_plan('newest', 100) AS p, perfcheck_plan('newest_ids', 100) AS w;
-- another budget, of the query and of the session
UPDATE perfcheck_query SET max_blocks = 1000000 WHERE name = 'search';
UPDATE perfcheck_query SET max_blocks = 20 WHERE name = 'newest';
SET perfcheck.max_blocks = 100000000;
SELECT query, ok, reason FROM judged;
RESET perfcheck.max_blocks;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled AND name <> 'heads';
SELECT * FROM said;
CALL forget();

-- dead rows at the start of an index; a second call sees them as well
CREATE TABLE job (id int PRIMARY KEY, state text NOT NULL, args text NOT NULL) WITH (autovacuum_enabled = off);
INSERT INTO job SELECT i, 'waiting', repeat('a', 100) FROM generate_series(1, 10000) AS i;
CREATE INDEX job_take ON job (id) WHERE state = 'waiting';
VACUUM ANALYZE job;
UPDATE job SET state = 'done' WHERE id <= 9900;
ANALYZE job;
SELECT perfcheck_add_query('take', 'SELECT * FROM job WHERE state = ''waiting'' ORDER BY id LIMIT 10');
SELECT perfcheck_add_query('oldest', 'SELECT min(id) FROM job WHERE state = ''waiting''');
SELECT * FROM judged;
SELECT * FROM said;
-- and the server's own scans mark no entry as dead for perfcheck
SET enable_seqscan = off;
SELECT count(*) FROM job WHERE state = 'waiting';
RESET enable_seqscan;
SELECT * FROM judged;
VACUUM job;
SELECT * FROM judged;
CALL forget();

-- the nearest neighbours by trigrams: all of the index is searched for a few rows
CREATE TABLE place (name text NOT NULL, at point NOT NULL);
INSERT INTO place SELECT md5(i::text), point(i % 100, i / 100) FROM generate_series(1, 10000) AS i;
CREATE INDEX place_name ON place USING gist (name public.gist_trgm_ops);
CREATE INDEX place_at ON place USING gist (at);
VACUUM ANALYZE place;
SELECT perfcheck_add_query('similar', 'SELECT name FROM place ORDER BY name OPERATOR(public.<->) ''abcdef'' LIMIT 5');
SELECT perfcheck_add_query('near', 'SELECT name FROM place ORDER BY at <-> point(50, 50) LIMIT 5');
SELECT * FROM judged;
SELECT * FROM said;
CALL forget();

-- an index-only scan that fetches rows all the same
CREATE TABLE visit (id int PRIMARY KEY, site int NOT NULL, ms int NOT NULL, pad text NOT NULL) WITH (autovacuum_enabled = off);
INSERT INTO visit SELECT i, i % 40, i % 700, repeat('x', 700) FROM generate_series(1, 8000) AS i;
CREATE INDEX visit_site ON visit (site) INCLUDE (ms);
VACUUM ANALYZE visit;
SELECT perfcheck_add_query('mean', 'SELECT avg(ms) FROM visit WHERE site = $1');
SET enable_bitmapscan = off;
SELECT * FROM judged;
UPDATE visit SET pad = pad || 'y' WHERE id % 10 = 0;
ANALYZE visit;
SET enable_seqscan = off;
SELECT * FROM judged;
SELECT * FROM said;
RESET enable_seqscan;
VACUUM visit;
SELECT * FROM judged;
RESET enable_bitmapscan;
CALL forget();

-- bloat: of a table, at its front, and of an index
CREATE TABLE sparse (id int, v text NOT NULL) WITH (autovacuum_enabled = off);
INSERT INTO sparse SELECT i, repeat('x', 1000) FROM generate_series(1, 3000) AS i;
DELETE FROM sparse WHERE id < 2990;
VACUUM ANALYZE sparse;
CREATE TABLE hollow (at int, kind int, pad text) WITH (autovacuum_enabled = off);
INSERT INTO hollow SELECT i, i % 3, repeat('x', 300) FROM generate_series(1, 10000) AS i;
CREATE INDEX hollow_at ON hollow (at) INCLUDE (kind, pad);
DELETE FROM hollow WHERE at % 50 <> 0;
VACUUM ANALYZE hollow;
SELECT perfcheck_add_query('first', 'SELECT * FROM sparse LIMIT 1');
SELECT perfcheck_add_query('kinds', 'SELECT kind, count(*) FROM hollow WHERE at > 0 GROUP BY kind');
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT * FROM judged;
SELECT * FROM said;
VACUUM FULL sparse;
REINDEX INDEX hollow_at;
ANALYZE sparse, hollow;
SELECT * FROM judged;
RESET enable_seqscan;
RESET enable_bitmapscan;
CALL forget();

-- temporary files: what a sort and hash tables keep at the target size
CREATE TABLE part (id int PRIMARY KEY, cat int NOT NULL, name text NOT NULL);
INSERT INTO part SELECT i, i % 10, md5(i::text) || repeat('n', 100) FROM generate_series(1, 2000) AS i;
ANALYZE part;
SET perfcheck.max_rows_examined = 10000000;
SET enable_mergejoin = off;
SET enable_nestloop = off;
SET enable_incremental_sort = off;
SELECT perfcheck_add_query('sorted', 'SELECT count(*) FROM (SELECT * FROM part ORDER BY name OFFSET 0) AS p');
SELECT perfcheck_add_query('top', 'SELECT * FROM part ORDER BY name LIMIT 20');
SELECT perfcheck_add_query('top_many', 'SELECT * FROM part ORDER BY name LIMIT 100000', max_rows_returned => NULL);
SELECT perfcheck_add_query('joined', 'SELECT count(*) FROM part a JOIN part b ON a.id = b.cat WHERE a.name > b.name');
SELECT perfcheck_add_query('grouped', 'SELECT count(*) FROM (SELECT name FROM part GROUP BY name OFFSET 0) AS p');
SELECT perfcheck_add_query('few_groups', 'SELECT cat, count(*) FROM part GROUP BY cat');
SELECT * FROM judged;
SELECT regexp_replace(l, 'about \d+ (kB|MB)', 'about N \1') AS line FROM perfcheck_verify() AS v (l) WHERE l ~ '^# spill';
SET work_mem = '1GB';
SELECT * FROM judged;
SELECT l AS line FROM perfcheck_verify() AS v (l) WHERE l ~ '^# spill';
RESET work_mem;
CALL forget();

-- the same counts each time
SELECT perfcheck_add_query('take', 'SELECT * FROM job WHERE state = ''waiting'' ORDER BY id LIMIT 10');
SELECT perfcheck_add_query('search', 'SELECT id FROM document WHERE body LIKE ''%zz%'' ORDER BY id LIMIT 20');
CREATE TEMP TABLE seen AS SELECT query, label, plan_mode, blocks, blocks_projected FROM perfcheck_plan(NULL, 100);
SELECT count(*) AS differs FROM (SELECT query, label, plan_mode, blocks, blocks_projected FROM perfcheck_plan(NULL, 100)
    EXCEPT SELECT * FROM seen) AS d;
SELECT count(*) > 0 AS forecast, bool_and(blocks_projected > 0) AS has_blocks FROM perfcheck_forecast(NULL, 1000000);
CALL forget();
DROP SCHEMA blocks_test CASCADE;
