-- Texts of pg_stat_statements become queries that the contract can have.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA mended_test;
SET search_path = mended_test, public;
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only

CREATE TABLE person (id int PRIMARY KEY, name text, active boolean, boss int);
CREATE TABLE visit (id serial PRIMARY KEY, person int, at timestamptz, on_day date, amount numeric, tags text[], data jsonb);
INSERT INTO person SELECT i, 'name ' || i, i % 2 = 0, i / 2 FROM generate_series(1, 9) AS i;
INSERT INTO visit (person, at, on_day, amount, tags, data)
SELECT i % 9, timestamptz '2026-01-01 00:00Z' + i * interval '1 hour', date '2026-01-01' + i, i / 2.0, ARRAY['t' || i], jsonb_build_object('n', i)
FROM generate_series(1, 50) AS i;

CREATE FUNCTION mended(VARIADIC texts text[]) RETURNS SETOF text LANGUAGE sql SET search_path FROM CURRENT AS $$
    SELECT concat_ws(E'\n    ', coalesce(m.sql, '(none)'), m.types::text, 'problem: ' || m.problem)
    FROM unnest(texts) WITH ORDINALITY AS t (text, n), perfcheck_mended(t.text) AS m ORDER BY t.n
$$;

-- a type before a constant
SELECT mended(
    'SELECT * FROM visit WHERE at > now() - interval $1 LIMIT $2',
    'SELECT * FROM visit WHERE on_day >= date $1 AND at < timestamp with time zone $2',
    'SELECT id FROM visit WHERE on_day = DATE$1AND person = $2',
    'SELECT interval(3) $1, double precision $2, numeric(10,2) $3, pg_catalog."date" $4, bit varying(5) $5, time(0) without time zone $6',
    'SELECT bit $1, char $2, character $3, "char" $4',
    'SELECT interval $1 day, interval $2 year to month, interval $3 minute to second');

-- what has no parameter in the grammar, and what the grammar reads
SELECT mended(
    'SELECT EXTRACT($1 FROM at - interval $2) FROM visit',
    'SELECT $1 UESCAPE ''!'' || name FROM person',
    'SELECT id FROM visit ORDER BY id OFFSET $1 ROWS FETCH FIRST $2 ROWS ONLY',
    'SELECT at AT TIME ZONE $1 FROM visit',
    'SELECT overlay(name placing $1 from $2 for $3), position($4 in name), trim(both $5 from name), substring(name from $6 for $7), substring(name, $8) FROM person',
    'SELECT id FROM person WHERE name LIKE $1 ESCAPE $2 AND name ~ $3 AND name || $4 > coalesce(name, $5) COLLATE "C"',
    'SELECT count(*) FILTER (WHERE id > $1) FROM person TABLESAMPLE bernoulli ($2)',
    'SELECT id, sum(id) OVER (ORDER BY id ROWS $1 PRECEDING), row_number() OVER (ORDER BY $2) FROM person',
    'SELECT $1::regclass, $2::text[], CAST($3 AS int), to_char(at, $4) FROM visit',
    'SELECT name FROM person WHERE active = $1 AND (id, name) IN (($2, $3), ($4, $5))');

-- lists, in the form of 18 too
SELECT mended(
    'SELECT * FROM person WHERE id IN ($1 /*, ... */)',
    'SELECT * FROM person WHERE name NOT IN ($1 /*, ... */) AND id = $2',
    'SELECT * FROM person WHERE id = ANY (ARRAY[$1 /*, ... */])',
    'SELECT * FROM visit WHERE tags && ARRAY[$1 /*, ... */]',
    'SELECT unnest(ARRAY[$1 /*, ... */])',
    'SELECT * FROM person WHERE id IN ($1, $2, $3)',
    'SELECT * FROM (VALUES ($1, $2), ($3, $4)) AS v');

-- types of numbers
SELECT mended(
    'SELECT $1',
    'SELECT $1 + $2',
    'SELECT * FROM generate_series($1, $2)',
    'SELECT * FROM visit WHERE on_day > on_day - $1',
    'SELECT name FROM person JOIN (VALUES ($1, $2), ($3, $4)) AS v (a, b) ON v.a = id',
    'SELECT sum(CASE WHEN amount > $1 THEN $2 ELSE $3 END) FROM visit',
    'WITH RECURSIVE t AS (SELECT id, $1 AS depth FROM person WHERE id = $2 UNION ALL SELECT p.id, t.depth + $3 FROM person p JOIN t ON p.boss = t.id) SELECT * FROM t',
    'SELECT jsonb_build_object($1, id, $2, $3) FROM person',
    'SELECT id FROM visit WHERE data @> $1 AND data->>$2 = $3');

