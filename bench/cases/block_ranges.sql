-- BRIN: useless for a column that updates have scattered, and right for a column
-- that grows with the table.
CREATE TABLE trash (id bigint PRIMARY KEY, changed_at timestamptz NOT NULL, made_at timestamptz NOT NULL, path text NOT NULL);
INSERT INTO trash
SELECT i, '2025-01-01'::timestamptz + (CASE WHEN dice(i, 1) < 0.6 THEN (dice(i, 2) * 20000 * :s)::int ELSE i END) * interval '10 s', '2025-01-01'::timestamptz + i * interval '10 s', repeat('dir/', 15)
FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON trash USING brin (changed_at);
CREATE INDEX ON trash USING brin (made_at) WITH (pages_per_range = 16);
VACUUM ANALYZE;

SELECT perfcheck_add_query('by_changed', 'SELECT id FROM trash WHERE changed_at >= $1 AND changed_at < $1 + interval ''10 minutes''');
SELECT perfcheck_add_query('by_made', 'SELECT id FROM trash WHERE made_at >= $1 AND made_at < $1 + interval ''10 minutes''');
SELECT perfcheck_add_query('sync', 'SELECT * FROM trash WHERE changed_at > $1 ORDER BY changed_at LIMIT 100');
SELECT hurts(q, 'in the middle', ARRAY[made_at::text]) FROM trash, unnest(ARRAY['by_changed', 'by_made', 'sync']) AS q WHERE id = 10000 * :s;

-- phase: btree
CREATE INDEX ON trash (changed_at);
VACUUM ANALYZE trash;
SELECT hurts(q, 'in the middle', ARRAY[made_at::text]) FROM trash, unnest(ARRAY['by_changed', 'by_made', 'sync']) AS q WHERE id = 10000 * :s;
