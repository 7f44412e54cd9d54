-- The shape of a statement: what is one statement and what is not, and that a shape
-- with its values returns what the statement does.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA record_shapes_test;
SET search_path = record_shapes_test, public;
\set SHOW_CONTEXT never
SET timezone = 'UTC';

CREATE TABLE users (id int PRIMARY KEY, email text, name varchar(40), active boolean, kind text, score numeric(10, 2),
    created_at timestamptz, tags text[], data jsonb, token uuid);
INSERT INTO users SELECT i, 'u' || i || '@example.com', 'Name ' || i % 7, i % 3 = 0, (ARRAY['free', 'paid', NULL])[i % 3 + 1], i * 1.5,
    '2026-01-01 00:00Z'::timestamptz + i * interval '1 day', ARRAY['t' || i % 5, 'all'], jsonb_build_object('city', 'c' || i % 4, 'n', i),
    md5(i::text)::uuid FROM generate_series(1, 60) AS i;
CREATE TABLE posts (id bigint PRIMARY KEY, user_id int REFERENCES users, title text, body text, published_at date, views int);
INSERT INTO posts SELECT i, i % 60 + 1, 'Post ' || i, repeat('x', i % 9), '2026-01-01'::date + i, i * 37 % 101 FROM generate_series(1, 300) AS i;