-- expressions that are also results keep their constants
SELECT mended(
    'SELECT date_trunc($1, at), count(*) FROM visit GROUP BY date_trunc(''day'', at) ORDER BY date_trunc(''day'', at) DESC',
    'SELECT extract($1 FROM at), count(*) FROM visit GROUP BY extract(day FROM at) ORDER BY 2 DESC, 1',
    'SELECT at + interval $1 FROM visit GROUP BY at + interval ''1 day''',
    'SELECT DISTINCT ON (id % 3) id FROM person ORDER BY id % $1, id',
    'SELECT (id / $1) * $2 FROM person WHERE id / $3 > $4 GROUP BY id / 2 ORDER BY id / $5');

-- comments, cursors, parameters that were bound
SELECT mended(
    E'/* app=''x'' */ SELECT name -- in\nFROM person\nWHERE id = $1; /* route=''/a'' */',
    'DECLARE c CURSOR FOR SELECT name FROM person WHERE id = $1',
    'SELECT $$interval $1$$, "name" FROM person WHERE id = $1 AND name = $2');

-- what cannot be used
SELECT mended(
    NULL, '', '-- nothing', '<insufficient privilege>', 'SELECT ''cut o',
    'SELECT $1; SELECT $2', 'UPDATE person SET name = $1', 'WITH x AS (DELETE FROM person WHERE id = $1 RETURNING id) SELECT * FROM x WHERE id = $2',
    'SELECT id INTO other FROM person', 'SELECT id FROM person FOR UPDATE', 'SET work_mem = $1', 'EXPLAIN SELECT $1', 'COPY (SELECT 1) TO STDOUT',
    'SELECT id FROM person ORDER BY $1', 'SELECT count(*) FROM person GROUP BY $1',
    'SELECT id FROM gone WHERE id = $1', 'SELECT id FROM nowhere.person', 'SELECT nothing($1)', 'SELECT $1 FROM person p, person q WHERE id = $2',
    'SELECT id FROM person WHERE id = $2', 'SELECT FROM WHERE $1');
SELECT problem FROM perfcheck_mended('SELECT id FROM person', 'elsewhere, pg_catalog');
SELECT types FROM perfcheck_mended('SELECT id FROM person WHERE id = $1', 'mended_test');
SHOW search_path;
SELECT count(*) FROM pg_locks WHERE relation = 'person'::regclass;

-- a mended text has the shape of what was executed
SELECT m.sql, s.key = (perfcheck_shape(v.executed)).key AS same
FROM (VALUES
    ('SELECT * FROM visit WHERE at > now() - interval $1 LIMIT $2', 'SELECT * FROM visit WHERE at > now() - interval ''1 day'' LIMIT 10'),
    ('SELECT name FROM person WHERE id IN ($1 /*, ... */)', 'SELECT name FROM person WHERE id IN (1, 2, 3)'),
    ('SELECT name FROM person WHERE id IN ($1, $2)', 'SELECT name FROM person WHERE id IN (1, 2, 3)'),
    ('SELECT * FROM visit WHERE on_day > on_day - $1', 'SELECT * FROM visit WHERE on_day > on_day - 7'),
    ('SELECT date_trunc($1, at), count(*) FROM visit GROUP BY date_trunc(''day'', at)', 'SELECT date_trunc(''day'', at), count(*) FROM visit GROUP BY date_trunc(''day'', at)'))
    AS v (normalised, executed), perfcheck_mended(v.normalised) AS m, perfcheck_shape(m.sql) AS s;

-- it returns the same rows with the same values
SELECT format('PREPARE grouped AS %s', sql) FROM perfcheck_mended('SELECT extract($1 FROM on_day), count(*) FROM visit WHERE at < timestamptz $2 - interval $3 day GROUP BY extract(month FROM on_day) ORDER BY 1') \gexec
EXECUTE grouped('2026-01-03 00:00Z', '1');
SELECT extract(month FROM on_day), count(*) FROM visit WHERE at < timestamptz '2026-01-03 00:00Z' - interval '1' day GROUP BY extract(month FROM on_day) ORDER BY 1;

-- the types alone
SELECT perfcheck_parameter_types('SELECT id FROM person WHERE name = $1 LIMIT $2', 'mended_test');
SELECT perfcheck_parameter_types('UPDATE person SET name = $1', 'mended_test');
SELECT perfcheck_parameter_types(t, 'mended_test') IS NULL FROM unnest(ARRAY[NULL, '', 'SELECT 1; SELECT 2', 'SELECT gone', 'SELECT (', 'SET work_mem = 1', 'SELECT $2::int']) AS t;

DROP SCHEMA mended_test CASCADE;
