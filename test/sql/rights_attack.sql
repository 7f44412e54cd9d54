-- A superuser who judges what somebody else owns, or wrote, lends him no rights.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
\set SHOW_CONTEXT never
\set VERBOSITY terse
SET jit = off;
UPDATE perfcheck_query SET enabled = false;
CREATE ROLE perfcheck_mallory;
CREATE SCHEMA mal AUTHORIZATION perfcheck_mallory;
CREATE TABLE public.perfcheck_secret (id int PRIMARY KEY, word text NOT NULL);
INSERT INTO public.perfcheck_secret SELECT i, 'word ' || i % 40 FROM generate_series(1, 2000) AS i;
ANALYZE public.perfcheck_secret;

-- tables of mallory's: each piece of code says so if it is called as a superuser
SET ROLE perfcheck_mallory;
SET search_path = mal, public;
CREATE FUNCTION tell(place text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        RAISE WARNING 'called as a superuser: %', place;
    END IF;
    RETURN true;
END $$;
CREATE TYPE status AS ENUM ('new', 'paid', 'lost');
CREATE TYPE pair AS (a int, b text);
CREATE FUNCTION status_text(status) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM mal.tell('cast to text'); RETURN enum_out($1)::text; END$$;
CREATE CAST (status AS text) WITH FUNCTION status_text(status);
CREATE FUNCTION status_json(status) RETURNS json LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM mal.tell('cast to json'); RETURN to_json(enum_out($1)::text); END$$;
CREATE CAST (status AS json) WITH FUNCTION status_json(status);
CREATE FUNCTION text_status(text) RETURNS status LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM mal.tell('cast from text'); RETURN 'new'; END$$;
CREATE CAST (text AS status) WITH FUNCTION text_status(text);
CREATE FUNCTION pair_text(pair) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM mal.tell('composite to text'); RETURN $1.b; END$$;
CREATE CAST (pair AS text) WITH FUNCTION pair_text(pair);
CREATE TYPE loose AS (a json);
CREATE FUNCTION loose_text(loose) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM mal.tell('loose to text'); RETURN 'x'; END$$;
CREATE CAST (loose AS text) WITH FUNCTION loose_text(loose);
CREATE FUNCTION checked(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$BEGIN RETURN mal.tell('check of a domain'); END$$;
CREATE DOMAIN email AS text CHECK (mal.checked(VALUE));
CREATE FUNCTION checked(int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$BEGIN RETURN mal.tell('check of a domain of numbers'); END$$;
CREATE DOMAIN small AS int CHECK (mal.checked(VALUE));
CREATE FUNCTION diff(float8, float8) RETURNS float8 LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM mal.tell('subtype_diff'); RETURN $1 - $2; END$$;
CREATE TYPE span AS RANGE (subtype = float8, subtype_diff = diff);
CREATE FUNCTION expression(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM mal.tell('index expression'); RETURN lower($1); END$$;
CREATE FUNCTION predicate(int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$BEGIN RETURN mal.tell('index predicate'); END$$;
CREATE FUNCTION of_statistics(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM mal.tell('extended statistics'); RETURN left($1, 1); END$$;
CREATE FUNCTION policy(text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$BEGIN RETURN mal.tell('policy'); END$$;
CREATE FUNCTION by_default() RETURNS int LANGUAGE plpgsql AS $$BEGIN PERFORM mal.tell('default'); RETURN 1; END$$;
CREATE FUNCTION generated(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM mal.tell('generated column'); RETURN $1 % 10; END$$;
CREATE FUNCTION in_trigger() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM mal.tell('trigger'); RETURN coalesce(NEW, OLD); END$$;
CREATE TABLE item (
    id int PRIMARY KEY, status status, pair pair, email email, small small, span span, tags status[], loose loose, note text,
    kind int DEFAULT mal.by_default() CHECK (mal.predicate(kind)), gen int GENERATED ALWAYS AS (mal.generated(id)) STORED);
INSERT INTO item (id, status, pair, email, small, span, tags, loose, note, kind)
SELECT i, ('{new,paid,lost}'::status[])[1 + i % 3], ROW(i % 7, 'p')::pair, 'm' || i, i % 60,
    span(i % 50, i % 50 + 1), '{new}'::status[], ROW('1')::loose, 'note ' || i % 80, i % 30
FROM generate_series(1, 400) AS i;
CREATE INDEX ON item (expression(note));
CREATE INDEX ON item (kind) WHERE predicate(kind);
CREATE STATISTICS item_of_statistics ON (of_statistics(note)), kind FROM item;
CREATE TRIGGER in_trigger BEFORE INSERT OR UPDATE OR DELETE ON item FOR EACH ROW EXECUTE FUNCTION in_trigger();
CREATE POLICY item_policy ON item USING (policy(note));
ALTER TABLE item ENABLE ROW LEVEL SECURITY;
ANALYZE item;
RESET ROLE;
SET search_path = public;
-- it does say so
SELECT count(status::text) + count(pair::text) + count('x'::mal.email) AS told FROM mal.item WHERE id = 1;
-- no query below calls any of it, and neither does perfcheck
SELECT perfcheck_add_query('m_status', 'SELECT id FROM mal.item WHERE status = $1 ORDER BY id LIMIT 5');
SELECT perfcheck_add_query('m_email', 'SELECT id FROM mal.item WHERE email = $1 ORDER BY id LIMIT 5');
SELECT perfcheck_add_query('m_in', 'SELECT * FROM mal.item WHERE email IN ($1, $2) AND status <> $3 ORDER BY small LIMIT 10');
SELECT perfcheck_add_query('m_tags', 'SELECT id, span FROM mal.item WHERE tags @> $1 ORDER BY id LIMIT 5');
SELECT perfcheck_add_query('m_note', 'SELECT id FROM mal.item WHERE note = $1');
SELECT perfcheck_add_query('m_page', 'SELECT * FROM mal.item WHERE (kind, id) > ($1, $2) ORDER BY kind, id LIMIT 5');
SELECT count(*) > 10 AS cases, count(reason) AS reasons FROM perfcheck_cases();
SELECT count(*) > 20 AS plans FROM perfcheck_plan(NULL, 100000);
SELECT regexp_replace(v, '^ *(proof|"fix, not proven"|fix): (with it)?.*', '\1') AS line, count(*) > 0 AS some
FROM perfcheck_verify(100000) AS v WHERE v ~ '^ *(proof|fix)' GROUP BY 1 ORDER BY 1;
SELECT count(*) > 20 AS forecast FROM perfcheck_forecast('m_note');
SELECT count(*) > 0 AS explained FROM perfcheck_explain('m_note');
SELECT count(*) > 20 AS timed, count(reason) AS reasons FROM perfcheck_time(executions => 2, warmup => 0);
SELECT count(*) > 0 AS indexes FROM perfcheck_indexes(100000) WHERE action = 'create';
SELECT tables, columns > 5 AS columns FROM perfcheck_take_statistics('mal', '{mal}');
SELECT count(*) > 0 AS measures FROM perfcheck_fidelity('mal');
DELETE FROM perfcheck_statistics WHERE name = 'mal';
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE name ~ '^m_';

-- a contract that mallory may change, and nothing else
GRANT SELECT, INSERT, UPDATE, DELETE ON perfcheck_query, perfcheck_case, perfcheck_values TO perfcheck_mallory;
CREATE FUNCTION public.perfcheck_peek(text) RETURNS text LANGUAGE sql STABLE AS 'SELECT word FROM public.perfcheck_secret WHERE word = $1';
SELECT perfcheck_add_query('b_peek', 'SELECT perfcheck_peek($1) FROM mal.item WHERE id = 1');
SELECT perfcheck_add_query('b_peek_values', 'SELECT perfcheck_peek($1) FROM mal.item WHERE id = 1');
SELECT perfcheck_add_query('b_changed', 'SELECT id FROM mal.item WHERE id = $1');
SELECT perfcheck_add_query('b_path', 'SELECT id FROM perfcheck_secret WHERE id = $1');
SELECT perfcheck_add_case('b_peek', 'by the superuser', '{word 1}');
SELECT perfcheck_add_case('b_peek_values', 'by the superuser', '{word 1}');
SET ROLE perfcheck_mallory;
CREATE FUNCTION mal.called(int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$BEGIN RETURN mal.tell('a query'); END$$;
CREATE FUNCTION mal.word(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM mal.tell('an index of a query'); RETURN $1; END$$;
CREATE FUNCTION mal.told() RETURNS boolean LANGUAGE plpgsql STABLE AS $$BEGIN
    IF current_setting('mal.word', true) ~ '^word' THEN RAISE WARNING 'a secret: %', current_setting('mal.word'); END IF; RETURN true; END$$;
CREATE FUNCTION mal.back() RETURNS boolean LANGUAGE plpgsql AS $$BEGIN
    EXECUTE 'RESET ROLE'; PERFORM mal.tell('after RESET ROLE'); RETURN true; END$$;
CREATE FUNCTION mal.session() RETURNS boolean LANGUAGE plpgsql AS $$BEGIN
    PERFORM set_config('session_authorization', session_user::text, false); PERFORM mal.tell('after SET SESSION AUTHORIZATION'); RETURN true; END$$;
SELECT perfcheck_add_query('a_added', 'SELECT id FROM mal.item WHERE id = $1 AND mal.called(1)');
INSERT INTO perfcheck_query (name, sql) VALUES
    ('a_inserted', 'SELECT id FROM mal.item WHERE id = $1 AND mal.called(1)'),
    ('a_secret', 'SELECT id FROM perfcheck_secret WHERE id = $1'),
    ('a_back', 'SELECT id FROM mal.item WHERE id = $1 AND mal.back()'),
    ('a_session', 'SELECT id FROM mal.item WHERE id = $1 AND mal.session()');
INSERT INTO perfcheck_query (name, sql, role) VALUES ('a_role', 'SELECT id FROM mal.item WHERE id = $1 AND mal.called(1)', session_user);
INSERT INTO perfcheck_query (name, sql, settings) VALUES
    ('a_setting_role', 'SELECT id FROM mal.item WHERE id = $1 AND mal.called(1)', jsonb_build_object('role', session_user)),
    ('a_setting_session', 'SELECT id FROM mal.item WHERE id = $1 AND mal.called(1)', jsonb_build_object('Session_Authorization', session_user)),
    ('a_setting_preload', 'SELECT id FROM mal.item WHERE id = $1 AND mal.called(1)', '{"session_preload_libraries": "x"}'),
    ('a_setting_timeout', 'SELECT id FROM mal.item WHERE id = $1 AND mal.called(1)', '{"PerfCheck.statement_timeout": "0"}'),
    ('a_setting_column', 'SELECT id FROM mal.item WHERE id = $1 AND mal.told()', '{"mal.word": {"column": "public.perfcheck_secret.word"}}');
UPDATE perfcheck_query SET sql = sql || ' AND mal.called(1)' WHERE name = 'b_changed';
UPDATE perfcheck_query SET search_path = 'mal, pg_catalog' WHERE name = 'b_path';
CREATE VIEW mal.perfcheck_secret AS SELECT id FROM mal.item WHERE mal.called(1);
SELECT perfcheck_add_case('b_peek', 'mallory', '{word 2}');
INSERT INTO perfcheck_values VALUES ('b_peek_values', 1, '{word 3}');
-- what notes the writers cannot be written, called or made use of
DELETE FROM perfcheck_writer;
INSERT INTO perfcheck_writer VALUES ('a_added', session_user, 10);
UPDATE perfcheck_writer SET role = session_user;
ALTER TABLE perfcheck_query DISABLE TRIGGER perfcheck_note_writer;
CREATE TABLE mal.own (name text);
CREATE TRIGGER t AFTER INSERT ON mal.own FOR EACH ROW EXECUTE FUNCTION perfcheck_note_writer('name');
INSERT INTO mal.own VALUES ('a_added');
RESET ROLE;
SELECT query, string_agg(CASE WHEN role = current_user THEN 'superuser' ELSE role END, ' ' ORDER BY role) AS writers
FROM perfcheck_writer GROUP BY query ORDER BY query COLLATE "C";
SELECT line FROM (
    SELECT replace(regexp_replace(v, '^((not )?ok) \d+ - (\w+): (btree.*)?(.*?)( \(hint.*)?$', '\1 \3: \5'), format('"%s"', current_user), '"superuser"')
    FROM perfcheck_verify(1) AS v WHERE v ~ '^(not )?ok') AS l (line)
ORDER BY line COLLATE "C";
SELECT count(*) > 10 AS cases FROM perfcheck_cases();
SELECT count(*) > 10 AS plans FROM perfcheck_plan();
SELECT count(*) > 0 AS forecast FROM perfcheck_forecast('a_added');
SELECT count(*) > 5 AS timed FROM perfcheck_time(executions => 2, warmup => 0);
SELECT count(*) > 0 AS explained FROM perfcheck_explain('a_added');
SELECT count(*) > 0 AS indexes FROM perfcheck_indexes(1);
SELECT count(*) > 0 AS report FROM perfcheck_reports('{json}');
SELECT perfcheck_accept('a_role', 'not today', 1) IS NOT NULL AS accepted;
-- the superuser's todo does not make the query his
SELECT count(*) AS his FROM perfcheck_writer WHERE query = 'a_role' AND role = current_user;
-- nor does a change of it by him: the text may still be mallory's
UPDATE perfcheck_query SET settings = NULL WHERE name = 'a_setting_role';
SELECT reason IS NULL AS judged FROM perfcheck_plan('a_setting_role') LIMIT 1;
-- what he adds anew is
SELECT perfcheck_add_query('b_changed', 'SELECT id FROM mal.item WHERE id = $1', replace => true);
SELECT count(*) AS writers, min(role) = current_user AS his FROM perfcheck_writer WHERE query = 'b_changed';

-- no index of mallory's making is built with the rights of a table's owner
DELETE FROM perfcheck_query WHERE name ~ '^[ab]_';
GRANT SELECT ON public.perfcheck_secret TO perfcheck_mallory;
SET ROLE perfcheck_mallory;
SELECT perfcheck_add_query('a_index', 'SELECT id FROM perfcheck_secret WHERE mal.word(word) = $1 ORDER BY id LIMIT 5');
SELECT perfcheck_add_query('a_plain', 'SELECT id FROM perfcheck_secret WHERE word = $1 ORDER BY id LIMIT 5');
RESET ROLE;
SELECT regexp_replace(v, '^ *("?(no proof|fix)[^:]*:).*?(somebody else''s.*)?$', '\1 \3') AS line FROM perfcheck_verify(100000) AS v WHERE v ~ 'fix|no proof';
SELECT action, index_sql, reason ~ 'somebody else' AS others FROM perfcheck_indexes(100000) WHERE action IN ('create', 'not ok') ORDER BY 1, 2;
DELETE FROM perfcheck_query WHERE name ~ '^a_';

-- roles that come and go
CREATE ROLE perfcheck_high;
CREATE ROLE perfcheck_low;
GRANT SELECT ON public.perfcheck_secret TO perfcheck_high;
GRANT perfcheck_high TO perfcheck_low;
GRANT SELECT, INSERT, UPDATE, DELETE ON perfcheck_query TO perfcheck_low;
SET ROLE perfcheck_low;
SELECT perfcheck_add_query('c_role', 'SELECT id FROM public.perfcheck_secret WHERE id = $1', role => 'perfcheck_high');
RESET ROLE;
SELECT label, reason IS NULL AS judged FROM perfcheck_plan('c_role') LIMIT 1;
REVOKE perfcheck_high FROM perfcheck_low;
SELECT split_part(replace(reason, format('"%s"', session_user), '"superuser"'), ' (', 1) AS reason FROM perfcheck_plan('c_role');
-- who judges has to be able to take the role, too
GRANT perfcheck_high TO perfcheck_low;
SET ROLE perfcheck_mallory;
SELECT split_part(replace(reason, format('"%s"', session_user), '"superuser"'), ' (', 1) AS reason FROM perfcheck_plan('c_role');
RESET ROLE;
-- another role of the name is another one
ALTER ROLE perfcheck_low RENAME TO perfcheck_lower;
CREATE ROLE perfcheck_low SUPERUSER;
SELECT reason IS NULL AS judged FROM perfcheck_plan('c_role') LIMIT 1;
REVOKE ALL ON perfcheck_query FROM perfcheck_lower;
DROP ROLE perfcheck_lower;
SELECT split_part(replace(reason, format('"%s"', session_user), '"superuser"'), ' (', 1) AS reason FROM perfcheck_plan('c_role');
DROP ROLE perfcheck_low;
-- two who wrote one query need a role of both
DELETE FROM perfcheck_query WHERE name = 'c_role';
GRANT SELECT, INSERT, UPDATE, DELETE ON perfcheck_query, perfcheck_case TO perfcheck_high;
SET ROLE perfcheck_high;
SELECT perfcheck_add_query('d_two', 'SELECT id FROM public.perfcheck_secret WHERE id = $1');
SET ROLE perfcheck_mallory;
INSERT INTO perfcheck_case VALUES ('d_two', 'seven', '{7}');
RESET ROLE;
SELECT split_part(replace(reason, format('"%s"', session_user), '"superuser"'), ' (', 1) AS reason FROM perfcheck_plan('d_two');
CREATE ROLE perfcheck_team;
GRANT perfcheck_team TO perfcheck_high, perfcheck_mallory;
GRANT SELECT ON public.perfcheck_secret TO perfcheck_team;
UPDATE perfcheck_query SET role = 'perfcheck_team' WHERE name = 'd_two';
SELECT label, reason IS NULL AS judged FROM perfcheck_plan('d_two') WHERE label = 'seven' LIMIT 1;

-- GRANT ALL lets its holder make triggers, which the functions of perfcheck do not call
GRANT TRIGGER ON perfcheck_query TO perfcheck_mallory;
SET ROLE perfcheck_mallory;
CREATE FUNCTION mal.on_contract() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM mal.tell('trigger of the contract'); RETURN NEW; END$$;
CREATE TRIGGER a_mallory BEFORE INSERT OR UPDATE ON perfcheck_query FOR EACH ROW EXECUTE FUNCTION mal.on_contract();
RESET ROLE;
SELECT perfcheck_add_query('d_three', 'SELECT id FROM mal.item WHERE id = $1');
SELECT count(*) > 0 AS judged FROM perfcheck_verify(1);
SET ROLE perfcheck_mallory;
SELECT perfcheck_add_query('d_three', 'SELECT id FROM mal.item WHERE id = $1');
RESET ROLE;
DROP TRIGGER a_mallory ON perfcheck_query;
REVOKE TRIGGER ON perfcheck_query FROM perfcheck_mallory;
-- nor those with a condition of his, on any table of perfcheck, nor what follows his foreign keys
CREATE FUNCTION pg_temp.refusal(call text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE call;
    RETURN 'done';
EXCEPTION WHEN insufficient_privilege THEN
    RETURN regexp_replace(SQLERRM, 'rights of ".*"$', 'rights of the superuser');
END $$;
CREATE TABLE public.perfcheck_calls (call text, on_table text);
INSERT INTO public.perfcheck_calls VALUES
    ('SELECT perfcheck_add_case(''d_two'', ''nine'', ARRAY[''9''])', 'perfcheck_query'),
    ('SELECT perfcheck_reset_contract()', 'perfcheck_case'),
    ('SELECT perfcheck_size(''mal.item'', 100000)', 'perfcheck_size'),
    ('SELECT perfcheck_record_run(''r'', ''d_two'', executions => 2)', 'perfcheck_result'),
    ('SELECT perfcheck_load_http(''{"queries": [], "latency_ms": {}, "errors": {}, "requests": 0, "ok": true}'')', 'perfcheck_result'),
    ('SELECT perfcheck_take_statistics(''mine'', ''{mal}'')', 'perfcheck_statistics_column'),
    ('SELECT perfcheck_load_statistics(''mine'', '''')', 'perfcheck_statistics'),
    ('SELECT perfcheck_add_query(''d_four'', ''SELECT 1'')', 'perfcheck_writer'),
    ('SELECT perfcheck_populate(''{mal.item}'', 2000)', 'perfcheck_populated'),
    ('SELECT perfcheck_import()', 'perfcheck_values');
DO $$
DECLARE c record;
BEGIN
    FOR c IN SELECT * FROM public.perfcheck_calls LOOP
        EXECUTE format('GRANT TRIGGER ON %I TO perfcheck_mallory', c.on_table);
        SET ROLE perfcheck_mallory;
        EXECUTE format('CREATE TRIGGER a_when BEFORE INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW WHEN (mal.tell(''when of a trigger'') IS NOT NULL) EXECUTE FUNCTION suppress_redundant_updates_trigger()', c.on_table);
        RESET ROLE;
        RAISE INFO '%: %', substring(c.call FROM 'perfcheck_\w+'), pg_temp.refusal(c.call);
        EXECUTE format('DROP TRIGGER a_when ON %I', c.on_table);
        EXECUTE format('REVOKE TRIGGER ON %I FROM perfcheck_mallory', c.on_table);
    END LOOP;
END $$;
DROP TABLE public.perfcheck_calls;
-- no table of perfcheck is left out
CREATE TABLE public.perfcheck_unguarded (name text);
DO $$
DECLARE t regclass;
BEGIN
    FOR t IN SELECT d.objid FROM pg_depend AS d JOIN pg_extension AS e ON e.oid = d.refobjid JOIN pg_class AS c ON c.oid = d.objid
        WHERE d.refclassid = 'pg_extension'::regclass AND d.classid = 'pg_class'::regclass AND d.deptype = 'e' AND e.extname = 'perfcheck' AND c.relkind = 'r'
    LOOP
        EXECUTE format('CREATE TRIGGER a_when AFTER DELETE ON %s FOR EACH ROW WHEN (OLD IS NULL) EXECUTE FUNCTION suppress_redundant_updates_trigger()', t);
        IF pg_temp.refusal('SELECT perfcheck_refuse_triggers()') = 'done' THEN
            INSERT INTO public.perfcheck_unguarded VALUES (t::text);
        END IF;
        EXECUTE format('DROP TRIGGER a_when ON %s', t);
    END LOOP;
END $$;
SELECT * FROM public.perfcheck_unguarded;
DROP TABLE public.perfcheck_unguarded;
GRANT REFERENCES, SELECT ON perfcheck_query TO perfcheck_mallory;
SET ROLE perfcheck_mallory;
CREATE TABLE mal.follower (query text REFERENCES public.perfcheck_query ON DELETE CASCADE);
RESET ROLE;
SELECT pg_temp.refusal('SELECT perfcheck_drop_query(''d_two'')');
DROP TABLE mal.follower;
REVOKE REFERENCES, SELECT ON perfcheck_query FROM perfcheck_mallory;
-- whoever writes a query himself does not lend himself the rights of the extension's owner by a trigger
GRANT TRIGGER ON perfcheck_writer, perfcheck_populated TO perfcheck_mallory;
SET ROLE perfcheck_mallory;
CREATE TRIGGER a_mallory AFTER INSERT ON perfcheck_writer FOR EACH ROW EXECUTE FUNCTION mal.on_contract();
SELECT pg_temp.refusal('INSERT INTO perfcheck_query (name, sql) VALUES (''d_five'', ''SELECT 1'')');
DROP TABLE IF EXISTS mal.made;
CREATE TABLE mal.made (id int PRIMARY KEY);
INSERT INTO mal.made SELECT generate_series(1, 20);
ANALYZE mal.made;
CREATE TRIGGER a_mallory AFTER INSERT ON perfcheck_populated FOR EACH ROW EXECUTE FUNCTION mal.on_contract();
SELECT pg_temp.refusal('SELECT perfcheck_populate(''{mal.made}'', 40)');
RESET ROLE;
DROP TRIGGER a_mallory ON perfcheck_writer;
DROP TRIGGER a_mallory ON perfcheck_populated;
REVOKE TRIGGER ON perfcheck_writer, perfcheck_populated FROM perfcheck_mallory;
-- a default that takes numbers of somebody else's sequence
CREATE SEQUENCE public.perfcheck_numbers AS int;
SET ROLE perfcheck_mallory;
DROP TABLE mal.made;
CREATE TABLE mal.made (id int PRIMARY KEY DEFAULT nextval('public.perfcheck_numbers'), other int GENERATED ALWAYS AS IDENTITY);
INSERT INTO mal.made (id) SELECT 2147483000 + i FROM generate_series(1, 20) AS i;
ANALYZE mal.made;
SELECT perfcheck_populate('{mal.made}', 40);
ALTER TABLE mal.made ALTER id DROP DEFAULT;
SELECT count(*) > 0 AS made FROM perfcheck_populate('{mal.made}', 40);
DROP TABLE mal.made;
RESET ROLE;
SELECT is_called FROM public.perfcheck_numbers;
DROP SEQUENCE public.perfcheck_numbers;
-- 1.0 did not note who wrote: whoever could is taken to have done it
BEGIN;
DROP EXTENSION perfcheck CASCADE;
CREATE EXTENSION perfcheck VERSION '1.0';
INSERT INTO perfcheck_query (name, sql) VALUES ('e_old', 'SELECT 1');
INSERT INTO perfcheck_case VALUES ('genre', 'mine', '{rock}');
SAVEPOINT by_the_owner;
ALTER EXTENSION perfcheck UPDATE;
SELECT query, role FROM perfcheck_writer ORDER BY 1, 2;
ROLLBACK TO by_the_owner;
GRANT INSERT ON perfcheck_case TO perfcheck_mallory;
GRANT UPDATE (sql) ON perfcheck_query TO perfcheck_high;
ALTER EXTENSION perfcheck UPDATE;
SELECT query, role FROM perfcheck_writer ORDER BY 1, 2;
ROLLBACK;

DELETE FROM perfcheck_query WHERE name ~ '^d_';
SELECT count(*) AS left_over FROM perfcheck_writer;
UPDATE perfcheck_query SET enabled = true;
REVOKE ALL ON perfcheck_query, perfcheck_case, perfcheck_values FROM perfcheck_mallory, perfcheck_high;
GRANT SELECT ON perfcheck_query, perfcheck_case, perfcheck_values TO PUBLIC;
DROP SCHEMA mal CASCADE;
DROP FUNCTION public.perfcheck_peek(text);
DROP TABLE public.perfcheck_secret;
DROP ROLE perfcheck_mallory, perfcheck_high, perfcheck_team;
