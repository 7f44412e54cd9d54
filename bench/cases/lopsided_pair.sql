-- The newest of two tables in one feed, each part limited: one has an index with
-- its owner and the time, the other has the time alone.
CREATE TABLE painter (id int PRIMARY KEY);
CREATE TABLE upload (id bigint PRIMARY KEY, painter_id int NOT NULL REFERENCES painter, at timestamptz NOT NULL);
CREATE TABLE note (id bigint PRIMARY KEY, painter_id int NOT NULL REFERENCES painter, at timestamptz NOT NULL);
INSERT INTO painter SELECT i FROM generate_series(1, 400 * :s) AS i;
INSERT INTO upload SELECT i, 1 + (dice(i, 1) * (400 * :s - 1))::int, '2025-01-01'::timestamptz + i * interval '1 minute' FROM generate_series(1, 12000 * :s) AS i;
INSERT INTO note SELECT i, 1 + (dice(i, 2) * (400 * :s - 1))::int, '2025-01-01'::timestamptz + i * interval '1 minute' FROM generate_series(1, 12000 * :s) AS i;
CREATE INDEX ON upload (painter_id, at);
CREATE INDEX ON note (at);
VACUUM ANALYZE;

SELECT perfcheck_add_query('activity', 'SELECT * FROM ((SELECT id, at, ''upload'' AS kind FROM upload WHERE painter_id = $1 ORDER BY at DESC LIMIT 20)
    UNION ALL (SELECT id, at, ''note'' FROM note WHERE painter_id = $1 ORDER BY at DESC LIMIT 20)) x ORDER BY at DESC LIMIT 20');
SELECT perfcheck_add_query('uploads', 'SELECT * FROM upload WHERE painter_id = $1 ORDER BY at DESC LIMIT 20');
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['activity', 'uploads']) AS q, (VALUES ('a painter', '40'), ('absent', '0')) AS v(l, v);

-- phase: mended
CREATE INDEX ON note (painter_id, at);
ANALYZE note;
SELECT perfcheck_add_query('activity_merged', 'SELECT * FROM (SELECT id, at, ''upload'' AS kind FROM upload WHERE painter_id = $1
    UNION ALL SELECT id, at, ''note'' FROM note WHERE painter_id = $1) x ORDER BY at DESC LIMIT 20');
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['activity', 'activity_merged', 'uploads']) AS q, (VALUES ('a painter', '40'), ('absent', '0')) AS v(l, v);
