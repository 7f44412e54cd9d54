-- Statements in the manner of two applications, as they are recorded: a mailing list's archive
-- behind an ORM, which sends constants, and a feed reader, which binds its values.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA recorded_apps;
SET search_path = recorded_apps, public;
\set SHOW_CONTEXT never
SET jit = off;
SET max_parallel_workers_per_gather = 0;
UPDATE perfcheck_query SET enabled = false;

-- The archive
CREATE TABLE "board_forum" (id int PRIMARY KEY, address text NOT NULL UNIQUE, title text NOT NULL, policy int NOT NULL);
CREATE TABLE "board_person" (mail text PRIMARY KEY, uid text NOT NULL);
CREATE TABLE "board_thread" (id int PRIMARY KEY, forum_id int NOT NULL REFERENCES "board_forum", token text NOT NULL, active_at timestamptz NOT NULL, first_post_id int, UNIQUE (forum_id, token));
CREATE TABLE "board_post" (id int PRIMARY KEY, forum_id int NOT NULL, thread_id int NOT NULL REFERENCES "board_thread", person_id text NOT NULL, headline text NOT NULL, body text NOT NULL, sent_at timestamptz NOT NULL, parent_id int);
CREATE TABLE "board_ballot" (id int PRIMARY KEY, post_id int NOT NULL, member_id int NOT NULL, value int NOT NULL);
CREATE TABLE "board_seen" (id int PRIMARY KEY, thread_id int NOT NULL, member_id int NOT NULL, at timestamptz NOT NULL);
INSERT INTO "board_forum" SELECT i, 'forum' || i || '@example.org', 'Forum ' || i, i % 3 FROM generate_series(1, 4) AS i;
INSERT INTO "board_person" SELECT 'p' || i || '@example.org', md5(i::text) FROM generate_series(1, 20) AS i;
INSERT INTO "board_thread" SELECT i, i % 4 + 1, 'T' || i, timestamptz '2026-01-01 00:00Z' + i * interval '5 hours', i * 3 FROM generate_series(1, 90) AS i;
INSERT INTO "board_post" SELECT i, i % 4 + 1, (i + 2) / 3, 'p' || i % 20 + 1 || '@example.org', 'subject ' || i % 7, 'body ' || i, timestamptz '2026-01-01 00:00Z' + i * interval '100 minutes', nullif(i - i % 3, i) FROM generate_series(1, 270) AS i;
INSERT INTO "board_ballot" SELECT i, i * 7 % 270 + 1, i % 5, i % 3 - 1 FROM generate_series(1, 200) AS i;
INSERT INTO "board_seen" SELECT i, i * 11 % 90 + 1, i % 5, timestamptz '2026-02-01 00:00Z' + i * interval '1 hour' FROM generate_series(1, 100) AS i;
CREATE INDEX ON "board_post" (thread_id);
CREATE INDEX ON "board_ballot" (post_id);

