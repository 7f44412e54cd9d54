-- Kinds of growth that a count today does not show by itself, each held against tables
-- 50 times as large: the same query examines there what was projected, within a factor
-- of 2.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA growth_kinds_test;
CREATE EXTENSION btree_gist SCHEMA growth_kinds_test;
SET search_path = growth_kinds_test, public;
SET jit = off;
SET max_parallel_workers_per_gather = 0;
SET timezone = 'UTC';
UPDATE perfcheck_query SET enabled = false;
CREATE FUNCTION dice(i bigint, throw bigint) RETURNS float8 LANGUAGE sql IMMUTABLE AS
'SELECT (hashint8extended(i, throw) & 1099511627775)::float8 / 1099511627776.0';

-- 400 readings of 20 devices at two sizes of the history, or 20,000. Of each five devices
-- one has not failed for the last half of it, and one never did; the newest reading of the
-- state 'lost' lies a third back. Rates hold for an hour, and licences for a year from now.
CREATE PROCEDURE make_tables(schema_name text, s int) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE SCHEMA %I', schema_name);
	EXECUTE format('SET search_path = %I, growth_kinds_test, public', schema_name);
	CREATE TABLE device (id int PRIMARY KEY, name text NOT NULL);
	INSERT INTO device SELECT i, 'device ' || i FROM generate_series(1, 200) AS i;
	CREATE TABLE reading (id bigint PRIMARY KEY, device_id int NOT NULL, at timestamptz NOT NULL, state text NOT NULL, currency int NOT NULL);
	INSERT INTO reading SELECT i, d, '2024-01-01'::timestamptz + i * interval '10 minutes',
		CASE WHEN i < 2667 * s AND dice(i, 1) < 0.03 THEN 'lost' WHEN d % 5 = 0 OR d % 5 = 1 AND i > 2000 * s THEN 'fine' WHEN dice(i, 2) < 0.8 THEN 'failed' ELSE 'fine' END,
		1 + (dice(i, 3) * 4)::int
	FROM (SELECT i, 1 + (i::bigint * 7919 % 200)::int AS d FROM generate_series(1, 4000 * s) AS i) AS x;
	CREATE INDEX reading_device_at ON reading (device_id, at);
	CREATE INDEX reading_at ON reading (at);
	CREATE TABLE rate (currency int NOT NULL, valid_from timestamptz NOT NULL, valid_to timestamptz NOT NULL);
	INSERT INTO rate SELECT c, '2024-01-01'::timestamptz + i * interval '2 hours', '2024-01-01'::timestamptz + (i + 1) * interval '2 hours'
	FROM generate_series(0, 334 * s) AS i, generate_series(1, 5) AS c;
	CREATE INDEX rate_from ON rate (currency, valid_from);
	CREATE TABLE licence (id int PRIMARY KEY, club int NOT NULL, expires_at timestamptz NOT NULL, ended_at timestamptz NOT NULL);
	INSERT INTO licence SELECT i, 1 + i % 10, now() + dice(i, 4) * interval '365 days', now() - i * interval '30 minutes' FROM generate_series(1, 3000 * s) AS i;
	CREATE INDEX licence_expires ON licence (expires_at);
	CREATE INDEX licence_ended ON licence (ended_at);
	CREATE INDEX licence_club ON licence (club);
	INSERT INTO licence SELECT -i, 1, CASE i % 2 WHEN 0 THEN 'infinity'::timestamptz ELSE '-infinity' END, '2020-01-01' FROM generate_series(1, 20 * s) AS i;
	-- Terms that end within a year, behind or ahead, and dates of birth, in no order.
	CREATE TABLE member (id int PRIMARY KEY, until date NOT NULL, born date NOT NULL);
	INSERT INTO member SELECT i, current_date - 365 + (dice(i, 10) * 730)::int, '1940-01-01'::date + (dice(i, 11) * 25000)::int FROM generate_series(1, 3000 * s) AS i;
	CREATE INDEX member_until ON member (until);
	CREATE INDEX member_born ON member (born);
	-- Slots of the next 30 days; documents of 20 versions, or 1,000, of which one is current;
	-- trips, of which each site has as many, and one of 30 sites is closed.
	CREATE TABLE slot (id int PRIMARY KEY, day date NOT NULL);
	INSERT INTO slot SELECT i, current_date + 1 + (dice(i, 12) * 29)::int FROM generate_series(1, 3000 * s) AS i;
	CREATE INDEX slot_day ON slot (day);
	CREATE TABLE version (document_id int NOT NULL, number int NOT NULL, is_current bool NOT NULL);
	INSERT INTO version SELECT d, v, v = 20 * s FROM generate_series(1, 100) AS d, generate_series(1, 20 * s) AS v;
	CREATE INDEX version_document ON version (document_id);
	CREATE TABLE site (id int PRIMARY KEY, is_closed bool NOT NULL);
	INSERT INTO site SELECT i, i = 7 FROM generate_series(1, 30) AS i;
	CREATE TABLE trip (id int PRIMARY KEY, site_id int NOT NULL);
	INSERT INTO trip SELECT i, 1 + (dice(i, 13) * 29)::int FROM generate_series(1, 3000 * s) AS i;
	CREATE TABLE visit (day date NOT NULL, licence_id int NOT NULL);
	INSERT INTO visit SELECT '2014-01-01'::date + i / 20, 1 + i % (3000 * s) FROM generate_series(1, 1600 * s) AS i;
	CREATE INDEX visit_day ON visit (day);
	CREATE INDEX visit_licence ON visit (licence_id);
	CREATE TABLE customer (id int PRIMARY KEY, vip bool NOT NULL);
	INSERT INTO customer SELECT i, i % 50 = 7 FROM generate_series(1, 400 * s) AS i;
	CREATE TABLE purchase (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customer);
	INSERT INTO purchase SELECT i, 1 + (dice(i, 7) * (400 * s - 1))::int FROM generate_series(1, 3000 * s) AS i;
	CREATE TABLE stay (id int NOT NULL, device_id int NOT NULL, span tstzrange NOT NULL);
	INSERT INTO stay SELECT i, 1 + (dice(i, 8) * 199)::int, tstzrange(at, at + (1 + (dice(i, 9) ^ 4 * 72)::int) * interval '1 hour')
	FROM (SELECT i, '2026-01-01'::timestamptz - i * interval '30 minutes' AS at FROM generate_series(1, 10000 * s) AS i) AS x;
	CREATE INDEX stay_device_span ON stay USING gist (device_id, span);
	SET search_path = growth_kinds_test, public;
