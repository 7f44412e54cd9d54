-- Keys that grow with the time, and columns that are computed when they are read.
-- scale: 100
-- from: 18
CREATE TABLE track (
    id uuid PRIMARY KEY DEFAULT uuidv7(), artist int NOT NULL, minutes int NOT NULL,
    seconds int GENERATED ALWAYS AS (minutes * 60) VIRTUAL, name text GENERATED ALWAYS AS ('artist ' || artist) VIRTUAL);
INSERT INTO track (artist, minutes) SELECT (i * 7919::bigint) % (2500 * :s), i % 50 FROM generate_series(1, 10000 * :s) AS i;
CREATE INDEX track_artist ON track (artist);
VACUUM ANALYZE;

SELECT perfcheck_add_query('by_id', 'SELECT * FROM track WHERE id = $1');
SELECT perfcheck_add_query('after_id', 'SELECT * FROM track WHERE id > $1 ORDER BY id LIMIT 21');
SELECT perfcheck_add_query('by_seconds', 'SELECT id FROM track WHERE seconds = $1 ORDER BY id LIMIT 21');
SELECT perfcheck_add_query('by_name', 'SELECT id FROM track WHERE name = $1 LIMIT 21');
SELECT perfcheck_add_query('by_artist', 'SELECT id, seconds FROM track WHERE artist = $1');
SELECT hurts(q, 'absent', ARRAY['00000000-0000-7000-8000-000000000000']) FROM unnest(ARRAY['by_id', 'after_id']) AS q;
SELECT hurts('by_seconds', l, ARRAY[v]) FROM (VALUES ('one', '600'), ('absent', '7')) AS v(l, v);
SELECT hurts('by_name', l, ARRAY[v]) FROM (VALUES ('one', 'artist 77'), ('absent', 'none')) AS v(l, v);
SELECT hurts('by_artist', l, ARRAY[v]) FROM (VALUES ('one', '77'), ('absent', '-1')) AS v(l, v);
