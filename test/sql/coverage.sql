-- perfcheck_coverage(): tables and indexes that no query uses, and why some stay.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA coverage_test;
SET search_path = coverage_test, public;
\set SHOW_CONTEXT never
SET jit = off;
SET max_parallel_workers_per_gather = 0;
UPDATE perfcheck_query SET enabled = false;

CREATE VIEW unused AS
SELECT kind, replace(name, 'coverage_test.', '') AS name, replace(what, 'coverage_test.', '') AS what,
    bytes > 0 AS bytes, replace(needed_by, 'coverage_test.', '') AS needed_by
FROM perfcheck_coverage(20)
WHERE kind IN ('table not used', 'table not in contract', 'index not used', 'index is a prefix', 'query not judged');
CREATE PROCEDURE forget() LANGUAGE sql AS
$$SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled$$;

CREATE TABLE client (id int PRIMARY KEY, mail text NOT NULL UNIQUE, name text);
CREATE TABLE invoice (id int PRIMARY KEY, client_id int NOT NULL REFERENCES client, state text NOT NULL, due date NOT NULL, total numeric, during int4range, EXCLUDE USING gist (during WITH &&));
CREATE TABLE line (invoice_id int REFERENCES invoice, position int, text text, PRIMARY KEY (invoice_id, position));
CREATE TABLE audit (id int, at timestamptz);
INSERT INTO client SELECT i, 'm' || i || '@x', 'name ' || i % 100 FROM generate_series(1, 2000) AS i;
INSERT INTO invoice SELECT i, i * 7 % 2000 + 1, CASE WHEN i % 50 = 0 THEN 'open' ELSE 'paid' END, date '2026-01-01' + i % 700, i, int4range(i, i + 1) FROM generate_series(1, 6000) AS i;
INSERT INTO line SELECT i, p, repeat('x', 50) FROM generate_series(1, 6000) AS i, generate_series(1, 2) AS p;
INSERT INTO audit SELECT i, now() FROM generate_series(1, 100) AS i;
CREATE INDEX of_client ON invoice (client_id);
CREATE INDEX of_client_due ON invoice (client_id, due);
CREATE INDEX due_alone ON invoice (due);
CREATE INDEX open_due ON invoice (due) WHERE state = 'open';
CREATE INDEX open_due_again ON invoice (due) WHERE state = 'open';
CREATE INDEX of_state ON invoice (state) INCLUDE (total);
CREATE INDEX of_state_due ON invoice (state, due);
CREATE INDEX due_down ON invoice (due DESC, id);
CREATE INDEX lower_name ON client (lower(name));
CREATE INDEX lower_name_id ON client (lower(name), id);
VACUUM ANALYZE client, invoice, line, audit;

SELECT perfcheck_add_query('open_invoices', 'SELECT * FROM invoice WHERE state = ''open'' AND due < $1 ORDER BY due LIMIT 20');
SELECT perfcheck_add_query('of_client', 'SELECT * FROM invoice WHERE client_id = $1 ORDER BY due LIMIT 20');
SELECT perfcheck_add_query('of_name', 'SELECT * FROM client WHERE lower(name) = $1');
-- a join that is removed: the table is named, and never read
SELECT perfcheck_add_query('invoice', 'SELECT i.* FROM invoice i LEFT JOIN client c ON c.id = i.client_id WHERE i.id = $1');
SELECT * FROM unused;
-- which shows once no other query reads it
SELECT perfcheck_drop_query('of_name');
SELECT name, what, bytes, needed_by FROM unused WHERE kind = 'table not used';
SELECT kind, what, needed_by FROM unused WHERE name = 'client_pkey';
-- one that cannot be judged may need any index
SELECT perfcheck_add_query('lines', 'SELECT * FROM line WHERE text = $1');
ALTER TABLE line DROP COLUMN text;
SELECT kind, name, needed_by FROM unused WHERE name IN ('lines', 'due_alone', 'client_pkey');
CALL forget();
DROP TABLE line, audit;

