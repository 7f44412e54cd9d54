-- Kinds of conditions beyond =, < and LIKE: for which values are derived, and
-- that they find what their labels say, by counting. Facts only.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA kinds_test;
CREATE EXTENSION unaccent SCHEMA kinds_test;
CREATE EXTENSION citext SCHEMA kinds_test;
CREATE EXTENSION hstore SCHEMA kinds_test;
CREATE EXTENSION ltree SCHEMA kinds_test;
CREATE EXTENSION btree_gist SCHEMA kinds_test;
SET search_path = kinds_test, public;
\set SHOW_CONTEXT never
SET jit = off;
SET TimeZone = 'UTC';
UPDATE perfcheck_query SET enabled = false;
\pset format unaligned
\pset tuples_only on

-- 1,000 rows; what is common, typical and rare in them is known
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE item (
    id int PRIMARY KEY, owner int, tags text[], nums int[], moods mood[], doc jsonb, list jsonb, attrs hstore,
    title text, body text, words tsvector, ci citext, code text, price numeric, flags int,
    at timestamptz, day date, during tstzrange, stay daterange, many int4multirange,
    place point, area box, round circle, addr inet, path ltree);
INSERT INTO item SELECT i, i % 40,
    CASE WHEN i % 10 = 0 THEN '{}' ELSE ARRAY['t' || i % 5, 'tag' || i % 97, CASE WHEN i % 3 < 2 THEN 'it''s all' ELSE 'x' || i END] END,
    ARRAY[i % 7, 1000 + i % 300], ARRAY[(ARRAY['sad', 'ok'])[1 + i % 2]::mood],
    jsonb_build_object('kind', 'k' || i % 4, 'n', i % 100, 'tags', jsonb_build_array('a' || i % 6, 'b' || i % 2), 'sub', jsonb_build_object('x', i % 9), 'id', i, 'on', i % 8 = 0)
        || CASE WHEN i % 20 = 0 THEN '{"rare \"key": 1}' ELSE '{}' END::jsonb,
    CASE WHEN i % 5 = 0 THEN 'null' ELSE jsonb_build_array('p' || i % 12, i % 7) END, hstore(ARRAY['color', 'c' || i % 3, 'size', (i % 40)::text]),
    (ARRAY['Café', 'Résumé', 'House', 'Garden', 'Bicycle'])[1 + i % 5] || ' number ' || i % 500 || ' of ' || (ARRAY['Miami', 'Boston', 'Zürich'])[1 + i % 3],
    'lorem ' || (ARRAY['running', 'dancing', 'databases'])[1 + i % 3] || ' word' || i % 300 || CASE WHEN i % 2 = 0 THEN ' common' ELSE '' END,
    NULL, CASE i % 2 WHEN 0 THEN 'Word' ELSE 'wORD' END || i % 70, 'c' || i % 9, i % 1000 / 10.0, i % 16,
    '2025-01-01 00:00Z'::timestamptz + i * interval '37 min', '2025-01-01'::date + i % 200,
    tstzrange('2025-01-01 00:00Z'::timestamptz + i * interval '1 hour', '2025-01-01 05:00Z'::timestamptz + i * interval '1 hour'),
    daterange('2025-01-01'::date + i % 300, '2025-01-04'::date + i % 300), int4multirange(int4range(i % 100, i % 100 + 5)),
    point(i % 100, i / 100), box(point(i % 100, i / 100), point(i % 100 + 2, i / 100 + 2)), circle(point(i % 100, i / 100), 2),
    ('10.' || i % 4 || '.' || i % 200 || '.' || 1 + i % 250)::inet, ('top.c' || i % 5 || '.s' || i % 25)::ltree
