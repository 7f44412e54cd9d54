-- perfcheck_indexes(): one set of indexes for the contract, what may go, what must
-- stay, and that nothing of the trials does.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA indexes_test;
SET search_path = indexes_test, public;
\set SHOW_CONTEXT never
SET jit = off;
SET max_parallel_workers_per_gather = 0;
UPDATE perfcheck_query SET enabled = false;

CREATE PROCEDURE forget() LANGUAGE sql AS
$$SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled$$;
-- what it says, less counts and costs
CREATE VIEW said AS
SELECT action, regexp_replace(index_sql, 'indexes_test\.', '', 'g') AS index_sql, serves,
    regexp_replace(regexp_replace(reason, '; (cause|fix|write): .*', ''), '\d+ rows', 'N rows', 'g') AS reason
FROM perfcheck_indexes() WITH ORDINALITY AS i (action, index_sql, relation, serves, bytes, build_ms, write_us, write_wal, scans, reason, n)
ORDER BY n;
CREATE VIEW verdicts AS
SELECT regexp_replace(l, '^((not )?ok) \d+ - (\w+).*$', '\1 \3') AS verdict
FROM perfcheck_verify() AS v (l) WHERE l ~ '^(not )?ok' AND l !~ '# TODO';

-- the canonical table without its indexes: as green as with them, with fewer
SELECT perfcheck_seed(5000, starts => '2027-01-01 00:00Z');
UPDATE perfcheck_query SET enabled = name !~ '_next$', search_path = NULL;
SELECT array_agg(verdict) AS canonical FROM verdicts;
SELECT format('DROP INDEX %s', indexrelid::regclass) FROM pg_index WHERE indrelid = 'events'::regclass AND NOT indisprimary ORDER BY indexrelid::regclass::text COLLATE "C" \gexec
CREATE TEMP TABLE found AS SELECT * FROM perfcheck_indexes() WITH ORDINALITY AS i (action, index_sql, relation, serves, bytes, build_ms, write_us, write_wal, scans, reason, n);
SELECT action, regexp_replace(index_sql, 'indexes_test\.', '', 'g') AS index_sql, relation, serves FROM found ORDER BY n;
SELECT count(*) <= 8 AS no_more FROM found WHERE action IN ('create', 'keep');
SELECT action, bool_and(bytes > 0) AS bytes, bool_and(build_ms > 0) AS build, bool_and(write_us > 0) AS write,
    bool_and(write_wal > 20) AS wal FROM found WHERE action IN ('create', 'keep') GROUP BY action ORDER BY action;
-- a GIN index costs a row more than a B-tree
SELECT min(write_wal) FILTER (WHERE index_sql ~ 'gin') > max(write_wal) FILTER (WHERE index_sql ~ 'btree') AS dearer FROM found WHERE action = 'create';
-- nothing of it is there
SELECT count(*) AS indexes FROM pg_indexes WHERE schemaname = 'indexes_test';
SELECT index_sql FROM found WHERE action = 'create' ORDER BY n \gexec
SELECT array_agg(verdict) AS with_the_set FROM verdicts;
SELECT count(*) AS to_do FROM perfcheck_indexes() WHERE action IN ('create', 'drop?');
UPDATE perfcheck_query SET enabled = false;
DROP TABLE events;

-- one index for two queries: (a) is a prefix of (a, b), and = may come in any order
CREATE TABLE parcel (id int PRIMARY KEY, sender int NOT NULL, town int NOT NULL, sent int NOT NULL, note text) WITH (autovacuum_enabled = off);
INSERT INTO parcel SELECT i, i % 500, i * 7919 % 900, i, repeat('x', 100) FROM generate_series(1, 8000) AS i;
VACUUM ANALYZE parcel;
SELECT perfcheck_add_query('of_sender', 'SELECT * FROM parcel WHERE sender = $1 ORDER BY sent DESC LIMIT 10');
SELECT perfcheck_add_query('sender_count', 'SELECT count(*) FROM parcel WHERE sender = $1', max_rows => 5000);
SELECT * FROM said;
SELECT perfcheck_add_query('of_both', 'SELECT * FROM parcel WHERE town = $1 AND sender = $2');
SELECT * FROM said;
CALL forget();
SELECT perfcheck_add_query('of_both', 'SELECT * FROM parcel WHERE sender = $1 AND town = $2', max_rows => 500);
SELECT perfcheck_add_query('of_town', 'SELECT * FROM parcel WHERE town = $1', max_rows => 5000);
SELECT * FROM said;
CALL forget();

-- the order alone is not enough where there is an equality, however it is today
SELECT perfcheck_add_query('newest', 'SELECT * FROM parcel ORDER BY sent DESC LIMIT 10');
SELECT perfcheck_add_query('of_sender', 'SELECT * FROM parcel WHERE sender = $1 ORDER BY sent DESC LIMIT 10');
SELECT * FROM said;
CALL forget();

