-- Alternatives of one column: OR, which 18 makes an array of; IN (VALUES ...), which
-- becomes one as well; and those of two columns, which do not.
-- scale: 100
-- denser: show.starts
CREATE TABLE show (id bigint PRIMARY KEY, genre int NOT NULL, venue int NOT NULL, town text NOT NULL, starts timestamptz NOT NULL);
INSERT INTO show SELECT i, (i * 7919::bigint) % (2500 * :s), (i * 104729::bigint) % (3500 * :s), 'town ' || i % 40, '2026-01-01Z'::timestamptz + dice(i, 3) * 600 * interval '1 day'
FROM generate_series(1, 10000 * :s) AS i;
CREATE INDEX show_genre ON show (genre, starts);
CREATE INDEX show_venue ON show (venue);
CREATE INDEX show_starts ON show (starts, id);
VACUUM ANALYZE;

SELECT perfcheck_add_query('or_three', 'SELECT id FROM show WHERE genre = $1 OR genre = $2 OR genre = $3');
SELECT perfcheck_add_query('or_ordered', 'SELECT id FROM show WHERE genre = $1 OR genre = $2 ORDER BY starts LIMIT 21');
SELECT perfcheck_add_query('or_and', 'SELECT id FROM show WHERE (genre = $1 OR genre = $2) AND venue = $3');
SELECT perfcheck_add_query('or_unindexed', 'SELECT id FROM show WHERE town = $1 OR town = $2');
SELECT perfcheck_add_query('or_columns', 'SELECT id FROM show WHERE genre = $1 OR venue = $2');
SELECT perfcheck_add_query('or_cursor', 'SELECT id FROM show WHERE starts > $1 OR (starts = $1 AND id > $2) ORDER BY starts, id LIMIT 21');
SELECT perfcheck_add_query('in_values', 'SELECT id FROM show WHERE genre IN (VALUES ($1::int), ($2::int))');
SELECT perfcheck_add_query('in_list', 'SELECT id FROM show WHERE genre IN ($1, $2, $3) ORDER BY genre, starts LIMIT 21');
SELECT perfcheck_add_query('any_array', 'SELECT id FROM show WHERE venue = ANY ($1) ORDER BY id LIMIT 21');
SELECT perfcheck_add_query('none_of', 'SELECT id FROM show WHERE genre <> ALL ($1) ORDER BY starts LIMIT 21');
SELECT hurts('or_three', l, v) FROM (VALUES ('three', ARRAY['77', '78', '79']), ('absent', ARRAY['-1', '-2', '-3'])) AS v(l, v);
SELECT hurts('in_list', l, v) FROM (VALUES ('three', ARRAY['77', '78', '79']), ('absent', ARRAY['-1', '-2', '-3'])) AS v(l, v);
SELECT hurts(q, l, v) FROM unnest(ARRAY['or_ordered', 'or_columns', 'in_values']) AS q, (VALUES ('two', ARRAY['77', '78']), ('absent', ARRAY['-1', '-2'])) AS v(l, v);
SELECT hurts('or_and', l, v) FROM (VALUES ('two', ARRAY['77', '78', '79']), ('absent', ARRAY['-1', '-2', '-3'])) AS v(l, v);
SELECT hurts('or_unindexed', 'two', ARRAY['town 7', 'town 8']);
SELECT hurts('or_cursor', l, v) FROM (VALUES ('first', ARRAY['2026-01-02Z', '77']), ('middle', ARRAY['2026-11-01Z', '77'])) AS v(l, v);
SELECT hurts('any_array', l, ARRAY[v]) FROM (VALUES ('three', '{77,78,79}'), ('absent', '{-1}')) AS v(l, v);
SELECT hurts('none_of', 'two', ARRAY['{77,78}']);