-- partitions: one index for all, and one of a partition alone
CREATE TABLE event (id int, at date NOT NULL, kind int NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM ('2026-01-01') TO ('2026-07-01');
CREATE TABLE event_2 PARTITION OF event FOR VALUES FROM ('2026-07-01') TO ('2027-01-01');
INSERT INTO event SELECT i, date '2026-01-01' + i % 365, i % 400 FROM generate_series(1, 8000) AS i;
CREATE INDEX event_kind ON event (kind);
CREATE INDEX event_at ON event (at);
CREATE INDEX event_2_id ON event_2 (id);
VACUUM ANALYZE event, event_1, event_2;
SELECT perfcheck_add_query('of_kind', 'SELECT * FROM event WHERE kind = $1');
SELECT * FROM unused WHERE name ~ 'event';
CALL forget();

-- what a function of the query reads is used as well
CREATE FUNCTION dues(client int) RETURNS bigint LANGUAGE plpgsql STABLE AS
$$BEGIN RETURN (SELECT count(*) FROM invoice WHERE client_id = client); END$$;
SELECT perfcheck_add_query('dues', 'SELECT c.*, dues(c.id) FROM client c WHERE c.id = $1');
SELECT name, what, needed_by FROM unused WHERE name ~ 'of_client|client_pkey';
SELECT relation, read FROM perfcheck_used(20) WHERE query = 'dues';
CALL forget();

-- what was recorded and is not in the contract, and the other way round
SELECT perfcheck_record_reset();
SELECT kind, what FROM perfcheck_coverage(20) WHERE kind ~ 'record|never';
SELECT perfcheck_add_query('by_id', 'SELECT * FROM invoice WHERE id = $1');
SELECT perfcheck_add_query('by_mail', 'SELECT * FROM client WHERE mail = $1');
SET perfcheck.record = on;
SELECT count(*) AS ones FROM invoice WHERE client_id = 8;
SELECT count(*) AS ones FROM invoice WHERE client_id = 9;
SELECT id FROM invoice WHERE id = 8;
SELECT * FROM invoice WHERE id = 8;
SELECT * FROM invoice WHERE id = 9;
SET perfcheck.record = off;
SELECT kind, name, what, calls, share_calls, share_ms BETWEEN 0 AND 1 AS share_ms FROM perfcheck_coverage(20)
WHERE kind ~ 'contract$|judged|never' AND name IS DISTINCT FROM 'coverage_test.event' ORDER BY kind, calls DESC, what;
SELECT round(sum(share_calls)::numeric, 2) FROM perfcheck_coverage(20) WHERE kind = 'statement not in contract';

-- what no query can stand for, with the reason; their calls count
SET perfcheck.record = on;
SELECT id FROM invoice WHERE id = 8 FOR UPDATE;
SELECT id FROM invoice WHERE id = 9 FOR UPDATE;
WITH gone AS (DELETE FROM invoice WHERE id = -8 RETURNING id) SELECT count(*) FROM gone;
SET perfcheck.record = off;
SELECT kind, what, calls, share_calls FROM perfcheck_coverage(20) WHERE kind = 'statement that cannot be judged' ORDER BY what;
SELECT perfcheck_record_reset();
CALL forget();

-- Without values it is known what is repeated, and of a statement with several parameters not
-- which of them are the keys.
CREATE FUNCTION page(n int) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT format('SELECT id, client_id FROM invoice WHERE id <= %s /*route=''/page'',request_id=''r%s''*/', n, n)
    UNION ALL
    SELECT format(s, i, n) FROM generate_series(1, n) AS i, unnest(ARRAY[
        'SELECT mail FROM client WHERE id = %s /*route=''/page'',request_id=''r%s''*/',
        'SELECT total FROM invoice WHERE client_id = %s AND state = ''open'' ORDER BY due /*route=''/page'',request_id=''r%s''*/']) AS s
$$;
SELECT perfcheck_record_reset();
SET perfcheck.record_values = off;
SET perfcheck.record = on;
\set ECHO none
\o /dev/null
SELECT page(n) FROM unnest('{4,9}'::int[]) AS n \gexec
\o
\set ECHO all
-- nor what a statement writes
WITH gone AS (DELETE FROM invoice WHERE id = -87654321 AND state = 'private' RETURNING id) SELECT count(*) FROM gone WHERE id > 77;
SET perfcheck.record = off;
SELECT shape, problem FROM perfcheck_shapes() WHERE shape ~ 'DELETE';
SELECT bool_or(num_nonnulls(VARIADIC args) > 0) AS has_values, bool_and(left_out) AS left_out FROM perfcheck_executions();
SELECT kind, route, shape, fewest, most, evidence, in_one FROM perfcheck_repeats() ORDER BY shape;
RESET perfcheck.record_values;
SELECT sum(calls) AS calls, sum(value_sets) AS value_sets FROM perfcheck_recorded();
-- the parameters are then for who reads it to say
SELECT perfcheck_in_one('SELECT total FROM invoice WHERE client_id = $1 AND state = $2 ORDER BY due', '{1}', 'coverage_test') AS of_the_first,
    perfcheck_in_one('SELECT total FROM invoice WHERE client_id = $1 AND state = $2 ORDER BY due', '{1,2}', 'coverage_test') AS of_both;
SELECT perfcheck_record_reset();

-- what the application sends is for those who may read it
CREATE ROLE coverage_reader;
GRANT USAGE ON SCHEMA coverage_test TO coverage_reader;
SET ROLE coverage_reader;
SELECT * FROM perfcheck_coverage(20);
SELECT * FROM perfcheck_repeats();
RESET ROLE;
DROP SCHEMA coverage_test CASCADE;
DROP ROLE coverage_reader;
UPDATE perfcheck_query SET enabled = true;