END $$;
CALL make_tables('small', 1);
CALL make_tables('large', 50);
VACUUM ANALYZE small.device, small.reading, small.rate, small.licence, small.slot, small.version, small.site, small.trip, small.member, small.visit, small.customer, small.purchase, small.stay, large.device, large.reading, large.rate, large.licence, large.slot, large.version, large.site, large.trip, large.member, large.visit, large.customer, large.purchase, large.stay;
SET perfcheck.fixed_tables = 'small.device, small.site';

\getenv srcdir PG_ABS_SRCDIR
\set two_sizes :srcdir '/lib/two_sizes.sql'
\i :two_sizes

-- What a subquery collects in an array is looked up for each of its elements, and a function
-- in FROM returns as many rows as tables tell it to.
CALL add_both('any array', 'SELECT expires_at FROM licence WHERE id = ANY (ARRAY(SELECT id FROM licence WHERE club = 3))');
CALL add_both('any array_agg', 'SELECT count(*) FROM visit WHERE licence_id = ANY ((SELECT array_agg(id) FROM licence WHERE club = 3)::int[])');
CALL add_both('any of two', 'SELECT expires_at FROM licence WHERE id = ANY (ARRAY(SELECT min(id) FROM licence WHERE club IN (3, 4) GROUP BY club))');
CALL add_both('unnest', 'SELECT count(l.ended_at) FROM unnest(ARRAY(SELECT id FROM licence WHERE club = 3)) AS m (id) JOIN licence AS l ON l.id = m.id');
CALL add_both('json', 'SELECT count(l.ended_at) FROM (SELECT json_agg(id) AS j FROM licence WHERE club = 3) AS x, json_array_elements_text(x.j) AS e JOIN licence AS l ON l.id = e::int');
CALL add_both('select list', 'SELECT count(l.ended_at) FROM (SELECT unnest(array_agg(id)) AS id FROM licence WHERE club = 3) AS m JOIN licence AS l ON l.id = m.id');
CALL add_both('split', 'SELECT count(l.ended_at) FROM regexp_split_to_table((SELECT string_agg(id::text, '','') FROM licence WHERE club = 3), '','') AS m (id) JOIN licence AS l ON l.id = m.id::int');
CALL add_both('series to count', 'SELECT count(l.ended_at) FROM generate_series(1, (SELECT count(*) / 10 FROM licence WHERE club = 3)) AS i JOIN licence AS l ON l.id = i');
CALL add_both('days', 'SELECT d::date, (SELECT count(*) FROM visit AS v WHERE v.day = d::date) FROM generate_series((SELECT min(day) FROM visit), (SELECT max(day) FROM visit), interval ''1 day'') AS d');
CALL add_both('days by order', 'SELECT d::date, (SELECT count(*) FROM visit AS v WHERE v.day = d::date) FROM generate_series((SELECT day FROM visit ORDER BY day LIMIT 1), (SELECT day FROM visit ORDER BY day DESC LIMIT 1), interval ''1 day'') AS d');
CALL add_both('days of both', 'SELECT d::date, n.n FROM (SELECT min(day) AS a, max(day) AS b FROM visit) AS x, generate_series(x.a, x.b, interval ''1 day'') AS d, LATERAL (SELECT count(*) AS n FROM visit AS v WHERE v.day = d::date) AS n');
CALL add_both('days or none', 'SELECT d::date, (SELECT count(*) FROM visit AS v WHERE v.day = d::date) FROM generate_series(coalesce((SELECT min(day) FROM visit), current_date), coalesce((SELECT max(day) FROM visit), current_date), interval ''1 day'') AS d');
CALL add_both('days of a step', 'SELECT d, (SELECT count(*) FROM visit AS v WHERE v.day = d::date) FROM (SELECT min(day)::timestamp AS a, max(day)::timestamp AS b FROM visit) AS x, generate_series(x.a, x.b, (x.b - x.a) / 20) AS d');
CALL add_both('last days', 'SELECT d::date, (SELECT count(*) FROM visit AS v WHERE v.day = d::date) FROM generate_series((SELECT max(day) FROM visit) - 30, (SELECT max(day) FROM visit), interval ''1 day'') AS d');
CALL add_both('first days', 'SELECT d::date, (SELECT count(*) FROM visit AS v WHERE v.day = d::date) FROM generate_series((SELECT min(day) FROM visit), ''2014-02-01''::date, interval ''1 day'') AS d');
SELECT * FROM compare();
CALL drop_both();