-- Each case is statements a and b: are they one statement, and are they when any columns will do?
CREATE TABLE pairs (n serial, note text, a text, b text);
INSERT INTO pairs (note, a, b) VALUES
('values', 'SELECT * FROM users WHERE id = 1', 'SELECT * FROM users WHERE id = 23'),
('a value that was bound', 'SELECT * FROM users WHERE id = $1', 'SELECT * FROM users WHERE id = 23'),
('numbers of other types', 'SELECT * FROM users WHERE id = 1', 'SELECT * FROM users WHERE id = 5000000000'),
('a number and a string', 'SELECT * FROM users WHERE id = 1', 'SELECT * FROM users WHERE id = ''1'''),
('the ways to write a string', 'SELECT * FROM users WHERE email = ''a''', 'SELECT * FROM users WHERE email = E''a\nb'''),
('dollars', 'SELECT * FROM users WHERE email = ''a''', 'SELECT * FROM users WHERE email = $$it''s$$'),
('negative numbers', 'SELECT * FROM users WHERE score > 1', 'SELECT * FROM users WHERE score > -1.5'),
('the length of a list', 'SELECT * FROM users WHERE id IN (1)', 'SELECT * FROM users WHERE id IN (1, 2, 3)'),
('a list of bound values', 'SELECT * FROM users WHERE id IN ($1, $2)', 'SELECT * FROM users WHERE id IN (1, 2, 3)'),
('the length of a list of rows', 'SELECT * FROM users WHERE (id, kind) IN ((1, ''a''), (2, ''b''))', 'SELECT * FROM users WHERE (id, kind) IN ((3, ''c''), (2, ''b''), (1, ''a''))'),
('the order of AND', 'SELECT * FROM users WHERE id = 1 AND kind = ''a''', 'SELECT * FROM users WHERE kind = ''b'' AND id = 2'),
('the order of AND in a join', 'SELECT 1 FROM users u JOIN posts p ON p.user_id = u.id AND p.views > 5', 'SELECT 1 FROM users u JOIN posts p ON p.views > 6 AND p.user_id = u.id'),
('capitals of words', 'SELECT * FROM users WHERE id = 1', 'select * from Users where ID = 1'),
('space and comments', 'SELECT * FROM users WHERE id=1', E'SELECT *\n  FROM users -- all\n WHERE id = /* one */ 1'),
('quotes that a name does not need', 'SELECT id FROM users', 'SELECT "id" FROM "users"'),
('<> and !=', 'SELECT * FROM users WHERE id <> 1', 'SELECT * FROM users WHERE id != 1'),
('LIMIT', 'SELECT * FROM users ORDER BY id LIMIT 10', 'SELECT * FROM users ORDER BY id LIMIT 20'),
('OFFSET', 'SELECT * FROM users ORDER BY id LIMIT 10 OFFSET 0', 'SELECT * FROM users ORDER BY id LIMIT 10 OFFSET 500'),
('a cursor for a query', 'SELECT id FROM users WHERE id > 1', 'DECLARE c CURSOR FOR SELECT id FROM users WHERE id > 5'),
('PREPARE', 'SELECT id FROM users WHERE id > 1', 'PREPARE p (int) AS SELECT id FROM users WHERE id > $1'),
('the semicolon', 'SELECT id FROM users WHERE id > 1', 'SELECT id FROM users WHERE id > 1;'),
('BETWEEN has an AND', 'SELECT id FROM users WHERE id BETWEEN 1 AND 2 AND kind = ''a''', 'SELECT id FROM users WHERE kind = ''a'' AND id BETWEEN 3 AND 4'),
('columns', 'SELECT id FROM users WHERE id = 1', 'SELECT id, email FROM users WHERE id = 1'),
('all columns', 'SELECT u.* FROM users u WHERE id = 1', 'SELECT u.id, u.email FROM users u WHERE id = 1'),
('columns under a DISTINCT', 'SELECT DISTINCT kind FROM users', 'SELECT DISTINCT kind, active FROM users'),
('columns of a subquery', 'SELECT 1 FROM (SELECT id FROM users) s', 'SELECT 1 FROM (SELECT id, kind FROM users) s'),
('an aggregate is no column', 'SELECT count(*) FROM users', 'SELECT kind FROM users'),
('other operators', 'SELECT id FROM users WHERE id > 1', 'SELECT id FROM users WHERE id >= 1'),
('other columns', 'SELECT id FROM users WHERE email = ''a''', 'SELECT id FROM users WHERE kind = ''a'''),
('OR and AND', 'SELECT id FROM users WHERE id = 1 OR kind = ''a''', 'SELECT id FROM users WHERE id = 1 AND kind = ''a'''),
('one more condition', 'SELECT id FROM users WHERE id = 1', 'SELECT id FROM users WHERE id = 1 AND id = 2'),
('the order of ORDER BY', 'SELECT id FROM users ORDER BY kind, id', 'SELECT id FROM users ORDER BY id, kind'),
('its direction', 'SELECT id FROM users ORDER BY id', 'SELECT id FROM users ORDER BY id DESC'),
('its column by number', 'SELECT id, kind FROM users ORDER BY 1', 'SELECT id, kind FROM users ORDER BY 2'),
('a LIMIT or none', 'SELECT id FROM users ORDER BY id', 'SELECT id FROM users ORDER BY id LIMIT 5'),
('tables of other schemas', 'SELECT id FROM a.users', 'SELECT id FROM b.users'),
('a schema or none', 'SELECT id FROM users', 'SELECT id FROM b.users'),
('NULL is no value', 'SELECT id FROM users WHERE kind IS NULL', 'SELECT id FROM users WHERE kind IS NOT NULL'),
('true is no value', 'SELECT id FROM users WHERE active = true', 'SELECT id FROM users WHERE active = false'),
('IN and NOT IN', 'SELECT id FROM users WHERE id IN (1, 2)', 'SELECT id FROM users WHERE id NOT IN (1, 2)'),
('the kind of a join', 'SELECT 1 FROM users u JOIN posts p ON true', 'SELECT 1 FROM users u LEFT JOIN posts p ON true'),
('the unit of date_trunc', 'SELECT date_trunc(''day'', created_at) FROM users', 'SELECT date_trunc(''month'', created_at) FROM users'),
('the key of a document', 'SELECT id FROM users WHERE data ->> ''city'' = ''a''', 'SELECT id FROM users WHERE data ->> ''zip'' = ''a'''),
('a format', 'SELECT to_char(created_at, ''YYYY'') FROM users', 'SELECT to_char(created_at, ''MM'') FROM users'),
('1 = 0, which says false', 'SELECT id FROM users WHERE 1 = 0', 'SELECT id FROM users WHERE 1 = 1'),
('a name in quotes with capitals', 'SELECT id FROM users', 'SELECT "ID" FROM users'),
('one value twice, and two', 'SELECT id FROM users WHERE id = $1 OR score = $1', 'SELECT id FROM users WHERE id = $1 OR score = $2');
SELECT p.note, a.key = b.key AS one, ac.key = bc.key AS any_columns
FROM pairs AS p, perfcheck_shape(a) AS a, perfcheck_shape(b) AS b, perfcheck_shape(p.a, true) AS ac, perfcheck_shape(p.b, true) AS bc ORDER BY n;

