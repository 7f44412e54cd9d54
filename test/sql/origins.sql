-- An expression is followed to its table: where values are looked up, and where
-- advice looks for an index, tell of one column. Each query asks for one value
-- of a column without an index. Facts only: labels, causes, fixes.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA origins_test;
SET search_path = origins_test, public;
\set SHOW_CONTEXT never
SET jit = off;
SET plan_cache_mode = force_custom_plan;
SET max_parallel_workers_per_gather = 0;
SET perfcheck.max_rows_examined = 100;
-- tables are small: let the planner take an index as it would of large ones
SET random_page_cost = 1;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
UPDATE perfcheck_query SET enabled = false;

-- 10 rows of each city, town and place; the names tell the tables apart. One table
-- is smaller, so that an index of the other alone examines less than half of the rows.
CREATE TABLE person (id int PRIMARY KEY, city text, born date, country varchar(20)) WITH (autovacuum_enabled = off);
INSERT INTO person SELECT i, 'city ' || i % 200, '2000-01-01'::date + i % 200, 'country ' || i % 200 FROM generate_series(1, 2000) AS i;
CREATE TABLE firm (id int PRIMARY KEY, town text, tax bigint) WITH (autovacuum_enabled = off);
INSERT INTO firm SELECT i, 'town ' || i % 100, i % 100 FROM generate_series(1, 1000) AS i;
CREATE TABLE visit (person_id int, place text, id int PRIMARY KEY) WITH (autovacuum_enabled = off);
INSERT INTO visit SELECT i, 'place ' || i % 200, i FROM generate_series(1, 2000) AS i;
CREATE INDEX ON visit (person_id);
VACUUM ANALYZE person, firm, visit;

CREATE VIEW people AS SELECT id, city AS home FROM person WHERE born > '1999-01-01';
CREATE VIEW barrier WITH (security_barrier) AS SELECT id, city AS home FROM person;
CREATE VIEW places AS SELECT id, city AS site FROM person UNION ALL SELECT id, town FROM firm;
CREATE MATERIALIZED VIEW snapshot AS SELECT id, city AS taken FROM person;
ANALYZE snapshot;

-- The title of the typical case's values; the cause that advice thinks of first,
-- untried; the fix that it has proven. Where a condition does not reach the table,
-- advice must think of no index.
CREATE FUNCTION origin(sql text, OUT value_of text, OUT cause text, OUT fix text) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM perfcheck_add_query('q', sql);
    SELECT coalesce(regexp_replace(label, ' \w+$', ''), 'no column') INTO STRICT value_of FROM perfcheck_cases('q') LIMIT 1;
    IF value_of <> 'no column' THEN
        SET perfcheck.prove_rows = 0;
        SELECT substr(l, 10) INTO cause FROM perfcheck_verify(1) AS v (l) WHERE l LIKE '  cause: %' LIMIT 1;
        RESET perfcheck.prove_rows;
        SELECT substr(l, 8) INTO fix FROM perfcheck_verify(1) AS v (l) WHERE l LIKE '  fix: %' LIMIT 1;
        cause := CASE WHEN cause IS NULL THEN 'ok' WHEN cause ~ '^"?(no|\d+ arms) ' THEN cause ELSE 'no index' END;
    END IF;
    PERFORM perfcheck_drop_query('q');
END $$;
\pset format unaligned
\pset tuples_only on
\pset null -

-- the table itself; a type's relabeling; an expression
SELECT * FROM origin('SELECT * FROM person WHERE city = $1');
SELECT * FROM origin('SELECT * FROM person WHERE country = $1');
SELECT * FROM origin('SELECT * FROM person WHERE $1 = lower(city)');

-- a subquery, and an expression within it
SELECT * FROM origin('SELECT * FROM (SELECT id, city AS c FROM person) AS s WHERE c = $1');
SELECT * FROM origin('SELECT * FROM (SELECT id, upper(city) AS c FROM person) AS s WHERE c = $1');

