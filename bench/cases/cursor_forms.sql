-- The next page in the forms that libraries write, with the index of the order.
CREATE TABLE movie (id bigint PRIMARY KEY, stars int NOT NULL, shown_at timestamptz NOT NULL, title text NOT NULL);
INSERT INTO movie SELECT i, (dice(i, 1) * 1000)::int, '2015-01-01'::timestamptz + i * interval '4 hours', 'movie ' || md5(i::text) FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON movie (shown_at, id);
CREATE INDEX ON movie (stars DESC, id);
VACUUM ANALYZE;

SELECT perfcheck_add_query('row_form', 'SELECT * FROM movie WHERE (shown_at, id) > ($1, $2) ORDER BY shown_at, id LIMIT 20');
SELECT perfcheck_add_query('or_form', 'SELECT * FROM movie WHERE shown_at > $1 OR (shown_at = $1 AND id > $2) ORDER BY shown_at, id LIMIT 20');
SELECT perfcheck_add_query('bounded_or_form', 'SELECT * FROM movie WHERE shown_at >= $1 AND (shown_at > $1 OR id > $2) ORDER BY shown_at, id LIMIT 20');
SELECT perfcheck_add_query('mixed_or_form', 'SELECT * FROM movie WHERE stars < $1 OR (stars = $1 AND id > $2) ORDER BY stars DESC, id LIMIT 20');
SELECT perfcheck_add_query('mixed_bounded', 'SELECT * FROM movie WHERE stars <= $1 AND (stars < $1 OR id > $2) ORDER BY stars DESC, id LIMIT 20');
SELECT perfcheck_add_query('by_id_of_row', 'SELECT * FROM movie WHERE shown_at >= (SELECT shown_at FROM movie WHERE id = $1) ORDER BY shown_at, id LIMIT 20');
SELECT perfcheck_add_query('previous_page', 'SELECT * FROM (SELECT * FROM movie WHERE (shown_at, id) < ($1, $2) ORDER BY shown_at DESC, id DESC LIMIT 20) m ORDER BY shown_at, id');
SELECT perfcheck_add_query('after_id', 'SELECT * FROM movie WHERE id > $1 ORDER BY id LIMIT 20');
SELECT hurts(q, l, ARRAY[shown_at::text, id::text]) FROM unnest(ARRAY['row_form', 'or_form', 'bounded_or_form', 'previous_page']) AS q,
    (SELECT CASE WHEN id = 10000 * :s THEN 'middle page' ELSE 'last page' END AS l, * FROM movie WHERE id IN (10000 * :s, 20000 * :s - 10)) AS m;
SELECT hurts(q, 'middle page', ARRAY['500', (10000 * :s)::text]) FROM unnest(ARRAY['mixed_or_form', 'mixed_bounded']) AS q;
SELECT hurts(q, 'middle page', ARRAY[(10000 * :s)::text]) FROM unnest(ARRAY['by_id_of_row', 'after_id']) AS q;
