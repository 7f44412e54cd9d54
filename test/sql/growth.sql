-- Tables grow one by one, and their columns as the data does that they stand for.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA growth_test;
SET search_path = growth_test, public;
\set SHOW_CONTEXT never
SET jit = off;
SET max_parallel_workers_per_gather = 0;
UPDATE perfcheck_query SET enabled = false;

-- how many times the rows that the planner expects today it expects of a table of 100 times the size
CREATE VIEW grows AS SELECT query, label, round(b.rows_estimated::numeric / a.rows_estimated) AS times
    FROM perfcheck_plan(scale => 1) AS a JOIN perfcheck_plan(scale => 100) AS b USING (query, label, plan_mode)
    WHERE plan_mode = 'custom' AND label !~ 'absent|null|empty|rare' ORDER BY query COLLATE "C", label COLLATE "C";

-- 50 members write 40 notes each; of clubs there are always four, and states are always the same
CREATE TABLE club (id int PRIMARY KEY);
CREATE TABLE member (club_id int REFERENCES club, no int, name text, PRIMARY KEY (club_id, no));
CREATE TABLE person (id int PRIMARY KEY, name text);
CREATE TABLE note (id bigint PRIMARY KEY, person_id int REFERENCES person, club_id int, member_no int, state text, at timestamptz, day date,
    FOREIGN KEY (club_id, member_no) REFERENCES member);
INSERT INTO club SELECT generate_series(0, 3);
INSERT INTO member SELECT i % 4, i / 4, 'm' || i FROM generate_series(0, 799) AS i;
INSERT INTO person SELECT i, 'p' || i FROM generate_series(0, 49) AS i;
INSERT INTO note SELECT i, i % 50, i % 4, i % 800 / 4, 's' || i % 5, t, t::date
    FROM (SELECT i, '2026-01-01 00:00Z'::timestamptz + i * interval '20 min' FROM generate_series(0, 1999) AS i) AS n (i, t);