-- What programs send, and its shape.
CREATE TABLE statements (n serial, source text, sql text);
INSERT INTO statements (source, sql) VALUES
('Django', $q$SELECT "users"."id", "users"."email" FROM "users" WHERE ("users"."active" AND "users"."email" = 'u3@example.com') ORDER BY "users"."id" ASC LIMIT 21$q$),
('Django', $q$SELECT "users"."id" FROM "users" WHERE UPPER("users"."email"::text) LIKE UPPER('%U3%')$q$),
('Django', $q$SELECT (1) AS "a" FROM "users" WHERE "users"."email" = 'u3@example.com' LIMIT 1$q$),
('Django', $q$SELECT "users"."id" FROM "users" WHERE "users"."id" IN (SELECT U0."user_id" FROM "posts" U0 WHERE U0."views" > 90)$q$),
('Django', $q$SELECT "users"."id" FROM "users" WHERE EXISTS(SELECT 1 AS "a" FROM "posts" U0 WHERE (U0."user_id" = ("users"."id") AND U0."published_at" >= '2026-06-01'::date) LIMIT 1)$q$),
('Django', $q$SELECT COUNT(*) FROM (SELECT DISTINCT "users"."kind" AS "col1", "users"."name" AS "col2" FROM "users" WHERE "users"."score" >= 12.5) subquery$q$),
('Django', $q$SELECT "users"."kind", COUNT("users"."id") AS "n", SUM("users"."score") AS "s" FROM "users" GROUP BY "users"."kind" HAVING COUNT("users"."id") > 3 ORDER BY "n" DESC$q$),
('Django', $q$SELECT DATE_TRUNC('month', "users"."created_at" AT TIME ZONE 'UTC') AS "m", COUNT(*) AS "c" FROM "users" GROUP BY 1 ORDER BY 1 ASC$q$),
('Django', $q$SELECT COALESCE("users"."kind", 'none') AS "k", CASE WHEN "users"."score" > 50 THEN 'high' ELSE 'low' END AS "level" FROM "users" WHERE NOT ("users"."kind" = 'free' AND "users"."kind" IS NOT NULL)$q$),
('Django', $q$SELECT "users"."id" FROM "users" WHERE ("users"."data" -> 'city') = '"c2"'::jsonb$q$),
('Django', $q$SELECT "users"."id" FROM "users" WHERE "users"."tags" @> (ARRAY['t1', 'all'])::text[]$q$),
('Django', $q$SELECT "posts"."id", T3."id" FROM "posts" INNER JOIN "users" T3 ON ("posts"."user_id" = T3."id") WHERE (T3."kind" IN ('free', 'paid') AND "posts"."published_at" BETWEEN '2026-02-01' AND '2026-03-01')$q$),
('ActiveRecord', $q$SELECT "users".* FROM "users" WHERE "users"."id" = 7 LIMIT 1$q$),
('ActiveRecord', $q$SELECT 1 AS one FROM "users" WHERE "users"."email" = 'none' LIMIT 1$q$),
('ActiveRecord', $q$SELECT "users"."id" FROM "users" WHERE 1=0$q$),
('ActiveRecord', $q$SELECT "users".* FROM "users" WHERE (score > 20 AND kind = 'paid') AND "users"."id" != 9 ORDER BY "users"."created_at" DESC, "users"."id" DESC LIMIT 5 OFFSET 2$q$),
('ActiveRecord', $q$SELECT "posts".* FROM "posts" WHERE "posts"."user_id" IN (1, 2, 3, 5, 8)$q$),
('ActiveRecord', $q$SELECT COUNT(*) FROM (SELECT 1 AS one FROM "posts" WHERE "posts"."views" > 10 LIMIT 50) subquery_for_count$q$),
('ActiveRecord', $q$SELECT SUM("posts"."views") AS sum_views, "posts"."user_id" AS posts_user_id FROM "posts" WHERE (published_at > '2026-05-05') GROUP BY "posts"."user_id"$q$),
('ActiveRecord', $q$SELECT DISTINCT "users"."id", users.created_at AS alias_0 FROM "users" LEFT OUTER JOIN "posts" ON "posts"."user_id" = "users"."id" WHERE (posts.title ILIKE '%post 1%') ORDER BY users.created_at DESC LIMIT 4$q$),
('Hibernate', $q$select u1_0.id,u1_0.email,u1_0.score from users u1_0 where u1_0.kind='paid' and u1_0.score>=10 order by u1_0.id offset 2 rows fetch first 3 rows only$q$),
('Hibernate', $q$select p1_0.id,u1_0.id from posts p1_0 left join users u1_0 on u1_0.id=p1_0.user_id where lower(u1_0.name)=lower('NAME 2') and p1_0.views in (1,2,3,4)$q$),
('Hibernate', $q$select u.id from users u where (u.created_at,u.id)>(timestamptz '2026-02-01 00:00:00Z',3) order by u.created_at,u.id limit 10$q$),
('Hibernate', $q$select count(u1_0.id) from users u1_0 where u1_0.email like 'u1%' escape ''$q$),
('Hibernate', $q$select u.id from users u where u.kind is null or u.kind='free' and exists(select 1 from posts p where p.user_id=u.id and p.views>95)$q$),
('Prisma', $q$SELECT "t"."id", "t"."email" FROM "users" AS "t" WHERE ("t"."kind" = 'free' AND "t"."score" > 5.25) ORDER BY "t"."id" ASC LIMIT 10 OFFSET 0$q$),
('Prisma', $q$SELECT "t1"."id", "j"."__prisma_data__" AS "posts" FROM "users" AS "t1" LEFT JOIN LATERAL (SELECT COALESCE(JSONB_AGG("__prisma_data__"), '[]') AS "__prisma_data__" FROM (SELECT "t4"."__prisma_data__" FROM (SELECT JSONB_BUILD_OBJECT('id', "t3"."id", 'title', "t3"."title") AS "__prisma_data__" FROM (SELECT "t2".* FROM "posts" AS "t2" WHERE "t1"."id" = "t2"."user_id" ORDER BY "t2"."id" LIMIT 2) AS "t3") AS "t4") AS "t5") AS "j" ON TRUE WHERE "t1"."id" IN (4, 5)$q$),
('Prisma', $q$SELECT COUNT(*) AS "_count._all" FROM (SELECT "users"."id" FROM "users" WHERE ("users"."active" = true AND 1=1) OFFSET 0) AS "sub"$q$),
('Prisma', $q$SELECT "users"."id" FROM "users" WHERE ("users"."id" >= 5 OR "users"."id" < 3) AND "users"."token" = CAST('eccbc87e-4b5c-e2fe-2830-8fd9f2a7baf3'::text AS uuid)$q$),
('SQLAlchemy', $q$SELECT users.id, users.email AS users_email FROM users WHERE users.name LIKE 'Name ' || '3' || '%' ORDER BY users.id$q$),
('SQLAlchemy', $q$SELECT anon_1.kind, anon_1.n FROM (SELECT users.kind AS kind, count(users.id) AS n FROM users GROUP BY users.kind) AS anon_1 WHERE anon_1.n > 2 ORDER BY anon_1.n$q$),
('SQLAlchemy', $q$SELECT posts.id FROM posts WHERE posts.user_id = ANY (ARRAY[3, 4, 5]) AND posts.views % 2 = 1$q$),
('SQLAlchemy', $q$WITH RECURSIVE chain(id, depth) AS (SELECT users.id, 0 FROM users WHERE users.id = 1 UNION ALL SELECT users.id, chain.depth + 1 FROM users JOIN chain ON users.id = chain.id * 2 WHERE chain.depth < 4) SELECT chain.id, chain.depth FROM chain$q$),
('SQLAlchemy', $q$SELECT users.id FROM users WHERE (users.kind, users.active) IN (('free', true), ('paid', false))$q$),
('SQLAlchemy', $q$SELECT users.id FROM users JOIN (VALUES (1, 'a'), (2, 'b'), (9, 'c')) AS v (id, label) ON v.id = users.id WHERE v.label <> 'b'$q$),
('windows', $q$SELECT id, row_number() OVER (PARTITION BY kind ORDER BY score DESC) AS rn, lag(score, 1) OVER (ORDER BY id) FROM users WHERE id < 20$q$),
('windows', $q$SELECT * FROM (SELECT p.*, rank() OVER (PARTITION BY user_id ORDER BY views DESC) AS r FROM posts p) ranked WHERE r <= 2 AND user_id = 3$q$),
('windows', $q$SELECT id, sum(views) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM posts WHERE id < 12$q$),
('cursors', $q$SELECT id FROM posts WHERE (views, id) < (50, 100) ORDER BY views DESC, id DESC LIMIT 7$q$),
('cursors', $q$SELECT id FROM posts WHERE views < 50 OR (views = 50 AND id < 100) ORDER BY views DESC, id DESC LIMIT 7$q$),
('dates', $q$SELECT id FROM users WHERE created_at >= '2026-01-10'::timestamptz AND created_at < now() + interval '100 years' AND created_at > timestamp '2026-01-05' - interval '3' day$q$),
('dates', $q$SELECT extract(month FROM published_at) AS m, to_char(published_at, 'YYYY-MM'), count(*) FROM posts GROUP BY 1, 2$q$),
('dates', $q$SELECT date_trunc('week', published_at) + 3 * interval '1 day', count(*) FROM posts GROUP BY date_trunc('week', published_at) + 3 * interval '1 day' ORDER BY 1$q$),
('groups', $q$SELECT views / 10, count(*) FROM posts GROUP BY views / 10 HAVING count(*) > 3 ORDER BY views / 10$q$),
('groups', $q$SELECT kind || '!', grouping(kind || '!'), count(*) FROM users GROUP BY ROLLUP (kind || '!')$q$),
('groups', $q$SELECT DISTINCT ON (views % 5) views % 5, id FROM posts ORDER BY views % 5, id$q$),
('groups', $q$SELECT count(*) FILTER (WHERE views > 50), percentile_cont(0.5) WITHIN GROUP (ORDER BY views), string_agg(title, ', ' ORDER BY id) FROM posts WHERE id < 9$q$),
('documents', $q$SELECT id, data ->> 'city' FROM users WHERE data @> '{"city": "c1"}' AND (data ->> 'n')::int > 20$q$),
('documents', $q$SELECT id FROM users WHERE data ? 'city' AND data @? '$.n ? (@ > 55)'$q$),
('documents', $q$SELECT json_build_object('id', id, 'kind', 'user', 'limit', 5) FROM users WHERE id < 4$q$),
('documents', $q$SELECT row_to_json(row(id, 'x', 2.5)), to_jsonb('text'::text), jsonb('[1]') FROM users WHERE id = 2$q$),
('arrays', $q$SELECT id FROM users WHERE 't3' = ANY (tags) AND tags && ARRAY['t3', 't4'] AND tags[1] <> 'x'$q$),
('arrays', $q$SELECT u.id, t.tag FROM users u, unnest(u.tags) WITH ORDINALITY AS t (tag, n) WHERE t.n = 1 AND u.id IN (1, 2)$q$),
('arrays', $q$SELECT ARRAY[1, 2, 3], ARRAY['a', 'b'], ARRAY[[1, 2], [3, 4]], '{5,6}'::int[] FROM users WHERE id = 1$q$),
('search', $q$SELECT id FROM posts WHERE to_tsvector('english', title) @@ plainto_tsquery('english', 'post 12')$q$),
('search', $q$SELECT id FROM users WHERE name ~* '^name [12]$' AND name NOT LIKE '%9' AND name SIMILAR TO 'N%' AND similarity(name, 'Name 1') > 0.3$q$),
('sets', $q$SELECT id FROM users WHERE kind = 'free' UNION SELECT user_id FROM posts WHERE views = 3 EXCEPT SELECT 7 ORDER BY 1 LIMIT 30$q$),
('sets', $q$SELECT 'user' AS what, id::bigint FROM users WHERE id < 3 UNION ALL SELECT 'post', id FROM posts WHERE id < 3$q$),
('sets', $q$VALUES (1, 'a'), (2, 'b')$q$),
('sets', $q$WITH a AS (SELECT id FROM users WHERE score > 80), b AS MATERIALIZED (SELECT user_id, max(views) AS m FROM posts GROUP BY user_id) SELECT a.id, b.m FROM a LEFT JOIN b ON b.user_id = a.id AND b.m > 40$q$),
('kinds of values', $q$SELECT 5, 'x', 2.5, NULL, true, -3, 'a'::varchar(10), 1::bigint, B'101', 5000000000 FROM users WHERE id = 1$q$),
('kinds of values', $q$SELECT id FROM users WHERE score > 1e1 AND score < 70.5::numeric(6, 2) AND id <> -4 AND id = 5 % 7 + 40$q$),
('kinds of values', $q$SELECT id FROM users WHERE email = U&'!00755@example.com' UESCAPE '!' OR email = E'u6\x40example.com' OR email = $$u7@example.com$$$q$),
('kinds of values', $q$SELECT id FROM users WHERE token IN ('eccbc87e-4b5c-e2fe-2830-8fd9f2a7baf3', 'a87ff679-a2f3-e71d-9181-a67b7542122c') AND active IS NOT DISTINCT FROM true$q$),
('kinds of values', $q$SELECT id, CASE id WHEN 1 THEN 'one' WHEN 2 THEN 'two' ELSE id::text END, greatest(score, 10), nullif(kind, 'free') FROM users WHERE id <= 3$q$),
('tables', $q$SELECT u.id FROM users u TABLESAMPLE system (100) REPEATABLE (3), generate_series(1, 3) AS g (n) WHERE u.id = g.n + 1$q$),
('tables', $q$SELECT u.id, l.title FROM users u CROSS JOIN LATERAL (SELECT title FROM posts WHERE user_id = u.id AND views > 30 ORDER BY id LIMIT 1) l WHERE u.id < 6$q$),
('tables', $q$SELECT (SELECT max(views) FROM posts WHERE user_id = u.id AND views < 60), u.id FROM users u WHERE u.id NOT IN (1, 2, 3) AND u.id < 8$q$);
SELECT s.source, h.shape, h.args FROM statements AS s, perfcheck_shape(sql) AS h ORDER BY n;

