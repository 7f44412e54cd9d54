-- The values of columns fit the statistics that they are made from: a table of
-- many types, its statistics, a copy that is made from these, and both compared.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA populate_values;
SET search_path = populate_values, public;

CREATE TYPE mood AS ENUM ('sad', 'fine', 'happy');

CREATE FUNCTION chance(bigint, text) RETURNS float8 LANGUAGE sql IMMUTABLE
RETURN (hashtextextended($1::text, hashtext($2)) & 1048575) / 1048576.0;

CREATE TABLE real_rows (
	id int PRIMARY KEY, skewed int, dozens int, in_sevens bigint, price numeric,
	ratio float8, made_at timestamptz, gone_at timestamptz, day date, flag bool,
	mood mood, uid uuid UNIQUE, status text, email text UNIQUE, code text UNIQUE,
	title text, tags int[], attributes jsonb, address inet, took interval,
	pair char(4), bytes bytea);

INSERT INTO real_rows
SELECT g,
	(chance(g, 'skewed') ^ 3 * 5000)::int,
	CASE WHEN chance(g, 'dozens null') < 0.1 THEN NULL
		ELSE (chance(g, 'dozens') * 60)::int END,
	g / 7,
	round((exp(chance(g, 'price') * 6))::numeric, 2),
	chance(g, 'ratio'),
	timestamptz '2024-01-01 UTC' + g * interval '37 s',
	CASE WHEN chance(g, 'gone') < 0.1
		THEN timestamptz '2024-01-01 UTC' + (g * 41) * interval '1 s' END,
	date '2024-01-01' + g / 500,
	chance(g, 'flag') < 0.2,
	(ARRAY['sad', 'fine', 'fine', 'happy'])[1 + (chance(g, 'mood') * 4)::int]::mood,
	md5(g::text)::uuid,
	(ARRAY['active', 'active', 'active', 'closed', 'gone'])[1 + (chance(g, 'status') * 4.99)::int],
	(ARRAY['anna', 'bob', 'carl', 'dora', 'emil', 'fred'])[1 + (chance(g, 'first') * 5.99)::int]
		|| '.' || (ARRAY['smith', 'jones', 'miller', 'brown'])[1 + (chance(g, 'last') * 3.99)::int]
		|| g || '@' || (ARRAY['example.com', 'example.com', 'example.org'])[1 + (chance(g, 'host') * 2.99)::int],
	'AB-' || lpad(g::text, 7, '0'),
	(SELECT string_agg((ARRAY['slow', 'query', 'index', 'the', 'in', 'table', 'update', 'error', 'plan', 'lock'])
			[1 + floor(10 * chance(g * 8 + w, 'word') ^ 2)::int], ' ')
		FROM generate_series(1, 3 + g % 4) w),
	ARRAY(SELECT DISTINCT floor(30 * chance(g * 8 + e, 'tag') ^ 2)::int FROM generate_series(1, 1 + g % 5) e ORDER BY 1),
	jsonb_build_object('kind', (ARRAY['a', 'a', 'b'])[1 + (chance(g, 'kind') * 2.99)::int],
		'n', (chance(g, 'n') * 500)::int)
		|| CASE WHEN chance(g, 'note') < 0.3 THEN jsonb_build_object('note', md5(g::text)) ELSE '{}' END,
	('10.0.' || (chance(g, 'net') * 20)::int || '.' || (chance(g, 'host') * 255)::int)::inet,
	(chance(g, 'took') * 3600)::int * interval '1 s',
	substr(md5((g % 200)::text), 1, 2),
	decode(md5('b' || g), 'hex')
FROM generate_series(1, 20000) g;
ANALYZE real_rows;

SELECT * FROM perfcheck_take_statistics('values', '{populate_values}');
CREATE TABLE made_rows (LIKE real_rows INCLUDING ALL);
UPDATE perfcheck_statistics_table SET name = 'made_rows' WHERE statistics = 'values' AND name = 'real_rows';
UPDATE perfcheck_statistics_column SET name = 'made_rows' WHERE statistics = 'values' AND name = 'real_rows';

SELECT * FROM perfcheck_populate('{made_rows}'::regclass[], rows => 20000, statistics => 'values');
ANALYZE made_rows;

