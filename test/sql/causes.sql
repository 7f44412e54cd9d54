-- Why a query is not ok, and the statement that mends it: each fault is made in
-- the database, its cause named, the printed fix applied, and ok seen.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA causes_test;
SET search_path = causes_test, public;
\set SHOW_CONTEXT never
SET jit = off;
-- custom plans alone: generic ones have a part of their own
SET plan_cache_mode = force_custom_plan;
SET max_parallel_workers_per_gather = 0;
-- the lists here have no LIMIT, and how much they return is not the question
SET perfcheck.max_rows_returned = 0;
UPDATE perfcheck_query SET enabled = false;

-- what verify says of the one query that is enabled, less its counts
CREATE VIEW said AS
SELECT regexp_replace(regexp_replace(regexp_replace(l, '(not ok|ok) \d+', '\1'), '\d+ rows', 'N rows', 'g'), '\(\d+\)', '(N)') AS line
FROM perfcheck_verify() WITH ORDINALITY AS v (l, n)
WHERE l ~ '^(not )?ok|^  "?(cause|fix|and write|proof|no proof)' ORDER BY n;
CREATE VIEW verdicts AS
SELECT regexp_replace(l, '^((not )?ok) \d+ - (\w+).*$', '\1 \3') AS verdict
FROM perfcheck_verify() AS v (l) WHERE l ~ '^(not )?ok' AND l !~ '# TODO';
-- the fix that is printed, ready to run
CREATE VIEW fixes AS
SELECT coalesce(j #>> '{}', t) AS fix
FROM perfcheck_verify() AS v (l), substr(l, length('  fix: ') + 1) AS t,
     LATERAL (SELECT CASE WHEN t LIKE '"%' THEN t::jsonb END) AS q (j)
WHERE l ~ '^  fix: ("?)(CREATE|REINDEX|ANALYZE|ALTER)';
CREATE PROCEDURE forget() LANGUAGE sql AS
$$SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled$$;

-- 5,000 people; ids are unique, city has 50 values, an email is one person's
CREATE TABLE people (id bigint PRIMARY KEY, email text COLLATE "und-x-icu", city text, born timestamptz, active boolean,
                     tags jsonb, note text) WITH (autovacuum_enabled = off);
INSERT INTO people SELECT i, 'Person' || i || '@example.org', 'city ' || i % 50, '2020-01-01 00:00Z'::timestamptz + i * interval '1 hour',
    i % 2 = 0, jsonb_build_object('k', i % 500), repeat('x', 100) FROM generate_series(1, 5000) AS i;
VACUUM ANALYZE people;

-- index missing
SELECT perfcheck_add_query('by_email', 'SELECT * FROM people WHERE email = $1');
SELECT * FROM said;
SELECT fix FROM fixes \gexec
SELECT * FROM verdicts;

-- invalid: what a failed CREATE INDEX CONCURRENTLY leaves behind
DROP INDEX people_email_idx;
INSERT INTO people (id, email) VALUES (-1, 'Person1@example.org');
CREATE UNIQUE INDEX CONCURRENTLY people_email ON people (email);
SELECT * FROM said;
DELETE FROM people WHERE id < 0;
SELECT * FROM said;
SELECT fix FROM fixes \gexec
SELECT * FROM verdicts;

-- not ready: as if its build had not come to its second phase
UPDATE pg_index SET indisready = false, indisvalid = false WHERE indexrelid = 'people_email'::regclass;
SELECT * FROM said;
SELECT fix FROM fixes \gexec
SELECT * FROM verdicts;
CALL forget();

-- wrong method: btree, and a search
SELECT perfcheck_add_query('search', 'SELECT * FROM people WHERE email ILIKE ''%'' || $1 || ''%'' LIMIT 10', NULL, 'gin');
SELECT * FROM said;
SELECT fix FROM fixes \gexec
SELECT * FROM verdicts;
-- short pattern, that the contract requires
SELECT perfcheck_add_case('search', 'two letters', ARRAY['zq']);
SELECT * FROM said WHERE line !~ 'TODO';
CALL forget();
DROP INDEX people_email_idx;

-- wrong operator class: a prefix under a linguistic collation
SELECT perfcheck_add_query('prefix', 'SELECT * FROM people WHERE email LIKE $1 || ''%''');
SELECT * FROM said;
SELECT fix FROM fixes \gexec
SELECT * FROM verdicts;
CALL forget();

-- wrong collation: of the index, and of the comparison
DROP INDEX people_email, people_email_idx;
CREATE INDEX people_email_c ON people (email COLLATE "C");
SELECT perfcheck_add_query('by_email', 'SELECT * FROM people WHERE email = $1');
SELECT * FROM said;
SELECT fix FROM fixes \gexec
SELECT * FROM verdicts;
CALL forget();
DROP INDEX people_email_c;
SELECT perfcheck_add_query('from_email', 'SELECT * FROM people WHERE email > $1 COLLATE "POSIX" ORDER BY email COLLATE "POSIX" LIMIT 5');
SELECT perfcheck_add_case('from_email', 'late', ARRAY['Person9990']);
SELECT * FROM said;
SELECT fix FROM fixes \gexec
SELECT * FROM verdicts;
CALL forget();

-- expression: an index that holds it, and its statistics
SELECT perfcheck_add_query('lower', 'SELECT * FROM people WHERE lower(email) = $1');
SELECT perfcheck_add_case('lower', 'one', ARRAY['person77@example.org']);
SELECT * FROM said;
SELECT fix FROM fixes \gexec
SELECT * FROM verdicts;
CALL forget();

-- cast of a column: the same condition without it
CREATE INDEX people_born ON people (born);
SELECT perfcheck_add_query('day', 'SELECT * FROM people WHERE born::date = $1');
SELECT perfcheck_add_case('day', 'one', ARRAY['2020-03-01']);
SELECT * FROM said;
SELECT perfcheck_add_query('mended', 'SELECT * FROM people WHERE born >= $1::date AND born < $1::date + 1');
SELECT perfcheck_add_case('mended', 'one', ARRAY['2020-03-01']);
UPDATE perfcheck_query SET enabled = false WHERE name = 'day';
SELECT * FROM verdicts;
UPDATE perfcheck_query SET enabled = name = 'day' WHERE name IN ('day', 'mended');
-- and the index that it needs, where there is none
DROP INDEX people_born;
SELECT * FROM said;
SELECT fix FROM fixes \gexec
UPDATE perfcheck_query SET enabled = NOT enabled WHERE name IN ('day', 'mended');
SELECT * FROM verdicts;
SELECT perfcheck_drop_query('day');
CALL forget();
-- a range of days
SELECT perfcheck_add_query('days', 'SELECT * FROM people WHERE born::date BETWEEN $1 AND $2 LIMIT 5');
SELECT perfcheck_add_case('days', 'one', ARRAY['2020-07-01', '2020-07-02']);
SELECT * FROM said;
CALL forget();
-- what no index can hold, and a range of the column can serve
SELECT perfcheck_add_query('hour', 'SELECT * FROM people WHERE date_trunc(''hour'', born) = $1');
SELECT perfcheck_add_case('hour', 'one', ARRAY['2020-03-01 00:00Z']);
SELECT * FROM said;
CALL forget();

-- a type of the parameter that loses the index
SELECT perfcheck_add_query('by_id', 'SELECT * FROM people WHERE id = $1', types => '{numeric}');
SELECT perfcheck_add_case('by_id', 'one', ARRAY['77']);
SELECT * FROM said;
SELECT perfcheck_drop_query('by_id');
SELECT perfcheck_add_query('by_id', 'SELECT * FROM people WHERE id = $1::bigint', types => '{numeric}');
SELECT perfcheck_add_case('by_id', 'one', ARRAY['77']);
SELECT * FROM verdicts;
CALL forget();

-- without the cast it would fail on what users type: the expression is indexed
SELECT perfcheck_add_query('id_text', 'SELECT * FROM people WHERE id::text = $1');
SELECT perfcheck_add_case('id_text', 'one', ARRAY['no number']);
SELECT * FROM said;
SELECT fix FROM fixes \gexec
SELECT * FROM verdicts;
CALL forget();
-- and of a type that has no =
CREATE TABLE documents (id int PRIMARY KEY, body json) WITH (autovacuum_enabled = off);
INSERT INTO documents SELECT i, to_json(i) FROM generate_series(1, 3000) AS i;
VACUUM ANALYZE documents;
SELECT perfcheck_add_query('body', 'SELECT * FROM documents WHERE body::text = $1');
SELECT perfcheck_add_case('body', 'one', ARRAY['7']);
SELECT * FROM said;
SELECT fix FROM fixes \gexec
SELECT * FROM verdicts;
CALL forget();

-- the leading column is missing
DROP INDEX people_email_idx, people_email_idx1;
CREATE INDEX people_city_email ON people (city, email);
SELECT perfcheck_add_query('by_email', 'SELECT * FROM people WHERE email = $1');
SELECT * FROM said;
SELECT fix FROM fixes \gexec
SELECT * FROM verdicts;
CALL forget();

-- a partial index whose predicate does not follow
DROP INDEX people_email_idx, people_city_email;
CREATE INDEX people_active_email ON people (email) WHERE active;
SELECT perfcheck_add_query('by_email', 'SELECT * FROM people WHERE email = $1');
SELECT * FROM said;
SELECT fix FROM fixes \gexec
SELECT * FROM verdicts;
CALL forget();

-- conditions without a parameter that no index is searched for: the rows that match are few
CREATE TABLE job (id int PRIMARY KEY, state text NOT NULL, worker int NOT NULL, spent int NOT NULL, planned int NOT NULL, title text);
INSERT INTO job SELECT i, CASE WHEN i % 900 = 0 THEN 'open' ELSE 'done' END, i % 20, i, i + CASE WHEN i % 1000 = 0 THEN -1 ELSE 5 END, CASE WHEN i % 800 = 0 THEN 'tmp ' ELSE 'job ' END || i
FROM generate_series(1, 10000) AS i;
VACUUM ANALYZE job;
CREATE TABLE unsearched (name text, sql text);
INSERT INTO unsearched VALUES
    ('same_row', 'SELECT * FROM job WHERE spent > planned'),
    ('same_row_worker', 'SELECT * FROM job WHERE spent > planned AND worker = $1'),
    ('same_row_page', 'SELECT id, title FROM job WHERE spent > planned ORDER BY title LIMIT 10'),
    ('not_in', 'SELECT * FROM job WHERE state NOT IN (''done'', ''void'')'),
    ('not_or', 'SELECT * FROM job WHERE NOT (state = ''done'' OR state = ''void'')'),
    ('not_like', 'SELECT * FROM job WHERE title NOT LIKE ''job%'''),
    ('not_match', 'SELECT max(spent) FROM job WHERE title !~ ''^job'''),
    ('distinct_from', 'SELECT count(*) FROM job WHERE state IS DISTINCT FROM ''done'' AND worker < $1');
DO $$DECLARE q unsearched; fix text; verdict text;
BEGIN
    FOR q IN SELECT * FROM unsearched LOOP
        PERFORM perfcheck_add_query(q.name, q.sql);
        SELECT f.fix INTO fix FROM fixes AS f;
        EXECUTE fix;
        SELECT v.verdict INTO verdict FROM verdicts AS v;
        RAISE INFO '% with %', verdict, fix;
        CALL forget();
        EXECUTE (SELECT string_agg('DROP INDEX ' || indexrelid::regclass, ';') FROM pg_index WHERE indrelid = 'job'::regclass AND NOT indisprimary);
    END LOOP;
END$$;
-- one that holds for nearly all rows is worth no partial index
SELECT perfcheck_add_query('most', 'SELECT * FROM job WHERE spent < planned AND title = $1');
SELECT * FROM said;
CALL forget();
DROP TABLE job, unsearched;

-- planner settings that no index can be used under: the query's, and the session's
CREATE TABLE visit (id int PRIMARY KEY, client int NOT NULL, note text);
CREATE TABLE client (id int PRIMARY KEY, name text, tags int[]);
INSERT INTO visit SELECT i, i % 2000, 'n' || i FROM generate_series(1, 10000) AS i;
INSERT INTO client SELECT i, 'c' || i, ARRAY[i % 500, 500 + i % 300] FROM generate_series(0, 1999) AS i;
CREATE INDEX ON visit (client);
VACUUM ANALYZE visit, client;
CREATE VIEW advised AS SELECT regexp_replace(line, '\d+ rows', 'N rows') AS line FROM perfcheck_verify() AS v (line)
WHERE line ~ '^(not )?ok|^  "?(cause|fix|advice)';
SELECT perfcheck_add_query('of_client', 'SELECT * FROM visit WHERE client = $1', settings => '{"enable_indexscan": "off", "enable_bitmapscan": "off", "random_page_cost": "1.1"}');
SELECT * FROM advised;
SELECT perfcheck_add_query('of_client', 'SELECT * FROM visit WHERE client = $1', replace => true);
SET random_page_cost = 100000;
SELECT * FROM advised;
RESET random_page_cost;
-- any join does but the one that is left
SELECT perfcheck_add_query('of_client', 'SELECT c.name, v.note FROM visit AS v JOIN client AS c ON c.id = v.client WHERE v.client < $1', replace => true);
SELECT perfcheck_set_values('of_client', 1, '{5}');
SET enable_nestloop = off;
SET enable_mergejoin = off;
SELECT * FROM advised;
RESET enable_nestloop;
RESET enable_mergejoin;
SELECT * FROM advised;
-- two that are both in the way, and a third that is not
CREATE INDEX ON client USING gin (tags);
CREATE INDEX ON visit (note);
SELECT perfcheck_add_query('of_client', 'SELECT (SELECT count(*) FROM client WHERE tags @> $1), (SELECT client FROM visit ORDER BY note LIMIT 1)', replace => true);
SET enable_bitmapscan = off;
SET enable_indexscan = off;
SET enable_material = off;
SELECT * FROM advised;
RESET enable_bitmapscan;
RESET enable_indexscan;
-- a query that none of them mends
SELECT perfcheck_add_query('of_client', 'SELECT * FROM visit WHERE note = ''n'' || (random() * 100)::int', replace => true);
SELECT * FROM advised;
RESET enable_material;
CALL forget();
DROP VIEW advised;
DROP TABLE visit, client;

-- an operator of another kind: containment in jsonb
SELECT perfcheck_add_query('tagged', 'SELECT * FROM people WHERE tags @> $1');
SELECT perfcheck_add_case('tagged', 'one', ARRAY['{"k": 77}']);
SELECT * FROM said;
SELECT fix FROM fixes \gexec
SELECT * FROM verdicts;
CALL forget();

-- the cursor in OR form; in descending order, with a table beside it
SELECT perfcheck_add_query('newer', 'SELECT * FROM people WHERE born > $1 OR (born = $1 AND id > $2) ORDER BY born, id LIMIT 20');
SELECT * FROM said;
CALL forget();
SELECT perfcheck_add_query('newer', 'SELECT * FROM people WHERE (born, id) > ($1, $2) ORDER BY born, id LIMIT 20');
SELECT * FROM verdicts;
CALL forget();
SELECT perfcheck_add_query('older', 'SELECT p.id FROM people AS p JOIN generate_series(1, 1) ON true
    WHERE p.born < $1 OR (p.born = $1 AND p.id <= $2) ORDER BY p.born DESC, p.id DESC LIMIT 20');
SELECT * FROM said;
CALL forget();
-- one that is left out for the first page
SELECT perfcheck_add_query('paged', 'SELECT * FROM people WHERE ($1::timestamptz IS NULL OR born > $1 OR (born = $1 AND id > $2)) ORDER BY born, id LIMIT 20');
SELECT perfcheck_add_case('paged', 'late', ARRAY['2020-07-20 00:00Z', '4800']);
SELECT * FROM said;
CALL forget();

-- the LIMIT walks the index of its order: what matches comes late
CREATE TABLE jobs (id int PRIMARY KEY, kind text, at timestamptz, note text) WITH (autovacuum_enabled = off);
INSERT INTO jobs SELECT i, CASE WHEN i > 4800 THEN 'late' ELSE 'soon' END, '2020-01-01 00:00Z'::timestamptz + i * interval '1 hour',
    repeat('x', 200) FROM generate_series(1, 5000) AS i;
CREATE INDEX jobs_kind ON jobs (kind);
CREATE INDEX jobs_at ON jobs (at);
VACUUM ANALYZE jobs;
SELECT perfcheck_add_query('next_jobs', 'SELECT * FROM jobs WHERE kind = $1 ORDER BY at, id LIMIT 10');
SELECT * FROM said;
SELECT fix FROM fixes \gexec
SELECT * FROM verdicts;
CALL forget();
-- both ways at once: the order of the other index does not do
SELECT perfcheck_add_query('last_jobs', 'SELECT * FROM jobs WHERE kind = $1 ORDER BY at DESC, id NULLS FIRST LIMIT 10');
DROP INDEX jobs_kind_at_id_idx;
UPDATE jobs SET kind = CASE WHEN id <= 200 THEN 'late' ELSE 'soon' END;
VACUUM ANALYZE jobs;
SELECT * FROM said;
SELECT fix FROM fixes \gexec
SELECT * FROM verdicts;
CALL forget();

-- all that match are sorted before the LIMIT, and they come late
DROP INDEX jobs_at, jobs_kind_at_id_idx;
UPDATE jobs SET kind = CASE WHEN id > 4400 THEN 'late' ELSE 'soon' || id % 8 END;
VACUUM ANALYZE jobs;
SELECT perfcheck_add_query('next_jobs', 'SELECT * FROM jobs WHERE kind = $1 ORDER BY at, id LIMIT 10');
SELECT * FROM said;
SELECT fix FROM fixes \gexec
SELECT * FROM verdicts;
CALL forget();

-- the planner's own preference: it takes what matches to be spread evenly
DROP INDEX jobs_kind_at_id_idx;
CREATE INDEX jobs_at ON jobs (at, id);
UPDATE jobs SET kind = CASE WHEN id > 4000 THEN 'late' ELSE 'soon' END;
VACUUM ANALYZE jobs;
SELECT perfcheck_add_query('next_jobs', 'SELECT * FROM jobs WHERE kind = $1 ORDER BY at LIMIT 5');
SELECT * FROM said;
CALL forget();
-- a query that asks for all rows
SELECT perfcheck_add_query('all_jobs', 'SELECT count(*) FROM jobs');
SELECT * FROM said;
CALL forget();
DROP TABLE jobs;

-- the generic plan: an index makes it safe
RESET plan_cache_mode;
CREATE TABLE jobs (id int PRIMARY KEY, kind int, at timestamptz, note text) WITH (autovacuum_enabled = off);
INSERT INTO jobs SELECT i, i % 50, '2020-01-01 00:00Z'::timestamptz + i * interval '1 hour', repeat('x', 200) FROM generate_series(1, 5000) AS i;
CREATE INDEX jobs_kind ON jobs (kind);
CREATE INDEX jobs_at ON jobs (at);
VACUUM ANALYZE jobs;
SELECT perfcheck_add_query('next_jobs', 'SELECT * FROM jobs WHERE kind = $1 ORDER BY at, id LIMIT 10');
SELECT * FROM said;
SELECT fix FROM fixes \gexec
SELECT * FROM verdicts;
CALL forget();
-- no index does: the role keeps to custom plans
CREATE ROLE perfcheck_api;
GRANT USAGE ON SCHEMA causes_test TO perfcheck_api;
GRANT SELECT ON ALL TABLES IN SCHEMA causes_test TO perfcheck_api;
CREATE INDEX people_prefix ON people (email text_pattern_ops);
SELECT perfcheck_add_query('prefix', 'SELECT * FROM people WHERE email LIKE $1 || ''%''');
SELECT perfcheck_add_case('prefix', 'one', ARRAY['Person77@']);
SET max_parallel_workers_per_gather = 2;
SELECT * FROM said WHERE line ~ 'fix';
SET perfcheck.role = 'perfcheck_api';
SELECT * FROM said;
SELECT fix FROM fixes \gexec
-- as its next session begins
SELECT 'SET ' || unnest(setconfig) FROM pg_db_role_setting WHERE setrole = 'perfcheck_api'::regrole \gexec
SELECT * FROM verdicts;
RESET perfcheck.role;
CALL forget();
DROP OWNED BY perfcheck_api;
DROP ROLE perfcheck_api;
SET max_parallel_workers_per_gather = 0;
SET plan_cache_mode = force_custom_plan;
DROP TABLE jobs;

-- optional filters: an index for each, all of them proven at once
CREATE TABLE things (a int, b int, c int, note text) WITH (autovacuum_enabled = off);
INSERT INTO things SELECT i, -i, i * 2, repeat('x', 100) FROM generate_series(1, 5000) AS i;
VACUUM ANALYZE things;
SELECT perfcheck_add_query('things', 'SELECT * FROM things
    WHERE ($1::int IS NULL OR a = $1) AND ($2::int IS NULL OR b = $2) AND ($3::int IS NULL OR c = $3) LIMIT 20');
SELECT perfcheck_add_case('things', 'by a', ARRAY['9000', NULL, NULL]);
SELECT perfcheck_add_case('things', 'by b', ARRAY[NULL, '9000', NULL]);
SELECT perfcheck_add_case('things', 'by c', ARRAY[NULL, NULL, '-1']);
SELECT * FROM said;
SELECT fix FROM fixes \gexec
SELECT * FROM verdicts;
CALL forget();
-- a table of the system is left alone
SELECT perfcheck_add_query('system', 'SELECT count(*) FROM pg_proc WHERE prosrc = $1', max_rows => 10);
SELECT perfcheck_add_case('system', 'one', ARRAY['none']);
SELECT * FROM said;
CALL forget();
-- a table of this session
CREATE TEMP TABLE scratch AS TABLE things;
ANALYZE scratch;
SELECT perfcheck_add_query('scratch', 'SELECT * FROM pg_temp.scratch WHERE a = $1');
SELECT regexp_replace(line, 'pg_temp_\d+', 'pg_temp_N') AS line FROM said;
CALL forget();

-- the expected method serves at no size: what makes it serve
CREATE TABLE few (id int, name text, tags int[]) WITH (autovacuum_enabled = off);
INSERT INTO few SELECT i, 'name ' || i, ARRAY[i] FROM generate_series(1, 500) AS i;
VACUUM ANALYZE few;
SELECT perfcheck_add_query('few', 'SELECT * FROM few WHERE name ILIKE ''%'' || $1 || ''%''', NULL, 'gin');
SELECT * FROM said WHERE line !~ 'TODO';
SELECT fix FROM fixes \gexec
SELECT * FROM verdicts;
CALL forget();
-- what nothing makes serve
SELECT perfcheck_add_query('few', 'SELECT * FROM few WHERE id = $1', NULL, 'gin');
SELECT * FROM said;
CALL forget();
-- an operator that no index method has
SELECT perfcheck_add_query('unlike', 'SELECT * FROM people WHERE email NOT ILIKE $1');
SELECT perfcheck_add_case('unlike', 'all', ARRAY['person%']);
SELECT * FROM said;
CALL forget();

-- the canonical queries on a table without an index: the fixes that are printed make all of them ok, but the OR cursor
SELECT perfcheck_seed(10000, starts => '2027-01-01 00:00Z');
ALTER TABLE events SET (autovacuum_enabled = off);
DROP INDEX date_idx, genre_idx, artist_date_idx, venue_date_idx, source_platform_idx, idx_events_artist_trgm, idx_events_name_trgm;
RESET plan_cache_mode;
SET max_parallel_workers_per_gather = 2;
UPDATE perfcheck_query SET enabled = true;
SELECT * FROM said WHERE line !~ 'TODO|proof';
SELECT DISTINCT fix FROM fixes ORDER BY fix \gexec
SELECT * FROM verdicts;

DROP SCHEMA causes_test CASCADE;
