-- Fixes that are tried out: statistics, joins, partitions, what stands in the
-- way of a trial, and that nothing of one stays.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA proof_test;
SET search_path = proof_test, public;
\set SHOW_CONTEXT never
SET jit = off;
-- custom plans alone: generic ones have a part of their own
SET plan_cache_mode = force_custom_plan;
SET max_parallel_workers_per_gather = 0;
UPDATE perfcheck_query SET enabled = false;

-- what verify says of the one query that is enabled, less its counts
CREATE VIEW said AS
SELECT regexp_replace(regexp_replace(regexp_replace(l, '(not ok|ok) \d+', '\1'), '\d+ rows', 'N rows', 'g'), '\(\d+\)', '(N)') AS line
FROM perfcheck_verify() WITH ORDINALITY AS v (l, n)
WHERE l ~ '^(not )?ok|^  "?(cause|fix|and write|proof|no proof)' ORDER BY n;
CREATE VIEW verdicts AS
SELECT regexp_replace(l, '^((not )?ok) \d+ - (\w+).*$', '\1 \3') AS verdict
FROM perfcheck_verify() AS v (l) WHERE l ~ '^(not )?ok' AND l !~ '# TODO';
-- the fix that is printed, ready to run
CREATE VIEW fixes AS
SELECT coalesce(j #>> '{}', t) AS fix
FROM perfcheck_verify() AS v (l), substr(l, length('  fix: ') + 1) AS t,
     LATERAL (SELECT CASE WHEN t LIKE '"%' THEN t::jsonb END) AS q (j)
WHERE l ~ '^  fix: ("?)(CREATE|REINDEX|ANALYZE|ALTER)';
CREATE PROCEDURE forget() LANGUAGE sql AS
$$SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled$$;

-- statistics out of date: half of the rows were of one kind, and none is now
CREATE TABLE orders (id int PRIMARY KEY, state text, placed timestamptz, note text) WITH (autovacuum_enabled = off);
CREATE INDEX orders_state ON orders (state);
CREATE INDEX orders_placed ON orders (placed);
INSERT INTO orders SELECT i, CASE i % 3 WHEN 0 THEN 'sent' ELSE 'open' END, '2020-01-01 00:00Z'::timestamptz + i * interval '1 hour',
    repeat('x', 300) FROM generate_series(1, 5000) AS i;
UPDATE orders SET state = 'lost' WHERE id % 2 = 0;
ANALYZE orders;
UPDATE orders SET state = 'open' WHERE id % 2 = 0;
VACUUM orders;
SELECT perfcheck_add_query('orders', 'SELECT * FROM orders WHERE state = $1 ORDER BY placed LIMIT 10');
SELECT perfcheck_add_case('orders', 'lost', ARRAY['lost']);
SELECT * FROM said;
SELECT fix FROM fixes \gexec
SELECT * FROM verdicts;
-- none at all
DELETE FROM pg_statistic WHERE starelid = 'orders'::regclass;
SELECT * FROM said;
ANALYZE orders;
SELECT * FROM verdicts;
CALL forget();

-- two columns that depend on each other: statistics mend it, and an index better
CREATE TABLE addresses (id int PRIMARY KEY, city int, zip int, note text) WITH (autovacuum_enabled = off);
INSERT INTO addresses SELECT i, i % 20, i % 20 * 10, repeat('x', 200) FROM generate_series(1, 5000) AS i;
CREATE INDEX addresses_city ON addresses (city);
CREATE INDEX addresses_zip ON addresses (zip);
VACUUM ANALYZE addresses;
SELECT perfcheck_add_query('addresses', 'SELECT * FROM addresses WHERE city = $1 AND zip = $2 ORDER BY id LIMIT 10');
SELECT perfcheck_add_case('addresses', 'nowhere', ARRAY['3', '50']);
SELECT * FROM said;
SELECT fix FROM fixes \gexec
SELECT * FROM verdicts;
CALL forget();

-- joins: an index missing on the far side
CREATE TABLE customers (id int PRIMARY KEY, email text) WITH (autovacuum_enabled = off);
CREATE TABLE sales (id int PRIMARY KEY, customer int, amount int, note text) WITH (autovacuum_enabled = off);
INSERT INTO customers SELECT i, 'c' || i FROM generate_series(1, 2000) AS i;
INSERT INTO sales SELECT i, i % 2000 + 1, i, repeat('x', 100) FROM generate_series(1, 6000) AS i;
CREATE INDEX customers_email ON customers (email);
VACUUM ANALYZE customers, sales;
SELECT perfcheck_add_query('sales_of', 'SELECT s.* FROM customers AS c JOIN sales AS s ON s.customer = c.id WHERE c.email = $1');
SELECT * FROM said;
SELECT fix FROM fixes \gexec
SELECT * FROM verdicts;
-- on both sides: one index alone does not mend it
DROP INDEX sales_customer_idx, customers_email;
SELECT * FROM said;
SELECT fix FROM fixes \gexec
SELECT * FROM verdicts;
CALL forget();
-- in a subquery, a CTE, a view and EXISTS
DROP INDEX sales_customer_idx, customers_email_idx;
CREATE VIEW named AS SELECT id AS customer, email AS address FROM customers;
SELECT perfcheck_add_query('through', 'SELECT * FROM (SELECT * FROM named) AS n WHERE address = $1');
SELECT * FROM said;
CALL forget();
SELECT perfcheck_add_query('cte', 'WITH n AS (SELECT id, lower(email) AS address FROM customers) SELECT * FROM n WHERE address = $1');
SELECT perfcheck_add_case('cte', 'one', ARRAY['c7']);
SELECT * FROM said;
CALL forget();
SELECT perfcheck_add_query('exists', 'SELECT * FROM customers AS c WHERE c.id = $1 AND EXISTS (SELECT 1 FROM sales AS s WHERE s.customer = c.id)');
SELECT * FROM said;
SELECT fix FROM fixes \gexec
SELECT * FROM verdicts;
CALL forget();

-- partitions: an index on some of them alone
CREATE TABLE log (at int, who text, note text) PARTITION BY RANGE (at);
CREATE TABLE log_a PARTITION OF log FOR VALUES FROM (0) TO (2500) WITH (autovacuum_enabled = off);
CREATE TABLE log_b (note text, who text, at int) WITH (autovacuum_enabled = off);
ALTER TABLE log ATTACH PARTITION log_b FOR VALUES FROM (2500) TO (5000);
INSERT INTO log SELECT i, 'who' || i, repeat('x', 100) FROM generate_series(0, 4999) AS i;
CREATE INDEX log_a_who ON log_a (who);
-- has no row of pg_class that is updated in place: a server with assertions would warn
CREATE INDEX log_at ON log (at);
VACUUM ANALYZE log;
SELECT perfcheck_add_query('log_of', 'SELECT * FROM log WHERE who = $1');
SELECT * FROM said;
SELECT fix FROM fixes \gexec
SELECT * FROM verdicts;
-- each partition has its own: nothing is missing
DROP INDEX log_who_idx;
CREATE INDEX log_a_who ON log_a (who);
CREATE INDEX log_b_who ON log_b (who);
SELECT * FROM verdicts;
CALL forget();

-- a long pending list is reported, and is no fault
CREATE INDEX log_note ON log USING gin (note public.gin_trgm_ops) WITH (fastupdate = on, gin_pending_list_limit = 2000000);
INSERT INTO log SELECT i % 5000, 'new', md5(i::text) || md5((-i)::text) FROM generate_series(1, 1500) AS i;
SELECT perfcheck_add_query('noted', 'SELECT * FROM log WHERE note ILIKE ''%'' || $1 || ''%''', max_rows => 10000000, max_rows_returned => NULL);
SELECT perfcheck_add_case('noted', 'one', ARRAY['abcde']);
SELECT regexp_replace(l, '\d+ pages', 'N pages') AS line FROM perfcheck_verify() AS v (l) WHERE l ~ 'pending';
SELECT count(gin_clean_pending_list(oid)) AS cleaned FROM pg_class WHERE relname ~ '^log_._note_idx';
SELECT l AS line FROM perfcheck_verify() AS v (l) WHERE l ~ 'pending';
SELECT * FROM verdicts;
CALL forget();

-- what stands in the way of a trial: the fix is worded as not proven
SELECT perfcheck_add_query('by_note', 'SELECT * FROM customers WHERE email = $1');
SET perfcheck.prove_rows = 0;
SELECT * FROM said;
SET perfcheck.prove_rows = 1999;
SELECT * FROM said;
SET perfcheck.prove_rows = 2000;
SELECT * FROM said;
RESET perfcheck.prove_rows;
BEGIN READ ONLY;
SELECT * FROM said;
COMMIT;
CREATE ROLE perfcheck_reader;
GRANT USAGE ON SCHEMA proof_test TO perfcheck_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA proof_test TO perfcheck_reader;
SET ROLE perfcheck_reader;
SELECT line FROM perfcheck_verify() AS v (line) WHERE line ~ 'cause|fix|proof';
RESET ROLE;
-- the owner without the right to create in the schema
ALTER TABLE customers OWNER TO perfcheck_reader;
SET ROLE perfcheck_reader;
SELECT line FROM perfcheck_verify() AS v (line) WHERE line ~ 'cause|fix|proof';
RESET ROLE;
ALTER TABLE customers OWNER TO CURRENT_USER;
-- the table is in use by the very statement
SELECT l AS line FROM customers AS c, perfcheck_verify() AS v (l) WHERE c.id = 1 AND l ~ 'cause|fix|proof';
CALL forget();
-- a trial that takes longer than a case may: a function that is slow in a trial alone, which has a transaction ID
CREATE FUNCTION slow(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$BEGIN
    IF pg_current_xact_id_if_assigned() IS NOT NULL THEN PERFORM pg_sleep(0.01); END IF;
    RETURN $1;
END$$;
SELECT perfcheck_add_query('slow', 'SELECT * FROM customers WHERE slow(email) = $1');
SELECT perfcheck_add_case('slow', 'one', ARRAY['c7']);
SET perfcheck.statement_timeout = '1s';
SELECT * FROM said;
RESET perfcheck.statement_timeout;
-- a cancel of a trial is the caller's
SET statement_timeout = '2s';
SELECT * FROM said;
RESET statement_timeout;
CALL forget();

-- rows that were updated in this transaction: the new index is seen all the same
CREATE TABLE hot (id int PRIMARY KEY, email text) WITH (fillfactor = 30, autovacuum_enabled = off);
INSERT INTO hot SELECT i, 'c' || i FROM generate_series(1, 2000) AS i;
ANALYZE hot;
BEGIN;
UPDATE hot SET email = email || '!' WHERE id % 2 = 0;
SELECT n_tup_hot_upd > 0 AS hot FROM pg_stat_xact_user_tables WHERE relid = 'hot'::regclass;
SELECT perfcheck_add_query('by_email', 'SELECT * FROM hot WHERE email = $1');
SELECT * FROM said;
-- as an index that stays would not be, in this transaction
CREATE INDEX hot_email ON hot (email);
SELECT indcheckxmin FROM pg_index WHERE indexrelid = 'hot_email'::regclass;
ROLLBACK;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT perfcheck_add_query('by_email', 'SELECT * FROM customers WHERE email = $1');
SELECT * FROM said;
ROLLBACK;

-- event triggers do not see a trial
CREATE TABLE seen (tag text);
CREATE FUNCTION note_command() RETURNS event_trigger LANGUAGE plpgsql AS
$$BEGIN INSERT INTO proof_test.seen SELECT command_tag FROM pg_event_trigger_ddl_commands(); END$$;
CREATE EVENT TRIGGER perfcheck_note ON ddl_command_end EXECUTE FUNCTION note_command();
DROP INDEX addresses_city_zip_id_idx;
ANALYZE addresses;
SELECT perfcheck_add_query('addresses', 'SELECT * FROM addresses WHERE city = $1 AND zip = $2 ORDER BY id LIMIT 10');
SELECT perfcheck_add_case('addresses', 'nowhere', ARRAY['3', '50']);
SELECT perfcheck_add_query('by_email', 'SELECT * FROM customers WHERE email = $1');
TRUNCATE seen;
CREATE TABLE report AS SELECT * FROM said;
DROP EVENT TRIGGER perfcheck_note;
SELECT * FROM report;
SELECT * FROM seen;

-- nothing of a trial stays: no relation, no lock, no count in a catalog, no statistic
CREATE INDEX sales_amount ON sales (amount);
CREATE TABLE bare (k int, v text) WITH (autovacuum_enabled = off);
INSERT INTO bare SELECT i, 'v' || i FROM generate_series(1, 5000) AS i;
ANALYZE bare;
-- its counts are out of date, and stay so
INSERT INTO bare SELECT i, 'v' || i FROM generate_series(5001, 9000) AS i;
SELECT perfcheck_add_query('bare', 'SELECT * FROM bare WHERE k = $1 AND v = $2');
SELECT perfcheck_add_query('lower', 'SELECT * FROM sales WHERE lower(note) = $1 AND abs(amount) = 7');
SELECT perfcheck_add_case('lower', 'one', ARRAY['x']);
-- of the catalogs themselves no row: autovacuum may come to them, and not to the extension's own tables
DO $$DECLARE t regclass; BEGIN
    FOR t IN SELECT c.oid FROM pg_depend AS d JOIN pg_class AS c ON c.oid = d.objid AND c.relkind = 'r'
        WHERE d.classid = 'pg_class'::regclass AND d.deptype = 'e' LOOP
        EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = off)', t);
    END LOOP;
END$$;
CREATE VIEW traces AS
SELECT 'class' AS what, c.oid::text || ':' || relname || relpages || '/' || reltuples || '/' || relallvisible || relhasindex || relfilenode AS trace
FROM pg_class AS c WHERE c.oid NOT IN (SELECT unnest(ARRAY[k.oid, k.reltoastrelid]) FROM pg_class AS k WHERE k.relname = 'kept')
  AND c.oid >= 16384
UNION ALL SELECT 'statistic', starelid || ':' || staattnum || ':' || stadistinct FROM pg_statistic WHERE starelid >= 16384
UNION ALL SELECT 'extended', oid::text FROM pg_statistic_ext
UNION ALL SELECT 'index', indexrelid::text FROM pg_index
UNION ALL SELECT 'setting', name || setting FROM pg_settings
UNION ALL SELECT 'analyzed', relid || ':' || analyze_count FROM pg_stat_user_tables;
CREATE TABLE kept (what text, trace text);
INSERT INTO kept SELECT * FROM traces;
SELECT count(*) AS fixes FROM perfcheck_verify() AS v (l) WHERE l ~ '^  fix: CREATE';
SELECT pg_stat_force_next_flush();
SELECT * FROM traces EXCEPT SELECT * FROM kept ORDER BY 1, 2;
SELECT * FROM kept EXCEPT SELECT * FROM traces ORDER BY 1, 2;
SELECT count(*) AS locks FROM pg_locks WHERE relation = 'bare'::regclass;
BEGIN;
SELECT count(*) > 0 AS judged FROM perfcheck_verify();
SELECT mode FROM pg_locks WHERE relation = 'bare'::regclass;
INSERT INTO bare VALUES (0, 'still writable');
ROLLBACK;
CALL forget();

UPDATE perfcheck_query SET enabled = true;
DROP SCHEMA proof_test CASCADE;
DROP OWNED BY perfcheck_reader;
DROP ROLE perfcheck_reader;