-- What is left is about a row of many that were read for it: the walk does not find its rows
-- 50 times as close together.
CALL add_both('rate', 'SELECT r.id, t.valid_from FROM reading AS r JOIN rate AS t ON t.currency = r.currency AND t.valid_from <= r.at AND t.valid_to > r.at ORDER BY r.at DESC LIMIT 30');
CALL add_both('rate of all', 'SELECT r.id, t.valid_from FROM reading AS r JOIN rate AS t ON t.valid_from <= r.at AND t.valid_to > r.at AND t.currency + 0 = r.currency ORDER BY r.at DESC LIMIT 5');
CALL add_both('closed', 'SELECT t.id FROM trip AS t JOIN site AS x ON x.id = t.site_id WHERE x.is_closed ORDER BY t.id DESC LIMIT 20');
-- None of a state lately, of many before; none for long in a part of the loops, or none at all.
CALL add_both('lost', 'SELECT id FROM reading WHERE state = ''lost'' ORDER BY at DESC LIMIT 20');
CALL add_both('lost one', 'SELECT id FROM reading WHERE state = ''lost'' ORDER BY at DESC LIMIT 1');
CALL add_both('fine', 'SELECT id FROM reading WHERE state = ''fine'' ORDER BY at DESC LIMIT 20');
CALL add_both('last failed', 'SELECT d.id, a.at FROM device AS d LEFT JOIN LATERAL (SELECT r.at FROM reading AS r WHERE r.device_id = d.id AND r.state = ''failed'' ORDER BY r.at DESC LIMIT 1) AS a ON true');
CALL add_both('last failed max', 'SELECT d.id, (SELECT max(r.at) FROM reading AS r WHERE r.device_id = d.id AND r.state = ''failed'') FROM device AS d');
CALL add_both('last failed page', 'SELECT d.id, a.at FROM device AS d LEFT JOIN LATERAL (SELECT r.at FROM reading AS r WHERE r.device_id = d.id AND r.state = ''failed'' ORDER BY r.at DESC LIMIT 1) AS a ON true ORDER BY d.id LIMIT 100');
CALL add_both('last fine', 'SELECT d.id, a.at FROM device AS d LEFT JOIN LATERAL (SELECT r.at FROM reading AS r WHERE r.device_id = d.id AND r.state = ''fine'' ORDER BY r.at DESC LIMIT 1) AS a ON true');
CALL add_both('any failed', 'SELECT d.id FROM device AS d WHERE NOT EXISTS (SELECT FROM reading AS r WHERE r.device_id = d.id AND r.state = ''failed'')');
CALL add_both('any fine', 'SELECT d.id FROM device AS d WHERE NOT EXISTS (SELECT FROM reading AS r WHERE r.device_id = d.id AND r.state = ''fine'')');
SELECT * FROM compare();
CALL drop_both();

