-- Plans whose nodes are reached more than once, or differ between two
-- executions of one plan; and queries that call perfcheck itself.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA nodes_test;
SET search_path = nodes_test, public;
UPDATE perfcheck_query SET enabled = false;

CREATE TABLE price (item int, at date, amount int);
INSERT INTO price SELECT i % 100, '2026-01-01'::date + i, i
FROM generate_series(1, 1000) i;
CREATE INDEX price_item_at_idx ON price (item, at);
CREATE TABLE sale (id int, item int, amount int) PARTITION BY RANGE (id);
CREATE TABLE sale_1 PARTITION OF sale FOR VALUES FROM (0) TO (500);
CREATE TABLE sale_2 PARTITION OF sale FOR VALUES FROM (500) TO (2000);
INSERT INTO sale SELECT i, i % 100, i FROM generate_series(1, 1000) i;
ANALYZE price, sale;

-- The subquery's plan is one node that every partition's scan calls. It is
-- run for each of the 1000 rows, and examines one row each time.
SELECT perfcheck_add_query('latest', 'SELECT * FROM sale s
	WHERE s.amount > (SELECT p.amount FROM price p WHERE p.item = s.item
		ORDER BY p.at DESC LIMIT 1) ORDER BY id');
SELECT label, indexes, rows_examined, rows_returned
FROM perfcheck_plan('latest', 100);

-- The same within a subquery that is itself shared, and below a LIMIT.
SELECT perfcheck_add_query('nested', 'SELECT * FROM sale s
	WHERE s.amount > (SELECT p.amount FROM price p WHERE p.item = s.item
			AND p.amount >= (SELECT q.amount FROM price q
				WHERE q.item = p.item ORDER BY q.at LIMIT 1)
		ORDER BY p.at DESC LIMIT 1) - 2000 LIMIT 20');
SELECT label, indexes, rows_returned, rows_examined >= 20 AS counted
FROM perfcheck_plan('nested', 100);

-- Partitions that a function leaves out when the executor starts. It says that
-- it is STABLE, and returns another value at each call.
CREATE TABLE part (id int, v int) PARTITION BY RANGE (id);
SELECT format('CREATE TABLE part_%s PARTITION OF part FOR VALUES FROM (%s) TO (%s)',
	i, i * 100, i * 100 + 100) FROM generate_series(0, 9) i \gexec
INSERT INTO part SELECT i, i % 7 FROM generate_series(0, 999) i;
CREATE INDEX part_id_idx ON part (id);
ANALYZE part;
CREATE FUNCTION unstable() RETURNS int LANGUAGE plpgsql STABLE AS $$
BEGIN
	-- Counts its calls in a setting, since the query may not write.
	PERFORM set_config('nodes.calls',
		(current_setting('nodes.calls')::int + 1)::text, false);
	RETURN current_setting('nodes.calls')::int * 100 % 900;
END $$;
SET nodes.calls = 0;
SELECT perfcheck_add_query('pruned', 'SELECT * FROM part
	WHERE id >= unstable() AND v = 3 LIMIT 3');
SELECT label, ok, reason FROM perfcheck_plan('pruned', 100);
-- The same in a bitmap scan, whose entries are counted in a second execution.
CREATE INDEX part_v_id_idx ON part (v, id);
SELECT perfcheck_add_query('pruned_union', 'SELECT * FROM part
	WHERE id >= unstable() AND v = 3
	UNION ALL SELECT * FROM part WHERE id < unstable() AND v = 4 LIMIT 3');
SELECT label, ok, reason FROM perfcheck_plan('pruned_union', 100);

-- A subquery in the condition of a bitmap, of which a condition behind a range
-- is counted in a second execution: the nodes are the same, elsewhere.
CREATE TABLE few (id int, item int);
INSERT INTO few SELECT i, i % 100 FROM generate_series(1, 200) i;
CREATE TABLE amounts (item int, amount int);
INSERT INTO amounts SELECT i % 100, 95 + i % 5 FROM generate_series(1, 500) i;
CREATE INDEX amounts_item_idx ON amounts (item);
CREATE TABLE wide (a int, b int, pad text);
INSERT INTO wide SELECT (i * 7919) % 100, i % 200, repeat('x', 400)
FROM generate_series(1, 40000) i;
CREATE INDEX wide_a_b_idx ON wide (a, b);
ANALYZE few, amounts, wide;
SELECT perfcheck_add_query('in_bitmap', 'SELECT * FROM few LEFT JOIN wide
	ON wide.b = few.id AND wide.a > (SELECT amount FROM amounts
		WHERE amounts.item = few.item LIMIT 1)');
SET enable_seqscan = off;
SET enable_indexscan = off;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SELECT label, access ~ 'Bitmap Index Scan using wide_a_b_idx' AS bitmap,
	rows_examined > 0 AS judged, coalesce(reason, '') ~ 'cannot be judged' AS refused
FROM perfcheck_plan('in_bitmap', 1);
RESET enable_seqscan;
RESET enable_indexscan;
RESET enable_hashjoin;
RESET enable_mergejoin;
SELECT perfcheck_drop_query('in_bitmap');

-- A CTE hangs on the node that scans it: 1000 rows and the one row of the CTE,
-- of which the first are 100 times as many, and the second is one still.
SELECT perfcheck_add_query('cte', 'WITH c AS MATERIALIZED (SELECT max(amount) AS m
	FROM price) SELECT m FROM c');
SELECT label, rows_examined, rows_projected FROM perfcheck_plan('cte', 100);
SELECT perfcheck_drop_query('cte');

-- Another plan each time that it is made has no forecast, and no end either.
CREATE FUNCTION random_id() RETURNS int LANGUAGE plpgsql STABLE AS
$$ BEGIN RETURN (random() * 490)::int; END $$;
SELECT perfcheck_add_query('replanned', 'SELECT * FROM part
	WHERE id BETWEEN random_id() AND random_id() + 400');
SELECT label, plan_mode, access, ok, reason FROM perfcheck_forecast('replanned', 1000000);
SELECT perfcheck_drop_query('replanned');

-- A plan that is nested too deep is an error of its query alone.
SELECT perfcheck_add_query('deep',
	string_agg('SELECT x FROM (', '') || 'SELECT item AS x FROM price' ||
	string_agg(' LIMIT 5) t' || i, ''))
FROM generate_series(1, 505) i;
SELECT label, ok, reason FROM perfcheck_plan('deep');

-- perfcheck's functions refuse to be called by a query of the contract.
CREATE TABLE written (x int);
SELECT perfcheck_add_query('calls_seed', 'SELECT perfcheck_seed(10, ''nowhere'')');
SELECT perfcheck_add_query('calls_verify', 'SELECT count(*) FROM perfcheck_verify()');
SELECT perfcheck_add_query('calls_drop', 'SELECT perfcheck_drop_query(''latest'')');
CREATE FUNCTION sneaky() RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS
$$ BEGIN RETURN perfcheck_seed(10, 'nowhere'); END $$;
BEGIN;
SELECT query, ok, reason FROM perfcheck_plan()
WHERE query LIKE 'calls%' ORDER BY query;
SHOW transaction_read_only;
INSERT INTO written VALUES (1);
COMMIT;
-- The planner calls an immutable function.
SELECT perfcheck_add_query('plans_seed', 'SELECT sneaky()');
SELECT query, ok, reason FROM perfcheck_plan('plans_seed');
SELECT label, ok, reason FROM perfcheck_time('calls_seed');
SELECT perfcheck_cases('latest');
SELECT count(*) FROM written;
SELECT to_regclass('nowhere');
-- What reads no table may be called.
SELECT perfcheck_add_query('synthetic',
	'SELECT id FROM part WHERE perfcheck_is_synthetic(gen_random_uuid()) LIMIT 5');
SELECT label, ok FROM perfcheck_plan('synthetic');

DROP SCHEMA nodes_test CASCADE;
DROP EXTENSION perfcheck CASCADE;
