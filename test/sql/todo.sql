-- What a todo accepts: the cause that it names, whatever the counts are; another
-- cause fails, and what is mended is said.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA todo_test;
SET search_path = todo_test, public;
\set SHOW_CONTEXT never
SET jit = off;
SET max_parallel_workers_per_gather = 0;
UPDATE perfcheck_query SET enabled = false;

CREATE TABLE visit_1 (id int PRIMARY KEY, page int NOT NULL, host text NOT NULL, at int NOT NULL)
    WITH (autovacuum_enabled = off);
INSERT INTO visit_1 SELECT i, i % 500, 'host ' || i % 800, i FROM generate_series(1, 20000) AS i;
VACUUM ANALYZE visit_1;
SELECT perfcheck_add_query('visits', 'SELECT * FROM visit_1 WHERE page = $1 ORDER BY id LIMIT 20');
CREATE VIEW said AS SELECT l FROM perfcheck_verify() AS v (l) WHERE l ~ '^(not )?ok|  cause:|# .*todo';
CREATE VIEW kept AS SELECT todo, todo_cause FROM perfcheck_query WHERE name = 'visits';

-- Without a cause any fault is accepted, and that is said.
UPDATE perfcheck_query SET todo = 'release 2' WHERE name = 'visits';
SELECT * FROM said;
SELECT perfcheck_assert();

-- Pinned to its cause, as the comment says, it is accepted still, and with more rows
-- as well.
SELECT perfcheck_accept(name, todo) FROM perfcheck_query WHERE name = 'visits';
SELECT * FROM kept;
SELECT * FROM said;
INSERT INTO visit_1 SELECT i, i % 500, 'host ' || i % 800, i FROM generate_series(20001, 24000) AS i;
VACUUM ANALYZE visit_1;
SELECT * FROM said;
SELECT perfcheck_assert();

-- Another cause of the same query fails, in the report and in CI.
UPDATE perfcheck_query SET sql = 'SELECT * FROM visit_1 WHERE lower(host) = $1' WHERE name = 'visits';
SELECT * FROM said;
SELECT perfcheck_assert();

-- An error is a cause as well. A number in it does not matter, a digit of a name does.
SELECT perfcheck_add_query('fails', 'SELECT host::int FROM visit_1 WHERE id = 7');
SELECT perfcheck_accept('fails', 'known');
SELECT * FROM said WHERE l ~ 'fails';
UPDATE perfcheck_query SET sql = 'SELECT host::int FROM visit_1 WHERE id = 9' WHERE name = 'fails';
SELECT * FROM said WHERE l ~ 'fails';
UPDATE perfcheck_query SET sql = 'SELECT * FROM visit_7' WHERE name = 'fails';
SELECT perfcheck_accept('fails', 'not created yet');
UPDATE perfcheck_query SET sql = 'SELECT * FROM visit_8' WHERE name = 'fails';
SELECT * FROM said WHERE l ~ 'fails';
SELECT perfcheck_drop_query('fails');
UPDATE perfcheck_query SET sql = 'SELECT * FROM visit_1 WHERE page = $1 ORDER BY id LIMIT 20' WHERE name = 'visits';

-- One that is mended is stale: said, and under strict not ok.
CREATE INDEX ON visit_1 (page, id);
SELECT * FROM said;
SELECT perfcheck_assert();
SELECT l FROM perfcheck_verify(strict => true) AS v (l) WHERE l ~ '^(not )?ok|todo';
SELECT perfcheck_assert(strict => true);
-- and no more once the todo is dropped
SELECT perfcheck_accept('visits', NULL);
SELECT * FROM kept;
SELECT perfcheck_assert(strict => true);

-- What can be accepted.
SELECT perfcheck_accept('visits', 'nothing is wrong');
UPDATE perfcheck_query SET todo = 'was mended' WHERE name = 'visits';
SELECT perfcheck_accept('visits', 'nothing is wrong');
UPDATE perfcheck_query SET todo = NULL WHERE name = 'visits';
SELECT perfcheck_accept('no_such_query', 'x');
SELECT perfcheck_accept('no_such_query', NULL);
SELECT perfcheck_accept(NULL, 'x');
SELECT perfcheck_accept('visits', 'x', 0);
SELECT perfcheck_add_query('other', 'SELECT 1', todo_cause => 'x');
SELECT perfcheck_add_query('other', 'SELECT * FROM visit_1 WHERE host = $1 ORDER BY id LIMIT 20', todo => 'by hand',
    todo_cause => 'it is another one');