-- views: one within another; a security barrier, which = of text passes and LIKE does not; a materialized view is a table
SELECT * FROM origin('SELECT * FROM people WHERE home = $1');
SELECT * FROM origin('SELECT * FROM (SELECT p.home FROM people AS p JOIN visit AS v ON v.person_id = p.id) AS s WHERE home = $1');
SELECT * FROM origin('SELECT * FROM barrier WHERE home = $1');
SELECT * FROM origin('SELECT * FROM barrier WHERE home LIKE $1 || ''%''');
SELECT * FROM origin('SELECT * FROM people WHERE home LIKE $1 || ''%''');
SELECT * FROM origin('SELECT * FROM snapshot WHERE taken = $1');

-- CTEs: inlined; referenced twice, or MATERIALIZED, so that no condition gets in; one of another's; recursive, by its first term
SELECT * FROM origin('WITH c AS (SELECT * FROM person) SELECT * FROM c WHERE city = $1');
SELECT * FROM origin('WITH c AS (SELECT * FROM person) SELECT * FROM c JOIN c AS d USING (id) WHERE c.city = $1');
SELECT * FROM origin('WITH c AS NOT MATERIALIZED (SELECT * FROM person) SELECT * FROM c JOIN c AS d USING (id) WHERE c.city = $1');
SELECT * FROM origin('WITH c AS MATERIALIZED (SELECT * FROM person) SELECT * FROM c WHERE city = $1');
SELECT * FROM origin('WITH c AS (SELECT id, city AS a FROM person), d AS (SELECT a AS b FROM c) SELECT * FROM d WHERE b = $1');
SELECT * FROM origin('WITH RECURSIVE r AS (SELECT id, city FROM person WHERE id <= 500 UNION ALL SELECT r.id + 2000, r.city FROM r WHERE r.id < 500) SELECT * FROM r WHERE city = $1');

-- joins: ON, an alias, USING; the merged column of an inner, left, right and full join, and of two types
SELECT * FROM origin('SELECT * FROM person AS p JOIN firm AS f ON f.id = p.id WHERE f.town = $1');
SELECT * FROM origin('SELECT * FROM (person AS p JOIN firm AS f ON f.id = p.id) AS j (a, b, c, d, e, h) WHERE j.h = $1');
SELECT * FROM origin('SELECT * FROM (SELECT city FROM person) AS p JOIN (SELECT town AS city FROM firm) AS f USING (city) WHERE city = $1');
SELECT * FROM origin('SELECT * FROM (SELECT id, city FROM person) AS p LEFT JOIN (SELECT town AS city FROM firm) AS f USING (city) WHERE city = $1');
SELECT * FROM origin('SELECT * FROM (SELECT city FROM person) AS p RIGHT JOIN (SELECT town AS city FROM firm) AS f USING (city) WHERE city = $1');
SELECT * FROM origin('SELECT * FROM (SELECT city FROM person) AS p FULL JOIN (SELECT town AS city FROM firm) AS f USING (city) WHERE city = $1');
SELECT * FROM origin('SELECT * FROM person AS p LEFT JOIN firm AS f ON f.id = p.id WHERE f.town = $1');
SELECT * FROM origin('SELECT * FROM person AS p LEFT JOIN firm AS f ON f.id = p.id WHERE coalesce(f.town, p.city) = $1');
SELECT * FROM origin('SELECT * FROM (SELECT id, born - ''2000-01-01'' AS tax FROM person) AS p JOIN firm AS f USING (tax) WHERE tax = $1');

-- set operations: an index for each arm of UNION ALL, of which advice tries two at a time; UNION and INTERSECT pass a condition on, EXCEPT does not; arms of other types; a constant; a LIMIT in an arm
SELECT * FROM origin('SELECT * FROM places WHERE site = $1');
SELECT * FROM origin('SELECT * FROM (SELECT city AS c FROM person UNION SELECT town FROM firm) AS s WHERE c = $1');
SELECT * FROM origin('SELECT * FROM (SELECT city AS c FROM person INTERSECT SELECT city FROM person WHERE id > 10) AS s WHERE c = $1');
SELECT * FROM origin('SELECT * FROM (SELECT city AS c FROM person EXCEPT SELECT town FROM firm) AS s WHERE c = $1');
SELECT * FROM origin('SELECT * FROM (SELECT id % 200 AS n FROM person UNION ALL SELECT tax FROM firm) AS s WHERE n = $1');
SELECT * FROM origin('SELECT * FROM (SELECT ''none'' AS c UNION ALL SELECT town FROM firm) AS s WHERE c = $1');
SELECT * FROM origin('SELECT * FROM (SELECT city AS c FROM person UNION ALL (SELECT town FROM firm ORDER BY id LIMIT 50)) AS s WHERE c = $1');
SELECT * FROM origin('SELECT * FROM (SELECT city AS c FROM person UNION (SELECT town FROM firm ORDER BY id LIMIT 50)) AS s WHERE c = $1');
SELECT * FROM origin('SELECT * FROM (SELECT site AS c FROM places UNION ALL SELECT place FROM visit) AS s WHERE c = $1');

