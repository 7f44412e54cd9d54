-- Sensors of sites, their readings and alarms: many readings and few alarms, a
-- site that was added late, alarms of which few are open, and sensors that fell
-- silent.
-- fixed: sensor
-- denser: reading.at, alarm.raised_at
CREATE TABLE sensor (id int PRIMARY KEY, site int NOT NULL, built_at timestamptz NOT NULL);
CREATE TABLE reading (
    id bigint PRIMARY KEY, sensor_id int NOT NULL REFERENCES sensor, level int NOT NULL, at timestamptz NOT NULL, value int NOT NULL, checked_at timestamptz);
CREATE TABLE alarm (
    id int PRIMARY KEY, sensor_id int NOT NULL REFERENCES sensor, level int NOT NULL, raised_at timestamptz NOT NULL, value int NOT NULL, cleared_at timestamptz);
-- Site 30 came in the last days; sensors 11 to 20 are silent since the first.
INSERT INTO sensor SELECT i, CASE WHEN i > 480 THEN 30 ELSE 1 + (dice(i, 1) ^ 2 * 20)::int END, '2024-01-01'::timestamptz + i * interval '1 hour' FROM generate_series(1, 500) AS i;
INSERT INTO reading
SELECT i, CASE WHEN i < 1000 * :s THEN 11 + i % 10 WHEN i > 19500 * :s AND dice(i, 1) < 0.5 THEN 481 + i % 15 WHEN x BETWEEN 11 AND 20 THEN x + 10 ELSE x END,
    CASE WHEN dice(i, 3) < 0.85 THEN 0 WHEN dice(i, 4) < 0.97 THEN 1 ELSE 2 END, '2025-01-01'::timestamptz + i * (interval '365 days' / (20000 * :s)), (dice(i, 5) * 10000)::int, CASE WHEN dice(i, 6) < 0.98 THEN '2026-01-01'::timestamptz END
FROM (SELECT i, 1 + (dice(i, 2) * 470)::int AS x FROM generate_series(1, 20000 * :s) AS i) AS y;
INSERT INTO alarm
SELECT i, 1 + (dice(i, 1) ^ 4 * 470)::int, (dice(i, 2) ^ 3 * 4)::int, '2025-01-01'::timestamptz + dice(i, 3) * interval '365 days', (dice(i, 4) * 100)::int, CASE WHEN dice(i, 5) < 0.97 THEN '2026-01-01'::timestamptz END
FROM generate_series(1, 3000 * :s) AS i;
CREATE INDEX ON reading (sensor_id);
CREATE INDEX ON reading (at);
CREATE INDEX ON alarm (sensor_id, level, raised_at);
VACUUM ANALYZE;

\i bench/fixes/queries.psql
INSERT INTO link VALUES
    ('readings_of_sensor', 'sensor', 'built_at', 'site', 'reading', 'sensor_id', 'level', 'at', 'value', 'checked_at'),
    ('alarms_of_sensor', 'sensor', 'built_at', 'site', 'alarm', 'sensor_id', 'level', 'raised_at', 'value', 'cleared_at');
INSERT INTO pair VALUES ('readings_and_alarms', 'readings_of_sensor', 'alarms_of_sensor');
INSERT INTO nasty VALUES
    ('readings_of_sensor', 'grp', '{1,15,30,99}'), ('readings_of_sensor', 'fk', '{100,12,485,499,-1}'), ('readings_of_sensor', 'kind', '{0,1,2,7}'),
    ('alarms_of_sensor', 'grp', '{1,15,30,99}'), ('alarms_of_sensor', 'fk', '{1,100,485,499,-1}'), ('alarms_of_sensor', 'kind', '{0,3,4,7}');
SELECT make_queries(3);