-- both sides of a join, and both arms of an OR: a set of two for one query
CREATE TABLE person (id int PRIMARY KEY, mail text NOT NULL, phone text NOT NULL) WITH (autovacuum_enabled = off);
CREATE TABLE visit (id int PRIMARY KEY, person int NOT NULL, note text) WITH (autovacuum_enabled = off);
INSERT INTO person SELECT i, 'm' || i, 'p' || i FROM generate_series(1, 3000) AS i;
INSERT INTO visit SELECT i, i % 3000 + 1, repeat('x', 60) FROM generate_series(1, 9000) AS i;
VACUUM ANALYZE person, visit;
SELECT perfcheck_add_query('visits_of', 'SELECT v.* FROM person AS p JOIN visit AS v ON v.person = p.id WHERE p.mail = $1');
SELECT perfcheck_add_query('either', 'SELECT * FROM person WHERE mail = $1 OR phone = $1');
SELECT * FROM said;
CALL forget();

-- what may go: a prefix, an equal one, one that no query needs, one that is not valid;
-- what must stay: constraints, what a foreign key is looked up by, what a query needs
CREATE TABLE crate (id int PRIMARY KEY, parcel int NOT NULL REFERENCES parcel ON DELETE CASCADE, code text NOT NULL UNIQUE,
    shelf int NOT NULL, kind int NOT NULL, weight int NOT NULL, gone bool NOT NULL, during int4range,
    EXCLUDE USING gist (during WITH &&)) WITH (autovacuum_enabled = off);
INSERT INTO crate SELECT i, i % 8000 + 1, 'c' || i, i % 700, i % 3, i * 31 % 1000, i % 40 = 0, NULL FROM generate_series(1, 6000) AS i;
CREATE INDEX crate_parcel ON crate (parcel);
CREATE INDEX crate_shelf ON crate (shelf);
CREATE INDEX crate_shelf_kind ON crate (shelf, kind);
CREATE INDEX crate_shelf_kind_again ON crate (shelf, kind);
CREATE INDEX crate_shelf_down ON crate (shelf DESC NULLS LAST);
CREATE INDEX crate_weight ON crate (weight);
CREATE INDEX crate_gone ON crate (weight, id) WHERE gone;
CREATE INDEX crate_broken ON crate (kind, weight);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'crate_broken'::regclass;
VACUUM ANALYZE crate;
SELECT perfcheck_add_query('on_shelf', 'SELECT * FROM crate WHERE shelf = $1');
SELECT perfcheck_add_query('gone_light', 'SELECT * FROM crate WHERE gone ORDER BY weight, id LIMIT 10', max_rows => 2000);
SELECT perfcheck_add_query('by_id', 'SELECT * FROM crate WHERE id = $1');
CREATE TEMP TABLE before AS SELECT * FROM pg_indexes WHERE schemaname = 'indexes_test';
CREATE TEMP TABLE pages AS SELECT oid, pg_relation_size(oid) AS size FROM pg_class WHERE relnamespace = 'indexes_test'::regnamespace AND relkind IN ('r', 'i');
SELECT * FROM said;
-- all that was kept is as it was: no index, no row and no page more, nothing invalid that was not
SELECT count(*) AS changed FROM (TABLE before EXCEPT SELECT * FROM pg_indexes WHERE schemaname = 'indexes_test') AS b;
SELECT count(*) AS grown FROM pages WHERE pg_relation_size(oid) <> size;
SELECT array_agg(indexrelid::regclass) AS invalid FROM pg_index WHERE NOT indisvalid AND indrelid = 'crate'::regclass;
-- without those that may go, the queries are as they were
SELECT array_agg(verdict) AS before FROM verdicts;
SELECT index_sql FROM perfcheck_indexes() WHERE action = 'drop?' \gexec
SELECT array_agg(verdict) AS after FROM verdicts;
SELECT count(*) AS may_go FROM perfcheck_indexes() WHERE action = 'drop?';
-- what CLUSTER goes by stays, and a query that cannot be judged may need what is there
CREATE INDEX crate_weight ON crate (weight);
ALTER TABLE crate CLUSTER ON crate_weight;
SELECT action, reason FROM said WHERE index_sql ~ 'crate_weight';
ALTER TABLE crate SET WITHOUT CLUSTER;
SELECT perfcheck_add_query('broken', 'SELECT * FROM crate WHERE 1 / (weight - weight) = $1');
SELECT action, reason FROM said WHERE action = 'drop?' OR index_sql ~ 'crate_weight' OR 'broken' = ANY (serves);
SELECT perfcheck_drop_query('broken');
-- one whose table is gone says so, and stands in the way of nothing
CREATE TABLE soon_gone (id int);
INSERT INTO soon_gone VALUES (1);
ANALYZE soon_gone;
SELECT perfcheck_add_query('broken', 'SELECT * FROM soon_gone');
DROP TABLE soon_gone;
SELECT action, index_sql, serves, reason FROM said WHERE action IN ('drop?', 'not ok');
CALL forget();

