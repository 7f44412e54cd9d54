-- A view with a window function: a condition on the partition's key goes below it,
-- one on the time does not.
-- fixed: truck
CREATE TABLE truck (id int PRIMARY KEY);
INSERT INTO truck SELECT i FROM generate_series(1, 200) AS i;
CREATE TABLE fix (id bigint PRIMARY KEY, truck_id int NOT NULL REFERENCES truck, at timestamptz NOT NULL, km float8 NOT NULL);
INSERT INTO fix SELECT i, 1 + i % 200, '2025-01-01'::timestamptz + i * interval '7 s', dice(i, 1) FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON fix (truck_id, at);
CREATE INDEX ON fix (at);
CREATE VIEW fix_step AS SELECT *, lag(km) OVER (PARTITION BY truck_id ORDER BY at) AS before FROM fix;
VACUUM ANALYZE;

SELECT perfcheck_add_query('steps_by_time', 'SELECT * FROM fix_step WHERE at >= $1 AND at < $1 + interval ''10 minutes''');
SELECT perfcheck_add_query('steps_of_truck', 'SELECT * FROM fix_step WHERE truck_id = $1 ORDER BY at DESC LIMIT 20');
SELECT perfcheck_add_query('steps_lateral', 'SELECT f.*, b.km AS before FROM fix f LEFT JOIN LATERAL (SELECT km FROM fix p WHERE p.truck_id = f.truck_id AND p.at < f.at ORDER BY p.at DESC LIMIT 1) b ON true
    WHERE f.at >= $1 AND f.at < $1 + interval ''10 minutes''');
SELECT hurts(q, 'in the middle', ARRAY[at::text]) FROM fix, unnest(ARRAY['steps_by_time', 'steps_lateral']) AS q WHERE id = 10000 * :s;
SELECT hurts('steps_of_truck', l, ARRAY[v]) FROM (VALUES ('a truck', '50'), ('absent', '0')) AS v(l, v);
