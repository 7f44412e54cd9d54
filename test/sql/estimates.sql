-- Which estimates the report tells of: those that decided on a plan. What is said
-- to be expected is what EXPLAIN shows; the rest is in perfcheck_plan.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA estimates_test;
SET search_path = estimates_test, public;
\set SHOW_CONTEXT never
SET jit = off;
SET max_parallel_workers_per_gather = 0;
UPDATE perfcheck_query SET enabled = false;
CREATE VIEW said AS SELECT l FROM perfcheck_verify() AS v (l) WHERE l ~ '^# (estimate|fragile)';
CREATE VIEW kept AS SELECT DISTINCT query, label, estimate FROM perfcheck_plan(scale => 100) AS p
    WHERE estimate IS NOT NULL ORDER BY query, label, estimate;
CREATE PROCEDURE forget() LANGUAGE sql AS 'DELETE FROM public.perfcheck_query WHERE NOT (name = ANY (ARRAY[
    ''page'', ''next_page'', ''genre'', ''date_range'', ''venue'', ''artist_search'', ''event_search'', ''combined'']))';

-- EXPLAIN says 3 rows, and 3 are found: of a frequent value, of a list, of a key
-- that is looked up for a LEFT JOIN.
CREATE TABLE device (account int, kind int, name text) WITH (autovacuum_enabled = off);
INSERT INTO device SELECT i / 3, i % 3, 'x' FROM generate_series(0, 8999) AS i;
INSERT INTO device SELECT 7000, i, 'x' FROM generate_series(3, 402) AS i;
CREATE UNIQUE INDEX ON device (account, kind);
CREATE TABLE account (id int PRIMARY KEY, name text) WITH (autovacuum_enabled = off);
INSERT INTO account SELECT i, 'account ' || i FROM generate_series(0, 7000) AS i;
VACUUM ANALYZE device, account;
SELECT perfcheck_add_query('devices', 'SELECT * FROM device WHERE account = $1');
SELECT perfcheck_add_query('several', 'SELECT * FROM device WHERE account = ANY ($1) ORDER BY kind LIMIT 5');
SELECT perfcheck_add_query('left_join', 'SELECT * FROM device LEFT JOIN account ON account.id = device.account WHERE device.account = $1');
SELECT * FROM said;
SELECT * FROM kept;
CALL forget();

-- Nothing to act on: values that are not there, scans that stop early under LIMIT,
-- EXISTS, a merge join and an Append in order, and what a function returns.
CREATE TABLE log (id int PRIMARY KEY, at int NOT NULL, kind int NOT NULL, text text NOT NULL) WITH (autovacuum_enabled = off);
INSERT INTO log SELECT i, i, i % 7, 'text ' || i FROM generate_series(1, 10000) AS i;
CREATE INDEX ON log (at);
CREATE INDEX ON log (kind);
CREATE TABLE old_log (LIKE log INCLUDING ALL) WITH (autovacuum_enabled = off);
INSERT INTO old_log SELECT i, -i, i % 7, 'text ' || i FROM generate_series(1, 10000) AS i;
VACUUM ANALYZE log, old_log;
CREATE FUNCTION ids(int) RETURNS SETOF int LANGUAGE plpgsql STABLE AS 'BEGIN RETURN QUERY SELECT generate_series(1, 3); END';
SELECT perfcheck_add_query('absent', 'SELECT count(*) FROM log WHERE kind = $1');
SELECT perfcheck_add_query('limited', 'SELECT * FROM log ORDER BY at LIMIT 10');
SELECT perfcheck_add_query('semi_join', 'SELECT count(*) FROM account AS a WHERE id = $1 AND EXISTS (SELECT FROM log WHERE log.kind = a.id)');
SELECT perfcheck_add_query('merged', 'SELECT * FROM log JOIN account ON account.id = log.at ORDER BY log.at LIMIT 10');
SELECT perfcheck_add_query('appended', 'SELECT * FROM (SELECT * FROM log UNION ALL SELECT * FROM old_log) AS l ORDER BY at LIMIT 10');
SELECT perfcheck_add_query('of_function', 'SELECT * FROM ids($1) AS i JOIN log ON log.id = i');
SELECT * FROM said;
SELECT * FROM kept;
CALL forget();

-- Far more or fewer rows than expected, which decide nothing: there is one table,
-- and one way to read it.
SELECT perfcheck_add_query('guessed', 'SELECT count(*) FROM log WHERE at + kind > $1 AND text <> $2', types => '{int,text}');
SELECT perfcheck_add_case('guessed', 'none', '{99999,x}');
SELECT * FROM said;
SELECT count(*) > 0 AS kept FROM kept WHERE query = 'guessed' AND estimate ~ '^Seq Scan on log: \d+ rows expected, 0 found$';
CALL forget();

-- A join for which a nested loop was chosen: conditions that depend on each other
-- leave far more rows than the planner takes them to.
CREATE TABLE car (id int PRIMARY KEY, make int NOT NULL, model int NOT NULL, colour int NOT NULL) WITH (autovacuum_enabled = off);
INSERT INTO car SELECT i, i % 100, i % 100, i % 100 FROM generate_series(1, 20000) AS i;
INSERT INTO car SELECT i, 500, 500, 500 FROM generate_series(20001, 22000) AS i;
CREATE INDEX ON car (make, model, colour);
CREATE TABLE part (id int PRIMARY KEY, car int NOT NULL, price int NOT NULL) WITH (autovacuum_enabled = off);
INSERT INTO part SELECT i, i % 22000 + 1, i FROM generate_series(1, 44000) AS i;
CREATE INDEX ON part (car);
VACUUM ANALYZE car, part;
SELECT perfcheck_add_query('parts_of', 'SELECT sum(price) FROM car JOIN part ON part.car = car.id WHERE make = $1 AND model = $2 AND colour = $3');
SELECT perfcheck_add_case('parts_of', 'usual', '{500,500,500}');
SELECT regexp_replace(l, '\d+ rows? expected', 'N expected') AS l FROM said;
CALL forget();

-- Values that came after ANALYZE.
INSERT INTO log SELECT i, i, 99, 'text ' || i FROM generate_series(10001, 12000) AS i;
SELECT perfcheck_add_query('late', 'SELECT sum(length(text)) FROM log WHERE kind = $1');
SELECT perfcheck_add_case('late', 'new kind', '{99}');
SELECT * FROM said;
ANALYZE log;
SELECT * FROM said;
CALL forget();

-- The plan that is right for another value is no line of the report: it takes a
-- wrong estimate, and perfcheck_plan has it.
CREATE TABLE message (id int PRIMARY KEY, room int NOT NULL, at int NOT NULL) WITH (autovacuum_enabled = off);
INSERT INTO message SELECT i, CASE WHEN i % 2 = 0 THEN 0 ELSE i % 1000 END, i FROM generate_series(1, 20000) AS i;
CREATE INDEX ON message (room, at);
CREATE INDEX ON message (at);
VACUUM ANALYZE message;
SELECT perfcheck_add_query('room', 'SELECT * FROM message WHERE room = $1 ORDER BY at DESC LIMIT 20');
SELECT * FROM said;
SELECT perfcheck_add_query('since', 'SELECT * FROM message WHERE at > $1 AND at < $2 ORDER BY at LIMIT 20');
SELECT * FROM said;
CALL forget();

UPDATE perfcheck_query SET enabled = true;
DROP SCHEMA estimates_test CASCADE;
