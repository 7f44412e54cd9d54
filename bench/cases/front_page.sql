-- A page by rank that joins the author, the board and the viewer's own marks: all
-- rows are joined and then sorted, until an index has the rank.
CREATE TABLE writer (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE board (id int PRIMARY KEY, name text NOT NULL, closed boolean NOT NULL);
CREATE TABLE thread (
    id int PRIMARY KEY, title text NOT NULL, writer_id int NOT NULL REFERENCES writer, board_id int NOT NULL REFERENCES board,
    spam boolean NOT NULL, dropped boolean NOT NULL);
CREATE TABLE thread_score (thread_id int PRIMARY KEY REFERENCES thread, score int NOT NULL, at timestamptz NOT NULL);
CREATE TABLE bookmark (writer_id int NOT NULL, thread_id int NOT NULL, PRIMARY KEY (writer_id, thread_id));
CREATE TABLE vote (writer_id int NOT NULL, thread_id int NOT NULL, up boolean NOT NULL, PRIMARY KEY (writer_id, thread_id));
CREATE TABLE mute (writer_id int NOT NULL, board_id int NOT NULL, PRIMARY KEY (writer_id, board_id));
INSERT INTO writer SELECT i, 'writer ' || i FROM generate_series(1, 2000 * :s) AS i;
INSERT INTO board SELECT i, 'board ' || i, i % 50 = 0 FROM generate_series(1, 200 * :s) AS i;
INSERT INTO thread
SELECT i, 'thread ' || i, 1 + (dice(i, 1) * (2000 * :s - 1))::int, 1 + (dice(i, 2) ^ 2 * (200 * :s - 1))::int, dice(i, 3) < 0.02, dice(i, 4) < 0.05
FROM generate_series(1, 20000 * :s) AS i;
INSERT INTO thread_score SELECT i, (dice(i, 5) * 5000)::int, '2025-01-01'::timestamptz + i * interval '1 minute' FROM generate_series(1, 20000 * :s) AS i;
INSERT INTO bookmark SELECT DISTINCT 1 + (dice(i, 6) * (2000 * :s - 1))::int, 1 + (dice(i, 7) * (20000 * :s - 1))::int FROM generate_series(1, 5000 * :s) AS i;
INSERT INTO vote
SELECT DISTINCT ON (1, 2) 1 + (dice(i, 8) * (2000 * :s - 1))::int, 1 + (dice(i, 9) * (20000 * :s - 1))::int, true FROM generate_series(1, 20000 * :s) AS i;
INSERT INTO mute SELECT DISTINCT 1 + (dice(i, 10) * (2000 * :s - 1))::int, 1 + (dice(i, 11) * (200 * :s - 1))::int FROM generate_series(1, 2000 * :s) AS i;
CREATE INDEX ON thread (writer_id);
CREATE INDEX ON thread (board_id);
VACUUM ANALYZE;

SELECT perfcheck_add_query('front', 'SELECT t.*, w.name, b.name, s.score, m.thread_id IS NOT NULL AS marked, v.up FROM thread t
    JOIN writer w ON w.id = t.writer_id JOIN board b ON b.id = t.board_id JOIN thread_score s ON s.thread_id = t.id
    LEFT JOIN bookmark m ON m.thread_id = t.id AND m.writer_id = $1 LEFT JOIN vote v ON v.thread_id = t.id AND v.writer_id = $1
    LEFT JOIN mute u ON u.board_id = t.board_id AND u.writer_id = $1
    WHERE NOT t.spam AND NOT t.dropped AND NOT b.closed AND u.writer_id IS NULL ORDER BY s.score DESC, s.at DESC LIMIT 40');
SELECT hurts('front', l, ARRAY[v]) FROM (VALUES ('a writer', '40'), ('absent', '0')) AS v(l, v);

-- phase: mended
CREATE INDEX ON thread_score (score DESC, at DESC);
VACUUM ANALYZE thread_score;
SELECT hurts('front', l, ARRAY[v]) FROM (VALUES ('a writer', '40'), ('absent', '0')) AS v(l, v);
