-- Plan modes, fragile cases, index entries, perfcheck_forecast, small tables, and
-- that the report is the same wherever it is asked for.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA plans_test;
SET search_path = plans_test, public;
\set SHOW_CONTEXT never
SET jit = off;
UPDATE perfcheck_query SET enabled = false;

-- Two states, one of them rare: a walk over the order is right for the common
-- one, and the generic plan takes it for both.
CREATE TABLE task (id int PRIMARY KEY, state text NOT NULL, padding text);
INSERT INTO task SELECT i, CASE WHEN i > 19950 THEN 'open' ELSE 'done' END, repeat('x', 100)
FROM generate_series(1, 20000) AS i;
CREATE INDEX task_state ON task (state);
ANALYZE task;
SELECT perfcheck_add_query('tasks', 'SELECT * FROM task WHERE state = $1 ORDER BY id LIMIT 20', expected => 'btree');
SELECT label, plan_mode, access, rows_returned, rows_examined, rows_projected, ok, reason
FROM perfcheck_plan('tasks', 100) WHERE label ~ 'common|typical|rare|absent'
ORDER BY label COLLATE "C", plan_mode;
SELECT l FROM perfcheck_verify() AS v (l) WHERE l ~ '^not ok|case:|plan:';
-- Without its index the custom plans fail as well. An index that mends those is not
-- all: the generic plan would still be taken, and walk.
DROP INDEX task_state;
SELECT regexp_replace(l, '\d+ rows examined', 'N rows examined') AS line
FROM perfcheck_verify() AS v (l) WHERE l ~ 'case:|cause:|fix|proof:';
CREATE INDEX task_state ON task (state);
-- the application's role keeps to custom plans: that is a mend
SET plan_cache_mode = force_custom_plan;
SELECT l FROM perfcheck_verify() AS v (l) WHERE l ~ '^(not )?ok|^#';
SET plan_cache_mode = force_generic_plan;
SELECT count(*) AS faults FROM perfcheck_verify() AS v (l) WHERE l ~ '^not ok';
RESET plan_cache_mode;
-- fragile: the walk that is right for done, with open
SELECT label, fragile FROM perfcheck_plan('tasks', 100)
WHERE plan_mode = 'custom' AND label ~ 'rare|absent' ORDER BY label COLLATE "C";

-- a query without parameters has one plan
SELECT perfcheck_add_query('first', 'SELECT * FROM task ORDER BY id LIMIT 5');
SELECT plan_mode, rows_examined FROM perfcheck_plan('first');
SELECT perfcheck_drop_query('first');
SELECT perfcheck_drop_query('tasks');

-- Index entries behind a range are read: 20000 of them for 50 rows.
CREATE INDEX task_id_state ON task (id, state);
SELECT perfcheck_add_query('behind', 'SELECT count(*) FROM task WHERE id >= $1 AND state = $2');
SELECT perfcheck_add_case('behind', 'all', ARRAY['1', 'open']);
SET enable_seqscan = off;
DROP INDEX task_state;
ALTER TABLE task DROP CONSTRAINT task_pkey;
SET enable_bitmapscan = off;
SELECT access, rows_examined BETWEEN 18000 AND 20050 AS all_read FROM perfcheck_plan('behind') WHERE label = 'all' AND plan_mode = 'custom';
SET enable_indexonlyscan = off;
SELECT access, rows_examined BETWEEN 18000 AND 20050 AS all_read FROM perfcheck_plan('behind') WHERE label = 'all' AND plan_mode = 'custom';
SET enable_bitmapscan = on;
SET enable_indexscan = off;
-- 20000 entries and 50 rows of the table
SELECT access, rows_examined BETWEEN 18000 AND 20050 AS all_read FROM perfcheck_plan('behind') WHERE label = 'all' AND plan_mode = 'custom';
RESET enable_seqscan;
RESET enable_bitmapscan;
RESET enable_indexscan;
RESET enable_indexonlyscan;
SELECT perfcheck_drop_query('behind');
DROP TABLE task;

-- perfcheck_forecast, of the canonical queries
SELECT perfcheck_seed(10000, starts => '2027-01-01 00:00Z');
UPDATE perfcheck_query SET enabled = true;
CREATE TABLE forecast AS SELECT row_number() OVER () AS n, * FROM perfcheck_forecast(max_rows => 100000000);
-- one row after another, from today's size to the last
SELECT bool_and(from_rows = coalesce(before, 10000)) AS one_after_another,
       bool_and(after IS NOT NULL OR to_rows = 100000000) AS to_the_end
