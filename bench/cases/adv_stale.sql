-- Inboxes: mail by state, some accounts gone quiet; accounts are fixed here.
-- fixed: inbox
CREATE TABLE inbox (id int PRIMARY KEY, owner text NOT NULL UNIQUE);
CREATE TABLE mail (id bigint PRIMARY KEY, inbox_id int NOT NULL REFERENCES inbox, state text NOT NULL, at timestamptz NOT NULL, size int NOT NULL);
INSERT INTO inbox SELECT i, 'o' || i FROM generate_series(1, 30) i;
-- 3 % are in state spam, all among the oldest; inbox 5 has 5 %, all among the oldest fifth
INSERT INTO mail SELECT i, CASE WHEN i < 4000 * :s AND i % 4 = 0 THEN 5 ELSE 6 + (dice(i, 1) * 24)::int END,
  CASE WHEN i < 1200 * :s AND i % 2 = 0 THEN 'spam' WHEN dice(i, 2) < 0.3 THEN 'unread' ELSE 'read' END, '2024-01-01'::timestamptz + i * interval '30 seconds', (dice(i, 3) * 9000)::int
FROM generate_series(1, 20000 * :s) i;
CREATE INDEX ON mail (at); CREATE INDEX ON mail (inbox_id); CREATE INDEX ON mail (inbox_id, size);
VACUUM ANALYZE;
SELECT perfcheck_add_query('box', 'SELECT * FROM mail WHERE inbox_id = $1 ORDER BY at DESC LIMIT 25');
SELECT perfcheck_add_query('box_by_owner', 'SELECT m.* FROM mail m JOIN inbox i ON i.id = m.inbox_id WHERE i.owner = $1 ORDER BY m.at DESC LIMIT 25');
SELECT perfcheck_add_query('by_state', 'SELECT * FROM mail WHERE state = $1 ORDER BY at DESC LIMIT 25');
SELECT perfcheck_add_query('box_state', 'SELECT * FROM mail WHERE inbox_id = $1 AND state = $2 ORDER BY at DESC LIMIT 25');
SELECT perfcheck_add_query('biggest', 'SELECT * FROM mail WHERE inbox_id = $1 ORDER BY size DESC LIMIT 25');
SELECT perfcheck_add_query('boxes', 'SELECT * FROM mail WHERE inbox_id = ANY ($1) ORDER BY at DESC LIMIT 25');
SELECT hurts('box', l, ARRAY[v]) FROM (VALUES ('a','15'),('quiet','5'),('absent','99')) v(l,v);
SELECT hurts('box_by_owner', l, ARRAY[v]) FROM (VALUES ('a','o15'),('quiet','o5'),('absent','none')) v(l,v);
SELECT hurts('by_state', l, ARRAY[v]) FROM (VALUES ('a','read'),('spam','spam'),('absent','none')) v(l,v);
SELECT hurts('box_state', l, ARRAY[v,w]) FROM (VALUES ('a','15','read'),('quiet','5','read'),('absent','99','read')) v(l,v,w);
SELECT hurts('biggest', l, ARRAY[v]) FROM (VALUES ('a','15'),('quiet','5')) v(l,v);
SELECT hurts('boxes', l, ARRAY[v]) FROM (VALUES ('a','{15}'),('quiet','{5}')) v(l,v);