SELECT * FROM said WHERE l ~ 'other';
-- that nothing was judged, which is a fault under strict alone
CREATE TABLE nothing (id int PRIMARY KEY);
SELECT perfcheck_add_query('skipped', 'SELECT * FROM nothing WHERE id = $1');
SELECT perfcheck_accept('skipped', 'filled next week');
SELECT l FROM perfcheck_verify(strict => true) AS v (l) WHERE l ~ 'skipped';
SELECT l FROM perfcheck_verify() AS v (l) WHERE l ~ 'skipped';
SELECT perfcheck_drop_query('skipped');
-- whoever may not change the contract may not accept anything
CREATE ROLE perfcheck_todo_reader;
GRANT USAGE ON SCHEMA todo_test TO perfcheck_todo_reader;
GRANT SELECT ON visit_1 TO perfcheck_todo_reader;
SET ROLE perfcheck_todo_reader;
SELECT perfcheck_accept('other', 'x');
RESET ROLE;
SELECT todo, todo_cause FROM perfcheck_query WHERE name = 'other';

-- A todo has a last day. Until then the report says so, after it the fault counts.
SELECT perfcheck_drop_query('other');
SELECT perfcheck_add_query('dated', 'SELECT * FROM visit_1 WHERE host = $1 ORDER BY id LIMIT 20', todo => 'release 3',
    todo_until => '9999-12-31', owner => 'web # team', source => 'app/visits.sql:12');
CREATE VIEW dated AS SELECT regexp_replace(l, '\d{4}-\d\d-\d\d', 'DAY') FROM perfcheck_verify() AS v (l)
    WHERE l ~ '^(not )?ok|^\d|owner:|source:|# .*todo';
SELECT * FROM dated;
SELECT perfcheck_accept('dated', 'release 3', until => '9999-12-31');
SELECT * FROM dated;
-- two weeks before its end it is a point, and a notice
SET client_min_messages = notice;
\set VERBOSITY sqlstate
BEGIN;
UPDATE perfcheck_query SET todo_until = (now() AT TIME ZONE 'UTC')::date + 15 WHERE name = 'dated';
SELECT * FROM dated WHERE regexp_replace ~ 'todo:';
UPDATE perfcheck_query SET todo_until = (now() AT TIME ZONE 'UTC')::date + 14 WHERE name = 'dated';
SELECT * FROM dated WHERE regexp_replace ~ 'todo:';
UPDATE perfcheck_query SET todo_until = (now() AT TIME ZONE 'UTC')::date WHERE name = 'dated';
SELECT * FROM dated WHERE regexp_replace ~ 'todo:';
DO $$
BEGIN
    UPDATE perfcheck_query SET enabled = false WHERE name <> 'dated';
    PERFORM perfcheck_assert();
END $$;
COMMIT;
\set VERBOSITY default
SET client_min_messages = warning;
-- after it the fault counts, whatever cause was accepted
UPDATE perfcheck_query SET todo_until = '2020-02-29' WHERE name = 'dated';
SELECT * FROM dated;
SELECT perfcheck_assert();
-- accepted again without an end, it has none
SELECT perfcheck_accept('dated', 'release 4');
SELECT todo, todo_until FROM perfcheck_query WHERE name = 'dated';
-- who looks after a query that raises an error
UPDATE perfcheck_query SET sql = 'SELECT * FROM no_such_table', todo = NULL WHERE name = 'dated';
SELECT * FROM dated;
SELECT perfcheck_accept('visits', NULL, until => 'infinity');

-- The message of an error may hold a value of a row, and everyone may read the contract.
SELECT perfcheck_add_query('leaks', 'SELECT host::int FROM visit_1 WHERE id = $1');
SELECT perfcheck_accept('leaks', 'hosts are no numbers');
SELECT todo_cause FROM perfcheck_query WHERE name = 'leaks';
SELECT regexp_replace(l, 'host \d+', 'host N') AS l FROM said WHERE l ~ 'leaks';
UPDATE perfcheck_query SET sql = 'SELECT no_such_column FROM visit_1 WHERE id = $1' WHERE name = 'leaks';
SELECT perfcheck_accept('leaks', 'it is to come');
SELECT todo_cause FROM perfcheck_query WHERE name = 'leaks';

DELETE FROM perfcheck_query WHERE sql ~ 'visit_1' OR name = 'dated';
UPDATE perfcheck_query SET enabled = true;
SELECT count(*) FROM perfcheck_query;
DROP SCHEMA todo_test CASCADE;
DROP ROLE perfcheck_todo_reader;
