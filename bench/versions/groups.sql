-- Aggregates: below a join (19), grouped by more columns than needed and DISTINCT in
-- another order (18), HAVING of grouping sets (18), what is equal to its columns, and
-- an ordered UNION ALL (19).
-- scale: 100
-- denser: sale.day, refund.day
-- fixed: shop
CREATE TABLE shop (id int PRIMARY KEY, town int NOT NULL);
CREATE TABLE sale (id bigint PRIMARY KEY, shop int NOT NULL, day date NOT NULL, amount int NOT NULL, note text);
CREATE TABLE refund (id bigint PRIMARY KEY, shop int NOT NULL, day date NOT NULL, amount int NOT NULL);
INSERT INTO shop SELECT i, i % 20 FROM generate_series(1, 200) AS i;
INSERT INTO sale SELECT i, 1 + i % 200, '2026-01-01'::date + (dice(i, 1) * 500)::int, i % 97, CASE WHEN i % 10 = 0 THEN 'n' END FROM generate_series(1, 10000 * :s) AS i;
INSERT INTO refund SELECT i, 1 + i % 200, '2026-01-01'::date + (dice(i, 2) * 500)::int, i % 7 FROM generate_series(1, 1000 * :s) AS i;
CREATE INDEX sale_shop_day ON sale (shop, day);
CREATE INDEX sale_day ON sale (day);
CREATE INDEX refund_day ON refund (day);
VACUUM ANALYZE;

SELECT perfcheck_add_query('below_join', 'SELECT s.town, sum(a.amount) FROM sale a JOIN shop s ON s.id = a.shop WHERE a.amount >= $1 GROUP BY s.town');
SELECT perfcheck_add_query('below_join_one', 'SELECT s.town, sum(a.amount) FROM sale a JOIN shop s ON s.id = a.shop WHERE a.shop = $1 AND a.day >= $2 GROUP BY s.town');
SELECT perfcheck_add_query('below_join_town', 'SELECT s.id, count(*) FROM shop s JOIN sale a ON s.id = a.shop WHERE s.town = $1 GROUP BY s.id');
SELECT perfcheck_add_query('two_sums', 'SELECT s.town, sum(a.amount), count(r.id) FROM sale a JOIN shop s ON s.id = a.shop JOIN refund r ON r.shop = s.id AND r.day = a.day GROUP BY s.town');
SELECT perfcheck_add_query('group_key', 'SELECT id, day, count(*) FROM sale WHERE shop = $1 GROUP BY id, day, amount ORDER BY id LIMIT 21');
SELECT perfcheck_add_query('distinct_order', 'SELECT DISTINCT day, shop FROM sale ORDER BY shop LIMIT 21');
SELECT perfcheck_add_query('rollup', 'SELECT shop, day, count(*) FROM sale GROUP BY ROLLUP (shop, day) HAVING shop = $1');
SELECT perfcheck_add_query('sets', 'SELECT shop, day, count(*) FROM sale GROUP BY GROUPING SETS ((shop, day), (shop)) HAVING shop = $1');
SELECT perfcheck_add_query('view_group', 'SELECT * FROM (SELECT shop, max(day) AS last FROM sale GROUP BY shop) x WHERE x.shop = $1');
SELECT perfcheck_add_query('distinct_null', 'SELECT count(*) FROM sale WHERE note IS DISTINCT FROM NULL');
SELECT perfcheck_add_query('distinct_from', 'SELECT id FROM sale WHERE NOT (shop IS DISTINCT FROM $1) AND day >= $2 ORDER BY day LIMIT 21');
SELECT perfcheck_add_query('coalesced', 'SELECT id FROM sale WHERE coalesce(shop, 0) = $1 ORDER BY day LIMIT 21');
SELECT perfcheck_add_query('union_ordered', 'SELECT day, amount FROM (SELECT day, amount FROM sale UNION ALL SELECT day, amount FROM refund) u ORDER BY day, amount LIMIT 21');
SELECT perfcheck_add_query('except', 'SELECT day FROM refund WHERE shop = $1 EXCEPT SELECT day FROM sale WHERE shop = $1 ORDER BY day LIMIT 21');
SELECT perfcheck_add_query('last_row', 'SELECT * FROM (SELECT id, row_number() OVER (PARTITION BY shop ORDER BY day) AS n FROM sale WHERE shop = $1) x WHERE n <= 3');
SELECT hurts('below_join', l, ARRAY[v]) FROM (VALUES ('half', '50'), ('all', '0')) AS v(l, v);
SELECT hurts(q, l, v) FROM unnest(ARRAY['below_join_one', 'distinct_from']) AS q, (VALUES ('late', ARRAY['7', ('2026-01-01'::date + 490)::text]), ('all', ARRAY['7', '2026-01-01'])) AS v(l, v);
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['below_join_town', 'group_key', 'rollup', 'sets', 'view_group', 'coalesced', 'except', 'last_row']) AS q, (VALUES ('one', '7'), ('absent', '-1')) AS v(l, v);
