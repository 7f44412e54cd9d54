-- perfcheck_verify, perfcheck_plan, perfcheck_assert. Each fault is made in the
-- database, seen, mended with the statement that is printed, and seen gone.
-- 10,000 rows, seed 1; scale 100 but where it is said.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA verify_test;
SET search_path = verify_test, public;
\set SHOW_CONTEXT never
SET jit = off;
SELECT perfcheck_seed(10000, starts => '2027-01-01 00:00Z');
-- a trial of a fix needs a lock that autovacuum may hold
ALTER TABLE events SET (autovacuum_enabled = off);

-- the test points alone: verdict, name, and the index of the expected method
CREATE VIEW points AS
SELECT n, regexp_replace(l, '^((not )?ok \d+ - [^:#]*(: (btree|gin) \w+)?)(.*(# (TODO|SKIP).*))?.*$', '\1 \6') AS point
FROM perfcheck_verify() WITH ORDINALITY AS v (l, n) WHERE l ~ '^(not )?ok';
CREATE VIEW fixes AS
SELECT substr(l, length('  fix: ') + 1) AS fix FROM perfcheck_verify() AS v (l) WHERE l ~ '^  fix: (CREATE|REINDEX)';

SELECT l FROM perfcheck_verify() WITH ORDINALITY AS v (l, n) WHERE n <= 2;
SELECT point FROM points ORDER BY n;
-- the one fault of the canonical queries: its diagnostics, less the counts
SELECT regexp_replace(l, '\d+ rows examined', 'N rows examined') AS line
FROM perfcheck_verify() WITH ORDINALITY AS v (l, n)
WHERE n >= (SELECT n FROM perfcheck_verify() WITH ORDINALITY AS v (l, n) WHERE l ~ '^not ok 2')
  AND n <= (SELECT min(n) FROM perfcheck_verify() WITH ORDINALITY AS v (l, n) WHERE l = '  ...')
  AND l !~ '^  values:' ORDER BY n;
-- the next pages of the filters have the same one: they are left out from here on
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE name ~ '_next$' ORDER BY name COLLATE "C";
-- today's size alone: all is ok
SELECT count(*) AS points, count(*) FILTER (WHERE l ~ '^ok') AS ok
FROM perfcheck_verify(1) AS v (l) WHERE l ~ '^(not )?ok';
-- assert names the fault, and it alone
SELECT perfcheck_assert();
SELECT perfcheck_assert(1);

-- facts of the plans
SELECT query, bool_and(ok) AS ok, max(rows_examined) BETWEEN 21 AND 10000 AS counted,
       bool_and(rows_projected = rows_examined) AS same_size,
       bool_and(reason IS NULL) AS no_reason
FROM perfcheck_plan() WHERE plan_mode = 'custom' GROUP BY query ORDER BY query COLLATE "C";
SELECT rows_returned, rows_examined, indexes, methods FROM perfcheck_plan('page');
SELECT label, rows_returned, indexes, methods FROM perfcheck_plan('artist_search')
WHERE plan_mode = 'custom' AND label IN ('artist absent', 'artist rare') ORDER BY label COLLATE "C";
-- rows examined are rows examined: the middle page of the OR cursor reads half the table
SELECT label, rows_returned, rows_examined BETWEEN 5000 AND 5100 AS half,
       rows_projected BETWEEN 490000 AND 510000 AS half_projected, ok, reason
FROM perfcheck_plan('next_page', 100) WHERE plan_mode = 'custom' AND label = 'typical';

-- the row comparison instead of the OR form
SELECT perfcheck_add_query('next_page_row',
    'SELECT * FROM events WHERE (date, id) > ($1, $2) ORDER BY date, id LIMIT 21', NULL, 'btree');
SELECT label, plan_mode, rows_returned, rows_examined < 100 AS few, ok FROM perfcheck_plan('next_page_row', 100);
SELECT perfcheck_drop_query('next_page_row');

