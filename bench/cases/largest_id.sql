-- The largest id of a department: one has many rows, and none that are recent.
-- fixed: department
CREATE TABLE department (id uuid PRIMARY KEY);
INSERT INTO department SELECT md5(i::text)::uuid FROM generate_series(0, 301) AS i;
CREATE TABLE worker (id bigint PRIMARY KEY, department_id uuid NOT NULL REFERENCES department, details text NOT NULL);
INSERT INTO worker
SELECT i, md5((CASE WHEN i < 8000 * :s AND dice(i, 1) < 0.9 THEN 0 ELSE 1 + (dice(i, 2) * 300)::int END)::text)::uuid, repeat('skill ', 7) FROM generate_series(1, 20000 * :s) AS i;
VACUUM ANALYZE;

SELECT perfcheck_add_query('max_id', 'SELECT max(id) FROM worker WHERE department_id = $1');
SELECT perfcheck_add_query('top_id', 'SELECT id FROM worker WHERE department_id = $1 ORDER BY id DESC LIMIT 1');
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['max_id', 'top_id']) AS q,
    (VALUES ('usual', md5('17')::uuid::text), ('gone', md5('0')::uuid::text), ('absent', md5('x')::uuid::text)) AS v(l, v);

-- The planner walks the primary key still for the department with many rows.
-- phase: both_columns
CREATE INDEX ON worker (department_id, id);
ANALYZE worker;
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['max_id', 'top_id']) AS q,
    (VALUES ('usual', md5('17')::uuid::text), ('gone', md5('0')::uuid::text), ('absent', md5('x')::uuid::text)) AS v(l, v);
