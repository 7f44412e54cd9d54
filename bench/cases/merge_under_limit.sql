-- A page of two tables that are merged by their common key: both sides stop when
-- the page is full.
CREATE TABLE leaf (id bigint PRIMARY KEY, body text NOT NULL);
CREATE TABLE leaf_mark (leaf_id bigint PRIMARY KEY, kind int NOT NULL, extra text NOT NULL);
INSERT INTO leaf SELECT i, repeat('green ', 8) FROM generate_series(1, 20000 * :s) AS i;
INSERT INTO leaf_mark SELECT i, (dice(i, 1) * 40)::int, repeat('vein ', 8) FROM generate_series(1, 20000 * :s) AS i;
VACUUM ANALYZE;

SELECT perfcheck_add_query('with_kind', 'SELECT l.*, m.kind FROM leaf l JOIN leaf_mark m ON m.leaf_id = l.id WHERE m.kind = $1 ORDER BY l.id LIMIT 21');
SELECT perfcheck_add_query('with_any', 'SELECT l.*, m.kind FROM leaf l LEFT JOIN leaf_mark m ON m.leaf_id = l.id ORDER BY l.id LIMIT 21');
SELECT perfcheck_add_query('with_kind_exists', 'SELECT l.* FROM leaf l WHERE EXISTS (SELECT 1 FROM leaf_mark m WHERE m.leaf_id = l.id AND m.kind = $1) ORDER BY l.id LIMIT 21');
SELECT perfcheck_add_query('with_small_kinds', 'SELECT l.*, m.kind FROM leaf l JOIN leaf_mark m ON m.leaf_id = l.id WHERE m.kind < 20 ORDER BY l.id LIMIT 21');
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['with_kind', 'with_kind_exists']) AS q, (VALUES ('usual', '10'), ('rare', '40'), ('absent', '99')) AS v(l, v);

-- phase: mended
SELECT perfcheck_drop_query('with_any');
SELECT perfcheck_drop_query('with_small_kinds');
CREATE INDEX ON leaf_mark (kind, leaf_id);
VACUUM ANALYZE leaf_mark;
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['with_kind', 'with_kind_exists']) AS q, (VALUES ('usual', '10'), ('rare', '40'), ('absent', '99')) AS v(l, v);
