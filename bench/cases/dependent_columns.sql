-- Country and currency go together, and the planner multiplies their shares: it
-- reads and sorts all rows of the country in place of walking the newest.
-- fixed: land
CREATE TABLE land (code text PRIMARY KEY);
INSERT INTO land SELECT 'L' || i FROM generate_series(0, 49) AS i;
CREATE TABLE payment (id bigint PRIMARY KEY, country text NOT NULL REFERENCES land, currency text NOT NULL, paid_at timestamptz NOT NULL, note text NOT NULL);
INSERT INTO payment
SELECT i, 'L' || c, 'CUR' || c, '2025-01-01'::timestamptz + dice(i, 2) * interval '400 days', repeat('note ', 12) FROM (SELECT i, (dice(i, 1) * 49)::int AS c FROM generate_series(1, 20000 * :s) AS i) AS x;
CREATE INDEX ON payment (country);
CREATE INDEX ON payment (paid_at);
VACUUM ANALYZE;

SELECT perfcheck_add_query('by_both', 'SELECT * FROM payment WHERE country = $1 AND currency = $2 ORDER BY paid_at DESC LIMIT 20');
SELECT hurts('by_both', l, v) FROM (VALUES ('together', ARRAY['L20', 'CUR20']), ('apart', ARRAY['L20', 'CUR21'])) AS x(l, v);

-- phase: mended
CREATE INDEX ON payment (country, currency, paid_at);
ANALYZE payment;
SELECT hurts('by_both', l, v) FROM (VALUES ('together', ARRAY['L20', 'CUR20']), ('apart', ARRAY['L20', 'CUR21'])) AS x(l, v);
