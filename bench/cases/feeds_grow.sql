-- Feeds grow in number, with as many items each as today; the same for accounts
-- that no table lists, with few rows each and with many.
CREATE TABLE feed (id int PRIMARY KEY, title text NOT NULL);
CREATE TABLE feed_item (id int PRIMARY KEY, feed_id int NOT NULL REFERENCES feed, title text NOT NULL);
INSERT INTO feed SELECT i, 'feed ' || i FROM generate_series(1, 40 * :s) AS i;
INSERT INTO feed_item SELECT i, 1 + i % (40 * :s), 'item ' || i FROM generate_series(1, 20000 * :s) AS i;
CREATE TABLE small_account (account_id int NOT NULL, text text NOT NULL);
CREATE TABLE large_account (account_id int NOT NULL REFERENCES feed, text text NOT NULL);
INSERT INTO small_account SELECT i / 9, 'text' FROM generate_series(1, 20000 * :s) AS i;
INSERT INTO large_account SELECT 1 + i % (40 * :s), 'text' FROM generate_series(1, 40000 * :s) AS i;
CREATE INDEX ON feed_item (feed_id);
CREATE INDEX ON small_account (account_id);
CREATE INDEX ON large_account (account_id);
VACUUM ANALYZE;

SELECT perfcheck_add_query('count_joined', 'SELECT count(i.title) FROM feed_item i JOIN feed f ON f.id = i.feed_id WHERE i.feed_id = $1');
SELECT perfcheck_add_query('items_of', 'SELECT * FROM feed_item WHERE feed_id = $1 ORDER BY title LIMIT 50');
SELECT perfcheck_add_query('count_small', 'SELECT count(text) FROM small_account WHERE account_id = $1');
SELECT perfcheck_add_query('count_large', 'SELECT count(text) FROM large_account WHERE account_id = $1');
SELECT perfcheck_add_query('items_per_feed', 'SELECT f.id, (SELECT count(*) FROM feed_item i WHERE i.feed_id = f.id) FROM feed f ORDER BY f.id LIMIT 20');
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['count_joined', 'items_of', 'count_small', 'count_large']) AS q, (VALUES ('one', '7'), ('absent', '-1')) AS v(l, v);
