-- Queries and tables of many shapes: counted right, and never a crash.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA shapes_test;
SET search_path = shapes_test, public;
\set SHOW_CONTEXT never
SET jit = off;
UPDATE perfcheck_query SET enabled = false;
SELECT perfcheck_seed(10000, starts => '2027-01-01 00:00Z');

-- row comparisons that are no cursor that can be filled: an error, naming the parameter
SELECT format('CREATE TABLE wide (%s)', string_agg('c' || i || ' int', ', ')) FROM generate_series(1, 40) AS i \gexec
SELECT format('SELECT perfcheck_add_query(''wide'', ''SELECT * FROM wide WHERE (%s) > (%s)'')',
    string_agg('c' || i, ', '), string_agg('$' || i, ', ')) FROM generate_series(1, 40) AS i \gexec
SELECT perfcheck_add_query('same_parameter', 'SELECT * FROM events WHERE (date, created_at) > ($1, $1) LIMIT 5');
SELECT perfcheck_add_query('two_tables', 'SELECT * FROM events AS e, events AS o WHERE (e.date, o.date) > ($1, $2) LIMIT 5');
SELECT query, ok, reason FROM perfcheck_plan(scale => 100);
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- scalar subqueries keep their limit of one row
SELECT perfcheck_add_query('newest', 'SELECT max(date) FROM events');
SELECT perfcheck_add_query('scalar', 'SELECT (SELECT name FROM events WHERE genre = $1 ORDER BY date LIMIT 1)');
SELECT query, label, plan_mode, ok, rows_examined < 200 AS few FROM perfcheck_plan(scale => 100) WHERE label NOT IN ('genre absent', 'genre null');
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- a subquery whose result is kept runs once; one for each row, as often as there are rows
CREATE TABLE config (x int);
INSERT INTO config SELECT generate_series(1, 200);
ANALYZE config;
SELECT perfcheck_add_query('once', 'SELECT id FROM events WHERE length(name) < (SELECT max(x + 0) FROM config)');
SELECT rows_examined, rows_projected FROM perfcheck_plan('once', 100);
SELECT perfcheck_drop_query('once');

-- both terms of a recursion are counted
CREATE TABLE node (id int PRIMARY KEY, parent int);
INSERT INTO node SELECT i, i / 10 FROM generate_series(1, 3000) AS i;
ANALYZE node;
SELECT perfcheck_add_query('tree', 'WITH RECURSIVE t AS (SELECT id FROM node WHERE id = 1
    UNION ALL SELECT n.id FROM node n JOIN t ON n.parent = t.id) SELECT count(*) FROM t');
SELECT ok, rows_projected > 10 * rows_examined AS grows FROM perfcheck_plan('tree', 100);
SELECT perfcheck_drop_query('tree');

-- an index whose leading column has no condition is read from end to end, but for a limit
CREATE TABLE pair (a int, b int, filler text);
INSERT INTO pair SELECT i, i, repeat('x', 300) FROM generate_series(1, 5000) AS i;
CREATE INDEX pair_idx ON pair (a, b);
ANALYZE pair;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT perfcheck_add_query('second_column', 'SELECT a FROM pair WHERE b = $1');
SELECT DISTINCT indexes, rows_examined BETWEEN 4000 AND 5000 AS all_read, rows_projected BETWEEN 400000 AND 500000 AS projected, ok FROM perfcheck_plan('second_column', 100) WHERE label <> 'b null';
SELECT perfcheck_add_query('second_column_limit', 'SELECT a FROM pair WHERE b >= $1 ORDER BY a LIMIT 5');
SELECT plan_mode, indexes, rows_examined, rows_projected FROM perfcheck_plan('second_column_limit', 100) WHERE label = 'b wide';
RESET enable_seqscan;
RESET enable_bitmapscan;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- equality on a unique key through a hash index: one row at any size
CREATE TABLE hashed (k int, filler text);
INSERT INTO hashed SELECT i, repeat('x', 100) FROM generate_series(1, 5000) AS i;
CREATE INDEX hashed_idx ON hashed USING hash (k);
ANALYZE hashed;
SELECT perfcheck_add_query('by_hash', 'SELECT * FROM hashed WHERE k = $1', NULL, 'hash');
SELECT DISTINCT methods, rows_projected <= 2 AS one, ok FROM perfcheck_plan('by_hash', 100) WHERE label <> 'k null';
SELECT perfcheck_drop_query('by_hash');

