-- What a query of the contract could leave behind: each one is a row, with what
-- happened and whether the session and the database are as they were.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE EXTENSION dblink;
CREATE SCHEMA side_effects;
SET search_path = side_effects, public;
SET jit = off;
\set VERBOSITY terse
UPDATE perfcheck_query SET enabled = false;

CREATE TABLE item (id int PRIMARY KEY, kind int) WITH (autovacuum_enabled = off);
INSERT INTO item SELECT i, i % 10 FROM generate_series(1, 500) AS i;
ANALYZE item;
CREATE SEQUENCE real_numbers;

-- the session: locks that it holds more than once, cursors, sequences, settings, a
-- prepared statement, a temporary table, a channel
CREATE TEMP SEQUENCE temp_numbers;
CREATE TEMP SEQUENCE "Other ""numbers""" START 5;
CREATE TEMP TABLE own (id serial, n int);
INSERT INTO own (n) VALUES (1), (2);
SELECT nextval('temp_numbers');
SELECT count(pg_advisory_lock(1)) FROM generate_series(1, 3);
SELECT count(*) FROM (SELECT pg_advisory_lock(2), pg_advisory_lock_shared(3, 4), pg_advisory_lock(3, 4), pg_advisory_lock_shared(3, 4)) AS l;
SET my.kept = 'kept';
SET my.empty = 'a';
RESET my.empty;
PREPARE kept AS SELECT 1;
LISTEN kept;

CREATE FUNCTION run(statement text) RETURNS int LANGUAGE plpgsql AS $$BEGIN EXECUTE statement; RETURN 1; END$$;
CREATE FUNCTION fetch_next(name text) RETURNS int LANGUAGE plpgsql AS
$$DECLARE c refcursor := name; n int; BEGIN FETCH c INTO n; RETURN n; END$$;
CREATE FUNCTION move_on(name text) RETURNS int LANGUAGE plpgsql AS
$$DECLARE c refcursor := name; BEGIN MOVE FORWARD 2 IN c; RETURN 1; END$$;
CREATE FUNCTION shut(name text) RETURNS int LANGUAGE plpgsql AS
$$DECLARE c refcursor := name; BEGIN CLOSE c; RETURN 1; EXCEPTION WHEN division_by_zero THEN RETURN 0; END$$;
CREATE FUNCTION endless() RETURNS int LANGUAGE plpgsql AS $$BEGIN LOOP END LOOP; END$$;
CREATE FUNCTION stubborn() RETURNS int LANGUAGE plpgsql AS
$$BEGIN LOOP BEGIN PERFORM pg_sleep(60); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END$$;
CREATE FUNCTION stubborn(depth int) RETURNS int LANGUAGE plpgsql AS
$$BEGIN
    BEGIN PERFORM pg_sleep(60); EXCEPTION WHEN query_canceled OR assert_failure OR others THEN RETURN stubborn(depth + 1); END;
    RETURN stubborn(depth + 1);
END$$;
CREATE FUNCTION eat() RETURNS int LANGUAGE plpgsql AS
$$DECLARE eaten text[]; bite text := repeat(repeat('x', 10000), 100);
BEGIN FOR i IN 1 .. 100000 LOOP eaten[i] := bite || i; END LOOP; RETURN 1; END$$;
CREATE FUNCTION holds() RETURNS int LANGUAGE plpgsql AS
$$BEGIN LOCK TABLE real_item IN ACCESS SHARE MODE; PERFORM pg_advisory_lock(8), pg_advisory_xact_lock(9); PERFORM 1 / 0; END$$;
CREATE TABLE real_item (id int);

