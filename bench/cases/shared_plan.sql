-- Sales of shops by time: pages and sums with conditions of several kinds, the
-- table of shops staying as it is.
-- fixed: shop
CREATE TABLE shop (id int PRIMARY KEY, city text NOT NULL);
CREATE TABLE sale (id bigint PRIMARY KEY, shop_id int NOT NULL REFERENCES shop, sold_at timestamptz NOT NULL, state text NOT NULL, amount int NOT NULL);
INSERT INTO shop SELECT i, 'city ' || i % 20 FROM generate_series(1, 200) AS i;
INSERT INTO sale
SELECT i, 1 + (dice(i, 1) ^ 2 * 199)::int, '2024-01-01'::timestamptz + i * interval '25 minutes', (ARRAY['paid', 'open', 'void'])[1 + floor(dice(i, 2) ^ 4 * 3)::int], (dice(i, 3) * 10000)::int
FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON sale (shop_id, sold_at);
CREATE INDEX ON sale (state);
CREATE INDEX ON sale (sold_at);
VACUUM ANALYZE;

SELECT perfcheck_add_query('open_of_shop', 'SELECT * FROM sale WHERE shop_id = $1 AND state = $2 ORDER BY sold_at DESC LIMIT 20');
SELECT perfcheck_add_query('of_city', 'SELECT s.* FROM sale s JOIN shop h ON h.id = s.shop_id WHERE h.city = $1 ORDER BY s.sold_at DESC LIMIT 20');
SELECT perfcheck_add_query('of_city_sum', 'SELECT h.id, sum(s.amount) FROM sale s JOIN shop h ON h.id = s.shop_id WHERE h.city = $1 AND s.sold_at >= $2 AND s.sold_at < $2 + interval ''7 days'' GROUP BY h.id');
SELECT perfcheck_add_query('void_newest', 'SELECT * FROM sale WHERE state = ''void'' ORDER BY sold_at DESC LIMIT 20');
SELECT perfcheck_add_query('dear_newest', 'SELECT * FROM sale WHERE amount > 9990 ORDER BY sold_at DESC LIMIT 20');
SELECT perfcheck_add_query('dearest', 'SELECT * FROM sale WHERE shop_id = $1 ORDER BY amount DESC LIMIT 20');
SELECT perfcheck_add_query('month_of_shop', 'SELECT count(*), sum(amount) FROM sale WHERE shop_id = $1 AND sold_at >= $2 AND sold_at < $2 + interval ''1 month''');
SELECT perfcheck_add_query('shops_with_open', 'SELECT h.id FROM shop h WHERE EXISTS (SELECT 1 FROM sale s WHERE s.shop_id = h.id AND s.state = ''open'') ORDER BY h.id LIMIT 20');
SELECT perfcheck_add_query('of_shops', 'SELECT * FROM sale WHERE shop_id = ANY ($1::int[]) ORDER BY sold_at DESC LIMIT 20');
SELECT hurts('open_of_shop', l, v) FROM (VALUES ('usual', ARRAY['50', 'paid']), ('rare', ARRAY['199', 'void']), ('absent', ARRAY['999', 'paid']), ('no state', ARRAY['1', 'lost'])) AS x(l, v);
SELECT hurts('of_city', l, ARRAY[v]) FROM (VALUES ('a city', 'city 7'), ('absent', 'none')) AS x(l, v);
SELECT hurts('of_city_sum', 'a week', ARRAY['city 7', '2024-07-01']);
SELECT hurts('dearest', l, ARRAY[v]) FROM (VALUES ('usual', '50'), ('largest', '1'), ('absent', '999')) AS x(l, v);
SELECT hurts('month_of_shop', 'a month', ARRAY['1', '2024-07-01']);
SELECT hurts('of_shops', l, ARRAY[v]) FROM (VALUES ('three', '{50,60,70}'), ('absent', '{997,998,999}')) AS x(l, v);
