-- The cases that are derived from a query: which, and that they are what they
-- say, by counting. 5,000 rows, seed 1: ANALYZE sees them all.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA cases_test;
SET search_path = cases_test, public;
\set SHOW_CONTEXT never
SET jit = off;
SELECT perfcheck_seed(5000, starts => '2027-01-01 00:00Z');
UPDATE perfcheck_query SET enabled = false;
-- what a query's cases are called, and those that are not required
CREATE VIEW labels AS
SELECT query, string_agg(label, ', ' ORDER BY n) FILTER (WHERE required) AS required,
       string_agg(label, ', ' ORDER BY n) FILTER (WHERE NOT required) AS optional
FROM perfcheck_cases() WITH ORDINALITY AS c (query, label, args, required, share, n) GROUP BY query ORDER BY query COLLATE "C";
-- whether the share of each case is that of the rows that its query returns
CREATE FUNCTION wrong_shares(name text) RETURNS TABLE (label text, share float8, counted float8) LANGUAGE plpgsql AS
$$DECLARE c record; n bigint; total bigint := (SELECT count(*) FROM cases_test.events);
BEGIN
    FOR c IN SELECT * FROM perfcheck_cases(name) LOOP
        EXECUTE format('PREPARE one AS SELECT count(*) FROM (%s) AS s', (SELECT q.sql FROM perfcheck_query AS q WHERE q.name = $1));
        EXECUTE 'EXECUTE one (' || (SELECT string_agg(quote_nullable(a), ', ' ORDER BY i) FROM unnest(c.args) WITH ORDINALITY AS u (a, i)) || ')' INTO n;
        DEALLOCATE one;
        IF abs(n / total::float8 - c.share) > 1e-6 THEN
            label := c.label; share := c.share; counted := n / total::float8; RETURN NEXT;
        END IF;
    END LOOP;
END$$;

