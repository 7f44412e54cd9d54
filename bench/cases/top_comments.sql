-- The newest three comments of each post of a page: by an index on the post alone
-- all comments of each post are read.
-- fixed: blog, blog_post
CREATE TABLE blog (id int PRIMARY KEY);
CREATE TABLE blog_post (id int PRIMARY KEY, blog_id int NOT NULL REFERENCES blog, title text NOT NULL);
CREATE TABLE opinion (id bigint PRIMARY KEY, post_id int NOT NULL REFERENCES blog_post, at timestamptz NOT NULL, body text NOT NULL);
INSERT INTO blog SELECT i FROM generate_series(1, 10) AS i;
INSERT INTO blog_post SELECT i, 1 + i % 10, 'post ' || i FROM generate_series(1, 200) AS i;
-- The newest three posts of each blog have no comment yet.
INSERT INTO blog_post SELECT 200 + i, 1 + i % 10, 'new' FROM generate_series(1, 30) AS i;
INSERT INTO opinion SELECT i, 1 + (dice(i, 1) ^ 2 * 199)::int, '2025-01-01'::timestamptz + dice(i, 2) * interval '300 days', repeat('well ', 16) FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON opinion (post_id);
CREATE INDEX ON blog_post (blog_id, id);
VACUUM ANALYZE;

SELECT perfcheck_add_query('oldest_posts', 'SELECT p.id, p.title, o.* FROM (SELECT * FROM blog_post WHERE blog_id = $1 ORDER BY id LIMIT 20) p
    LEFT JOIN LATERAL (SELECT at, body FROM opinion o WHERE o.post_id = p.id ORDER BY at DESC LIMIT 3) o ON true');
SELECT perfcheck_add_query('newest_posts', 'SELECT p.id, p.title, o.* FROM (SELECT * FROM blog_post WHERE blog_id = $1 ORDER BY id DESC LIMIT 20) p
    LEFT JOIN LATERAL (SELECT at, body FROM opinion o WHERE o.post_id = p.id ORDER BY at DESC LIMIT 3) o ON true');
SELECT perfcheck_add_query('as_json', 'SELECT p.id, (SELECT json_agg(x) FROM (SELECT at, body FROM opinion o WHERE o.post_id = p.id ORDER BY at DESC LIMIT 3) x)
    FROM blog_post p WHERE blog_id = $1 ORDER BY id LIMIT 20');
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['oldest_posts', 'newest_posts', 'as_json']) AS q, (VALUES ('a blog', '4'), ('first blog', '2'), ('absent', '0')) AS v(l, v);

-- phase: order_alone
CREATE INDEX opinion_at ON opinion (at);
ANALYZE opinion;
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['oldest_posts', 'newest_posts', 'as_json']) AS q, (VALUES ('a blog', '4'), ('first blog', '2'), ('absent', '0')) AS v(l, v);

-- phase: mended
DROP INDEX opinion_at;
CREATE INDEX ON opinion (post_id, at);
ANALYZE opinion;
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['oldest_posts', 'newest_posts', 'as_json']) AS q, (VALUES ('a blog', '4'), ('first blog', '2'), ('absent', '0')) AS v(l, v);
