-- Verdicts at every size up to the target, the ceiling of what a query returns,
-- points that say nothing, errors of one case, and the generic plan's worst order.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA sizes_test;
SET search_path = sizes_test, public;
\set SHOW_CONTEXT never
SET jit = off;
SET max_parallel_workers_per_gather = 0;
UPDATE perfcheck_query SET enabled = false;
CREATE FUNCTION r(i bigint, k bigint) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT (hashint8extended(i, k) & 4503599627370495)::float8 / 4503599627370496.0 $$;
CREATE VIEW said AS SELECT l FROM perfcheck_verify() AS v (l) WHERE l !~ '^TAP|^1\.\.|^  (---|\.\.\.)|^# estimate';
CREATE PROCEDURE forget() LANGUAGE sql AS 'SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled';

-- A page by day: small tables are read whole and sorted, large ones by the index on
-- day, where the matches of one colour are 100 rows apart. Both are within the
-- budget at their ends; in between, the first plan is kept for too long.
CREATE TABLE parcel (id int PRIMARY KEY, day int NOT NULL, colour int NOT NULL);
INSERT INTO parcel SELECT i, (r(i, 1) * 1000000)::int, (r(i, 2) * 100)::int FROM generate_series(1, 20000) AS i;
CREATE INDEX parcel_day ON parcel (day);
VACUUM ANALYZE parcel;
SELECT perfcheck_add_query('between', 'SELECT * FROM parcel WHERE colour = 7 ORDER BY day LIMIT 100', max_rows => 25000);
SELECT perfcheck_add_query('today', 'SELECT * FROM parcel WHERE colour = 7 ORDER BY day LIMIT 100', max_rows => 15000);
SELECT perfcheck_add_query('wide', 'SELECT * FROM parcel WHERE colour = 7 ORDER BY day LIMIT 100');
SELECT query, access, rows_projected < 15000 AS few, ok, regexp_replace(reason, '\d+', 'N') AS reason
FROM perfcheck_plan(scale => 100);
SELECT regexp_replace(l, '\d{4,}|\d\.\d+x', 'N', 'g') AS line FROM said WHERE l ~ 'ok|case:|plan:|today:|forecast:';
-- At one size nothing else counts, and below today's there is one size.
SELECT query, rows_projected, ok, reason FROM perfcheck_plan(scale => 1);
SELECT query, rows_projected, ok, reason FROM perfcheck_plan(scale => 0.5);
SELECT query, ok, reason, to_rows = 2000000 AS whole FROM perfcheck_forecast(max_rows => 2000000);
DO $$BEGIN PERFORM perfcheck_assert(); EXCEPTION WHEN check_violation THEN
RAISE WARNING '%', regexp_replace(sqlerrm, '\d{4,}', 'N'); END$$;
SELECT regexp_replace(l, '\d{4,} rows', 'N rows', 'g') AS line FROM said WHERE l ~ 'fix|proof';
CALL forget();
-- A fix is judged at every size: an index on kind helps today's, of whose rows a bitmap counts half twice.
CREATE TABLE ticket (day int NOT NULL, kind int NOT NULL, body text NOT NULL);
INSERT INTO ticket SELECT (r(i, 1) * 1000000)::int, (r(i, 2) < 0.5)::int, repeat('x', 200) FROM generate_series(1, 20000) AS i;
CREATE INDEX ticket_day ON ticket (day);
VACUUM ANALYZE ticket;
SELECT perfcheck_add_query('tickets', 'SELECT * FROM ticket WHERE kind = 1 ORDER BY day LIMIT 8000', max_rows => 18000);
SELECT l FROM said WHERE l ~ 'ok|fix|proof';
CALL forget();
-- The generic plan counts at the sizes at which it would be used, and there alone.
CREATE TABLE letter (day int NOT NULL, sent bool NOT NULL, body text NOT NULL);
INSERT INTO letter SELECT (r(i, 1) * 1000000)::int, r(i, 2) < 0.5, repeat('x', 200) FROM generate_series(1, 20000) AS i;
CREATE INDEX letter_day ON letter (day);
CREATE INDEX letter_sent ON letter (day) WHERE sent;
CREATE INDEX letter_not_sent ON letter (day) WHERE NOT sent;
VACUUM ANALYZE letter;
SELECT perfcheck_add_query('letters', 'SELECT day FROM letter WHERE sent = $1 ORDER BY day LIMIT 8000', max_rows => 18000);
SELECT label, plan_mode, access, ok, reason FROM perfcheck_plan('letters', 100) WHERE label ~ 'typical|common';
SET plan_cache_mode = force_generic_plan;
SELECT label, plan_mode, ok, reason FROM perfcheck_plan('letters', 100) WHERE label ~ 'typical|common';
SELECT l FROM said WHERE l ~ '^(not )?ok|case:|today:|forecast:';
RESET plan_cache_mode;
CALL forget();
-- A page behind a cursor is sorted as long as there are few shops, since the planner
-- expects one row behind the cursor. That more shops come is a guess: it is named.
CREATE TABLE shop (id int PRIMARY KEY, closed bool NOT NULL);
INSERT INTO shop SELECT i, i % 50 = 0 FROM generate_series(1, 400) AS i;
CREATE TABLE listing (id int PRIMARY KEY, shop_id int NOT NULL, promoted bool NOT NULL, at int NOT NULL);
INSERT INTO listing SELECT i, 1 + (r(i, 1) * 399)::int, i % 2000 = 0, i / 3 FROM generate_series(1, 20000) AS i;
CREATE INDEX listing_new ON listing (promoted DESC, at DESC, id DESC);
VACUUM ANALYZE shop, listing;
SELECT perfcheck_add_query('next', 'SELECT l.id FROM listing AS l JOIN shop AS s ON s.id = l.shop_id
	WHERE NOT s.closed AND ($1, $2, $3) > (l.promoted, l.at, l.id)
	ORDER BY l.promoted DESC, l.at DESC, l.id DESC LIMIT 25');
UPDATE perfcheck_query SET max_rows = 10000 WHERE name = 'next';
SELECT regexp_replace(l, '\d{5,}', 'N', 'g') AS line FROM said WHERE l ~ 'ok|today:|forecast:|depends|fix|proof';
UPDATE perfcheck_query SET max_rows = NULL WHERE name = 'next';
SELECT regexp_replace(l, '(\(.*)?, [A-Z].*would examine about \d{7} ', '... would examine N ') AS line FROM said WHERE l ~ 'ok|growth';
SET perfcheck.fixed_tables = 'sizes_test.shop';
SELECT l FROM said WHERE l ~ 'ok|size:|depends|growth';
RESET perfcheck.fixed_tables;
CALL forget();

-- What a query returns has a ceiling, joined or not. A LIMIT ends it, and so does
-- an aggregate; a ceiling of its own, or none, is the query's.
CREATE TABLE album (id int PRIMARY KEY, title text NOT NULL);
CREATE TABLE photo (id int PRIMARY KEY, album_id int NOT NULL, title text NOT NULL);
INSERT INTO album SELECT i, 'album ' || i FROM generate_series(1, 20) AS i;
INSERT INTO photo SELECT i, 1 + i % 20, 'photo ' || i FROM generate_series(1, 20000) AS i;
CREATE INDEX photo_album ON photo (album_id, id);
VACUUM ANALYZE album, photo;
SET perfcheck.max_rows_examined = 1000000;
SELECT perfcheck_add_query('alone', 'SELECT * FROM photo WHERE album_id = $1');
SELECT perfcheck_add_query('counted', 'SELECT count(*) FROM photo WHERE album_id = $1');
SELECT perfcheck_add_query('joined', 'SELECT a.title, p.* FROM album AS a JOIN photo AS p ON p.album_id = a.id WHERE a.id = $1');
SELECT perfcheck_add_query('lifted', 'SELECT * FROM photo WHERE album_id = $1', max_rows_returned => NULL);
SELECT perfcheck_add_query('limited', 'SELECT * FROM photo WHERE album_id = $1 ORDER BY id LIMIT 1000');
SELECT perfcheck_add_query('own', 'SELECT * FROM photo WHERE album_id = $1', max_rows_returned => 100000);
SELECT perfcheck_add_query('own_limit', 'SELECT * FROM photo WHERE album_id = $1 ORDER BY id LIMIT 1000', max_rows_returned => 999);
SELECT query, label, plan_mode, ok, reason FROM perfcheck_plan(scale => 100) WHERE label ~ 'typical' AND plan_mode = 'custom';
SELECT perfcheck_add_query('series', 'SELECT * FROM generate_series(1, 15000)');
SELECT l FROM said WHERE l ~ 'ok|cause:|fix|forecast:|\(limit';
-- The bound itself is allowed, and 0 lifts it for all.
SET perfcheck.max_rows_returned = 100000;
SELECT query, bool_and(ok) AS ok FROM perfcheck_plan('alone', 100) GROUP BY query;
SET perfcheck.max_rows_returned = 99999;
SELECT query, bool_and(ok) AS ok FROM perfcheck_plan('alone', 100) GROUP BY query;
SET perfcheck.max_rows_returned = 0;
SELECT query, bool_and(ok) AS ok FROM perfcheck_plan('alone', 100) GROUP BY query;
-- Below the ceiling, twice the rows that are returned may be examined.
SET perfcheck.max_rows_examined = 1000;
SELECT query, bool_and(ok) AS ok FROM perfcheck_plan('alone', 100) GROUP BY query;
RESET perfcheck.max_rows_examined;
RESET perfcheck.max_rows_returned;
-- A small table may be one that does not grow.
CREATE TABLE country (code int PRIMARY KEY, name text);
INSERT INTO country SELECT i, 'country ' || i FROM generate_series(1, 200) AS i;
ANALYZE country;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled AND name <> 'alone';
SELECT perfcheck_add_query('countries', 'SELECT * FROM country ORDER BY name');
SELECT l FROM said WHERE l ~ 'ok|cause:|fix|forecast:|\(limit';
SET perfcheck.fixed_tables = 'sizes_test.country';
SELECT l FROM said WHERE l ~ 'countries';
RESET perfcheck.fixed_tables;
-- The forecast says from which size on.
SELECT from_rows = 20000 AS today, to_rows BETWEEN 198000 AND 202000 AS half, to_rows = 2000000 AS whole, ok, reason
FROM perfcheck_forecast('alone', 2000000) WHERE label ~ 'typical' AND plan_mode = 'custom';
CALL forget();
-- A fix for some cases counts those that it cannot help, since they return too much.
CREATE TABLE stamp (id int PRIMARY KEY, kind int NOT NULL);
INSERT INTO stamp SELECT i, CASE WHEN i % 3 = 0 THEN 0 ELSE i % 401 END FROM generate_series(1, 20000) AS i;
VACUUM ANALYZE stamp;
SELECT perfcheck_add_query('stamps', 'SELECT * FROM stamp WHERE kind = $1');
SELECT l FROM said WHERE l !~ 'values|#';
CALL forget();

-- What finds no row says so, and tells which tables have none. A scan that is too
-- long is one whatever it finds.
CREATE TABLE owner (id int PRIMARY KEY, town int, name text);
CREATE TABLE pet (owner_id int, chip int, kind text, PRIMARY KEY (owner_id, chip));
CREATE TABLE visit (id int PRIMARY KEY, pet text);
INSERT INTO owner SELECT i, i % 50, 'owner ' || i FROM generate_series(1, 20000) AS i;
CREATE INDEX owner_town ON owner (town);
VACUUM ANALYZE owner, pet, visit;
SELECT perfcheck_add_query('count_none', 'SELECT count(*) FROM owner WHERE town = -1');
SELECT perfcheck_add_query('empty_alone', 'SELECT * FROM pet WHERE chip = $1');
SELECT perfcheck_add_query('empty_both', 'SELECT * FROM pet AS p JOIN visit AS v ON v.pet = p.kind WHERE v.id = $1');
SELECT perfcheck_add_query('empty_joined', 'SELECT o.* FROM owner AS o JOIN pet AS p ON p.owner_id = o.id WHERE p.chip = $1 AND o.town = $2 LIMIT 20');
SELECT perfcheck_add_query('left_full', 'SELECT o.*, p.chip FROM owner AS o LEFT JOIN pet AS p ON p.owner_id = o.id AND p.chip = $2 WHERE o.name = $1');
SELECT perfcheck_add_query('left_index', 'SELECT o.*, p.chip FROM owner AS o LEFT JOIN pet AS p ON p.owner_id = o.id AND p.kind = $2 WHERE o.id = $1');
SELECT perfcheck_add_query('none', 'SELECT * FROM owner WHERE town = -1');
SELECT perfcheck_add_query('none_long', 'SELECT * FROM owner WHERE name = ''nobody''');
SELECT perfcheck_add_query('optional', 'SELECT * FROM owner WHERE id = 1 OFFSET 1');
SELECT perfcheck_add_query('some', 'SELECT count(*) FROM owner WHERE town = 1 HAVING count(*) > 1');
SELECT regexp_replace(l, ', (\d+ rows? examined)[^#]*', ', \1 ') AS line FROM said WHERE l ~ '^(not )?ok|values|empty';
SELECT query, label, ok, reason FROM perfcheck_plan('empty_alone');
SELECT query, label, ok, reason FROM perfcheck_forecast('empty_alone');
SELECT query, label, executions, ok, reason FROM perfcheck_time('empty_alone', 1, 0);
-- any value, of any type
CREATE TYPE size AS ENUM ('small', 'large');
CREATE TABLE toy (i int2, n numeric, t timestamptz, u uuid, b bool, s size, a text[], j jsonb, x xid8);
SELECT perfcheck_add_query('types', 'SELECT o.id FROM owner AS o LEFT JOIN toy AS y ON y.i = $1 AND y.n > $2 AND y.t BETWEEN $3 AND $4 AND y.u = $5
	AND y.b = $6 AND y.s = $7 AND y.a = $8 AND y.j = $9 AND y.x = $10 WHERE o.id = 5');
SELECT label, args FROM perfcheck_cases('types') WHERE label = 'typical';
CALL forget();
SELECT * FROM perfcheck_verify();
SELECT perfcheck_assert();

-- The error of one case, or of one query, ends neither the others nor the call.
CREATE FUNCTION raises(code text) RETURNS int LANGUAGE plpgsql STABLE AS
$$BEGIN RAISE EXCEPTION 'raised' USING ERRCODE = code; END$$;
CREATE FUNCTION sleeps(seconds float8) RETURNS int LANGUAGE plpgsql STABLE AS
$$BEGIN PERFORM pg_sleep(seconds); RETURN 0; END$$;
SELECT perfcheck_add_query('divides', 'SELECT 100 / (20000 - id) FROM photo WHERE id = $1');
SELECT perfcheck_add_case('divides', 'zero', ARRAY['20000']);
SELECT perfcheck_add_query('fine', 'SELECT * FROM photo WHERE id = $1');
SELECT perfcheck_add_query('gone', 'SELECT * FROM visit WHERE id = 1');
SELECT perfcheck_add_query('raises', 'SELECT raises($1) FROM photo WHERE id = 1');
SELECT perfcheck_add_case('raises', code, ARRAY[code]) FROM unnest(ARRAY['40001', '40P01', '53100', '53200', '55P03', '57014']) AS code;
DROP TABLE visit;
SELECT query, label, plan_mode, ok, reason FROM perfcheck_plan()
WHERE NOT ok OR (label ~ 'typical' AND plan_mode = 'custom');
SELECT query, label, plan_mode, from_rows, to_rows, access, rows_projected, ok, reason
FROM perfcheck_forecast(max_rows => 20000) WHERE NOT ok OR (label ~ 'typical' AND plan_mode = 'custom');
SELECT query, label, executions, mean_ms IS NULL AS untimed, ok, reason
FROM perfcheck_time(executions => 2, warmup => 1, keep => true) WHERE NOT ok OR label ~ 'typical';
SELECT query, count(*) FROM perfcheck_result WHERE query IN ('divides', 'fine', 'gone', 'raises') GROUP BY query ORDER BY query;
DELETE FROM perfcheck_result WHERE query IN ('divides', 'fine');
SELECT l FROM said WHERE l ~ 'ok';
CALL forget();
-- A case that takes too long is a row as well; a limit of the caller's ends the call.
SELECT perfcheck_add_query('sleeps', 'SELECT sleeps($1) FROM photo WHERE id = 1');
SELECT perfcheck_add_case('sleeps', 'short', ARRAY['0']);
SELECT perfcheck_add_case('sleeps', 'long', ARRAY['60']);
SET perfcheck.statement_timeout = '200ms';
SELECT label, ok, reason FROM perfcheck_forecast(max_rows => 20000) WHERE plan_mode = 'custom';
SELECT label, ok, reason FROM perfcheck_time(executions => 1, warmup => 0);
RESET perfcheck.statement_timeout;
SET statement_timeout = '100ms';
SELECT count(*) FROM perfcheck_forecast(max_rows => 20000);
SELECT count(*) FROM perfcheck_time(executions => 1, warmup => 0);
SELECT count(*) FROM perfcheck_plan();
RESET statement_timeout;
CALL forget();

-- Five small tenants make the generic plan, which the large one is given then.
CREATE TABLE message (id int PRIMARY KEY, tenant int NOT NULL, at int NOT NULL);
INSERT INTO message SELECT i, CASE WHEN i % 2 = 0 THEN 0 ELSE i END, i FROM generate_series(1, 20000) AS i;
CREATE INDEX message_at ON message (at);
CREATE INDEX message_tenant ON message (tenant);
VACUUM ANALYZE message;
SELECT perfcheck_add_query('room', 'SELECT * FROM message WHERE tenant = $1 ORDER BY at DESC LIMIT 20');
SELECT regexp_replace(l, 'about \d{7}', 'about N') AS line FROM said WHERE l !~ 'default';
SELECT label, ok, regexp_replace(fragile, '\d{7}', 'N') AS fragile
FROM perfcheck_plan('room', 100) WHERE fragile IS NOT NULL;
-- None of it where the role keeps to custom plans.
SET plan_cache_mode = force_custom_plan;
SELECT label, fragile FROM perfcheck_plan('room', 100) WHERE fragile ~ 'generic';
RESET plan_cache_mode;
CALL forget();

DROP SCHEMA sizes_test CASCADE;
UPDATE perfcheck_query SET enabled = true;