FROM (SELECT *, lag(to_rows) OVER case_of AS before, lead(from_rows) OVER case_of AS after
      FROM forecast WINDOW case_of AS (PARTITION BY query, label, plan_mode ORDER BY n)) AS f;
-- the OR cursor holds to about 100,000 rows, of which the middle page reads half
SELECT ok, from_rows = 10000 AS from_today, to_rows BETWEEN 98000 AND 102000 AS to_100000
FROM forecast WHERE query = 'next_page' AND label = 'typical' AND plan_mode = 'custom' ORDER BY n;
-- what it says of a size is what perfcheck_plan says of it, where no smaller size decides
SELECT count(*) AS cases, count(*) FILTER (WHERE f.access = p.access AND (f.ok = p.ok OR p.reason ~ ' at \d+ rows')
       AND abs(f.rows_projected - p.rows_projected) <= 1) AS same
FROM forecast AS f JOIN perfcheck_plan(scale => 10000) AS p USING (query, label, plan_mode)
WHERE to_rows = 100000000;
SELECT count(DISTINCT (query, label, plan_mode)) = (SELECT count(*) FROM perfcheck_plan()) AS all_cases FROM forecast;
-- nothing to grow
SELECT from_rows, to_rows, ok FROM perfcheck_forecast('page', 1);
SELECT perfcheck_forecast('page', 0);
SELECT perfcheck_forecast('pages');
SELECT perfcheck_add_query('dropped', 'SELECT * FROM forecast WHERE query = $1');
DROP TABLE forecast;
SET client_min_messages = warning;
SELECT label, from_rows, ok, reason FROM perfcheck_forecast('dropped');
SELECT perfcheck_drop_query('dropped');

-- the same report in sessions that differ, and on the next run, but for comments
-- on JIT, which tell of the session's settings
CREATE FUNCTION report() RETURNS text LANGUAGE sql
AS $$SELECT md5(string_agg(l, E'\n' ORDER BY n)) FROM public.perfcheck_verify() WITH ORDINALITY AS v (l, n) WHERE l !~ '^# jit'$$;
SELECT report() AS report \gset
SELECT report() = :'report' AS next_run;
SET TimeZone = 'Asia/Kolkata';
SET DateStyle = 'German';
SET IntervalStyle = 'iso_8601';
SET extra_float_digits = -5;
SET bytea_output = 'escape';
SET jit = on;
SET jit_above_cost = 0;
SET client_encoding = 'LATIN1';
SET synchronize_seqscans = off;
SELECT report() = :'report' AS other_settings;
SET search_path = public, plans_test;
SELECT plans_test.report() = :'report' AS other_search_path;
RESET ALL;
SET search_path = plans_test, public;
SET client_min_messages = warning;
SET jit = off;

-- no false alarms: small tables with the right indexes, and the mended query
UPDATE perfcheck_query SET enabled = false WHERE name ~ '(^next_page|_next)$';
SELECT perfcheck_add_query('next_page_mended',
    'SELECT * FROM events WHERE (date, id) > ($1, $2) ORDER BY date, id LIMIT 21', expected => 'btree');
CREATE FUNCTION alarms(rows bigint, OUT at_1 bigint, OUT at_100 bigint) LANGUAGE plpgsql AS $$
BEGIN
    DROP TABLE IF EXISTS events;
    IF rows = 0 THEN
        PERFORM perfcheck_create_events();
        ANALYZE events;
    ELSE
        PERFORM perfcheck_seed(rows, starts => '2027-01-01 00:00Z');
    END IF;
    at_1 := (SELECT count(*) FROM perfcheck_verify(1) AS v (l) WHERE l ~ '^not ok' AND l !~ '# TODO');
    at_100 := (SELECT count(*) FROM perfcheck_verify(100) AS v (l) WHERE l ~ '^not ok' AND l !~ '# TODO');
END $$;
SELECT rows, at_1, at_100 FROM unnest(ARRAY[0, 1, 10, 1000]) AS rows, alarms(rows);

SELECT perfcheck_drop_query('next_page_mended');
UPDATE perfcheck_query SET enabled = true;
RESET search_path;
DROP SCHEMA plans_test CASCADE;
