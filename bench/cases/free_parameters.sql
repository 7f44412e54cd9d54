-- Parameters that are in no comparison: any value of the type will do.
-- fixed: clinic
CREATE TABLE clinic (id int PRIMARY KEY);
INSERT INTO clinic SELECT i FROM generate_series(0, 49) AS i;
CREATE TABLE visit (id int PRIMARY KEY, clinic_id int NOT NULL REFERENCES clinic, at timestamptz NOT NULL);
INSERT INTO visit SELECT i, i % 50, '2025-01-01'::timestamptz + i * interval '1 minute' FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON visit (clinic_id, at);
VACUUM ANALYZE;

SELECT perfcheck_add_query('labelled', 'SELECT id, $1::text AS kind FROM visit WHERE clinic_id = $2 ORDER BY at LIMIT 20');
SELECT perfcheck_add_query('in_zone', 'SELECT id, at AT TIME ZONE $2 FROM visit WHERE clinic_id = $1 ORDER BY at LIMIT 20');
SELECT perfcheck_add_query('formatted', 'SELECT to_char(at, $1), id FROM visit WHERE clinic_id = $2 ORDER BY at LIMIT 20');
SELECT perfcheck_add_query('with_default', 'SELECT coalesce(clinic_id, $1) FROM visit WHERE clinic_id = $2 ORDER BY at LIMIT 20');
SELECT perfcheck_add_query('counted', 'SELECT $1::text, count(*) FROM visit WHERE id % 7 = 3');
SELECT hurts('labelled', 'one', ARRAY['x', '7']);
SELECT hurts('in_zone', 'one', ARRAY['7', 'Asia/Tokyo']);
SELECT hurts('formatted', 'one', ARRAY['YYYY', '7']);
SELECT hurts('with_default', 'one', ARRAY['1', '7']);
SELECT hurts('counted', 'any', ARRAY['x']);