-- equality, and not; lists; arrays
SELECT perfcheck_add_query('equal', 'SELECT * FROM events WHERE genre = $1');
SELECT perfcheck_add_query('different', 'SELECT * FROM events WHERE genre <> $1');
SELECT perfcheck_add_query('list', 'SELECT * FROM events WHERE genre IN ($1, $2, $3)');
SELECT perfcheck_add_query('not_list', 'SELECT * FROM events WHERE genre NOT IN ($1, $2)');
SELECT perfcheck_add_query('any', 'SELECT * FROM events WHERE genre = ANY ($1)');
SELECT perfcheck_add_query('all', 'SELECT * FROM events WHERE genre <> ALL ($1)');
SELECT perfcheck_add_query('ids', 'SELECT * FROM events WHERE id = ANY ($1)');
SELECT perfcheck_add_query('same_as', 'SELECT * FROM events WHERE price IS NOT DISTINCT FROM $1');
SELECT perfcheck_add_query('other_than', 'SELECT * FROM events WHERE price IS DISTINCT FROM $1');
SELECT * FROM labels;
SELECT name, w.* FROM perfcheck_query, wrong_shares(name) AS w WHERE enabled;
SELECT query, label, args FROM perfcheck_cases() WHERE query IN ('list', 'not_list', 'any') AND label <> 'genre null';
-- a list longer than an index has columns
SELECT format('SELECT perfcheck_add_query(''long'', ''SELECT * FROM events WHERE venue IN (%s)'')', string_agg('$' || i, ', ')) FROM generate_series(1, 40) AS i \gexec
SELECT count(*) AS cases, min(cardinality(args)) AS values, count(*) FILTER (WHERE array_position(args, NULL) > 0) AS nulls FROM perfcheck_cases('long');
SELECT label, array_length(args[1]::uuid[], 1) AS ids, share FROM perfcheck_cases('ids');
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- ranges: one bound, both, a window of fixed width
SELECT perfcheck_add_query('from', 'SELECT * FROM events WHERE date >= $1');
SELECT perfcheck_add_query('below', 'SELECT * FROM events WHERE $1 > date');
SELECT perfcheck_add_query('between', 'SELECT * FROM events WHERE date BETWEEN $1 AND $2');
SELECT perfcheck_add_query('symmetric', 'SELECT * FROM events WHERE date BETWEEN SYMMETRIC $1 AND $2');
SELECT perfcheck_add_query('day', 'SELECT * FROM events WHERE date >= $1 AND date < $1 + interval ''1 day''');
SELECT perfcheck_add_query('whole_day', 'SELECT * FROM events WHERE date >= $1::date AND date < $1::date + 1');
SELECT * FROM labels;
SET TimeZone = 'UTC';
SELECT name, w.* FROM perfcheck_query, wrong_shares(name) AS w WHERE enabled;
RESET TimeZone;
SELECT label, args FROM perfcheck_cases('whole_day') WHERE label <> 'date null';
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- filters that may be left out: NULL is then a case that counts
SELECT perfcheck_add_query('is_null', 'SELECT * FROM events WHERE ($1::text IS NULL OR genre = $1)');
SELECT perfcheck_add_query('coalesce', 'SELECT * FROM events WHERE genre = COALESCE($1, genre)');
SELECT perfcheck_add_query('empty_text', 'SELECT * FROM events WHERE ($1 = '''' OR genre = $1)');
SELECT perfcheck_add_query('two', 'SELECT * FROM events WHERE ($1::text IS NULL OR genre = $1) AND ($2::timestamptz IS NULL OR date >= $2)');
SELECT perfcheck_add_query('range', 'SELECT * FROM events WHERE ($1::timestamptz IS NULL OR date >= $1) AND ($2::timestamptz IS NULL OR date <= $2)');
SELECT perfcheck_add_query('cursor', 'SELECT * FROM events WHERE ($1::timestamptz IS NULL OR (date, id) > ($1, $2)) ORDER BY date, id');
SELECT perfcheck_add_query('or_cursor', 'SELECT * FROM events WHERE $1::timestamptz IS NULL OR date > $1 OR (date = $1 AND id > $2) ORDER BY date, id');
SELECT * FROM labels;
SELECT name, w.* FROM perfcheck_query, wrong_shares(name) AS w WHERE enabled AND name <> 'two';
-- shares of two comparisons are multiplied
SELECT label, share FROM perfcheck_cases('two') WHERE label IN ('genre null', 'date null', 'date wide');
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- typical values of several equalities are those of a row
SELECT perfcheck_add_query('key', 'SELECT * FROM events WHERE source_platform = $1 AND source_id = $2');
SELECT perfcheck_add_query('three', 'SELECT * FROM events WHERE genre = $1 AND lower(artist) = $2 AND venue = $3');
SELECT query, label, (SELECT count(*) FROM events WHERE source_platform = args[1] AND source_id = args[2]) AS rows
FROM perfcheck_cases('key') WHERE label = 'typical';
SELECT query, label, (SELECT count(*) > 0 FROM events WHERE genre = args[1] AND lower(artist) = args[2] AND venue = args[3]) AS found
FROM perfcheck_cases('three') WHERE label = 'typical';
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- expressions, and columns of CTEs, subqueries, views and joins
CREATE VIEW shows AS SELECT upper(genre) AS kind, date FROM events;
CREATE TABLE venues AS SELECT DISTINCT venue AS name, length(venue) AS size FROM events;
ANALYZE venues;
SELECT perfcheck_add_query('lower', 'SELECT * FROM events WHERE lower(artist) = lower($1)');
SELECT perfcheck_add_query('date', 'SELECT * FROM events WHERE (date AT TIME ZONE ''UTC'')::date = $1');
SELECT perfcheck_add_query('month', 'SELECT * FROM events WHERE date_trunc(''month'', date, ''UTC'') = $1');
SELECT perfcheck_add_query('sum', 'SELECT * FROM events WHERE length(name) + 0 = $1');
SELECT perfcheck_add_query('key', 'SELECT * FROM events WHERE ticket_sources -> 0 ->> ''platform'' = $1');
SELECT perfcheck_add_query('cte', 'WITH e AS (SELECT lower(genre) AS g FROM events) SELECT * FROM e WHERE g = $1');
SELECT perfcheck_add_query('subquery', 'SELECT * FROM (SELECT genre AS g, count(*) FROM events GROUP BY 1) AS s WHERE g = $1');
SELECT perfcheck_add_query('view', 'SELECT * FROM shows WHERE kind <> $1');
SELECT perfcheck_add_query('join', 'SELECT e.* FROM events AS e JOIN venues AS v ON v.name = e.venue WHERE v.size = $1 AND e.genre = $2');
SELECT * FROM labels;
SELECT name, w.* FROM perfcheck_query, wrong_shares(name) AS w WHERE enabled AND name NOT IN ('subquery', 'join');
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- patterns
SELECT perfcheck_add_query('whole', 'SELECT * FROM events WHERE artist ILIKE $1');
SELECT perfcheck_add_query('inside', 'SELECT * FROM events WHERE artist LIKE ''%'' || $1 || ''%''');
SELECT perfcheck_add_query('concat', 'SELECT * FROM events WHERE artist ILIKE concat(''%'', $1::text, ''%'')');
SELECT perfcheck_add_query('escape', 'SELECT * FROM events WHERE artist ILIKE ''%'' || $1 || ''%'' ESCAPE ''!''');
SELECT perfcheck_add_query('lowered', 'SELECT * FROM events WHERE lower(artist) LIKE ''%'' || lower($1) || ''%''');
SELECT perfcheck_add_query('prefix', 'SELECT * FROM events WHERE artist LIKE $1 || ''%''');
SELECT perfcheck_add_query('suffix', 'SELECT * FROM events WHERE artist LIKE ''%'' || $1');
SELECT perfcheck_add_query('not_like', 'SELECT * FROM events WHERE artist NOT ILIKE ''%'' || $1 || ''%''');
SELECT * FROM labels;
SELECT name, w.* FROM perfcheck_query, wrong_shares(name) AS w WHERE enabled;
-- absent matches nothing, rare less than typical, typical less than common
SELECT query, max(share) FILTER (WHERE label ~ 'absent') AS absent,
       max(share) FILTER (WHERE label ~ 'rare') < max(share) FILTER (WHERE label ~ 'typical') AS rarer,
       max(share) FILTER (WHERE label ~ 'typical') < max(share) FILTER (WHERE label ~ 'common') AS less
