-- perfcheck_diff names what a query depends on when it changes: roles, settings, types,
-- columns, policies, views, functions, partitions, storage; and a fault that becomes an
-- error is worse. A table of 3,000 rows a query; nothing depends on a sample.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA depends_test;
SET search_path = depends_test, public;
\set SHOW_CONTEXT never
SET jit = off;
SET max_parallel_workers_per_gather = 0;
UPDATE perfcheck_query SET enabled = false;
CREATE ROLE perfcheck_depends;
GRANT USAGE ON SCHEMA depends_test TO perfcheck_depends;

CREATE PROCEDURE make(name text, sql text DEFAULT 'SELECT id, note FROM TABLE WHERE a = $1 ORDER BY at LIMIT 10')
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE %I (id int PRIMARY KEY, a int NOT NULL, at int NOT NULL, note text NOT NULL) WITH (autovacuum_enabled = off)', name);
    EXECUTE format('INSERT INTO %I SELECT n, n %% 30, n, ''note '' || n FROM generate_series(1, 3000) AS n', name);
    EXECUTE format('CREATE INDEX %I ON %I (a, at)', name || '_a_at', name);
    EXECUTE format('GRANT SELECT ON %I TO perfcheck_depends', name);
    EXECUTE format('ANALYZE %I', name);
    PERFORM perfcheck_add_query(name, replace(sql, 'TABLE', quote_ident(name)));
END
$$;

