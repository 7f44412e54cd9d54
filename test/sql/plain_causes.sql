-- What a query does too much, where no statement mends it: the cause that is
-- named first, and what to do.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA plain;
SET search_path = plain, public;
\set SHOW_CONTEXT never
SET jit = off;
SET plan_cache_mode = force_custom_plan;
SET max_parallel_workers_per_gather = 0;
UPDATE perfcheck_query SET enabled = false;

CREATE TABLE shop (id int PRIMARY KEY, city int NOT NULL, opened date NOT NULL) WITH (autovacuum_enabled = off);
CREATE TABLE sale (id int PRIMARY KEY, shop_id int NOT NULL REFERENCES shop, buyer int NOT NULL, kind int NOT NULL,
    cents int NOT NULL, due int NOT NULL, at timestamptz NOT NULL, memo text) WITH (autovacuum_enabled = off);
CREATE TABLE branch (id int PRIMARY KEY, parent int REFERENCES branch, name text NOT NULL) WITH (autovacuum_enabled = off);
INSERT INTO shop SELECT i, i % 50, '2020-01-01'::date + i % 300 FROM generate_series(1, 500) AS i;
INSERT INTO sale SELECT i, 1 + i * 7 % 500, CASE WHEN i % 4 = 0 THEN 0 ELSE 1 + i * 13 % 900 END, i % 5, i * 31 % 10007, i * 31 % 10007 + i % 20 - 1,
    '2024-01-01 00:00Z'::timestamptz + i * 37 % 6000 * interval '1 hour', md5(i::text) FROM generate_series(1, 6000) AS i;
INSERT INTO branch SELECT i, CASE WHEN i > 10 THEN i / 10 END, 'b' || i FROM generate_series(1, 3000) AS i;
CREATE INDEX ON sale (shop_id);
CREATE INDEX ON sale (buyer);
CREATE INDEX ON sale (at, id);
CREATE INDEX ON sale (kind);
CREATE INDEX ON branch (parent);
VACUUM ANALYZE shop, sale, branch;

CREATE FUNCTION ask(name text, sql text, VARIADIC args text[] = '{}') RETURNS void LANGUAGE sql AS $$
SELECT perfcheck_add_query(name, sql);
UPDATE perfcheck_query SET max_rows = 2000 WHERE perfcheck_query.name = ask.name;
SELECT perfcheck_add_case(name, 'one', args) WHERE args <> '{}';
$$;
CREATE PROCEDURE forget() LANGUAGE sql AS 'SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled';
CREATE VIEW causes AS
SELECT substring(head FROM 'not ok \d+ - (\w+)') AS query, CASE WHEN cause LIKE '"%' THEN cause::jsonb #>> '{}' ELSE cause END AS cause
FROM (SELECT string_agg(l, E'\n' ORDER BY n) FILTER (WHERE l ~ '^not ok') AS head,
             string_agg(substr(l, 10), '') FILTER (WHERE l ~ '^  cause: ') AS cause
      FROM (SELECT l, n, count(*) FILTER (WHERE l ~ '^(not )?ok') OVER (ORDER BY n) AS point
            FROM perfcheck_verify(10) WITH ORDINALITY AS v (l, n)) AS lines GROUP BY point) AS points
WHERE cause IS NOT NULL ORDER BY 1;

