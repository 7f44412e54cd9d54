-- A log that goes on: devices are fixed, times grow; hourly windows.
-- fixed: device
CREATE TABLE device (id int PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE sample (id bigserial PRIMARY KEY, device_id int NOT NULL REFERENCES device, at timestamptz NOT NULL, value float8 NOT NULL);
INSERT INTO device SELECT i, 'd' || i FROM generate_series(1, 50) i;
INSERT INTO sample (device_id, at, value) SELECT 1 + i % 50, '2024-01-01'::timestamptz + i * interval '10 seconds', dice(i, 1) FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON sample (at); CREATE INDEX ON sample (device_id, at);
VACUUM ANALYZE;
SELECT perfcheck_add_query('hour', 'SELECT avg(value) FROM sample WHERE at >= $1 AND at < $1 + interval ''1 hour''');
SELECT perfcheck_add_query('window', 'SELECT avg(value) FROM sample WHERE at >= $1 AND at < $2 AND device_id = $3');
SELECT perfcheck_add_query('newest', 'SELECT * FROM sample WHERE device_id = $1 ORDER BY at DESC LIMIT 1');
SELECT perfcheck_add_query('newest_all', 'SELECT d.name, s.at, s.value FROM device d CROSS JOIN LATERAL (SELECT at, value FROM sample s WHERE s.device_id = d.id ORDER BY at DESC LIMIT 1) s');
SELECT perfcheck_add_query('newest_group', 'SELECT device_id, max(at) FROM sample GROUP BY device_id');
SELECT perfcheck_add_query('daily', 'SELECT date_trunc(''day'', at) AS day, avg(value) FROM sample WHERE device_id = $1 GROUP BY 1 ORDER BY 1');
SELECT perfcheck_add_query('id_range', 'SELECT * FROM sample WHERE id >= $1 AND id < $1 + 1000');
SELECT perfcheck_add_query('of_day', 'SELECT count(*) FROM sample WHERE at::date = $1');
SELECT hurts('hour', 'middle', ARRAY['2024-01-02 10:00']), hurts('window', 'day', ARRAY['2024-01-02','2024-01-03','7']), hurts('newest','a',ARRAY['7']), hurts('newest','absent',ARRAY['99']);
SELECT hurts('newest_all','a'), hurts('newest_group','a'), hurts('daily','a',ARRAY['7']), hurts('id_range','middle',ARRAY['10000']), hurts('of_day','a',ARRAY['2024-01-02']);
