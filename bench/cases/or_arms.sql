-- OR over columns, over a condition that both arms have, and over joined tables;
-- and the same as a UNION.
CREATE TABLE profile (id bigint PRIMARY KEY, mail text NOT NULL);
CREATE TABLE status (id bigint PRIMARY KEY, profile_id bigint NOT NULL REFERENCES profile, reply_to bigint, open boolean NOT NULL);
CREATE TABLE mention (status_id bigint NOT NULL REFERENCES status, profile_id bigint NOT NULL REFERENCES profile, PRIMARY KEY (status_id, profile_id));
INSERT INTO profile SELECT i, 'P' || i || '@Example.org' FROM generate_series(1, 2000 * :s) AS i;
INSERT INTO status SELECT i, 1 + floor(dice(i, 1) * 2000 * :s)::int, CASE WHEN i % 3 = 0 THEN 1 + floor(dice(i, 2) * 2000 * :s)::int END, i % 10 <> 0 FROM generate_series(1, 20000 * :s) AS i;
INSERT INTO mention SELECT i, 1 + floor(dice(i, 3) * 2000 * :s)::int FROM generate_series(1, 20000 * :s, 4) AS i;
CREATE INDEX ON status (profile_id, id);
CREATE INDEX ON status (reply_to);
CREATE INDEX ON mention (profile_id, status_id);
CREATE UNIQUE INDEX ON profile (upper(mail));
VACUUM ANALYZE;

SELECT perfcheck_add_query('by_upper_mail', 'SELECT id FROM profile WHERE upper(mail) = upper($1)');
SELECT perfcheck_add_query('by_lower_mail', 'SELECT id FROM profile WHERE lower(mail) = lower($1)');
SELECT perfcheck_add_query('own_or_reply', 'SELECT id FROM status WHERE profile_id = $1 OR reply_to = $1 ORDER BY id DESC LIMIT 20');
SELECT perfcheck_add_query('in_both_arms', 'SELECT id FROM status WHERE (profile_id = $1 AND open) OR (profile_id = $1 AND reply_to = $2) ORDER BY id DESC LIMIT 20');
SELECT perfcheck_add_query('own_or_mentioned', 'SELECT s.id FROM status s WHERE s.profile_id = $1 OR EXISTS (SELECT 1 FROM mention m WHERE m.status_id = s.id AND m.profile_id = $1) ORDER BY s.id DESC LIMIT 20');
SELECT perfcheck_add_query('own_or_joined', 'SELECT s.id FROM status s LEFT JOIN mention m ON m.status_id = s.id WHERE s.profile_id = $1 OR m.profile_id = $1 ORDER BY s.id DESC LIMIT 20');
SELECT perfcheck_add_query('own_union_mentioned', 'SELECT id FROM (SELECT id FROM status WHERE profile_id = $1 UNION SELECT status_id FROM mention WHERE profile_id = $1) x ORDER BY id DESC LIMIT 20');
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['by_upper_mail', 'by_lower_mail']) AS q, (VALUES ('one', 'p77@example.org'), ('absent', 'none')) AS v(l, v);
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['own_or_reply', 'own_or_mentioned', 'own_or_joined', 'own_union_mentioned']) AS q, (VALUES ('one', '77'), ('absent', '0')) AS v(l, v);
SELECT hurts('in_both_arms', l, v) FROM (VALUES ('one', ARRAY['77', '78']), ('absent', ARRAY['0', '0'])) AS v(l, v);
