-- Which index is found for which shape of a query: each query is one that an
-- index mends, and the line shows it, with its cause.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA candidates_test;
SET search_path = candidates_test, public;
\set SHOW_CONTEXT never
SET jit = off;
SET plan_cache_mode = force_custom_plan;
SET max_parallel_workers_per_gather = 0;
SET perfcheck.max_rows_returned = 0;
-- as many posts as today, each with more comments
SET perfcheck.fixed_tables = 'post';
UPDATE perfcheck_query SET enabled = false;

-- the cause and the fix of one query, which is forgotten then
CREATE FUNCTION fix_of(sql text, VARIADIC added text[] DEFAULT '{}') RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM perfcheck_add_query('q', sql);
    IF added <> '{}' THEN
        PERFORM perfcheck_add_case('q', 'added', added);
    END IF;
    RETURN QUERY SELECT regexp_replace(regexp_replace(l, '^  ', ''), 'candidates_test\.', '', 'g')
        FROM perfcheck_verify() WITH ORDINALITY AS v (l, n) WHERE l ~ '^ok|^  "?(cause|fix|and write|advice)' ORDER BY n;
    PERFORM perfcheck_drop_query('q');
END $$;

CREATE TABLE post (id int PRIMARY KEY, blog_id int NOT NULL, title text NOT NULL, at timestamptz NOT NULL);
CREATE TABLE comment (id bigint PRIMARY KEY, post_id int NOT NULL REFERENCES post, at timestamptz NOT NULL, edited timestamptz,
    kind text NOT NULL, starred bool NOT NULL, deleted_at timestamptz, score int, author text NOT NULL, meta jsonb NOT NULL, spot point NOT NULL);
INSERT INTO post SELECT i, i % 10, 'title ' || i, '2025-01-01 00:00Z'::timestamptz + i * interval '1 day' FROM generate_series(1, 200) AS i;
INSERT INTO comment SELECT i, 1 + (i * 7919) % 200, '2025-01-01 00:00Z'::timestamptz + (i * 31) % 6000 * interval '1 hour',
    CASE WHEN i % 2 = 0 THEN '2025-01-01 00:00Z'::timestamptz + i * interval '1 hour' END, 'kind ' || i % 12, i % 70 = 0,
    CASE WHEN i % 5 = 0 THEN '2025-06-01 00:00Z'::timestamptz END, i % 1000, 'Author ' || i % 500, jsonb_build_object('prio', i % 700), point(i % 97, i % 89)
    FROM generate_series(1, 6000) AS i;
VACUUM ANALYZE post, comment;

