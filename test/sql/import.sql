-- perfcheck_propose() and perfcheck_import(): queries from what was recorded, with its
-- values; and what these weigh.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA import_test;
SET search_path = import_test, public;
\set SHOW_CONTEXT never
SET jit = off;
LOAD 'perfcheck';
SELECT perfcheck_record_reset();
UPDATE perfcheck_query SET enabled = false;

CREATE TYPE state AS ENUM ('unread', 'read');
CREATE DOMAIN word AS text CHECK (value <> '');
CREATE TABLE account (id int PRIMARY KEY, mail text UNIQUE, made_at timestamptz);
CREATE TABLE feed (id int PRIMARY KEY, account_id int REFERENCES account, title word, kind text, active boolean);
CREATE TABLE entry (id bigint PRIMARY KEY, account_id int REFERENCES account, feed_id int REFERENCES feed,
    state state, lang text, title text, at timestamptz, score numeric, doc jsonb, uid uuid);
INSERT INTO account SELECT i, 'm' || i || '@x', timestamptz '2026-01-01 00:00+00' + i * interval '1 hour' FROM generate_series(1, 200) AS i;
INSERT INTO feed SELECT i, i % 200 + 1, 'feed ' || i, 'k' || i % 4, i % 2 = 0 FROM generate_series(1, 1000) AS i;
INSERT INTO entry SELECT i, i % 200 + 1, i % 1000 + 1, CASE WHEN i % 3 = 0 THEN 'unread' ELSE 'read' END::state,
    (ARRAY['en', 'de'])[1 + i % 2], 'title ' || i, timestamptz '2026-01-01 00:00+00' + i * interval '1 minute', i % 500,
    jsonb_build_object('k', i % 7), md5(i::text)::uuid FROM generate_series(1, 20000) AS i;
CREATE INDEX ON entry (account_id, state, at);
CREATE INDEX ON entry (feed_id);
VACUUM ANALYZE account, feed, entry;

CREATE VIEW proposed AS SELECT name, sql, types, path, calls, cases, problem FROM perfcheck_propose();

-- Nothing was recorded
SELECT * FROM perfcheck_propose();
SELECT * FROM perfcheck_import();