FROM perfcheck_cases() WHERE query <> 'not_like' GROUP BY query ORDER BY query COLLATE "C";
SELECT args FROM perfcheck_cases('whole') WHERE label IN ('artist absent', 'artist short', 'artist prefix');
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- cursors, LIMIT and OFFSET
SELECT perfcheck_add_query('backwards', 'SELECT * FROM events WHERE (date, id) < ($1, $2) ORDER BY date DESC, id DESC');
SELECT perfcheck_add_query('or_form', 'SELECT * FROM events WHERE date < $1 OR (date = $1 AND id < $2) ORDER BY date DESC, id DESC');
SELECT perfcheck_add_query('plain', 'SELECT * FROM events ORDER BY date, id LIMIT $1 OFFSET $2');
SELECT perfcheck_add_query('one_more', 'SELECT * FROM events ORDER BY date, id LIMIT $1 + 1 OFFSET ($2 - 1) * $1', types => '{integer,integer}');
SELECT perfcheck_add_query('of_genre', 'SELECT * FROM events WHERE genre = $1 ORDER BY date, id LIMIT 21 OFFSET $2');
SELECT perfcheck_add_query('of_lower', 'SELECT * FROM events WHERE lower(name) > $1 OR (lower(name) = $1 AND id > $2) ORDER BY lower(name), id', max_rows => 10);
SELECT name, w.* FROM perfcheck_query, wrong_shares(name) AS w WHERE name IN ('backwards', 'or_form', 'of_lower');
SELECT count(*) AS cases, count(reason) AS faults FROM perfcheck_plan('of_lower') WHERE plan_mode = 'custom';
SELECT label, (SELECT count(*) FROM events WHERE date = args[1]::timestamptz AND id = args[2]::uuid) AS row,
       share FROM perfcheck_cases('backwards');