-- from here on next_page is left out: what is left is green
UPDATE perfcheck_query SET enabled = false WHERE name = 'next_page';
SELECT count(*) AS faults FROM points WHERE point ~ '^not ok' AND point !~ 'TODO';
SELECT perfcheck_assert();

-- fault: the trigram index is missing
DROP INDEX idx_events_artist_trgm;
SELECT point FROM points WHERE point ~ '^not ok' AND point !~ 'TODO';
SELECT l AS line FROM perfcheck_verify() AS v (l) WHERE l ~ '^  ("?fix|cause)';
SELECT perfcheck_assert();
SELECT fix FROM fixes \gexec
SELECT count(*) AS faults FROM points WHERE point ~ '^not ok' AND point !~ 'TODO';

-- fault: an index of the wrong method on a column that is searched
DROP INDEX idx_events_name_trgm;
CREATE INDEX name_idx ON events (name);
SELECT point FROM points WHERE point ~ '^not ok' AND point !~ 'TODO';
SELECT l AS line FROM perfcheck_verify() AS v (l) WHERE l ~ '^  ("?fix|cause)';
SELECT fix FROM fixes \gexec
SELECT count(*) AS faults FROM points WHERE point ~ '^not ok' AND point !~ 'TODO';

-- fault: a B-tree index is missing
DROP INDEX genre_idx;
SELECT point FROM points WHERE point ~ '^not ok' AND point !~ 'TODO';
SELECT l AS line FROM perfcheck_verify() AS v (l) WHERE l ~ '^  ("?fix|cause)' LIMIT 2;
SELECT fix FROM fixes LIMIT 1 \gexec
SELECT count(*) AS faults FROM points WHERE point ~ '^not ok' AND point !~ 'TODO';

-- the canonical one again: what follows is about the order and the budget
DROP INDEX events_genre_date_id_idx;
CREATE INDEX events_genre_idx ON events (genre);

-- fault: the index that gives the order is missing
DROP INDEX date_idx;
SELECT point FROM points WHERE point ~ '^not ok' AND point !~ 'TODO';
CREATE INDEX date_idx ON events (date);

-- fault: an index that is not valid, as a failed CREATE INDEX CONCURRENTLY leaves it
UPDATE pg_index SET indisvalid = false WHERE indexrelid = (SELECT indexrelid FROM pg_index
    JOIN pg_class c ON c.oid = indexrelid WHERE indrelid = 'events'::regclass AND relname ~ '^events_name_');
SELECT point FROM points WHERE point ~ '^not ok' AND point !~ 'TODO';
SELECT l AS line FROM perfcheck_verify() AS v (l) WHERE l ~ '^  ("?fix|cause)';
SELECT fix FROM fixes \gexec
SELECT count(*) AS faults FROM points WHERE point ~ '^not ok' AND point !~ 'TODO';

-- fault: the budget is exceeded; by setting, by query, and with a reason to accept it
SET perfcheck.max_rows_examined = 5;
SELECT count(*) AS within FROM points WHERE point ~ '^ok';
RESET perfcheck.max_rows_examined;
UPDATE perfcheck_query SET max_rows = 30 WHERE name = 'genre';
SELECT point FROM points WHERE point ~ 'genre';
UPDATE perfcheck_query SET todo = 'waits for release 2' WHERE name = 'genre';
SELECT point FROM points WHERE point ~ 'genre';
SELECT perfcheck_assert();
UPDATE perfcheck_query SET max_rows = NULL, todo = NULL WHERE name = 'genre';

-- fault: the expected method serves at no size
SELECT perfcheck_add_query('by_source',
    'SELECT * FROM events WHERE source_platform = $1 AND source_id = $2', NULL, 'gin');
SELECT point FROM points WHERE point ~ 'by_source';
SELECT regexp_replace(l, '^not ok \d+ - ', '') AS line FROM perfcheck_verify() AS v (l) WHERE l ~ 'by_source';
SELECT perfcheck_drop_query('by_source');

