-- Pages by LIMIT and OFFSET as parameters, and by a number of the page, without
-- the right index; and the same by a cursor.
-- fixed: operator
CREATE TABLE operator (id int PRIMARY KEY);
INSERT INTO operator SELECT i FROM generate_series(0, 20) AS i;
CREATE TABLE offer (id bigint PRIMARY KEY, operator_id int NOT NULL REFERENCES operator, changed_at timestamptz NOT NULL, data text NOT NULL);
INSERT INTO offer SELECT i, (dice(i, 1) ^ 2 * 20)::int, '2024-01-01'::timestamptz + dice(i, 2) * interval '400 days', md5(i::text) FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON offer (operator_id);
VACUUM ANALYZE;

SELECT perfcheck_add_query('of_operator', 'SELECT id, data FROM offer WHERE operator_id = $1 ORDER BY id LIMIT 100 OFFSET $2');
SELECT perfcheck_add_query('newest', 'SELECT * FROM offer ORDER BY changed_at DESC LIMIT $1 OFFSET $2');
SELECT perfcheck_add_query('newest_page', 'SELECT * FROM offer ORDER BY changed_at DESC, id DESC LIMIT 20 OFFSET ($1 - 1) * 20');
SELECT perfcheck_add_query('second_page', 'SELECT * FROM offer ORDER BY id DESC LIMIT 20 OFFSET 20');
SELECT hurts('of_operator', l, v) FROM (VALUES ('first', ARRAY['5', '0']), ('deep', ARRAY['5', (400 * :s)::text]), ('absent', ARRAY['99', '0'])) AS x(l, v);
SELECT hurts('newest', l, v) FROM (VALUES ('first', ARRAY['20', '0']), ('deep', ARRAY['20', (10000 * :s)::text])) AS x(l, v);
SELECT hurts('newest_page', l, v) FROM (VALUES ('first', ARRAY['1']), ('deep', ARRAY[(500 * :s)::text])) AS x(l, v);

-- phase: cursor
SELECT perfcheck_drop_query(name) FROM perfcheck_query;
CREATE INDEX ON offer (operator_id, id);
CREATE INDEX ON offer (changed_at, id);
ANALYZE offer;
SELECT perfcheck_add_query('of_operator_after', 'SELECT id, data FROM offer WHERE operator_id = $1 AND id > $2 ORDER BY id LIMIT 100');
SELECT perfcheck_add_query('before', 'SELECT * FROM offer WHERE (changed_at, id) < ($1, $2) ORDER BY changed_at DESC, id DESC LIMIT 20');
SELECT perfcheck_add_query('before_or', 'SELECT * FROM offer WHERE changed_at < $1 OR (changed_at = $1 AND id < $2) ORDER BY changed_at DESC, id DESC LIMIT 20');
SELECT perfcheck_add_query('before_bound', 'SELECT * FROM offer WHERE changed_at <= $1 AND (changed_at < $1 OR id < $2) ORDER BY changed_at DESC, id DESC LIMIT 20');
SELECT hurts('of_operator_after', l, v) FROM (VALUES ('middle page', ARRAY['5', (10000 * :s)::text]), ('absent', ARRAY['99', '0'])) AS x(l, v);
SELECT hurts(q, 'middle page', ARRAY[changed_at::text, id::text]) FROM unnest(ARRAY['before', 'before_or', 'before_bound']) AS q,
    (SELECT * FROM offer WHERE changed_at > '2024-07-20' ORDER BY changed_at LIMIT 1) AS o;
