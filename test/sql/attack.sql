-- Queries that once ended the server process, or the report, with an error.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA attack;
SET search_path = attack, public;
SET jit = off;
UPDATE perfcheck_query SET enabled = false;

CREATE TABLE note (id int PRIMARY KEY, room int NOT NULL, body text NOT NULL) WITH (autovacuum_enabled = off);
INSERT INTO note SELECT i, i % 40, 'b' || i FROM generate_series(1, 8000) AS i;
CREATE INDEX ON note (room);
CREATE TABLE link (a int, b int) WITH (autovacuum_enabled = off);
INSERT INTO link SELECT i, i % 100 + 1 FROM generate_series(1, 100) AS i;
VACUUM ANALYZE note, link;

CREATE FUNCTION verdicts() RETURNS SETOF text LANGUAGE sql AS
$$SELECT regexp_replace(line, '(: btree|, ).*', '') FROM perfcheck_verify(10) AS line WHERE line ~ '^(not )?ok'$$;
CREATE PROCEDURE forget() LANGUAGE sql AS 'SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled';

-- a filter above a bitmap, both in the body of a function that is inlined
SET enable_indexscan = off;
SET enable_seqscan = off;
CREATE FUNCTION notes_of(of int, what text) RETURNS SETOF note LANGUAGE sql STABLE AS
$$SELECT * FROM note WHERE room = of AND body || '' = what$$;
SELECT perfcheck_add_query('inlined', 'SELECT id FROM notes_of($1, ''b7'')', max_rows => 10);
SELECT perfcheck_add_case('inlined', 'one', '{7}');
SELECT verdicts();
CALL forget();
RESET enable_indexscan;
RESET enable_seqscan;

-- operators that the rewriter made
SELECT perfcheck_add_query('cycle', 'WITH RECURSIVE r AS (SELECT a, b FROM link WHERE a = 1 UNION ALL SELECT l.a, l.b FROM link l JOIN r ON l.a = r.b) CYCLE a SET again USING path SELECT * FROM r LIMIT 1', max_rows => 1, max_blocks => 1);
SELECT verdicts();
CALL forget();

-- conditions of a subquery that name the columns of the query around it, and of
-- the one around that
SELECT perfcheck_add_query('or_around', 'SELECT * FROM note o WHERE NOT EXISTS (SELECT 1 FROM note i WHERE i.room = o.room AND (i.id = o.id + 1 OR i.body = $1)) AND body = $2', max_rows => 1);
SELECT perfcheck_add_query('two_around', 'SELECT id FROM link l JOIN note o ON o.id = l.a WHERE o.room IN (SELECT room FROM (SELECT room FROM note i WHERE i.body = o.body AND i.id::text = ''7'' LIMIT 5) AS s)', max_rows => 1);
SELECT verdicts();
CALL forget();

-- casts to text of a user's own types, which nobody asked for: they would write
-- what the types do not read, and run as whoever judges
CREATE TYPE mood AS ENUM ('sad', 'fine', 'glad');
CREATE TYPE pair AS (a int, b text);
CREATE TABLE person (id int PRIMARY KEY, mood mood, moods mood[], place pair, number int) WITH (autovacuum_enabled = off);
INSERT INTO person SELECT i, (ARRAY['sad', 'fine', 'glad'])[1 + i % 3]::mood, ARRAY['sad', 'fine']::mood[], row(i % 7, 'x')::pair, i % 11
FROM generate_series(1, 3000) AS i;
CREATE INDEX ON person (mood, id);
VACUUM ANALYZE person;
CREATE FUNCTION refuse(mood) RETURNS text LANGUAGE plpgsql AS $$BEGIN RAISE 'mood is cast'; END$$;
CREATE FUNCTION refuse(mood[]) RETURNS text LANGUAGE plpgsql AS $$BEGIN RAISE 'moods are cast'; END$$;
CREATE FUNCTION refuse(pair) RETURNS text LANGUAGE plpgsql AS $$BEGIN RAISE 'pair is cast'; END$$;
CREATE CAST (mood AS text) WITH FUNCTION refuse(mood);
CREATE CAST (mood[] AS text) WITH FUNCTION refuse(mood[]);
CREATE CAST (pair AS text) WITH FUNCTION refuse(pair);
SELECT perfcheck_add_query(name, 'SELECT id FROM person WHERE ' || condition || ' LIMIT 5') FROM (VALUES
    ('equal', 'mood = $1 ORDER BY id'), ('among', 'mood = ANY ($1) ORDER BY id'), ('array', 'moods = $1'),
    ('element', '$1 = ANY (moods)'), ('contains', 'moods @> $1'), ('above', 'mood > $1 ORDER BY mood'),
    ('between', 'mood BETWEEN $1 AND $2'), ('cursor', '(mood, id) > ($1, $2) ORDER BY mood, id'), ('part', '(place).a = $1'),
    ('subquery', 'mood IN (SELECT mood FROM person WHERE number = $1) AND mood = $2')) AS q (name, condition);
SELECT query, count(*) > 1 AS cases, bool_or(args::text ~ 'sad|fine|glad') AS moods, string_agg(DISTINCT reason, '; ') AS reason
FROM perfcheck_cases() GROUP BY query ORDER BY query COLLATE "C";
SELECT query, reason FROM perfcheck_plan() WHERE reason ~ 'cast';
CALL forget();

UPDATE perfcheck_query SET enabled = true;
DROP SCHEMA attack CASCADE;
