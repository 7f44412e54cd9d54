-- Shops that grow in number, their sales and the lines of each: some shops have
-- no sales, and a tenth of all sales is of one shop. One region is without shops
-- that sell.
-- denser: sale.sold_at, line.at
CREATE TABLE shop (id int PRIMARY KEY, region int NOT NULL, opened_at timestamptz NOT NULL);
CREATE TABLE sale (
    id int PRIMARY KEY, shop_id int NOT NULL REFERENCES shop, state text NOT NULL, sold_at timestamptz NOT NULL, amount int NOT NULL, voided_at timestamptz);
CREATE TABLE line (
    id bigint PRIMARY KEY, sale_id int NOT NULL REFERENCES sale, state text NOT NULL, at timestamptz NOT NULL, price int NOT NULL, returned_at timestamptz);
CREATE TABLE refund (
    id int PRIMARY KEY, shop_id int NOT NULL REFERENCES shop, state text NOT NULL, at timestamptz NOT NULL, amount int NOT NULL, paid_at timestamptz);
INSERT INTO shop SELECT i, CASE WHEN i % 10 = 0 THEN 9 ELSE 1 + i % 4 END, '2024-01-01'::timestamptz + i * (interval '365 days' / (300 * :s)) FROM generate_series(1, 300 * :s) AS i;
INSERT INTO sale
SELECT i, CASE WHEN dice(i, 1) < 0.1 THEN 1 WHEN shop % 10 = 0 THEN shop - 1 ELSE shop END, CASE WHEN dice(i, 3) < 0.95 THEN 'paid' WHEN dice(i, 4) < 0.9 THEN 'open' ELSE 'lost' END,
    '2025-01-01'::timestamptz + i * (interval '365 days' / (8000 * :s)), (dice(i, 5) * 10000)::int, CASE WHEN dice(i, 6) < 0.05 THEN '2026-01-01'::timestamptz END
FROM (SELECT i, 1 + (dice(i, 2) * (300 * :s - 1))::int AS shop FROM generate_series(1, 8000 * :s) AS i) AS x;
INSERT INTO line
SELECT i, 1 + (dice(i, 1) * (7800 * :s - 1))::int, CASE WHEN dice(i, 2) < 0.97 THEN 'sent' ELSE 'back' END, '2025-01-01'::timestamptz + i * (interval '365 days' / (20000 * :s)), (dice(i, 3) * 500)::int,
    CASE WHEN dice(i, 4) < 0.03 THEN '2026-01-01'::timestamptz END
FROM generate_series(1, 20000 * :s) AS i;
INSERT INTO refund
SELECT i, CASE WHEN i < 200 * :s THEN 7 WHEN shop = 7 THEN 8 ELSE shop END, CASE WHEN dice(i, 2) < 0.7 THEN 'asked' ELSE 'done' END, '2025-01-01'::timestamptz + i * (interval '365 days' / (2000 * :s)), (dice(i, 3) * 1000)::int,
    CASE WHEN dice(i, 2) >= 0.7 THEN '2026-01-01'::timestamptz END
FROM (SELECT i, 1 + (dice(i, 1) * (300 * :s - 1))::int AS shop FROM generate_series(1, 2000 * :s) AS i) AS x;
CREATE INDEX ON sale (sold_at);
CREATE INDEX ON sale (state);
CREATE INDEX ON refund (shop_id);
CREATE INDEX ON line (sale_id);
CREATE INDEX ON line (at);
VACUUM ANALYZE;

\i bench/fixes/queries.psql
INSERT INTO link VALUES
    ('sales_of_shop', 'shop', 'opened_at', 'region', 'sale', 'shop_id', 'state', 'sold_at', 'amount', 'voided_at'),
    ('refunds_of_shop', 'shop', 'opened_at', 'region', 'refund', 'shop_id', 'state', 'at', 'amount', 'paid_at'),
    ('lines_of_sale', 'sale', 'sold_at', 'shop_id', 'line', 'sale_id', 'state', 'at', 'price', 'returned_at');
INSERT INTO pair VALUES ('sales_and_refunds', 'sales_of_shop', 'refunds_of_shop');
INSERT INTO nasty VALUES
    ('sales_of_shop', 'grp', '{1,2,9,99}'), ('sales_of_shop', 'fk', '{1,150,10,7,-1}'), ('sales_of_shop', 'kind', '{paid,open,lost,none}'),
    ('refunds_of_shop', 'grp', '{1,2,9,99}'), ('refunds_of_shop', 'fk', '{1,150,10,7,-1}'), ('refunds_of_shop', 'kind', '{asked,done,none}'),
    ('lines_of_sale', 'grp', '{1,150,10,-1}'), ('lines_of_sale', 'kind', '{sent,back,none}');
INSERT INTO nasty SELECT 'lines_of_sale', 'fk', ARRAY['1', (4000 * :s)::text, (7990 * :s)::text, '-1'];
SELECT make_queries(2);
