-- Conditions that no index can serve as they are written: what is printed in
-- their place is put there, and ok seen. Where that would return other rows, it
-- is not printed.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE EXTENSION IF NOT EXISTS citext;
CREATE SCHEMA rewrites_test;
SET search_path = rewrites_test, public;
SET jit = off;
SET timezone = 'UTC';
SET plan_cache_mode = force_custom_plan;
SET max_parallel_workers_per_gather = 0;
SET perfcheck.max_rows_returned = 0;
UPDATE perfcheck_query SET enabled = false;

-- the report, the lines of a block scalar joined to the line that begins it
CREATE VIEW unfolded AS
SELECT regexp_replace(string_agg(CASE WHEN is_first THEN l ELSE ltrim(l) END, ' ' ORDER BY n), ': \| ', ': ') AS l, item AS n
FROM (SELECT l, n, is_first, count(*) FILTER (WHERE is_first) OVER (ORDER BY n) AS item
    FROM perfcheck_verify() WITH ORDINALITY AS v (l, n), LATERAL (SELECT l !~ '^    ' AS is_first) AS f) AS i GROUP BY item;
-- what verify says of each query: its verdict, and the fix as it is printed
CREATE VIEW said AS
SELECT (regexp_match(point, '^(?:not )?ok \d+ - (\w+)'))[1] AS query, point ~ '^ok' AS ok,
    coalesce(btrim(regexp_replace((regexp_match(lines, '  fix: \|\n((?:    [^\n]*\n)+)'))[1], '\s+', ' ', 'g')), (regexp_match(lines, '  fix: ([^\n]*)'))[1], '') AS fix, (regexp_match(lines, '  "and write": ([^\n]*)'))[1] AS write,
    (regexp_match(lines, '  cause: ([^\n]*)'))[1] AS cause, lines ~ '\n  proof:' AS proven
FROM (SELECT min(l) FILTER (WHERE first) AS point, string_agg(l, E'\n' ORDER BY n) AS lines
    FROM (SELECT l, n, l ~ '^(not )?ok' AS first, count(*) FILTER (WHERE l ~ '^(not )?ok') OVER (ORDER BY n) AS point
        FROM unfolded WHERE l !~ '# TODO') AS l WHERE point > 0 GROUP BY point) AS p;