-- a large answer is judged by the rows that it returns
SELECT perfcheck_add_query('all_of_a_genre', 'SELECT id FROM events WHERE genre = $1 ORDER BY date', NULL, NULL, max_rows => 10, max_rows_returned => NULL);
SELECT label, plan_mode, ok, rows_returned > 10 AS many FROM perfcheck_plan('all_of_a_genre', 100) WHERE label = 'genre common';
SELECT perfcheck_drop_query('all_of_a_genre');

-- a join: pairs tried count
SELECT perfcheck_add_query('pairs', 'SELECT count(*) FROM generate_series(1, 100) AS a, generate_series(1, 200) AS b WHERE a + b < 0');
SELECT rows_returned, rows_examined FROM perfcheck_plan('pairs');
SELECT perfcheck_drop_query('pairs');

-- without a table nothing grows; a catalog does not either
SELECT perfcheck_add_query('tableless', 'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 100) SELECT * FROM r');
SELECT perfcheck_add_query('catalog', 'SELECT count(*) FROM pg_am');
SELECT query, ok, rows_projected = rows_examined AS same FROM perfcheck_plan(scale => 100) WHERE query IN ('tableless', 'catalog');
SELECT perfcheck_drop_query('tableless');
SELECT perfcheck_drop_query('catalog');

-- fault: no index in byte order for a prefix
CREATE TABLE words (word text) WITH (autovacuum_enabled = off);
INSERT INTO words SELECT md5(i::text) FROM generate_series(1, 2000) AS i;
ANALYZE words;
SELECT perfcheck_add_query('prefix', 'SELECT * FROM words WHERE word LIKE $1 || ''%'' LIMIT 10');
SELECT point FROM points WHERE point ~ 'prefix';
SELECT l AS line FROM perfcheck_verify() AS v (l) WHERE l ~ '^  ("?fix|cause)';
SELECT fix FROM fixes \gexec
SELECT point FROM points WHERE point ~ 'prefix';
SELECT perfcheck_drop_query('prefix');

-- fault: a query that fails does not hide the others
SELECT perfcheck_add_query('division', 'SELECT 1 / (length(genre) - length(genre)) FROM events WHERE genre = $1');
SELECT regexp_replace(l, '^not ok \d+ - ', '') AS line FROM perfcheck_verify() AS v (l) WHERE l ~ 'division';
SELECT perfcheck_drop_query('division');
ALTER TABLE events RENAME TO moved;
SELECT regexp_replace(l, '\d+', 'N') AS line FROM perfcheck_verify() AS v (l) WHERE l ~ 'ok |built-in';
SELECT query, label, ok, reason FROM perfcheck_plan('page');
ALTER TABLE moved RENAME TO events;

-- fault: a case that does not end is stopped, and told apart from a cancel
SELECT perfcheck_add_query('sleepy', 'SELECT pg_sleep(60) FROM events WHERE genre = $1 LIMIT 1');
SET perfcheck.statement_timeout = '20ms';
SELECT plan_mode, ok, reason FROM perfcheck_plan('sleepy') WHERE label = 'genre common';
RESET perfcheck.statement_timeout;
SET statement_timeout = '50ms';
SELECT * FROM perfcheck_plan('sleepy');
RESET statement_timeout;
SELECT perfcheck_drop_query('sleepy');

-- a scan whose work cannot be seen is never ok
CREATE EXTENSION file_fdw;
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE lines (line text) SERVER files OPTIONS (program 'echo 1; echo 2');
SELECT perfcheck_add_query('foreign', 'SELECT * FROM lines');
SELECT regexp_replace(l, '\d+', 'N') AS line FROM perfcheck_verify() AS v (l) WHERE l ~ 'foreign';
SELECT perfcheck_drop_query('foreign');
DROP EXTENSION file_fdw CASCADE;

