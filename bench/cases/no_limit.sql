-- Lists without an end: what they return grows with the table. The same list of
-- one customer's invoices alone and joined to the customer.
-- fixed: customer
CREATE TABLE customer (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE invoice (
    id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customer, number text NOT NULL,
    issued_at timestamptz NOT NULL, line text NOT NULL);
INSERT INTO customer SELECT i, 'customer ' || i FROM generate_series(1, 20) AS i;
INSERT INTO invoice
SELECT i, 1 + (dice(i, 1) * 19)::int, md5(i::text), '2019-01-01'::timestamptz + i * interval '5 minutes', repeat('goods ', 8)
FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON invoice (customer_id);
VACUUM ANALYZE;

SELECT perfcheck_add_query('all_sorted', 'SELECT * FROM invoice ORDER BY number');
SELECT perfcheck_add_query('all_rows', 'SELECT * FROM invoice');
SELECT perfcheck_add_query('of_customer', 'SELECT * FROM invoice WHERE customer_id = $1');
SELECT perfcheck_add_query('of_customer_sorted', 'SELECT * FROM invoice WHERE customer_id = $1 ORDER BY issued_at DESC');
SELECT perfcheck_add_query('of_customer_joined', 'SELECT c.name, i.* FROM customer c JOIN invoice i ON i.customer_id = c.id WHERE c.id = $1');
SELECT perfcheck_add_query('by_month', 'SELECT date_trunc(''month'', issued_at), count(*) FROM invoice WHERE customer_id = $1 GROUP BY 1 ORDER BY 1 DESC');
SELECT perfcheck_add_query('page_sorted', 'SELECT * FROM invoice WHERE customer_id = $1 ORDER BY issued_at DESC LIMIT 100');
SELECT perfcheck_add_query('customers', 'SELECT * FROM customer ORDER BY name');
SELECT perfcheck_add_query('export', 'SELECT * FROM invoice ORDER BY id', max_rows => 10000000, max_blocks => 10000000, max_rows_returned => NULL);
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['of_customer', 'of_customer_sorted', 'of_customer_joined', 'by_month', 'page_sorted']) AS q,
    (VALUES ('a customer', '3'), ('another', '19'), ('absent', '99')) AS v(l, v);

-- phase: mended
SELECT perfcheck_drop_query(name) FROM perfcheck_query;
CREATE INDEX ON invoice (customer_id, issued_at, id);
ANALYZE invoice;
SELECT perfcheck_add_query('first_page', 'SELECT * FROM invoice WHERE customer_id = $1 ORDER BY issued_at DESC, id DESC LIMIT 100');
SELECT perfcheck_add_query('next_page', 'SELECT * FROM invoice WHERE customer_id = $1 AND (issued_at, id) < ($2, $3) ORDER BY issued_at DESC, id DESC LIMIT 100');
SELECT perfcheck_add_query('joined_page', 'SELECT c.name, i.* FROM customer c JOIN invoice i ON i.customer_id = c.id WHERE c.id = $1 ORDER BY i.issued_at DESC LIMIT 100');
SELECT hurts(q, 'a customer', ARRAY['3']) FROM unnest(ARRAY['first_page', 'joined_page']) AS q;
SELECT hurts('next_page', 'middle page', ARRAY['3', issued_at::text, id::text]) FROM invoice WHERE id = 10000 * :s;
