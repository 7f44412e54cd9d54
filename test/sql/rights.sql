-- Contract queries run as the caller, read-only, and leave nothing behind;
-- only the owner may change the contract.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA rights_test;
SET search_path = rights_test, public;
\set SHOW_CONTEXT never
SET jit = off;
SELECT perfcheck_seed(500, starts => '2027-01-01 00:00Z');
UPDATE perfcheck_query SET enabled = false;

-- a query that writes through a function is stopped, and nothing is written
CREATE TABLE written (what text);
CREATE SEQUENCE counter;
CREATE FUNCTION writes(text) RETURNS text LANGUAGE plpgsql VOLATILE AS
$$BEGIN INSERT INTO rights_test.written VALUES ($1); RETURN $1; END$$;
CREATE FUNCTION writes_stable(text) RETURNS text LANGUAGE plpgsql STABLE AS
$$BEGIN EXECUTE format('INSERT INTO rights_test.written VALUES (%L)', $1); RETURN $1; END$$;
SELECT perfcheck_add_query('w_insert', 'SELECT writes(genre) FROM events LIMIT 1');
SELECT perfcheck_add_query('w_stable', 'SELECT writes_stable(genre) FROM events LIMIT 1');
SELECT perfcheck_add_query('w_nextval', 'SELECT nextval(''counter'') FROM events LIMIT 1');
SELECT perfcheck_add_query('w_setting', 'SELECT set_config(''work_mem'', ''77MB'', false) FROM events LIMIT 1');
SELECT perfcheck_add_query('w_unset', 'SELECT set_config(''transaction_read_only'', ''off'', true), writes(genre) FROM events LIMIT 1');
SELECT perfcheck_add_query('w_lock', 'SELECT pg_advisory_xact_lock(4711) FROM events LIMIT 1');
SELECT perfcheck_add_query('w_role', 'SELECT set_config(''role'', ''pg_monitor'', false) FROM events LIMIT 1');
SELECT query, ok, reason FROM perfcheck_plan();
SELECT label, ok, reason FROM perfcheck_time('w_insert', executions => 1);
SELECT count(*) FROM written;
SELECT is_called FROM counter;
SHOW work_mem;
SHOW transaction_read_only;
SELECT current_user = session_user AS same_user;
BEGIN;
SELECT count(*) AS judged FROM perfcheck_plan('w_lock');
SELECT count(*) AS advisory_locks FROM pg_locks WHERE locktype = 'advisory';
-- the transaction goes on, and may write
INSERT INTO written VALUES ('by the caller');
COMMIT;
SELECT * FROM written;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE name ~ '^w_';
UPDATE perfcheck_query SET enabled = true;