-- all that a rollback may forget
CREATE FUNCTION state() RETURNS text LANGUAGE sql AS $$
SELECT concat_ws(' | ',
    (SELECT string_agg(concat_ws(',', classid, objid, objsubid, mode), ' ' ORDER BY classid, objid, mode) FROM pg_locks
        WHERE pid = pg_backend_pid() AND locktype = 'advisory'),
    (SELECT string_agg(name, ' ' ORDER BY name) FROM pg_cursors WHERE name !~ 'unnamed'),
    (SELECT string_agg(name, ' ' ORDER BY name) FROM pg_prepared_statements),
    (SELECT string_agg(c, ' ') FROM pg_listening_channels() AS c),
    (SELECT concat_ws(' ', t.last_value, t.is_called, o.last_value, o.is_called, i.last_value)
        FROM temp_numbers t, "Other ""numbers""" o, own_id_seq i),
    (SELECT last_value FROM real_numbers), (SELECT count(*) FROM own), (SELECT count(*) FROM item),
    (SELECT count(*) FROM pg_class WHERE relpersistence = 't'), (SELECT count(*) FROM pg_largeobject_metadata),
    coalesce(current_setting('my.new', true), 'absent'), current_setting('my.kept', true), current_setting('my.empty', true),
    current_setting('work_mem'), current_setting('search_path'), current_setting('transaction_read_only'), current_user)
$$;