-- counts and aggregates
SELECT ask('a_count', 'SELECT count(*) FROM sale');
SELECT ask('a_count_of', 'SELECT count(*) FROM sale WHERE buyer = $1', '0');
SELECT ask('a_over', 'SELECT id, count(*) OVER () FROM sale LIMIT 10');
SELECT ask('a_sum', 'SELECT sum(cents) FROM sale WHERE kind = 2');
SELECT ask('a_indexed', 'SELECT sum(id) FROM sale WHERE cents % 5 = 2');
SELECT ask('a_group', 'SELECT kind, sum(cents) FROM sale GROUP BY kind');
SELECT ask('a_top', 'SELECT buyer, count(*) FROM sale GROUP BY buyer ORDER BY count(*) DESC LIMIT 5');
SELECT ask('a_join', 'SELECT count(*) FROM sale JOIN shop ON shop.id = shop_id WHERE city < 40');
SELECT ask('a_distinct', 'SELECT DISTINCT kind FROM sale');
SELECT ask('a_scalar', 'SELECT id, memo FROM sale WHERE id < 9 AND cents > (SELECT avg(cents) FROM sale)');
SELECT ask('a_unnest', 'SELECT word, count(*) FROM sale, unnest(string_to_array(memo, ''a'')) AS word GROUP BY word ORDER BY 2 DESC LIMIT 5');
SELECT ask('a_having', 'SELECT h.id FROM shop h JOIN sale s ON s.shop_id = h.id GROUP BY h.id HAVING sum(s.cents) < 0 LIMIT 10');
SELECT ask('a_union', 'SELECT shop_id FROM sale WHERE kind = 1 UNION SELECT shop_id FROM sale WHERE kind = 2');
SELECT ask('a_window', 'SELECT id, row_number() OVER (PARTITION BY shop_id ORDER BY at) AS r FROM sale ORDER BY id LIMIT 10');
SELECT * FROM causes;
CALL forget();

-- pages, orders and limits
SELECT ask('b_offset', 'SELECT id FROM sale ORDER BY at, id LIMIT 10 OFFSET $1', '4000');
SELECT ask('b_offset_filter', 'SELECT id FROM sale WHERE cents > 500 ORDER BY at, id LIMIT 10 OFFSET $1', '4000');
SELECT ask('b_random', 'SELECT id FROM sale WHERE kind = 1 ORDER BY random() LIMIT 10');
SELECT ask('b_two_tables', 'SELECT s.id FROM sale s JOIN shop h ON h.id = s.shop_id ORDER BY s.cents + h.city LIMIT 10');
SELECT ask('b_subquery', 'SELECT h.id FROM shop h ORDER BY (SELECT sum(cents) FROM sale WHERE shop_id = h.id) DESC LIMIT 10');
SELECT * FROM causes;
CALL forget();

-- conditions that no index narrows down
SELECT ask('c_not', 'SELECT id, memo FROM sale WHERE memo NOT LIKE ALL (ARRAY[''0%'', ''1%'', ''2%'', ''3%'', ''4%'', ''5%'', ''6%'', ''7%'', ''8%'', ''9%'', ''a%'', ''b%'', ''c%'', ''d%'', ''e%'', $1])', 'f%');
SELECT ask('c_same_row', 'SELECT id, memo FROM sale WHERE due < cents - $1', '0');
SELECT ask('c_or', 'SELECT s.id FROM sale s JOIN shop h ON h.id = s.shop_id WHERE s.cents = 7 OR h.opened = ''2021-01-01''');
SELECT ask('c_distinct_from', 'SELECT id, memo FROM sale WHERE nullif(cents, $1) IS DISTINCT FROM 31 * id % 10007', '-1');
SELECT ask('c_volatile', 'SELECT id, memo FROM sale WHERE kind = random() * 3');
SELECT ask('c_not_in', 'SELECT id FROM shop WHERE id NOT IN (SELECT nullif(shop_id, 0) FROM sale WHERE cents > 10)');
SELECT ask('c_many', 'SELECT sum(length(memo)) FROM sale WHERE kind IN (1, 2, 3)');
SELECT ask('c_exists_each', 'SELECT id FROM sale s WHERE EXISTS (SELECT 1 FROM shop h WHERE h.id = s.shop_id AND h.city = 99) OR s.memo = ''x''');
SELECT * FROM causes;
CALL forget();

