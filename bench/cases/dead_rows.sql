-- A queue whose finished tasks are deleted while an old snapshot is held: the
-- oldest waiting task is behind all dead entries of the index.
-- snapshot: held
-- dead_rows: yes
CREATE TABLE task (id bigint PRIMARY KEY, state text NOT NULL, rank int NOT NULL, due_at timestamptz NOT NULL, input text NOT NULL);
INSERT INTO task SELECT i, 'ready', 1, '2025-05-01'::timestamptz + i * interval '1 s', repeat('arg ', 20) FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON task (state, rank, due_at, id);
VACUUM ANALYZE;
DELETE FROM task WHERE id <= 19000 * :s;
ANALYZE task;

SELECT perfcheck_add_query('take', 'SELECT * FROM task WHERE state = $1 ORDER BY rank, due_at, id LIMIT 10');
SELECT perfcheck_add_query('by_id', 'SELECT * FROM task WHERE id = $1');
SELECT hurts('take', 'ready', ARRAY['ready']);
SELECT hurts('by_id', 'last', ARRAY[(20000 * :s)::text]);
