-- The latest row of each user, for few users and many rows.
-- fixed: patient
-- denser: reading.on_day
CREATE TABLE patient (id int PRIMARY KEY, name text NOT NULL);
INSERT INTO patient SELECT i, 'patient ' || i FROM generate_series(1, 200) AS i;
CREATE TABLE reading (patient_id int NOT NULL REFERENCES patient, on_day date NOT NULL, value int NOT NULL);
INSERT INTO reading SELECT 1 + (dice(i, 1) ^ 2 * 199)::int, '2023-01-01'::date + (i::bigint * 700 / (20000 * :s))::int, i FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON reading (on_day);
VACUUM ANALYZE;

SELECT perfcheck_add_query('distinct_on', 'SELECT DISTINCT ON (patient_id) patient_id, on_day, value FROM reading WHERE on_day <= $1 ORDER BY patient_id, on_day DESC');
SELECT perfcheck_add_query('row_number', 'SELECT patient_id, on_day, value FROM (SELECT *, row_number() OVER (PARTITION BY patient_id ORDER BY on_day DESC) AS n FROM reading WHERE on_day <= $1) x WHERE n = 1');
SELECT perfcheck_add_query('max_day', 'SELECT patient_id, max(on_day) FROM reading WHERE on_day <= $1 GROUP BY patient_id');
SELECT perfcheck_add_query('ids', 'SELECT DISTINCT patient_id FROM reading');
SELECT hurts(q, 'today', ARRAY['2024-12-01']) FROM unnest(ARRAY['distinct_on', 'row_number', 'max_day']) AS q;

-- phase: mended
SELECT perfcheck_drop_query(name) FROM perfcheck_query;
CREATE INDEX ON reading (patient_id, on_day DESC);
VACUUM ANALYZE reading;
SELECT perfcheck_add_query('lateral_top', 'SELECT p.id, r.on_day, r.value FROM patient p CROSS JOIN LATERAL (SELECT on_day, value FROM reading WHERE patient_id = p.id AND on_day <= $1 ORDER BY on_day DESC LIMIT 1) r');
SELECT perfcheck_add_query('loose_ids', 'WITH RECURSIVE t AS ((SELECT patient_id FROM reading ORDER BY patient_id LIMIT 1)
    UNION ALL SELECT (SELECT r.patient_id FROM reading r WHERE r.patient_id > t.patient_id ORDER BY r.patient_id LIMIT 1) FROM t WHERE t.patient_id IS NOT NULL)
    SELECT patient_id FROM t WHERE patient_id IS NOT NULL');
SELECT perfcheck_add_query('of_one', 'SELECT on_day, value FROM reading WHERE patient_id = $1 ORDER BY on_day DESC LIMIT 1');
SELECT hurts('lateral_top', 'today', ARRAY['2024-12-01']);
SELECT hurts('of_one', l, ARRAY[v]) FROM (VALUES ('a patient', '77'), ('absent', '999')) AS v(l, v);
