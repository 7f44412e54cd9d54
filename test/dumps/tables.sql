-- The tables that the files of pg_dump beside this one were taken of, with their rows. Each
-- kind of column that statistics know is there, and each kind of relation that they are kept of.
CREATE SCHEMA dumped;
SET search_path = dumped;
CREATE TYPE state AS ENUM ('new', 'paid', 'it''s "sent"');
CREATE DOMAIN short AS text CHECK (length(value) < 40);
CREATE TABLE customer (gone int, id bigint PRIMARY KEY, name text, email short, initial char(3), flag boolean, born date,
	seen timestamptz, "a ""b"", \c" text, price numeric, share float8, pause interval, at_night time, uid uuid, ip inet, net cidr,
	raw bytea, state state, tags text[], numbers int[], doc jsonb, plain json, place point, area box, words tsvector, span int4range,
	spans datemultirange, bits varbit, mac macaddr, ratio real, small smallint, cash money, nothing text, none int DEFAULT 3,
	lower_name text GENERATED ALWAYS AS (lower(name)) STORED);
ALTER TABLE customer DROP COLUMN gone;
INSERT INTO customer SELECT g, 'Anna-' || g % 40 || ' O''Berg', 'user' || g || '@secret.example', (ARRAY['a', 'bc', 'def'])[1 + g % 3], g % 10 = 0,
	date '1970-01-01' + g % 900, timestamptz '2027-01-01 00:00Z' + g * interval '1 hour',
	(ARRAY['it''s', '"quoted"', 'back\slash', '{brace}, comma', E'two\nlines', 'NULL', '', ' blank ', 'ä€😀', E'\\''); -- no end'])[1 + g % 10],
	CASE WHEN g % 50 = 0 THEN 'NaN' ELSE (g % 70) * 1.25 END, CASE WHEN g % 40 = 0 THEN 'Infinity' ELSE sqrt(g) END, g % 30 * interval '1 day 2 hours',
	time '08:00' + g % 60 * interval '1 minute', md5(g::text)::uuid, '10.1.2.3'::inet + g % 100, '10.0.0.0/8', decode(md5((g % 25)::text), 'hex'),
	(enum_range(NULL::state))[1 + (g % 7 + g % 2) % 3], ARRAY['vip' || g % 9, 'it''s', 'a "b", {c}', NULL], ARRAY[g % 5, g % 11],
	jsonb_build_object('level', g % 5, 'owner', 'O''Neil ' || g % 4), json_build_object('n', g), point(g % 10, 1), box(point(0, 0), point(g % 3, 1)),
	to_tsvector('simple', 'word' || g % 20 || ' both'), CASE WHEN g % 20 = 0 THEN 'empty' ELSE int4range(g % 50, g % 50 + g % 4 + 1) END,
	CASE WHEN g % 4 > 0 THEN datemultirange(daterange(date '2027-01-01' + g % 30, date '2027-02-01' + g % 30)) END, (g % 8)::bit(3)::varbit,
	('08:00:2b:01:02:' || lpad(to_hex(g % 256), 2, '0'))::macaddr, g / 7.0, g % 6, g % 12, NULL
FROM generate_series(1, 1000) g;
CREATE INDEX customer_lower ON customer (lower(email), (id % 7)) WHERE flag;
CREATE STATISTICS "customer ""pair""" (ndistinct, dependencies, mcv) ON initial, state, "a ""b"", \c" FROM customer;
CREATE STATISTICS customer_expressions ON (id % 4), flag, (small + 1) FROM customer;
CREATE STATISTICS customer_month ON (date_trunc('month', born)) FROM customer;
CREATE TABLE orders (id int, customer_id bigint REFERENCES customer, note text, at timestamptz) PARTITION BY RANGE (id);
CREATE TABLE orders_1 PARTITION OF orders FOR VALUES FROM (0) TO (600);
CREATE TABLE orders_2 PARTITION OF orders FOR VALUES FROM (600) TO (20000) PARTITION BY LIST (note);
CREATE TABLE orders_2_null PARTITION OF orders_2 FOR VALUES IN (NULL);
CREATE TABLE orders_2_rest PARTITION OF orders_2 DEFAULT;
CREATE INDEX ON orders (customer_id);
INSERT INTO orders SELECT g, 1 + (g % 30) * (g % 30), CASE WHEN g % 2 = 0 THEN 'for ' || g % 5 END, timestamptz '2027-01-01 00:00Z' + g * interval '1 minute'
FROM generate_series(1, 2000) g;
CREATE STATISTICS orders_pair (ndistinct, dependencies, mcv) ON customer_id, note FROM orders;
CREATE TABLE animal (id int, kind text);
CREATE TABLE bird (wings int) INHERITS (animal);
INSERT INTO animal SELECT g, 'animal ' || g % 2 FROM generate_series(1, 100) g;
INSERT INTO bird SELECT g, 'bird ' || g % 3, 2 FROM generate_series(1, 200) g;
CREATE TABLE "Item's ""x""" (id int, word text);
INSERT INTO "Item's ""x""" SELECT g, 'w' || g % 3 FROM generate_series(1, 100) g;
CREATE MATERIALIZED VIEW busy AS SELECT customer_id, count(*) AS n FROM orders GROUP BY customer_id;
CREATE TABLE empty (id int);
CREATE TABLE wide (one int, two int);
INSERT INTO wide SELECT 1, 2 FROM generate_series(1, 300);
SET default_statistics_target = 10;
ANALYZE customer, orders, animal, bird, "Item's ""x""", busy, wide, empty;
RESET default_statistics_target;
-- And one that was never analyzed.
CREATE TABLE unseen (id int);