-- a key of a join or of LATERAL before the order: the newest of each
SELECT * FROM fix_of('SELECT p.id, c.* FROM (SELECT * FROM post WHERE blog_id = $1 ORDER BY id LIMIT 20) AS p
    LEFT JOIN LATERAL (SELECT at, author FROM comment AS c WHERE c.post_id = p.id ORDER BY at DESC LIMIT 3) AS c ON true');
SELECT * FROM fix_of('SELECT p.id, (SELECT c.author FROM comment AS c WHERE c.post_id = p.id AND c.kind = $2 ORDER BY c.at DESC LIMIT 1) FROM post AS p WHERE p.id = $1');
SELECT * FROM fix_of('SELECT c.* FROM comment AS c JOIN post AS p ON p.id = c.post_id WHERE p.title = $1 ORDER BY c.at DESC LIMIT 10');
-- a key of IN, behind what it is filtered by
SELECT * FROM fix_of('SELECT p.* FROM post AS p WHERE p.id IN (SELECT c.post_id FROM comment AS c WHERE c.kind = $1 AND c.author = $2) ORDER BY p.id LIMIT 10');
-- equality and order before the order alone
SELECT * FROM fix_of('SELECT * FROM comment WHERE post_id = $1 ORDER BY at DESC LIMIT 20');
-- equality, then range; two equalities
SELECT * FROM fix_of('SELECT * FROM comment WHERE kind = $1 AND score > $2 AND score < $2 + 10');
SELECT * FROM fix_of('SELECT * FROM comment WHERE kind = $1 AND score = $2 AND at > ''2025-02-01Z''');
-- = ANY
SELECT * FROM fix_of('SELECT * FROM comment WHERE post_id = $1 AND kind = ANY ($2) ORDER BY at LIMIT 10');

-- the order differs in its direction, or in the place of NULLs
CREATE INDEX comment_edited ON comment (edited);
CREATE INDEX comment_at ON comment (at, id);
SELECT * FROM fix_of('SELECT * FROM comment ORDER BY edited DESC NULLS LAST LIMIT 10');
SELECT * FROM fix_of('SELECT * FROM comment ORDER BY at DESC NULLS LAST LIMIT 10');
SELECT * FROM fix_of('SELECT * FROM comment ORDER BY at DESC, id LIMIT 10');
DROP INDEX comment_edited, comment_at;

-- expressions and collations in the order
SELECT * FROM fix_of('SELECT * FROM comment ORDER BY lower(author), id LIMIT 10');
SELECT * FROM fix_of('SELECT * FROM comment ORDER BY COALESCE(edited, at) DESC LIMIT 10');
SELECT * FROM fix_of('SELECT * FROM comment ORDER BY (meta ->> ''prio'')::int DESC LIMIT 10');
SELECT * FROM fix_of('SELECT * FROM comment ORDER BY edited IS NULL, edited DESC LIMIT 10');
SELECT * FROM fix_of('SELECT * FROM comment ORDER BY author COLLATE "POSIX" LIMIT 10');
SELECT * FROM fix_of('SELECT * FROM comment WHERE post_id = $1 ORDER BY lower(author) LIMIT 10');
SELECT * FROM fix_of('SELECT * FROM comment WHERE COALESCE(edited, at) > ''2025-03-01Z'' ORDER BY COALESCE(edited, at) LIMIT 10');
-- one that no index can hold
SELECT * FROM fix_of('SELECT * FROM comment ORDER BY date_trunc(''day'', at) LIMIT 10');

-- min(), max(), DISTINCT ON, windows
SELECT * FROM fix_of('SELECT max(at) FROM comment WHERE post_id = $1');
SELECT * FROM fix_of('SELECT min(score), max(score) FROM comment WHERE kind = $1');
SELECT * FROM fix_of('SELECT DISTINCT ON (kind) * FROM comment WHERE post_id = $1 ORDER BY kind, at DESC');

-- each arm of an OR: in one fix; what holds beside them, or in all arms, first
SELECT * FROM fix_of('SELECT * FROM comment WHERE author = $1 OR score = $2');
SELECT * FROM fix_of('SELECT * FROM comment WHERE author ILIKE ''%'' || $1 || ''%'' OR kind ILIKE ''%'' || $1 || ''%''', 'uthor 77');
SELECT * FROM fix_of('SELECT * FROM comment WHERE post_id = $1 AND (author = $2 OR score = $3)');
SELECT * FROM fix_of('SELECT * FROM comment WHERE (post_id = $1 AND author = $2) OR (post_id = $1 AND score = $3)');
SELECT * FROM fix_of('SELECT * FROM comment WHERE author = $1 OR author = $2');
SELECT * FROM fix_of('SELECT * FROM comment WHERE author = $1 OR (score = $2 OR edited = $3)');

-- a boolean is an equality however it is written, and so is IS NULL
SELECT * FROM fix_of('SELECT * FROM comment WHERE post_id = $1 AND starred ORDER BY at LIMIT 10');
SELECT * FROM fix_of('SELECT * FROM comment WHERE post_id = $1 AND starred IS TRUE ORDER BY at LIMIT 10');
SELECT * FROM fix_of('SELECT * FROM comment WHERE post_id = $1 AND starred = true ORDER BY at LIMIT 10');
SELECT * FROM fix_of('SELECT * FROM comment WHERE post_id = $1 AND NOT starred ORDER BY at LIMIT 10');
SELECT * FROM fix_of('SELECT * FROM comment WHERE post_id = $1 AND deleted_at IS NULL ORDER BY at LIMIT 10');
SELECT * FROM fix_of('SELECT * FROM comment WHERE starred ORDER BY score DESC LIMIT 10');

-- distances
SELECT * FROM fix_of('SELECT * FROM comment ORDER BY spot <-> point(50, 50) LIMIT 10');
SELECT * FROM fix_of('SELECT * FROM comment ORDER BY author <-> $1 LIMIT 10', 'Author 77');
SELECT * FROM fix_of('SELECT * FROM comment ORDER BY $1 <<-> author LIMIT 10', 'Author 77');

-- a BRIN index finds whole ranges of blocks
CREATE INDEX comment_score ON comment USING brin (score);
SELECT * FROM fix_of('SELECT * FROM comment WHERE score = $1');
SELECT * FROM fix_of('SELECT * FROM comment ORDER BY score LIMIT 10');
DROP INDEX comment_score;

-- @>
SELECT * FROM fix_of('SELECT * FROM comment WHERE meta @> $1', '{"prio": 77}');
-- what an aggregate reads
SELECT * FROM fix_of('SELECT sum(score) FROM comment WHERE post_id < $1', '50');

-- each arm of a UNION ALL
CREATE TABLE upload (id int PRIMARY KEY, owner int NOT NULL, at timestamptz NOT NULL, note text);
CREATE TABLE remark (id int PRIMARY KEY, owner int NOT NULL, at timestamptz NOT NULL, note text);
INSERT INTO upload SELECT i, i % 3, '2025-01-01Z'::timestamptz + i * interval '1 hour', repeat('x', 100) FROM generate_series(1, 3000) AS i;
INSERT INTO remark SELECT i, i % 3, '2025-01-01Z'::timestamptz + i * interval '1 hour', repeat('x', 100) FROM generate_series(1, 3000) AS i;
VACUUM ANALYZE upload, remark;
SELECT * FROM fix_of('SELECT * FROM (SELECT * FROM upload UNION ALL SELECT * FROM remark) AS u WHERE owner = $1 ORDER BY at DESC LIMIT 20');
SELECT * FROM fix_of('(SELECT at, note FROM upload WHERE owner = $1 ORDER BY at DESC LIMIT 20) UNION ALL (SELECT at, note FROM remark WHERE owner = $1 ORDER BY at DESC LIMIT 20) ORDER BY at DESC LIMIT 20');

-- a key that is unique finds one row, which has any order; but it may follow a filter
SELECT * FROM fix_of('SELECT c.id, p.title FROM comment AS c JOIN post AS p ON p.id = c.post_id WHERE c.kind = $1 AND c.score = $2 ORDER BY p.at LIMIT 10');
SELECT * FROM fix_of('SELECT p.* FROM post AS p JOIN comment AS c ON c.id = p.id WHERE c.kind = $1 AND c.author = $2 ORDER BY p.id LIMIT 10');

-- partitions; an index that one of them has alone
CREATE TABLE log (tenant int NOT NULL, at date NOT NULL, v int) PARTITION BY RANGE (at);
CREATE TABLE log_a PARTITION OF log FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');
CREATE TABLE log_b (v int, at date NOT NULL, tenant int NOT NULL);
ALTER TABLE log ATTACH PARTITION log_b FOR VALUES FROM ('2024-07-01') TO ('2026-01-01');
INSERT INTO log SELECT i % 5, '2024-01-01'::date + (i * 7) % 700, i % 1000 FROM generate_series(1, 5000) AS i;
CREATE INDEX log_a_v ON log_a (tenant, v);
VACUUM ANALYZE log;
SELECT * FROM fix_of('SELECT * FROM log WHERE tenant = $1 ORDER BY v DESC LIMIT 10');

-- what row security compares by =
CREATE ROLE perfcheck_tenant;
GRANT USAGE ON SCHEMA candidates_test TO perfcheck_tenant;
GRANT SELECT ON upload TO perfcheck_tenant;
ALTER TABLE upload ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON upload USING (owner = (SELECT current_setting('app.owner', true)::int));
SELECT perfcheck_add_query('own', 'SELECT * FROM upload WHERE note = $1 ORDER BY at DESC LIMIT 20');
UPDATE perfcheck_query SET role = 'perfcheck_tenant', settings = '{"app.owner": "1"}' WHERE name = 'own';
SELECT regexp_replace(l, 'candidates_test.', '') AS line FROM perfcheck_verify() AS v (l) WHERE l ~ '^  (cause|fix)';
SELECT perfcheck_drop_query('own');
DROP OWNED BY perfcheck_tenant;
DROP ROLE perfcheck_tenant;

-- the index that is named is the one that a reader would look at
CREATE INDEX remark_note_at ON remark (note, at);
SELECT * FROM fix_of('SELECT * FROM remark ORDER BY at DESC LIMIT 20');
CREATE INDEX remark_day ON remark ((at AT TIME ZONE 'UTC'));
SELECT * FROM fix_of('SELECT * FROM remark ORDER BY at DESC LIMIT 20');
CREATE INDEX remark_at_part ON remark (at) WHERE note <> 'x';
SELECT * FROM fix_of('SELECT * FROM remark ORDER BY at DESC LIMIT 20');
DROP INDEX remark_note_at, remark_day, remark_at_part;
CREATE INDEX remark_owner_note ON remark (owner, note, at);
SELECT * FROM fix_of('SELECT * FROM remark WHERE owner = $1 ORDER BY at DESC LIMIT 20');

DROP SCHEMA candidates_test CASCADE;
