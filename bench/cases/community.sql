-- A schema of tenants: forum, feed reader and chat of one service, 20 tables. The
-- tenants and with them all others grow in number, and each has as much as today;
-- more of everything is written in a day.
-- scale: 30
-- denser: account.joined_at, topic.created_at, topic.bumped_at, post.created_at, reaction.created_at, feed_entry.published_at, entry_state.changed_at, message.sent_at, notification.created_at, upload.created_at
CREATE TABLE tenant (id int PRIMARY KEY, name text NOT NULL UNIQUE, plan text NOT NULL);
CREATE TABLE account (
    id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenant, mail text NOT NULL UNIQUE, nick text NOT NULL,
    joined_at timestamptz NOT NULL, seen_at timestamptz, banned boolean NOT NULL);
CREATE TABLE session (id bigint PRIMARY KEY, account_id int NOT NULL REFERENCES account, token text NOT NULL UNIQUE, expires_at timestamptz NOT NULL);
CREATE TABLE forum (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenant, title text NOT NULL, position int NOT NULL);
CREATE TABLE topic (
    id int PRIMARY KEY, forum_id int NOT NULL REFERENCES forum, author_id int NOT NULL REFERENCES account, title text NOT NULL,
    created_at timestamptz NOT NULL, bumped_at timestamptz NOT NULL, pinned boolean NOT NULL, closed boolean NOT NULL, replies int NOT NULL);
CREATE TABLE post (
    id bigint PRIMARY KEY, topic_id int NOT NULL REFERENCES topic, author_id int NOT NULL REFERENCES account,
    created_at timestamptz NOT NULL, body text NOT NULL, deleted_at timestamptz);
CREATE TABLE reaction (
    post_id bigint NOT NULL REFERENCES post, account_id int NOT NULL REFERENCES account, kind text NOT NULL, created_at timestamptz NOT NULL,
    PRIMARY KEY (post_id, account_id));
CREATE TABLE topic_read (account_id int NOT NULL REFERENCES account, topic_id int NOT NULL REFERENCES topic, last_post_id bigint NOT NULL, PRIMARY KEY (account_id, topic_id));
CREATE TABLE tag (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenant, name text NOT NULL, UNIQUE (tenant_id, name));
CREATE TABLE topic_tag (topic_id int NOT NULL REFERENCES topic, tag_id int NOT NULL REFERENCES tag, PRIMARY KEY (topic_id, tag_id));
CREATE TABLE follow (follower_id int NOT NULL REFERENCES account, followed_id int NOT NULL REFERENCES account, PRIMARY KEY (follower_id, followed_id));
CREATE TABLE feed_source (id int PRIMARY KEY, url text NOT NULL UNIQUE, title text NOT NULL, fetched_at timestamptz);
CREATE TABLE feed_entry (id bigint PRIMARY KEY, source_id int NOT NULL REFERENCES feed_source, guid text NOT NULL, title text NOT NULL, published_at timestamptz NOT NULL);
CREATE TABLE subscription (account_id int NOT NULL REFERENCES account, source_id int NOT NULL REFERENCES feed_source, folder text NOT NULL, PRIMARY KEY (account_id, source_id));
CREATE TABLE entry_state (
    account_id int NOT NULL REFERENCES account, entry_id bigint NOT NULL REFERENCES feed_entry, unread boolean NOT NULL, starred boolean NOT NULL,
    changed_at timestamptz NOT NULL, PRIMARY KEY (account_id, entry_id));
CREATE TABLE room (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenant, name text NOT NULL, open boolean NOT NULL);
CREATE TABLE room_member (room_id int NOT NULL REFERENCES room, account_id int NOT NULL REFERENCES account, last_read_id bigint NOT NULL, PRIMARY KEY (room_id, account_id));
CREATE TABLE message (id bigint PRIMARY KEY, room_id int NOT NULL REFERENCES room, sender_id int NOT NULL REFERENCES account, sent_at timestamptz NOT NULL, body text NOT NULL);
CREATE TABLE notification (
    id bigint PRIMARY KEY, account_id int NOT NULL REFERENCES account, kind text NOT NULL, subject_id bigint NOT NULL, created_at timestamptz NOT NULL, read_at timestamptz);
CREATE TABLE upload (id bigint PRIMARY KEY, account_id int NOT NULL REFERENCES account, message_id bigint REFERENCES message, name text NOT NULL, bytes int NOT NULL, created_at timestamptz NOT NULL);