-- Each of these must hold: NULLs, distinct values within a tenth, the most common
-- frequency within a point, correlation within 0.1, width within a quarter
CREATE VIEW compared AS
SELECT a.attname AS attribute, abs(asked.null_frac - got.null_frac) < 0.001 AS nulls,
	abs(CASE WHEN asked.n_distinct < 0 THEN -20000 * asked.n_distinct ELSE asked.n_distinct END
		/ CASE WHEN got.n_distinct < 0 THEN -20000 * got.n_distinct ELSE got.n_distinct END - 1) < 0.1 AS distinct_values,
	abs(coalesce(asked.most_common_freqs[1], 0) - coalesce(got.most_common_freqs[1], 0)) < 0.01 AS common,
	coalesce(abs(asked.correlation - got.correlation) < 0.1, true) AS correlation,
	abs(got.avg_width - asked.avg_width) <= 1 + asked.avg_width / 4 AS width
FROM pg_attribute a, pg_stats asked, pg_stats got
WHERE a.attrelid = 'real_rows'::regclass AND a.attnum > 0
	AND (asked.schemaname, asked.tablename, asked.attname) = ('populate_values', 'real_rows', a.attname)
	AND (got.schemaname, got.tablename, got.attname) = ('populate_values', 'made_rows', a.attname);
SELECT * FROM compared WHERE NOT (nulls AND distinct_values AND common AND correlation AND width)
ORDER BY attribute;
SELECT count(*) AS columns FROM compared;

-- The same seed, the same rows. What is unique is made up, not copied.
SELECT md5(string_agg(r::text, '' ORDER BY id)) AS first FROM made_rows r \gset
TRUNCATE made_rows;
SELECT * FROM perfcheck_populate('{made_rows}'::regclass[], rows => 20000, statistics => 'values');
SELECT md5(string_agg(r::text, '' ORDER BY id)) = :'first' AS same FROM made_rows r;
SELECT count(*) < 200 AS made_up FROM made_rows JOIN real_rows USING (email);

-- Texts look like those that were real.
SELECT count(*) FILTER (WHERE code !~ '^AB-\d{7}$') AS codes,
	count(*) FILTER (WHERE email LIKE '%example.org') BETWEEN 4000 AND 9000 AS hosts,
	count(*) FILTER (WHERE title ~ 'index') BETWEEN 3000 AND 14000 AS words,
	count(*) FILTER (WHERE attributes ? 'note') BETWEEN 5000 AND 7000 AS keys,
	count(*) FILTER (WHERE 0 = ANY (tags)) BETWEEN 4000 AND 12000 AS elements
FROM made_rows;

-- Values may be left out of the statistics; then they are guessed.
UPDATE perfcheck_statistics_column SET common_values = NULL, bounds = NULL, sample = NULL,
	common_elements = NULL, range_bounds = NULL WHERE statistics = 'values';
TRUNCATE made_rows;
SELECT * FROM perfcheck_populate('{made_rows}'::regclass[], rows => 20000, statistics => 'values');
ANALYZE made_rows;
SELECT * FROM compared WHERE NOT (nulls AND distinct_values AND common AND correlation)
	AND attribute NOT IN ('tags', 'attributes')
ORDER BY attribute;

-- Without any statistics, type and name have to do.
CREATE TYPE place AS (street text, city text);
CREATE DOMAIN positive AS int CHECK (value > 0);
CREATE TABLE guessed (id bigserial PRIMARY KEY, email text NOT NULL, first_name varchar(5) NOT NULL,
	price numeric(4, 2) NOT NULL, status text NOT NULL, mood mood NOT NULL, is_active bool NOT NULL,
	created_at timestamptz NOT NULL, tags text[] NOT NULL, during tstzrange NOT NULL,
	numbers int4multirange NOT NULL, home place NOT NULL, p positive NOT NULL, words tsvector NOT NULL,
	doc json NOT NULL, token text UNIQUE NOT NULL, lat float8 NOT NULL, bits bit(9) NOT NULL,
	mac macaddr NOT NULL, letter "char" NOT NULL, short smallint NOT NULL, cents smallint NOT NULL, opens timetz NOT NULL);
SELECT * FROM perfcheck_populate('{guessed}'::regclass[], rows => 1000);
SELECT count(*) FILTER (WHERE email !~ '@') AS no_email, min(status) AS status,
	bool_and(created_at BETWEEN '2024-01-01' AND '2026-01-02') AS times,
	count(*) FILTER (WHERE is_active) > 800 AS active, count(DISTINCT token) AS tokens,
	bool_and(lat BETWEEN -90 AND 90) AS lat, count(DISTINCT mood) AS moods, bool_and(NOT isempty(during)) AS ranges
FROM guessed;

DROP SCHEMA populate_values CASCADE;
DELETE FROM perfcheck_statistics WHERE name = 'values';
