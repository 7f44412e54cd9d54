-- Values that belong together: those of a case are ones that rows of the query's
-- join have, and the values that lead to many rows, or to late ones, are tried.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA values_test;
SET search_path = values_test, public;
\set SHOW_CONTEXT never
SET jit = off;
UPDATE perfcheck_query SET enabled = false;
-- the cases of a query, with the rows that it returns for each
CREATE FUNCTION found(name text) RETURNS TABLE (label text, args text[], required boolean, rows bigint) LANGUAGE plpgsql AS
$$DECLARE c record; n bigint;
BEGIN
    FOR c IN SELECT * FROM perfcheck_cases(name) LOOP
        EXECUTE format('PREPARE one AS SELECT count(*) FROM (%s) AS s', (SELECT q.sql FROM perfcheck_query AS q WHERE q.name = $1));
        EXECUTE 'EXECUTE one (' || (SELECT string_agg(quote_nullable(a), ', ' ORDER BY i) FROM unnest(c.args) WITH ORDINALITY AS u (a, i)) || ')' INTO n;
        DEALLOCATE one;
        label := c.label; args := c.args; required := c.required; rows := n; RETURN NEXT;
    END LOOP;
END$$;
-- cases of values that are there, and that nothing is found for
CREATE VIEW vain AS SELECT q.name, f.label, f.args FROM perfcheck_query AS q, found(q.name) AS f
WHERE q.enabled AND f.rows = 0 AND f.label !~ 'absent|null|empty|unreached|short';