VACUUM ANALYZE club, member, person, note;
SELECT perfcheck_add_query('by_person', 'SELECT * FROM note WHERE person_id = $1');
SELECT perfcheck_add_query('by_state', 'SELECT * FROM note WHERE state = $1');
SELECT perfcheck_add_query('by_club', 'SELECT * FROM note WHERE club_id = $1');
SELECT perfcheck_add_query('by_member', 'SELECT * FROM note WHERE member_no = $1');
SELECT perfcheck_add_query('member_of_no', 'SELECT * FROM member WHERE no = $1');
SELECT perfcheck_add_query('of_person', 'SELECT * FROM person p JOIN note n ON n.person_id = p.id WHERE p.name = $1');
SELECT * FROM grows;
-- where clubs stay, the members of each become more, and their numbers with them
SET perfcheck.fixed_tables = 'club';
SELECT * FROM grows WHERE query ~ 'club|member';
-- where persons stay, each writes more
SET perfcheck.fixed_tables = 'person';
SELECT * FROM grows WHERE query ~ 'person';
RESET perfcheck.fixed_tables;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- time goes on, and so do serial keys: a range of today's values keeps its rows, and what comes after it grows
SELECT perfcheck_add_query('week', 'SELECT * FROM note WHERE at >= ''2026-01-08 00:00Z'' AND at < ''2026-01-15 00:00Z''');
SELECT perfcheck_add_query('day', 'SELECT * FROM note WHERE day = ''2026-01-08''');
SELECT perfcheck_add_query('days', 'SELECT * FROM note WHERE day BETWEEN ''2026-01-08'' AND ''2026-01-10''');
SELECT perfcheck_add_query('ids', 'SELECT * FROM note WHERE id BETWEEN 500 AND 599');
SELECT perfcheck_add_query('persons', 'SELECT * FROM note WHERE person_id BETWEEN 10 AND 14');
SELECT perfcheck_add_query('since', 'SELECT * FROM note WHERE at >= ''2026-01-15 00:00Z''');
SELECT query, times FROM grows;
-- at a scale of 1 the plan is the server's own
CREATE FUNCTION cost_of(query text) RETURNS float8 LANGUAGE plpgsql AS
$$DECLARE plan json; BEGIN EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO plan; RETURN plan->0->'Plan'->>'Total Cost'; END$$;
SELECT bool_and(abs(p.cost - cost_of(q.sql)) < 0.01) AS same FROM perfcheck_plan() AS p JOIN perfcheck_query AS q ON q.name = p.query;
-- 13.9 of 28 days follow it today, and all but 14 of 2,778 later
SELECT round(b.rows_estimated / 200000.0, 2) AS share FROM perfcheck_plan('since', 100) AS b;
-- told to grow denser, it does not; an empty list tells that time goes on
SELECT perfcheck_size('note', denser => '{at,id}');
SELECT query, times FROM grows;
SELECT perfcheck_size('note', denser => '{}');
SELECT query, times FROM grows WHERE query = 'week';
SELECT perfcheck_size('note');
SELECT count(*) FROM perfcheck_size;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- what a query compares with the clock ends now: the history is behind it
CREATE TABLE visit AS SELECT now() - i * interval '1 hour' AS at FROM generate_series(0, 1999) AS i;
CREATE INDEX ON visit (date_trunc('day', at AT TIME ZONE 'UTC'));
VACUUM ANALYZE visit;
SELECT perfcheck_add_query('recent', 'SELECT * FROM visit WHERE at > now() - interval ''7 days''');
SELECT perfcheck_add_query('recent_days', 'SELECT * FROM visit WHERE date_trunc(''day'', at AT TIME ZONE ''UTC'') > CURRENT_DATE - 7');
SELECT perfcheck_add_query('recent_below', 'WITH v AS (SELECT at AS t FROM visit OFFSET 0) SELECT * FROM v WHERE t BETWEEN now() - interval ''7 days'' AND now()');
SELECT query, times BETWEEN 0 AND 3 AS keeps_its_rows FROM grows;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- and so do the rows that a plan reads, of partitions, too; unless the query asks for more than the history of today, or
-- rows are dated ahead
CREATE TABLE reading (sensor int NOT NULL, at timestamptz NOT NULL) PARTITION BY HASH (sensor);
CREATE TABLE reading_0 PARTITION OF reading FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE reading_1 PARTITION OF reading FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO reading SELECT i % 100, now() - i * interval '10 minutes' FROM generate_series(0, 19999) AS i;
CREATE INDEX ON reading (at);
CREATE TABLE appointment AS SELECT i AS id, now() + (i - 10000) * interval '10 minutes' AS at, (now() + (i - 10000) * interval '10 minutes')::date AS day FROM generate_series(0, 19999) AS i;
CREATE INDEX ON appointment (at);
CREATE INDEX ON appointment (day);
CREATE TABLE invoice AS SELECT i AS id, CURRENT_DATE - i / 20 AS day, (now() - i * interval '1 hour')::timestamp AS at FROM generate_series(0, 19999) AS i;
CREATE INDEX ON invoice (day);
CREATE INDEX ON invoice (at);
CREATE TABLE alarm AS SELECT i % 10 AS house, now() - i / 10 * interval '1 hour' AS at FROM generate_series(0, 19999) AS i;
CREATE INDEX ON alarm (house, at);
VACUUM ANALYZE reading, appointment, invoice, alarm;
SELECT perfcheck_add_query('a_week', $$SELECT sensor, count(*) FROM reading WHERE at >= now() - interval '7 days' GROUP BY sensor$$);
SELECT perfcheck_add_query('a_week_of_one', $$SELECT sensor, count(*) FROM reading_0 WHERE at > date_trunc('day', now()) - interval '7 days' GROUP BY sensor$$);
SELECT perfcheck_add_query('days', 'SELECT count(*) FROM invoice WHERE CURRENT_DATE - 30 < day');
SELECT perfcheck_add_query('hours', $$SELECT count(*) FROM invoice WHERE at > LOCALTIMESTAMP - interval '300 hours'$$);
SELECT perfcheck_add_query('a_year', $$SELECT sensor, count(*) FROM reading WHERE at >= now() - interval '1 year' GROUP BY sensor$$);
SELECT perfcheck_add_query('a_year_of_one', $$SELECT count(*) FROM alarm WHERE house = $1 AND at >= now() - interval '1 year'$$);
SELECT perfcheck_add_query('a_week_of_house', $$SELECT count(*) FROM alarm WHERE house = $1 AND at >= now() - interval '7 days'$$);
SELECT perfcheck_add_query('ahead', $$SELECT count(*) FROM appointment WHERE at > now() + interval '60 days'$$);
SELECT perfcheck_add_query('ahead_days', 'SELECT count(*) FROM appointment WHERE day > CURRENT_DATE + 60');
SELECT query, max(rows_projected) BETWEEN 1 AND 3 * max(rows_examined) AS keeps_its_rows FROM perfcheck_plan(NULL, 50) GROUP BY 1 ORDER BY 1;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- a default among unique values is no value of its own; infinity is no time
CREATE TABLE licence AS SELECT i AS id, CASE WHEN i % 10 < 3 THEN 'none' ELSE 'c' || i END AS code,
    CASE WHEN i % 10 < 3 THEN 'infinity' ELSE '2026-01-01'::date + i / 20 END AS ends FROM generate_series(0, 1999) AS i;
