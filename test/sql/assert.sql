-- perfcheck_assert: CI runs once, as the error tells of each query what is wrong,
-- the cause, the fix and its proof.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA assert_test;
SET search_path = assert_test, public;
\set SHOW_CONTEXT never
SET jit = off;
SET max_parallel_workers_per_gather = 0;
UPDATE perfcheck_query SET enabled = false;

CREATE TABLE letter (id int PRIMARY KEY, sender int NOT NULL, at int NOT NULL, body text NOT NULL)
    WITH (autovacuum_enabled = off);
INSERT INTO letter SELECT i, i % 400, i, 'body ' || i FROM generate_series(1, 20000) AS i;
VACUUM ANALYZE letter;

-- Nothing is wrong, and nothing is said.
SELECT perfcheck_add_query('good', 'SELECT * FROM letter WHERE id = $1');
SELECT perfcheck_assert();

-- An index that is missing, a query that fails, one that returns too much, and one
-- that is accepted.
SELECT perfcheck_add_query('by_sender', 'SELECT count(*) FROM letter WHERE sender = $1');
SELECT perfcheck_add_query('divides', 'SELECT 1 / (id - id) FROM letter WHERE id = $1');
SELECT perfcheck_add_query('all_letters', 'SELECT * FROM letter');
SELECT perfcheck_add_query('accepted', 'SELECT count(*) FROM letter WHERE body = $1', todo => 'next week');
SELECT perfcheck_assert();

-- What the error offers mends it.
CREATE INDEX ON assert_test.letter USING btree (sender);
DELETE FROM perfcheck_query WHERE name IN ('divides', 'all_letters');
SELECT perfcheck_assert();

-- At today's size there is no such fault.
DROP INDEX letter_sender_idx;
SELECT perfcheck_assert(1);

-- Of very many queries the first are told of.
DO $$
DECLARE
    message text;
    detail text;
BEGIN
    FOR i IN 10 .. 34 LOOP
        PERFORM perfcheck_add_query('q' || i, 'SELECT 1 / (id - id) FROM letter WHERE id = ' || i);
    END LOOP;
    PERFORM perfcheck_assert();
EXCEPTION WHEN check_violation THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
    RAISE WARNING '%', message;
    RAISE WARNING '%', (SELECT string_agg(l, ' / ' ORDER BY n)
        FROM regexp_split_to_table(detail, E'\n') WITH ORDINALITY AS d (l, n) WHERE l ~ '^q28|more');
END $$;
SELECT count(*) FROM perfcheck_query WHERE name ~ '^q\d';

-- A text that is long is cut, and what is pasted is not.
CREATE TABLE wide (id int PRIMARY KEY, kind text NOT NULL) WITH (autovacuum_enabled = off);
INSERT INTO wide SELECT i, repeat('kind ' || i % 50 || ' ', 40) FROM generate_series(1, 20000) AS i;
VACUUM ANALYZE wide;
DELETE FROM perfcheck_query WHERE name IN ('by_sender', 'good', 'accepted');
SELECT perfcheck_add_query('raises', 'SELECT repeat(kind, 5)::int FROM wide WHERE id = $1');
SELECT perfcheck_add_query('of_kinds', format('SELECT * FROM wide WHERE kind IN (%s, $1) AND id <> 3',
    string_agg(quote_literal('kind ' || i), ', ')), max_rows_returned => NULL) FROM generate_series(1, 200) AS i;
DO $$
DECLARE
    detail text;
BEGIN
    PERFORM perfcheck_assert();
EXCEPTION WHEN check_violation THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RAISE WARNING 'longest line %', (SELECT max(length(l)) <= 420
        FROM regexp_split_to_table(detail, E'\n') AS l WHERE l !~ '^  fix');
END $$;
SELECT max(length(l)) <= 450 AS short, count(*) FILTER (WHERE l ~ '\.\.\.$') > 0 AS cut
FROM perfcheck_verify() AS v (l) WHERE l !~ '^  fix|^  \.\.\.';

DELETE FROM perfcheck_query WHERE sql ~ 'letter|wide';
UPDATE perfcheck_query SET enabled = true;
SELECT count(*) FROM perfcheck_query;
DROP SCHEMA assert_test CASCADE;