-- The reader
CREATE TYPE item_state AS ENUM ('new', 'seen', 'gone');
CREATE TABLE account (id int PRIMARY KEY, zone text NOT NULL);
CREATE TABLE shelf (id int PRIMARY KEY, account_id int NOT NULL, label text NOT NULL, hidden bool NOT NULL);
CREATE TABLE source (id bigint PRIMARY KEY, account_id int NOT NULL, shelf_id int NOT NULL, label text NOT NULL, failures int NOT NULL, hidden bool NOT NULL);
CREATE TABLE item (id bigint PRIMARY KEY, account_id int NOT NULL, source_id bigint NOT NULL, digest text NOT NULL, published_at timestamptz NOT NULL, title text NOT NULL, state item_state NOT NULL, starred bool NOT NULL, labels text[] NOT NULL, words tsvector NOT NULL, UNIQUE (source_id, digest));
CREATE TABLE buried (source_id bigint, digest text, PRIMARY KEY (source_id, digest));
CREATE TABLE attachment (id bigint PRIMARY KEY, item_id bigint NOT NULL, url text NOT NULL);
INSERT INTO account SELECT i, 'UTC' FROM generate_series(1, 3) AS i;
INSERT INTO shelf SELECT i, i % 3 + 1, 'shelf ' || i, i % 5 = 0 FROM generate_series(1, 9) AS i;
INSERT INTO source SELECT i, i % 3 + 1, i % 9 + 1, 'source ' || i, i % 4, false FROM generate_series(1, 18) AS i;
INSERT INTO item SELECT i, i % 3 + 1, i % 18 + 1, md5(i::text), timestamptz '2026-01-01 00:00Z' + i * interval '40 minutes', 'title ' || i, (ARRAY['new', 'seen', 'gone'])[i % 3 + 1]::item_state, i % 17 = 0, ARRAY['l' || i % 4], to_tsvector('simple', 'word' || i % 9 || ' common') FROM generate_series(1, 600) AS i;
INSERT INTO attachment SELECT i, i * 4, 'https://example.org/' || i FROM generate_series(1, 100) AS i;
CREATE INDEX ON item (account_id, state, published_at);
CREATE INDEX ON item USING gin (words);
CREATE INDEX ON attachment (item_id);
VACUUM ANALYZE;