ANALYZE licence;
SELECT perfcheck_add_query('none', 'SELECT * FROM licence WHERE code = ''none''');
SELECT perfcheck_add_query('endless', 'SELECT * FROM licence WHERE ends = ''infinity''');
SELECT perfcheck_add_query('ending', 'SELECT * FROM licence WHERE ends = ''2026-02-01''');
SELECT query, times FROM grows;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- a unique expression has one row for each value at any size
CREATE TABLE mail AS SELECT 'U' || i || '@example.org' AS address, i AS n FROM generate_series(1, 1000) AS i;
CREATE UNIQUE INDEX ON mail (upper(address));
CREATE INDEX ON mail ((n % 10));
ANALYZE mail;
SELECT perfcheck_add_query('address', 'SELECT * FROM mail WHERE upper(address) = ''U7@EXAMPLE.ORG''');
SELECT perfcheck_add_query('rest', 'SELECT * FROM mail WHERE n % 10 = 3');
SELECT query, times FROM grows;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- a size of its own: today's rows at 1, the size at perfcheck.scale, and between in proportion
CREATE TABLE part (id int, kind int) PARTITION BY LIST (kind);
CREATE TABLE part_0 PARTITION OF part FOR VALUES IN (0);
CREATE TABLE part_1 PARTITION OF part FOR VALUES IN (1);
INSERT INTO part SELECT i, i % 2 FROM generate_series(1, 1000) AS i;
ANALYZE part;
SELECT perfcheck_size('part', 4000);
SELECT perfcheck_size('person', 5000000);
SELECT perfcheck_size('club', 1);
SELECT perfcheck_add_query('parts', 'SELECT * FROM part');
SELECT perfcheck_add_query('part_0', 'SELECT * FROM part_0');
SELECT perfcheck_add_query('persons', 'SELECT * FROM person');
SELECT perfcheck_add_query('clubs', 'SELECT * FROM club');
SELECT perfcheck_add_query('notes', 'SELECT * FROM note');
SELECT query, scale, rows_estimated FROM unnest(ARRAY[1, 10, 100]) AS scale, perfcheck_plan(scale => scale) ORDER BY query COLLATE "C", scale;
SET perfcheck.scale = 10;
SELECT query, rows_estimated FROM perfcheck_plan(scale => 10) ORDER BY query COLLATE "C";
SET perfcheck.scale = 1;
SELECT query, rows_estimated FROM perfcheck_plan(scale => 100) WHERE query = 'parts';
SET perfcheck.fixed_tables = 'person';
SELECT query, rows_estimated FROM perfcheck_plan(scale => 100) WHERE query = 'persons';
RESET perfcheck.fixed_tables;
RESET perfcheck.scale;
-- the sizes of a forecast are those of its table
SELECT query, from_rows, to_rows FROM perfcheck_forecast('parts', 4000);
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;
-- a fix is tried for the sizes that were told
SELECT perfcheck_size('note', 20000);
SELECT perfcheck_add_query('first', 'SELECT * FROM note WHERE state = $1 AND member_no = $2 ORDER BY at LIMIT 1', max_rows => 1000);
SELECT count(*) AS proofs FROM perfcheck_verify() AS v (l) WHERE l ~ '^  proof:';
SELECT perfcheck_drop_query('first');

-- what cannot be told
SELECT perfcheck_size(NULL, 1);
SELECT perfcheck_size('part_0', 1);
SELECT perfcheck_size('grows', 1);
SELECT perfcheck_size('pg_class', 1);
SELECT perfcheck_size(1, 1);
SELECT perfcheck_size('note', -1);
SELECT perfcheck_size('note', denser => '{at,nothing}');
SELECT perfcheck_size('note', denser => '{state}');
SELECT perfcheck_size('note', denser => '{NULL}');
CREATE ROLE perfcheck_teller;
GRANT USAGE ON SCHEMA growth_test TO perfcheck_teller;
SET ROLE perfcheck_teller;
SELECT perfcheck_size('note', 1);
SELECT count(*) FROM perfcheck_size;
RESET ROLE;
-- what was told of a table that is gone goes with the next word
DROP TABLE part;
SELECT perfcheck_size('person');
SELECT relation, rows, denser FROM perfcheck_size ORDER BY relation::text COLLATE "C";
DELETE FROM perfcheck_size;

