-- Statements that functions execute: in WHERE, in the SELECT list, in FROM, in a
-- policy, in each other. They are counted to the query that calls them.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA nested_test;
SET search_path = nested_test, public;
SET max_parallel_workers_per_gather = 0;
UPDATE perfcheck_query SET enabled = false;

CREATE TABLE client (id int PRIMARY KEY, region int NOT NULL, name text NOT NULL);
INSERT INTO client SELECT i, i % 20, md5(i::text) FROM generate_series(1, 1000) AS i;
CREATE TABLE bill (id int PRIMARY KEY, client_id int NOT NULL, total int NOT NULL);
INSERT INTO bill SELECT i, 1 + i % 1000, i % 100 FROM generate_series(1, 3000) AS i;
ANALYZE client, bill;

CREATE FUNCTION owed(c int) RETURNS bigint LANGUAGE plpgsql STABLE AS
$$BEGIN RETURN (SELECT sum(total) FROM nested_test.bill WHERE client_id = c); END$$;
CREATE FUNCTION name_of(c int) RETURNS text LANGUAGE plpgsql STABLE AS
$$DECLARE n text; BEGIN SELECT name INTO n FROM nested_test.client WHERE id = c; RETURN n; END$$;
CREATE FUNCTION upper_name(c int) RETURNS text LANGUAGE plpgsql STABLE AS
$$BEGIN RETURN upper(nested_test.name_of(c)); END$$;
-- of these the planner makes no part of the query
CREATE FUNCTION owed_sql(c int) RETURNS bigint LANGUAGE sql VOLATILE AS
$$SELECT sum(total) FROM nested_test.bill WHERE client_id = c$$;
CREATE FUNCTION bills_of(c int) RETURNS SETOF bill LANGUAGE sql STABLE SECURITY DEFINER AS
$$SELECT * FROM nested_test.bill WHERE client_id = c$$;
CREATE FUNCTION last_bills(n int) RETURNS SETOF bill LANGUAGE plpgsql STABLE AS
$$BEGIN RETURN QUERY SELECT * FROM nested_test.bill ORDER BY id DESC LIMIT n; END$$;
CREATE FUNCTION named_a() RETURNS SETOF text LANGUAGE plpgsql STABLE AS
$$DECLARE c record; BEGIN
    FOR c IN SELECT * FROM nested_test.client LOOP
        IF nested_test.name_of(c.id) ~ '^a' THEN RETURN NEXT c.name; END IF;
    END LOOP;
END$$;
-- the error of a statement that is caught
CREATE FUNCTION careful(c int) RETURNS int LANGUAGE plpgsql STABLE AS
$$BEGIN
    PERFORM 1 / (SELECT count(*) - 1 FROM nested_test.client WHERE id = c); RETURN 1;
EXCEPTION WHEN division_by_zero THEN RETURN (SELECT count(*) FROM nested_test.client WHERE id = c);
END$$;
-- one that calls itself
CREATE FUNCTION depth(n int) RETURNS bigint LANGUAGE plpgsql STABLE AS
$$DECLARE x bigint; BEGIN
    IF n <= 0 THEN RETURN 0; END IF;
    SELECT nested_test.depth(n - 1) + count(*) INTO x FROM nested_test.client WHERE id = n;
    RETURN x;
END$$;

-- 50 calls of 3,000 rows each, then 100 times as many of 100 times as many
SELECT perfcheck_add_query('debtors', 'SELECT id FROM client WHERE region = 7 AND owed(id) > 100');
SELECT perfcheck_add_query('page_owed', 'SELECT id, owed_sql(id) FROM client ORDER BY id LIMIT 20');
SELECT perfcheck_add_query('page_names', 'SELECT id, name_of(client_id) FROM bill ORDER BY id LIMIT 20');
SELECT perfcheck_add_query('page_upper', 'SELECT id, upper_name(client_id) FROM bill ORDER BY id LIMIT 20');
SELECT perfcheck_add_query('bills', 'SELECT * FROM bills_of(7)');
SELECT perfcheck_add_query('last', 'SELECT * FROM last_bills(20)');
SELECT perfcheck_add_query('named', 'SELECT * FROM named_a()');
SELECT perfcheck_add_query('careful', 'SELECT id FROM client WHERE careful(id) = 1 ORDER BY id LIMIT 10');
SELECT perfcheck_add_query('depth', 'SELECT depth(15)');
-- once for the scan, as the bound of its index
SELECT perfcheck_add_query('bound', 'SELECT * FROM bill WHERE id = owed(7)');
SELECT query, access, rows_returned, rows_examined, rows_projected, ok, reason, blocks > 0 AS blocks
FROM perfcheck_plan(NULL, 1) ORDER BY query;
SELECT query, rows_examined, rows_projected, ok, reason FROM perfcheck_plan(NULL, 100) ORDER BY query;
-- an index within the function
CREATE INDEX bill_client ON bill (client_id);
ANALYZE bill;
SELECT query, rows_examined, rows_projected, ok, reason FROM perfcheck_plan(NULL, 100) WHERE query IN ('debtors', 'page_owed', 'bills') ORDER BY query;

