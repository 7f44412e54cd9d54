-- A covering index on pages that are not all visible, as those that were just
-- written: each entry is a fetch from the heap.
-- dead_rows: yes
CREATE TABLE message (
    id bigint PRIMARY KEY, service_id int NOT NULL, sent_at timestamptz NOT NULL, kind int NOT NULL, state int NOT NULL, body text NOT NULL);
INSERT INTO message
SELECT i, 1 + (dice(i, 1) ^ 3 * 200)::int, '2025-01-01'::timestamptz + i * interval '3 s', (dice(i, 2) * 3)::int, (dice(i, 3) * 5)::int, repeat('hello ', 40)
FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON message (service_id, sent_at) INCLUDE (kind, state);
VACUUM ANALYZE;
UPDATE message SET body = body || '.' WHERE id % 3 = 0;
ANALYZE;

SELECT perfcheck_add_query('dashboard', 'SELECT kind, state, count(*) FROM message WHERE service_id = $1 AND sent_at >= $2 GROUP BY kind, state');
SELECT hurts('dashboard', l, v) FROM (VALUES ('usual', ARRAY['60', '2025-01-01']), ('largest', ARRAY['1', '2025-01-01'])) AS x(l, v);
