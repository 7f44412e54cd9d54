-- Tenants and customers by Zipf; what is new is in the end of the tables.
INSERT INTO tenant SELECT i, dice.word(i * 7) || ' ' || dice.word(i * 11 + 3) || ' ' || i, (ARRAY['free', 'free', 'free', 'pro', 'pro', 'large'])[1 + i % 6] FROM generate_series(1, 60) AS i;
INSERT INTO customer (id, tenant_id, email, name, city, created_at, deleted_at)
SELECT i, dice.zipf(dice.throw(i, 1), 60, 0.9), dice.word(i % 3000) || '.' || i || '@' || (ARRAY['example.com', 'mail.example', 'post.example'])[1 + (dice.throw(i, 2) * 3)::int % 3],
    initcap(dice.word(dice.zipf(dice.throw(i, 3), 800, 0.7))) || ' ' || initcap(dice.word(dice.zipf(dice.throw(i, 4), 3000, 0.6))),
    CASE WHEN dice.throw(i, 5) < 0.15 THEN NULL ELSE initcap(dice.word(dice.zipf(dice.throw(i, 6), 300, 0.9))) END,
    timestamptz '2022-01-01 00:00+00' + i * (interval '4 years' / (:rows / 10)) + dice.throw(i, 7) * interval '1 hour',
    CASE WHEN dice.throw(i, 8) < 0.06 THEN timestamptz '2026-02-01 00:00+00' + dice.throw(i, 9) * interval '100 days' END
FROM generate_series(1, :rows / 10) AS i;
INSERT INTO product (id, tenant_id, sku, title, category, price, active, attributes)
SELECT md5('product' || i)::uuid, dice.zipf(dice.throw(i, 11), 60, 0.9), 'SKU-' || lpad(i::text, 7, '0'), dice.words(i, 12, 3),
    (ARRAY['book', 'game', 'toy', 'shoe', 'tool', 'lamp', 'chair', 'bag'])[dice.zipf(dice.throw(i, 13), 8, 0.7)],
    round((5 * exp(4 * dice.throw(i, 14)))::numeric, 2), dice.throw(i, 15) < 0.9,
    jsonb_build_object('color', (ARRAY['red', 'blue', 'green', 'black', 'white'])[dice.zipf(dice.throw(i, 16), 5, 0.6)], 'weight', (dice.throw(i, 17) * 5000)::int)
        || CASE WHEN dice.throw(i, 18) < 0.3 THEN jsonb_build_object('size', (ARRAY['s', 'm', 'l', 'xl'])[1 + (dice.throw(i, 19) * 4)::int % 4]) ELSE jsonb '{}' END
FROM generate_series(1, :rows / 50) AS i;
INSERT INTO purchase (id, tenant_id, customer_id, status, total, created_at, shipped_at, note)
SELECT i, c.tenant_id, c.id, s.status, round((10 * exp(3 * dice.throw(i, 23)))::numeric, 2), t.at,
    CASE WHEN s.status IN ('shipped', 'returned') THEN t.at + dice.throw(i, 24) * interval '5 days' END,
    CASE WHEN dice.throw(i, 25) < 0.08 THEN dice.words(i, 26, 6) END
FROM generate_series(1, :rows / 3) AS i
CROSS JOIN LATERAL (SELECT (ARRAY['shipped', 'paid', 'returned', 'placed', 'cart']::order_status[])[dice.zipf(dice.throw(i, 22), 5, 1.6)] AS status) AS s
CROSS JOIN LATERAL (SELECT timestamptz '2022-02-01 00:00+00' + i * (interval '4 years' / (:rows / 3)) AS at) AS t
JOIN customer AS c ON c.id = (dice.zipf(dice.throw(i, 21), :rows / 10, 0.5) * 7919) % (:rows / 10) + 1
ORDER BY i;
INSERT INTO item (purchase_id, line, tenant_id, product_id, quantity, price)
SELECT o.id, l.line, o.tenant_id, p.id, 1 + (4 * power(dice.throw(o.id * 7 + l.line, 33), 3))::int, p.price
FROM purchase AS o
CROSS JOIN LATERAL generate_series(1, 1 + (5 * dice.throw(o.id, 31))::int % 6) AS l (line)
JOIN (SELECT id, tenant_id, price, row_number() OVER (PARTITION BY tenant_id ORDER BY sku) AS n, count(*) OVER (PARTITION BY tenant_id) AS of_tenant FROM product) AS p
    ON p.tenant_id = o.tenant_id AND p.n = dice.zipf(dice.throw(o.id * 7 + l.line, 32), p.of_tenant, 0.6)
ORDER BY o.id, l.line;