SELECT query, label, args, required FROM perfcheck_cases() WHERE query IN ('plain', 'one_more');
-- half of the rows of the typical genre
SELECT args[1] AS genre, args[2]::int AS "offset", (SELECT count(*) / 2 FROM events WHERE genre = args[1]) AS half
FROM perfcheck_cases('of_genre') WHERE label = 'offset deep';
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- types: absent values are told where there are any; ends of a type
CREATE EXTENSION citext SCHEMA cases_test;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE coin AS ENUM ('heads', 'tails');
CREATE DOMAIN email AS text CHECK (value ~ '@');
CREATE TABLE typed (
    i2 smallint, i4 int, i8 bigint, n numeric, f8 float8, b boolean, b1 boolean, e mood, coin coin, u uuid, a inet,
    d date, ts timestamp, tz timestamptz, t time, iv interval, x bytea, vc varchar(5), ch char(3), nm name,
    dom email, ci citext, ta text[], ia int[], j jsonb, o oid);
INSERT INTO typed
SELECT 32767 - g % 50, 2147483647 - g % 50, g, g / 3.0, CASE WHEN g % 50 = 0 THEN 'NaN' ELSE g / 8.0 END, g % 2 = 0, true,
    (ARRAY['sad', 'ok'])[1 + g % 2]::mood, (ARRAY['heads', 'tails'])[1 + g % 2]::coin, md5(g::text)::uuid, inet '10.0.0.0' + g,
    CASE WHEN g % 50 = 0 THEN 'infinity' ELSE date '2020-01-01' + g END, timestamp '2020-01-01' + g * interval '1 hour',
    timestamptz '2020-01-01 00:00Z' + g * interval '1 hour', time '00:00' + g % 1000 * interval '1 minute', g * interval '1 minute',
    decode(md5(g::text), 'hex'), left(md5(g::text), 5), 'a' || g % 9, 'n' || g % 9, g || '@example.org',
    CASE g % 2 WHEN 0 THEN 'Word' ELSE 'wORD' END || g % 7, ARRAY['t' || g % 5, 'q"\'], ARRAY[g % 4, 1], to_jsonb(g % 20), g
FROM generate_series(1, 1500) AS g;
ANALYZE typed;
SELECT count(perfcheck_add_query(attname, format('SELECT * FROM typed WHERE %I = $1', attname))) AS equal,
       count(perfcheck_add_query(attname || '_range', format('SELECT * FROM typed WHERE %I BETWEEN $1 AND $2', attname))) AS ranges
FROM pg_attribute WHERE attrelid = 'typed'::regclass AND attnum > 0;
SELECT query, max(args[1]) FILTER (WHERE label ~ 'absent') AS absent FROM perfcheck_cases()
WHERE query !~ '_range' GROUP BY query ORDER BY query COLLATE "C";
SELECT substr(query, 1, length(query) - 6) AS query, max(args[1]) FILTER (WHERE label ~ 'wide') AS "from",
       max(args[2]) FILTER (WHERE label ~ 'wide') AS "to", max(args[1]) FILTER (WHERE label ~ 'empty') AS "empty"
FROM perfcheck_cases() WHERE query ~ '_range' GROUP BY query ORDER BY query COLLATE "C";
-- each is a value of its type, and selects what it says
SELECT count(*) AS failed FROM perfcheck_plan() WHERE rows_returned IS NULL;
CREATE FUNCTION off_by(name text) RETURNS bigint LANGUAGE plpgsql AS
$$BEGIN
    RETURN (SELECT count(*) FROM perfcheck_cases($1) AS c JOIN perfcheck_plan($1) AS p USING (label)
            WHERE abs(p.rows_returned - 1500 * c.share) > 0.1);
END$$;
SELECT query, off_by(query) FROM (SELECT DISTINCT query FROM perfcheck_cases()) AS q WHERE off_by(query) > 0;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- the same in another session
UPDATE perfcheck_query SET enabled = true;
CREATE TABLE here AS SELECT * FROM perfcheck_cases();
SET TimeZone = 'Asia/Tokyo';
SET DateStyle = 'German';
SET IntervalStyle = 'iso_8601';
SET extra_float_digits = 0;
SET client_encoding = 'LATIN1';
-- from 19 on there are strings of one kind only
DO $$
BEGIN
	SET escape_string_warning = off;
	SET standard_conforming_strings = off;
EXCEPTION
	WHEN undefined_object THEN NULL;
END $$;
SET enable_indexscan = off;
SELECT count(*) AS otherwise FROM (TABLE here EXCEPT SELECT * FROM perfcheck_cases()) AS d;
RESET TimeZone;
RESET DateStyle;
RESET IntervalStyle;
RESET extra_float_digits;
RESET client_encoding;
RESET standard_conforming_strings;
RESET enable_indexscan;
SELECT count(*) > 30 AS cases FROM here;
UPDATE perfcheck_query SET enabled = false;

-- a large table: a sample and statistics say what to count, the rows are counted
CREATE TABLE large (id int PRIMARY KEY, word text, kind int);
INSERT INTO large SELECT g, 'word' || g % 977 || CASE WHEN g % 2 = 0 THEN ' even' ELSE '' END, g % 10 FROM generate_series(1, 100000) AS g;
ANALYZE large;
SELECT perfcheck_add_query('kind', 'SELECT * FROM large WHERE kind = $1');
SELECT perfcheck_add_query('modulo', 'SELECT * FROM large WHERE id % 500 = $1');
SELECT perfcheck_add_query('one', 'SELECT * FROM large WHERE id = $1');
SELECT perfcheck_add_query('word', 'SELECT * FROM large WHERE word LIKE ''%'' || $1 || ''%''');
SELECT perfcheck_add_query('after', 'SELECT * FROM large WHERE (kind, id) > ($1, $2) ORDER BY kind, id');
SELECT DISTINCT label = 'kind absent' AS absent, args[1]::int BETWEEN 0 AND 9 AS there, share FROM perfcheck_cases('kind') WHERE required ORDER BY 1;
SELECT DISTINCT label = '(id % 500) absent' AS absent, args[1]::int BETWEEN 0 AND 499 AS there, share FROM perfcheck_cases('modulo') WHERE required ORDER BY 1;
SELECT DISTINCT label = 'id absent' AS absent, (SELECT count(*) FROM large WHERE id = args[1]::int) AS rows, share FROM perfcheck_cases('one') WHERE required ORDER BY 1;
SELECT label, (SELECT count(*) > 0 FROM large WHERE word LIKE '%' || args[1] || '%') AS found,
       abs((SELECT count(*) / 1e5 FROM large WHERE word LIKE '%' || args[1] || '%') - share) < 0.05 AS about
FROM perfcheck_cases('word') WHERE required;
SELECT label, (SELECT count(*) FROM large WHERE id = args[2]::int AND kind = args[1]::int) AS row,
       abs((SELECT count(*) / 1e5 FROM large WHERE (kind, id) > (args[1]::int, args[2]::int)) - share) < 0.05 AS about
FROM perfcheck_cases('after');
SELECT count(*) AS otherwise FROM (SELECT * FROM perfcheck_cases('modulo') EXCEPT SELECT * FROM perfcheck_cases('modulo')) AS d;
-- what the statistics say is not there any more: the rows are right
DELETE FROM large WHERE kind < 9;
UPDATE large SET kind = 77;
SELECT label, args FROM perfcheck_cases('kind') WHERE required;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- fault: no statistics
CREATE TABLE fresh (x int, filler text) WITH (autovacuum_enabled = off);
SELECT perfcheck_add_query('fresh', 'SELECT * FROM fresh WHERE x = $1');
SELECT perfcheck_add_query('fresh_all', 'SELECT * FROM fresh ORDER BY x LIMIT 5');
\set VERBOSITY default
INSERT INTO fresh SELECT g, 'x' FROM generate_series(1, 10) AS g;
SELECT count(*) AS one_page FROM perfcheck_cases('fresh') WHERE required;
INSERT INTO fresh SELECT g, 'x' FROM generate_series(1, 3000) AS g;
SELECT * FROM perfcheck_cases('fresh');
SELECT l FROM perfcheck_verify() AS v (l) WHERE l ~ 'ok';
SELECT query, label, ok, reason FROM perfcheck_time('fresh_all', 1);
ANALYZE fresh;
SELECT count(*) AS analyzed FROM perfcheck_cases('fresh') WHERE required;
TRUNCATE fresh;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;
-- a partitioned table is analyzed by hand alone, which its partitions need not be
CREATE TABLE parts (k int, v text) PARTITION BY RANGE (k);
CREATE TABLE parts1 PARTITION OF parts FOR VALUES FROM (0) TO (1000) WITH (autovacuum_enabled = off);
CREATE TABLE parts2 PARTITION OF parts FOR VALUES FROM (1000) TO (5000) WITH (autovacuum_enabled = off);
INSERT INTO parts SELECT g, 'v' || g % 10 FROM generate_series(0, 3999) AS g;
ANALYZE parts1, parts2;
SELECT perfcheck_add_query('parts', 'SELECT * FROM parts WHERE v = $1 AND k < $2');
SELECT * FROM perfcheck_cases('parts');
ANALYZE parts;
SELECT label, args, share FROM perfcheck_cases('parts') WHERE required;
SELECT perfcheck_drop_query('parts');

-- fault: parameters for which nothing can be derived
SELECT perfcheck_add_query('u_row', 'SELECT * FROM events WHERE genre = $1 AND (date, created_at) > ($2, $2)');
SELECT perfcheck_add_query('u_two', 'SELECT * FROM events AS e, venues AS v WHERE e.artist = v.name || $1');
SELECT perfcheck_add_query('u_having', 'SELECT * FROM events AS e WHERE EXISTS (SELECT FROM events AS o WHERE o.venue = e.venue HAVING count(*) > $1)');
SELECT query, reason FROM perfcheck_plan() ORDER BY query COLLATE "C";
SELECT * FROM perfcheck_cases('u_row');
SELECT perfcheck_add_case('u_row', 'since 2000', '{rock,2000-01-01}');
SELECT * FROM perfcheck_cases('u_row');
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- an expression whose function needs the query's search_path
CREATE FUNCTION plain(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower($1)';
CREATE FUNCTION by_path(text) RETURNS text LANGUAGE plpgsql STABLE AS 'BEGIN RETURN plain($1); END';
SELECT perfcheck_add_query('by_path', 'SELECT * FROM events WHERE by_path(genre) = $1', '/p?g=$1');
SELECT label, args FROM perfcheck_cases('by_path');
SELECT label, path, rows > 0 AS found FROM perfcheck_requests('by_path', 1);
-- a condition on rows of two tables, which are grouped afterwards
CREATE TABLE pair (id int PRIMARY KEY, kind int, name text);
INSERT INTO pair SELECT i, i % 100, 'n ' || i FROM generate_series(1, 3000) AS i;
ANALYZE pair;
SELECT perfcheck_add_query('grouped_1', 'SELECT count(*) FROM pair AS a JOIN pair AS b USING (id) WHERE a.name || b.name = $1');
SELECT perfcheck_add_query('grouped_2', 'SELECT a.kind, sum(b.id) FROM pair AS a JOIN pair AS b USING (id) WHERE a.kind + b.kind > $1 GROUP BY a.kind HAVING count(*) > $2');
SELECT perfcheck_add_query('grouped_3', 'SELECT a.kind + b.kind, count(*) FROM pair AS a JOIN pair AS b USING (id) GROUP BY a.kind + b.kind HAVING a.kind + b.kind = $1');
SELECT perfcheck_add_query('grouped_4', 'SELECT a.kind, rank() OVER (ORDER BY max(b.id)) FROM pair AS a JOIN pair AS b USING (id) WHERE a.kind + b.kind = $1 GROUP BY ROLLUP (a.kind)');
SELECT query, label, args, reason FROM perfcheck_cases() WHERE query ~ '^grouped' AND label !~ 'rare|typical|null' ORDER BY query, label COLLATE "C";
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE name ~ '^grouped';
DROP TABLE pair;
-- fault: an expression that fails on a row
CREATE FUNCTION picky(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$BEGIN IF $1 = 'metal' THEN RAISE 'no metal here'; END IF; RETURN $1; END$$;
SELECT perfcheck_add_query('failing', 'SELECT * FROM events WHERE 1 / (length(genre) - 4) = $1', '/f?a=$1');
SELECT perfcheck_add_query('picky', 'SELECT * FROM events WHERE genre = ''rock'' AND picky(genre) = $1', '/p?g=$1');
SELECT * FROM perfcheck_cases('failing');
SELECT * FROM perfcheck_cases('picky');
SELECT perfcheck_add_case('picky', 'rock', '{rock}');
SELECT * FROM perfcheck_cases('picky');
SELECT DISTINCT label, path, rows > 0 AS found FROM perfcheck_requests('picky') ORDER BY label;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- the caller's rights: statistics tell nothing of what he may not see
CREATE ROLE perfcheck_cases_reader;
GRANT USAGE ON SCHEMA cases_test TO perfcheck_cases_reader;
GRANT SELECT ON shows, parts TO perfcheck_cases_reader;
GRANT SELECT (id, venue) ON events TO perfcheck_cases_reader;
SELECT perfcheck_add_query('by_view', 'SELECT * FROM shows WHERE kind = $1');
SELECT perfcheck_add_query('by_column', 'SELECT id FROM events WHERE venue = $1');
SELECT perfcheck_add_query('hidden', 'SELECT * FROM parts WHERE v = $1');
SELECT perfcheck_add_query('hidden_range', 'SELECT * FROM parts WHERE k BETWEEN $1 AND $2');
CREATE POLICY two_values ON parts TO perfcheck_cases_reader USING (v IN ('v1', 'v2'));
ALTER TABLE parts ENABLE ROW LEVEL SECURITY;
SET ROLE perfcheck_cases_reader;
SELECT * FROM perfcheck_cases('by_view');
SELECT count(*) AS cases FROM perfcheck_cases('by_column') WHERE required;
SELECT label, args FROM perfcheck_cases('hidden') WHERE required;
-- v1 and v2 are those of the k that end in 1 and 2
SELECT label, args[1]::int % 10 IN (1, 2) AS may_see, args[2]::int % 10 IN (1, 2) AS may_see_too FROM perfcheck_cases('hidden_range')
WHERE label IN ('k narrow', 'k wide');
RESET ROLE;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- requests: a value that the query does not provide for leaving out is not sent
UPDATE perfcheck_query SET enabled = true;
SELECT count(*) FILTER (WHERE label ~ 'null') AS left_out FROM perfcheck_requests(samples => 0);
SELECT perfcheck_add_query('filter', 'SELECT * FROM events WHERE ($1::text IS NULL OR genre = $1) AND venue = ANY ($2)', '/e?genre=$1&v=$2');
SELECT label, path, rows FROM perfcheck_requests('filter', 0) WHERE label IN ('genre null', 'venue null', 'venue empty');
SELECT count(*) AS drawn, count(*) FILTER (WHERE rows > 0) > 0 AS found FROM perfcheck_requests('filter', 20) WHERE label = 'drawn';
SELECT perfcheck_drop_query('filter');
-- a value that is drawn for an array is quoted where an array needs that
CREATE TABLE quoted AS SELECT $$Say "a, b\c"$$ AS name;
SELECT perfcheck_add_query('quoted', 'SELECT * FROM quoted WHERE name = ANY ($1::text[])', '/q?n=$1');
SELECT path, rows FROM perfcheck_requests('quoted', 1) WHERE label = 'drawn';
SELECT perfcheck_drop_query('quoted');
DROP TABLE quoted;
DROP SCHEMA cases_test CASCADE;
DROP ROLE perfcheck_cases_reader;