-- The world at size 1 has 20 tenants and 1000 accounts; at size s there are s such
-- worlds. Row i belongs to world(i), and pick() chooses one of n within it.
CREATE FUNCTION world(i bigint, s int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT floor(dice(i, 99) * s)::int';
CREATE FUNCTION pick(i bigint, throw int, skew int, n int, s int) RETURNS int LANGUAGE sql IMMUTABLE AS
    'SELECT world(i, s) * n + 1 + floor(dice(i, throw) ^ skew * n)::int';
CREATE FUNCTION at(i bigint, n bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS
    $$SELECT timestamptz '2025-01-01 00:00Z' + i * (interval '365 days' / n)$$;
INSERT INTO tenant SELECT i, 'tenant-' || i, CASE WHEN i % 5 = 0 THEN 'paid' ELSE 'free' END FROM generate_series(1, 20 * :s) AS i;
-- The first tenant of a world has a third of its accounts.
INSERT INTO account
SELECT i, (i - 1) / 1000 * 20 + 1 + CASE WHEN dice(i, 1) < 0.33 THEN 0 ELSE floor(dice(i, 2) * 20)::int END, 'u' || i || '@example.org', 'nick' || md5(i::text),
    at(i, 1000 * :s), CASE WHEN dice(i, 3) < 0.9 THEN at(i, 1000 * :s) END, dice(i, 4) < 0.02 FROM generate_series(1, 1000 * :s) AS i;
INSERT INTO session SELECT i, pick(i, 1, 1, 1000, :s), md5((i * 11)::text), at(i, 3000 * :s) + interval '30 days' FROM generate_series(1, 3000 * :s) AS i;
INSERT INTO forum SELECT i, (i - 1) / 5 + 1, 'forum ' || i, i % 5 FROM generate_series(1, 100 * :s) AS i;
INSERT INTO topic
SELECT i, pick(i, 1, 2, 100, :s), pick(i, 2, 2, 1000, :s), 'topic ' || md5(i::text), at(i, 4000 * :s), at(i, 4000 * :s) + dice(i, 3) * interval '20 days', dice(i, 4) < 0.01, dice(i, 5) < 0.1, 5
FROM generate_series(1, 4000 * :s) AS i;
INSERT INTO post
SELECT i, pick(i, 1, 2, 4000, :s), pick(i, 2, 3, 1000, :s), at(i, 20000 * :s), 'post ' || md5(i::text) || repeat(' text', 20), CASE WHEN dice(i, 6) < 0.05 THEN at(i, 20000 * :s) END
FROM generate_series(1, 20000 * :s) AS i;
INSERT INTO reaction
SELECT DISTINCT ON (1, 2) 1 + floor(dice(i, 1) * 20000 * :s)::bigint, pick(i, 2, 2, 1000, :s), (ARRAY['like', 'laugh', 'sad'])[1 + floor(dice(i, 3) ^ 3 * 3)::int], at(i, 15000 * :s) FROM generate_series(1, 15000 * :s) AS i;
INSERT INTO topic_read SELECT DISTINCT ON (1, 2) pick(i, 1, 2, 1000, :s), 1 + floor(dice(i, 2) * 4000 * :s)::int, i FROM generate_series(1, 10000 * :s) AS i;
INSERT INTO tag SELECT i, (i - 1) / 10 + 1, 'tag-' || (i - 1) % 10 FROM generate_series(1, 200 * :s) AS i;
INSERT INTO topic_tag SELECT DISTINCT 1 + floor(dice(i, 1) * 4000 * :s)::int, pick(i, 2, 3, 200, :s) FROM generate_series(1, 8000 * :s) AS i;
INSERT INTO follow SELECT DISTINCT pick(i, 1, 1, 1000, :s), pick(i, 2, 3, 1000, :s) FROM generate_series(1, 8000 * :s) AS i;
INSERT INTO feed_source SELECT i, 'https://feed.example.org/' || i, 'feed ' || i, at(i, 100 * :s) FROM generate_series(1, 100 * :s) AS i;
INSERT INTO feed_entry SELECT i, pick(i, 1, 2, 100, :s), md5((i * 5)::text), 'entry ' || md5(i::text), at(i, 15000 * :s) FROM generate_series(1, 15000 * :s) AS i;
INSERT INTO subscription SELECT DISTINCT ON (1, 2) pick(i, 1, 2, 1000, :s), pick(i, 2, 1, 100, :s), (ARRAY['news', 'work', 'fun'])[1 + floor(dice(i, 3) * 3)::int] FROM generate_series(1, 3000 * :s) AS i;
INSERT INTO entry_state
SELECT DISTINCT ON (1, 2) pick(i, 1, 3, 1000, :s), 1 + floor(dice(i, 2) * 15000 * :s)::bigint, dice(i, 3) < 0.3, dice(i, 4) < 0.01, at(i, 20000 * :s) FROM generate_series(1, 20000 * :s) AS i;
INSERT INTO room SELECT i, (i - 1) / 10 + 1, 'room ' || i, dice(i, 1) < 0.5 FROM generate_series(1, 200 * :s) AS i;
INSERT INTO room_member SELECT DISTINCT ON (1, 2) pick(i, 1, 2, 200, :s), pick(i, 2, 1, 1000, :s), i FROM generate_series(1, 3000 * :s) AS i;
INSERT INTO message SELECT i, pick(i, 1, 3, 200, :s), pick(i, 2, 3, 1000, :s), at(i, 20000 * :s), 'message ' || md5(i::text) FROM generate_series(1, 20000 * :s) AS i;
INSERT INTO notification
SELECT i, pick(i, 1, 3, 1000, :s), (ARRAY['reply', 'mention', 'like'])[1 + floor(dice(i, 2) * 3)::int], i, at(i, 15000 * :s), CASE WHEN dice(i, 3) < 0.8 THEN at(i, 15000 * :s) END FROM generate_series(1, 15000 * :s) AS i;
INSERT INTO upload SELECT i, pick(i, 1, 2, 1000, :s), CASE WHEN i % 2 = 0 THEN i END, 'file-' || i, (dice(i, 2) * 1000000)::int, at(i, 4000 * :s) FROM generate_series(1, 4000 * :s) AS i;

CREATE INDEX ON account (tenant_id);
CREATE INDEX ON account (lower(nick));
CREATE INDEX ON session (account_id);
CREATE INDEX ON forum (tenant_id, position);
CREATE INDEX ON topic (forum_id, bumped_at);
CREATE INDEX ON topic (author_id);
CREATE INDEX ON topic USING gin (title gin_trgm_ops) WITH (fastupdate = off);
CREATE INDEX ON post (topic_id, id);
CREATE INDEX ON post (author_id, created_at);
CREATE INDEX ON post (created_at);
CREATE INDEX ON reaction (account_id, created_at);
CREATE INDEX ON topic_read (topic_id);
CREATE INDEX ON topic_tag (tag_id, topic_id);
CREATE INDEX ON follow (followed_id);
CREATE INDEX ON feed_entry (source_id, published_at);
CREATE INDEX ON feed_entry (guid);
CREATE INDEX ON subscription (source_id);
CREATE INDEX ON entry_state (account_id, changed_at) WHERE starred;
CREATE INDEX ON entry_state (entry_id);
CREATE INDEX ON room (tenant_id);
CREATE INDEX ON room_member (account_id);
CREATE INDEX ON message (room_id, id);
CREATE INDEX ON message (sent_at);
CREATE INDEX ON notification (account_id, id) WHERE read_at IS NULL;
CREATE INDEX ON notification (account_id);
CREATE INDEX ON upload (account_id);
VACUUM ANALYZE;

-- Accounts, tenants and sessions
SELECT perfcheck_add_query('account_by_id', 'SELECT * FROM account WHERE id = $1');
SELECT perfcheck_add_query('account_by_mail', 'SELECT id, nick FROM account WHERE mail = $1 AND NOT banned');
SELECT perfcheck_add_query('account_by_mail_lower', 'SELECT id, nick FROM account WHERE lower(mail) = lower($1)');
SELECT perfcheck_add_query('account_by_nick', 'SELECT id FROM account WHERE lower(nick) = lower($1)');
SELECT perfcheck_add_query('session_by_token', 'SELECT s.id, a.* FROM session s JOIN account a ON a.id = s.account_id WHERE s.token = $1 AND s.expires_at > ''2025-06-01''');
SELECT perfcheck_add_query('sessions_of', 'SELECT * FROM session WHERE account_id = $1 ORDER BY expires_at DESC');
SELECT perfcheck_add_query('expired_sessions', 'SELECT id FROM session WHERE expires_at < $1 ORDER BY expires_at LIMIT 100');
SELECT perfcheck_add_query('tenant_accounts', 'SELECT id, nick FROM account WHERE tenant_id = $1 ORDER BY nick LIMIT 50');
SELECT perfcheck_add_query('tenant_account_count', 'SELECT count(*) FROM account WHERE tenant_id = $1');
SELECT perfcheck_add_query('newest_accounts', 'SELECT id, nick FROM account WHERE tenant_id = $1 ORDER BY joined_at DESC LIMIT 20');
SELECT perfcheck_add_query('never_seen', 'SELECT id FROM account WHERE seen_at IS NULL LIMIT 100');
SELECT perfcheck_add_query('banned', 'SELECT id, nick FROM account WHERE banned ORDER BY joined_at DESC LIMIT 50');
SELECT perfcheck_add_query('paid_tenants', 'SELECT id, name FROM tenant WHERE plan = ''paid'' ORDER BY name LIMIT 50');
SELECT perfcheck_add_query('tenants_by_size', 'SELECT t.id, count(*) FROM tenant t JOIN account a ON a.tenant_id = t.id GROUP BY t.id ORDER BY 2 DESC LIMIT 20');
-- Forums, topics and posts
SELECT perfcheck_add_query('forums_of_tenant', 'SELECT * FROM forum WHERE tenant_id = $1 ORDER BY position');
SELECT perfcheck_add_query('topics_of_forum', 'SELECT id, title, bumped_at FROM topic WHERE forum_id = $1 ORDER BY bumped_at DESC LIMIT 30');
SELECT perfcheck_add_query('topics_before', 'SELECT id, title, bumped_at FROM topic WHERE forum_id = $1 AND bumped_at < $2 ORDER BY bumped_at DESC LIMIT 30');
SELECT perfcheck_add_query('topics_pinned_first', 'SELECT id, title FROM topic WHERE forum_id = $1 ORDER BY pinned DESC, bumped_at DESC LIMIT 30');
SELECT perfcheck_add_query('topics_open', 'SELECT id, title FROM topic WHERE forum_id = $1 AND NOT closed ORDER BY bumped_at DESC LIMIT 30');
SELECT perfcheck_add_query('topics_page', 'SELECT id, title FROM topic WHERE forum_id = $1 ORDER BY bumped_at DESC LIMIT 30 OFFSET $2');
SELECT perfcheck_add_query('topics_all_newest', 'SELECT id, title FROM topic ORDER BY created_at DESC LIMIT 30');
SELECT perfcheck_add_query('topics_of_author', 'SELECT id, title FROM topic WHERE author_id = $1 ORDER BY created_at DESC LIMIT 20');
SELECT perfcheck_add_query('topics_of_tenant', 'SELECT t.id, t.title FROM topic t JOIN forum f ON f.id = t.forum_id WHERE f.tenant_id = $1 ORDER BY t.bumped_at DESC LIMIT 30');
SELECT perfcheck_add_query('topic_search', 'SELECT id, title FROM topic WHERE title ILIKE ''%'' || $1 || ''%'' LIMIT 20');
SELECT perfcheck_add_query('topic_with_author', 'SELECT t.*, a.nick FROM topic t JOIN account a ON a.id = t.author_id WHERE t.id = $1');
SELECT perfcheck_add_query('topics_with_last_post', 'SELECT t.id, (SELECT max(p.id) FROM post p WHERE p.topic_id = t.id) FROM topic t WHERE t.forum_id = $1 ORDER BY t.bumped_at DESC LIMIT 30');
SELECT perfcheck_add_query('topics_by_post_count', 'SELECT t.id, (SELECT count(*) FROM post p WHERE p.topic_id = t.id) AS n FROM topic t WHERE t.forum_id = $1 ORDER BY n DESC LIMIT 30');
SELECT perfcheck_add_query('posts_of_topic', 'SELECT p.*, a.nick FROM post p JOIN account a ON a.id = p.author_id WHERE p.topic_id = $1 AND p.deleted_at IS NULL ORDER BY p.id LIMIT 50');
SELECT perfcheck_add_query('posts_after', 'SELECT * FROM post WHERE topic_id = $1 AND id > $2 ORDER BY id LIMIT 50');
SELECT perfcheck_add_query('post_count_of_topic', 'SELECT count(*) FROM post WHERE topic_id = $1 AND deleted_at IS NULL');
SELECT perfcheck_add_query('posts_of_author', 'SELECT id, topic_id FROM post WHERE author_id = $1 ORDER BY created_at DESC LIMIT 20');
SELECT perfcheck_add_query('post_count_of_author', 'SELECT count(*) FROM post WHERE author_id = $1');
SELECT perfcheck_add_query('posts_newest', 'SELECT id, topic_id FROM post WHERE deleted_at IS NULL ORDER BY created_at DESC LIMIT 20');
SELECT perfcheck_add_query('posts_deleted', 'SELECT id FROM post WHERE deleted_at IS NOT NULL AND author_id = $1 ORDER BY id DESC LIMIT 20');
SELECT perfcheck_add_query('posts_of_forum', 'SELECT p.id FROM post p JOIN topic t ON t.id = p.topic_id WHERE t.forum_id = $1 ORDER BY p.created_at DESC LIMIT 20');
SELECT perfcheck_add_query('posts_of_tenant', 'SELECT p.id FROM post p JOIN topic t ON t.id = p.topic_id JOIN forum f ON f.id = t.forum_id WHERE f.tenant_id = $1 ORDER BY p.created_at DESC LIMIT 20');
SELECT perfcheck_add_query('posts_of_day', 'SELECT count(*) FROM post WHERE created_at >= $1 AND created_at < $1 + interval ''1 day''');
SELECT perfcheck_add_query('posts_on_date', 'SELECT count(*) FROM post WHERE created_at::date = $1');
SELECT perfcheck_add_query('post_search', 'SELECT id FROM post WHERE body ILIKE ''%'' || $1 || ''%'' ORDER BY id DESC LIMIT 20');
SELECT perfcheck_add_query('author_top', 'SELECT author_id, count(*) FROM post GROUP BY author_id ORDER BY 2 DESC LIMIT 10');
SELECT perfcheck_add_query('author_last_posts', 'SELECT a.id, p.created_at FROM (SELECT id FROM account WHERE tenant_id = $1 ORDER BY id LIMIT 20) a
    CROSS JOIN LATERAL (SELECT created_at FROM post p WHERE p.author_id = a.id ORDER BY created_at DESC LIMIT 1) p');
SELECT perfcheck_add_query('first_post_of_topics', 'SELECT t.id, p.body FROM (SELECT id FROM topic WHERE forum_id = $1 ORDER BY bumped_at DESC LIMIT 30) t
    LEFT JOIN LATERAL (SELECT body FROM post p WHERE p.topic_id = t.id ORDER BY id LIMIT 1) p ON true');
SELECT perfcheck_add_query('last_post_by_time', 'SELECT t.id, p.body FROM (SELECT id FROM topic WHERE forum_id = $1 ORDER BY bumped_at DESC LIMIT 30) t
    LEFT JOIN LATERAL (SELECT body FROM post p WHERE p.topic_id = t.id ORDER BY created_at DESC LIMIT 1) p ON true');
-- Reactions and reading marks
SELECT perfcheck_add_query('reactions_of_post', 'SELECT kind, count(*) FROM reaction WHERE post_id = $1 GROUP BY kind');
SELECT perfcheck_add_query('reactions_of_topic', 'SELECT p.id, count(r.kind) FROM post p LEFT JOIN reaction r ON r.post_id = p.id WHERE p.topic_id = $1 GROUP BY p.id ORDER BY p.id LIMIT 50');
SELECT perfcheck_add_query('my_reactions', 'SELECT * FROM reaction WHERE account_id = $1 ORDER BY created_at DESC LIMIT 20');
SELECT perfcheck_add_query('reactions_to_me', 'SELECT r.* FROM reaction r JOIN post p ON p.id = r.post_id WHERE p.author_id = $1 ORDER BY r.created_at DESC LIMIT 20');
SELECT perfcheck_add_query('laughs', 'SELECT post_id FROM reaction WHERE kind = $1 ORDER BY created_at DESC LIMIT 20');
SELECT perfcheck_add_query('most_liked', 'SELECT post_id, count(*) FROM reaction WHERE kind = ''like'' GROUP BY post_id ORDER BY 2 DESC LIMIT 10');
SELECT perfcheck_add_query('unread_topics', 'SELECT t.id FROM topic t LEFT JOIN topic_read r ON r.topic_id = t.id AND r.account_id = $1 WHERE t.forum_id = $2 AND r.topic_id IS NULL ORDER BY t.bumped_at DESC LIMIT 30');
SELECT perfcheck_add_query('read_mark', 'SELECT last_post_id FROM topic_read WHERE account_id = $1 AND topic_id = $2');
SELECT perfcheck_add_query('readers_of_topic', 'SELECT account_id FROM topic_read WHERE topic_id = $1');
-- Tags
SELECT perfcheck_add_query('tag_by_name', 'SELECT id FROM tag WHERE tenant_id = $1 AND name = $2');
SELECT perfcheck_add_query('topics_by_tag', 'SELECT t.id, t.title FROM topic t JOIN topic_tag x ON x.topic_id = t.id WHERE x.tag_id = $1 ORDER BY t.created_at DESC LIMIT 30');
SELECT perfcheck_add_query('topics_by_tag_name', 'SELECT t.id FROM topic t JOIN topic_tag x ON x.topic_id = t.id JOIN tag g ON g.id = x.tag_id WHERE g.name = $1 ORDER BY t.created_at DESC LIMIT 30');
SELECT perfcheck_add_query('tags_of_topic', 'SELECT g.name FROM tag g JOIN topic_tag x ON x.tag_id = g.id WHERE x.topic_id = $1');
SELECT perfcheck_add_query('tag_counts', 'SELECT g.id, (SELECT count(*) FROM topic_tag x WHERE x.tag_id = g.id) FROM tag g WHERE g.tenant_id = $1 ORDER BY g.name');
SELECT perfcheck_add_query('popular_tags', 'SELECT tag_id, count(*) FROM topic_tag GROUP BY tag_id ORDER BY 2 DESC LIMIT 20');
-- Follows
SELECT perfcheck_add_query('following', 'SELECT a.id, a.nick FROM follow f JOIN account a ON a.id = f.followed_id WHERE f.follower_id = $1 ORDER BY a.nick LIMIT 50');
SELECT perfcheck_add_query('followers', 'SELECT a.id, a.nick FROM follow f JOIN account a ON a.id = f.follower_id WHERE f.followed_id = $1 ORDER BY a.nick LIMIT 50');
SELECT perfcheck_add_query('follower_count', 'SELECT count(*) FROM follow WHERE followed_id = $1');
SELECT perfcheck_add_query('home', 'SELECT p.id FROM post p JOIN follow f ON f.followed_id = p.author_id WHERE f.follower_id = $1 ORDER BY p.created_at DESC LIMIT 20');
SELECT perfcheck_add_query('home_in', 'SELECT id FROM post WHERE author_id IN (SELECT followed_id FROM follow WHERE follower_id = $1) AND deleted_at IS NULL ORDER BY created_at DESC LIMIT 20');
SELECT perfcheck_add_query('is_following', 'SELECT EXISTS (SELECT 1 FROM follow WHERE follower_id = $1 AND followed_id = $2)');
SELECT perfcheck_add_query('suggested', 'SELECT f2.followed_id, count(*) FROM follow f1 JOIN follow f2 ON f2.follower_id = f1.followed_id WHERE f1.follower_id = $1 GROUP BY 1 ORDER BY 2 DESC LIMIT 10');
-- Feeds
SELECT perfcheck_add_query('entries_of_source', 'SELECT id, title FROM feed_entry WHERE source_id = $1 ORDER BY published_at DESC LIMIT 30');
SELECT perfcheck_add_query('entry_by_guid', 'SELECT id FROM feed_entry WHERE source_id = $1 AND guid = $2');
SELECT perfcheck_add_query('entries_newest', 'SELECT id, title FROM feed_entry ORDER BY published_at DESC LIMIT 30');
SELECT perfcheck_add_query('my_sources', 'SELECT s.id, s.title, b.folder FROM subscription b JOIN feed_source s ON s.id = b.source_id WHERE b.account_id = $1 ORDER BY s.title');
SELECT perfcheck_add_query('my_folder', 'SELECT s.id, s.title FROM subscription b JOIN feed_source s ON s.id = b.source_id WHERE b.account_id = $1 AND b.folder = $2');
SELECT perfcheck_add_query('subscriber_count', 'SELECT count(*) FROM subscription WHERE source_id = $1');
SELECT perfcheck_add_query('my_entries', 'SELECT e.id, e.title FROM feed_entry e JOIN subscription b ON b.source_id = e.source_id WHERE b.account_id = $1 ORDER BY e.published_at DESC LIMIT 30');
SELECT perfcheck_add_query('my_unread', 'SELECT e.id, e.title FROM entry_state x JOIN feed_entry e ON e.id = x.entry_id WHERE x.account_id = $1 AND x.unread ORDER BY e.published_at DESC LIMIT 30');
SELECT perfcheck_add_query('my_unread_count', 'SELECT count(*) FROM entry_state WHERE account_id = $1 AND unread');
SELECT perfcheck_add_query('my_unread_per_source', 'SELECT e.source_id, count(*) FROM entry_state x JOIN feed_entry e ON e.id = x.entry_id WHERE x.account_id = $1 AND x.unread GROUP BY 1');
SELECT perfcheck_add_query('my_starred', 'SELECT entry_id FROM entry_state WHERE account_id = $1 AND starred ORDER BY changed_at DESC LIMIT 30');
SELECT perfcheck_add_query('starred_all', 'SELECT account_id, entry_id FROM entry_state WHERE starred ORDER BY changed_at DESC LIMIT 30');
SELECT perfcheck_add_query('state_of_entry', 'SELECT count(*) FROM entry_state WHERE entry_id = $1 AND unread');
SELECT perfcheck_add_query('stale_sources', 'SELECT id, url FROM feed_source WHERE fetched_at < $1 ORDER BY fetched_at LIMIT 20');
SELECT perfcheck_add_query('source_by_url', 'SELECT id FROM feed_source WHERE url = $1');
-- Rooms and messages
SELECT perfcheck_add_query('rooms_of_tenant', 'SELECT id, name FROM room WHERE tenant_id = $1 AND open ORDER BY name');
SELECT perfcheck_add_query('my_rooms', 'SELECT r.id, r.name FROM room_member m JOIN room r ON r.id = m.room_id WHERE m.account_id = $1');
SELECT perfcheck_add_query('members_of_room', 'SELECT a.id, a.nick FROM room_member m JOIN account a ON a.id = m.account_id WHERE m.room_id = $1 ORDER BY a.nick LIMIT 100');
SELECT perfcheck_add_query('messages_of_room', 'SELECT m.*, a.nick FROM message m JOIN account a ON a.id = m.sender_id WHERE m.room_id = $1 ORDER BY m.id DESC LIMIT 50');
SELECT perfcheck_add_query('messages_before', 'SELECT * FROM message WHERE room_id = $1 AND id < $2 ORDER BY id DESC LIMIT 50');
SELECT perfcheck_add_query('messages_by_time', 'SELECT * FROM message WHERE room_id = $1 ORDER BY sent_at DESC LIMIT 50');
SELECT perfcheck_add_query('messages_of_sender', 'SELECT * FROM message WHERE sender_id = $1 ORDER BY sent_at DESC LIMIT 20');
SELECT perfcheck_add_query('unread_of_room', 'SELECT count(*) FROM message g JOIN room_member m ON m.room_id = g.room_id WHERE m.room_id = $1 AND m.account_id = $2 AND g.id > m.last_read_id');
SELECT perfcheck_add_query('unread_of_rooms', 'SELECT m.room_id, (SELECT count(*) FROM message g WHERE g.room_id = m.room_id AND g.id > m.last_read_id) FROM room_member m WHERE m.account_id = $1');
SELECT perfcheck_add_query('room_last_messages', 'SELECT r.id, g.body FROM room_member m JOIN room r ON r.id = m.room_id LEFT JOIN LATERAL (SELECT body FROM message g WHERE g.room_id = r.id ORDER BY g.id DESC LIMIT 1) g ON true WHERE m.account_id = $1');
SELECT perfcheck_add_query('busy_rooms', 'SELECT room_id, count(*) FROM message WHERE sent_at > ''2025-12-25'' GROUP BY room_id ORDER BY 2 DESC LIMIT 10');
SELECT perfcheck_add_query('message_search', 'SELECT id FROM message WHERE room_id = $1 AND body ILIKE ''%'' || $2 || ''%'' ORDER BY id DESC LIMIT 20');
-- Notifications and uploads
SELECT perfcheck_add_query('notifications', 'SELECT * FROM notification WHERE account_id = $1 ORDER BY id DESC LIMIT 20');
SELECT perfcheck_add_query('notifications_unread', 'SELECT * FROM notification WHERE account_id = $1 AND read_at IS NULL ORDER BY id DESC LIMIT 20');
SELECT perfcheck_add_query('notification_count', 'SELECT count(*) FROM notification WHERE account_id = $1 AND read_at IS NULL');
SELECT perfcheck_add_query('notifications_of_kind', 'SELECT * FROM notification WHERE account_id = $1 AND kind = $2 ORDER BY created_at DESC LIMIT 20');
SELECT perfcheck_add_query('notification_for', 'SELECT id FROM notification WHERE subject_id = $1');
SELECT perfcheck_add_query('uploads_of', 'SELECT * FROM upload WHERE account_id = $1 ORDER BY created_at DESC LIMIT 20');
SELECT perfcheck_add_query('upload_size_of', 'SELECT sum(bytes) FROM upload WHERE account_id = $1');
SELECT perfcheck_add_query('uploads_of_message', 'SELECT * FROM upload WHERE message_id = $1');
SELECT perfcheck_add_query('largest_uploads', 'SELECT id, name FROM upload ORDER BY bytes DESC LIMIT 20');

-- By account: a usual one, the busiest, one that is not there.
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['account_by_id', 'sessions_of', 'topics_of_author', 'posts_of_author', 'post_count_of_author', 'posts_deleted', 'my_reactions', 'reactions_to_me',
    'following', 'followers', 'follower_count', 'home', 'home_in', 'suggested', 'my_sources', 'my_entries', 'my_unread', 'my_unread_count', 'my_unread_per_source', 'my_starred', 'my_rooms',
    'messages_of_sender', 'unread_of_rooms', 'room_last_messages', 'notifications', 'notifications_unread', 'notification_count', 'uploads_of', 'upload_size_of']) AS q,
    (VALUES ('usual', '500'), ('busiest', '1'), ('quiet', '990'), ('absent', '0')) AS v(l, v);
-- By tenant, forum, topic, room, source and tag: the same.
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['tenant_accounts', 'tenant_account_count', 'newest_accounts', 'forums_of_tenant', 'topics_of_tenant', 'posts_of_tenant', 'author_last_posts', 'tag_counts', 'rooms_of_tenant']) AS q,
    (VALUES ('usual', '9'), ('largest', '1'), ('absent', '0')) AS v(l, v);
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['topics_of_forum', 'topics_pinned_first', 'topics_open', 'topics_with_last_post', 'topics_by_post_count', 'posts_of_forum', 'first_post_of_topics', 'last_post_by_time']) AS q,
    (VALUES ('usual', '50'), ('largest', '1'), ('small', '99'), ('absent', '0')) AS v(l, v);
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['topic_with_author', 'posts_of_topic', 'post_count_of_topic', 'reactions_of_topic', 'readers_of_topic', 'tags_of_topic']) AS q,
    (VALUES ('usual', '2000'), ('largest', '1'), ('absent', '0')) AS v(l, v);
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['members_of_room', 'messages_of_room', 'messages_by_time']) AS q, (VALUES ('usual', '50'), ('largest', '1'), ('small', '199'), ('absent', '0')) AS v(l, v);
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['entries_of_source', 'subscriber_count']) AS q, (VALUES ('usual', '50'), ('largest', '1'), ('absent', '0')) AS v(l, v);
SELECT hurts('topics_by_tag', l, ARRAY[v]) FROM (VALUES ('usual', '50'), ('popular', '1'), ('absent', '0')) AS v(l, v);
SELECT hurts('topics_by_tag_name', l, ARRAY[v]) FROM (VALUES ('usual', 'tag-7'), ('popular', 'tag-0'), ('absent', 'none')) AS v(l, v);
SELECT hurts('tag_by_name', 'a tag', ARRAY['9', 'tag-7']);
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['account_by_mail', 'account_by_mail_lower']) AS q, (VALUES ('one', 'u500@example.org'), ('absent', 'none')) AS v(l, v);
SELECT hurts('account_by_nick', 'one', ARRAY['nick' || md5('500')]);
SELECT hurts('session_by_token', 'one', ARRAY[md5('5500')]);
SELECT hurts('expired_sessions', l, ARRAY[v]) FROM (VALUES ('spring', '2025-04-01'), ('none', '2020-01-01')) AS v(l, v);
SELECT hurts('topics_before', l, v) FROM (VALUES ('middle page', ARRAY['1', '2025-07-01']), ('small', ARRAY['99', '2025-07-01'])) AS x(l, v);
SELECT hurts('topics_page', l, v) FROM (VALUES ('first', ARRAY['50', '0']), ('deep', ARRAY['1', '200'])) AS x(l, v);
SELECT hurts('topic_search', l, ARRAY[v]) FROM (VALUES ('hit', left(md5('77'), 8)), ('none', 'zzzz')) AS v(l, v);
SELECT hurts('post_search', l, ARRAY[v]) FROM (VALUES ('hit', left(md5('77'), 8)), ('none', 'zzzz')) AS v(l, v);
SELECT hurts('message_search', l, v) FROM (VALUES ('small', ARRAY['99', 'zzzz']), ('none', ARRAY['1', 'zzzz'])) AS x(l, v);
SELECT hurts('posts_after', 'middle page', ARRAY['1', (10000 * :s)::text]);
SELECT hurts('messages_before', l, v) FROM (VALUES ('middle page', ARRAY['1', (10000 * :s)::text]), ('small', ARRAY['199', (10000 * :s)::text])) AS x(l, v);
SELECT hurts('posts_of_day', 'a day', ARRAY['2025-07-01']), hurts('posts_on_date', 'a day', ARRAY['2025-07-01']);
SELECT hurts('reactions_of_post', 'a post', ARRAY['777']);
SELECT hurts('laughs', l, ARRAY[v]) FROM (VALUES ('like', 'like'), ('sad', 'sad'), ('absent', 'none')) AS v(l, v);
SELECT hurts('unread_topics', l, v) FROM (VALUES ('usual', ARRAY['500', '50']), ('largest', ARRAY['1', '1'])) AS x(l, v);
SELECT hurts('read_mark', 'one', ARRAY['1', '77']), hurts('is_following', 'one', ARRAY['500', '1']);
SELECT hurts('entry_by_guid', 'one', ARRAY['1', md5('385')]), hurts('my_folder', 'one', ARRAY['1', 'news']);
SELECT hurts('state_of_entry', 'one', ARRAY['777']), hurts('source_by_url', 'one', ARRAY['https://feed.example.org/77']);
SELECT hurts('stale_sources', l, ARRAY[v]) FROM (VALUES ('spring', '2025-04-01'), ('none', '2020-01-01')) AS v(l, v);
SELECT hurts('unread_of_room', l, v) FROM (SELECT 'largest' AS l, ARRAY['1', account_id::text] AS v FROM room_member WHERE room_id = 1 ORDER BY last_read_id LIMIT 1) AS x;
SELECT hurts('notifications_of_kind', l, v) FROM (VALUES ('usual', ARRAY['500', 'reply']), ('busiest', ARRAY['1', 'like']), ('absent', ARRAY['0', 'like'])) AS x(l, v);
SELECT hurts(q, 'one', ARRAY['778']) FROM unnest(ARRAY['notification_for', 'uploads_of_message']) AS q;
