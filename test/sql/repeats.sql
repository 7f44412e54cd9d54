-- perfcheck_repeats(): statements that are executed once for each row of an earlier
-- one, on 21 routes that have them and 20 that do not.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA repeats_test;
SET search_path = repeats_test, public;
\set SHOW_CONTEXT never

CREATE TABLE author (id int PRIMARY KEY, name text NOT NULL, mentor_id int);
CREATE TABLE post (id int PRIMARY KEY, author_id int NOT NULL, editor_id int, lang text NOT NULL, title text NOT NULL);
CREATE TABLE comment (id int PRIMARY KEY, post_id int NOT NULL, author_id int NOT NULL, body text NOT NULL);
CREATE TABLE title (post_id int, lang text, text text, PRIMARY KEY (post_id, lang));
CREATE TABLE tag (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE post_tag (post_id int, tag_id int, PRIMARY KEY (post_id, tag_id));
CREATE TABLE node (id int PRIMARY KEY, parent_id int);
INSERT INTO author SELECT i, 'author ' || i, nullif(i % 4, 0) FROM generate_series(1, 12) AS i;
INSERT INTO post SELECT i, i * 7 % 12 + 1, CASE WHEN i % 3 > 0 THEN i * 5 % 12 + 1 END, CASE i % 2 WHEN 0 THEN 'de' ELSE 'en' END, 'post ' || i FROM generate_series(1, 60) AS i;
INSERT INTO comment SELECT i, i * i % 60 + 1, i % 12 + 1, 'body ' || i FROM generate_series(1, 150) AS i;
INSERT INTO title SELECT i, l, l || i FROM generate_series(1, 60) AS i, unnest('{de,en}'::text[]) AS l;
INSERT INTO tag SELECT i, 'tag ' || i FROM generate_series(1, 5) AS i;
INSERT INTO post_tag SELECT i, i % 5 + 1 FROM generate_series(1, 60) AS i;
INSERT INTO node SELECT i, nullif(i / 3, 0) FROM generate_series(1, 40) AS i;

-- The application: its routes ask, and what they send is written down.
CREATE TABLE script (n int GENERATED ALWAYS AS IDENTITY, sql text NOT NULL);
CREATE FUNCTION ask(sql text) RETURNS SETOF jsonb LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO script (sql) VALUES (ask.sql || coalesce(' /*' || nullif(current_setting('app.comment', true), '') || '*/', ''));
    RETURN QUERY EXECUTE format('SELECT to_jsonb(q) FROM (%s) AS q', sql);
END $$;
CREATE FUNCTION ask_each(rows jsonb[], sql text, VARIADIC columns text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    r jsonb;
BEGIN
    FOREACH r IN ARRAY rows LOOP
        PERFORM ask(format(sql, VARIADIC (SELECT array_agg(r->>c ORDER BY i) FROM unnest(columns) WITH ORDINALITY AS u (c, i))));
    END LOOP;
END $$;
CREATE FUNCTION posts(n int, skip int DEFAULT 0) RETURNS jsonb[] LANGUAGE sql AS
$$SELECT coalesce(array_agg(a), '{}') FROM ask(format('SELECT * FROM post ORDER BY id LIMIT %s OFFSET %s', n, skip)) AS a$$;

CREATE PROCEDURE bad_author(n int) LANGUAGE sql AS
$$SELECT ask_each(posts(n), 'SELECT * FROM author WHERE id = %s', 'author_id')$$;
CREATE PROCEDURE bad_cached(n int) LANGUAGE sql AS
$$SELECT ask_each((SELECT array_agg(DISTINCT jsonb_build_object('a', p->'author_id')) FROM unnest(posts(n)) AS p), 'SELECT name FROM author WHERE id = %s', 'a')$$;
CREATE PROCEDURE bad_count(n int) LANGUAGE sql AS
$$SELECT ask_each(posts(n), 'SELECT count(*) FROM comment WHERE post_id = %s', 'id')$$;
CREATE PROCEDURE bad_latest(n int) LANGUAGE sql AS
$$SELECT ask_each(posts(n), 'SELECT id, body FROM comment WHERE post_id = %s ORDER BY id DESC LIMIT 3', 'id')$$;
CREATE PROCEDURE bad_nested(n int) LANGUAGE plpgsql AS $$
DECLARE
    p jsonb;
    c jsonb;
BEGIN
    FOREACH p IN ARRAY posts(n) LOOP
        FOR c IN SELECT * FROM ask(format('SELECT * FROM comment WHERE post_id = %s ORDER BY id', p->>'id')) LOOP
            PERFORM ask(format('SELECT name FROM author WHERE id = %s', c->>'author_id'));
        END LOOP;
    END LOOP;
END $$;
CREATE PROCEDURE bad_twice(n int) LANGUAGE plpgsql AS $$
DECLARE
    p jsonb;
BEGIN
    FOREACH p IN ARRAY posts(n) LOOP
        PERFORM ask(format('SELECT * FROM author WHERE id = %s', p->>'author_id'));
        PERFORM ask(format('SELECT * FROM author WHERE id = %s', coalesce(p->>'editor_id', '1')));
    END LOOP;
END $$;
CREATE PROCEDURE bad_siblings(n int) LANGUAGE plpgsql AS $$
DECLARE
    p jsonb;
BEGIN
    FOREACH p IN ARRAY posts(n) LOOP
        PERFORM ask(format('SELECT * FROM author WHERE id = %s', p->>'author_id'));
        PERFORM ask(format('SELECT max(id) FROM comment WHERE post_id = %s', p->>'id'));
    END LOOP;
END $$;
CREATE PROCEDURE bad_exists(n int) LANGUAGE sql AS
$$SELECT ask_each(posts(n), 'SELECT EXISTS (SELECT FROM comment WHERE post_id = %s AND author_id = 5)', 'id')$$;
CREATE PROCEDURE bad_tags(n int) LANGUAGE sql AS
$$SELECT ask_each(posts(n), 'SELECT t.* FROM tag t JOIN post_tag pt ON pt.tag_id = t.id WHERE pt.post_id = %s ORDER BY t.name', 'id')$$;
CREATE PROCEDURE bad_probe(n int) LANGUAGE sql AS
$$SELECT ask_each((posts(n + 1))[:n], 'SELECT * FROM author WHERE id = %s', 'author_id')$$;
CREATE PROCEDURE bad_capped(n int) LANGUAGE sql AS
$$SELECT ask_each((posts(n))[:15], 'SELECT * FROM author WHERE id = %s', 'author_id')$$;
CREATE PROCEDURE bad_some(n int) LANGUAGE sql AS
$$SELECT ask_each((SELECT array_agg(p) FROM unnest(posts(n)) AS p WHERE (p->>'id')::int % 3 > 0), 'SELECT * FROM comment WHERE post_id = %s', 'id')$$;
CREATE PROCEDURE bad_tree(n int) LANGUAGE plpgsql AS $$
DECLARE
    level int[] := ARRAY[n];
    below int[];
    i int;
BEGIN
    WHILE level <> '{}' LOOP
        below := '{}';
        FOREACH i IN ARRAY level LOOP
            below := below || ARRAY(SELECT (a->>'id')::int FROM ask(format('SELECT id FROM node WHERE parent_id = %s', i)) AS a);
        END LOOP;
        level := below;
    END LOOP;
END $$;
CREATE PROCEDURE bad_chunks(n int) LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 0 .. n / 7 LOOP
        PERFORM ask_each(posts(least(7, n - 7 * i), 7 * i), 'SELECT * FROM author WHERE id = %s', 'author_id');
    END LOOP;
END $$;
CREATE PROCEDURE bad_two_columns(n int) LANGUAGE sql AS
$$SELECT ask_each(posts(n), 'SELECT text FROM title WHERE post_id = %s AND lang = ''%s''', 'id', 'lang')$$;
CREATE PROCEDURE bad_layout(n int) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ask('SELECT * FROM author WHERE id = 3');
    PERFORM ask_each(posts(n), 'SELECT * FROM author WHERE id = %s', 'author_id');
    PERFORM ask('SELECT * FROM author WHERE id = 3');
END $$;

CREATE PROCEDURE good_join(n int) LANGUAGE sql AS
$$SELECT ask(format('SELECT p.*, a.name FROM post p JOIN author a ON a.id = p.author_id ORDER BY p.id LIMIT %s', n))$$;
CREATE PROCEDURE good_prefetch(n int) LANGUAGE sql AS
$$SELECT ask(format('SELECT * FROM author WHERE id IN (%s)', (SELECT string_agg(DISTINCT p->>'author_id', ', ') FROM unnest(posts(n)) AS p)))$$;
CREATE PROCEDURE good_dashboard(n int) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM posts(n);
    FOR i IN 1 .. 5 LOOP
        PERFORM ask(format('SELECT count(*) FROM post_tag WHERE tag_id = %s', i));
    END LOOP;
END $$;
CREATE PROCEDURE good_permission(n int) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ask('SELECT * FROM author WHERE id = 3');
    PERFORM posts(n);
    PERFORM ask('SELECT * FROM author WHERE id = 3');
END $$;
-- a list that the request brings
CREATE PROCEDURE good_own_list(n int) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ask('SELECT * FROM author WHERE id = 3');
    FOR i IN 1 .. n LOOP
        PERFORM ask(format('SELECT * FROM post WHERE id = %s', i));
    END LOOP;
END $$;
CREATE PROCEDURE good_own_list_of_two(n int) LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1 .. n LOOP
        PERFORM ask(format('SELECT * FROM post WHERE id = %s', i));
        PERFORM ask(format('SELECT * FROM author WHERE id = %s', i % 12 + 1));
    END LOOP;
END $$;
CREATE PROCEDURE good_pages(n int) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ask('SELECT count(*) FROM post');
    FOR i IN 0 .. n / 5 LOOP
        PERFORM ask(format('SELECT * FROM post WHERE id > %s ORDER BY id LIMIT 5', 5 * i));
    END LOOP;
END $$;
CREATE PROCEDURE good_equal(n int) LANGUAGE sql AS
$$SELECT ask_each(posts(10), 'SELECT * FROM author WHERE id = %s', 'author_id')$$;
CREATE PROCEDURE good_chunks(n int) LANGUAGE plpgsql AS $$
DECLARE
    ids text;
BEGIN
    FOR i IN 0 .. n / 6 LOOP
        SELECT string_agg(p->>'id', ', ') INTO ids FROM unnest(posts(6, 6 * i)) AS p;
        PERFORM ask(format('SELECT * FROM comment WHERE post_id IN (%s)', ids));
    END LOOP;
END $$;
CREATE PROCEDURE good_detail(n int) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ask(format('SELECT * FROM post WHERE id = %s', n));
    PERFORM ask(format('SELECT * FROM comment WHERE post_id = %s ORDER BY id', n));
    PERFORM ask(format('SELECT t.* FROM tag t JOIN post_tag pt ON pt.tag_id = t.id WHERE pt.post_id = %s', n));
    PERFORM ask(format('SELECT text FROM title WHERE post_id = %s AND lang = ''de''', n));
END $$;
CREATE PROCEDURE good_facets(n int) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ask(format('SELECT * FROM post WHERE id < %s', n));
    FOR i IN 1 .. 3 LOOP
        PERFORM ask(format('SELECT count(*) FROM post WHERE author_id = %s', i));
    END LOOP;
END $$;
CREATE PROCEDURE good_unrelated(n int) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM posts(n);
    FOR i IN 1 .. CASE n WHEN 10 THEN 6 WHEN 20 THEN 3 ELSE 4 END LOOP
        PERFORM ask(format('SELECT * FROM tag WHERE id = %s', i));
    END LOOP;
END $$;
CREATE PROCEDURE good_featured(n int) LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1 .. 3 LOOP
        PERFORM ask(format('SELECT * FROM post WHERE id = %s', i));
    END LOOP;
    PERFORM posts(n);
END $$;
CREATE PROCEDURE good_aggregate(n int) LANGUAGE sql AS
$$SELECT ask(format('SELECT post_id, count(*) FROM comment WHERE post_id IN (%s) GROUP BY post_id', (SELECT string_agg(p->>'id', ', ') FROM unnest(posts(n)) AS p)))$$;
CREATE PROCEDURE good_one_row(n int) LANGUAGE plpgsql AS $$
BEGIN
    -- found or not: a chain, and no loop
    IF EXISTS (SELECT FROM ask(format('SELECT * FROM post WHERE id = %s', n * 4))) THEN
        PERFORM ask('SELECT * FROM author WHERE id = 1');
    END IF;
END $$;
CREATE PROCEDURE good_absent(n int) LANGUAGE plpgsql AS $$
BEGIN
    -- look-ups of a list of the request's own, of which some find nothing
    FOR i IN 1 .. n LOOP
        PERFORM ask(format('SELECT * FROM post WHERE id = %s', i * 5));
    END LOOP;
END $$;
CREATE PROCEDURE good_wait(n int) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM posts(n);
    FOR i IN 1 .. 3 LOOP
        PERFORM ask('SELECT count(*) FROM comment WHERE author_id = 77');
        INSERT INTO script (sql) VALUES ('DO $_$ BEGIN PERFORM pg_sleep(0.15); END $_$');
    END LOOP;
END $$;
CREATE PROCEDURE good_many_lists(n int) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM posts(n);
    PERFORM ask(format('SELECT * FROM comment WHERE id <= %s', n));
    PERFORM ask(format('SELECT * FROM author WHERE id <= %s', n));
END $$;
CREATE PROCEDURE same_setting(n int) LANGUAGE sql AS
$$SELECT ask_each(posts(n), 'SELECT name FROM tag WHERE id = 1', 'id')$$;
CREATE PROCEDURE same_thrice(n int) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM posts(n);
    FOR i IN 1 .. 4 LOOP
        PERFORM ask('SELECT name FROM tag WHERE id = 2');
    END LOOP;
END $$;

-- comment: what stands in it, with %s for the request; transaction: in one
CREATE PROCEDURE request(route text, n int, comment text DEFAULT NULL, transaction bool DEFAULT false, name text DEFAULT NULL) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('app.comment', coalesce(format(comment, md5(random()::text)),
        format('route=''%%2F%s'',request_id=''%s''', coalesce(name, route), md5(random()::text))), true);
    IF transaction THEN
        INSERT INTO script (sql) VALUES ('BEGIN');
    END IF;
    EXECUTE format('CALL %I(%s)', route, n);
    IF transaction THEN
        INSERT INTO script (sql) VALUES ('COMMIT');
    END IF;
END $$;
SELECT format('CALL request(%L, %s)', r, n) FROM unnest('{bad_author,bad_cached,bad_count,bad_latest,bad_nested,bad_twice,bad_siblings,bad_exists,bad_tags,bad_probe,bad_some,bad_chunks,bad_two_columns,bad_layout}'::text[]) WITH ORDINALITY AS u (r, i), unnest('{10,20}'::int[]) AS n ORDER BY i, n \gexec
CALL request('bad_capped', 5);
CALL request('bad_capped', 10);
CALL request('bad_capped', 30);
CALL request('bad_tree', 1);
CALL request('bad_tree', 4);
-- no request id, but one transaction; no comment either
CALL request('bad_author', 10, 'route=''/bad_transaction''', true);
CALL request('bad_author', 20, 'route=''/bad_transaction''', true);
CALL request('bad_tags', 10, '', true);
CALL request('bad_tags', 20, '', true);
-- a trace, a controller, a route with values in it
CALL request('bad_count', 10, 'path=''/bad_trace/12?page=3'',traceparent=''00-%s-00f067aa0ba902b7-01''');
CALL request('bad_count', 20, 'path=''/bad_trace/7'',traceparent=''00-%s-00f067aa0ba902b7-01''');
-- routes that are regular expressions, as Django has them: ^bad_list/(?P<id>\d+)/ and one below it
CALL request('bad_count', 10, 'route=''%%5Ebad_list/%%28%%3FP%%3Cid%%3E%%5Cd%%2B%%29/'',request_id=''%s''');
CALL request('bad_count', 20, 'route=''%%5Ebad_list/%%28%%3FP%%3Cid%%3E%%5Cd%%2B%%29/'',request_id=''%s''');
CALL request('good_dashboard', 10, 'route=''%%5Ebad_list/%%28%%3FP%%3Cid%%3E%%5Cd%%2B%%29/good/?$'',request_id=''%s''');
CALL request('bad_latest', 10, 'action=''bad_action'',controller=''posts'',x_request_id=''%s''');
CALL request('bad_latest', 20, 'action=''bad_action'',controller=''posts'',x_request_id=''%s''');

SELECT format('CALL request(%L, %s)', r, n) FROM unnest('{good_join,good_prefetch,good_dashboard,good_permission,good_pages,good_equal,good_chunks,good_detail,good_facets,good_featured,good_aggregate,good_one_row,good_wait,good_many_lists}'::text[]) WITH ORDINALITY AS u (r, i), unnest('{10,20}'::int[]) AS n ORDER BY i, n \gexec
SELECT format('CALL request(%L, %s)', r, n) FROM unnest('{good_own_list,good_own_list_of_two,good_absent}'::text[]) WITH ORDINALITY AS u (r, i), unnest('{3,7,13}'::int[]) AS n ORDER BY i, n \gexec
SELECT format('CALL request(%L, %s)', r, n) FROM unnest('{good_unrelated}'::text[]) WITH ORDINALITY AS u (r, i), unnest('{10,20,30}'::int[]) AS n ORDER BY i, n \gexec
-- one shape in two routes, as often as each of them likes
CALL request('good_own_list', 3, NULL, false, 'good_three');
CALL request('good_own_list', 3, NULL, false, 'good_three');
CALL request('good_own_list', 9, NULL, false, 'good_nine');
-- nothing tells which statements belong together
CALL request('bad_author', 10, '');
CALL request('bad_author', 20, '');
SELECT format('CALL request(%L, %s)', r, n) FROM unnest('{same_setting,same_thrice}'::text[]) WITH ORDINALITY AS u (r, i), unnest('{10,20}'::int[]) AS n ORDER BY i, n \gexec

-- It runs, and is recorded.
SELECT perfcheck_record_reset();
SET application_name = 'blog';
SET perfcheck.record = on;
\set ECHO none
\o /dev/null
SELECT sql FROM script ORDER BY n \gexec
\o
\set ECHO all
SET perfcheck.record = off;

-- What comments do not tell is told by the program; who runs the tests is not.
CREATE VIEW found AS
SELECT kind, regexp_replace(route, ' as .*', ')') AS route, shape, requests, fewest, most, grows_with, slope, evidence, in_one FROM perfcheck_repeats();
CREATE TEMP TABLE repeats AS SELECT * FROM found;
SELECT count(DISTINCT route) AS found_of_21 FROM repeats WHERE kind = 'repeats';
SELECT route FROM repeats WHERE route ~ 'good';
SELECT route, shape, requests, fewest, most, grows_with, slope, evidence FROM repeats WHERE kind = 'repeats' ORDER BY route, shape;
SELECT route, shape, fewest, most, grows_with, evidence FROM repeats WHERE kind = 'same values' ORDER BY route, shape;
SELECT DISTINCT shape, in_one FROM repeats ORDER BY shape;

-- What is proposed returns the same rows: those of each value, one after the other.
CREATE FUNCTION same(shape text, keys int[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    in_one text := perfcheck_in_one(shape, '{1}', 'repeats_test');
    one text := regexp_replace(shape, '\$1(?!\d)', 'k', 'g');
    result bool;
BEGIN
    -- The proposal has the key in front of the columns that the shape has, or among them.
    EXECUTE format($q$SELECT (SELECT array_agg(r ORDER BY r) FROM (SELECT translate(q::text, '()', '') AS r FROM unnest(%L::int[]) AS k CROSS JOIN LATERAL (SELECT k AS key, q.* FROM (%s) AS q) AS q) AS s)
        IS NOT DISTINCT FROM (SELECT array_agg(r ORDER BY r) FROM (SELECT translate(q::text, '()', '') AS r FROM (%s) AS q) AS s)$q$,
        keys, one, replace(in_one, '$1', format('%L::int[]', keys))) INTO result;
    RETURN format('%s: %s', CASE WHEN result THEN 'same' ELSE 'NOT the same' END, in_one);
END $$;
SELECT same(shape, '{2,5,10}') FROM (VALUES
    ('SELECT name FROM author WHERE id = $1'),
    ('SELECT a.name, a.mentor_id FROM author a WHERE a.name IS NOT NULL AND a.id = $1'),
    ('SELECT count(*) FROM comment WHERE post_id = $1'),
    ('SELECT count(*), max(id) AS latest FROM comment c WHERE c.post_id = $1 AND c.author_id > 2'),
    ('SELECT id, body FROM comment WHERE post_id = $1 ORDER BY id DESC LIMIT 2'),
    ('SELECT id FROM comment WHERE post_id = $1 OR author_id = $1'),
    ('SELECT DISTINCT author_id FROM comment WHERE post_id = $1'),
    ('SELECT upper(name) FROM author WHERE id = $1'),
    ('SELECT name FROM author WHERE id + mentor_id = $1'),
    ('SELECT name FROM author WHERE id = $1 + 1'),
    ('SELECT name FROM author WHERE (id = $1 OR id = 2) AND name > '''''),
    ('SELECT author_id, count(*) FROM comment WHERE post_id = $1 GROUP BY author_id'),
    ('SELECT title FROM post WHERE NOT id = $1 AND id < 4'),
    ('SELECT t.name FROM tag t JOIN post_tag pt ON pt.tag_id = t.id AND pt.post_id = $1'),
    ('SELECT name FROM author WHERE id = $1 UNION SELECT title FROM post WHERE id = 1'),
    ('SELECT EXISTS (SELECT FROM comment WHERE post_id = $1)'),
    ('SELECT a.name FROM author a WHERE a.id = $1 AND EXISTS (SELECT FROM post p WHERE p.author_id = a.id)'),
    ('WITH c AS (SELECT * FROM comment WHERE post_id = $1) SELECT author_id FROM c'),
    ('SELECT keys.name FROM author AS keys WHERE keys.id = $1 LIMIT 1')) AS v (shape);
-- but that a key without rows has no group
SELECT same('SELECT count(*) FROM comment WHERE post_id = $1', '{2,3}');
-- what is no statement on its own, and what has no type
SELECT perfcheck_in_one('SELECT name FROM author WHERE id = ANY ($1)') AS a_list, perfcheck_in_one('SELECT 1; SELECT 2') AS two,
    perfcheck_in_one('SELECT nothing FROM nowhere WHERE id = $1') AS unknown, perfcheck_in_one('SELECT name FROM author') AS without;
SELECT perfcheck_parameter_types('SELECT * FROM post WHERE id = $1 AND title LIKE $2', 'repeats_test') AS types;

SELECT perfcheck_record_reset();
DROP SCHEMA repeats_test CASCADE;