-- a feed: authors 301 to 400 are followed by users 1 to 100; each author has
-- posts of one category alone, ten authors to a category
CREATE TABLE author (id int PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE follow (follower int NOT NULL, followee int NOT NULL, PRIMARY KEY (follower, followee));
CREATE TABLE post (id int PRIMARY KEY, author int NOT NULL, category text NOT NULL, created timestamptz NOT NULL, title text NOT NULL, deleted boolean NOT NULL);
CREATE TABLE saved (usr int NOT NULL, post int NOT NULL, PRIMARY KEY (usr, post));
INSERT INTO author SELECT g, 'author' || g FROM generate_series(301, 420) AS g;
INSERT INTO follow SELECT 1 + g % 100, 301 + (g * g) % 100 FROM generate_series(1, 400) AS g ON CONFLICT DO NOTHING;
INSERT INTO post SELECT g, a, 'cat' || a / 10, timestamptz '2025-01-01 00:00Z' + g * interval '1 hour', 'on topic' || a / 10 || ' part' || g, g % 10 = 0
FROM (SELECT g, 301 + (g * 7 + g / 3) % 100 AS a FROM generate_series(1, 4000) AS g) AS s;
INSERT INTO saved SELECT 1 + g % 20, 1 + (g * 13) % 4000 FROM generate_series(1, 400) AS g;
CREATE INDEX ON post (author, created);
VACUUM ANALYZE author, follow, post, saved;
SELECT count(perfcheck_add_query(n, q)) FROM (VALUES
    ('join', 'SELECT p.* FROM follow AS f JOIN post AS p ON p.author = f.followee WHERE f.follower = $1 AND p.category = $2'),
    ('exists', 'SELECT * FROM post AS p WHERE EXISTS (SELECT FROM follow AS f WHERE f.followee = p.author AND f.follower = $1) AND category = $2 AND NOT deleted'),
    ('in', 'SELECT * FROM post WHERE author IN (SELECT followee FROM follow WHERE follower = $1) AND category = $2'),
    ('array', 'SELECT * FROM post WHERE author = ANY (ARRAY(SELECT followee FROM follow WHERE follower = $1)) AND category = $2'),
    ('scalar', 'SELECT * FROM post WHERE author = (SELECT id FROM author WHERE name = $1) AND category = $2'),
    ('cte', 'WITH mine AS MATERIALIZED (SELECT followee FROM follow WHERE follower = $1) SELECT p.* FROM mine JOIN post AS p ON p.author = mine.followee WHERE p.category = $2'),
    ('lateral', 'SELECT a.name, p.* FROM author AS a, LATERAL (SELECT * FROM post WHERE author = a.id AND category = $2 ORDER BY created DESC LIMIT 3) AS p WHERE a.name = $1'),
    ('grouped', 'SELECT s.* FROM (SELECT author, category, count(*) AS n FROM post GROUP BY 1, 2) AS s JOIN author AS a ON a.id = s.author WHERE a.name = $1 AND s.category = $2 AND n > 1'),
    ('united', 'SELECT id FROM post WHERE author = $1 AND category = $2 UNION ALL SELECT p.id FROM post AS p JOIN saved AS s ON s.post = p.id WHERE s.usr = $3'),
    ('outer', 'SELECT p.*, s.usr FROM post AS p LEFT JOIN saved AS s ON s.post = p.id AND s.usr = $1 LEFT JOIN saved AS t ON t.post = p.id AND t.usr = $2 WHERE t.usr IS NULL AND p.category = $3'),
    ('not_exists', 'SELECT * FROM post AS p WHERE author = $1 AND NOT EXISTS (SELECT FROM saved AS s WHERE s.post = p.id AND s.usr = $2)'),
    ('selected', 'SELECT p.*, (SELECT count(*) FROM saved AS s WHERE s.post = p.id AND s.usr = $2) FROM post AS p WHERE p.category = $1 AND p.author = $3'),
    ('twice', 'SELECT * FROM post WHERE author = $1 AND id IN (SELECT id FROM post AS o WHERE o.author = $1 AND o.category = $2)'),
    ('optional', 'SELECT * FROM post WHERE ($1::int IS NULL OR author = $1) AND ($2 = '''' OR category = $2) AND author = COALESCE($3, author)'),
    ('pattern', 'SELECT * FROM post WHERE author = $1 AND title LIKE ''%'' || $2 || ''%'''),
    ('listed', 'SELECT * FROM post WHERE author IN ($1, $2) AND category = ANY ($3)'),
    ('cast', 'SELECT * FROM post WHERE author = $1::text::int AND lower(category) = lower($2)')) AS v (n, q);
SELECT * FROM vain;
SELECT f.label, f.args, f.rows > 0 AS found FROM found('exists') AS f;
-- what the first row has is kept, and the others follow
SELECT f.label, f.args, f.rows > 0 AS found FROM found('selected') AS f WHERE label ~ 'typical|common';
-- requests are drawn from rows of the join
UPDATE perfcheck_query SET path = '/' WHERE enabled;
SELECT query, count(*) AS drawn, count(*) FILTER (WHERE rows = 0) AS vain
FROM perfcheck_requests(samples => 10) WHERE label = 'drawn' GROUP BY query ORDER BY query COLLATE "C";
SELECT count(perfcheck_drop_query(name)) FROM perfcheck_query WHERE enabled;

-- ranges and cursors lie where the values beside them have rows
CREATE TABLE device (id int PRIMARY KEY, serial text NOT NULL UNIQUE, model text NOT NULL);
CREATE TABLE reading (device int NOT NULL, at timestamptz NOT NULL, v int NOT NULL, PRIMARY KEY (device, at)) PARTITION BY HASH (device);
CREATE TABLE reading0 PARTITION OF reading FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE reading1 PARTITION OF reading FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO device SELECT g, 'sn' || g, 'model' || g % 3 FROM generate_series(1, 40) AS g;
INSERT INTO reading SELECT 1 + g / 100, timestamptz '2025-01-01 00:00Z' + g * interval '1 hour', g FROM generate_series(0, 3999) AS g;
VACUUM ANALYZE device, reading;
SELECT count(perfcheck_add_query(n, q)) FROM (VALUES
    ('between', 'SELECT * FROM reading WHERE device = $1 AND at BETWEEN $2 AND $3'),
    ('from_to', 'SELECT * FROM reading AS r JOIN device AS d ON d.id = r.device WHERE d.serial = $1 AND r.at >= $2 AND r.at < $3'),
    ('above', 'SELECT * FROM reading WHERE device = $1 AND at > $2'),
    ('below', 'SELECT * FROM reading WHERE device = $1 AND at < $2'),
    ('day', 'SELECT * FROM reading WHERE device = $1 AND at >= $2 AND at < $2 + interval ''1 day'''),
    ('following', 'SELECT * FROM reading WHERE device = $1 AND (at, v) < ($2, $3) ORDER BY at DESC, v DESC'),
    ('models', 'SELECT r.* FROM reading AS r JOIN device AS d ON d.id = r.device WHERE d.model = $1 AND d.serial = $2 AND r.at > $3')) AS v (n, q);
SELECT * FROM vain;
SELECT label, rows > 0 AS found FROM found('from_to') WHERE label !~ 'null';
SELECT count(perfcheck_drop_query(name)) FROM perfcheck_query WHERE enabled;

-- fallback: a join without rows, one that raises an error, a table that may not be read
CREATE FUNCTION refuse(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$BEGIN RAISE 'not %', $1; END$$;
SELECT perfcheck_add_query('no_rows', 'SELECT * FROM follow AS f JOIN post AS p ON p.author = f.followee + 1000 WHERE f.follower = $1 AND p.category = $2');
SELECT perfcheck_add_query('error', 'SELECT * FROM post AS p JOIN follow AS f ON refuse(f.followee) = p.author WHERE f.follower = $1 AND p.category = $2 AND p.author = $3');
SELECT query, label FROM perfcheck_cases() WHERE required ORDER BY query, label COLLATE "C";
CREATE ROLE perfcheck_values_reader;
CREATE VIEW feed AS SELECT f.follower, p.category, p.created FROM follow AS f JOIN post AS p ON p.author = f.followee;
GRANT USAGE ON SCHEMA values_test TO perfcheck_values_reader;
GRANT SELECT ON feed, post TO perfcheck_values_reader;
GRANT SELECT (follower) ON follow TO perfcheck_values_reader;
SELECT perfcheck_add_query('feed', 'SELECT * FROM feed WHERE follower = $1 AND category = $2');
SET ROLE perfcheck_values_reader;
SELECT count(*) AS cases FROM perfcheck_cases('feed') WHERE required;
RESET ROLE;
SELECT count(perfcheck_drop_query(name)) FROM perfcheck_query WHERE enabled;

-- reach: each tag stands once among the tags, but tag 7 has half of the posts,
-- and tags above 80 have none; posts of tag 7 have most of the comments
CREATE TABLE tag (id int PRIMARY KEY, slug text NOT NULL UNIQUE);
CREATE TABLE post_tag (post int NOT NULL, tag int NOT NULL, PRIMARY KEY (post, tag));
CREATE TABLE comment (id int PRIMARY KEY, post int NOT NULL);
INSERT INTO tag SELECT g, 'Tag-' || g FROM generate_series(1, 100) AS g;
INSERT INTO post_tag SELECT g, CASE WHEN g % 2 = 0 THEN 7 ELSE 1 + (g / 2) % 80 END FROM generate_series(1, 4000) AS g;
INSERT INTO comment SELECT g, 1 + g % 1000 * 2 + sign(g % 10) FROM generate_series(1, 3000) AS g;
CREATE INDEX ON tag (lower(slug));
VACUUM ANALYZE tag, post_tag, comment;
SELECT count(perfcheck_add_query(n, q)) FROM (VALUES
    ('join', 'SELECT p.* FROM post AS p JOIN post_tag AS x ON x.post = p.id JOIN tag AS t ON t.id = x.tag WHERE t.slug = $1'),
    ('exists', 'SELECT p.* FROM post AS p WHERE EXISTS (SELECT FROM post_tag AS x JOIN tag AS t ON t.id = x.tag WHERE x.post = p.id AND t.slug = $1)'),
    ('in', 'SELECT * FROM post WHERE id IN (SELECT post FROM post_tag WHERE tag IN (SELECT id FROM tag WHERE slug = $1))'),
    ('scalar', 'SELECT p.* FROM post AS p JOIN post_tag AS x ON x.post = p.id WHERE x.tag = (SELECT id FROM tag WHERE slug = $1)'),
    ('hops', 'SELECT c.* FROM tag AS t JOIN post_tag AS x ON x.tag = t.id JOIN comment AS c ON c.post = x.post WHERE t.slug = $1'),
    ('outer', 'SELECT t.slug, count(x.post) FROM tag AS t LEFT JOIN post_tag AS x ON x.tag = t.id WHERE t.slug = $1 GROUP BY t.slug'),
    ('selected', 'SELECT t.*, (SELECT count(*) FROM post_tag AS x WHERE x.tag = t.id) FROM tag AS t WHERE t.slug = $1'),
    ('lower', 'SELECT x.* FROM post_tag AS x JOIN tag AS t ON t.id = x.tag WHERE lower(t.slug) = lower($1)'),
    ('id', 'SELECT x.* FROM post_tag AS x JOIN tag AS t ON t.id = x.tag WHERE t.id = $1'),
    ('any', 'SELECT x.* FROM post_tag AS x JOIN tag AS t ON t.id = x.tag WHERE t.slug = ANY ($1)')) AS v (n, q);
SELECT query, max(args[1]) FILTER (WHERE label ~ ' common') AS common,
       bool_and(substring(args[1] FROM '\d+')::int > 80) FILTER (WHERE label ~ 'unreached') AS unreached,
       bool_and(substring(args[1] FROM '\d+')::int <= 80) FILTER (WHERE label ~ 'rare') AS rare, max(share) FILTER (WHERE label ~ ' common') AS share
FROM perfcheck_cases() WHERE query <> 'any' GROUP BY query ORDER BY query COLLATE "C";
SELECT label, args[1]::text[] @> '{Tag-7}' AS popular FROM perfcheck_cases('any') WHERE required;
-- where each other table adds one row, the table itself is as good
SELECT perfcheck_add_query('single', 'SELECT x.* FROM post_tag AS x JOIN tag AS t ON t.id = x.tag JOIN post AS p ON p.id = x.post WHERE x.tag = $1');
SELECT label, args, share FROM perfcheck_cases('single') WHERE required;
SELECT count(perfcheck_drop_query(name)) FROM perfcheck_query WHERE enabled;
-- of a large table a sample is counted
CREATE TABLE visit (tag int NOT NULL, at int NOT NULL);
INSERT INTO visit SELECT CASE WHEN g % 3 = 0 THEN 42 ELSE 1 + g % 89 END, g FROM generate_series(1, 120000) AS g;
CREATE INDEX ON visit (tag);
VACUUM ANALYZE visit;
SELECT perfcheck_add_query('visits', 'SELECT * FROM visit AS v JOIN tag AS t ON t.id = v.tag WHERE t.slug = $1');
SELECT label, CASE WHEN label ~ 'common' THEN args[1] END AS value, substring(args[1] FROM '\d+')::int > 90 AS unreached
FROM perfcheck_cases('visits') WHERE label ~ 'common|rare|unreached';
SELECT perfcheck_drop_query('visits');

-- stale: account 9 has 5 % of the rows, none of them recent; of account 6 the
-- state 'held' is as old, while both account 6 and 'held' have recent rows
CREATE TABLE account (id int PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE job (id int PRIMARY KEY, account int NOT NULL, state text NOT NULL, created timestamptz NOT NULL, ended int);
INSERT INTO account SELECT g, 'account' || g FROM generate_series(1, 24) AS g;
INSERT INTO job SELECT g, CASE WHEN a = 9 AND g > 500 THEN 10 WHEN a % 2 = 1 AND g <= 500 THEN 9 ELSE a END,
    CASE WHEN g > 600 AND g % 7 = 0 THEN 'open' WHEN g % 7 < 3 THEN 'held' WHEN g % 7 < 5 THEN 'done' ELSE 'open' END,
    timestamptz '2025-01-01 00:00Z' + g * interval '1 hour', CASE WHEN g % 5 > 0 THEN 5001 - g END
FROM (SELECT g, 1 + (g * 11 + g / 24) % 24 AS a FROM generate_series(1, 5000) AS g) AS s;
UPDATE job SET account = 6, state = 'held' WHERE account IN (2, 4, 6, 8) AND id <= 800;
UPDATE job SET state = 'open' WHERE account = 6 AND state = 'held' AND id > 800;
CREATE INDEX ON job (account);
CREATE INDEX ON job (created);
VACUUM ANALYZE account, job;
SELECT account, count(*) AS rows, max(id) AS newest FROM job WHERE account IN (6, 9, 10) GROUP BY account ORDER BY account;
SELECT count(perfcheck_add_query(n, q)) FROM (VALUES
    ('feed', 'SELECT * FROM job WHERE account = $1 ORDER BY created DESC LIMIT 20'),
    ('limit', 'SELECT * FROM job WHERE account = $1 ORDER BY created DESC, id LIMIT $2'),
    ('two', 'SELECT * FROM job WHERE account = $1 AND state = $2 ORDER BY created DESC LIMIT 20'),
    ('pair', 'SELECT * FROM job WHERE account = $1 AND state = $2 AND account <> 9 ORDER BY created DESC LIMIT 20'),
    ('name', 'SELECT j.* FROM job AS j JOIN account AS a ON a.id = j.account WHERE a.name = $1 ORDER BY j.created DESC LIMIT 20'),
    ('exists', 'SELECT * FROM job AS j WHERE EXISTS (SELECT FROM account AS a WHERE a.id = j.account AND a.name = $1) ORDER BY created DESC LIMIT 20'),
    ('any', 'SELECT * FROM job WHERE account = ANY ($1) ORDER BY created DESC LIMIT 20'),
    ('any_name', 'SELECT j.* FROM job AS j JOIN account AS a ON a.id = j.account WHERE a.name = ANY ($1) ORDER BY j.created DESC LIMIT 20'),
    ('list', 'SELECT * FROM job WHERE account IN ($1, $2) ORDER BY created DESC LIMIT 20'),
    ('expression', 'SELECT * FROM job WHERE account = $1 ORDER BY date_trunc(''day'', created) DESC, id DESC LIMIT 20'),
    ('nulls', 'SELECT * FROM job WHERE account = $1 ORDER BY ended ASC NULLS LAST LIMIT 20'),
    ('same_column', 'SELECT * FROM job WHERE account = $1 ORDER BY account, created DESC LIMIT 20'),
    ('range', 'SELECT * FROM job WHERE account = $1 AND created > $2 ORDER BY created DESC LIMIT 20'),
    ('cursor', 'SELECT * FROM job WHERE account = $1 AND (created, id) < ($2, $3) ORDER BY created DESC, id DESC LIMIT 20'),
    ('inner', 'SELECT * FROM (SELECT * FROM job WHERE account = $1 ORDER BY created DESC LIMIT 20) AS s ORDER BY id'),
    ('max', 'SELECT max(created) FROM job WHERE account = $1'),
    -- none of these: not in this order, not by a page, not by rows, not late
    ('forward', 'SELECT * FROM job WHERE state = $1 ORDER BY created LIMIT 20'),
    ('all', 'SELECT * FROM job WHERE account = $1 ORDER BY created DESC'),
    ('grouped', 'SELECT created, count(*) FROM job WHERE account = $1 GROUP BY created ORDER BY created DESC LIMIT 20'),
    ('evenly', 'SELECT * FROM post WHERE author = $1 ORDER BY created DESC LIMIT 20')) AS v (n, q);
SELECT q.name, f.label, f.args[1] AS first, f.args[2] AS second, f.required, f.rows > 0 AS found
FROM perfcheck_query AS q LEFT JOIN LATERAL found(q.name) AS f ON f.label ~ 'stale' WHERE q.enabled ORDER BY q.name COLLATE "C";
-- it is the case that fails, at today's size
SELECT label, rows_examined > 4000 AS walked FROM perfcheck_plan('feed') WHERE plan_mode = 'custom' AND label ~ 'stale|typical|common';
SELECT count(perfcheck_drop_query(name)) FROM perfcheck_query WHERE enabled;

-- an account that came after ANALYZE, with a tenth of the rows
INSERT INTO job SELECT 5000 + g, 777, 'open', timestamptz '2026-01-01 00:00Z' + g * interval '1 hour', NULL FROM generate_series(1, 560) AS g;
SELECT perfcheck_add_query('new', 'SELECT * FROM job WHERE account = $1');
SELECT label, args, round(share::numeric, 3) AS share FROM perfcheck_cases('new') WHERE label ~ 'common';
-- what was counted is not kept from one call to the next
DELETE FROM job WHERE account = 777;
SELECT label, args <> '{777}' AS another FROM perfcheck_cases('new') WHERE label ~ 'common';
SELECT perfcheck_drop_query('new');

-- values that the user sets
SELECT perfcheck_add_query('set', 'SELECT * FROM post WHERE author = $1 AND category = $2 AND title LIKE ''%'' || $3 || ''%'' LIMIT $4', '/p?a=$1&c=$2&t=$3&l=$4');
SELECT perfcheck_set_values('set', 2, '{cat33,cat34,cat40}');
SELECT perfcheck_set_values('set', 4, '{5}');
SELECT label, args[1:2] AS args, args[4] AS "limit", required, rows > 0 AS found FROM found('set') WHERE label !~ 'title';
SELECT label, args[2] IN ('cat33', 'cat34', 'cat40') AS allowed, required, rows > 0 AS found FROM found('set') WHERE label ~ 'title' AND label !~ 'absent|null|short';
SELECT count(*) AS drawn, count(DISTINCT substring(path FROM 'c=(\w+)')) AS categories, count(*) FILTER (WHERE rows = 0) AS vain FROM perfcheck_requests('set', 12) WHERE label = 'drawn';
-- again, and not any more
SELECT perfcheck_set_values('set', 2, ARRAY['cat31', NULL]);
SELECT label, args[2] AS category, required FROM perfcheck_cases('set') WHERE label ~ 'typical|category';
SELECT * FROM perfcheck_values;
SELECT perfcheck_set_values('set', 2, NULL);
SELECT label, args[2] AS category FROM perfcheck_cases('set') WHERE label ~ 'category' AND label !~ 'null';
UPDATE perfcheck_query SET name = 'renamed' WHERE name = 'set';
SELECT query, param, vals FROM perfcheck_values;
SELECT perfcheck_drop_query('renamed');
SELECT count(*) AS kept FROM perfcheck_values;
-- a parameter in no comparison; part of a range, of a list, of a cursor; a null; a long value
SELECT perfcheck_add_query('zone', 'SELECT id, created AT TIME ZONE $2 FROM post WHERE author = $1');
SELECT perfcheck_cases('zone');
SELECT perfcheck_set_values('zone', 2, '{UTC,Asia/Tokyo}');
SELECT label, required FROM perfcheck_cases('zone') WHERE label ~ 'typical|\$2';
SELECT perfcheck_add_query('range', 'SELECT * FROM post WHERE created >= $1 AND created < $2');
SELECT perfcheck_set_values('range', 2, '{2025-01-10}');
SELECT label, rows > 0 AS found FROM found('range') WHERE label !~ 'null';
SELECT perfcheck_add_query('list', 'SELECT * FROM post WHERE category IN ($1, $2, $3)');
SELECT perfcheck_set_values('list', 2, '{cat35}');
SELECT label, args[2] AS second, rows > 0 AS found FROM found('list');
SELECT perfcheck_add_query('cursor', 'SELECT * FROM post WHERE (category, id) > ($1, $2) ORDER BY category, id LIMIT 5');
SELECT perfcheck_set_values('cursor', 1, '{cat31}');
SELECT label, args[1] AS first, rows > 0 AS found FROM found('cursor');
SELECT perfcheck_add_query('long', 'SELECT * FROM post WHERE ($1::text IS NULL OR title = $1)');
SELECT perfcheck_set_values('long', 1, ARRAY[NULL, repeat('x', 50)]);
SELECT label, length(args[1]) AS length, share FROM perfcheck_cases('long');
-- faults
SELECT perfcheck_set_values('nothing', 1, '{1}');
SELECT perfcheck_set_values('long', 0, '{1}');
SELECT perfcheck_set_values('long', 2, '{1}');
SELECT perfcheck_set_values('long', 1, '{}');
SELECT perfcheck_set_values('zone', 1, '{1,one}');
SELECT perfcheck_set_values('zone', NULL, '{1}');
SELECT perfcheck_set_values(NULL, 1, '{1}');
SELECT perfcheck_add_query('none', 'SELECT 1');
SELECT perfcheck_set_values('none', 1, '{1}');
SELECT count(perfcheck_drop_query(name)) FROM perfcheck_query WHERE enabled;

-- labels: none stands twice
CREATE TABLE pair (item int NOT NULL, key text NOT NULL, value text NOT NULL);
INSERT INTO pair SELECT g / 3, k, k || (g / 3 % CASE k WHEN 'color' THEN 4 WHEN 'size' THEN 30 ELSE 900 END)
FROM (SELECT g, (ARRAY['color', 'size', 'code'])[1 + g % 3] AS k FROM generate_series(0, 2999) AS g) AS s;
CREATE INDEX ON pair (key, value);
VACUUM ANALYZE pair;
SELECT perfcheck_add_query('pairs', 'SELECT p.item FROM pair AS p WHERE p.key = $1 AND p.value = $2 AND p.item IN (SELECT item FROM pair WHERE key = $3 AND value = $4)');
SELECT perfcheck_add_query('limits', 'SELECT * FROM (SELECT * FROM pair ORDER BY item LIMIT $1) AS s ORDER BY value LIMIT $2');
SELECT perfcheck_add_case('pairs', 'key rare', '{color,color1,size,size1}');
SELECT label, starts_with(args[2], args[1]) AND starts_with(args[4], args[3]) AS together, rows > 0 AS found FROM found('pairs') WHERE label !~ 'absent|null';
SELECT query, count(*) - count(DISTINCT label) AS twice FROM perfcheck_cases() GROUP BY query ORDER BY query;
SELECT label FROM perfcheck_cases('limits');
SELECT count(perfcheck_drop_query(name)) FROM perfcheck_query WHERE enabled;

-- an absent value is in no column that the parameter is compared with: the one above
-- all of a is in b, in other_twin, or in both
CREATE TABLE twin (id int PRIMARY KEY, a int NOT NULL, b bigint NOT NULL, c text NOT NULL);
INSERT INTO twin SELECT g, g % 50, 50 + g % 50, 'perfcheck absent 1' FROM generate_series(1, 2000) AS g;
CREATE TABLE other_twin AS SELECT id, a + 1 AS a, 'perfcheck absent 2' AS c FROM twin;
VACUUM ANALYZE twin, other_twin;
SELECT perfcheck_add_query('either', 'SELECT id FROM twin WHERE a = $1 OR b = $1 ORDER BY id LIMIT 10');
SELECT perfcheck_add_query('arms', 'SELECT id FROM twin WHERE a = $1 UNION ALL SELECT id FROM other_twin WHERE a = $1 OR id = -$1');
SELECT perfcheck_add_query('texts', 'SELECT id FROM twin WHERE c = $1 UNION ALL SELECT id FROM other_twin WHERE c = $1');
SELECT perfcheck_add_query('alone', 'SELECT id FROM twin WHERE a = $1');
SELECT q.name, f.args, f.rows FROM perfcheck_query AS q, found(q.name) AS f WHERE q.enabled AND f.label ~ 'absent' ORDER BY q.name;
SELECT count(perfcheck_drop_query(name)) FROM perfcheck_query WHERE enabled;
-- of c > $1, the widest begins before the least value where many rows have that
CREATE TABLE game (id int PRIMARY KEY, white int NOT NULL, opening text NOT NULL, code text NOT NULL);
INSERT INTO game SELECT i, CASE WHEN i % 20 = 0 THEN 7 ELSE 8 + i * 7919 % 900 END, CASE WHEN i % 20 = 0 THEN 'A00' ELSE 'B' || i % 400 END, 'SN' || lpad((i::bigint * 7919 % 1000003)::text, 8, '0') FROM generate_series(1, 6000) AS i;
VACUUM ANALYZE game;
SELECT count(perfcheck_drop_query(name)) FROM perfcheck_query WHERE enabled;
SELECT count(perfcheck_add_query(n, q)) FROM (VALUES
    ('after', 'SELECT white, count(*) FROM game WHERE white > $1 GROUP BY white ORDER BY white LIMIT 20'),
    ('from', 'SELECT white, count(*) FROM game WHERE white >= $1 GROUP BY white ORDER BY white LIMIT 20'),
    ('before', 'SELECT white, count(*) FROM game WHERE -white < $1 GROUP BY white ORDER BY white DESC LIMIT 20'),
    ('after_text', 'SELECT opening, count(*) FROM game WHERE opening > $1 GROUP BY opening ORDER BY opening LIMIT 20'),
    ('after_key', 'SELECT * FROM game WHERE id > $1 ORDER BY id LIMIT 20')) AS v (n, q);
SELECT query, args, round(share::numeric, 2) AS share FROM perfcheck_cases() WHERE label ~ 'wide' ORDER BY query;
-- what all codes begin with is typed before any of them is known
SELECT count(perfcheck_drop_query(name)) FROM perfcheck_query WHERE enabled;
SELECT perfcheck_add_query('serial', 'SELECT id FROM game WHERE code LIKE $1 || ''%'' ORDER BY code LIMIT 10');
SELECT label, args, round(share::numeric, 2) AS share FROM perfcheck_cases('serial') WHERE label ~ 'beginning';
SELECT count(perfcheck_drop_query(name)) FROM perfcheck_query WHERE enabled;

DROP SCHEMA values_test CASCADE;
DROP ROLE perfcheck_values_reader;
UPDATE perfcheck_query SET enabled = true;
