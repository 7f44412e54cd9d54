SELECT perfcheck_add_query(name, sql) FROM (VALUES
('customer', 'SELECT * FROM customer WHERE tenant_id = $1 AND id = $2'),
('customer_by_email', 'SELECT id, name FROM customer WHERE tenant_id = $1 AND email = $2'),
('customers_of_city', 'SELECT id, name FROM customer WHERE tenant_id = $1 AND city = $2 AND deleted_at IS NULL ORDER BY name LIMIT 50'),
('deleted_customers', 'SELECT id, deleted_at FROM customer WHERE tenant_id = $1 AND deleted_at IS NOT NULL ORDER BY deleted_at DESC LIMIT 20'),
('orders_of_customer', 'SELECT id, status, total FROM purchase WHERE customer_id = $1 ORDER BY created_at DESC LIMIT 20'),
('latest_orders', 'SELECT id, total FROM purchase WHERE tenant_id = $1 ORDER BY created_at DESC LIMIT 50'),
('orders_by_status', 'SELECT id, total FROM purchase WHERE tenant_id = $1 AND status = $2 ORDER BY created_at DESC LIMIT 50'),
('open_orders', 'SELECT count(*) FROM purchase WHERE tenant_id = $1 AND status IN (''cart'', ''placed'')'),
('large_orders', 'SELECT id, total FROM purchase WHERE tenant_id = $1 AND total > $2 LIMIT 20'),
('order_items', 'SELECT i.line, i.quantity, p.title FROM item AS i JOIN product AS p ON p.id = i.product_id WHERE i.purchase_id = $1 ORDER BY i.line'),
('product_sales', 'SELECT sum(quantity) FROM item WHERE product_id = $1'),
('products_of_category', 'SELECT id, title, price FROM product WHERE tenant_id = $1 AND category = $2 AND active ORDER BY price LIMIT 24'),
('products_with', 'SELECT id, title FROM product WHERE attributes @> jsonb_build_object(''color'', $1::text) AND tenant_id = $2 LIMIT 24'),
('buyers_of', 'SELECT DISTINCT o.customer_id FROM item AS i JOIN purchase AS o ON o.id = i.purchase_id WHERE i.product_id = $1 LIMIT 100'),
('revenue_of_month', 'SELECT sum(total) FROM purchase WHERE tenant_id = $1 AND created_at >= $2 AND created_at < $2 + interval ''1 month''')
) AS q (name, sql);
