-- Few rows from the statistics of many are judged as the many: their times span the
-- same, and their values become as many as the statistics tell.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA few_rows_test;
SET search_path = few_rows_test, public;
\set SHOW_CONTEXT never
SET jit = off;
SET max_parallel_workers_per_gather = 0;
SET timezone = 'UTC';
UPDATE perfcheck_query SET enabled = false;
-- A page has 25 visits, of which 400 rows hold one for two pages; and there are months of them.
-- One of the sites has a fiftieth of the visits, and most have a few.
CREATE TABLE site (id int PRIMARY KEY);
CREATE TABLE visit (id bigint PRIMARY KEY, page text NOT NULL, room int NOT NULL, at timestamptz NOT NULL, site_id int NOT NULL REFERENCES site);
CREATE INDEX visit_site ON visit (site_id);
CREATE INDEX visit_page ON visit (page);
CREATE INDEX visit_at ON visit (at);
INSERT INTO site SELECT generate_series(1, 2000);
INSERT INTO visit SELECT i, 'page ' || i * 7919 % 800, i * 31 % 600, '2026-01-01'::timestamptz + i * interval '15 min',
    CASE WHEN i % 50 = 0 THEN 7 ELSE 1 + i * 7919 % 1999 END FROM generate_series(1, 20000) AS i;
VACUUM ANALYZE site, visit;
SELECT perfcheck_add_query('by_page', 'SELECT * FROM visit WHERE page = $1');
SELECT perfcheck_add_query('by_room', 'SELECT * FROM visit WHERE room = $1');
SELECT perfcheck_add_query('by_site', 'SELECT count(*) FROM visit WHERE site_id = $1');
SELECT perfcheck_add_query('january', 'SELECT count(*) FROM visit WHERE at >= ''2026-01-01'' AND at < ''2026-02-01''');
SELECT perfcheck_add_query('newest', 'SELECT * FROM visit WHERE at >= ''2026-07-20'' ORDER BY id LIMIT 200');
SELECT perfcheck_add_query('one', 'SELECT * FROM visit WHERE id = $1');
CREATE TABLE truth AS SELECT query, label, rows_estimated, rows_projected FROM perfcheck_plan(scale => 1)
WHERE plan_mode = 'custom' AND coalesce(label, '') !~ CASE query WHEN 'by_site' THEN 'absent|null|rare' ELSE 'absent|null|empty|rare|common' END;
-- Its size is known of every table: of one that was never analyzed it is when its counters arrive.
ANALYZE truth;
SELECT count(*) FROM perfcheck_take_statistics('many');
CREATE PROCEDURE fill(statistics text) LANGUAGE plpgsql AS $$BEGIN
	TRUNCATE site, visit;
	PERFORM perfcheck_populate('{site,visit}', rows => 400, statistics => statistics);
	ANALYZE site, visit;
END$$;
-- What is expected of usual values, and what is done, lies within twice of what was.
CREATE VIEW compared AS SELECT t.query, bool_and(p.rows_estimated BETWEEN t.rows_estimated / 2 AND t.rows_estimated * 2 + 2) AS expected,
	bool_and(p.rows_projected BETWEEN t.rows_projected / 2 AND t.rows_projected * 2 + 10) AS examined
FROM truth AS t JOIN perfcheck_plan(scale => 100) AS p ON p.query = t.query AND p.label IS NOT DISTINCT FROM t.label AND p.plan_mode = 'custom'
GROUP BY t.query ORDER BY t.query;
CALL fill('many');
SELECT relation, rows FROM perfcheck_use_statistics('many') WHERE relation ~ '(site|visit)$' ORDER BY relation;
SELECT relation, attribute, distinct_values, round(common_share::numeric, 2) AS common_share FROM perfcheck_size_values WHERE relation = 'visit'::regclass ORDER BY attribute;
SELECT * FROM compared;
-- What was told of the values goes with the size, and then a page keeps its rows.
SELECT perfcheck_size('visit', 20000);
SELECT count(*) FROM perfcheck_size_values WHERE relation = 'visit'::regclass;
SELECT * FROM compared WHERE query ~ 'page|site';
-- A list of what grows denser is believed: time that goes on leaves January as it is.
SELECT perfcheck_size('visit', 20000, '{}');
SELECT * FROM compared WHERE query ~ 'january';
SELECT perfcheck_size('visit', 20000);
SELECT * FROM compared WHERE query ~ 'january';
-- Rows of one's own go on, be they beside a few that were made.
INSERT INTO visit SELECT i, 'page ' || i, i, '2026-01-01'::timestamptz + i * interval '5 hours', (SELECT min(id) FROM site) FROM generate_series(100001, 100600) AS i;
ANALYZE visit;
SELECT perfcheck_size('visit', 40000);
SELECT p.rows_projected = p.rows_examined AS stays FROM perfcheck_plan('january', 100) AS p;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;
-- Where a size is told, a report tells of a case whose plan may be that of another: the few
-- rows only resemble the many.
CREATE TABLE entry (teller int NOT NULL, account int NOT NULL, amount int NOT NULL);
INSERT INTO entry SELECT 1 + 200 * power((i * 0.6180339887) % 1, 3), 1 + 6000 * power((i * 0.4142135623) % 1, 2.5), i FROM generate_series(1, 30000) i;
CREATE INDEX entry_teller ON entry (teller);
CREATE INDEX entry_account ON entry (account);
ANALYZE entry;
SELECT perfcheck_add_query('both', 'SELECT amount FROM entry WHERE teller = $1 AND account = $2');
SET perfcheck.verbose_report = on;
-- The size of a table that it does not read is nothing to it.
SELECT count(*) FROM perfcheck_size WHERE rows > 0;
SELECT line FROM perfcheck_verify(34) AS v (line) WHERE line ~ '^# fragile: both';
SELECT perfcheck_size('entry', 1000000);
SELECT regexp_replace(regexp_replace(line, ' \(.*\)', ''), '[0-9]+ rows', 'N rows') AS line FROM perfcheck_verify(100) AS v (line) WHERE line ~ '^# fragile: both';
SELECT perfcheck_drop_query('both');
-- So it does where the rows are near the budget, on either side of it.
SELECT perfcheck_add_query(name, 'SELECT max(amount) FROM entry WHERE teller = 100', max_rows => budget)
FROM (VALUES ('far_above', 1000), ('above', 4000), ('below', 8000), ('far_below', 30000)) AS q (name, budget);
SELECT perfcheck_add_query('a_case', 'SELECT max(amount) FROM entry WHERE teller = $1', max_rows => 150000);
SELECT split_part(line, ':', 1) AS verdict FROM perfcheck_verify(100) AS v (line) WHERE line ~ '^(not )?ok';
SELECT regexp_replace(line, 'about [0-9]+', 'about N') AS line FROM perfcheck_verify(100) AS v (line) WHERE line ~ '^# fragile';
SELECT count(perfcheck_size(relation, NULL)) FROM perfcheck_size;
SELECT line FROM perfcheck_verify(34) AS v (line) WHERE line ~ '^# fragile';
RESET perfcheck.verbose_report;
SELECT count(perfcheck_drop_query(name)) FROM perfcheck_query WHERE enabled;
UPDATE perfcheck_query SET enabled = true;
DELETE FROM perfcheck_statistics;
DROP SCHEMA few_rows_test CASCADE;