-- synthetic events grow denser, as they fill a fixed time; rows of one's own do not
SELECT perfcheck_seed(2000, starts => '2026-01-01 00:00Z');
CREATE TABLE own_events AS TABLE events;
UPDATE own_events SET id = gen_random_uuid();
ANALYZE own_events;
SELECT perfcheck_add_query('events', 'SELECT * FROM events WHERE date >= ''2026-03-01'' AND date < ''2026-04-01''');
SELECT perfcheck_add_query('own_events', 'SELECT * FROM own_events WHERE date >= ''2026-03-01'' AND date < ''2026-04-01''');
SELECT query, times > 50 AS grows FROM grows;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- statistics are shown to nobody who may not see them: an operator sees no other row's value
CREATE TABLE secret AS SELECT i AS id, i % 100 AS owner, 'secret of ' || i % 100 AS word FROM generate_series(0, 1999) AS i;
ALTER TABLE secret ADD PRIMARY KEY (id);
CREATE TABLE owner AS SELECT generate_series(0, 99) AS id;
ALTER TABLE owner ADD PRIMARY KEY (id);
ALTER TABLE secret ADD UNIQUE (word, id), ADD FOREIGN KEY (owner) REFERENCES owner;
CREATE INDEX ON secret ((word || '!'));
ANALYZE secret, owner;
CREATE FUNCTION tells(text, text) RETURNS boolean LANGUAGE plpgsql AS
$$BEGIN IF $1 !~ 'secret of 7!?$' THEN RAISE WARNING 'it sees %', $1; END IF; RETURN $1 = $2; END$$;
CREATE OPERATOR === (LEFTARG = text, RIGHTARG = text, PROCEDURE = tells, RESTRICT = eqsel);
ALTER TABLE secret ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON secret FOR SELECT TO perfcheck_teller USING (owner = 7);
GRANT SELECT ON secret TO perfcheck_teller;
SELECT perfcheck_add_query('word', 'SELECT * FROM secret WHERE word === ''x''');
SELECT perfcheck_add_query('expression', 'SELECT * FROM secret WHERE (word || ''!'') === ''x''');
SET ROLE perfcheck_teller;
SELECT query, rows_returned FROM perfcheck_plan(scale => 100) ORDER BY query;
RESET ROLE;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- a table that was never vacuumed is judged as autovacuum will leave it, if it will; it does not see this one before the commit
BEGIN;
CREATE TABLE loaded (account int, body text);
INSERT INTO loaded SELECT i % 10, repeat('x', 100) FROM generate_series(1, 5000) AS i;
CREATE INDEX ON loaded (account);
ANALYZE loaded;
SELECT perfcheck_add_query('count', 'SELECT count(*) FROM loaded WHERE account = 3');
SELECT scale, access FROM unnest(ARRAY[1, 100]) AS scale, perfcheck_plan(scale => scale) ORDER BY scale;
SELECT l FROM perfcheck_verify() AS v (l) WHERE l ~ 'vacuum:|statistics:';
ALTER TABLE loaded SET (autovacuum_enabled = off);
SELECT access FROM perfcheck_plan(scale => 100);
SELECT l FROM perfcheck_verify() AS v (l) WHERE l ~ 'vacuum:|statistics:';
COMMIT;
-- Somebody's snapshot, as that of autovacuum, would keep rows from being visible to all.
DO $$
BEGIN
    FOR i IN 1..300 LOOP
        PERFORM pg_stat_clear_snapshot();
        EXIT WHEN NOT EXISTS (SELECT FROM pg_stat_activity WHERE backend_xmin IS NOT NULL AND pid <> pg_backend_pid());
        PERFORM pg_sleep(0.1);
    END LOOP;
END
$$;
VACUUM loaded;
SELECT access FROM perfcheck_plan(scale => 100);
SELECT l FROM perfcheck_verify() AS v (l) WHERE l ~ 'vacuum:|statistics:';

