-- Forms of conditions that applications send, on one table.
-- fixed: kind
CREATE TABLE kind (id int PRIMARY KEY);
INSERT INTO kind SELECT i FROM generate_series(0, 19) AS i;
CREATE TABLE thing (
    id bigint PRIMARY KEY, tags text[] NOT NULL, during tstzrange NOT NULL, spot point NOT NULL, at timestamptz NOT NULL,
    kind int NOT NULL REFERENCES kind, name text NOT NULL, props jsonb NOT NULL, words tsvector NOT NULL);
INSERT INTO thing
SELECT i, ARRAY['a' || i % 5000, 'b' || i % 7], tstzrange(t, t + interval '3 hours'), point(i % 100, i / 100), t, i % 20, md5(i::text), jsonb_build_object('sku', i % 4000, 'size', i % 9),
    to_tsvector('simple', 'word' || i % 3000 || ' common')
FROM (SELECT i, '2025-01-01'::timestamptz + i * interval '1 hour' AS t FROM generate_series(1, 20000 * :s) AS i) AS x;
CREATE INDEX ON thing (at);
CREATE INDEX ON thing (kind, at);
CREATE INDEX ON thing (name);
CREATE INDEX ON thing (lower(name));
CREATE INDEX ON thing USING gin (tags) WITH (fastupdate = off);
CREATE INDEX ON thing USING gin (props jsonb_path_ops) WITH (fastupdate = off);
CREATE INDEX ON thing USING gin (words) WITH (fastupdate = off);
CREATE INDEX ON thing USING gin (name gin_trgm_ops) WITH (fastupdate = off);
CREATE INDEX ON thing USING gist (during);
CREATE INDEX ON thing USING gist (spot);
VACUUM ANALYZE;

SELECT perfcheck_add_query('for_update', 'SELECT * FROM thing WHERE kind = $1 ORDER BY at LIMIT 1');
SELECT perfcheck_add_query('any_of_column', 'SELECT count(*) FROM thing WHERE $1 = ANY (tags)');
SELECT perfcheck_add_query('contains_rare', 'SELECT * FROM thing WHERE tags @> ARRAY[$1] AND tags @> ARRAY[''a77''] LIMIT 10', types => '{text}');
SELECT perfcheck_add_query('overlaps', 'SELECT * FROM thing WHERE tags && $1 LIMIT 10', types => '{text[]}');
SELECT perfcheck_add_query('json_contains', 'SELECT * FROM thing WHERE props @> $1 LIMIT 10', types => '{jsonb}');
SELECT perfcheck_add_query('json_key', 'SELECT count(*) FROM thing WHERE props ->> ''sku'' = $1');
SELECT perfcheck_add_query('text_search', 'SELECT id FROM thing WHERE words @@ to_tsquery(''simple'', $1) LIMIT 20');
SELECT perfcheck_add_query('similar_name', 'SELECT id FROM thing WHERE name % $1 LIMIT 20');
SELECT perfcheck_add_query('matches', 'SELECT id FROM thing WHERE name ~* $1 LIMIT 20');
SELECT perfcheck_add_query('range_at', 'SELECT * FROM thing WHERE during @> $1::timestamptz');
SELECT perfcheck_add_query('having', 'SELECT kind, count(*) FROM thing GROUP BY kind HAVING count(*) > $1');
SELECT perfcheck_add_query('trunc_equal', 'SELECT * FROM thing WHERE date_trunc(''day'', at) = $1', types => '{timestamptz}');
SELECT perfcheck_add_query('age', 'SELECT id FROM thing WHERE at > ''2026-01-01''::timestamptz - $1::interval AND at < ''2026-01-01''');
SELECT perfcheck_add_query('lower_name', 'SELECT * FROM thing WHERE lower(name) = lower($1)');
SELECT perfcheck_add_query('arithmetic', 'SELECT count(*) FROM thing WHERE kind + 1 = $1');
SELECT perfcheck_add_query('row_in', 'SELECT * FROM thing WHERE (kind, name) IN (($1, $2))');
SELECT perfcheck_add_query('union_names', 'SELECT id FROM thing WHERE name = $1 UNION SELECT id FROM thing WHERE lower(name) = $2');
SELECT perfcheck_add_query('optional', 'SELECT * FROM thing WHERE CASE WHEN $1::int IS NULL THEN true ELSE kind = $1 END ORDER BY at LIMIT 10');
SELECT perfcheck_add_query('top_per_kind', 'SELECT * FROM (SELECT id FROM kind WHERE id < $1) k CROSS JOIN LATERAL (SELECT id, at FROM thing t WHERE t.kind = k.id ORDER BY at DESC LIMIT 3) t');
SELECT perfcheck_add_query('json_page', 'SELECT json_agg(x) FROM (SELECT * FROM thing WHERE kind = $1 ORDER BY at DESC LIMIT 20) x');
SELECT perfcheck_add_query('exists_name', 'SELECT EXISTS (SELECT 1 FROM thing WHERE name = $1)');
SELECT perfcheck_add_query('upper_pattern', 'SELECT id FROM thing WHERE upper(name) LIKE upper($1 || ''%'') LIMIT 20');
SELECT perfcheck_add_query('prefix', 'SELECT id FROM thing WHERE name LIKE $1 || ''%'' LIMIT 20');
SELECT hurts(q, 'one', ARRAY[v]) FROM (VALUES ('for_update', '7'), ('any_of_column', 'a77'), ('contains_rare', 'b3'), ('overlaps', '{a77,a78}'), ('json_contains', '{"sku": 77}'),
    ('json_key', '77'), ('text_search', 'word77'), ('similar_name', md5('77')), ('matches', '^' || left(md5('77'), 8)), ('range_at', '2026-01-01 12:00'), ('having', '10'), ('trunc_equal', '2026-01-01'),
    ('age', '3 days'), ('lower_name', md5('77')), ('arithmetic', '5'), ('optional', '7'), ('top_per_kind', '100'), ('json_page', '7'), ('exists_name', md5('77')),
    ('upper_pattern', left(md5('77'), 8)), ('prefix', left(md5('77'), 6))) AS x(q, v);
SELECT hurts('for_update', 'absent', ARRAY['99']), hurts('exists_name', 'absent', ARRAY['none']), hurts('json_contains', 'absent', ARRAY['{"sku": -1}']),
    hurts('text_search', 'absent', ARRAY['none']), hurts('optional', 'absent', ARRAY['99']), hurts('upper_pattern', 'absent', ARRAY['zzz']);
SELECT hurts('row_in', 'one', ARRAY['17', md5('77')]), hurts('union_names', 'two', ARRAY[md5('77'), md5('78')]);