-- What stays a constant: a page and a format that never varied; a state, a word of few
-- and a bound of numbers from five calls on. A key, a foreign key, a time, a pattern
-- and a cursor never do.
SET perfcheck.record = on;
SELECT count(*) FROM entry WHERE account_id = 1 AND state = 'unread' AND score > 100 AND lang = 'en';
SELECT count(*) FROM entry WHERE account_id = 2 AND state = 'unread' AND score > 100 AND lang = 'en';
SELECT count(*) FROM entry WHERE account_id = 2 AND state = 'unread' AND score > 100 AND lang = 'en';
SELECT count(*) FROM entry WHERE account_id = 3 AND state = 'unread' AND score > 100 AND lang = 'en';
SET perfcheck.record = off;
SELECT name, sql, types, cases FROM proposed;
SET perfcheck.record = on;
SELECT count(*) FROM entry WHERE account_id = 4 AND state = 'unread' AND score > 100 AND lang = 'en';
SET perfcheck.record = off;
SELECT name, sql, types, cases FROM proposed;
SET perfcheck.record = on;
-- the order of conditions tells nothing, and one other value makes a parameter
SELECT count(*) FROM entry WHERE lang = 'en' AND account_id = 4 AND state = 'read' AND score > 100;
SET perfcheck.record = off;
SELECT name, sql, types, cases FROM proposed;
SELECT perfcheck_record_reset();
SET perfcheck.record = on;
DO $$
BEGIN
    SET LOCAL perfcheck.record_nested = on;
    FOR i IN 1 .. 6 LOOP
        EXECUTE 'SELECT id FROM entry WHERE account_id = 7 ORDER BY at DESC LIMIT 3';
        EXECUTE 'SELECT id, to_char(at, ''YYYY'') FROM entry WHERE at < ''2026-01-02 00:00+00'' ORDER BY at LIMIT 4';
        EXECUTE 'SELECT id FROM entry WHERE title LIKE ''title 77%'' LIMIT 2';
        EXECUTE 'SELECT id FROM entry WHERE title ILIKE ''%'' || ''' || i || ''' || ''%'' AND feed_id = 5 LIMIT 2';
        EXECUTE 'SELECT id FROM entry WHERE score < 10 ORDER BY score DESC LIMIT 2';
        EXECUTE 'SELECT id FROM entry WHERE at > timestamptz ''2026-01-10 00:00+00'' - interval ''7 days'' AND feed_id = 5';
        EXECUTE 'SELECT count(*) FROM entry WHERE at > now() - interval ''7 days'' AND feed_id = ' || i;
        EXECUTE 'SELECT id FROM feed WHERE id = ' || i || ' LIMIT ' || i;
    END LOOP;
END $$;
SET perfcheck.record = off;
SELECT name, sql, types, cases FROM proposed ORDER BY name;

-- Names; the same whatever else was recorded, but for what would have the same name
SELECT perfcheck_record_reset();
SET perfcheck.record = on;
\o /dev/null
SELECT * FROM entry WHERE account_id = 5 AND state = 'unread' ORDER BY at DESC LIMIT 20;
SELECT * FROM entry WHERE account_id = 5 AND at < '2026-01-05 00:00+00' ORDER BY at DESC LIMIT 20;
SELECT * FROM entry WHERE account_id = 5 AND (at, id) < ('2026-01-05 00:00+00', 900) ORDER BY at DESC, id DESC LIMIT 20;
SELECT * FROM entry WHERE account_id = 5 AND at > '2026-01-05 00:00+00' ORDER BY at DESC LIMIT 20;
SELECT * FROM entry WHERE title ILIKE '%77%' LIMIT 5;
SELECT * FROM entry WHERE to_tsvector('simple', title) @@ to_tsquery('simple', 'title') LIMIT 5;
SELECT feed_id, count(*) FROM entry WHERE account_id = 5 GROUP BY feed_id;
SELECT max(at) FROM entry WHERE feed_id = 7;
SELECT * FROM account WHERE mail = 'm7@x';
SELECT * FROM account WHERE lower(mail) = 'm7@x';
SELECT * FROM feed f JOIN entry e ON e.feed_id = f.id WHERE f.id = 7;
SELECT * FROM feed WHERE id = 7;
SELECT * FROM feed ORDER BY title DESC LIMIT 3;
SELECT * FROM feed WHERE id IN (7, 8, 9);
SELECT * FROM feed WHERE id IN (7);
SELECT * FROM feed WHERE title = 'feed 7';
SELECT * FROM entry WHERE doc ->> 'k' = '3' AND account_id = 7;
SELECT * FROM entry WHERE doc @> '{"k": 3}' LIMIT 3;
SELECT * FROM entry WHERE uid = 'c4ca4238-a0b9-2382-0dcc-509a6f75849b';
SELECT EXISTS (SELECT FROM feed WHERE account_id = 7 AND kind IS NULL);
SELECT * FROM account;
SELECT account_id AS a_long_name_of_a_column_which_does_not_matter FROM entry WHERE account_id = 1 AND feed_id = 2 AND state = 'read' AND lang = 'en' AND title = 'x' AND score = 5 AND uid = 'c4ca4238-a0b9-2382-0dcc-509a6f75849b' AND at = now() AND doc = '{}';
\o
SET perfcheck.record = off;
SELECT name, sql, types FROM proposed ORDER BY name;
SELECT max(octet_length(name)) AS longest FROM proposed;

-- The import: all with their values, which are judged without further typing
SELECT name, action, cases, calls, reason FROM perfcheck_import(owner => 'readers') ORDER BY name;
SELECT query, args, weight FROM perfcheck_case ORDER BY query, args;
SELECT DISTINCT owner, search_path, role FROM perfcheck_query WHERE enabled;
SELECT query, reason FROM perfcheck_cases() WHERE label IS NULL;
SELECT count(*) AS points, count(*) FILTER (WHERE v ~ 'cannot be|error') AS faults
FROM perfcheck_verify(1) AS v WHERE v ~ '^(not )?ok \d+ - ';
-- and again: the contract holds them
SELECT action, count(*), sum(cases) AS cases FROM perfcheck_import() WHERE name IS NOT NULL GROUP BY action;
SELECT reason FROM perfcheck_import() WHERE action = 'total';
SELECT DISTINCT name = in_contract AS held FROM perfcheck_propose();
SELECT perfcheck_reset_contract();
UPDATE perfcheck_query SET enabled = false;

-- Sets of values: the typical, those with most and fewest rows; at most so many
SELECT perfcheck_record_reset();
INSERT INTO entry SELECT 100000 + i, 9, 9, 'read', 'en', 'many', '2026-02-01', 1, '{}', NULL FROM generate_series(1, 100) AS i;
SET perfcheck.record = on;
\o /dev/null
DO $$
BEGIN
    SET LOCAL perfcheck.record_nested = on;
    FOR i IN 1 .. 40 LOOP
        FOR j IN 1 .. CASE i WHEN 3 THEN 5 WHEN 4 THEN 3 ELSE 1 END LOOP
            EXECUTE 'SELECT id FROM entry WHERE account_id = ' || i || CASE WHEN i = 30 THEN '000' ELSE '' END;
        END LOOP;
    END LOOP;
END $$;
\o
SET perfcheck.record = off;
SELECT name, cases FROM proposed;
SELECT action, cases FROM perfcheck_import(most_cases => 4) WHERE action <> 'total';
SELECT args, weight FROM perfcheck_case WHERE label ~ 'typical 1$|typical 1,';
SELECT args, weight FROM perfcheck_case WHERE label ~ 'most rows';
SELECT args, weight FROM perfcheck_case WHERE label ~ 'fewest rows';
SELECT count(*) AS slowest FROM perfcheck_case WHERE label ~ 'slowest';
SELECT perfcheck_drop_query('entry_by_account');
SELECT name, action, cases FROM perfcheck_import(min_calls => 100);
SELECT name, action, cases FROM perfcheck_import(most_cases => 0) WHERE action <> 'total';
SELECT perfcheck_drop_query('entry_by_account');
SELECT name, action, cases FROM perfcheck_import() WHERE action <> 'total';
SELECT count(*), count(DISTINCT args), sum(weight) AS weight FROM perfcheck_case;
SELECT perfcheck_drop_query('entry_by_account');

-- What cannot be judged is listed with the reason, and counted
SELECT perfcheck_record_reset();
CREATE TEMPORARY TABLE gone AS SELECT 1 AS a;
CREATE TEMPORARY TABLE here AS SELECT 1 AS a;
CREATE TABLE dropped AS SELECT 1 AS a;
CREATE FUNCTION entries_of(int) RETURNS SETOF entry LANGUAGE sql STABLE AS 'SELECT * FROM entry WHERE account_id = $1';
SET perfcheck.record = on;
SELECT a FROM gone WHERE a = 1;
SELECT a FROM here WHERE a = 1;
SELECT a FROM dropped WHERE a = 1;
SELECT 1 AS one;
SELECT relname FROM pg_class WHERE relname = 'pg_class';
SELECT count(*) FROM perfcheck_query;
SELECT id FROM feed WHERE id = 7 FOR UPDATE;
WITH gone AS (DELETE FROM dropped WHERE a = 1 RETURNING a) SELECT a FROM gone;
SELECT count(*) FROM entries_of(7);
SELECT count(*) FROM entries_of(8);
SET perfcheck.record = off;
DROP TABLE gone, dropped;
SELECT name, sql, calls, cases, problem FROM proposed ORDER BY problem COLLATE "C", sql COLLATE "C";
SELECT name, action, cases, calls FROM perfcheck_import() ORDER BY action, name;
SELECT reason FROM perfcheck_import() WHERE action = 'total';
-- the coverage says the same of them
SELECT kind, sum(calls) FROM perfcheck_coverage(1) WHERE kind ~ '^statement' GROUP BY kind ORDER BY kind;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- Paths: from the route, where it can be told which parameter stands where
CREATE VIEW paths AS SELECT name, path FROM perfcheck_propose() ORDER BY name;
SELECT perfcheck_record_reset();
SET perfcheck.record = on;
\o /dev/null
SELECT * FROM feed WHERE id = 7 /*route='/feeds/:id'*/;
SELECT title FROM entry WHERE id = 7 /*route='/entries/<int:id>',path='/entries/7'*/;
SELECT title FROM entry WHERE id = 8 /*route='/entries/<int:id>',path='/entries/8'*/;
SELECT feed_id FROM entry WHERE account_id = 7 AND feed_id = 8 /*route='/accounts/{account_id}/feeds/{feed_id}'*/;
SELECT kind FROM feed WHERE account_id = 7 /*route='/accounts/:id/feeds'*/;
-- of a comment's id this says nothing
SELECT lang FROM entry WHERE feed_id = 7 /*route='/comments/:id'*/;
-- static: true without parameters, and left out with one
SELECT count(*) FROM feed /*route='/feeds'*/;
SELECT count(*) FROM feed WHERE account_id = 7 /*route='/feeds'*/;
SELECT mail FROM account WHERE id = 7 /*path='/who/7?x=1'*/;
SELECT mail FROM account WHERE id = 8 /*path='/who/8'*/;
SELECT made_at FROM account WHERE mail = 'm7@x' /*target='/find?mail=m7@x'*/;
SELECT made_at FROM account WHERE id = 9 /*path='/others/12'*/;
\o
SET perfcheck.record = off;
SELECT * FROM paths;
SELECT action, count(*) FROM perfcheck_import() WHERE action <> 'total' GROUP BY action;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;
-- frameworks
SELECT route, perfcheck_route_path(route, '{feed}', '{id}') FROM unnest(ARRAY['/feeds/:id', 'GET /feeds/{id}', 'feeds/<int:id>/',
    '/feeds/:id(.:format)', '/feeds/[id]', '/feed/:feedId', '/api/{version}/feeds/:id', 'FeedsController#show', '/feeds/:id/*rest', '/feeds/7', '', NULL]) AS route;
SELECT perfcheck_route_path('/a/:x/b/:y', '{t,t}', '{q,r}', '[["/a/1/b/2", "2", "1"], ["/a/3/b/4", "4", "3"]]');
SELECT perfcheck_route_path('/a/:x', '{t,t}', '{q,r}', '[["/a/1", "1", "1"]]');

-- A schema for each tenant: a query each
SELECT perfcheck_record_reset();
CREATE SCHEMA import_one CREATE TABLE note (id int PRIMARY KEY, word text);
CREATE SCHEMA import_two CREATE TABLE note (id int PRIMARY KEY, word text);
INSERT INTO import_one.note SELECT i, 'w' || i FROM generate_series(1, 1000) AS i;
INSERT INTO import_two.note SELECT i, 'w' || i FROM generate_series(1, 1000) AS i;
ANALYZE import_one.note, import_two.note;
SET perfcheck.record = on;
SET search_path = import_one, public;
SELECT word FROM note WHERE id = 1;
SET search_path = import_two, public;
SELECT word FROM note WHERE id = 2;
SELECT word FROM note WHERE id = 3;
SET search_path = import_test, public;
SET perfcheck.record = off;
SELECT name, sql, calls, cases, search_path FROM perfcheck_propose() ORDER BY name;
SELECT name, action, cases, reason FROM perfcheck_import(names => '{import_two_note_by_id,NULL}');
SELECT name, in_contract FROM perfcheck_propose() ORDER BY name;
SELECT name, action, cases FROM perfcheck_import() ORDER BY name;
SELECT query, count(*) FROM perfcheck_cases() WHERE reason IS NULL GROUP BY query HAVING count(*) < 2;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;
DROP SCHEMA import_one, import_two CASCADE;

-- Values that were left out are no cases, and an import says where there are none
SELECT perfcheck_record_reset();
CREATE FUNCTION nobody_knows(text, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT length($1) > $2';
CREATE TABLE vault (id int PRIMARY KEY, pin text, at timestamptz);
INSERT INTO vault SELECT i, 'p' || i, '2026-01-01' FROM generate_series(1, 500) AS i;
CREATE TABLE vacant (id int, word text);
ANALYZE vault, vacant;
SET perfcheck.record_redact = 'pin,vacant';
SET perfcheck.record = on;
SELECT id FROM vault WHERE pin = 'p7' LIMIT 5;
SELECT id FROM vacant WHERE word = 'w7';
SET perfcheck.record = off;
RESET perfcheck.record_redact;
SELECT name, sql, types, cases FROM proposed ORDER BY name;
SELECT name, action, cases, reason FROM perfcheck_import() ORDER BY name;
SELECT count(*) FROM perfcheck_case;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- One that is refused does not lose the others; the reason is its own
SELECT perfcheck_record_reset();
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN
    IF new.name = 'feed_by_id' THEN RAISE 'no feeds, please'; END IF;
    RETURN new;
END$$;
CREATE TRIGGER refuse BEFORE INSERT ON perfcheck_query FOR EACH ROW EXECUTE FUNCTION refuse();
SET perfcheck.record = on;
SELECT title FROM feed WHERE id = 7;
SELECT mail FROM account WHERE id = 7;
SET perfcheck.record = off;
SELECT name, action, cases, reason FROM perfcheck_import() ORDER BY action, name;
DROP TRIGGER refuse ON perfcheck_query;
-- A name that another query has is left to it
SELECT perfcheck_add_query('feed_by_id', 'SELECT kind FROM feed WHERE id = $1 AND active');
SELECT in_contract, regexp_replace(name, '_[0-9a-f]{6}$', '_KEY') AS name FROM perfcheck_propose() ORDER BY 1, 2;

-- Errors
SELECT * FROM perfcheck_propose('somewhere');
SELECT * FROM perfcheck_propose(NULL);
SELECT * FROM perfcheck_import('somewhere');
SELECT * FROM perfcheck_import(names => '{nothing_like_that}');
SELECT * FROM perfcheck_import(most_cases => -1);
SELECT * FROM perfcheck_propose('pg_stat_statements');
SELECT perfcheck_with_constants('SELECT $1, $2', '{1}');
SELECT sql, params FROM perfcheck_with_constants('SELECT $2, ''$1'', $3 - $1, $2', '{NULL,NULL,(-5)}');
SELECT names, problem FROM perfcheck_findings('SELECT FROM nothing');
SELECT names, problem FROM perfcheck_findings(NULL);
SELECT perfcheck_add_case('feed_by_id', 'x', '{1}', weight => 0);
SELECT perfcheck_add_case('feed_by_id', 'x', '{1}', weight => 'NaN');
SELECT perfcheck_add_case('feed_by_id', 'x', '{1}', weight => 'Infinity');
SELECT perfcheck_add_case('feed_by_id', 'x', '{1}', weight => -1);
CREATE ROLE import_test_stranger;
SET ROLE import_test_stranger;
SELECT * FROM public.perfcheck_propose();
SELECT * FROM public.perfcheck_import();
SELECT * FROM public.perfcheck_proposals('recorded', 1, 'public');
SELECT * FROM public.perfcheck_sent('recorded', 'public');
RESET ROLE;
DROP ROLE import_test_stranger;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- The weight of recorded cases decides whether the generic plan counts. By the rows,
-- wide ranges are as usual as narrow ones, and cost more than the generic plan; the
-- recording had narrow ones alone.
SELECT perfcheck_record_reset();
SELECT perfcheck_add_query('between', 'SELECT sum(score) FROM entry WHERE id BETWEEN $1 AND $2');
CREATE VIEW generic AS SELECT bool_or(coalesce(reason ~ 'prepared statements keep to custom plans', false)) AS keeps_to_custom_plans
FROM perfcheck_plan('between', 100) WHERE plan_mode = 'generic';
SELECT * FROM generic;
SELECT perfcheck_add_case('between', 'one', '{5,5}', weight => 99);
SELECT * FROM generic;
SELECT perfcheck_add_case('between', 'all', '{1,20000}', weight => 9900);
SELECT * FROM generic;
DELETE FROM perfcheck_case;
-- without a weight, cases that were added count for nothing
SELECT perfcheck_add_case('between', 'one', '{5,5}');
SELECT * FROM generic;
DELETE FROM perfcheck_case;
-- nor do those that are not required
SELECT perfcheck_add_case('between', 'one', '{5,5}', required => false, weight => 99);
SELECT * FROM generic;

-- Weights in the files
SELECT perfcheck_add_case('between', 'two', '{6,7}', weight => 0.25);
CREATE TABLE written AS SELECT 'psql' AS format, string_agg(l, E'\n') AS content FROM perfcheck_export() AS l
UNION ALL SELECT 'sql', string_agg(l, E'\n') FROM perfcheck_export('sql') AS l;
SELECT format, l FROM written, regexp_split_to_table(content, '\n') AS l WHERE l ~ 'weight';
UPDATE perfcheck_case SET weight = NULL;
SELECT count(*) FROM written, perfcheck_load(content) WHERE format = 'sql';
SELECT label, required, weight FROM perfcheck_case ORDER BY label;
SELECT (SELECT string_agg(l, E'\n') FROM perfcheck_export('sql') AS l) = content AS same FROM written WHERE format = 'sql';
SELECT perfcheck_load(E'-- name: a\n-- weight: 5\nSELECT FROM entry WHERE id = $1', 'f.sql');
SELECT perfcheck_load(E'-- name: a\n-- case: x, 1\n-- weight: 0\nSELECT FROM entry WHERE id = $1', 'f.sql');
SELECT perfcheck_load(E'-- name: a\n-- case: x, 1\n-- weight: many\nSELECT FROM entry WHERE id = $1', 'f.sql');
SELECT perfcheck_load(E'-- name: a\n-- case: x, 1\n-- weight: 5\n-- weight: 5\nSELECT FROM entry WHERE id = $1', 'f.sql');

-- What a role sent that is gone is nobody's to run; and the search_path is that of the role that counts as the sender
SELECT count(perfcheck_drop_query(name)) FROM perfcheck_query;
SELECT perfcheck_record_reset();
CREATE ROLE import_test_gone;
CREATE ROLE import_test_mal;
GRANT USAGE ON SCHEMA import_test TO PUBLIC;
GRANT SELECT ON entry TO import_test_gone, import_test_mal;
CREATE SCHEMA import_mal AUTHORIZATION import_test_mal;
SET perfcheck.record = on;
SET ROLE import_test_gone;
SELECT count(*) FROM entry WHERE score = 3;
RESET ROLE;
SELECT count(*) FROM entry WHERE lower(title) = 'a';
SELECT count(*) FROM entry WHERE lower(title) = 'b';
SELECT count(*) FROM entry WHERE lower(title) = 'c';
SET ROLE import_test_mal;
SET search_path = import_test, import_mal, pg_catalog;
SELECT count(*) FROM entry WHERE lower(title) = 'a';
SELECT count(*) FROM entry WHERE lower(title) = 'b';
RESET ROLE;
SET search_path = import_test, public;
SET perfcheck.record = off;
DROP OWNED BY import_test_gone;
DROP ROLE import_test_gone;
SELECT count(*) > 0 AS added FROM perfcheck_import(search_path => 'import_test, public') WHERE action = 'added';
SELECT q.sql ~ 'lower' AS folded, q.search_path ~ 'import_mal' AS others_path, string_agg(CASE WHEN w.role = session_user THEN 'superuser' ELSE w.role END, ' ' ORDER BY w.role <> session_user) AS writers
FROM perfcheck_query AS q JOIN perfcheck_writer AS w ON w.query = q.name WHERE q.sql ~ 'score = |lower' GROUP BY q.name, 1, 2 ORDER BY 1;
SELECT problem, calls FROM perfcheck_propose() WHERE sql ~ 'score = ';
DROP OWNED BY import_test_mal;
DROP ROLE import_test_mal;

SELECT perfcheck_reset_contract();
SELECT perfcheck_record_reset();
DROP SCHEMA import_test CASCADE;
