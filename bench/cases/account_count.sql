-- How many rows an account has: by counting them, and by a counter.
-- fixed: holder
CREATE TABLE holder (id int PRIMARY KEY, posts bigint NOT NULL DEFAULT 0);
CREATE TABLE post (id bigint PRIMARY KEY, holder_id int NOT NULL REFERENCES holder, body text NOT NULL);
INSERT INTO holder SELECT i FROM generate_series(1, 1000) AS i;
INSERT INTO post SELECT i, 1 + (dice(i, 1) ^ 4 * 999)::int, repeat('text ', 12) FROM generate_series(1, 20000 * :s) AS i;
UPDATE holder SET posts = n FROM (SELECT holder_id, count(*) AS n FROM post GROUP BY 1) AS p WHERE p.holder_id = holder.id;
CREATE INDEX ON post (holder_id);
VACUUM ANALYZE;

SELECT perfcheck_add_query('count_of', 'SELECT count(*) FROM post WHERE holder_id = $1');
SELECT perfcheck_add_query('count_all', 'SELECT count(*) FROM post');
SELECT perfcheck_add_query('counter_of', 'SELECT posts FROM holder WHERE id = $1');
SELECT perfcheck_add_query('busiest', 'SELECT holder_id, count(*) FROM post GROUP BY holder_id HAVING count(*) > $1 ORDER BY 2 DESC LIMIT 10');
SELECT perfcheck_add_query('busiest_counted', 'SELECT id, posts FROM holder ORDER BY posts DESC LIMIT 10');
SELECT perfcheck_add_query('page_with_total', 'SELECT id, body, count(*) OVER () FROM post WHERE holder_id = $1 ORDER BY id DESC LIMIT 20');
SELECT perfcheck_add_query('is_there', 'SELECT EXISTS (SELECT 1 FROM post WHERE holder_id = $1)');
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['count_of', 'counter_of', 'page_with_total', 'is_there']) AS q, (VALUES ('usual', '300'), ('largest', '1'), ('absent', '0')) AS v(l, v);
SELECT hurts('busiest', 'a hundred', ARRAY['100']);
