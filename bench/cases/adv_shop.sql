-- Shops grow; each has as many orders as before; items of an order are few.
CREATE TABLE shop (id int PRIMARY KEY, slug text NOT NULL UNIQUE, plan text NOT NULL);
CREATE TABLE buyer (id int PRIMARY KEY, email text NOT NULL UNIQUE);
CREATE TABLE purchase (id bigint PRIMARY KEY, shop_id int NOT NULL REFERENCES shop, buyer_id int NOT NULL REFERENCES buyer,
    state text NOT NULL, placed_at timestamptz NOT NULL, total int NOT NULL);
CREATE TABLE line (id bigint PRIMARY KEY, purchase_id bigint NOT NULL REFERENCES purchase, sku text NOT NULL, qty int NOT NULL);
INSERT INTO shop SELECT i, 'shop-' || i, CASE WHEN i % 10 = 0 THEN 'pro' ELSE 'free' END FROM generate_series(1, 100 * :s) AS i;
INSERT INTO buyer SELECT i, 'b' || i || '@example.org' FROM generate_series(1, 2000 * :s) AS i;
INSERT INTO purchase SELECT i, 1 + (dice(i, 1) * (100 * :s - 1))::int, 1 + (dice(i, 2) * (2000 * :s - 1))::int,
  CASE WHEN dice(i, 3) < 0.9 THEN 'done' WHEN dice(i, 3) < 0.99 THEN 'open' ELSE 'failed' END,
  '2024-01-01'::timestamptz + i * interval '2 minutes', (dice(i, 4) * 1000)::int FROM generate_series(1, 10000 * :s) AS i;
INSERT INTO line SELECT i, 1 + (i - 1) / 2, 'sku' || (dice(i, 5) * 500)::int, 1 + i % 3 FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON purchase (shop_id, placed_at);
CREATE INDEX ON purchase (buyer_id);
CREATE INDEX ON line (purchase_id);
VACUUM ANALYZE;
SELECT perfcheck_add_query('orders_of_shop', 'SELECT p.* FROM purchase p JOIN shop s ON s.id = p.shop_id WHERE s.slug = $1 ORDER BY p.placed_at DESC LIMIT 50');
SELECT perfcheck_add_query('lines_of_buyer', 'SELECT l.* FROM line l JOIN purchase p ON p.id = l.purchase_id JOIN buyer b ON b.id = p.buyer_id WHERE b.email = $1');
SELECT perfcheck_add_query('open_orders', 'SELECT * FROM purchase WHERE shop_id = $1 AND state = $2 ORDER BY placed_at DESC LIMIT 20');
SELECT perfcheck_add_query('revenue', 'SELECT sum(total) FROM purchase WHERE shop_id = $1 AND placed_at >= $2 AND placed_at < $3');
SELECT perfcheck_add_query('failed_all', 'SELECT * FROM purchase WHERE state = $1 ORDER BY placed_at DESC LIMIT 20');
SELECT perfcheck_add_query('sku_orders', 'SELECT p.* FROM purchase p WHERE EXISTS (SELECT 1 FROM line l WHERE l.purchase_id = p.id AND l.sku = $1) ORDER BY p.placed_at DESC LIMIT 20');
SELECT perfcheck_add_query('with_counts', 'SELECT p.id, p.total, (SELECT count(*) FROM line l WHERE l.purchase_id = p.id) AS lines FROM purchase p WHERE p.shop_id = $1 ORDER BY p.total DESC LIMIT 20');
SELECT hurts('orders_of_shop', 'a', ARRAY['shop-50']), hurts('orders_of_shop', 'absent', ARRAY['none']);
SELECT hurts('lines_of_buyer', 'a', ARRAY['b50@example.org']);
SELECT hurts('open_orders', 'a', ARRAY['50', 'open']), hurts('open_orders', 'absent', ARRAY['50', 'none']);
SELECT hurts('revenue', 'week', ARRAY['50', '2024-01-03', '2024-01-05']), hurts('revenue', 'all', ARRAY['50', '2000-01-01', '2100-01-01']);
SELECT hurts('failed_all', 'failed', ARRAY['failed']), hurts('failed_all', 'absent', ARRAY['none']);
SELECT hurts('sku_orders', 'common', ARRAY['sku250']), hurts('sku_orders', 'absent', ARRAY['none']);
SELECT hurts('with_counts', 'a', ARRAY['50']);
