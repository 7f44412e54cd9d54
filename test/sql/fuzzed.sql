-- What make fuzz found. Each block is a kind of query that made the server crash, or an
-- error that only the server's own code may raise.

SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
UPDATE perfcheck_query SET enabled = false;
CREATE TABLE fuzzed (id int PRIMARY KEY, kind int, name text);
INSERT INTO fuzzed SELECT i, i % 10, 'n' || i % 50 FROM generate_series(1, 500) AS i;
CREATE TABLE fuzzed_other (id int PRIMARY KEY, place bigint);
INSERT INTO fuzzed_other SELECT i, i * 3 FROM generate_series(1, 100) AS i;
ANALYZE fuzzed, fuzzed_other;

-- The other side of a subquery's column has a column of the query around it, and no value
-- of it can be computed; and an aggregate of the query around stands in a subquery.
SELECT count(perfcheck_add_query(name, sql)) FROM (VALUES
    ('outer_column', 'SELECT f.id FROM fuzzed AS f WHERE (f.id / $1) <> ANY (SELECT o.place FROM fuzzed_other AS o ORDER BY o.id LIMIT 1)'),
    ('outer_equal', 'SELECT f.id FROM fuzzed AS f WHERE f.kind + $1 IN (SELECT o.place FROM fuzzed_other AS o)'),
    ('outer_lateral', 'SELECT f.id FROM fuzzed AS f, LATERAL (SELECT o.id FROM fuzzed_other AS o WHERE o.place = f.kind * $1 LIMIT 1) AS l'),
    ('outer_like', 'SELECT f.id FROM fuzzed AS f WHERE EXISTS (SELECT FROM fuzzed AS g WHERE g.name LIKE f.name || $1)'),
    ('outer_having', 'SELECT f.kind, (SELECT o.id FROM fuzzed_other AS o GROUP BY o.id HAVING o.id > max(f.id) + $1 LIMIT 1) FROM fuzzed AS f GROUP BY f.kind'),
    ('outer_order', 'SELECT f.kind, (SELECT o.id FROM fuzzed_other AS o GROUP BY o.id ORDER BY o.id + count(f.id) LIMIT 1) FROM fuzzed AS f GROUP BY f.kind'),
    ('outer_where', 'SELECT f.kind, (SELECT min(o.id) FROM fuzzed_other AS o WHERE o.place = sum(f.id) / $1) FROM fuzzed AS f GROUP BY f.kind'),
    ('outer_grouping', 'SELECT f.kind, (SELECT o.id FROM fuzzed_other AS o WHERE o.id = GROUPING(f.kind) + $1 LIMIT 1) FROM fuzzed AS f GROUP BY ROLLUP (f.kind)')) AS q (name, sql);
SELECT DISTINCT query, regexp_replace(reason, ' \(hint.*', '') AS reason FROM perfcheck_cases() WHERE reason IS NOT NULL ORDER BY query;

-- With values each is judged.
SELECT count(perfcheck_add_case(name, 'one', ARRAY['1'])) FROM perfcheck_query WHERE enabled AND sql ~ '[$]1';
SELECT query, count(*) > 0 AS judged, count(*) FILTER (WHERE rows_examined IS NULL) AS failed FROM perfcheck_plan(NULL, 1000) GROUP BY query ORDER BY query;
SELECT count(*) FILTER (WHERE line ~ '^(not )?ok') AS points, count(*) FILTER (WHERE line ~ 'lookup|unrecognized|attribute|Aggref') AS internal FROM perfcheck_verify(100000) AS line;
SELECT count(DISTINCT query) AS forecasts FROM perfcheck_forecast(NULL, 1000000);

-- An expression that does not come to its end while an index on it is built.
CREATE FUNCTION fuzzed_slow(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    WHILE EXISTS (SELECT FROM pg_catalog.pg_locks WHERE pid = pg_backend_pid() AND relation = 'public.fuzzed'::regclass AND mode = 'ShareRowExclusiveLock') LOOP
    END LOOP;
    RETURN $1;
END$$;
SELECT count(perfcheck_drop_query(name)) FROM perfcheck_query WHERE enabled;
SELECT perfcheck_add_query('slow', 'SELECT name FROM fuzzed WHERE fuzzed_slow(id) = $1');
SELECT perfcheck_add_case('slow', 'one', ARRAY['1']);
SET perfcheck.statement_timeout = '300ms';
SET statement_timeout = '60s';
SELECT action, index_sql, reason FROM perfcheck_indexes(100000) WHERE action ~ '^create';
RESET statement_timeout;
RESET perfcheck.statement_timeout;
SELECT count(perfcheck_drop_query(name)) FROM perfcheck_query WHERE enabled;
DROP FUNCTION fuzzed_slow;

-- Any value of a type that names an object has to name one: of another number, functions
-- raise internal errors.
SELECT count(perfcheck_add_query(t, format('SELECT $1::%s', t))) FROM unnest(ARRAY['regclass', 'regcollation', 'regconfig', 'regdictionary', 'regnamespace', 'regoper', 'regoperator', 'regproc', 'regprocedure', 'regrole', 'regtype']) AS t;
SELECT query, args FROM perfcheck_cases() ORDER BY query;
SELECT count(perfcheck_drop_query(name)) FROM perfcheck_query WHERE enabled;
SELECT count(perfcheck_add_query(name, sql)) FROM (VALUES
    ('dictionary', 'SELECT ts_lexize($1, $2)'),
    ('schema_of', 'SELECT table_to_xmlschema($1, true, true, $2)'),
    ('definition', 'SELECT pg_get_functiondef($1::regprocedure)')) AS q (name, sql);
SELECT query, reason FROM perfcheck_plan(NULL, 1) WHERE plan_mode = 'custom' AND query <> 'schema_of' ORDER BY query;
SELECT count(*) FROM perfcheck_verify(1) AS line WHERE line ~ '^(not )?ok';
SELECT count(perfcheck_drop_query(name)) FROM perfcheck_query WHERE enabled;

UPDATE perfcheck_query SET enabled = true;
DROP TABLE fuzzed, fuzzed_other;
