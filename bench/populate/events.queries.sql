-- Beside the eight built-in queries.
SELECT perfcheck_add_query(name, sql) FROM (VALUES
('by_id', 'SELECT * FROM events WHERE id = $1'),
('by_artist', 'SELECT id, name, date FROM events WHERE artist = $1 ORDER BY date LIMIT 20'),
('genre_count', 'SELECT count(*) FROM events WHERE genre = $1'),
('venue_from', 'SELECT id, name, date FROM events WHERE venue = $1 AND date >= $2 ORDER BY date LIMIT 20'),
('genre_at_venue', 'SELECT id, name, date FROM events WHERE genre = $1 AND venue = $2 ORDER BY date LIMIT 20'),
('latest', 'SELECT id, name FROM events ORDER BY updated_at DESC LIMIT 20'),
('unpriced', 'SELECT id, name FROM events WHERE price IS NULL AND genre = $1 ORDER BY date LIMIT 20')
) AS q (name, sql);