CREATE TABLE told (query text, ok boolean, fix text, write text, cause text, proven boolean);
-- the queries with what was printed for them in the place of their conditions
CREATE PROCEDURE mend() LANGUAGE plpgsql AS $$
DECLARE t record; s text;
BEGIN
    FOR t IN SELECT q.name, q.sql, coalesce(b.write, b.fix) AS text, b.write, b.fix FROM told AS b JOIN perfcheck_query AS q ON q.name = b.query
        WHERE b.proven LOOP
        IF t.write IS NOT NULL THEN
            EXECUTE replace(t.fix, '\"', '"');
        END IF;
        s := regexp_replace(t.sql, ' WHERE .*?( ORDER BY | LIMIT |$)', ' ' || replace(t.text, '\', '\\') || '\1');
        PERFORM perfcheck_add_query(t.name || '_mended', s);
        PERFORM perfcheck_add_case(t.name || '_mended', label, args) FROM perfcheck_case WHERE query = t.name;
        UPDATE perfcheck_query SET enabled = false WHERE name = t.name;
    END LOOP;
END $$;
CREATE PROCEDURE forget() LANGUAGE sql AS
$$TRUNCATE told; SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE name !~ '^\d' AND (enabled OR name || '_mended' IN (SELECT name FROM perfcheck_query))$$;

CREATE TYPE mood AS ENUM ('new', 'open', 'done', 'lost');
CREATE FUNCTION spread(i int, n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT (hashint4(i) & 2147483647) % n';
CREATE TABLE crate (id uuid PRIMARY KEY, num bigint UNIQUE NOT NULL, code char(8) NOT NULL, mail citext NOT NULL, state mood NOT NULL,
    price numeric(10, 2) NOT NULL, seen timestamptz NOT NULL, local timestamp NOT NULL, size int NOT NULL, left_over int) WITH (autovacuum_enabled = off);
INSERT INTO crate SELECT md5(i::text)::uuid, i, lpad(i::text, 8, '0'), 'P' || i || '@x.org',
    (CASE WHEN spread(i, 200) = 0 THEN 'open' WHEN spread(i, 300) = 1 THEN 'new' ELSE 'done' END)::mood, spread(i, 90000) / 100.0,
    '2022-01-01'::timestamptz + i * interval '2 hours', '2022-01-01'::timestamp + i * interval '2 hours', spread(i, 3000),
    CASE WHEN i % 100 > 0 THEN spread(i, 2000) END
FROM generate_series(1, 4000) AS i;
CREATE INDEX ON crate (code);
CREATE INDEX ON crate (mail);
CREATE INDEX ON crate (price);
CREATE INDEX ON crate (seen);
CREATE INDEX ON crate (local);
CREATE INDEX ON crate (left_over);
VACUUM ANALYZE crate;

-- casts, of the column or for it
SELECT count(perfcheck_add_query(n, 'SELECT num FROM crate WHERE ' || c)) FROM (VALUES
    ('c1', 'id::text = $1'), ('c2', 'id::text IN ($1, $2, $3)'), ('c3', 'id::text = ANY ($1::text[])'), ('c4', 'num::text = $1'), ('c5', 'num = $1::numeric'),
    ('c6', 'num = ANY ($1::numeric[])'), ('c7', 'num > $1::numeric AND num < $2::numeric LIMIT 20'), ('c8', 'code = $1::text'), ('c9', 'mail = $1::text'),
    ('c10', 'mail IN ($1::text, $2::text)'), ('c11', 'mail = ANY ($1::text[])'), ('c12', 'price = $1::float8')) AS v(n, c);
INSERT INTO told SELECT * FROM said;
SELECT query, ok, proven, fix, write FROM told ORDER BY length(query), query;
SELECT DISTINCT cause FROM told ORDER BY 1;
CALL mend();
SELECT count(*), bool_and(ok) AS ok FROM said WHERE query ~ '_mended';
CALL forget();

-- an enum, of which a label is unused
SELECT perfcheck_add_query('e1', 'SELECT num FROM crate WHERE state::text = $1 ORDER BY seen LIMIT 10');
CREATE INDEX ON crate (state, seen);
SELECT query, proven, fix, cause FROM said;
CALL forget();

-- times
SELECT count(perfcheck_add_query(n, 'SELECT num FROM crate WHERE ' || c)) FROM (VALUES
    ('t1', 'date(seen) = $1'), ('t2', 'date(seen) IN ($1, $2)'), ('t3', '(seen AT TIME ZONE ''Asia/Tokyo'')::date = $1'), ('t4', 'date_trunc(''day'', seen) = $1'),
    ('t5', 'date_trunc(''week'', local) = $1'), ('t6', 'date_trunc(''day'', seen)::date = $1'), ('t7', 'to_char(seen, ''YYYY-MM-DD'') = $1'),
    ('t8', 'to_char(local, ''YYYY-MM'') = $1'), ('t9', 'extract(year FROM seen) = $1 AND extract(month FROM seen) = $2'),
    ('t10', '$1::date - seen::date = 3'), ('t11', 'extract(epoch FROM seen) = $1'), ('t12', 'seen + interval ''1 day'' = $1'),
    ('t13', 'date_trunc(''month'', seen) = date_trunc(''month'', $1::timestamptz)')) AS v(n, c);
INSERT INTO told SELECT * FROM said;
SELECT query, ok, proven, fix, write FROM told ORDER BY length(query), query;
CALL mend();
SELECT count(*), bool_and(ok) AS ok FROM said WHERE query ~ '_mended';
CALL forget();

-- numbers and nulls
SELECT count(perfcheck_add_query(n, 'SELECT num FROM crate WHERE ' || c)) FROM (VALUES
    ('n1', 'num + 1 = $1'), ('n2', 'num * 2 = $1'), ('n3', 'num / 10 = $1'), ('n4', '100 - num = $1'),
    ('n7', 'left_over IS NOT DISTINCT FROM $1'), ('n8', 'size + 1 = $1')) AS v(n, c);
INSERT INTO told SELECT * FROM said;
SELECT query, ok, proven, fix, write FROM told ORDER BY length(query), query;
CALL mend();
SELECT count(*), bool_and(ok) AS ok FROM said WHERE query ~ '_mended';
CALL forget();
-- of a column without NULL the planner knows as much from 19 on
SELECT current_setting('server_version_num')::int >= 190000 AS known \gset
SELECT count(perfcheck_add_query(n, 'SELECT num FROM crate WHERE ' || c)) FROM (VALUES
    ('n5', 'COALESCE(num, 0) = $1'), ('n6', 'num IS NOT DISTINCT FROM $1')) AS v(n, c);
INSERT INTO told SELECT * FROM said;
SELECT query, CASE WHEN :'known' THEN ok AND coalesce(fix, '') = '' ELSE NOT ok AND proven AND fix = 'WHERE num = $1' END AS as_known
FROM told ORDER BY query;
CALL mend();
SELECT bool_and(ok) AS ok FROM said WHERE query ~ '_mended' OR :'known';
CALL forget();

-- what would return other rows is no fix: 7.5 is no integer, and 007 is no text of one
SELECT perfcheck_add_query('other1', 'SELECT num FROM crate WHERE num = $1::numeric');
SELECT perfcheck_add_case('other1', 'between', ARRAY['7.5']);
SELECT perfcheck_add_query('other2', 'SELECT num FROM crate WHERE num::text = $1');
SELECT perfcheck_add_case('other2', 'zeros', ARRAY['007']);
-- and neither is a month where no day is the last of the one before
SELECT perfcheck_add_query('other3', 'SELECT num FROM crate WHERE seen + interval ''1 month'' = $1');
SELECT perfcheck_add_case('other3', 'the end', ARRAY['2022-02-28 00:00Z']);
SELECT query, ok, proven, fix FROM said;
CALL forget();

-- arrays
CREATE TABLE page (id int PRIMARY KEY, tags text[] NOT NULL, labels varchar[] NOT NULL, doc jsonb NOT NULL, title text NOT NULL,
    b timestamptz NOT NULL, e timestamptz NOT NULL, low int NOT NULL, high int NOT NULL) WITH (autovacuum_enabled = off);
INSERT INTO page SELECT i, ARRAY['a' || i % 1000, 'b' || i % 999], ARRAY['l' || i % 1000], jsonb_build_object('tags', jsonb_build_array('t' || i % 1000)), md5(i::text),
    '2022-01-01'::timestamptz + i * interval '3 hours', '2022-01-01'::timestamptz + (i + 1) * interval '3 hours', i * 10, i * 10 + 9
FROM generate_series(1, 4000) AS i;
CREATE INDEX ON page USING gin (tags) WITH (fastupdate = off);
CREATE INDEX ON page USING gin ((doc -> 'tags')) WITH (fastupdate = off);
VACUUM ANALYZE page;
SELECT count(perfcheck_add_query(n, 'SELECT id FROM page WHERE ' || c, types => t::regtype[])) FROM (VALUES
    ('a1', '$1 = ANY (tags)', '{text}', '{a77}'), ('a2', '$1 = ANY (labels)', '{text}', '{l77}'), ('a3', 'EXISTS (SELECT FROM unnest(tags) AS t WHERE t = $1)', '{text}', '{a77}'),
    ('a4', 'EXISTS (SELECT FROM unnest(tags) AS t WHERE t = ANY ($1))', '{text[]}', '{"{a77,a78}"}'), ('a5', 'array_position(tags, $1) IS NOT NULL', '{text}', '{a77}'),
    ('a6', '$1 IN (SELECT unnest(tags))', '{text}', '{a77}'), ('a7', 'EXISTS (SELECT FROM jsonb_array_elements_text(doc -> ''tags'') AS t WHERE t = $1)', '{text}', '{t77}'),
    -- and texts
    ('w1', 'left(title, 6) = $1', '{text}', '{28dd2c}'), ('w2', 'position($1 IN title) = 1', '{text}', '{28dd2c}'), ('w3', 'strpos(title, $1) > 0', '{text}', '{28dd2c79}')) AS v(n, c, t, a);
SELECT count(perfcheck_add_case(n, 'one', a::text[])) FROM (VALUES ('a1', '{a77}'), ('a2', '{l77}'), ('a3', '{a77}'), ('a4', '{"{a77,a78}"}'), ('a5', '{a77}'), ('a6', '{a77}'), ('a7', '{t77}'),
    ('w1', '{28dd2c}'), ('w2', '{28dd2c}'), ('w3', '{28dd2c79}')) AS v(n, a);
INSERT INTO told SELECT * FROM said;
SELECT query, ok, proven, fix, write FROM told ORDER BY length(query), query;
DELETE FROM told WHERE query = 'w3';
CALL mend();
SELECT count(*), bool_and(ok) AS ok FROM said WHERE query ~ '_mended';
CALL forget();

-- two columns that are the ends of a range
SELECT perfcheck_add_query('o1', 'SELECT id FROM page WHERE low <= $1 AND high >= $1');
SELECT perfcheck_add_query('o2', 'SELECT id FROM page WHERE $1 BETWEEN low AND high', types => '{bigint}');
SELECT perfcheck_add_case('o2', 'one', ARRAY['20005']);
INSERT INTO told SELECT * FROM said;
SELECT query, ok, proven, fix, write FROM told ORDER BY query;
CALL mend();
SELECT count(*), bool_and(ok) AS ok FROM said WHERE query ~ '_mended';
CALL forget();

-- columns of different types that are joined
SELECT perfcheck_add_query('j1', 'SELECT c.num FROM page AS p JOIN crate AS c ON c.num::text = p.id::text WHERE p.id = $1');
SELECT perfcheck_add_query('j2', 'SELECT c.id FROM page AS p, crate AS c WHERE c.num::text = trim(p.title) AND p.id = $1');
SELECT query, proven, fix, cause FROM said;
CALL forget();

-- cursors: in the forms that libraries write
CREATE INDEX ON page (b, id);
CREATE INDEX ON crate (size DESC, num);
SELECT perfcheck_add_query('k1', 'SELECT * FROM page WHERE b < $1 OR (b = $1 AND id < $2) ORDER BY b DESC, id DESC LIMIT 20');
SELECT perfcheck_add_query('k2', 'SELECT * FROM page WHERE ($1::timestamptz IS NULL OR b < $1 OR (b = $1 AND id < $2)) ORDER BY b DESC, id DESC LIMIT 20');
SELECT perfcheck_add_query('k3', 'SELECT num FROM crate WHERE size < $1 OR (size = $1 AND num > $2) ORDER BY size DESC, num LIMIT 20');
SELECT perfcheck_add_case('k3', 'late', ARRAY['100', '0']);
INSERT INTO told SELECT * FROM said;
SELECT query, ok, proven, fix, write FROM told ORDER BY query;
CALL mend();
SELECT count(*), bool_and(ok) AS ok FROM said WHERE query ~ '_mended';
CALL forget();
SELECT perfcheck_add_query('k4', 'SELECT p.id FROM page AS p, (SELECT b AS at FROM page WHERE id = $1) AS c WHERE p.b >= c.at ORDER BY p.b LIMIT 20');
SELECT proven, regexp_replace(fix, '(\\n| )+', ' ', 'g') AS fix, cause FROM said;
CALL forget();

-- functions: volatile by omission, and called by a policy
CREATE FUNCTION number_of(name text) RETURNS bigint LANGUAGE plpgsql AS $$BEGIN RETURN length(name); END$$;
SELECT perfcheck_add_query('f1', 'SELECT id FROM crate WHERE num = number_of($1)');
SELECT perfcheck_add_case('f1', 'one', ARRAY['abc']);
SELECT proven, fix, cause FROM said;
CALL forget();
CREATE FUNCTION my_number() RETURNS bigint LANGUAGE plpgsql AS $$BEGIN RETURN 77; END$$;
CREATE ROLE perfcheck_rewrites_reader;
GRANT USAGE ON SCHEMA rewrites_test TO perfcheck_rewrites_reader;
GRANT SELECT ON crate TO perfcheck_rewrites_reader;
ALTER TABLE crate ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON crate USING (num = my_number());
SELECT perfcheck_add_query('p1', 'SELECT id FROM crate ORDER BY seen LIMIT 10');
UPDATE perfcheck_query SET role = 'perfcheck_rewrites_reader' WHERE name = 'p1';
SELECT proven, fix, cause FROM said;
ALTER POLICY mine ON crate USING (num = (SELECT my_number()));
SELECT ok FROM said;
CALL forget();

-- a cast that makes one value of several keeps its meaning with an index of its own: '007' is 7 as well, and 1.4 is 1
CREATE TABLE parcel (id int PRIMARY KEY, label text NOT NULL, weight float8 NOT NULL, sent timestamptz NOT NULL, place varchar(20) NOT NULL);
INSERT INTO parcel SELECT i, i::text, i + 0.25, timestamptz '2026-01-01 00:00Z' + i * interval '1 minute', 'p' || i FROM generate_series(1, 20000) AS i;
VACUUM ANALYZE parcel;
SELECT count(perfcheck_add_query(n, 'SELECT id FROM parcel WHERE ' || c)) FROM (VALUES
    ('m1', 'label::int = $1'), ('m2', 'weight::int = $1'), ('m3', 'label::numeric = $1'), ('m4', 'place::text = $1'), ('m5', 'id::bigint = $1'),
    ('m6', 'place::varchar(3) = $1'), ('m7', 'id::text = $1')) AS v(n, c);
SELECT query, ok, proven, fix, write FROM said ORDER BY query;
CALL forget();

DROP SCHEMA rewrites_test CASCADE;
DROP ROLE perfcheck_rewrites_reader;
UPDATE perfcheck_query SET enabled = true;