-- a scale out of range
SELECT count(*) FROM perfcheck_verify(0);
SELECT count(*) FROM perfcheck_verify('NaN');
SELECT count(*) FROM perfcheck_plan(scale => 1e7);
SELECT perfcheck_assert(NULL);
SET perfcheck.scale = 0;
SET perfcheck.no_such_setting = 1;
SET perfcheck.fixed_tables = 'a,,b';
-- the setting is the default
SET perfcheck.scale = 1;
SELECT count(*) AS not_ok FROM perfcheck_verify() AS v (l) WHERE l ~ '^not ok';
RESET perfcheck.scale;

-- a table that does not grow
UPDATE perfcheck_query SET enabled = true WHERE name = 'next_page';
SET perfcheck.fixed_tables = 'events';
SELECT count(*) AS not_ok FROM perfcheck_verify(100) AS v (l) WHERE l ~ '^not ok';
RESET perfcheck.fixed_tables;

-- the same report in every session
CREATE TABLE report AS SELECT string_agg(l, E'\n' ORDER BY n) AS one FROM perfcheck_verify() WITH ORDINALITY AS v (l, n);
SET TimeZone = 'Asia/Tokyo';
SET DateStyle = 'German';
SET IntervalStyle = 'iso_8601';
SET extra_float_digits = 0;
SET jit = on;
SET perfcheck.statement_timeout = 0;
SELECT string_agg(l, E'\n' ORDER BY n) = (SELECT one FROM report) AS same FROM perfcheck_verify() WITH ORDINALITY AS v (l, n);
RESET TimeZone;
RESET DateStyle;
RESET IntervalStyle;
RESET extra_float_digits;
SET jit = off;
RESET perfcheck.statement_timeout;
-- planner settings that are not the default are said
SET random_page_cost = 1.1;
SELECT l FROM perfcheck_verify() AS v (l) WHERE l ~ 'random_page_cost';
RESET random_page_cost;

-- nothing stays behind: settings, locks, statistics, prepared statements
CREATE TABLE settings AS SELECT name, setting FROM pg_settings;
TRUNCATE events;
BEGIN;
SELECT count(*) FILTER (WHERE l ~ '# SKIP no rows') AS skipped, count(*) FILTER (WHERE l ~ '^not ok') AS not_ok
FROM perfcheck_verify() AS v (l);
SELECT count(*) AS locks FROM pg_locks WHERE relation = 'events'::regclass;
COMMIT;
SELECT reltuples FROM pg_class WHERE oid = 'events'::regclass;
SELECT count(*) AS changed FROM (TABLE settings EXCEPT SELECT name, setting FROM pg_settings) AS d;
SELECT count(*) AS prepared FROM pg_prepared_statements;

-- no false alarm on small tables: 1, 10 and 1,000 rows, at their own size
SELECT perfcheck_seed(1, starts => '2027-01-01 00:00Z');
SELECT count(*) FILTER (WHERE l ~ '^not ok') AS not_ok FROM perfcheck_verify(1) AS v (l);
SELECT perfcheck_seed(9, starts => '2027-01-01 00:00Z');
SELECT count(*) FILTER (WHERE l ~ '^not ok') AS not_ok FROM perfcheck_verify(1) AS v (l);
SELECT count(*) FILTER (WHERE l ~ '^not ok' AND l !~ '# TODO') AS not_ok FROM perfcheck_verify(100) AS v (l);
SELECT perfcheck_seed(990, starts => '2027-01-01 00:00Z');
SELECT count(*) FILTER (WHERE l ~ '^not ok') AS not_ok FROM perfcheck_verify(1) AS v (l);
UPDATE perfcheck_query SET enabled = false;
SELECT * FROM perfcheck_verify();
UPDATE perfcheck_query SET enabled = true;
SELECT count(*) FROM perfcheck_query;
DROP SCHEMA verify_test CASCADE;
