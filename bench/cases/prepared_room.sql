-- Small rooms and one with most messages: after five executions for small rooms a
-- prepared statement keeps a plan that is made for them.
CREATE TABLE chat (id bigint PRIMARY KEY, room_id int NOT NULL, sent_at timestamptz NOT NULL, body text NOT NULL);
-- Room 1 has 90 % of the messages; the others have 5 each, and grow in number.
INSERT INTO chat
SELECT i, CASE WHEN i % 10 < 9 THEN 1 ELSE 2 + (i / 50) END, '2025-01-01'::timestamptz + i * interval '5 s', repeat('hi ', 20) FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON chat (room_id);
CREATE INDEX ON chat (sent_at);
VACUUM ANALYZE;

SELECT perfcheck_add_query('room', 'SELECT * FROM chat WHERE room_id = $1 ORDER BY sent_at DESC LIMIT 30');
SELECT hurts('room', l, ARRAY[v]) FROM (VALUES ('small', '40'), ('huge', '1'), ('absent', '0')) AS v(l, v);

-- phase: mended
CREATE INDEX ON chat (room_id, sent_at);
ANALYZE chat;
SELECT hurts('room', l, ARRAY[v]) FROM (VALUES ('small', '40'), ('huge', '1'), ('absent', '0')) AS v(l, v);
