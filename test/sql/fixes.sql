-- Which fix is chosen: of those that are proven the one that stays good in every
-- case, sets of statements, and what is not called proven.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA fixes_test;
SET search_path = fixes_test, public;
\set SHOW_CONTEXT never
SET jit = off;
SET plan_cache_mode = force_custom_plan;
SET max_parallel_workers_per_gather = 0;
SET perfcheck.scale = 50;
UPDATE perfcheck_query SET enabled = false;

-- the fix that is said for a query, and whether its trial proved it
CREATE VIEW said AS
SELECT regexp_replace(regexp_replace(l, '^ +', ''), '^(proof|improvement): (.*)$', '\1') AS line
FROM perfcheck_verify() WITH ORDINALITY AS v (l, n)
WHERE l ~ '^(ok)|^  "?(fix|and write|proof|no proof|improvement)' ORDER BY n;
CREATE VIEW fixes AS
SELECT substr(l, length('  fix: ') + 1) AS fix FROM perfcheck_verify() AS v (l) WHERE l ~ '^  fix: (CREATE|ANALYZE|ALTER)';
CREATE VIEW verdicts AS
SELECT regexp_replace(l, '^((not )?ok) \d+ - (\w+).*$', '\1 \3') AS verdict
FROM perfcheck_verify() AS v (l) WHERE l ~ '^(not )?ok' AND l !~ '# TODO';
CREATE PROCEDURE forget() LANGUAGE sql AS
$$SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled$$;
CREATE FUNCTION dice(i bigint, throw bigint) RETURNS float8 LANGUAGE sql IMMUTABLE AS
'SELECT (hashint8extended(i, throw) & 1048575)::float8 / 1048576.0';

