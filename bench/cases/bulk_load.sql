-- Loaded after the last ANALYZE: the statistics know 200 of the rows.
CREATE TABLE lot (id int PRIMARY KEY, state text NOT NULL);
CREATE TABLE lot_item (id bigint PRIMARY KEY, lot_id int NOT NULL REFERENCES lot, state text NOT NULL, at timestamptz NOT NULL);
INSERT INTO lot SELECT i, 'done' FROM generate_series(1, 20) AS i;
INSERT INTO lot_item SELECT i, 1 + i % 20, 'done', '2025-01-01'::timestamptz + i * interval '1 minute' FROM generate_series(1, 200) AS i;
CREATE INDEX ON lot_item (lot_id);
CREATE INDEX ON lot_item (state);
CREATE INDEX ON lot_item (at);
VACUUM ANALYZE;
INSERT INTO lot SELECT i, 'new' FROM generate_series(21, 2000 * :s) AS i;
INSERT INTO lot_item
SELECT i, 21 + i % (2000 * :s - 21), CASE WHEN i % 100 = 0 THEN 'failed' ELSE 'new' END, '2025-02-01'::timestamptz + i * interval '1 minute' FROM generate_series(201, 20000 * :s) AS i;

SELECT perfcheck_add_query('of_state', 'SELECT i.* FROM lot_item i JOIN lot l ON l.id = i.lot_id WHERE i.state = $1 AND l.state = $2 ORDER BY i.at DESC LIMIT 20');
SELECT perfcheck_add_query('of_lot', 'SELECT * FROM lot_item WHERE lot_id = $1 AND state = $2 ORDER BY at DESC LIMIT 20');
SELECT hurts('of_state', l, v) FROM (VALUES ('new', ARRAY['new', 'new']), ('failed', ARRAY['failed', 'new']), ('old', ARRAY['done', 'done'])) AS x(l, v);
SELECT hurts('of_lot', l, v) FROM (VALUES ('a lot', ARRAY['500', 'new']), ('none', ARRAY['500', 'done'])) AS x(l, v);

-- phase: analyzed
VACUUM ANALYZE;
SELECT hurts('of_lot', l, v) FROM (VALUES ('a lot', ARRAY['500', 'new']), ('none', ARRAY['500', 'done'])) AS x(l, v);
SELECT hurts('of_state', l, v) FROM (VALUES ('new', ARRAY['new', 'new']), ('failed', ARRAY['failed', 'new']), ('old', ARRAY['done', 'done'])) AS x(l, v);