-- Each returns the same with the values that were taken out of it, and the shape of a shape is itself.
CREATE FUNCTION rows_of(sql text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    r record;
    found text[] := '{}';
BEGIN
    FOR r IN EXECUTE sql LOOP
        found := found || r::text;
    END LOOP;
    RETURN ARRAY(SELECT f FROM unnest(found) AS f ORDER BY f COLLATE "C");
END$$;
CREATE FUNCTION same_rows(sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    s record;
    returned text[];
    again text[];
BEGIN
    SELECT * INTO s FROM perfcheck_shape(sql);
    IF s.problem IS NOT NULL THEN
        RETURN s.problem;
    END IF;
    returned := rows_of(sql);
    BEGIN
        EXECUTE 'PREPARE shape_of AS ' || s.shape;
        again := rows_of('EXECUTE shape_of' || coalesce(
            '(' || (SELECT string_agg(quote_nullable(a), ', ') FROM unnest(s.args) AS a) || ')', ''));
        DEALLOCATE shape_of;
    EXCEPTION WHEN OTHERS THEN
        DEALLOCATE ALL;
        RETURN sqlerrm;
    END;
    IF (SELECT key FROM perfcheck_shape(s.shape)) <> s.key THEN
        RETURN 'the shape has another shape';
    END IF;
    RETURN CASE WHEN again = returned THEN 'same' ELSE 'other rows' END;
END$$;
SELECT n, sql, same FROM statements, same_rows(sql) AS same WHERE same <> 'same' ORDER BY n;
SELECT count(*) AS statements, sum(cardinality(rows_of(sql))) > 500 AS many_rows FROM statements;
SELECT note, b FROM pairs, same_rows(b) AS same
WHERE b !~ 'FROM [ab]\.|\$\d|PREPARE|DECLARE|zip|"ID"' AND same <> 'same' ORDER BY n;

-- What is no query of the contract, with the reason.
SELECT sql, problem, shape FROM unnest(ARRAY['INSERT INTO users (id) VALUES (5)', 'WITH d AS (DELETE FROM users WHERE id = 3 RETURNING id) SELECT * FROM d',
    'SELECT id INTO x FROM users', 'SELECT id FROM users WHERE id = 1 FOR UPDATE', 'EXECUTE p (1)', 'FETCH 5 FROM c', 'SELECT 1; SELECT 2',
    'VACUUM users', '', 'SELECT FROM WHERE 5', 'SELECT ''a']) WITH ORDINALITY AS u (sql, n), perfcheck_shape(sql) ORDER BY n;

-- A name that holds blanks and quotes is one name, and no statement of several.
SELECT count(DISTINCT h.key) AS keys FROM unnest(ARRAY['SELECT t.id FROM items t WHERE t.name = lower($1)',
    'SELECT t."id from ""items ""t where ""t . ""name = ""lower"($1)', 'SELECT t."id"" from ""items"" ""t"" where ""t"" . ""name"" = ""lower"($1)',
    'SELECT t."id from items t where t . name = lower"($1)']) AS u (sql), perfcheck_shape(u.sql) AS h;

DROP SCHEMA record_shapes_test CASCADE;
