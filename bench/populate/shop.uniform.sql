-- What people type: as many rows, each value as likely as the next.
INSERT INTO tenant SELECT i, 'tenant ' || i, 'pro' FROM generate_series(1, 60) AS i;
INSERT INTO customer (id, tenant_id, email, name, city, created_at)
SELECT i, 1 + i % 60, 'user' || i || '@example.com', 'name ' || i, 'city ' || i % 100, timestamptz '2022-01-01 00:00+00' + random() * interval '4 years'
FROM generate_series(1, :rows / 10) AS i;
INSERT INTO product (id, tenant_id, sku, title, category, price, attributes)
SELECT gen_random_uuid(), 1 + i % 60, 'sku' || i, 'title ' || i, 'category ' || i % 8, 1 + i % 100, jsonb_build_object('color', 'color ' || i % 5)
FROM generate_series(1, :rows / 50) AS i;
INSERT INTO purchase (id, tenant_id, customer_id, status, total, created_at)
SELECT i, c.tenant_id, c.id, (enum_range(NULL::order_status))[1 + i % 5], i % 1000, timestamptz '2022-01-01 00:00+00' + random() * interval '4 years'
FROM generate_series(1, :rows / 3) AS i JOIN customer AS c ON c.id = 1 + i % (:rows / 10);
INSERT INTO item (purchase_id, line, tenant_id, product_id, quantity, price)
SELECT o.id, l.line, o.tenant_id, p.id, 1 + o.id % 5, p.price
FROM purchase AS o CROSS JOIN generate_series(1, 3) AS l (line)
JOIN (SELECT id, tenant_id, price, row_number() OVER (PARTITION BY tenant_id ORDER BY sku) AS n, count(*) OVER (PARTITION BY tenant_id) AS of_tenant FROM product) AS p
    ON p.tenant_id = o.tenant_id AND p.n = 1 + (o.id * 3 + l.line) % p.of_tenant;