-- what is done for each row, or whole
CREATE FUNCTION sold(shop int) RETURNS bigint LANGUAGE plpgsql STABLE AS 'BEGIN RETURN (SELECT count(*) FROM sale WHERE shop_id = shop); END';
CREATE FUNCTION all_sales() RETURNS SETOF sale LANGUAGE plpgsql STABLE AS 'BEGIN RETURN QUERY SELECT * FROM sale; END';
CREATE FUNCTION bought(who int, what text) RETURNS SETOF sale LANGUAGE sql STABLE AS 'SELECT * FROM sale WHERE buyer = who AND memo || '''' = what';
SELECT ask('d_function', 'SELECT id, sold(id) FROM shop');
SELECT ask('d_subquery', 'SELECT s.id FROM sale s WHERE (SELECT count(*) FROM sale o WHERE o.shop_id = s.shop_id) > 20');
SELECT ask('d_from_function', 'SELECT id FROM all_sales() WHERE buyer = 1');
SELECT ask('d_inlined', 'SELECT id FROM bought($1, ''none'')', '0');
SELECT ask('d_cte', 'WITH s AS MATERIALIZED (SELECT * FROM sale) SELECT id FROM s WHERE id = $1', '7');
SELECT ask('d_cte_twice', 'WITH s AS (SELECT * FROM sale) SELECT a.id FROM s a JOIN s b USING (id) WHERE a.id = $1', '7');
SELECT ask('d_recursive', 'WITH RECURSIVE t AS (SELECT id, 1 AS d FROM branch WHERE parent IS NULL UNION ALL SELECT b.id, d + 1 FROM t JOIN branch b ON b.parent = t.id) SELECT count(*) FROM t');
SELECT ask('d_cte_volatile', 'WITH s AS (SELECT *, random() AS r FROM sale) SELECT a.id FROM s a JOIN s b USING (id) WHERE a.id = $1', '7');
SELECT ask('d_series', 'SELECT count(*) FROM generate_series(1, 10000) AS g');
SELECT ask('d_cross', 'SELECT count(*) FROM shop a, shop b WHERE a.opened < b.opened');
SELECT ask('d_pairs', 'SELECT s.id, h.city FROM sale s JOIN shop h ON h.id = s.shop_id');
SELECT * FROM causes;
-- The server puts no CTE in place that calls a VOLATILE function.
SELECT l FROM perfcheck_verify(10) AS v (l) WHERE l ~ 'advice: .*(MATERIALIZED|VOLATILE)';
CALL forget();

-- a condition that no index can hold: what drops the rows is named, and a count counts
CREATE TYPE state AS ENUM ('new', 'done', 'lost');
CREATE TABLE task (id int PRIMARY KEY, state state NOT NULL, part int NOT NULL, at int NOT NULL, until int NOT NULL) WITH (autovacuum_enabled = off);
INSERT INTO task SELECT i, CASE WHEN i % 50 = 0 THEN 'lost' ELSE 'done' END::state, i % 100, i, i + i % 3 FROM generate_series(1, 6000) AS i;
VACUUM ANALYZE task;
SELECT ask('f_count', 'SELECT count(*) FROM task WHERE state::text = $1', 'done');
SELECT ask('f_drops', 'SELECT id FROM task WHERE state::text || part::text = $1', 'lostx');
SELECT * FROM causes;
CALL forget();
-- two ends of a range, and rows without end besides
CREATE INDEX ON task (at);
CREATE INDEX ON task (until);
SELECT perfcheck_add_query('f_range', 'SELECT id FROM task WHERE at < $2 AND until > $1', max_rows_returned => 100);
SELECT perfcheck_add_case('f_range', 'few', '{3000,3005}');
UPDATE perfcheck_query SET max_rows = 2000 WHERE name = 'f_range';
SELECT * FROM causes;
CALL forget();
-- an index that has all conditions, and another one that the planner walks
CREATE TABLE tuple (kind text NOT NULL, thing text NOT NULL, relation text NOT NULL, who text NOT NULL) WITH (autovacuum_enabled = off);
INSERT INTO tuple SELECT (ARRAY['doc', 'doc', 'folder', 'group'])[1 + i % 4], 'o' || i / 4, 'viewer', 'u' || i * 7 % 2000 FROM generate_series(1, 20000) AS i;
INSERT INTO tuple SELECT 'folder', 'x' || i, 'viewer', 'admin' FROM generate_series(1, 1000) AS i;
CREATE INDEX ON tuple (kind, thing, relation, who);
CREATE INDEX ON tuple (who, kind);
VACUUM ANALYZE tuple;
SELECT ask('f_passed', 'SELECT thing FROM tuple WHERE who = $1 AND kind = $2 LIMIT 100', 'admin', 'folder');
SELECT query, regexp_replace(cause, 'about 5\d{4} rows', 'about 5.... rows') AS cause FROM causes;
CALL forget();

-- row security
CREATE ROLE perfcheck_plain;
GRANT USAGE ON SCHEMA plain TO perfcheck_plain;
GRANT SELECT ON shop, sale TO perfcheck_plain;
ALTER TABLE sale ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON sale USING (strpos(memo, current_setting('app.memo', true)) > 0);
SELECT ask('e_policy', 'SELECT id FROM sale ORDER BY cents LIMIT 10');
SELECT ask('e_policy_walk', 'SELECT id FROM sale ORDER BY at, id LIMIT 10');
UPDATE perfcheck_query SET role = 'perfcheck_plain', settings = '{"app.memo": "none"}' WHERE enabled;
SELECT * FROM causes;
CALL forget();
-- a policy is told what to compare instead
ALTER TABLE sale DISABLE ROW LEVEL SECURITY;
CREATE TABLE note (id int PRIMARY KEY, owner int NOT NULL, title text NOT NULL) WITH (autovacuum_enabled = off);
CREATE TABLE member (owner int, person int) WITH (autovacuum_enabled = off);
INSERT INTO note SELECT i, i % 300, 'n' || i FROM generate_series(1, 6000) AS i;
INSERT INTO member SELECT i, i FROM generate_series(1, 300) AS i;
CREATE INDEX ON note (owner, id);
VACUUM ANALYZE note, member;
CREATE FUNCTION is_mine(o int) RETURNS boolean LANGUAGE plpgsql STABLE AS 'BEGIN RETURN o::text = current_setting(''app.memo''); END';
CREATE FUNCTION mine() RETURNS SETOF int LANGUAGE sql STABLE SECURITY DEFINER AS 'SELECT owner FROM plain.member WHERE person::text = current_setting(''app.memo'')';
GRANT SELECT ON note TO perfcheck_plain;
ALTER TABLE note ENABLE ROW LEVEL SECURITY;
CREATE VIEW advice AS
SELECT regexp_replace(l, '^  (\w+): "?(.*?)"?$', '\1: \2') AS line FROM perfcheck_verify(10) WITH ORDINALITY AS v (l, n) WHERE l ~ '^  (cause|advice): ' ORDER BY n;
SELECT ask('e_page', 'SELECT id FROM note ORDER BY id LIMIT 10');
UPDATE perfcheck_query SET role = 'perfcheck_plain', settings = '{"app.memo": "x"}' WHERE enabled;
CREATE POLICY own ON note USING (is_mine(owner));
SELECT * FROM advice;
ALTER POLICY own ON note USING (owner IN (SELECT mine()));
SELECT * FROM advice;
ALTER POLICY own ON note USING (current_setting('app.staff', true) = 'on' OR owner::text = current_setting('app.memo'));
SELECT * FROM advice;
-- an index by itself is enough, and the policy stays as it is
DROP POLICY own ON note;
DROP INDEX note_owner_id_idx;
CREATE FUNCTION me() RETURNS int LANGUAGE sql STABLE AS 'SELECT 7';
CREATE POLICY own ON note USING (owner = me());
SELECT l FROM perfcheck_verify(10) AS v (l) WHERE l ~ '^  fix';
CALL forget();
-- an index of the column's collation does not hold the rows in another order
DROP TABLE IF EXISTS person;
CREATE TABLE person (id int PRIMARY KEY, mail text COLLATE "C" NOT NULL);
INSERT INTO person SELECT i, 'p' || i FROM generate_series(1, 6000) AS i;
CREATE INDEX ON person (mail);
VACUUM ANALYZE person;
SELECT ask('collated', 'SELECT id FROM person WHERE mail > $1 ORDER BY mail COLLATE "POSIX" LIMIT 20');
SELECT * FROM advice;
CALL forget();
DROP OWNED BY perfcheck_plain;
DROP ROLE perfcheck_plain;
UPDATE perfcheck_query SET enabled = true;
DROP SCHEMA plain CASCADE;
