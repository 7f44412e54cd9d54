-- A thread of comments by a recursive query: each level looks its children up.
-- Threads of 40 comments.
CREATE TABLE remark (id bigint PRIMARY KEY, page_id int NOT NULL, parent_id bigint REFERENCES remark, body text NOT NULL);
INSERT INTO remark
SELECT i, (i - 1) / 40, CASE WHEN k > 0 THEN i - k + (k - 1) / 2 END, repeat('word ', 10)
FROM (SELECT i, (i - 1) % 40 AS k FROM generate_series(1, 20000 * :s) AS i) AS x;
CREATE INDEX ON remark (page_id);
VACUUM ANALYZE;

SELECT perfcheck_add_query('thread', 'WITH RECURSIVE t AS (SELECT r.*, 0 AS depth FROM remark r WHERE r.id = $1
    UNION ALL SELECT r.*, t.depth + 1 FROM remark r JOIN t ON r.parent_id = t.id WHERE t.depth < 10) SELECT * FROM t ORDER BY depth, id LIMIT 200');
SELECT perfcheck_add_query('path', 'WITH RECURSIVE t AS (SELECT r.* FROM remark r WHERE r.id = $1
    UNION ALL SELECT r.* FROM remark r JOIN t ON r.id = t.parent_id) SELECT * FROM t');
SELECT perfcheck_add_query('numbers', 'WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 100) SELECT n.i, r.id FROM n LEFT JOIN remark r ON r.id = n.i');
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['thread', 'path']) AS q, (VALUES ('a root', '4001'), ('a leaf', '4040'), ('absent', '0')) AS v(l, v);

-- phase: mended
CREATE INDEX ON remark (parent_id);
VACUUM ANALYZE remark;
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['thread', 'path']) AS q, (VALUES ('a root', '4001'), ('a leaf', '4040'), ('absent', '0')) AS v(l, v);
