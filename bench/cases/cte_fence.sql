-- A CTE that is used twice, or is materialized, keeps the condition out; under a
-- LIMIT it stops with it.
-- fixed: buyer
CREATE TABLE buyer (id int PRIMARY KEY);
INSERT INTO buyer SELECT i FROM generate_series(1, 1000) AS i;
CREATE TABLE purchase (id bigint PRIMARY KEY, buyer_id int NOT NULL REFERENCES buyer, total int NOT NULL, parent_id bigint);
INSERT INTO purchase SELECT i, 1 + i % 1000, i % 97, CASE WHEN i % 5 = 0 THEN i - 1 END FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON purchase (buyer_id);
CREATE INDEX ON purchase (parent_id);
VACUUM ANALYZE;

SELECT perfcheck_add_query('twice', 'WITH p AS (SELECT * FROM purchase) SELECT a.*, b.id AS child FROM p a LEFT JOIN p b ON b.parent_id = a.id WHERE a.id = $1');
SELECT perfcheck_add_query('inlined', 'WITH p AS NOT MATERIALIZED (SELECT * FROM purchase) SELECT a.*, b.id AS child FROM p a LEFT JOIN p b ON b.parent_id = a.id WHERE a.id = $1');
SELECT perfcheck_add_query('stops', 'WITH p AS MATERIALIZED (SELECT id, buyer_id, total * 2 AS double FROM purchase) SELECT * FROM p WHERE buyer_id % 10 = 3 LIMIT 50');
SELECT perfcheck_add_query('of_buyer', 'WITH p AS MATERIALIZED (SELECT id, buyer_id, total FROM purchase) SELECT * FROM p WHERE buyer_id = $1 LIMIT 50');
SELECT hurts(q, 'a purchase', ARRAY['555']) FROM unnest(ARRAY['twice', 'inlined']) AS q;
SELECT hurts('of_buyer', l, ARRAY[v]) FROM (VALUES ('a buyer', '77'), ('absent', '5000')) AS v(l, v);