-- So does a condition without a value of the outer row, if each look-up finds one: the
-- version of a document that is the current one.
CALL add_both('current', 'SELECT d.id, v.number FROM device AS d CROSS JOIN LATERAL (SELECT number FROM version AS v WHERE v.document_id = d.id AND v.is_current OFFSET 0) AS v ORDER BY d.id LIMIT 50');
SELECT * FROM compare();
CALL drop_both();

-- Times that lie ahead become denser, those of the past go on; and those of a frequent value
-- between two ends stay.
CALL add_both('expires', 'SELECT club, count(*) FROM licence WHERE expires_at BETWEEN now() AND now() + interval ''60 days'' GROUP BY club');
CALL add_both('expires then', 'SELECT club, count(*) FROM licence WHERE expires_at >= now() + interval ''90 days'' AND expires_at < now() + interval ''150 days'' GROUP BY club');
CALL add_both('slots', 'SELECT count(*) FROM slot WHERE day BETWEEN current_date AND current_date + 7');
CALL add_both('until', 'SELECT count(*) FROM member WHERE until BETWEEN current_date AND current_date + 90');
CALL add_both('born', 'SELECT count(*) FROM member WHERE born BETWEEN ''1980-01-01'' AND ''1989-12-31''');
CALL add_both('ended', 'SELECT club, count(*) FROM licence WHERE ended_at BETWEEN now() - interval ''9 days'' AND now() GROUP BY club');
CALL add_both('fine on days', 'SELECT count(*) FROM reading WHERE state = ''fine'' AND at >= ''2024-01-03'' AND at < ''2024-01-08''');
SELECT * FROM compare();
CALL drop_both();

-- Look-ups of keys that are kept are met again the more often, the further a walk comes.
CALL add_both('kept', 'SELECT p.id FROM purchase AS p JOIN customer AS c ON c.id = p.customer_id WHERE c.vip ORDER BY p.id DESC LIMIT 40');
-- A look-up in a GiST index goes down the tree, which is about as high then.
CALL add_both('in span', 'SELECT d.id, (SELECT s.id FROM stay AS s WHERE s.device_id = d.id AND s.span && tstzrange(''2025-10-06 16:00Z'', ''2025-10-06 17:00Z'') LIMIT 1) FROM device AS d');
SELECT * FROM compare();
SELECT l.blocks <= 2 * s.blocks_projected AND s.blocks_projected <= 2 * l.blocks AS blocks_within_2x
FROM perfcheck_plan('in span small', 50) AS s, perfcheck_plan('in span large', 1) AS l;
CALL drop_both();
RESET perfcheck.fixed_tables;
UPDATE perfcheck_query SET enabled = true;
DROP SCHEMA growth_kinds_test, small, large CASCADE;