-- a table that changed much since ANALYZE is named; what came before ANALYZE is not taken for a change
INSERT INTO loaded SELECT 11, repeat('x', 100) FROM generate_series(1, 2000) AS i;
SELECT pg_stat_force_next_flush();
SELECT regexp_replace(l, '\d{4}', 'N', 'g') AS line FROM perfcheck_verify() AS v (l) WHERE l ~ 'vacuum:|statistics:';
INSERT INTO loaded SELECT 11, repeat('x', 100) FROM generate_series(1, 2000) AS i;
ANALYZE loaded;
SELECT pg_stat_force_next_flush();
SELECT l FROM perfcheck_verify() AS v (l) WHERE l ~ 'vacuum:|statistics:';
DELETE FROM loaded WHERE account = 11;
SELECT pg_stat_force_next_flush();
SELECT l FROM perfcheck_verify() AS v (l) WHERE l ~ 'vacuum:|statistics:';
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- four rows of each number are found at any size, and half of all that have number 0: also where a server skips over what is in front of it in the index
CREATE TABLE parcel (depot int NOT NULL, number int NOT NULL, note text NOT NULL);
INSERT INTO parcel SELECT i / 2000, CASE WHEN i % 2 = 0 THEN 1 + i / 2 * 7919 % 2500 ELSE 0 END, repeat('n', 100) FROM generate_series(1, 20000) AS i;
CREATE INDEX ON parcel (depot, number);
VACUUM ANALYZE parcel;
SELECT perfcheck_add_query('parcels', 'SELECT * FROM parcel WHERE number = $1', max_rows => 5000000, max_blocks => 1000000, max_rows_returned => 100);
SELECT label, rows_returned, ok, reason FROM perfcheck_plan(scale => 100) WHERE plan_mode = 'custom' AND label ~ 'rare|typical' ORDER BY label;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- a seller with 8 % of all lots, which are old ones, has so at any size: the planner then walks the primary key past half of the table
CREATE TABLE seller (id int PRIMARY KEY);
CREATE TABLE lot (id int PRIMARY KEY, seller_id int NOT NULL REFERENCES seller, title text NOT NULL);
INSERT INTO seller SELECT generate_series(1, 1000);
INSERT INTO lot SELECT i, CASE WHEN i < 10000 AND i % 6 = 0 THEN 5 ELSE 6 + i * 7919 % 994 END, repeat('lot ', 30) FROM generate_series(1, 20000) AS i;
CREATE INDEX ON lot (seller_id, id);
VACUUM ANALYZE seller, lot;
SELECT perfcheck_add_query('of_seller', 'SELECT * FROM lot WHERE seller_id = $1 ORDER BY id DESC LIMIT 20');
SELECT label, ok, rows_projected > 400000 AS half, access FROM perfcheck_plan('of_seller', 50) WHERE plan_mode = 'custom' AND label ~ 'common';
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;
-- and so has one of twenty look-ups, which the sum of all of them does not hide: at 50 times the size the 1,666 rows of this
-- seller are 83,300; the first three of them stay, but not three that he does not have
ALTER TABLE seller ADD score int NOT NULL DEFAULT 0;
UPDATE seller SET score = CASE id WHEN 5 THEN 2000 ELSE id END;
ALTER TABLE lot ADD sold boolean NOT NULL DEFAULT false;
UPDATE lot SET sold = true WHERE seller_id <> 5 AND id % 2 = 0;
CREATE INDEX ON seller (score);
VACUUM FULL seller, lot;
VACUUM ANALYZE seller, lot;
SELECT perfcheck_add_query('counted', 'SELECT s.id, (SELECT count(*) FROM lot AS l WHERE l.seller_id = s.id) FROM seller AS s ORDER BY s.score DESC LIMIT 20');
SELECT perfcheck_add_query('lateral_sold', 'SELECT s.id, x.id FROM seller AS s CROSS JOIN LATERAL (SELECT l.id FROM lot AS l WHERE l.seller_id = s.id AND l.sold ORDER BY l.id DESC LIMIT 3) AS x ORDER BY s.score DESC LIMIT 20');
SELECT perfcheck_add_query('lateral_last', 'SELECT s.id, x.id FROM seller AS s CROSS JOIN LATERAL (SELECT l.id FROM lot AS l WHERE l.seller_id = s.id ORDER BY l.id DESC LIMIT 3) AS x ORDER BY s.score DESC LIMIT 20');
SELECT perfcheck_add_query('counted_low', 'SELECT s.id, (SELECT count(*) FROM lot AS l WHERE l.seller_id = s.id) FROM seller AS s ORDER BY s.score LIMIT 20');
SELECT query, bool_and(ok) AS ok, max(rows_projected) BETWEEN 80000 AND 180000 AS one_grows, max(rows_projected) < 1000 AS stays FROM perfcheck_plan(NULL, 50) GROUP BY 1 ORDER BY 1;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

DROP SCHEMA growth_test CASCADE;
DROP ROLE perfcheck_teller;
UPDATE perfcheck_query SET enabled = true;