-- GROUP BY: a grouped column, an expression, HAVING; an aggregate has no column; grouping sets
SELECT * FROM origin('SELECT * FROM (SELECT city, count(*) AS n FROM person GROUP BY city) AS s WHERE city = $1');
SELECT * FROM origin('SELECT * FROM (SELECT upper(city) AS c, count(*) AS n FROM person GROUP BY upper(city)) AS s WHERE c = $1');
SELECT * FROM origin('SELECT city, count(*) FROM person GROUP BY city HAVING city = $1');
SELECT * FROM origin('SELECT city, count(*) FROM person GROUP BY city HAVING count(*) > 1 AND city = $1');
SELECT * FROM origin('SELECT city, count(*) FROM person GROUP BY city HAVING count(*) > 1000 OR city = $1');
SELECT * FROM origin('SELECT city, count(*) FROM person GROUP BY city HAVING EXISTS (SELECT FROM visit WHERE city = $1)');
SELECT * FROM origin('SELECT * FROM (SELECT id, city, count(*) AS n FROM person GROUP BY id) AS s WHERE city = $1');
SELECT * FROM origin('SELECT * FROM (SELECT city, max(country) AS m FROM person GROUP BY city) AS s WHERE m = $1');
SELECT * FROM origin('SELECT * FROM (SELECT city, born, count(*) AS n FROM person GROUP BY GROUPING SETS (city, born)) AS s WHERE city = $1');
SELECT * FROM origin('SELECT city, born, count(*) FROM person GROUP BY ROLLUP (city, born) HAVING city = $1');

-- DISTINCT; DISTINCT ON by its own columns and by others
SELECT * FROM origin('SELECT * FROM (SELECT DISTINCT city, born FROM person) AS s WHERE city = $1');
SELECT * FROM origin('SELECT * FROM (SELECT DISTINCT ON (city) city, country FROM person ORDER BY city, born) AS s WHERE city = $1');
SELECT * FROM origin('SELECT * FROM (SELECT DISTINCT ON (city) city, country FROM person ORDER BY city, born) AS s WHERE country = $1');

-- LIMIT and OFFSET; window functions by PARTITION BY and by others; the window function itself; set-returning columns
SELECT * FROM origin('SELECT * FROM (SELECT * FROM person ORDER BY id LIMIT 1500) AS s WHERE city = $1');
SELECT * FROM origin('SELECT * FROM (SELECT * FROM person ORDER BY id OFFSET 5) AS s WHERE city = $1');
SELECT * FROM origin('SELECT * FROM (SELECT city, rank() OVER (PARTITION BY city ORDER BY id) AS r FROM person) AS s WHERE city = $1');
SELECT * FROM origin('SELECT * FROM (SELECT city, rank() OVER (PARTITION BY city ORDER BY id) AS r, sum(id) OVER (PARTITION BY born) FROM person) AS s WHERE city = $1');
SELECT * FROM origin('SELECT * FROM (SELECT country, rank() OVER (PARTITION BY city ORDER BY id) AS r FROM person) AS s WHERE country = $1');
SELECT * FROM origin('SELECT * FROM (SELECT city, lag(country) OVER (ORDER BY id) AS before FROM person) AS s WHERE before = $1');
SELECT * FROM origin('SELECT * FROM (SELECT city, generate_series(1, 2) AS n FROM person) AS s WHERE city = $1');

