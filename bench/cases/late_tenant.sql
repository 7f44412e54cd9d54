-- A tenant that was imported after the last ANALYZE: more rows than any other's,
-- and the statistics do not know him.
-- fixed: plant
CREATE TABLE plant (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE gauge (
    id bigint PRIMARY KEY, plant_id int NOT NULL, kind int NOT NULL, read_at timestamptz NOT NULL, settled boolean NOT NULL);
CREATE TABLE gauge_link (id bigint PRIMARY KEY, plant_id int NOT NULL, gauge_id bigint NOT NULL, settled boolean NOT NULL);
INSERT INTO plant SELECT i, 'plant ' || i FROM generate_series(1, 100) AS i;
INSERT INTO gauge
SELECT i, 1 + i % 60, i % 5, '2025-01-01'::timestamptz + i * interval '1 minute', true FROM generate_series(1, 20000 * :s) AS i;
INSERT INTO gauge_link SELECT i, 1 + i % 60, i, i % 10 = 0 FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON gauge (plant_id, read_at);
CREATE INDEX ON gauge_link (plant_id, id);
VACUUM ANALYZE;
INSERT INTO gauge
SELECT 20000 * :s + i, 99, i % 5, '2026-03-01'::timestamptz + i * interval '1 minute', true FROM generate_series(1, 2000 * :s) AS i;
INSERT INTO gauge_link SELECT 20000 * :s + i, 99, 20000 * :s + i, false FROM generate_series(1, 2000 * :s) AS i;

SELECT perfcheck_add_query('unlinked', 'SELECT g.* FROM gauge g WHERE g.plant_id = $1 AND NOT EXISTS (
    SELECT 1 FROM gauge_link l WHERE l.plant_id = $1 AND l.gauge_id = g.id AND NOT l.settled) ORDER BY g.read_at DESC LIMIT 60');
SELECT perfcheck_add_query('sum_of_plant', 'SELECT kind, count(*) FROM gauge WHERE plant_id = $1 GROUP BY kind');
SELECT perfcheck_add_query('latest', 'SELECT * FROM gauge WHERE plant_id = $1 ORDER BY read_at DESC LIMIT 60');
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['unlinked', 'sum_of_plant', 'latest']) AS q,
    (VALUES ('a plant', '3'), ('new plant', '99'), ('absent', '0')) AS v(l, v);