-- the session keeps no plan that was made for the target size: with 20 rows on
-- one page it reads the table
CREATE TABLE tiny (id int PRIMARY KEY, v int);
INSERT INTO tiny SELECT i, i FROM generate_series(1, 20) AS i;
ANALYZE tiny;
CREATE FUNCTION tiny_of(c int) RETURNS int LANGUAGE plpgsql STABLE AS
$$BEGIN RETURN (SELECT v FROM nested_test.tiny WHERE id = c); END$$;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;
SELECT perfcheck_add_query('tinies', 'SELECT tiny_of(id) FROM client ORDER BY id LIMIT 7');
SELECT tiny_of(1);
SELECT rows_examined AS by_index FROM perfcheck_plan('tinies', 10000);
SELECT rows_examined AS by_rows FROM perfcheck_plan('tinies', 1);
SELECT pg_stat_force_next_flush() IS NULL AS flushed;
BEGIN;
SELECT tiny_of(1);
SELECT seq_scan, idx_scan FROM pg_stat_xact_user_tables WHERE relid = 'tiny'::regclass;
COMMIT;

-- a policy's function
CREATE ROLE nested_test_app;
GRANT USAGE ON SCHEMA nested_test TO nested_test_app;
GRANT SELECT ON ALL TABLES IN SCHEMA nested_test TO nested_test_app;
CREATE TABLE note (id int PRIMARY KEY, client_id int NOT NULL);
INSERT INTO note SELECT i, 1 + i % 1000 FROM generate_series(1, 2000) AS i;
ANALYZE note;
ALTER TABLE note ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON note USING (name_of(client_id) ~ '^a');
GRANT SELECT ON note TO nested_test_app;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;
SELECT perfcheck_add_query('notes', 'SELECT * FROM note ORDER BY id', max_rows_returned => NULL);
GRANT SELECT ON perfcheck_query, perfcheck_case TO nested_test_app;
SET ROLE nested_test_app;
SELECT rows_examined, rows_projected, ok, reason FROM perfcheck_plan('notes', 100);
RESET ROLE;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;
REVOKE SELECT ON perfcheck_query, perfcheck_case FROM nested_test_app;

-- more plans than can be told apart, and calls too deep
CREATE FUNCTION deeper(n int) RETURNS bigint LANGUAGE plpgsql STABLE AS
$$DECLARE x bigint; BEGIN
    IF n <= 0 THEN RETURN 0; END IF;
    EXECUTE format('SELECT nested_test.deeper(%s) + count(*) FROM nested_test.tiny %s', n - 1,
        (SELECT 'WHERE true' || string_agg(' AND v <> ' || i, '') FROM generate_series(0, n) AS i)) INTO x;
    RETURN x;
END$$;
SELECT perfcheck_add_query('deep', 'SELECT deeper(30)');
SELECT ok, reason FROM perfcheck_plan('deep', 1);
SELECT perfcheck_drop_query('deep');

-- a plan for the target size that is too slow on today's rows: its own counts
-- are judged, and the other queries are judged as well
CREATE TABLE organization (id int PRIMARY KEY, name text NOT NULL);
INSERT INTO organization SELECT i, 'org ' || i FROM generate_series(1, 4000) AS i;
-- (19 makes an anti join of NOT IN where no value can be null)
CREATE TABLE resource (id int PRIMARY KEY, object_id int);
INSERT INTO resource SELECT i, i FROM generate_series(1, 4000) AS i;
ANALYZE organization, resource;
SET perfcheck.statement_timeout = '100ms';
SELECT perfcheck_add_query('not_in', 'SELECT * FROM organization WHERE id NOT IN (SELECT object_id FROM resource)');
SELECT perfcheck_add_query('one', 'SELECT * FROM organization WHERE id = 7');
SELECT query, access, rows_examined > 0 AS counted, rows_projected >= rows_examined AS projected, ok, reason
FROM perfcheck_plan(NULL, 1000) ORDER BY query;
SELECT regexp_replace(l, '\d+ rows examined', 'N rows examined') AS line FROM perfcheck_verify(1000) AS v (l)
WHERE l ~ '^(not )?ok|^  (plan|cause|today|forecast)';
RESET perfcheck.statement_timeout;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

-- JIT, if the server has it: named for a plan that examines few rows
SET jit = on;
SET jit_above_cost = 1;
SELECT perfcheck_add_query('compiled', 'SELECT * FROM organization WHERE id = 7');
SELECT (count(*) = 1) = pg_jit_available() AS named FROM perfcheck_verify() AS v (l) WHERE l ~ '^# jit: compiled, no values: the plan for 400000 rows';
SET jit = off;
SELECT count(*) AS named FROM perfcheck_verify() AS v (l) WHERE l ~ '^# jit';
SELECT perfcheck_drop_query('compiled');
DROP SCHEMA nested_test CASCADE;
DROP ROLE nested_test_app;