-- What they send: a statement, and the sets of values that it is sent with, one after the other.
CREATE TABLE sent (n int PRIMARY KEY, app text NOT NULL, sql text NOT NULL, sets text[] NOT NULL);
INSERT INTO sent VALUES
(1, 'board', $$SELECT "board_forum"."id", "board_forum"."address", "board_forum"."title" FROM "board_forum" WHERE "board_forum"."address" = '%s' LIMIT 21$$, '{forum1@example.org|,forum2@example.org|,forum1@example.org|}'),
(2, 'board', $$SELECT COUNT(*) AS "__count" FROM "board_thread" INNER JOIN "board_post" ON ("board_thread"."first_post_id" = "board_post"."id") WHERE ("board_thread"."forum_id" = %s AND "board_thread"."active_at" >= '%s'::timestamptz AND "board_post"."sent_at" < '%s'::timestamptz)$$, '{1|2026-01-02|2026-01-20,2|2026-01-02|2026-01-20,1|2026-01-05|2026-01-20}'),
(3, 'board', $$SELECT "board_thread"."id", "board_thread"."token", "board_post"."headline", "board_person"."uid" FROM "board_thread" INNER JOIN "board_post" ON ("board_thread"."first_post_id" = "board_post"."id") INNER JOIN "board_person" ON ("board_post"."person_id" = "board_person"."mail") WHERE "board_thread"."forum_id" = %s ORDER BY "board_thread"."active_at" DESC LIMIT %s$$, '{1|10,2|10,1|20}'),
(4, 'board', $$SELECT "board_thread"."id", "board_thread"."token", "board_post"."headline", "board_person"."uid" FROM "board_thread" INNER JOIN "board_post" ON ("board_thread"."first_post_id" = "board_post"."id") INNER JOIN "board_person" ON ("board_post"."person_id" = "board_person"."mail") WHERE "board_thread"."forum_id" = %s ORDER BY "board_thread"."active_at" DESC LIMIT %s OFFSET %s$$, '{1|10|10,1|10|20}'),
(5, 'board', $$SELECT "board_seen"."thread_id", "board_seen"."at" FROM "board_seen" WHERE ("board_seen"."thread_id" IN (%s) AND "board_seen"."member_id" = %s)$$, ARRAY['3, 4, 5|2', '7|2', '3, 4, 5, 6, 7, 8|1', '7|2']),
(6, 'board', $$SELECT "board_thread"."id" FROM "board_thread" WHERE ("board_thread"."forum_id" = %s AND "board_thread"."id" IN (SELECT DISTINCT U0."thread_id" FROM "board_post" U0 WHERE U0."person_id" = '%s')) ORDER BY "board_thread"."active_at" DESC$$, '{1|p1@example.org,2|p1@example.org,2|p2@example.org}'),
(7, 'board', $$SELECT COUNT(*) FROM (SELECT DISTINCT "board_post"."person_id" AS Col1 FROM "board_post" WHERE ("board_post"."sent_at" >= '%s'::timestamptz AND "board_post"."forum_id" = %s)) subquery$$, '{2026-01-02|1,2026-01-03|1}'),
(8, 'board', $$SELECT (1) AS "a" FROM "board_seen" WHERE ("board_seen"."thread_id" = %s AND "board_seen"."member_id" = %s) LIMIT 1$$, '{1|1,2|1,3|1,1|1}'),
(9, 'board', $$SELECT "board_post"."id", "board_post"."headline" FROM "board_post" WHERE ("board_post"."thread_id" = %s AND NOT ("board_post"."id" = %s)) ORDER BY "board_post"."sent_at" ASC LIMIT 1000$$, '{1|1,2|4}'),
(10, 'board', $$SELECT "board_post"."id", "board_post"."headline" FROM "board_post" WHERE (UPPER("board_post"."headline"::text) LIKE UPPER('%s') OR UPPER("board_post"."body"::text) LIKE UPPER('%s')) ORDER BY "board_post"."sent_at" DESC LIMIT 10$$, '{%subject 3%|%subject 3%,%subject 4%|%subject 4%}'),
(11, 'board', $$SELECT "board_person"."uid", COUNT("board_post"."id") AS "posts" FROM "board_person" LEFT OUTER JOIN "board_post" ON ("board_person"."mail" = "board_post"."person_id") GROUP BY "board_person"."uid" HAVING COUNT("board_post"."id") > %s ORDER BY "posts" DESC, "board_person"."uid" ASC LIMIT 5$$, '{3|,9|}'),
(12, 'board', $$SELECT "board_thread"."id", "board_thread"."token" FROM "board_thread" WHERE ("board_thread"."active_at" < '%s'::timestamptz AND "board_thread"."forum_id" = %s) ORDER BY "board_thread"."active_at" DESC LIMIT 1$$, '{2026-01-05|1,2026-01-06|1}'),
(13, 'board', $$SELECT "board_thread"."id", SUM("board_ballot"."value") AS "likes" FROM "board_thread" INNER JOIN "board_post" ON ("board_thread"."id" = "board_post"."thread_id") LEFT OUTER JOIN "board_ballot" ON ("board_post"."id" = "board_ballot"."post_id") WHERE NOT ("board_thread"."forum_id" IN (SELECT U0."id" FROM "board_forum" U0 WHERE U0."policy" = %s)) GROUP BY "board_thread"."id" HAVING SUM("board_ballot"."value") > 0 ORDER BY "likes" DESC LIMIT %s$$, '{2|5,1|5}'),
(14, 'board', $$SELECT "board_post"."id" FROM "board_post" WHERE EXISTS(SELECT (1) AS "a" FROM "board_ballot" U0 WHERE (U0."post_id" = "board_post"."id" AND U0."member_id" = %s) LIMIT 1) ORDER BY "board_post"."id" ASC$$, '{1|,2|,3|}'),
(15, 'board', $$SELECT DATE_TRUNC('month', "board_post"."sent_at" AT TIME ZONE 'UTC') AS "month", COUNT("board_post"."id") AS "n" FROM "board_post" WHERE "board_post"."forum_id" = %s GROUP BY DATE_TRUNC('month', "board_post"."sent_at" AT TIME ZONE 'UTC') ORDER BY "month" ASC$$, '{1|,2|}'),
(16, 'board', $$SELECT "board_post"."id" FROM "board_post" WHERE ("board_post"."parent_id" IS NULL AND "board_post"."forum_id" = %s)$$, '{1|}'),
(17, 'board', $$SELECT "board_post"."id" FROM "board_post" WHERE ("board_post"."sent_at" BETWEEN '%s'::timestamptz AND '%s'::timestamptz AND "board_post"."person_id" = '%s')$$, ARRAY['2026-01-02|2026-01-09|p1@example.org', '2026-01-02|2026-01-09|o''''neil']),
(18, 'board', $$SELECT CASE WHEN "board_forum"."policy" = %s THEN 'closed' ELSE 'open' END AS "access", COUNT(*) FROM "board_forum" GROUP BY 1 ORDER BY 1$$, '{2|,1|}'),
(19, 'board', $$WITH "gone" AS (DELETE FROM "board_seen" WHERE "board_seen"."member_id" = %s AND "board_seen"."at" < '%s' RETURNING "board_seen"."thread_id") SELECT COUNT(*) FROM "gone"$$, '{77|1999-01-01,78|1999-01-01}'),
(20, 'board', $$SELECT "board_thread"."id" FROM "board_thread" WHERE "board_thread"."id" = %s FOR UPDATE$$, '{5|,6|}'),
(21, 'reader', $$SELECT count(*) OVER (), i.id, i.title, s.label, '' AS body FROM item i INNER JOIN source s ON s.id = i.source_id INNER JOIN shelf h ON h.id = s.shelf_id WHERE i.account_id = $1 AND i.state = $2 AND h.hidden IS FALSE ORDER BY "published_at" DESC, "id" DESC LIMIT 100$$, ARRAY[$$1, 'new'$$, $$2, 'new'$$, $$1, 'seen'$$]),
(22, 'reader', $$SELECT count(*) OVER (), i.id, i.title, s.label, '' AS body FROM item i INNER JOIN source s ON s.id = i.source_id INNER JOIN shelf h ON h.id = s.shelf_id WHERE i.account_id = $1 AND i.state = $2 AND h.hidden IS FALSE ORDER BY "published_at" DESC, "id" DESC LIMIT 100 OFFSET 100$$, ARRAY[$$1, 'new'$$]),
(23, 'reader', $$SELECT i.id FROM item i WHERE i.account_id = $1 AND i.words @@ websearch_to_tsquery('simple', $2) ORDER BY ts_rank(i.words, websearch_to_tsquery('simple', $2)) - extract(epoch FROM timestamptz '2026-02-01' - i.published_at)::float8 * 0.0000001 DESC LIMIT 100$$, ARRAY[$$1, 'word3'$$, $$2, 'word3 or word4'$$, $$1, 'word3'$$]),
(24, 'reader', $$SELECT i.source_id, i.state, count(*) FROM item i WHERE i.account_id = $1 AND i.state IN ($2, $3) GROUP BY i.source_id, i.state$$, ARRAY[$$1, 'new', 'seen'$$, $$2, 'new', 'seen'$$]),
(25, 'reader', $$WITH walk AS (SELECT i.id, lag(i.id) OVER (ORDER BY i.published_at, i.id DESC) AS before, lead(i.id) OVER (ORDER BY i.published_at, i.id DESC) AS after FROM item AS i WHERE i.account_id = $1 AND i.state = $2) SELECT before, after FROM walk WHERE walk.id = $3$$, ARRAY[$$1, 'new', 30$$, $$1, 'new', 60$$]),
(26, 'reader', $$SELECT h.id, h.label, coalesce(n.sources, 0), coalesce(u.unread, 0) FROM shelf h LEFT JOIN (SELECT shelf_id, count(*) AS sources FROM source WHERE account_id = $2 GROUP BY shelf_id) n ON n.shelf_id = h.id LEFT JOIN (SELECT s.shelf_id, count(*) AS unread FROM item i INNER JOIN source s ON s.id = i.source_id WHERE i.account_id = $2 AND i.state = $1 GROUP BY s.shelf_id) u ON u.shelf_id = h.id WHERE h.account_id = $2 ORDER BY coalesce(u.unread, 0) DESC, h.label$$, ARRAY[$$'new', 1$$, $$'new', 2$$]),
(27, 'reader', $$SELECT true FROM source WHERE account_id = $1 AND shelf_id = $2 AND id = $3 LIMIT 1$$, ARRAY['1, 4, 3', '1, 4, 99', '2, 4, 3']),
(28, 'reader', $$SELECT EXISTS (SELECT 1 FROM item WHERE source_id = $1 AND digest = $2) OR EXISTS (SELECT 1 FROM buried WHERE source_id = $1 AND digest = $2)$$, ARRAY[$$1, 'a'$$, $$1, 'b'$$, $$2, 'a'$$, $$1, 'a'$$]),
(29, 'reader', $$SELECT id, item_id, url FROM attachment WHERE item_id = ANY($1) ORDER BY id$$, ARRAY[$$'{4,8,12}'$$, $$'{16}'$$, $$'{4,8,12}'$$]),
(30, 'reader', $$SELECT i.id FROM item i WHERE i.account_id = $1 AND i.id > $2 AND i.state = ANY($3) ORDER BY "id" ASC LIMIT 30$$, ARRAY[$$1, 0, '{new,seen}'$$, $$1, 300, '{new,seen}'$$, $$1, 300, '{new}'$$]),
(31, 'reader', $$SELECT i.id FROM item i WHERE i.account_id = $1 AND (i.published_at, i.id) < ($2, $3) ORDER BY i.published_at DESC, i.id DESC LIMIT 20$$, ARRAY[$$1, '2026-01-09 00:00Z', 300$$, $$1, '2026-01-08 00:00Z', 260$$]),
(32, 'reader', $$SELECT i.id FROM item i WHERE i.account_id = $1 AND lower(i.labels::text)::text[] @> lower($2::text)::text[] ORDER BY i.state, i.published_at DESC LIMIT 10$$, ARRAY[$$1, '{L1}'$$, $$1, '{L2}'$$]),
(33, 'reader', $$SELECT i.id FROM item i WHERE i.account_id = $1 AND i.starred IS TRUE ORDER BY i.published_at DESC LIMIT 100$$, ARRAY['1', '2', '1']),
(34, 'reader', $$SELECT (SELECT count(*) FROM item i JOIN source s ON s.id = i.source_id WHERE i.account_id = $1 AND i.state = 'new' AND s.hidden IS FALSE) AS unread, (SELECT count(*) FROM source WHERE account_id = $1 AND failures >= $2) AS failing$$, ARRAY['1, 3', '2, 3', '1, 3', '1, 3']),
(35, 'reader', $$SELECT h.id FROM shelf h WHERE h.account_id = $1 AND h.id <> $2 AND lower(h.label) = lower($3) LIMIT 1$$, ARRAY[$$1, 3, 'Shelf 6'$$, $$1, 3, NULL$$]),
(36, 'reader', $$SELECT count(*) FROM shelf WHERE account_id = $1 AND label <> ALL($2)$$, ARRAY[$$1, '{"shelf 3",x}'$$]),
(37, 'reader', $$SELECT s.id FROM source s WHERE NOT EXISTS (SELECT FROM item i WHERE i.source_id = s.id AND i.state = $1) ORDER BY s.id LIMIT 10$$, ARRAY[$$'new'$$, $$'gone'$$]),
(38, 'reader', $$SELECT coalesce(cast(ceil(extract(epoch FROM interval '1 week') / nullif(extract(epoch FROM (max(published_at) - min(published_at)) / nullif(count(*) - 1, 0)), 0)) AS bigint), 0) FROM item WHERE account_id = $1 AND source_id = $2$$, ARRAY['1, 3', '2, 4']),
(39, 'reader', $$SELECT i.id, s.label FROM item i CROSS JOIN LATERAL (SELECT label FROM source WHERE source.id = i.source_id LIMIT 1) AS s WHERE i.account_id = $1 AND i.id = $2$$, ARRAY['1, 3', '1, 6', '1, 3']),
(40, 'reader', $$SELECT i.id FROM item i WHERE i.account_id = $1 UNION ALL SELECT a.item_id FROM attachment a WHERE a.id = $2 ORDER BY 1 LIMIT 5$$, ARRAY['1, 3']);

-- each with its values, and the reader's with constants, too
CREATE FUNCTION as_text(sql text, vals text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN format(replace(replace(sql, '%', '%%'), '%%s', '%s'), VARIADIC string_to_array(vals, '|'));
END $$;
CREATE FUNCTION with_constants(sql text, vals text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    part text[] := string_to_array(vals, ', ');
BEGIN
    FOR i IN REVERSE cardinality(part) .. 1 LOOP
        sql := regexp_replace(sql, '\$' || i || '(?!\d)', replace(part[i], '\', '\\'), 'g');
    END LOOP;
    RETURN sql;
END $$;
LOAD 'perfcheck';
SELECT perfcheck_record_reset();
SET application_name = 'board';
SET perfcheck.record = on;
\set ECHO none
\o /dev/null
SELECT as_text(sql, v) FROM sent, unnest(sets) WITH ORDINALITY AS u (v, i) WHERE app = 'board' ORDER BY n, i \gexec
SET application_name = 'reader';
SELECT format('PREPARE q%s AS %s', n, sql) FROM sent WHERE app = 'reader' ORDER BY n \gexec
SELECT format('EXECUTE q%s(%s)', n, v) FROM sent, unnest(sets) WITH ORDINALITY AS u (v, i) WHERE app = 'reader' ORDER BY n, i \gexec
\o
\set ECHO all
SET perfcheck.record = off;

-- What is recorded is what was sent, and a shape stands for each statement.
CREATE TEMP TABLE seen AS SELECT * FROM perfcheck_recorded();
SELECT source, count(*) AS shapes, sum(calls) AS calls, sum(value_sets) AS value_sets, count(*) FILTER (WHERE in_contract IS NOT NULL) AS held FROM seen WHERE shape !~ 'FROM sent' GROUP BY source ORDER BY source;
SELECT app, count(*) AS statements, sum(cardinality(sets)) AS calls, sum((SELECT count(DISTINCT v) FROM unnest(sets) AS v)) AS value_sets FROM sent GROUP BY app ORDER BY app;
CREATE TEMP TABLE compared AS
SELECT s.n, s.app, r.shape, r.calls, r.value_sets, k.problem,
    r.calls = cardinality(s.sets) AND r.value_sets = (SELECT count(DISTINCT v) FROM unnest(s.sets) AS v) AS right_numbers
FROM sent s
CROSS JOIN LATERAL perfcheck_shape(CASE s.app WHEN 'board' THEN as_text(s.sql, s.sets[1]) ELSE s.sql END) AS k
LEFT JOIN perfcheck_shapes() AS p ON p.key = k.key
LEFT JOIN seen r ON r.shape = p.shape;
SELECT n, shape, calls, value_sets, problem FROM compared ORDER BY n;
SELECT count(*) AS wrong FROM compared WHERE right_numbers IS NOT true;

-- Values stand where they were: each statement returns as many rows with what is on record.
CREATE FUNCTION rows_of(shape text, args text[]) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    n bigint;
BEGIN
    FOR i IN REVERSE cardinality(args) .. 1 LOOP
        shape := regexp_replace(shape, '\$' || i || '(?!\d)', replace(coalesce(quote_literal(args[i]), 'NULL'), '\', '\\'), 'g');
    END LOOP;
    EXECUTE shape;
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN n;
END $$;
SELECT count(*) AS executions, count(*) FILTER (WHERE e.rows = rows_of(p.shape, e.args)) AS with_the_same_rows, bool_or(e.rows > 1) AS some_rows
FROM perfcheck_executions() AS e JOIN perfcheck_shapes() AS p USING (key)
WHERE p.problem IS NULL AND p.shape !~ 'FROM sent' AND NOT e.nested;

-- The reader's statements with constants have the same shapes, but for a value that was bound once
-- and stands at several places: constants are as many values.
SELECT s.n, s.sql ~ '\$(\d).*\$\1' AS bound_once
FROM sent s, perfcheck_shape(s.sql) AS bound, perfcheck_shape(with_constants(s.sql, s.sets[1])) AS constant
WHERE s.app = 'reader' AND bound.key <> constant.key ORDER BY s.n;

-- Coverage: the contract has two of them, and one that nobody sends.
SELECT perfcheck_add_query('unread', (SELECT shape FROM compared WHERE n = 21), types => '{text,int,item_state,bigint}');
SELECT perfcheck_add_query('attachments', 'SELECT id, item_id, url FROM attachment WHERE item_id = ANY($1) ORDER BY id');
SELECT perfcheck_add_query('shelves', 'SELECT id, label FROM shelf WHERE account_id = $1');
CREATE TEMP TABLE gaps AS SELECT * FROM perfcheck_coverage(2);
SELECT kind, count(*), sum(calls) AS calls FROM gaps WHERE kind ~ '^statement|^query|^nothing' AND what !~ 'FROM sent' GROUP BY kind ORDER BY kind;
SELECT kind, name FROM gaps WHERE kind ~ 'never|^table' AND name <> 'sent' ORDER BY kind, name;
SELECT what FROM gaps WHERE kind = 'statement that cannot be judged' ORDER BY what;
SELECT in_contract, calls, value_sets FROM perfcheck_recorded() WHERE in_contract IS NOT NULL ORDER BY in_contract;
SELECT count(*) AS gaps_with_values FROM gaps WHERE what ~ 'example.org|word3|2026|1999|neil|Shelf' AND kind ~ '^statement';

-- Statements for each row, on the pages of an ORM: a thread's first post, its votes and its
-- number of posts, and the forum each time.
SELECT perfcheck_record_reset();
CREATE FUNCTION page(forum int, n int) RETURNS SETOF text LANGUAGE sql AS $$
    WITH threads AS (SELECT * FROM "board_thread" WHERE forum_id = forum ORDER BY active_at DESC LIMIT n)
    SELECT sql || format(' /*route=''%%5Eforum/%%28%%3FP%%3Caddress%%3E%%5B%%5E/%%5D%%2B%%29/threads/%%24'',traceparent=''00-%s-00f067aa0ba902b7-01''*/', md5(forum || '-' || n))
    FROM (
        SELECT 0 AS id, 0 AS part, format('SELECT "board_thread"."id", "board_thread"."first_post_id" FROM "board_thread" WHERE "board_thread"."forum_id" = %s ORDER BY "board_thread"."active_at" DESC LIMIT %s', forum, n) AS sql
        UNION ALL
        SELECT t.id, part, format(s, CASE part WHEN 1 THEN t.first_post_id WHEN 4 THEN t.forum_id ELSE t.id END)
        FROM threads AS t, unnest(ARRAY[
            'SELECT "board_post"."id", "board_post"."headline" FROM "board_post" WHERE "board_post"."id" = %s LIMIT 21',
            'SELECT "board_ballot"."value" FROM "board_ballot" INNER JOIN "board_post" ON ("board_ballot"."post_id" = "board_post"."id") WHERE "board_post"."thread_id" = %s',
            'SELECT COUNT(*) AS "__count" FROM "board_post" WHERE "board_post"."thread_id" = %s',
            'SELECT "board_forum"."id", "board_forum"."title" FROM "board_forum" WHERE "board_forum"."id" = %s LIMIT 21']) WITH ORDINALITY AS u (s, part)) AS q
    ORDER BY id, part
$$;
SET perfcheck.record = on;
\set ECHO none
\o /dev/null
SELECT page(f, n) FROM (VALUES (1, 5), (2, 8), (3, 12)) AS v (f, n) \gexec
\o
\set ECHO all
SET perfcheck.record = off;
SELECT kind, route, shape, requests, fewest, most, slope, evidence, in_one FROM perfcheck_repeats() ORDER BY kind, shape;

SELECT perfcheck_record_reset();
RESET application_name;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;
UPDATE perfcheck_query SET enabled = true;
DROP SCHEMA recorded_apps CASCADE;