-- another role: it may verify what it may read, and not change the contract
CREATE ROLE perfcheck_reader;
SET ROLE perfcheck_reader;
\set VERBOSITY terse
SELECT count(*) FROM perfcheck_query;
SELECT perfcheck_add_query('x', 'SELECT 1');
SELECT perfcheck_drop_query('page');
UPDATE perfcheck_query SET sql = 'SELECT 1';
INSERT INTO perfcheck_result (source, executions, ok) VALUES ('time', 1, true);
SELECT perfcheck_seed(10, 'rights_test.mine');
RESET ROLE;
-- without rights on the table each query says so
GRANT USAGE ON SCHEMA rights_test TO perfcheck_reader;
SET ROLE perfcheck_reader;
SELECT DISTINCT regexp_replace(l, '^(not ok|ok) \d+ - \w+', '\1') AS line FROM perfcheck_verify(1) AS v (l) WHERE l ~ 'ok' ORDER BY line;
SELECT perfcheck_seed(10);
SELECT perfcheck_unseed();
RESET ROLE;
-- SELECT is enough to verify and to time
GRANT SELECT ON events TO perfcheck_reader;
SET ROLE perfcheck_reader;
SELECT count(*) FILTER (WHERE l ~ '^ok') AS ok, count(*) FILTER (WHERE l ~ '^not ok') AS not_ok FROM perfcheck_verify(1) AS v (l);
SELECT count(*) AS timed FROM perfcheck_time('page', executions => 2);
SELECT perfcheck_add_case('genre', 'x', '{rock,20}');
SELECT count(*) FROM perfcheck_time('page', executions => 2, keep => true);
SELECT perfcheck_seed(10);
RESET ROLE;
-- whoever may not read what a query reads gets the server's own error, with the
-- query's name, wherever it is asked for, and no SQL of perfcheck's look-up
CREATE TABLE hidden (id int PRIMARY KEY, kind int NOT NULL, text text NOT NULL);
INSERT INTO hidden SELECT i, i % 10, 'text ' || i FROM generate_series(1, 2000) AS i;
CREATE MATERIALIZED VIEW summary AS SELECT kind, count(*) AS n FROM hidden GROUP BY kind;
CREATE VIEW invoked WITH (security_invoker) AS SELECT * FROM hidden;
CREATE VIEW through AS SELECT * FROM hidden WHERE kind < 9;
ANALYZE hidden, summary;
GRANT SELECT (id, kind) ON hidden TO perfcheck_reader;
GRANT SELECT ON invoked, through TO perfcheck_reader;
UPDATE perfcheck_query SET enabled = false;
SELECT perfcheck_add_query('r_column', 'SELECT text FROM hidden WHERE id = $1');
SELECT perfcheck_add_query('r_columns', 'SELECT kind FROM hidden WHERE id = $1');
SELECT perfcheck_add_query('r_exists', 'SELECT genre FROM events WHERE EXISTS (SELECT FROM summary WHERE n = $1) LIMIT 1');
SELECT perfcheck_add_query('r_invoked', 'SELECT * FROM invoked WHERE id = $1');
SELECT perfcheck_add_query('r_summary', 'WITH s AS (SELECT * FROM summary WHERE kind = $1) SELECT * FROM s');
SELECT perfcheck_add_query('r_through', 'SELECT id FROM through WHERE id = $1');
SET ROLE perfcheck_reader;
\set SHOW_CONTEXT always
\set VERBOSITY default
SELECT regexp_replace(l, '(ok \d+ - \w+: btree).*', '\1') AS line FROM perfcheck_verify(1) AS v (l) WHERE l ~ 'ok';
SELECT query, max(reason) AS reason FROM perfcheck_plan() GROUP BY query ORDER BY query COLLATE "C";
SELECT query, max(reason) AS reason FROM perfcheck_cases() GROUP BY query ORDER BY query COLLATE "C";
SELECT query, max(reason) AS reason FROM perfcheck_time(executions => 1, warmup => 0) GROUP BY query ORDER BY query COLLATE "C";
SELECT query, max(reason) AS reason FROM perfcheck_forecast() GROUP BY query ORDER BY query COLLATE "C";
SELECT perfcheck_assert();
RESET ROLE;
-- the contract may be hidden as well
REVOKE SELECT ON perfcheck_case FROM PUBLIC;
SET ROLE perfcheck_reader;
SELECT perfcheck_cases('r_columns');
RESET ROLE;
REVOKE SELECT ON perfcheck_query FROM PUBLIC;
SET ROLE perfcheck_reader;
SELECT perfcheck_verify();
SELECT perfcheck_add_query('r_new', 'SELECT 1');
RESET ROLE;
GRANT SELECT ON perfcheck_query, perfcheck_case TO PUBLIC;
\set SHOW_CONTEXT never
\set VERBOSITY terse
DELETE FROM perfcheck_query WHERE name ~ '^r_';
UPDATE perfcheck_query SET enabled = true;
-- row security: only what the caller sees is counted
CREATE POLICY rock_only ON events TO perfcheck_reader USING (genre = 'rock');
ALTER TABLE events ENABLE ROW LEVEL SECURITY;
SET ROLE perfcheck_reader;
SELECT DISTINCT args[1] AS genre FROM perfcheck_cases('genre') WHERE label NOT IN ('genre absent', 'genre null');
RESET ROLE;
-- objects of the caller's search_path do not stand in for the server's
CREATE SCHEMA decoy;
CREATE FUNCTION decoy.md5(text) RETURNS text LANGUAGE sql AS 'SELECT (1 / 0)::text';
CREATE FUNCTION decoy.text_eq(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT 1 / 0 = 1';
CREATE OPERATOR decoy.= (LEFTARG = text, RIGHTARG = text, FUNCTION = decoy.text_eq);
SET search_path = decoy, rights_test, public, pg_catalog;
SELECT pg_catalog.count(args) OPERATOR(pg_catalog.>) 0 AS derived FROM perfcheck_cases('date_range');
SELECT pg_catalog.count(path) OPERATOR(pg_catalog.>) 0 AS drawn FROM perfcheck_requests('page');
SET search_path = rights_test, public;
DROP SCHEMA rights_test, decoy CASCADE;
DROP ROLE perfcheck_reader;
