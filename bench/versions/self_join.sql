-- A table joined with itself by its key, which 18 takes out of the plan, and by
-- columns that are no key, which it must not.
-- scale: 100
-- denser: song.made
CREATE TABLE song (id bigint PRIMARY KEY, album int NOT NULL, title text NOT NULL, made timestamptz NOT NULL, code text NOT NULL UNIQUE);
INSERT INTO song SELECT i, (i * 7919::bigint) % (2500 * :s), 'song ' || i % 997, '2026-01-01Z'::timestamptz + dice(i, 2) * 500 * interval '1 day', 'c' || i
FROM generate_series(1, 10000 * :s) AS i;
CREATE INDEX song_album ON song (album);
CREATE INDEX song_made ON song (made);
VACUUM ANALYZE;

SELECT perfcheck_add_query('by_key', 'SELECT a.title FROM song a JOIN song b ON a.id = b.id WHERE b.album = $1');
SELECT perfcheck_add_query('by_key_all', 'SELECT count(*) FROM song a JOIN song b ON a.id = b.id');
SELECT perfcheck_add_query('by_key_filter', 'SELECT a.id FROM song a JOIN song b ON a.id = b.id WHERE b.title = $1');
SELECT perfcheck_add_query('by_key_page', 'SELECT a.id FROM song a JOIN song b ON a.id = b.id WHERE b.album = $1 AND a.made > $2 ORDER BY a.made LIMIT 21');
SELECT perfcheck_add_query('by_code', 'SELECT a.id FROM song a JOIN song b USING (code) WHERE b.id = $1');
SELECT perfcheck_add_query('by_three', 'SELECT c.title FROM song a JOIN song b ON a.id = b.id JOIN song c ON c.id = b.id WHERE a.album = $1');
SELECT perfcheck_add_query('by_in', 'SELECT id FROM song WHERE id IN (SELECT id FROM song WHERE album = $1)');
SELECT perfcheck_add_query('same_album', 'SELECT b.id FROM song a JOIN song b ON a.album = b.album WHERE a.id = $1');
SELECT perfcheck_add_query('same_album_all', 'SELECT count(*) FROM song a JOIN song b ON a.album = b.album');
SELECT perfcheck_add_query('same_title', 'SELECT b.id FROM song a JOIN song b ON a.title = b.title WHERE a.id = $1');
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['by_key', 'by_three', 'by_in']) AS q, (VALUES ('one', '77'), ('absent', '-1')) AS v(l, v);
SELECT hurts('by_key_filter', l, ARRAY[v]) FROM (VALUES ('one', 'song 77'), ('absent', 'none')) AS v(l, v);
SELECT hurts('by_key_page', l, v) FROM (VALUES ('one', ARRAY['77', '2026-06-01Z']), ('absent', ARRAY['-1', '2026-01-01Z'])) AS v(l, v);
SELECT hurts(q, 'one', ARRAY['77']) FROM unnest(ARRAY['by_code', 'same_album', 'same_title']) AS q;
