-- A board: categories by slug (fixed), threads, posts; one category holds most threads, one is archived long ago.
-- fixed: category
CREATE TABLE category (id int PRIMARY KEY, slug text NOT NULL UNIQUE);
CREATE TABLE thread (id bigint PRIMARY KEY, category_id int NOT NULL REFERENCES category, bumped_at timestamptz NOT NULL, title text NOT NULL);
CREATE TABLE reply (id bigint PRIMARY KEY, thread_id bigint NOT NULL REFERENCES thread, at timestamptz NOT NULL, author int NOT NULL);
INSERT INTO category SELECT i, 'c' || i FROM generate_series(1, 40) AS i;
INSERT INTO thread SELECT i, CASE WHEN i < 1000 * :s AND i % 2 = 0 THEN 9 WHEN dice(i, 1) < 0.5 THEN 20 ELSE 10 + (dice(i, 2) * 28)::int END,
  '2023-01-01'::timestamptz + i * interval '5 minutes', md5(i::text) FROM generate_series(1, 10000 * :s) AS i;
INSERT INTO reply SELECT i, 1 + (dice(i, 3) * (10000 * :s - 1))::int, '2023-01-01'::timestamptz + i * interval '2 minutes', (dice(i, 4) * 500 * :s)::int FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON thread (bumped_at); CREATE INDEX ON thread (category_id);
CREATE INDEX ON reply (thread_id, at); CREATE INDEX ON reply (author);
VACUUM ANALYZE;
SELECT perfcheck_add_query('latest_threads', 'SELECT t.* FROM thread t JOIN category c ON c.id = t.category_id WHERE c.slug = $1 ORDER BY t.bumped_at DESC LIMIT 30');
SELECT perfcheck_add_query('latest_by_id', 'SELECT * FROM thread WHERE category_id = $1 ORDER BY bumped_at DESC LIMIT 30');
SELECT perfcheck_add_query('last_replies', 'SELECT t.id, r.* FROM (SELECT id FROM thread ORDER BY bumped_at DESC LIMIT 30) t LEFT JOIN LATERAL (SELECT at, author FROM reply r WHERE r.thread_id = t.id ORDER BY at DESC LIMIT 1) r ON true');
SELECT perfcheck_add_query('thread_page', 'SELECT * FROM reply WHERE thread_id = $1 ORDER BY at LIMIT 50 OFFSET $2');
SELECT perfcheck_add_query('board_counts', 'SELECT c.slug, count(*) FROM category c JOIN thread t ON t.category_id = c.id GROUP BY c.slug');
SELECT perfcheck_add_query('replies_in', 'SELECT count(*) FROM reply r JOIN thread t ON t.id = r.thread_id JOIN category c ON c.id = t.category_id WHERE c.slug = $1');
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['latest_threads','replies_in']) q, (VALUES ('a','c15'),('popular','c20'),('archived','c9'),('unused','c1'),('absent','none')) v(l,v);
SELECT hurts('latest_by_id', l, ARRAY[v]) FROM (VALUES ('a','15'),('popular','20'),('archived','9'),('absent','99')) v(l,v);
SELECT hurts('last_replies', 'a'), hurts('board_counts', 'a');
SELECT hurts('thread_page', 'a', ARRAY['50','0']);
