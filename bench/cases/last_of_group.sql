-- The last row of each of a fixed number of groups: by reading all rows, and by
-- one look into the index a group.
-- fixed: sensor
CREATE TABLE sensor (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE sample (id bigint PRIMARY KEY, sensor_id int NOT NULL REFERENCES sensor, at timestamptz NOT NULL, value text NOT NULL);
INSERT INTO sensor SELECT i, 'sensor ' || i FROM generate_series(1, 300) AS i;
INSERT INTO sample SELECT i, 1 + (dice(i, 1) ^ 2 * 299)::int, '2025-01-01'::timestamptz + i * interval '3 s', repeat('v', 50) FROM generate_series(1, 30000 * :s) AS i;
CREATE INDEX ON sample (sensor_id, at);
VACUUM ANALYZE;

SELECT perfcheck_add_query('group_max', 'SELECT sensor_id, max(at) FROM sample GROUP BY sensor_id');
SELECT perfcheck_add_query('distinct_on', 'SELECT DISTINCT ON (sensor_id) * FROM sample ORDER BY sensor_id, at DESC');
SELECT perfcheck_add_query('row_number', 'SELECT * FROM (SELECT s.*, row_number() OVER (PARTITION BY sensor_id ORDER BY at DESC) AS n FROM sample s) x WHERE n = 1');
SELECT perfcheck_add_query('lateral_top', 'SELECT s.id, m.* FROM sensor s CROSS JOIN LATERAL (SELECT at, value FROM sample m WHERE m.sensor_id = s.id ORDER BY at DESC LIMIT 1) m');
SELECT perfcheck_add_query('loose', 'WITH RECURSIVE t AS ((SELECT sensor_id FROM sample ORDER BY sensor_id LIMIT 1)
    UNION ALL SELECT (SELECT m.sensor_id FROM sample m WHERE m.sensor_id > t.sensor_id ORDER BY m.sensor_id LIMIT 1) FROM t WHERE t.sensor_id IS NOT NULL)
    SELECT t.sensor_id, (SELECT max(at) FROM sample m WHERE m.sensor_id = t.sensor_id) FROM t WHERE t.sensor_id IS NOT NULL');
SELECT perfcheck_add_query('last_of_one', 'SELECT at, value FROM sample WHERE sensor_id = $1 ORDER BY at DESC LIMIT 1');
SELECT hurts('last_of_one', l, ARRAY[v]) FROM (VALUES ('a sensor', '20'), ('absent', '999')) AS v(l, v);
