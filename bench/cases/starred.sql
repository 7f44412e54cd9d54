-- A boolean as a condition in each of its forms.
-- fixed: subscriber
CREATE TABLE subscriber (id int PRIMARY KEY);
INSERT INTO subscriber SELECT i FROM generate_series(0, 24) AS i;
CREATE TABLE entry (id int PRIMARY KEY, subscriber_id int NOT NULL REFERENCES subscriber, starred boolean NOT NULL, at timestamptz NOT NULL);
INSERT INTO entry SELECT i, i % 25, dice(i, 1) < 0.015, '2026-01-01'::timestamptz + i * interval '1 minute' FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON entry (subscriber_id);
VACUUM ANALYZE;

SELECT perfcheck_add_query('is_true', 'SELECT * FROM entry WHERE subscriber_id = $1 AND starred IS TRUE ORDER BY at DESC LIMIT 20');
SELECT perfcheck_add_query('plain', 'SELECT * FROM entry WHERE subscriber_id = $1 AND starred ORDER BY at DESC LIMIT 20');
SELECT perfcheck_add_query('equal', 'SELECT * FROM entry WHERE subscriber_id = $1 AND starred = true ORDER BY at DESC LIMIT 20');
SELECT perfcheck_add_query('parameter', 'SELECT * FROM entry WHERE subscriber_id = $1 AND starred = $2 ORDER BY at DESC LIMIT 20');
SELECT perfcheck_add_query('total', 'SELECT count(*) FROM entry WHERE subscriber_id = $1 AND starred IS TRUE');
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['is_true', 'plain', 'equal', 'total']) AS q, (VALUES ('one', '7'), ('absent', '99')) AS v(l, v);
SELECT hurts('parameter', l, ARRAY['7', v]) FROM (VALUES ('starred', 'true'), ('not starred', 'false')) AS v(l, v);

-- phase: mended
CREATE INDEX ON entry (subscriber_id, starred, at);
ANALYZE entry;
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['is_true', 'plain', 'equal', 'total']) AS q, (VALUES ('one', '7'), ('absent', '99')) AS v(l, v);
SELECT hurts('parameter', l, ARRAY['7', v]) FROM (VALUES ('starred', 'true'), ('not starred', 'false')) AS v(l, v);