CREATE TABLE tried (no serial, name text, sql text);
INSERT INTO tried (name, sql) SELECT name, 'SELECT ' || replace(call, '^', '''') || ' FROM item WHERE id = 1' FROM (VALUES
    ('lock', 'pg_advisory_lock(7), pg_advisory_lock_shared(1), pg_try_advisory_lock(3, 4), pg_advisory_xact_lock(6)'),
    ('unlock', 'pg_advisory_unlock(1), pg_advisory_unlock(1), pg_advisory_unlock(2), pg_advisory_unlock_shared(3, 4)'),
    ('unlock all', 'pg_advisory_unlock_all()'),
    ('unlock, lock', 'pg_advisory_unlock_all(), pg_advisory_lock(2), pg_advisory_lock(1)'),
    ('lock, error', 'holds()'),
    ('fetch', 'fetch_next(^c^)'), ('fetch hold', 'fetch_next(^held^)'), ('move', 'move_on(^c^)'), ('close', 'shut(^c^)'),
    ('fetch own', 'run(^DECLARE mine CURSOR FOR SELECT 1^) + run(^FETCH mine^)'),
    ('close all', 'run(^CLOSE ALL^)'), ('cursor_to_xml', 'cursor_to_xml(^c^, 1, true, true, ^^)::text'),
    ('nextval', 'nextval(^real_numbers^)'), ('setval', 'setval(^real_numbers^, 7)'),
    ('temp nextval', 'nextval(^temp_numbers^)'), ('temp setval', 'setval(^"Other ""numbers"""^, 70)'),
    ('temp insert', 'run(^INSERT INTO own (n) VALUES (3)^)'), ('temp delete', 'run(^DELETE FROM own^)'),
    ('set new', 'set_config(^my.new^, ^x^, false), set_config(^my.kept^, ^y^, false), set_config(^my.empty^, ^z^, true)'),
    ('set', 'run(^SET my.new = 1^), run(^SET LOCAL work_mem = 64^), run(^SET search_path = pg_catalog^)'),
    ('reset all', 'run(^RESET ALL^)'), ('discard', 'run(^DISCARD ALL^)'),
    ('listen', 'run(^LISTEN other^)'), ('unlisten', 'run(^UNLISTEN *^)'), ('notify', 'pg_notify(^kept^, ^told^)'),
    ('prepare', 'run(^PREPARE other AS SELECT 1^)'), ('deallocate', 'run(^DEALLOCATE kept^)'),
    ('for update', 'run(^SELECT 1 FROM item FOR UPDATE^)'), ('delete', 'run(^DELETE FROM item^)'),
    ('temp table', 'run(^CREATE TEMP TABLE more (id int)^)'),
    ('read-write', 'set_config(^transaction_read_only^, ^off^, false)'), ('read-write 2', 'run(^SET transaction_read_only = off^)'),
    ('read-write 3', 'run(^RESET transaction_read_only^)'), ('role', 'run(^SET ROLE pg_monitor^)'),
    ('commit', 'run(^COMMIT^)'), ('savepoint', 'run(^ROLLBACK TO a^)'),
    ('copy program', 'run(^COPY (SELECT 1) TO PROGRAM ^^cat >/dev/null^^^)'), ('copy file', 'run(^COPY (SELECT 1) TO ^^/dev/null^^^)'),
    ('copy from', 'run(^COPY own (n) FROM PROGRAM ^^echo 1^^^)'), ('load', 'run(^LOAD ^^dblink^^^)'),
    ('dblink', 'dblink_exec(^port=1^, ^DELETE FROM item^)'), ('dblink 2', 'run(^SELECT dblink_connect(^^port=1^^)^)'),
    ('lo_export', 'lo_export(1, ^/dev/null^)'), ('terminate', 'pg_terminate_backend(pg_backend_pid())'),
    ('terminate 2', 'run(^SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = pg_backend_pid()^)'),
    ('cancel', 'pg_cancel_backend(pg_backend_pid())'), ('slot', 'pg_drop_replication_slot(^none^)'),
    ('message', 'pg_logical_emit_message(false, ^a^, ^b^)'), ('statistics', 'pg_stat_reset()'),
    ('pending', 'gin_clean_pending_list(^item_pkey^)'), ('reload', 'pg_reload_conf()'),
    ('read file', 'length(pg_read_file(^PG_VERSION^)) > 0'),
    ('raise cancel', 'run(^DO $x$BEGIN RAISE query_canceled; END$x$^)'),
    ('raise internal', 'run(^DO $x$BEGIN RAISE internal_error; END$x$^)'),
    ('sleep', 'pg_sleep(60)'), ('endless', 'endless()'), ('stubborn', 'stubborn()'), ('stubborn 2', 'stubborn(0)')) AS t (name, call);
INSERT INTO tried (name, sql) VALUES ('large object', 'SELECT lo_create(0) FROM item WHERE id = 1');

-- Judges each, one by one; the query's own cursors are open meanwhile.
CREATE FUNCTION outcomes() RETURNS TABLE (name text, happened text, "as before" boolean) LANGUAGE plpgsql AS $$
DECLARE
    try record;
    before text;
BEGIN
    FOR try IN SELECT * FROM tried ORDER BY no LOOP
        PERFORM perfcheck_add_query('try', try.sql);
        before := state();
        SELECT coalesce(string_agg(DISTINCT reason, '; '), 'it ran') INTO happened FROM perfcheck_plan('try', 1);
        happened := regexp_replace(happened, ' \(hint:.*| on today.*', '');
        -- what refuses it differs between versions
        IF try.name IN ('large object', 'read-write 3') THEN happened := '-'; END IF;
        PERFORM count(*) FROM perfcheck_forecast('try', 1000) WHERE try.name !~ 'sleep|endless|stubborn';
        PERFORM count(*) FROM perfcheck_time('try', executions => 2, warmup => 1) WHERE try.name <> 'endless';
        name := try.name;
        "as before" := before = state();
        PERFORM perfcheck_drop_query('try');
        RETURN NEXT;
    END LOOP;
END$$;

SET perfcheck.statement_timeout = '150ms';
SET perfcheck.max_memory = '40MB';
BEGIN;
DECLARE c SCROLL CURSOR FOR SELECT i FROM generate_series(1, 9) AS i;
DECLARE held CURSOR WITH HOLD FOR SELECT i FROM generate_series(1, 9) AS i;
FETCH 3 FROM c;
SAVEPOINT a;
SELECT pg_advisory_xact_lock(5), pg_advisory_xact_lock(1);
SET client_min_messages = error;
SELECT * FROM outcomes();
SET client_min_messages = warning;
FETCH c;
FETCH held;
-- no lock on a table of a query; the one on a sequence is kept by the server
SELECT relation::regclass, mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation IN ('item'::regclass, 'real_item'::regclass) AND mode <> 'AccessShareLock';
ROLLBACK;

-- memory that a query takes is given back, and the next one has it again
SET perfcheck.statement_timeout = '60s';
SELECT perfcheck_add_query(name, 'SELECT eat() FROM item WHERE id = 1') FROM (VALUES ('eat'), ('eat again')) AS q (name);
SELECT query, reason FROM perfcheck_plan() ORDER BY query;
SELECT query, reason FROM perfcheck_time('eat', executions => 2, warmup => 1);
SELECT count(perfcheck_drop_query(name)) FROM perfcheck_query WHERE name ~ '^eat';

-- a temporary sequence is put back, and told of by its name
SELECT perfcheck_add_query('temp', 'SELECT setval(''"Other ""numbers"""'', 70) FROM item WHERE id = 1');
SELECT count(*) FROM perfcheck_plan('temp', 1);
SELECT nextval('"Other ""numbers"""'), nextval('temp_numbers');

-- a setting of the contract is gone afterwards, is the session's where it makes one, and comes each time anew
SELECT perfcheck_add_query('setting', 'SELECT id FROM item WHERE id = current_setting(''my.new'')::int', settings => '{"my.new": "3", "my.third": "1"}');
SELECT count(*), max(rows_returned) FROM perfcheck_plan('setting', 1);
SELECT current_setting('my.new');
SET my.new = 'session';
SELECT count(*), max(rows_returned) FROM perfcheck_plan('setting', 1);
SELECT current_setting('my.new'), current_setting('my.third', true) IS NULL AS absent;
SELECT count(*), max(rows_returned) FROM perfcheck_plan('setting', 1);
RESET my.new;
SELECT current_setting('my.new') = '' AS empty;

-- each lock as often as before
SELECT array_agg(pg_advisory_unlock(1)) AS one FROM generate_series(1, 4);
SELECT array_agg(pg_advisory_unlock(2)) AS two FROM generate_series(1, 2);
SELECT array_agg(pg_advisory_unlock_shared(3, 4)) AS shared, array_agg(pg_advisory_unlock(3, 4)) AS four FROM generate_series(1, 3);
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();

-- what a function prepared to call outside of the sandbox, in the same transaction, it calls within as well; the state is put back
CREATE FUNCTION again() RETURNS int LANGUAGE plpgsql AS $$DECLARE n int; l bool; BEGIN n := nextval('temp_numbers'); l := pg_try_advisory_lock(11); RETURN n; END$$;
SELECT perfcheck_add_query('again', 'SELECT again() FROM item WHERE id = 1');
BEGIN;
SELECT again(), pg_advisory_unlock(11);
SELECT count(*) FROM perfcheck_plan('again', 1);
SELECT again(), pg_advisory_unlock(11), pg_advisory_unlock(11);
ROLLBACK;

-- a parallel worker refuses what its leader would
CREATE TABLE big (id int, n int) WITH (parallel_workers = 2);
INSERT INTO big SELECT i, i FROM generate_series(1, 20000) AS i;
ANALYZE big;
CREATE FUNCTION of_worker(int) RETURNS boolean LANGUAGE plpgsql PARALLEL SAFE AS $$BEGIN
    IF pg_backend_pid() <> current_setting('my.leader')::int THEN PERFORM pg_reload_conf(); END IF;
    RETURN true;
END$$;
SELECT set_config('my.leader', pg_backend_pid()::text, false) <> '' AS set;
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET parallel_leader_participation = off;
SELECT pg_conf_load_time() AS loaded \gset
SELECT perfcheck_add_query('worker', 'SELECT count(*) FROM big WHERE of_worker(id) AND n = $1');
SELECT bool_and(reason ~ 'must not call pg_reload_conf') AS refused FROM perfcheck_time('worker', executions => 2, warmup => 0);
SELECT pg_sleep(0.3), pg_conf_load_time() = :'loaded' AS as_before;
SHOW perfcheck.in_sandbox;
SET perfcheck.in_sandbox = on;
SELECT perfcheck_drop_query('worker');
RESET max_parallel_workers_per_gather;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET parallel_leader_participation;
RESET my.leader;

-- outside of a sandbox nothing is refused
SELECT dblink_disconnect('none');
UNLISTEN *;
DROP SCHEMA side_effects CASCADE;
DROP EXTENSION dblink;
RESET perfcheck.statement_timeout;
RESET perfcheck.max_memory;
DELETE FROM perfcheck_query WHERE name IN ('temp', 'setting', 'again');
UPDATE perfcheck_query SET enabled = true;