-- LATERAL, and outer references from EXISTS, IN, NOT EXISTS and a scalar subquery
SELECT * FROM origin('SELECT * FROM person AS p, LATERAL (SELECT v.place FROM visit AS v WHERE v.person_id = p.id) AS l WHERE l.place = $1');
SELECT * FROM origin('SELECT * FROM person AS p, LATERAL (SELECT p.city AS c, v.place FROM visit AS v WHERE v.person_id = p.id) AS l WHERE l.c = $1');
SELECT * FROM origin('SELECT * FROM person AS p, LATERAL (SELECT p.city AS c, v.place FROM visit AS v WHERE v.person_id = p.id LIMIT 3) AS l WHERE l.c = $1');
SELECT * FROM origin('SELECT * FROM person AS p, LATERAL (SELECT * FROM visit AS v WHERE v.person_id = p.id AND p.city = $1) AS l');
SELECT * FROM origin('SELECT * FROM person AS p, LATERAL (SELECT * FROM visit AS v WHERE v.person_id = p.id AND p.city = $1 LIMIT 3) AS l');
SELECT * FROM origin('SELECT * FROM person AS p WHERE EXISTS (SELECT FROM visit AS v WHERE v.person_id = p.id AND v.place = $1)');
SELECT * FROM origin('SELECT * FROM person AS p WHERE EXISTS (SELECT FROM visit AS v WHERE v.person_id = p.id AND p.city = $1)');
SELECT * FROM origin('SELECT * FROM person AS p WHERE NOT EXISTS (SELECT FROM visit AS v WHERE v.person_id = p.id AND p.city = $1)');
-- from 17 on the planner makes a join of it, and an index helps
SELECT value_of, (cause = 'no btree index is led by city') = at_least_17 AS cause_fits, (fix IS NOT NULL) = at_least_17 AS fix_fits FROM origin('SELECT * FROM person AS p WHERE p.id IN (SELECT v.person_id FROM visit AS v WHERE p.city = $1)'), (SELECT current_setting('server_version_num')::int >= 170000) AS v (at_least_17);
SELECT * FROM origin('SELECT * FROM person AS p WHERE (SELECT count(*) FROM visit AS v WHERE v.person_id = p.id AND p.city = $1) > 0');
SELECT * FROM origin('SELECT * FROM person AS p WHERE (SELECT v.place FROM visit AS v WHERE v.id = p.id AND p.city = $1) = ''place 1''');

-- what has no table: a function in FROM, VALUES, a scalar subquery, columns of two tables
SELECT * FROM origin('SELECT * FROM person AS p, generate_series(1, 3) AS g WHERE g = $1::int');
SELECT * FROM origin('SELECT * FROM person AS p, (VALUES (''a''), (''b'')) AS v (x) WHERE v.x = $1');
SELECT * FROM origin('SELECT * FROM person AS p WHERE (SELECT max(town) FROM firm) = $1');
SELECT * FROM origin('SELECT * FROM person AS p JOIN firm AS f USING (id) WHERE p.city || f.town = $1');

-- row security lets = of text through to the index, and LIKE not
CREATE ROLE origins_owner;
GRANT USAGE, CREATE ON SCHEMA origins_test TO origins_owner;
ALTER TABLE person OWNER TO origins_owner;
ALTER TABLE person ENABLE ROW LEVEL SECURITY;
ALTER TABLE person FORCE ROW LEVEL SECURITY;
CREATE POLICY adults ON person USING (id > 5);
SELECT perfcheck_add_query('equal', 'SELECT * FROM person WHERE city = $1');
SELECT perfcheck_add_query('prefix', 'SELECT * FROM person WHERE city LIKE $1 || ''%''');
SET ROLE origins_owner;
SELECT regexp_replace(l, 'prefers.*$', 'prefers its plan') FROM perfcheck_verify(1) WITH ORDINALITY AS v (l, n)
WHERE l ~ '^(not ok|ok|  cause|  fix)' ORDER BY n;
RESET ROLE;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;

UPDATE perfcheck_query SET enabled = true;
DROP SCHEMA origins_test CASCADE;
DROP ROLE origins_owner;