CALL make('column_retyped');
CALL make('column_renamed');
CALL make('clustered', 'SELECT id FROM TABLE WHERE note = $1 LIMIT 10');
CREATE INDEX clustered_note ON clustered (note);
CALL make('constraint_added');
CALL make('fault_breaks', 'SELECT id FROM TABLE WHERE at = $1 LIMIT 10');
CALL make('fewer_rows', 'SELECT count(note) FROM TABLE WHERE a = $1');
CREATE FUNCTION pick(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 1';
CALL make('function_volatile', 'SELECT id, note FROM TABLE WHERE a = pick($1) ORDER BY at LIMIT 10');
CREATE FUNCTION pick_other(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1 + 1; END';
CALL make('function_body', 'SELECT id, note FROM TABLE WHERE a = pick_other($1) ORDER BY at LIMIT 10');
CALL make('index_invalid');
CREATE INDEX index_invalid_at ON index_invalid (at);
CALL make('policy_added');
CALL make('role_given');
CALL make('role_settings');
UPDATE perfcheck_query SET role = 'perfcheck_depends' WHERE name IN ('policy_added', 'role_settings');
CALL make('search_path_other');
CALL make('settings_given');
CALL make('size_given', 'SELECT count(*) FROM TABLE WHERE a = $1');
CALL make('stored_otherwise');
CALL make('table_dropped');
CALL make('todo_breaks', 'SELECT id FROM TABLE WHERE at = $1 LIMIT 10');
UPDATE perfcheck_query SET todo = 'later', todo_cause = 'PC101' WHERE name = 'todo_breaks';
CALL make('types_given');
CALL make('under_views');
CREATE VIEW inner_view AS SELECT id, a, at, note FROM under_views WHERE at > 0;
CREATE VIEW outer_view AS SELECT id, a, at, note FROM inner_view;
SELECT perfcheck_add_query('view_of_view', 'SELECT id, note FROM outer_view WHERE a = $1 ORDER BY at LIMIT 10');
SELECT perfcheck_drop_query('under_views');
CREATE TABLE parted (id int NOT NULL, a int NOT NULL, at int NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (1000) WITH (autovacuum_enabled = off);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (1000) TO (9000) WITH (autovacuum_enabled = off);
INSERT INTO parted SELECT n, n % 30, n FROM generate_series(1, 3000) AS n;
CREATE INDEX ON parted (a, at);
ANALYZE parted;
SELECT perfcheck_add_query('partition_added', 'SELECT id FROM parted WHERE a = $1 ORDER BY at LIMIT 10');
CALL make('unchanged');
CREATE INDEX unchanged_days ON unchanged (id) WHERE id * interval '1 day' > interval '40 days';
CREATE INDEX unchanged_since ON unchanged (id) WHERE '2020-02-01 00:00'::timestamp + at * interval '1 s' > '2020-02-01 00:10'::timestamp;
SELECT name, status FROM perfcheck_judge(), perfcheck_told(document) WHERE status <> 'ok';

CREATE TABLE kept AS SELECT string_agg(line, E'\n' ORDER BY n) AS snapshot FROM perfcheck_snapshot() WITH ORDINALITY AS s (line, n);

-- The same bytes for another client.
SET DateStyle = 'SQL, DMY';
SET IntervalStyle = 'iso_8601';
SET TimeZone = 'Asia/Kolkata';
SET bytea_output = 'escape';
SET quote_all_identifiers = on;
SET perfcheck.verbose_report = on;
SET perfcheck.statement_timeout = '59s';
SELECT snapshot = (SELECT string_agg(line, E'\n' ORDER BY n) FROM perfcheck_snapshot() WITH ORDINALITY AS s (line, n)) AS same FROM kept;
RESET DateStyle;
RESET IntervalStyle;
RESET TimeZone;
RESET bytea_output;
RESET quote_all_identifiers;
RESET perfcheck.verbose_report;
RESET perfcheck.statement_timeout;
-- Nor is anything new where names, comments or rights were given.
ALTER TABLE unchanged RENAME CONSTRAINT unchanged_pkey TO unchanged_key;
COMMENT ON TABLE unchanged IS 'a comment';
REINDEX TABLE unchanged;
VACUUM FULL unchanged;
ANALYZE unchanged;
SELECT query, change, why FROM kept, perfcheck_diff(snapshot);

-- Planted.
ALTER TABLE column_retyped ALTER a TYPE numeric;
ALTER TABLE column_renamed RENAME a TO b;
CLUSTER clustered USING clustered_note;
ANALYZE clustered;
ALTER TABLE constraint_added ADD CHECK (a >= 0);
UPDATE perfcheck_query SET sql = 'SELECT 1 / (id - id) FROM fault_breaks WHERE at = $1 LIMIT 10' WHERE name = 'fault_breaks';
UPDATE perfcheck_query SET max_rows = 100 WHERE name = 'fewer_rows';
CREATE OR REPLACE FUNCTION pick(int) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT $1 + 1';
CREATE OR REPLACE FUNCTION pick_other(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1 + 2; END';
UPDATE pg_index SET indisvalid = false WHERE indexrelid IN ('index_invalid_a_at'::regclass, 'index_invalid_at'::regclass);
CREATE FUNCTION may_see(int) RETURNS bool LANGUAGE plpgsql STABLE AS 'BEGIN RETURN $1 > 0; END';
ALTER TABLE policy_added ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON policy_added USING (may_see(at));
UPDATE perfcheck_query SET role = 'perfcheck_depends' WHERE name = 'role_given';
ALTER ROLE perfcheck_depends SET enable_indexscan = off;
ALTER ROLE perfcheck_depends SET enable_bitmapscan = off;
ALTER ROLE perfcheck_depends SET enable_indexonlyscan = off;
UPDATE perfcheck_query SET search_path = 'public, depends_test' WHERE name = 'search_path_other';
UPDATE perfcheck_query SET settings = '{"enable_indexscan": "off", "enable_bitmapscan": "off", "enable_indexonlyscan": "off"}' WHERE name = 'settings_given';
SELECT perfcheck_size('size_given', 100000000);
ALTER TABLE stored_otherwise SET (fillfactor = 50);
DROP INDEX stored_otherwise_a_at;
DROP TABLE table_dropped;
UPDATE perfcheck_query SET sql = 'SELECT 1 / (id - id) FROM todo_breaks WHERE at = $1 LIMIT 10' WHERE name = 'todo_breaks';
UPDATE perfcheck_query SET types = '{numeric}' WHERE name = 'types_given';
CREATE OR REPLACE VIEW inner_view AS SELECT id, a, at, note FROM under_views WHERE at + 0 > 0 ORDER BY note;
CREATE TABLE parted_3 (a int NOT NULL, id int NOT NULL, at int NOT NULL);
ALTER TABLE parted ATTACH PARTITION parted_3 FOR VALUES FROM (9000) TO (9900);
DROP INDEX parted_a_at_idx;

CREATE TABLE changed AS SELECT d.* FROM kept, perfcheck_diff(snapshot) AS d;
SELECT query, change, fails, why FROM changed ORDER BY query COLLATE "C";
SELECT query, after FROM changed WHERE after ~ 'error' ORDER BY query COLLATE "C";

SELECT perfcheck_size('size_given', NULL);
-- A todo may name the number or the name of the cause; another cause is still a fault.
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;
CALL make('accepted', 'SELECT id FROM TABLE WHERE at = $1 LIMIT 10');
CREATE FUNCTION accepts(cause text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    UPDATE perfcheck_query SET todo = 'later', todo_cause = cause WHERE name = 'accepted';
    RETURN (SELECT status FROM perfcheck_judge(), perfcheck_told(document));
END
$$;
SELECT cause, accepts(cause) FROM unnest(ARRAY['PC101', 'missing-index', 'PC102', 'missing', 'PC001', 'pc101']) AS cause;
SELECT perfcheck_add_query('accepted', 'SELECT id / 0 FROM accepted WHERE at = $1 LIMIT 10', todo => 'later', todo_cause => 'PC001', replace => true);
SELECT status FROM perfcheck_judge(), perfcheck_told(document);
-- A message of one word is one, too.
CREATE FUNCTION oops() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE 'broken'; END $$;
SELECT perfcheck_add_query('accepted', 'SELECT oops() FROM accepted WHERE at = $1 LIMIT 10', replace => true);
SELECT perfcheck_accept('accepted', 'later');
SELECT status FROM perfcheck_judge(), perfcheck_told(document);

-- A query is planned with what its role has of ALTER ROLE, and its own settings go first.
SELECT perfcheck_drop_query('accepted');
ALTER ROLE perfcheck_depends RESET ALL;
CREATE TABLE planned AS SELECT n AS id, md5(n::text) AS note FROM generate_series(1, 20000) AS n;
CREATE INDEX ON planned (id);
GRANT SELECT ON planned TO perfcheck_depends;
VACUUM ANALYZE planned;
SELECT perfcheck_add_query('planned', 'SELECT id, note FROM planned WHERE id = $1', role => 'perfcheck_depends');
SELECT bool_or(access ~ 'Seq Scan') AS seq_scan FROM perfcheck_plan('planned');
ALTER ROLE perfcheck_depends IN DATABASE :"DBNAME" SET enable_indexscan = off;
ALTER ROLE perfcheck_depends IN DATABASE :"DBNAME" SET enable_bitmapscan = off;
ALTER ROLE perfcheck_depends SET enable_indexscan = on;
SELECT bool_and(access ~ 'Seq Scan') AS seq_scan FROM perfcheck_plan('planned') WHERE access ~ 'Scan';
UPDATE perfcheck_query SET settings = '{"enable_bitmapscan": "on"}' WHERE name = 'planned';
SELECT bool_or(access ~ 'Bitmap') AS bitmap FROM perfcheck_plan('planned');
SHOW enable_indexscan;

-- Other sessions see how far it is while each case is judged, after others were rolled back.
CREATE FUNCTION told_of() RETURNS bool LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_stat_clear_snapshot();
    IF NOT EXISTS (SELECT FROM pg_stat_progress_copy WHERE pid = pg_backend_pid() AND bytes_processed < bytes_total AND bytes_total = 2) THEN
        RAISE 'no progress is told';
    END IF;
    RETURN true;
END
$$;
SELECT perfcheck_add_query('a_progress', 'SELECT told_of() FROM planned WHERE id = $1');
SELECT d.name, d.status, json_array_length(q.one -> 'cases') > 2 AS cases FROM perfcheck_judge() AS j, perfcheck_told(j.document) AS d, json_array_elements(j.document -> 'queries') AS q (one)
WHERE d.name = 'a_progress' AND q.one ->> 'name' = d.name;
SELECT count(*) FROM pg_stat_progress_copy WHERE pid = pg_backend_pid();

-- What is no line of a snapshot.
SELECT perfcheck_diff(NULL);
SELECT perfcheck_diff(E'perfcheck snapshot 1\nquery []');
SELECT perfcheck_diff(E'perfcheck snapshot 1\nquery {}');

DELETE FROM perfcheck_query WHERE enabled;
UPDATE perfcheck_query SET enabled = true;
RESET search_path;
DROP SCHEMA depends_test CASCADE;
DROP OWNED BY perfcheck_depends;
DROP ROLE perfcheck_depends;
