-- A covering index on pages that are not all visible, as those that were just
-- written: each entry is a fetch from the heap. After a vacuum it is none.
-- fixed: service
-- dead_rows: yes
CREATE TABLE service (id int PRIMARY KEY);
INSERT INTO service SELECT i FROM generate_series(0, 59) AS i;
CREATE TABLE message (
    id bigint PRIMARY KEY, service_id int NOT NULL REFERENCES service, sent_at timestamptz NOT NULL, kind int NOT NULL, state int NOT NULL, body text NOT NULL);
INSERT INTO message
SELECT i, i % 60, '2025-01-01'::timestamptz + i * interval '3 s', (dice(i, 2) * 3)::int, (dice(i, 3) * 5)::int, repeat('hello ', 12)
FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON message (service_id, sent_at) INCLUDE (kind, state);
VACUUM ANALYZE;
UPDATE message SET body = body || '.' WHERE id % 3 = 0;
ANALYZE;

SELECT perfcheck_add_query('dashboard', 'SELECT kind, state, count(*) FROM message WHERE service_id = $1 GROUP BY kind, state');
SELECT hurts('dashboard', l, ARRAY[v]) FROM (VALUES ('usual', '7'), ('absent', '99')) AS x(l, v);

-- phase: vacuumed
VACUUM ANALYZE message;
SELECT hurts('dashboard', l, ARRAY[v]) FROM (VALUES ('usual', '7'), ('absent', '99')) AS x(l, v);