-- work that cannot be seen: a function that reads tables, a foreign table that is filtered
CREATE FUNCTION reads() RETURNS SETOF text LANGUAGE plpgsql STABLE AS
$$BEGIN RETURN QUERY SELECT name FROM shapes_test.events LIMIT 3; END$$;
SELECT perfcheck_add_query('function', 'SELECT * FROM reads()');
CREATE EXTENSION file_fdw;
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE lines (line text) SERVER files OPTIONS (program 'echo 1; echo 2');
SELECT perfcheck_add_query('foreign', 'SELECT * FROM lines WHERE line = $1');
SELECT l FROM perfcheck_verify() AS v (l) WHERE l ~ 'ok';
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;
DROP EXTENSION file_fdw CASCADE;

-- a table with rows is never skipped as empty
CREATE TABLE codes (code text, nothing int);
INSERT INTO codes SELECT 'ab' FROM generate_series(1, 100);
ANALYZE codes;
SELECT perfcheck_add_query('codes_like', 'SELECT * FROM codes WHERE code LIKE ''%'' || $1 || ''%''');
SELECT perfcheck_add_query('codes_null', 'SELECT * FROM codes WHERE nothing = $1');
SELECT perfcheck_add_query('codes_none', 'SELECT * FROM codes WHERE code = ''none''');
SELECT regexp_replace(l, '\d+', 'N') AS line FROM perfcheck_verify(1) AS v (l) WHERE l ~ 'ok';
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- columns named like what perfcheck's own queries use; values at the end of their type
CREATE TABLE odd_names (m text, u text, t text, v text, n int, "Quoted ""Name" text);
INSERT INTO odd_names SELECT 'word' || i % 7, 'user', 'tee', 'vee', 2147483647, 'q' FROM generate_series(1, 50) AS i;
ANALYZE odd_names;
SELECT perfcheck_add_query('odd_m', 'SELECT * FROM odd_names WHERE m LIKE ''%'' || $1 || ''%''');
SELECT perfcheck_add_query('odd_u', 'SELECT * FROM odd_names WHERE u = $1');
SELECT perfcheck_add_query('odd_n', 'SELECT * FROM odd_names WHERE n = $1');
SELECT perfcheck_add_query('odd_range', 'SELECT * FROM odd_names WHERE n >= $1 AND n <= $2');
SELECT perfcheck_add_query('odd_quoted', 'SELECT * FROM odd_names WHERE "Quoted ""Name" = $1 LIMIT $2 + 1');
SELECT query, array_agg(label ORDER BY label COLLATE "C") AS labels, bool_and(ok) AS ok FROM perfcheck_plan() WHERE plan_mode = 'custom' GROUP BY query ORDER BY query;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- prefixes that are drawn are words at the beginning
CREATE TABLE bands (name text);
INSERT INTO bands SELECT CASE i % 2 WHEN 0 THEN 'U2 live' ELSE 'Kent ' || i END FROM generate_series(1, 100) AS i;
ANALYZE bands;
SELECT perfcheck_add_query('band_prefix', 'SELECT * FROM bands WHERE name LIKE $1 || ''%''', '/b?p=$1');
SELECT DISTINCT path, rows > 0 AS found FROM perfcheck_requests('band_prefix', 20) WHERE label = 'drawn';
SELECT perfcheck_drop_query('band_prefix');

