-- A member's own entries, newest first, by an index on the time alone: it walks
-- past the entries of all other members, who grow in number.
CREATE TABLE member (id bigint PRIMARY KEY, mail text NOT NULL UNIQUE);
CREATE TABLE diary (
    id bigint PRIMARY KEY, member_id bigint NOT NULL REFERENCES member, written_at timestamptz NOT NULL, body text NOT NULL);
INSERT INTO member SELECT i, 'm' || i || '@example.org' FROM generate_series(1, 500 * :s) AS i;
INSERT INTO diary
SELECT i, 1 + (i::bigint * 7919 % (500 * :s)), '2025-02-01'::timestamptz + i * interval '20 s', repeat('day ', 10)
FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON diary (written_at);
VACUUM ANALYZE;

SELECT perfcheck_add_query('my_entries', 'SELECT * FROM diary WHERE member_id = $1 ORDER BY written_at DESC LIMIT 20');
SELECT perfcheck_add_query('my_entries_by_mail', 'SELECT d.*, m.mail FROM diary d JOIN member m ON m.id = d.member_id WHERE m.mail = $1 ORDER BY d.written_at DESC LIMIT 20');
SELECT perfcheck_add_query('my_last', 'SELECT max(written_at) FROM diary WHERE member_id = $1');
SELECT perfcheck_add_query('my_count', 'SELECT count(*) FROM diary WHERE member_id = $1');
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['my_entries', 'my_last', 'my_count']) AS q, (VALUES ('a member', '9'), ('absent', '0')) AS v(l, v);
SELECT hurts('my_entries_by_mail', l, ARRAY[v]) FROM (VALUES ('a member', 'm9@example.org'), ('absent', 'nobody')) AS v(l, v);

-- phase: mended
CREATE INDEX ON diary (member_id, written_at);
ANALYZE diary;
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['my_entries', 'my_last', 'my_count']) AS q, (VALUES ('a member', '9'), ('absent', '0')) AS v(l, v);
SELECT hurts('my_entries_by_mail', l, ARRAY[v]) FROM (VALUES ('a member', 'm9@example.org'), ('absent', 'nobody')) AS v(l, v);
