-- Work that hides at today's size, and work that only seems to be there.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA review_test;
SET search_path = review_test, public;
\set SHOW_CONTEXT never
SET jit = off;
SET max_parallel_workers_per_gather = 0;
UPDATE perfcheck_query SET enabled = false;

-- parent: 'none' for 3 of 10 people, else a value of its own; team: 20 of them
CREATE TABLE person (id int PRIMARY KEY, parent text, team int, joined int, filler text);
INSERT INTO person SELECT i, CASE WHEN i % 10 < 3 THEN 'none' ELSE 'p' || i END, i % 20, i, repeat('x', 80)
    FROM generate_series(1, 10000) AS i;
CREATE INDEX person_parent_idx ON person (parent);
CREATE INDEX person_team_idx ON person (team);
CREATE INDEX person_joined_idx ON person (joined);
ANALYZE person;

-- a default among unique values grows with the table; the unique values do not, nor do lists of them
SELECT perfcheck_add_query('default_value', 'SELECT count(*) FROM person WHERE parent = $1');
SELECT perfcheck_add_query('many_values', 'SELECT count(*) FROM person WHERE parent = ANY ($1)');
SELECT perfcheck_add_case('many_values', 'sixty', ARRAY[(SELECT array_agg('p' || i)::text FROM generate_series(3, 663) AS i WHERE i % 10 = 3)]);
SELECT query, label, ok, rows_examined, rows_projected FROM perfcheck_plan(scale => 100)
    WHERE plan_mode = 'custom' AND label IN ('parent common', 'parent typical', 'sixty') ORDER BY query, label COLLATE "C";
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- few rows of a value lie further apart in a larger table, those of a frequent one do not
CREATE TABLE message AS SELECT i AS id, i::bigint * 7919 % 10000 / 5 AS person, i % 20 AS team FROM generate_series(1, 10000) AS i;
ANALYZE message;
SELECT perfcheck_add_query('few', 'SELECT * FROM message WHERE person = 7 LIMIT 1');
SELECT perfcheck_add_query('frequent', 'SELECT * FROM message WHERE team = 7 LIMIT 1');
SELECT perfcheck_add_query('by_default', 'SELECT * FROM person WHERE parent = ''none'' LIMIT 1');
SELECT query, ok, rows_projected / rows_examined AS growth FROM perfcheck_plan(scale => 100);
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- rows joined by a value that many on both sides have: the pairs grow as the square
SELECT perfcheck_add_query('pairs', 'SELECT count(*) FROM person a JOIN person b USING (team) WHERE a.joined <= 40 AND b.joined <= 40');
SELECT perfcheck_add_query('pairs_cte', 'WITH x AS MATERIALIZED (SELECT * FROM person WHERE joined <= 40) SELECT count(*) FROM x a JOIN x b USING (team)');
-- by a key they do not (18 joins no table with itself)
SELECT perfcheck_add_query('partners', 'SELECT count(*) FROM person a JOIN person b USING (id) WHERE a.joined <= 40 AND b.joined <= 40');
SET enable_nestloop = off;
SELECT query, ok, rows_projected / rows_examined AS growth FROM perfcheck_plan(scale => 100) ORDER BY query;
RESET enable_nestloop;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- a subquery in an aggregate's argument runs for each row that goes in
SELECT perfcheck_add_query('in_aggregate', 'SELECT max((SELECT count(*) FROM person b WHERE b.team = a.joined % 20 AND b.id < 100)) FROM person a WHERE a.joined <= 3');
SELECT perfcheck_add_query('in_target', 'SELECT (SELECT count(*) FROM person b WHERE b.team = a.joined % 20 AND b.id < 100) FROM person a WHERE a.joined <= 3');
SELECT count(DISTINCT rows_projected) AS the_same, bool_or(ok) AS ok FROM perfcheck_plan(scale => 100);
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- min and max of a lateral subquery run for each row, too
SELECT perfcheck_add_query('lateral_max', 'SELECT a.id, m FROM person a, LATERAL (SELECT max(b.joined) FROM person b WHERE b.joined <= a.joined AND b.filler = '''') AS l (m) WHERE a.joined <= 30');
SELECT ok, rows_projected >= 100 * 100 * 30 * 15 AS each FROM perfcheck_plan('lateral_max', 100) ;
SELECT perfcheck_drop_query('lateral_max');

-- a sample is of other rows in each run, and reads more than it returns
SELECT perfcheck_add_query('sample', 'SELECT * FROM person TABLESAMPLE BERNOULLI (0.01)');
SELECT l FROM perfcheck_verify() AS v (l) WHERE l ~ 'ok';
SELECT perfcheck_drop_query('sample');

-- an index of the first column does not give an order with NULLs at the other end, or up and down
SELECT perfcheck_add_query('nulls_last', 'SELECT id FROM person ORDER BY joined DESC NULLS LAST LIMIT 5');
SELECT perfcheck_add_query('up_and_down', 'SELECT id FROM person ORDER BY team, joined DESC LIMIT 5');
SELECT l FROM perfcheck_verify() AS v (l) WHERE l ~ 'ok|cause|fix|proof';
CREATE INDEX ON person USING btree (joined NULLS FIRST);
CREATE INDEX ON person USING btree (team, joined DESC);
SELECT l FROM perfcheck_verify() AS v (l) WHERE l ~ 'ok|cause|fix|proof';
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

DROP SCHEMA review_test CASCADE;
UPDATE perfcheck_query SET enabled = true;