-- the newest three of each: the key of the outer row and the order together, and
-- never the order alone, which a parent without children would walk to its end
CREATE TABLE album (id int PRIMARY KEY, shelf int NOT NULL) WITH (autovacuum_enabled = off);
CREATE TABLE review (id int PRIMARY KEY, album_id int NOT NULL, at timestamptz NOT NULL, text text) WITH (autovacuum_enabled = off);
INSERT INTO album SELECT i, i % 10 FROM generate_series(1, 230) AS i;
INSERT INTO review SELECT i, 1 + (dice(i, 1) ^ 2 * 199)::int, '2025-01-01'::timestamptz + dice(i, 2) * interval '300 days', repeat('x', 60)
FROM generate_series(1, 10000) AS i;
CREATE INDEX ON review (album_id);
CREATE INDEX ON album (shelf, id);
VACUUM ANALYZE album, review;
SELECT perfcheck_add_query('newest', 'SELECT a.id, r.at FROM (SELECT id FROM album WHERE shelf = $1 ORDER BY id LIMIT 20) AS a
    LEFT JOIN LATERAL (SELECT at FROM review AS r WHERE r.album_id = a.id ORDER BY at DESC LIMIT 3) AS r ON true');
SELECT perfcheck_add_query('newest_json', 'SELECT a.id, (SELECT json_agg(x) FROM (SELECT at FROM review AS r WHERE r.album_id = a.id ORDER BY at DESC LIMIT 3) AS x)
    FROM album AS a WHERE shelf = $1 ORDER BY id LIMIT 20');
SELECT * FROM said;
SELECT DISTINCT fix FROM fixes \gexec
SELECT * FROM verdicts;
CALL forget();
DROP TABLE album, review;

-- a feed: what the order alone does to a user without late rows; and beside an
-- index of the order, which the planner keeps to, one that covers the page
CREATE TABLE visit (id int PRIMARY KEY, account int NOT NULL, at timestamptz NOT NULL, page text) WITH (autovacuum_enabled = off);
INSERT INTO visit SELECT i, CASE WHEN i < 1000 AND dice(i, 1) < 0.4 THEN 7 WHEN a = 7 THEN 8 ELSE a END,
    '2024-01-01'::timestamptz + i * interval '1 hour', repeat('x', 30)
FROM (SELECT i, (dice(i, 2) ^ 2 * 25)::int AS a FROM generate_series(1, 10000) AS i) AS x;
CREATE INDEX ON visit (account);
VACUUM ANALYZE visit;
SELECT perfcheck_size('visit', denser => '{at}');
SELECT perfcheck_add_query('feed', 'SELECT id, at, page FROM visit WHERE account = $1 ORDER BY at DESC LIMIT 20');
SELECT * FROM said;
CREATE INDEX visit_at ON visit (at);
SELECT * FROM said;
SELECT fix FROM fixes \gexec
SELECT * FROM verdicts;
CALL forget();
DROP TABLE visit;

-- an index for each arm, and for each table
CREATE TABLE sent (id int PRIMARY KEY, person int NOT NULL, at int NOT NULL, note text) WITH (autovacuum_enabled = off);
CREATE TABLE got (LIKE sent INCLUDING ALL) WITH (autovacuum_enabled = off);
INSERT INTO sent SELECT i, i % 20, (dice(i, 1) * 100000)::int, repeat('x', 50) FROM generate_series(1, 8000) AS i;
INSERT INTO got SELECT i, i % 20, (dice(i, 2) * 100000)::int, repeat('x', 50) FROM generate_series(1, 8000) AS i;
VACUUM ANALYZE sent, got;
SELECT perfcheck_add_query('both', '(SELECT at, note FROM sent WHERE person = $1 ORDER BY at DESC LIMIT 10) UNION ALL
    (SELECT at, note FROM got WHERE person = $1 ORDER BY at DESC LIMIT 10) ORDER BY at DESC LIMIT 10');
SELECT * FROM said;
SELECT fix FROM fixes \gexec
SELECT * FROM verdicts;
CALL forget();

-- an improvement is no proof: all rows of a person are still to be counted
SELECT perfcheck_add_query('total', 'SELECT count(note) FROM sent WHERE person = $1 AND note > ''''');
DROP INDEX sent_person_at_idx;
SET perfcheck.max_rows_examined = 5000;
SELECT regexp_replace(l, '\d+', 'N', 'g') AS line FROM perfcheck_verify() AS v (l) WHERE l ~ 'fix|proof|improvement';
RESET perfcheck.max_rows_examined;
CALL forget();
DROP TABLE sent, got;

-- a rewrite and an index; a rewrite alone, where an index is there
CREATE TYPE phase AS ENUM ('waiting', 'working', 'finished');
CREATE TABLE job (id int PRIMARY KEY, state phase NOT NULL, tenant int NOT NULL, number bigint NOT NULL, made_at timestamptz NOT NULL) WITH (autovacuum_enabled = off);
INSERT INTO job SELECT i, (CASE WHEN dice(i, 1) < 0.9 THEN 'finished' ELSE 'waiting' END)::phase, i % 10, i, '2025-01-01'::timestamptz + i * interval '1 minute'
FROM generate_series(1, 8000) AS i;
CREATE INDEX ON job (tenant, number);
VACUUM ANALYZE job;
SELECT perfcheck_add_query('jobs', 'SELECT id, made_at FROM job WHERE state::text = $1 ORDER BY made_at DESC LIMIT 20');
SELECT * FROM said;
CALL forget();
SELECT perfcheck_add_query('numbered', 'SELECT id FROM job WHERE tenant = $1 AND number::text = $2');
SELECT * FROM said;
CALL forget();
DROP TABLE job;

-- what is quick as long as something matches: the ranges of a row that has none
-- are looked for in the whole index of the order
CREATE TABLE spot (id int PRIMARY KEY, x int NOT NULL) WITH (autovacuum_enabled = off);
CREATE TABLE zone (id int PRIMARY KEY, low int NOT NULL, high int NOT NULL, at int NOT NULL, note text) WITH (autovacuum_enabled = off);
INSERT INTO spot SELECT i, i FROM generate_series(1, 100) AS i;
INSERT INTO zone SELECT i, (dice(i, 1) * 40)::int, 60 + (dice(i, 2) * 40)::int, (dice(i, 3) * 100000)::int, repeat('x', 50) FROM generate_series(1, 8000) AS i;
VACUUM ANALYZE spot, zone;
SET perfcheck.fixed_tables = 'fixes_test.spot';
SELECT perfcheck_add_query('zones', 'SELECT s.id, z.note FROM spot AS s CROSS JOIN LATERAL
    (SELECT note FROM zone AS z WHERE z.low <= s.x AND z.high >= s.x ORDER BY z.at LIMIT 3) AS z WHERE s.id BETWEEN 45 AND 55');
SELECT count(*) FILTER (WHERE l ~ '^  proof') AS proven FROM perfcheck_verify() AS v (l);
RESET perfcheck.fixed_tables;
CALL forget();
DROP TABLE spot, zone;

-- statistics say that a value is absent; one that few rows have is looked for in
-- the whole index of the order all the same
CREATE TABLE booth (id int PRIMARY KEY) WITH (autovacuum_enabled = off);
CREATE TABLE ticket (id bigint PRIMARY KEY, booth_id int NOT NULL REFERENCES booth, at timestamptz NOT NULL, state text NOT NULL, price int NOT NULL) WITH (autovacuum_enabled = off);
INSERT INTO booth SELECT i FROM generate_series(1, 200) AS i;
INSERT INTO ticket SELECT i, 1 + (dice(i, 1) ^ 2 * 199)::int, '2024-01-01'::timestamptz + i * interval '25 minutes', 'sold', i % 1000 FROM generate_series(1, 20000) AS i;
CREATE INDEX ON ticket (booth_id, at);
CREATE INDEX ON ticket (at);
VACUUM ANALYZE booth, ticket;
SET perfcheck.fixed_tables = 'fixes_test.booth';
SELECT perfcheck_add_query('of_booths', 'SELECT * FROM ticket WHERE booth_id = ANY ($1::int[]) ORDER BY at DESC LIMIT 20');
SELECT l ~ '^  cause: "?the LIMIT walks ticket_at_idx' AS walk FROM perfcheck_verify() AS v (l) WHERE l ~ '^  "?(cause|fix|and write|proof|improvement)';
RESET perfcheck.fixed_tables;
CALL forget();
DROP TABLE ticket, booth;

-- each arm of a UNION ALL has its index, though one alone is enough for the values
-- of the rows
CREATE TABLE person (id int PRIMARY KEY) WITH (autovacuum_enabled = off);
CREATE TABLE post (id int PRIMARY KEY, person_id int NOT NULL, at timestamptz NOT NULL) WITH (autovacuum_enabled = off);
CREATE TABLE reply (id int PRIMARY KEY, person_id int NOT NULL, at timestamptz NOT NULL) WITH (autovacuum_enabled = off);
INSERT INTO person SELECT i FROM generate_series(1, 100) AS i;
INSERT INTO post SELECT i, 1 + (dice(i, 1) ^ 2 * 79)::int, '2025-01-01'::timestamptz + i * interval '1 minute' FROM generate_series(1, 6000) AS i;
INSERT INTO reply SELECT i, 1 + (dice(i, 1) ^ 2 * 99)::int, '2025-01-01'::timestamptz + i * interval '1 minute' FROM generate_series(1, 12000) AS i;
CREATE INDEX ON post (at);
CREATE INDEX ON reply (at);
VACUUM ANALYZE person, post, reply;
SELECT perfcheck_size('post', denser => '{at}');
SELECT perfcheck_size('reply', denser => '{at}');
SELECT perfcheck_add_query('both', 'SELECT * FROM ((SELECT id, at FROM post WHERE person_id = $1 ORDER BY at DESC LIMIT 20)
    UNION ALL (SELECT id, at FROM reply WHERE person_id = $1 ORDER BY at DESC LIMIT 20)) AS x ORDER BY at DESC LIMIT 20');
SELECT * FROM said;
CALL forget();
DROP TABLE person, post, reply;

-- four indexes and a rewrite that leave two thirds of the rows are no fix of a query
-- whose fault is what it returns
CREATE TABLE mark (member int NOT NULL, room int NOT NULL, branch text, upto int NOT NULL) WITH (autovacuum_enabled = off);
CREATE TABLE news (member int NOT NULL, room int NOT NULL, branch text NOT NULL, at int NOT NULL) WITH (autovacuum_enabled = off);
INSERT INTO mark SELECT 1 + i % 40, i / 40, NULL, i % 100 FROM generate_series(1, 10000) AS i;
INSERT INTO news SELECT 1 + i % 40, i / 40, 'main', i FROM generate_series(1, 10000) AS i;
CREATE INDEX ON mark (member);
CREATE INDEX ON news (member, at);
VACUUM ANALYZE mark, news;
SELECT perfcheck_add_query('unread', 'WITH r AS (SELECT room, branch, max(upto) AS upto FROM mark WHERE member = $1 GROUP BY room, branch)
    SELECT n.room, n.branch, count(*) FROM news AS n
    LEFT JOIN (SELECT room, branch, upto AS one FROM r WHERE branch IS NOT NULL) AS a USING (room, branch)
    LEFT JOIN (SELECT room, upto AS other FROM r WHERE branch IS NULL) AS b USING (room)
    WHERE n.member = $1 AND (one IS NULL OR n.at > one) AND (other IS NULL OR n.at > other) GROUP BY n.room, n.branch');
SELECT * FROM said;
CALL forget();
DROP TABLE mark, news;

-- another query that prepared statements run by a generic plan, which walks the
-- primary key for a value that no row has: that of the query itself does not
RESET plan_cache_mode;
CREATE TABLE shift (id bigint PRIMARY KEY, site text NOT NULL, cooks text[] NOT NULL, waiters text[] NOT NULL) WITH (autovacuum_enabled = off);
INSERT INTO shift SELECT i, 'main', ARRAY[CASE WHEN dice(i, 1) < 0.6 THEN 'agency' ELSE 'p' || (2000 * dice(i, 2) ^ 3)::int END], ARRAY['p' || (2000 * dice(i, 3) ^ 2)::int]
FROM generate_series(1, 20000) AS i;
CREATE INDEX ON shift USING gin (cooks) WITH (fastupdate = off);
CREATE INDEX ON shift USING gin (waiters) WITH (fastupdate = off);
VACUUM ANALYZE shift;
SELECT perfcheck_add_query('shifts', 'WITH t AS MATERIALIZED (SELECT * FROM shift WHERE site = ''main'' AND (cooks @> ARRAY[$1] OR waiters @> ARRAY[$1])) SELECT * FROM t ORDER BY id DESC LIMIT 16',
    types => ARRAY['text']::regtype[]);
SELECT line FROM said WHERE line !~ 'NOT MATERIALIZED';
CALL forget();
DROP TABLE shift;
SET plan_cache_mode = force_custom_plan;

-- who does not own the table is told of the best index; a setting is for the role
-- that the queries run as
CREATE TABLE entry (id int PRIMARY KEY, reader int NOT NULL, starred boolean NOT NULL, at int NOT NULL, note text) WITH (autovacuum_enabled = off);
INSERT INTO entry SELECT i, i % 25, dice(i, 1) < 0.02, (dice(i, 2) * 100000)::int, repeat('x', 50) FROM generate_series(1, 10000) AS i;
VACUUM ANALYZE entry;
SELECT perfcheck_add_query('starred', 'SELECT id, note FROM entry WHERE reader = $1 AND starred = $2 ORDER BY at DESC LIMIT 20');
CREATE ROLE perfcheck_visitor;
GRANT USAGE ON SCHEMA fixes_test TO perfcheck_visitor;
GRANT SELECT ON ALL TABLES IN SCHEMA fixes_test TO perfcheck_visitor;
SET ROLE perfcheck_visitor;
SELECT * FROM said;
RESET ROLE;
SELECT * FROM said;
SELECT fix FROM fixes \gexec
SELECT * FROM verdicts;
CALL forget();

UPDATE perfcheck_query SET enabled = true;
DROP SCHEMA fixes_test CASCADE;
DROP OWNED BY perfcheck_visitor;
DROP ROLE perfcheck_visitor;
