-- The deep page of a list with the right index reads all the pages before it.
CREATE TABLE article (id bigint PRIMARY KEY, changed_at timestamptz NOT NULL, body text NOT NULL);
INSERT INTO article SELECT i, '2023-01-01'::timestamptz + i * interval '11 minutes', md5(i::text) FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON article (changed_at, id);
VACUUM ANALYZE;

SELECT perfcheck_add_query('by_offset', 'SELECT id, body FROM article ORDER BY changed_at DESC, id DESC LIMIT 20 OFFSET $1');
SELECT perfcheck_add_query('by_page', 'SELECT id, body FROM article ORDER BY changed_at DESC, id DESC LIMIT 20 OFFSET ($1 - 1) * 20');
SELECT perfcheck_add_query('by_cursor', 'SELECT id, body FROM article WHERE (changed_at, id) < ($1, $2) ORDER BY changed_at DESC, id DESC LIMIT 20');
SELECT perfcheck_add_query('fixed_offset', 'SELECT id, body FROM article ORDER BY changed_at DESC, id DESC LIMIT 20 OFFSET 1000');
SELECT hurts('by_offset', l, ARRAY[v::text]) FROM (VALUES ('first', 0), ('deep', 10000 * :s)) AS v(l, v);
SELECT hurts('by_page', l, ARRAY[v::text]) FROM (VALUES ('first', 1), ('deep', 500 * :s)) AS v(l, v);
SELECT hurts('by_cursor', 'middle page', ARRAY[changed_at::text, id::text]) FROM article WHERE id = 10000 * :s;