-- partitions
CREATE TABLE log (at int NOT NULL, who text, note text) PARTITION BY RANGE (at);
CREATE TABLE log_a PARTITION OF log FOR VALUES FROM (0) TO (3000) WITH (autovacuum_enabled = off);
CREATE TABLE log_b PARTITION OF log FOR VALUES FROM (3000) TO (6000) WITH (autovacuum_enabled = off);
INSERT INTO log SELECT i, 'who' || i % 2500, repeat('x', 100) FROM generate_series(0, 5999) AS i;
CREATE INDEX log_note ON log (note);
VACUUM ANALYZE log;
SELECT perfcheck_add_query('log_of', 'SELECT * FROM log WHERE who = $1');
SELECT * FROM said;
SELECT action, write_us > 0 AS write, bytes > 0 AS bytes FROM perfcheck_indexes();
-- no partition stays locked, which somebody may want to detach whose lock comes after its parent's
BEGIN;
SELECT count(*) FROM perfcheck_indexes();
SELECT count(*) > 0 AS lines FROM perfcheck_coverage();
SELECT relation::regclass FROM pg_locks WHERE locktype = 'relation' AND pid = pg_backend_pid() AND relation IN ('log'::regclass, 'log_a'::regclass, 'log_b'::regclass);
COMMIT;
CALL forget();

-- an index that would hurt another query comes with one that keeps that on its way,
-- and makes an old one superfluous
CREATE TABLE job (id int PRIMARY KEY, state text NOT NULL, tags text[] NOT NULL, due int NOT NULL, note text) WITH (autovacuum_enabled = off);
INSERT INTO job SELECT i, s, ARRAY[s, 'all'], i, repeat('x', 100)
FROM generate_series(1, 8000) AS i, LATERAL (SELECT CASE WHEN i <= 7900 THEN 'done' ELSE 'open' END) AS x (s);
CREATE INDEX job_state ON job (state);
VACUUM ANALYZE job;
SELECT perfcheck_add_query('due', 'SELECT * FROM job ORDER BY due LIMIT 10');
SELECT perfcheck_add_query('due_open', 'SELECT * FROM job WHERE state = ''open'' ORDER BY due LIMIT 10');
SELECT * FROM said;
CALL forget();
-- or is not in the set, if there is none that does
CREATE INDEX job_tags ON job USING gin (tags);
SELECT perfcheck_add_query('due', 'SELECT * FROM job ORDER BY due LIMIT 10');
SELECT perfcheck_add_query('tagged', 'SELECT * FROM job WHERE tags @> ARRAY[''open''] ORDER BY due LIMIT 10');
SELECT * FROM said;
CREATE INDEX ON job (due);
SELECT * FROM verdicts;
CALL forget();

-- rights: of a table of another owner the best index is shown, untried
CREATE ROLE perfcheck_dba;
GRANT USAGE ON SCHEMA indexes_test TO perfcheck_dba;
GRANT SELECT ON ALL TABLES IN SCHEMA indexes_test TO perfcheck_dba;
SELECT perfcheck_add_query('of_sender', 'SELECT * FROM parcel WHERE sender = $1 ORDER BY sent DESC LIMIT 10');
SET ROLE perfcheck_dba;
SELECT action, regexp_replace(index_sql, 'indexes_test\.', '', 'g') AS index_sql, serves, write_us, reason FROM perfcheck_indexes() WHERE action <> 'not ok';
RESET ROLE;
SET perfcheck.prove_rows = 100;
SELECT action, index_sql, reason FROM said WHERE action <> 'not ok';
RESET perfcheck.prove_rows;
BEGIN READ ONLY;
SELECT action, index_sql, reason FROM said WHERE action <> 'not ok';
COMMIT;
-- each query as its own role
ALTER TABLE parcel ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON parcel TO perfcheck_dba USING (sender = current_setting('app.sender')::int);
CALL forget();
SELECT perfcheck_add_query('mine', 'SELECT * FROM parcel ORDER BY sent DESC LIMIT 10', role => 'perfcheck_dba', settings => '{"app.sender": {"column": "indexes_test.parcel.sender"}}');
SELECT action, index_sql, serves FROM said;
CALL forget();
-- within a query of the contract it is refused
SELECT perfcheck_add_query('inside', 'SELECT count(*) FROM perfcheck_indexes()');
SELECT regexp_replace(l, 'not ok \d+', 'not ok') AS line FROM perfcheck_verify() AS v (l) WHERE l ~ '^not ok';
CALL forget();
SELECT perfcheck_indexes(0);
SELECT perfcheck_indexes(NULL);
-- without a query there is nothing to do
SELECT count(*) AS rows FROM perfcheck_indexes();
-- progress
SET client_min_messages = notice;
SELECT count(*) AS rows FROM perfcheck_indexes();
SET client_min_messages = warning;

DROP SCHEMA indexes_test CASCADE;
DROP ROLE perfcheck_dba;
UPDATE perfcheck_query SET enabled = true, search_path = NULL;
