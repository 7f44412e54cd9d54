-- How many entries of a feed a subscriber got within a week, by an index with
-- another column between.
-- fixed: subscriber, channel
CREATE TABLE subscriber (id int PRIMARY KEY);
CREATE TABLE channel (id int PRIMARY KEY);
INSERT INTO subscriber SELECT i FROM generate_series(0, 24) AS i;
INSERT INTO channel SELECT i FROM generate_series(0, 599) AS i;
CREATE TABLE item (
    id int PRIMARY KEY, subscriber_id int NOT NULL REFERENCES subscriber, channel_id int NOT NULL REFERENCES channel, state text NOT NULL,
    changed_at timestamptz NOT NULL, published_at timestamptz NOT NULL);
INSERT INTO item
SELECT i, i % 25, i % 600, CASE WHEN i % 8 = 0 THEN 'unread' ELSE 'read' END, now() - interval '30 days', now() - interval '30 days' - i * interval '1 minute'
FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON item (subscriber_id, state, changed_at, published_at);
CREATE INDEX ON item (subscriber_id, channel_id);
VACUUM ANALYZE;

SELECT perfcheck_add_query('of_week', 'SELECT count(*) FROM item WHERE subscriber_id = $1 AND channel_id = $2 AND published_at >= now() - interval ''1 week''');
SELECT perfcheck_add_query('unread_of', 'SELECT count(*) FROM item WHERE subscriber_id = $1 AND state = $2');
SELECT perfcheck_add_query('unread_page', 'SELECT id, published_at FROM item WHERE subscriber_id = $1 AND state = ''unread'' ORDER BY published_at DESC LIMIT 50');
SELECT hurts('of_week', 'a channel', ARRAY['7', '7']);
SELECT hurts('unread_of', l, ARRAY['7', v]) FROM (VALUES ('unread', 'unread'), ('read', 'read')) AS v(l, v);
SELECT hurts('unread_page', l, ARRAY[v]) FROM (VALUES ('one', '7'), ('even', '8'), ('absent', '99')) AS v(l, v);
