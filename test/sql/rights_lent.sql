-- Nobody's rights are lent where nobody wrote a query: to what is called events, which
-- the built-in queries read, and to values that other roles sent.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
\set SHOW_CONTEXT never
\set VERBOSITY terse
SET jit = off;
CREATE ROLE perfcheck_lena;
CREATE ROLE perfcheck_rosa;
CREATE SCHEMA lena AUTHORIZATION perfcheck_lena;
SET ROLE perfcheck_lena;
CREATE FUNCTION lena.tell(place text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        RAISE WARNING 'called as a superuser: %', place;
    END IF;
    RETURN true;
END $$;
CREATE TABLE lena.stored (id uuid PRIMARY KEY, name text, date timestamptz, genre varchar(20), venue text, artist text);
INSERT INTO lena.stored SELECT md5(i::text)::uuid, 'n' || i, timestamptz '2027-01-01 00:00Z' + i * interval '1 hour', 'g' || i % 5, 'v' || i % 9, 'a' || i
FROM generate_series(1, 300) AS i;
CREATE VIEW lena.events AS SELECT * FROM lena.stored WHERE lena.tell('a view called events');
RESET ROLE;
ANALYZE lena.stored;
CREATE FUNCTION pg_temp.outcome(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE n bigint;
BEGIN
    EXECUTE 'SELECT count(*) FROM ' || call INTO n;
    RETURN CASE WHEN n > 0 THEN 'rows' ELSE 'no rows' END;
EXCEPTION WHEN OTHERS THEN
    RETURN replace(SQLERRM, format('"%s"', session_user), '"superuser"');
END $$;
CREATE TEMP TABLE calls (call text);
INSERT INTO calls VALUES ('perfcheck_verify(1)'), ('perfcheck_plan(''genre'')'), ('perfcheck_forecast(''genre'')'), ('perfcheck_cases(''genre'')'),
    ('perfcheck_fixes(1000)'), ('perfcheck_indexes(1000)'), ('perfcheck_requests(''genre'', answers => ''keys'')'), ('perfcheck_time(''genre'', executions => 2)'),
    ('perfcheck_time(''genre'', executions => 2, clients => 2)'), ('perfcheck_explain(''genre'')'), ('perfcheck_coverage(1)');

-- A superuser runs the built-in queries as the owner of what is called events. His own SELECT shows
-- what he would lend.
SET search_path = lena, public;
SELECT count(*) FROM (SELECT FROM events LIMIT 1) AS e;
SELECT call, pg_temp.outcome(call) FROM calls ORDER BY call COLLATE "C";
SELECT bool_and(reason IS NULL) AS judged FROM perfcheck_plan('genre');
-- what is called of an index of his without a query of the contract is called as its owner
SET ROLE perfcheck_lena;
CREATE FUNCTION lena.predicate(int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$BEGIN RETURN lena.tell('predicate of an index'); END$$;
CREATE INDEX stored_predicate ON lena.stored (id) WHERE lena.predicate(1);
RESET ROLE;
SELECT call, pg_temp.outcome(call) FROM (VALUES ('perfcheck_indexes(1)'), ('perfcheck_used(1)')) AS v (call);
SET ROLE perfcheck_lena;
DROP INDEX lena.stored_predicate;
DROP FUNCTION lena.predicate(int);
RESET ROLE;
-- "$user" is whoever judges
CREATE SCHEMA perfcheck_lena AUTHORIZATION perfcheck_lena;
CREATE TABLE perfcheck_lena.events (LIKE lena.stored);
ALTER TABLE perfcheck_lena.events OWNER TO perfcheck_lena;
SET search_path = "$user", lena, public;
SELECT count(*) > 0 AS of_the_view FROM perfcheck_cases('genre') WHERE args[1] ~ '^g\d$';
DROP SCHEMA perfcheck_lena CASCADE;
SET search_path = lena, public;
-- who wrote a value of a built-in query has not chosen what is called events where it is judged
GRANT SELECT, INSERT ON perfcheck_case TO perfcheck_rosa;
GRANT USAGE ON SCHEMA lena TO perfcheck_rosa;
GRANT SELECT ON lena.events, lena.stored TO perfcheck_rosa;
SET ROLE perfcheck_rosa;
INSERT INTO perfcheck_case VALUES ('genre', 'of rosa', '{g1,20}');
RESET ROLE;
SELECT DISTINCT reason FROM perfcheck_plan('genre');
SELECT perfcheck_add_case('venue', 'of a superuser', '{v1,20}');
SELECT reason IS NULL AS judged FROM perfcheck_plan('venue') WHERE label = 'of a superuser' LIMIT 1;
SELECT perfcheck_reset_contract();
-- perfcheck.role vouches for that role, unless it is a superuser
SET perfcheck.role = perfcheck_rosa;
SELECT bool_and(reason IS NULL) AS judged FROM perfcheck_plan('genre');
SELECT set_config('perfcheck.role', session_user, false) = session_user AS set;
SELECT DISTINCT replace(reason, format('"%s"', session_user), '"superuser"') AS reason FROM perfcheck_plan('genre');
RESET perfcheck.role;
-- whoever may not take the owner's role runs them as himself, as his own SELECT does
SET ROLE perfcheck_rosa;
SELECT DISTINCT reason FROM perfcheck_plan('genre');
RESET ROLE;

-- an operator that fits the columns better than the server's, of somebody who may create in the path
CREATE SCHEMA planted AUTHORIZATION perfcheck_rosa;
GRANT USAGE ON SCHEMA planted TO PUBLIC;
SET ROLE perfcheck_rosa;
CREATE FUNCTION planted.equal(varchar, varchar) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    RAISE WARNING 'the planted operator is called';
    RETURN true;
END $$;
CREATE OPERATOR planted.= (LEFTARG = varchar, RIGHTARG = varchar, FUNCTION = planted.equal);
RESET ROLE;
SET search_path = lena, planted, public;
SELECT count(*) FROM (SELECT FROM events WHERE genre = 'g1' LIMIT 1) AS e;
SELECT DISTINCT reason FROM perfcheck_plan('genre');
SET search_path = lena, public;
DROP SCHEMA planted CASCADE;
-- that of a superuser, as an extension has them, is called
CREATE FUNCTION lena.equal(varchar, varchar) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$SELECT textcat($1, '') OPERATOR(pg_catalog.=) textcat($2, '')$$;
CREATE OPERATOR lena.= (LEFTARG = varchar, RIGHTARG = varchar, FUNCTION = lena.equal);
SELECT bool_and(reason IS NULL) AS judged FROM perfcheck_plan('genre');
DROP OPERATOR lena.= (varchar, varchar);
DROP FUNCTION lena.equal(varchar, varchar);
-- an operator of somebody's over a function of the server, which reads a value as one of the type that it names
CREATE SCHEMA planted AUTHORIZATION perfcheck_rosa;
GRANT USAGE ON SCHEMA planted TO PUBLIC;
SET ROLE perfcheck_rosa;
CREATE OPERATOR planted.= (LEFTARG = text, RIGHTARG = text, FUNCTION = pg_catalog.texteq);
RESET ROLE;
SET search_path = lena, planted, public, pg_catalog;
SELECT DISTINCT reason FROM perfcheck_plan('venue');
SET search_path = lena, public;
DROP SCHEMA planted CASCADE;
-- the owner finds another relation of this name, since he may not use the schema
CREATE SCHEMA closed;
CREATE TABLE closed.events (LIKE lena.stored);
ALTER TABLE closed.events OWNER TO perfcheck_rosa;
SET search_path = closed, lena, public;
SELECT DISTINCT reason FROM perfcheck_plan('genre');
DROP SCHEMA closed CASCADE;

-- A superuser's own relation that somebody else's code hangs on: by a view, a child, a type, and an expression of an index
CREATE SCHEMA own;
SET search_path = own, public;
CREATE VIEW own.events AS SELECT * FROM lena.events;
SELECT DISTINCT replace(reason, format('"%s"', session_user), '"superuser"') AS reason FROM perfcheck_plan('genre');
DROP VIEW own.events;
CREATE TABLE own.events (LIKE lena.stored);
INSERT INTO own.events SELECT * FROM lena.stored;
ANALYZE own.events;
SELECT bool_and(reason IS NULL) AS judged FROM perfcheck_plan('genre');
CREATE TABLE own.child () INHERITS (own.events);
ALTER TABLE own.child OWNER TO perfcheck_lena;
SELECT DISTINCT replace(reason, format('"%s"', session_user), '"superuser"') AS reason FROM perfcheck_plan('genre');
DROP TABLE own.child;
SET ROLE perfcheck_lena;
CREATE FUNCTION lena.told(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$BEGIN RETURN lena.tell('check of a domain'); END$$;
CREATE DOMAIN lena.kind AS text CHECK (lena.told(VALUE));
CREATE TYPE lena.pair AS (kind lena.kind);
RESET ROLE;
ALTER TABLE own.events ALTER genre TYPE lena.kind[] USING NULL;
SELECT DISTINCT replace(reason, format('"%s"', session_user), '"superuser"') AS reason FROM perfcheck_plan('genre');
ALTER TABLE own.events ALTER genre TYPE lena.pair USING NULL;
SELECT pg_temp.outcome($$perfcheck_add_case('genre', 'pair', '{"(q)",20}')$$);
SELECT count(*) > 0 AS listed FROM perfcheck_verify(1);
DROP SCHEMA own CASCADE;
RESET search_path;
DROP TABLE calls;

-- What perfcheck_import adds. A value that another role sent is a case where nothing can execute it.
LOAD 'perfcheck';
SELECT perfcheck_record_reset();
SET ROLE perfcheck_lena;
CREATE FUNCTION lena.run(statement text) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$BEGIN EXECUTE statement; RETURN 1; END$$;
CREATE DOMAIN lena.checked AS text CHECK (lena.run(VALUE) IS NOT NULL);
CREATE VIEW lena.ran AS SELECT s.id, lena.run('SELECT 1') AS ran FROM lena.stored AS s;
GRANT SELECT ON lena.ran TO perfcheck_rosa;
RESET ROLE;
-- A plain comparison. Then what may execute the value: by a function of the server, by one of
-- somebody's, by a domain's check, behind a view, by the input function of a type, in a record, and in a
-- subquery with something volatile.
CREATE FUNCTION public.lent_send(genre text, statement text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'SELECT name FROM lena.stored WHERE genre = $1 ORDER BY date LIMIT 5' USING genre;
    EXECUTE 'SELECT s.name FROM lena.stored AS s, ts_stat($1) AS t WHERE s.genre = t.word' USING statement;
    EXECUTE 'SELECT artist FROM lena.stored WHERE lena.run($1) = 1 AND venue = ''v2''' USING statement;
    EXECUTE 'SELECT date FROM lena.stored WHERE name = $1::lena.checked' USING statement;
    EXECUTE 'SELECT ran FROM lena.ran WHERE id::text = $1' USING statement;
    EXECUTE 'SELECT id FROM lena.stored WHERE name = array_to_string(array_in($1::cstring, 25, -1), '''')' USING '{' || quote_ident(statement) || '}';
    EXECUTE 'SELECT id, x.k FROM lena.stored, jsonb_to_record($1) AS x (k lena.checked) WHERE venue = x.k' USING jsonb_build_object('k', statement);
    EXECUTE 'SELECT venue FROM lena.stored WHERE id IN (SELECT id FROM lena.stored AS s WHERE random() >= 0 AND s.name = $1)' USING statement;
END $$;
-- Constants that the parser reads as values of a type of lena's, which calls its check: not as whoever asks what was sent.
-- PostgreSQL 19 has no sessions any more in which a backslash has a meaning without E.
SELECT e || $s$'it\'s'$s$ AS its, replace(e, 'E', ' E') || $s$'c:\\x'$s$ AS path, e || $s$'k\' IS NULL OR lena.tell(name) --'$s$ AS hidden
FROM (SELECT CASE WHEN current_setting('server_version_num')::int >= 190000 THEN 'E' ELSE '' END) AS v (e) \gset
SET perfcheck.record = on;
SET ROLE perfcheck_lena;
SET search_path = lena, public;
SELECT name, '(q)'::lena.pair AS pair FROM stored WHERE genre = 'g1' LIMIT 1;
SELECT name, lena.pair '(r)' AS pair FROM stored WHERE genre = 'g2' LIMIT 1;
-- Keys with a backslash, which are kept as every session reads them. The last one ends a constant for whoever reads it
-- as a character, and what follows is code for him: that statement is not recorded.
DO $$BEGIN SET standard_conforming_strings = off; SET escape_string_warning = off; EXCEPTION WHEN OTHERS THEN NULL; END$$;
SELECT name FROM stored WHERE artist = 'a4' AND '{}'::jsonb -> :its IS NULL LIMIT 1;
SELECT name FROM stored WHERE artist = 'a4' AND '{}'::jsonb ->:path IS NULL LIMIT 1;
SELECT name FROM stored WHERE venue = 'v3' AND '{}'::jsonb -> :hidden IS NULL LIMIT 1;
DO $$BEGIN RESET standard_conforming_strings; RESET escape_string_warning; EXCEPTION WHEN OTHERS THEN NULL; END$$;
RESET search_path;
RESET ROLE;
SET perfcheck.record = off;
SELECT sql, problem FROM perfcheck_propose() WHERE sql !~ 'venue' ORDER BY sql COLLATE "C";
SELECT count(*) = (current_setting('server_version_num')::int >= 190000)::int AS hidden FROM perfcheck_propose() WHERE sql ~ 'venue';
SELECT count(*) > 0 AS listed FROM perfcheck_coverage(1);
SELECT count(*) FROM perfcheck_repeats();
SELECT name, action, cases, reason FROM perfcheck_import() WHERE name !~ 'venue' ORDER BY name COLLATE "C";
SELECT q.name, bool_and(w.role = 'perfcheck_lena' OR w.role = session_user) AS of_both FROM perfcheck_query AS q JOIN perfcheck_writer AS w ON w.query = q.name WHERE q.name !~ 'venue' GROUP BY 1 ORDER BY q.name COLLATE "C";
SELECT count(*) > 0 AS judged FROM perfcheck_verify(1);
DELETE FROM perfcheck_query WHERE name IN (SELECT query FROM perfcheck_writer);
SELECT perfcheck_record_reset();

SET perfcheck.record_nested = on;
SET perfcheck.record = on;
SET ROLE perfcheck_rosa;
SELECT lent_send('g1', $$SELECT to_tsvector('of rosa')$$);
SELECT lent_send('g1', $$SELECT to_tsvector('of rosa, again')$$);
SET ROLE perfcheck_lena;
SELECT lent_send('g2', $$SELECT to_tsvector('of lena')$$);
SELECT lent_send('g3', $$SELECT to_tsvector('of lena, again')$$);
SELECT lent_send('g3', $$SELECT to_tsvector('of lena, at last')$$);
RESET ROLE;
SET perfcheck.record = off;
SELECT name, action, cases, calls, reason FROM perfcheck_import() WHERE action = 'added' ORDER BY name COLLATE "C";
SELECT query, args FROM perfcheck_case WHERE query IN (SELECT query FROM perfcheck_writer) ORDER BY query COLLATE "C", args;
SELECT query, role FROM perfcheck_writer WHERE role <> session_user ORDER BY query COLLATE "C", role;
-- a member of the sender's role could have sent it as him
DELETE FROM perfcheck_query WHERE name IN (SELECT query FROM perfcheck_writer);
GRANT perfcheck_lena TO perfcheck_rosa;
SELECT name, action, cases, calls, reason FROM perfcheck_import() WHERE action = 'added' ORDER BY name COLLATE "C";
DELETE FROM perfcheck_query WHERE name IN (SELECT query FROM perfcheck_writer);

SELECT perfcheck_record_reset();
DROP FUNCTION public.lent_send(text, text);
DROP SCHEMA lena CASCADE;
REVOKE ALL ON perfcheck_case FROM perfcheck_rosa;
DROP ROLE perfcheck_lena, perfcheck_rosa;
