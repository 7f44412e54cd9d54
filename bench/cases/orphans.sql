-- Rows without a partner: NOT IN turns quadratic when its list no longer fits in
-- work_mem, NOT EXISTS stays a join.
CREATE TABLE product (id int PRIMARY KEY, name text NOT NULL, added_at timestamptz NOT NULL);
CREATE TABLE entry (id int PRIMARY KEY, kind int NOT NULL, product_id int NOT NULL, UNIQUE (kind, product_id));
INSERT INTO product SELECT i, 'product ' || i, '2025-01-01'::timestamptz + i * interval '1 minute' FROM generate_series(1, 8000 * :s) AS i;
-- All products but every 400th have an entry of kind 4; as many have one of kind 7.
INSERT INTO entry SELECT i, 4, i FROM generate_series(1, 8000 * :s) AS i WHERE i % 400 <> 0;
INSERT INTO entry SELECT 8000 * :s + i, 7, i FROM generate_series(1, 2000 * :s) AS i;
VACUUM ANALYZE;

SELECT perfcheck_add_query('not_in', 'SELECT p.* FROM product p WHERE p.id NOT IN (SELECT e.product_id FROM entry e WHERE e.kind = 4) LIMIT 100');
SELECT perfcheck_add_query('not_in_page', 'SELECT p.* FROM product p WHERE p.id NOT IN (SELECT e.product_id FROM entry e WHERE e.kind = 4) ORDER BY p.id LIMIT 20');
SELECT perfcheck_add_query('not_exists', 'SELECT p.* FROM product p WHERE NOT EXISTS (SELECT 1 FROM entry e WHERE e.kind = 4 AND e.product_id = p.id)');
SELECT perfcheck_add_query('not_exists_page', 'SELECT p.* FROM product p WHERE NOT EXISTS (SELECT 1 FROM entry e WHERE e.kind = 4 AND e.product_id = p.id) ORDER BY p.id LIMIT 20');
SELECT perfcheck_add_query('with_entry_page', 'SELECT p.* FROM product p WHERE EXISTS (SELECT 1 FROM entry e WHERE e.kind = 4 AND e.product_id = p.id) ORDER BY p.id LIMIT 20');