-- tables that do not grow: a partitioned one with its partitions, a quoted name
CREATE TABLE "Mixed, Tab" (id int);
INSERT INTO "Mixed, Tab" SELECT generate_series(1, 1000);
CREATE TABLE parted (id int) PARTITION BY RANGE (id);
CREATE TABLE parted1 PARTITION OF parted FOR VALUES FROM (0) TO (10000);
INSERT INTO parted SELECT generate_series(1, 1000);
ANALYZE "Mixed, Tab", parted;
SELECT perfcheck_add_query('fixed', 'SELECT count(*) FROM "Mixed, Tab"');
SELECT perfcheck_add_query('fixed_part', 'SELECT count(*) FROM parted');
SELECT query, rows_projected FROM perfcheck_plan(scale => 10);
SET perfcheck.fixed_tables = '"Mixed, Tab", shapes_test.parted';
SELECT query, rows_projected FROM perfcheck_plan(scale => 10);
RESET perfcheck.fixed_tables;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- an error in one query does not hide the others
CREATE FUNCTION fails(text) RETURNS text LANGUAGE plpgsql AS
$$BEGIN RAISE EXCEPTION 'internal # trouble' USING ERRCODE = 'P0001'; END$$;
SELECT perfcheck_add_query('failing', 'SELECT fails(genre) FROM events LIMIT 1');
SELECT regexp_replace(l, '\d+', 'N') AS line FROM perfcheck_verify() AS v (l) WHERE l ~ 'ok';
-- nor does one of class XX that a function of the query raises by itself
CREATE OR REPLACE FUNCTION fails(text) RETURNS text LANGUAGE plpgsql AS
$$BEGIN RAISE EXCEPTION 'internal # trouble' USING ERRCODE = 'XX000'; END$$;
\set VERBOSITY sqlstate
SELECT count(*) FROM perfcheck_verify();
SELECT count(*) FROM perfcheck_plan('failing');
SELECT count(*) FROM perfcheck_forecast('failing');
SELECT count(*) FROM perfcheck_time('failing');
\set VERBOSITY default
SELECT perfcheck_drop_query('failing');

-- a query that catches its cancel is cancelled again, long before statement_timeout
CREATE FUNCTION stubborn() RETURNS int LANGUAGE plpgsql AS
$$BEGIN
    BEGIN PERFORM pg_sleep(60); EXCEPTION WHEN query_canceled THEN NULL; END;
    PERFORM pg_sleep(60);
    RETURN 1;
END$$;
SELECT perfcheck_add_query('stubborn', 'SELECT stubborn()');
SET perfcheck.statement_timeout = '50ms';
SET statement_timeout = '500ms';
SELECT * FROM perfcheck_plan('stubborn');
RESET statement_timeout;
RESET perfcheck.statement_timeout;
SELECT perfcheck_drop_query('stubborn');

-- what the planner calls for its estimates is planned for the table as it is
CREATE FUNCTION first_x() RETURNS int LANGUAGE plpgsql STABLE AS
$$BEGIN RETURN (SELECT x FROM shapes_test.config WHERE x = 7); END$$;
CREATE INDEX config_idx ON config (x);
SELECT perfcheck_add_query('stable', 'SELECT count(*) FROM events WHERE length(name) = first_x()');
SELECT count(*) AS judged FROM perfcheck_plan('stable', 10000);
SELECT pg_stat_force_next_flush() IS NULL AS flushed;
SELECT idx_scan AS index_scans FROM pg_stat_xact_user_tables WHERE relid = 'config'::regclass;
BEGIN;
SELECT first_x();
SELECT idx_scan AS index_scans FROM pg_stat_xact_user_tables WHERE relid = 'config'::regclass;
COMMIT;
SELECT perfcheck_drop_query('stable');

-- YAML and TAP of values that are no plain text
SELECT perfcheck_add_query('nasty # name', 'SELECT * FROM events WHERE artist = $1', max_rows => 1);
SELECT perfcheck_add_case('nasty # name', 'a: b', ARRAY[E'tab\tline\nquote"back\\slash#x\x7f']);
DROP INDEX artist_date_idx;
SELECT perfcheck_add_case('nasty # name', 'zz', ARRAY['x']);
SELECT l FROM perfcheck_verify(1) AS v (l) WHERE l ~ 'nasty|values' AND l ~ 'not ok';
UPDATE perfcheck_query SET sql = 'SELECT count(*) FROM events AS e JOIN events AS o USING (id) WHERE e.artist || e.genre = o.artist || $1', types = '{text}' WHERE name = 'nasty # name';
SELECT l FROM perfcheck_verify(1) AS v (l) WHERE l ~ '^  (case|values)';
DELETE FROM perfcheck_case WHERE label = 'zz';
SELECT l FROM perfcheck_verify(1) AS v (l) WHERE l ~ '^  (case|values)';
SELECT perfcheck_drop_query('nasty # name');

UPDATE perfcheck_query SET enabled = true;
DROP SCHEMA shapes_test CASCADE;
