-- Small rooms, and one with a tenth of all messages: after five executions for
-- small rooms a prepared statement keeps the plan that is made without the value.
CREATE TABLE room (id int PRIMARY KEY);
CREATE TABLE chat (id bigint PRIMARY KEY, room_id int NOT NULL REFERENCES room, sent_at timestamptz NOT NULL, body text NOT NULL);
-- The small rooms have nine messages each, and grow in number.
INSERT INTO room SELECT i FROM generate_series(1, 2001 * :s) AS i;
INSERT INTO chat
SELECT i, CASE WHEN i % 10 = 0 THEN 1 ELSE 2 + (i::bigint * 7919) % (2000 * :s) END, '2025-01-01'::timestamptz + i * interval '5 s', repeat('hi ', 20) FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON chat (room_id);
CREATE INDEX ON chat (sent_at);
VACUUM ANALYZE;

SELECT perfcheck_add_query('room', 'SELECT * FROM chat WHERE room_id = $1 ORDER BY sent_at DESC LIMIT 30');
SELECT hurts('room', l, ARRAY[v]) FROM (VALUES ('small', '40'), ('huge', '1'), ('absent', '0')) AS v(l, v);

-- The plan without the value sorts still, as it expects ten rows.
-- phase: both_columns
DROP INDEX chat_room_id_idx;
CREATE INDEX ON chat (room_id, sent_at);
ANALYZE chat;
SELECT hurts('room', l, ARRAY[v]) FROM (VALUES ('small', '40'), ('huge', '1'), ('absent', '0')) AS v(l, v);