FROM generate_series(1, 1000) AS i;
UPDATE item SET words = to_tsvector('english', title || ' ' || body);
CREATE TABLE owner (id int PRIMARY KEY, name text, likes text[]);
INSERT INTO owner SELECT i, 'owner' || i, ARRAY['t' || i % 5] FROM generate_series(0, 39) AS i;
CREATE TABLE post AS SELECT i AS id, (ARRAY['english', 'simple'])[1 + i % 2]::regconfig AS lang, 'word' || i % 50 || CASE WHEN i % 3 = 0 THEN ' running' ELSE ' dancing' END AS body FROM generate_series(1, 300) AS i;
CREATE VIEW shown AS SELECT id, tags AS labels, lower(title) AS low, doc AS d, words AS w FROM item WHERE id > 0;
VACUUM ANALYZE item;
ANALYZE owner, post;
CREATE FUNCTION plain(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT kinds_test.unaccent('kinds_test.unaccent', lower($1))$$;
CREATE FUNCTION has_tag(text[], text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$SELECT $2 = ANY ($1)$$;
CREATE FUNCTION fails(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$BEGIN RETURN 10 / ($1 - 5); END$$;

-- What the cases of a query are called, without their column, and which are wrong:
-- those that find no row and should, that find one and should not, or whose share is
-- not that of the rows; and common ones that find less than the typical or rare one.
CREATE FUNCTION kinds(sql text, types regtype[] DEFAULT NULL, OUT kinds text, OUT wrong text) LANGUAGE plpgsql AS $$
DECLARE
    c record;
    n bigint;
    kind text;
    found jsonb := '{}';
    faults text[] := '{}';
BEGIN
    PERFORM perfcheck_add_query('q', sql, types => types);
    FOR c IN SELECT * FROM perfcheck_cases('q') LOOP
        IF c.label IS NULL THEN
            faults := faults || regexp_replace(c.reason, ' \(hint.*', '');
            EXIT;
        END IF;
        kind := regexp_replace(regexp_replace(c.label, ' \(\$\d+\)$', ''), '^.* (?=[^ ]+( page)?$)', '');
        CONTINUE WHEN kind = 'null';
        kinds := concat_ws(', ', kinds, kind);
        EXECUTE format('PREPARE one%s AS SELECT count(*) FROM (%s) AS s', '(' || array_to_string(types, ', ') || ')', sql);
        EXECUTE 'EXECUTE one (' || (SELECT string_agg(quote_nullable(a), ', ' ORDER BY i) FROM unnest(c.args) WITH ORDINALITY AS u (a, i)) || ')' INTO n;
        DEALLOCATE one;
        found := jsonb_build_object(kind, n) || found;
        IF (kind IN ('absent', 'empty', 'short')) <> (n = 0) THEN
            faults := faults || format('%s: %s rows', kind, n);
        ELSIF sql ~ '^SELECT \* FROM (item|shown) WHERE [^$]*\$1[^$]*$' AND abs(c.share * 1000 - n) > 0.01 THEN
            faults := faults || format('%s: %s rows, %s expected', kind, n, c.share * 1000);
        END IF;
    END LOOP;
    PERFORM perfcheck_drop_query('q');
    IF sql !~ 'HAVING' AND (found -> 'common')::int < greatest((found -> 'typical')::int, (found -> 'rare')::int) THEN
        faults := faults || 'common is not common'::text;
    END IF;
    wrong := coalesce(nullif(array_to_string(faults, '; '), ''), '-');
END $$;
CREATE FUNCTION all_kinds(sqls text[], types regtype[] DEFAULT NULL) RETURNS TABLE (sql text, kinds text, wrong text) LANGUAGE sql AS
$$SELECT s, k.* FROM unnest(sqls) WITH ORDINALITY AS u (s, i), kinds(s, types) AS k ORDER BY i$$;

-- arrays: elements by how many rows have them, whatever way they are asked for
SELECT * FROM all_kinds(ARRAY[
    'SELECT * FROM item WHERE tags @> $1',
    'SELECT * FROM item WHERE $1 <@ tags',
    'SELECT * FROM item WHERE tags && $1',
    'SELECT * FROM item WHERE tags <@ $1',
    'SELECT * FROM item WHERE $1 = ANY (tags)',
    'SELECT * FROM item WHERE nums @> ARRAY[$1]::int[]',
    'SELECT * FROM item WHERE nums && $1::int[]',
    'SELECT * FROM item WHERE moods @> ARRAY[$1]::mood[]',
    'SELECT * FROM item WHERE EXISTS (SELECT 1 FROM unnest(tags) AS x WHERE x = $1)',
    'SELECT * FROM item WHERE $1 IN (SELECT unnest(tags))',
    'SELECT i.id FROM item AS i, unnest(tags) AS x WHERE x = $1',
    'SELECT * FROM item WHERE tags && string_to_array($1, '','')',
    'SELECT * FROM item WHERE has_tag(tags, $1)',
    'SELECT i.* FROM item AS i JOIN owner AS o ON o.id = i.owner WHERE o.likes && $1']);
SELECT * FROM all_kinds(ARRAY[
    'SELECT * FROM item WHERE tags @> ARRAY[$1]',
    'SELECT * FROM item WHERE array_position(tags, $1) IS NOT NULL',
    'SELECT * FROM shown WHERE labels @> ARRAY[$1]'], '{text}');
-- two elements of one row
SELECT * FROM kinds('SELECT * FROM item WHERE tags @> ARRAY[$1, $2]', '{text,text}');

-- jsonb and hstore: pairs and keys of the rows; a value where a key is given
SELECT * FROM all_kinds(ARRAY[
    'SELECT * FROM item WHERE doc @> $1',
    'SELECT * FROM item WHERE $1 <@ doc',
    'SELECT * FROM shown WHERE d @> $1::text::jsonb',
    'SELECT * FROM item WHERE doc ? $1',
    'SELECT * FROM item WHERE doc ?| $1',
    'SELECT * FROM item WHERE doc @? $1',
    'SELECT * FROM item WHERE doc @@ $1',
    'SELECT * FROM item WHERE doc ->> ''kind'' = $1',
    'SELECT * FROM item WHERE (doc ->> ''n'')::int > $1',
    'SELECT * FROM item WHERE doc[''kind''] = to_jsonb($1::text)',
    'SELECT * FROM item WHERE doc @> jsonb_build_object(''kind'', $1::text)',
    'SELECT * FROM item WHERE doc @> jsonb_build_object(''sub'', jsonb_build_object(''x'', $1::int))',
    'SELECT * FROM item WHERE doc @> jsonb_build_object(''on'', $1::boolean)',
    'SELECT * FROM item WHERE doc @> format(''{"kind": "%s"}'', $1::text)::jsonb',
    'SELECT * FROM item WHERE doc -> ''tags'' ? $1',
    'SELECT * FROM item WHERE doc -> ''tags'' @> to_jsonb($1::text)',
    'SELECT * FROM item WHERE list @> $1',
    'SELECT * FROM item WHERE jsonb_path_exists(doc, ''$.tags[*] ? (@ == $t)'', jsonb_build_object(''t'', $1::text))',
    'SELECT * FROM item WHERE EXISTS (SELECT 1 FROM jsonb_array_elements_text(doc -> ''tags'') AS e WHERE e = $1)',
    'SELECT * FROM item WHERE attrs @> $1',
    'SELECT * FROM item WHERE attrs @> hstore(''color'', $1)',
    'SELECT * FROM item WHERE attrs ? $1',
    'SELECT * FROM item WHERE doc @> ANY ($1::jsonb[])',
    'SELECT * FROM item WHERE doc ->> $1 = $2',
    'SELECT * FROM item WHERE attrs -> $1 = $2',
    'SELECT * FROM item WHERE doc @> jsonb_build_object($1::text, $2::text)',
    'SELECT * FROM item WHERE doc @> jsonb_build_object(''kind'', $1::text, ''n'', $2::int)']);

-- full text: lexemes
SELECT * FROM all_kinds(ARRAY[
    'SELECT * FROM item WHERE words @@ to_tsquery(''english'', $1)',
    'SELECT * FROM item WHERE words @@ plainto_tsquery($1)',
    'SELECT * FROM item WHERE phraseto_tsquery(''english'', $1) @@ words',
    'SELECT * FROM shown WHERE w @@ websearch_to_tsquery(''english'', $1)',
    'SELECT * FROM item WHERE words @@ $1::tsquery',
    'SELECT * FROM item WHERE words @@ to_tsquery(''english'', $1 || '':*'')',
    'SELECT * FROM item WHERE to_tsvector(''english'', body) @@ plainto_tsquery(''english'', $1)',
    'SELECT * FROM item WHERE body @@ $1',
    'WITH q AS (SELECT plainto_tsquery(''english'', $1) AS q) SELECT id FROM item, q WHERE words @@ q.q',
    'SELECT id, ts_rank(words, q) FROM item, to_tsquery(''english'', $1) AS q WHERE words @@ q ORDER BY 2 DESC',
    'SELECT id FROM post WHERE to_tsvector(lang, body) @@ plainto_tsquery(lang, $1)',
    'SELECT * FROM item WHERE to_tsvector($1::regconfig, body) @@ plainto_tsquery($1::regconfig, $2)']);

-- trigrams and distances; a least similarity is given
SELECT * FROM all_kinds(ARRAY[
    'SELECT * FROM item WHERE title % $1',
    'SELECT * FROM item WHERE $1 <% title',
    'SELECT * FROM item WHERE similarity(title, $1) > 0.3',
    'SELECT * FROM item WHERE title <-> $1 < 0.6',
    'SELECT * FROM item WHERE word_similarity($1, title) > $2::real']);
-- an order leaves no row out: what is similar, and what is far from all
SELECT perfcheck_add_query('best', 'SELECT * FROM item WHERE owner = 7 ORDER BY similarity(title, $1) DESC LIMIT 10');
SELECT perfcheck_add_query('like', 'SELECT * FROM item ORDER BY title <-> $1 LIMIT 10');
SELECT perfcheck_add_query('near', 'SELECT * FROM item ORDER BY place <-> point($1, $2) LIMIT 10', types => '{float8,float8}');
SELECT perfcheck_add_query('when', 'SELECT * FROM item ORDER BY at <-> $1 LIMIT 10');
SELECT query, string_agg(regexp_replace(label, '^.* ', ''), ', '), min(share) FROM perfcheck_cases() WHERE required GROUP BY query ORDER BY query;
SELECT count(perfcheck_drop_query(name)) FROM perfcheck_query WHERE enabled;

-- ranges and shapes: what lies in them, and what they overlap
SELECT * FROM all_kinds(ARRAY[
    'SELECT * FROM item WHERE during @> $1::timestamptz',
    'SELECT * FROM item WHERE stay @> $1::date',
    'SELECT * FROM item WHERE many @> $1::int',
    'SELECT * FROM item WHERE stay && $1',
    'SELECT * FROM item WHERE during && tstzrange($1, $2)',
    'SELECT * FROM item WHERE tstzrange($1, $2, ''[]'') && during',
    'SELECT * FROM item WHERE tstzrange(at, at + interval ''1 day'') && tstzrange($1, $2)',
    'SELECT * FROM item WHERE during <@ tstzrange($1::date, $2::date)',
    'SELECT * FROM item WHERE stay && daterange($1::date, $2::date + 1)',
    'SELECT * FROM item WHERE at <@ tstzrange($1, $2)',
    'SELECT * FROM item WHERE $1::daterange @> day',
    'SELECT * FROM item WHERE (at, at + interval ''2 hours'') OVERLAPS ($1::timestamptz, $2::timestamptz)']);
SELECT * FROM all_kinds(ARRAY[
    'SELECT * FROM item WHERE place <@ box(point($1, $2), point($1 + 1, $2 + 1))',
    'SELECT * FROM item WHERE area @> point($1, $2)',
    'SELECT * FROM item WHERE round @> point($1, $2)'], '{float8,float8}');
SELECT * FROM all_kinds(ARRAY[
    'SELECT * FROM item WHERE place <@ circle(point($1, $2), $3)',
    'SELECT * FROM item WHERE place <-> point($1, $2) < $3'], '{float8,float8,float8}');
SELECT * FROM kinds('SELECT * FROM item WHERE place <@ $1', '{box}');
SELECT * FROM kinds('SELECT * FROM item WHERE area && box($1::point, $2::point)');
SELECT * FROM all_kinds(ARRAY['SELECT * FROM item WHERE addr << $1', 'SELECT * FROM item WHERE $1::cidr >>= addr', 'SELECT * FROM item WHERE path <@ $1', 'SELECT * FROM item WHERE path ~ $1::lquery']);

-- regular expressions and the like: words
SELECT * FROM all_kinds(ARRAY[
    'SELECT * FROM item WHERE title ~ $1',
    'SELECT * FROM item WHERE title ~* $1',
    'SELECT * FROM item WHERE title ~ (''^'' || $1::text)',
    'SELECT * FROM item WHERE title ~* (''\y'' || $1::text || ''\y'')',
    'SELECT * FROM item WHERE title SIMILAR TO $1',
    'SELECT * FROM item WHERE title SIMILAR TO ''%'' || $1::text || ''%''',
    'SELECT * FROM item WHERE starts_with(title, $1)',
    'SELECT * FROM item WHERE title ^@ $1',
    'SELECT * FROM item WHERE position($1 IN title) > 0',
    'SELECT * FROM item WHERE strpos(lower(title), lower($1)) <> 0',
    'SELECT * FROM item WHERE regexp_like(title, $1, ''i'')',
    'SELECT * FROM item WHERE regexp_match(title, $1) IS NOT NULL',
    'SELECT * FROM item WHERE title ILIKE ANY ($1::text[])',
    'SELECT * FROM item WHERE code LIKE $1 || ''%''']);
-- negated: all rows lack the absent one, and the fewest lack the common one
SELECT * FROM all_kinds(ARRAY[
    'SELECT * FROM item WHERE title !~ $1',
    'SELECT * FROM item WHERE strpos(title, $1) = 0',
    'SELECT * FROM item WHERE NOT ($1 = ANY (tags))',
    'SELECT * FROM item WHERE NOT (tags && $1)']);

-- a function around the column and around the parameter
SELECT * FROM all_kinds(ARRAY[
    'SELECT * FROM item WHERE unaccent(title) ILIKE unaccent($1)',
    'SELECT * FROM item WHERE unaccent(title) ILIKE ''%'' || unaccent($1) || ''%''',
    'SELECT * FROM item WHERE plain(title) LIKE plain(''%'' || $1::text || ''%'')',
    'SELECT * FROM item WHERE plain(title) = plain($1)',
    'SELECT * FROM item WHERE upper(title) LIKE upper($1::text || ''%'')',
    'SELECT * FROM shown WHERE low LIKE lower(concat(''%'', $1::text, ''%''))',
    'SELECT * FROM item WHERE title ILIKE format(''%%%s%%'', $1::text)',
    'SELECT * FROM item WHERE title ILIKE ''%'' || replace($1, ''%'', ''\%'') || ''%''',
    'SELECT * FROM item WHERE title LIKE COALESCE($1, title)',
    'SELECT * FROM item WHERE ci = $1::citext',
    'SELECT * FROM item WHERE ci LIKE $1::citext || ''%''',
    'SELECT * FROM item WHERE md5(title) = md5($1)',
    'SELECT * FROM item WHERE title = reverse($1)']);
-- of which text it is the digest, no row tells
SELECT * FROM kinds('SELECT * FROM item WHERE title = md5($1)');

-- times: zones, formats, ages; numbers in formulas
SELECT * FROM all_kinds(ARRAY[
    'SELECT * FROM item WHERE at >= ($1::date)::timestamp AT TIME ZONE ''Europe/Berlin''',
    'SELECT * FROM item WHERE at >= ($1::text || '' 00:00'')::timestamptz',
    'SELECT * FROM item WHERE at > now() - $1::interval',
    'SELECT * FROM item WHERE at > now() - ($1::text || '' days'')::interval',
    'SELECT * FROM item WHERE at > now() - make_interval(days => $1)',
    'SELECT * FROM item WHERE day >= current_date - $1::int',
    'SELECT * FROM item WHERE date_trunc(''day'', at) = $1::timestamptz',
    'SELECT * FROM item WHERE date_trunc(''week'', at) = date_trunc(''week'', $1::timestamptz)',
    'SELECT * FROM item WHERE at::date = $1::date',
    'SELECT * FROM item WHERE extract(month FROM at) = $1',
    'SELECT * FROM item WHERE to_char(at, ''YYYY-MM'') = $1',
    'SELECT * FROM item WHERE at >= to_timestamp($1::bigint / 1000.0)',
    'SELECT * FROM item WHERE at >= to_date($1, ''DD/MM/YYYY'')',
    'SELECT * FROM item WHERE at >= to_timestamp($1, ''YYYY-MM-DD HH24:MI'')',
    'SELECT * FROM item WHERE price >= $1::numeric * 2',
    'SELECT * FROM item WHERE owner = $1::int + 1']);
SELECT * FROM all_kinds(ARRAY[
    'SELECT * FROM item WHERE at >= $1::date AT TIME ZONE ''Asia/Tokyo'' AND at < ($1::date + 1) AT TIME ZONE ''Asia/Tokyo''',
    'SELECT * FROM item WHERE at > now() - $1::interval AND at < now() - $2::interval',
    'SELECT * FROM item WHERE at <= $1::timestamptz AND at > $1::timestamptz - $2::interval',
    'SELECT * FROM item WHERE (at, id) < (to_timestamp($1::float8), $2::int)']);

-- what the query itself computes: groups, windows, joins
SELECT * FROM all_kinds(ARRAY[
    'SELECT owner FROM item GROUP BY owner HAVING count(*) > $1',
    'SELECT owner FROM item GROUP BY owner HAVING sum(price) >= $1',
    'SELECT flags FROM item WHERE owner = $2 GROUP BY flags HAVING avg(price) < $1',
    'SELECT * FROM (SELECT owner, max(at) AS newest FROM item GROUP BY owner) AS s WHERE newest BETWEEN $1 AND $2',
    'WITH a AS (SELECT owner, sum(flags) AS f FROM item GROUP BY owner) SELECT * FROM a WHERE f = $1',
    'SELECT * FROM (SELECT id, row_number() OVER (PARTITION BY owner ORDER BY at) AS n FROM item) AS s WHERE n <= $1',
    'SELECT owner FROM item GROUP BY owner HAVING count(*) FILTER (WHERE flags = $1) > $2',
    'WITH RECURSIVE t AS (SELECT id, owner, 1 AS depth FROM item WHERE id = $1 UNION ALL SELECT i.id, i.owner, t.depth + 1 FROM item AS i JOIN t ON i.id = t.owner WHERE t.depth < $2) SELECT * FROM t',
    'SELECT name FROM owner AS o WHERE (SELECT count(*) FROM item AS i WHERE i.owner = o.id) >= $1',
    'SELECT i.id FROM item AS i JOIN owner AS o ON o.id = i.owner WHERE i.title || o.name = $1',
    'SELECT i.id FROM item AS i JOIN owner AS o ON o.id = i.owner WHERE i.title || '' '' || o.name ILIKE $1']);

-- lists: arrays, text with commas, JSON; NULL and other values that switch a filter off
SELECT * FROM all_kinds(ARRAY[
    'SELECT * FROM item WHERE owner = ANY (string_to_array($1, '','')::int[])',
    'SELECT * FROM item WHERE owner = ANY (SELECT unnest($1::int[]))',
    'SELECT * FROM item WHERE owner IN (SELECT jsonb_array_elements_text($1)::int)',
    'SELECT * FROM item WHERE owner IN (SELECT (e ->> ''id'')::int FROM jsonb_array_elements($1::jsonb) AS e)',
    'SELECT i.* FROM item AS i JOIN json_to_recordset($1::json) AS r (owner int) ON r.owner = i.owner',
    'SELECT i.* FROM item AS i JOIN unnest($1::int[]) AS u ON u = i.owner',
    'SELECT i.* FROM unnest($1::int[]) WITH ORDINALITY AS u (x, o) JOIN item AS i ON i.owner = u.x ORDER BY o',
    'SELECT * FROM item WHERE title IN (SELECT regexp_split_to_table($1, '',''))',
    'SELECT i.* FROM item AS i JOIN (VALUES ($1::int)) AS v (x) ON v.x = i.owner',
    'SELECT * FROM item WHERE owner = (SELECT $1::int)',
    'WITH p AS (SELECT $1::int AS o) SELECT i.* FROM item AS i, p WHERE i.owner = p.o',
    'SELECT o.* FROM owner AS o WHERE $1 IN (SELECT owner FROM item)',
    'SELECT * FROM item WHERE CASE WHEN $1::int IS NULL THEN true ELSE owner = $1 END',
    'SELECT * FROM item WHERE COALESCE($1, owner) = owner',
    'SELECT * FROM item WHERE COALESCE(NULLIF($1, ''''), title) = title',
    'SELECT * FROM item WHERE lower(title) BETWEEN $1 AND $2']);

-- a parameter in no comparison takes any value of its type, and the others vary
CREATE VIEW args AS SELECT label, args FROM perfcheck_cases() WHERE required;
SELECT perfcheck_add_query('q', 'SELECT id, $1 AS kind, at AT TIME ZONE $3, to_char(at, $4), price * $5 FROM item WHERE owner = $2 ORDER BY at LIMIT 20', types => '{text,int,text,text,numeric}');
SELECT * FROM args;
SELECT perfcheck_drop_query('q');
SELECT perfcheck_add_query('q', 'SELECT $1::jsonb, $2::mood, $3::int[], $4::uuid, $5::timestamptz, $6::daterange, $7::item, $8::boolean FROM item');
SELECT * FROM args;
SELECT perfcheck_drop_query('q');
SELECT perfcheck_add_query('q', 'SELECT * FROM item WHERE date_trunc($1, at AT TIME ZONE $2) = $3', types => '{text,text,timestamp}');
SELECT label, args[1:2] FROM perfcheck_cases('q') WHERE required;
SELECT perfcheck_drop_query('q');
SELECT perfcheck_add_query('q', 'SELECT * FROM item WHERE coalesce(owner, $1) = $2');
SELECT label, args[1] FROM perfcheck_cases('q') WHERE required;
SELECT perfcheck_drop_query('q');
-- one that switches takes each value that the query knows
SELECT perfcheck_add_query('q', 'SELECT * FROM item WHERE owner = 3 AND ($2 OR flags = 1) ORDER BY CASE WHEN $1 = ''asc'' THEN at END, CASE WHEN $1 = ''desc'' THEN at END DESC');
SELECT * FROM args;
SELECT perfcheck_drop_query('q');

-- requests draw such values, too
SELECT perfcheck_add_query('q', 'SELECT id, $1 AS kind FROM item WHERE tags && string_to_array($2, '','') AND owner = ANY (string_to_array($3, '','')::int[]) AND title = reverse($4)', '/i?a=$1&b=$2&c=$3&d=$4', types => '{text,text,text,text}');
SELECT count(*) > 5 AS drawn, bool_and(path ~ '^/i\?a=a&b=[^&]+&c=\d+&d=(imaiM|notsoB|hcir%C3%BCZ)%20fo') AS written FROM perfcheck_requests('q', 10) WHERE label = 'drawn';
SELECT perfcheck_drop_query('q');

-- fault: a row without value, an expression that fails on a row, a query that cannot be
-- understood or analyzed. Each is a row, and the others go on.
CREATE TABLE nothing AS SELECT g AS id, NULL::text[] AS tags FROM generate_series(1, 10) AS g;
ANALYZE nothing;
SELECT perfcheck_add_query('a_null', 'SELECT * FROM nothing WHERE tags && $1', '/a?t=$1');
SELECT perfcheck_add_query('b_fails', 'SELECT * FROM item WHERE ARRAY[fails(flags)] @> ARRAY[$1]::int[]', '/b?t=$1');
SELECT perfcheck_add_query('c_unknown', 'SELECT * FROM item AS i JOIN owner AS o ON o.id = i.owner WHERE i.title = o.name || $1', '/c?t=$1');
SELECT perfcheck_add_query('d_gone', 'SELECT * FROM item WHERE tags @> $1', '/d?t=$1');
UPDATE perfcheck_query SET sql = replace(sql, 'item', 'items') WHERE name = 'd_gone';
SELECT perfcheck_add_query('e_good', 'SELECT * FROM item WHERE tags @> $1', '/e?t=$1');
SELECT query, count(label) AS cases, min(regexp_replace(reason, ' \(hint.*', '')) AS reason FROM perfcheck_cases() GROUP BY query ORDER BY query;
SELECT query, count(path) > 0 AS requests, min(regexp_replace(reason, ' \(hint.*', '')) AS reason FROM perfcheck_requests(samples => 2) GROUP BY query ORDER BY query;
-- a case that fails is one alone
SELECT perfcheck_add_case('e_good', 'too deep', '{"{a}"}');
UPDATE perfcheck_case SET args = '{"{{"}' WHERE label = 'too deep';
SELECT label, path IS NOT NULL AS request, rows > 0 AS found, reason FROM perfcheck_requests('e_good', 0);
SELECT count(perfcheck_drop_query(name)) FROM perfcheck_query WHERE enabled;

-- a large table: a sample tells what to count
CREATE TABLE large (id int, tags text[], doc jsonb);
INSERT INTO large SELECT g, ARRAY['t' || g % 300, CASE WHEN g % 2 = 0 THEN 'half' ELSE 'o' || g % 7 END], jsonb_build_object('k', g % 40, 'id', g) FROM generate_series(1, 70000) AS g;
ANALYZE large;
SELECT perfcheck_add_query('tags', 'SELECT * FROM large WHERE tags @> $1');
SELECT perfcheck_add_query('doc', 'SELECT * FROM large WHERE doc @> $1');
SELECT query, label, (SELECT count(*) FROM large WHERE CASE query WHEN 'tags' THEN tags @> args[1]::text[] ELSE doc @> args[1]::jsonb END) BETWEEN 70000 * share * 0.7 - 5 AND 70000 * share * 1.5 + 5 AS about,
    label = 'tags common' AND args[1] = '{half}' AS half FROM perfcheck_cases() WHERE required ORDER BY query, label;
SELECT count(perfcheck_drop_query(name)) FROM perfcheck_query WHERE enabled;

UPDATE perfcheck_query SET enabled = true;
DROP SCHEMA kinds_test CASCADE;
