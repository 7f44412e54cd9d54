-- Rows projected from a small table, beside those that a table 50 times as large
-- makes the same query examine.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA projection_test;
SET search_path = projection_test, public;
SET jit = off;
SET max_parallel_workers_per_gather = 0;
UPDATE perfcheck_query SET enabled = false;

-- The same tables at two sizes: 400 owners of 5 notes each, or 20,000; 4 states
-- and 6 boards at any size; threads of 10 notes, 3 deep.
CREATE PROCEDURE make_tables(schema_name text, s int) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE SCHEMA %I', schema_name);
	EXECUTE format('SET search_path = %I, public', schema_name);
	CREATE TABLE board (id int PRIMARY KEY, name text NOT NULL);
	INSERT INTO board SELECT i, 'board ' || i FROM generate_series(1, 6) AS i;
	CREATE TABLE owner (id int PRIMARY KEY, email text NOT NULL, board_id int NOT NULL, score int NOT NULL);
	INSERT INTO owner SELECT i, 'Owner' || i || '@example.org', 1 + i % 6, i::bigint * 7919 % 10007
	FROM generate_series(1, 400 * s) AS i;
	CREATE UNIQUE INDEX ON owner (upper(email));
	CREATE TABLE note (id int PRIMARY KEY, owner_id int NOT NULL, board_id int NOT NULL, state text NOT NULL,
		parent_id int, code text NOT NULL, at timestamptz NOT NULL, body text NOT NULL);
	INSERT INTO note SELECT i, 1 + i::bigint * 7919 % (400 * s), 1 + i % 6, (ARRAY['new', 'read', 'done', 'kept'])[1 + i % 4],
		CASE WHEN i % 10 > 0 THEN i - i % 10 + (i % 10 - 1) / 3 END, CASE WHEN i % 2 = 0 THEN 'none' ELSE 'code' || i END,
		'2030-01-01'::timestamptz + i * interval '1 minute', repeat('x', 40)
	FROM generate_series(1, 2000 * s) AS i;
	UPDATE note SET parent_id = NULL WHERE parent_id = 0;
	CREATE INDEX note_owner ON note (owner_id, at);
	CREATE INDEX note_board ON note (board_id, at);
	CREATE INDEX note_parent ON note (parent_id);
	CREATE INDEX note_code ON note (code);
	CREATE INDEX note_at ON note (at);
	SET search_path = projection_test, public;
END $$;
CALL make_tables('small', 1);
CALL make_tables('large', 50);
VACUUM ANALYZE small.board, small.owner, small.note, large.board, large.owner, large.note;
SET perfcheck.fixed_tables = 'small.board';

\getenv srcdir PG_ABS_SRCDIR
\set two_sizes :srcdir '/lib/two_sizes.sql'
\i :two_sizes

-- Subqueries run for the rows that come out of their node.
CALL add_both('above sort', 'SELECT id, (SELECT count(*) FROM note AS n WHERE n.owner_id = o.id) FROM owner AS o ORDER BY score LIMIT 10');
CALL add_both('below sort', 'SELECT id FROM owner AS o ORDER BY (SELECT count(*) FROM note AS n WHERE n.owner_id = o.id) LIMIT 10');
CALL add_both('in filter', 'SELECT id FROM owner AS o WHERE (SELECT count(*) FROM note AS n WHERE n.owner_id = o.id) > 2 ORDER BY id LIMIT 10');
CALL add_both('exists', 'SELECT id, EXISTS (SELECT FROM note AS n WHERE n.board_id = o.board_id) FROM owner AS o ORDER BY id LIMIT 10');
SELECT * FROM compare();
CALL drop_both();

-- A Limit stops both sides of a merge join, and the outer side of a hash join.
SET enable_nestloop = off;
SET enable_hashjoin = off;
SET enable_sort = off;
CALL add_both('merge', 'SELECT n.id, o.score FROM owner AS o JOIN note AS n ON n.owner_id = o.id ORDER BY o.id LIMIT 20');
CALL add_both('merge left', 'SELECT n.id, m.body FROM note AS n LEFT JOIN note AS m ON m.id = n.id AND m.state = ''new'' ORDER BY n.id LIMIT 20');
CALL add_both('merge semi', 'SELECT id FROM owner AS o WHERE EXISTS (SELECT FROM note AS n WHERE n.owner_id = o.id AND n.state = ''done'') ORDER BY id LIMIT 20');
CALL add_both('merge anti', 'SELECT id FROM owner AS o WHERE NOT EXISTS (SELECT FROM note AS n WHERE n.owner_id = o.id AND n.state = ''done'') ORDER BY id LIMIT 20');
CALL add_both('merge all', 'SELECT count(*) FROM owner AS o JOIN note AS n ON n.owner_id = o.id');
SELECT * FROM compare();
CALL drop_both();
SET enable_mergejoin = off;
RESET enable_hashjoin;
RESET enable_sort;
CALL add_both('hash', 'SELECT n.id, o.score FROM note AS n JOIN owner AS o ON n.owner_id = o.id LIMIT 20');
CALL add_both('pairs of a board', 'SELECT count(*) FROM owner AS a JOIN owner AS b ON a.board_id = b.board_id WHERE a.score < 50 AND b.score < 50');
CALL add_both('notes of boards', 'SELECT b.name, count(*) FROM board AS b JOIN note AS n ON n.board_id = b.id GROUP BY 1');
SELECT * FROM compare();
CALL drop_both();
RESET enable_mergejoin;
RESET enable_nestloop;

-- Look-ups: of values that grow, of fixed ones, of a default among unique ones.
CALL add_both('owner', 'SELECT * FROM note WHERE owner_id = $1');
CALL add_both('upper', 'SELECT * FROM note AS n JOIN owner AS o ON o.id = n.owner_id WHERE upper(o.email) = $1');
CALL add_both('board', 'SELECT count(*) FROM note WHERE board_id = $1');
CALL add_both('last of board', 'SELECT * FROM note WHERE board_id = $1 ORDER BY at DESC LIMIT 1');
CALL add_both('code', 'SELECT * FROM note WHERE code = $1');
SELECT perfcheck_add_case('code small', 'default', ARRAY['none']);
SELECT perfcheck_add_case('code large', 'default', ARRAY['none']);
SELECT * FROM compare() WHERE label ~ 'default|typical' AND (query <> 'code' OR label = 'default');
CALL drop_both();

-- Time goes on: a day stays a day, read by a B-tree or by the blocks of a BRIN
-- whose table lies in its order. A BRIN of scattered times reads most blocks.
CREATE INDEX ON small.note USING brin (at) WITH (pages_per_range = 2);
CREATE INDEX ON large.note USING brin (at) WITH (pages_per_range = 2);
CALL add_both('day', 'SELECT count(*) FROM note WHERE at BETWEEN ''2030-01-01 06:00'' AND ''2030-01-01 12:00''');
CALL add_both('day of board', 'SELECT count(*) FROM note WHERE board_id = 3 AND at BETWEEN ''2030-01-01 06:00'' AND ''2030-01-01 12:00''');
CALL add_both('since', 'SELECT count(*) FROM note WHERE at > ''2030-01-01 12:00''');
SELECT * FROM compare();
DROP INDEX small.note_at, large.note_at, small.note_board, large.note_board;
SET enable_seqscan = off;
SELECT * FROM compare() WHERE query = 'day';
UPDATE small.note SET at = '2030-01-01'::timestamptz + (id::bigint * 7919 % 2003) * interval '1 minute';
UPDATE large.note SET at = '2030-01-01'::timestamptz + (id::bigint * 7919 % 100003) * interval '1 minute';
VACUUM FULL ANALYZE small.note, large.note;
SELECT * FROM compare() WHERE query = 'day';
RESET enable_seqscan;
CALL drop_both();
DROP SCHEMA small, large CASCADE;
CALL make_tables('small', 1);
CALL make_tables('large', 50);
VACUUM ANALYZE small.board, small.owner, small.note, large.board, large.owner, large.note;

-- The few rows of an owner lie further apart among all notes; so they do when
-- the condition is on the other side of the join. Those of a state do not.
SET enable_sort = off;
SET enable_bitmapscan = off;
CALL add_both('walk owner', 'SELECT * FROM note WHERE owner_id + 0 = owner_id AND owner_id = 17 AND id > 0 ORDER BY id LIMIT 2');
CALL add_both('walk state', 'SELECT * FROM note WHERE state = $1 ORDER BY at LIMIT 20');
CALL add_both('walk join', 'SELECT n.id FROM note AS n JOIN owner AS o ON o.id = n.owner_id WHERE o.score = 7919 ORDER BY n.at LIMIT 3');
SELECT * FROM compare() WHERE label ~ 'typical|no values';
CALL drop_both();
RESET enable_sort;
RESET enable_bitmapscan;

-- A CTE that one scan reads is filled as far as it is read.
CALL add_both('cte page', 'WITH n AS MATERIALIZED (SELECT * FROM note) SELECT * FROM n WHERE state = ''new'' LIMIT 20');
CALL add_both('cte joined', 'WITH n AS MATERIALIZED (SELECT * FROM note) SELECT n.id, o.score FROM n JOIN owner AS o ON o.id = n.owner_id LIMIT 20');
CALL add_both('cte counted', 'WITH n AS MATERIALIZED (SELECT * FROM note) SELECT count(*) FROM n WHERE state = ''new''');
CALL add_both('cte twice', 'WITH n AS MATERIALIZED (SELECT * FROM note) SELECT count(*) FROM (SELECT * FROM n LIMIT 5) AS a, (SELECT max(id) AS id FROM n) AS b');
SELECT * FROM compare();
CALL drop_both();

-- Recursions are as deep at any size, but for those that go from one value to
-- the next.
CALL add_both('down', 'WITH RECURSIVE t AS (SELECT id FROM note WHERE id = 111 UNION ALL SELECT n.id FROM note AS n JOIN t ON n.parent_id = t.id) SELECT count(*) FROM t');
CALL add_both('up', 'WITH RECURSIVE t AS (SELECT id, parent_id FROM note WHERE id = 119 UNION ALL SELECT n.id, n.parent_id FROM note AS n JOIN t ON n.id = t.parent_id) SELECT * FROM t');
CALL add_both('forest', 'WITH RECURSIVE t AS (SELECT id FROM note WHERE parent_id IS NULL UNION ALL SELECT n.id FROM note AS n JOIN t ON n.parent_id = t.id) SELECT count(*) FROM t');
CALL add_both('next board', 'WITH RECURSIVE t AS (SELECT min(board_id) AS b FROM note UNION ALL SELECT (SELECT min(n.board_id) FROM note AS n WHERE n.board_id > t.b) FROM t WHERE t.b IS NOT NULL) SELECT b FROM t');
CALL add_both('next owner', 'WITH RECURSIVE t AS ((SELECT owner_id AS b FROM note ORDER BY owner_id LIMIT 1) UNION ALL SELECT n.owner_id FROM t CROSS JOIN LATERAL (SELECT owner_id FROM note AS n WHERE n.owner_id > t.b ORDER BY owner_id LIMIT 1) AS n) SELECT count(*) FROM t');
SELECT * FROM compare();
CALL drop_both();

-- The last one of each: a Limit in each loop, whose loops are those outside.
CALL add_both('last of boards', 'SELECT b.id, n.id FROM board AS b CROSS JOIN LATERAL (SELECT id FROM note AS n WHERE n.board_id = b.id ORDER BY at DESC LIMIT 3) AS n');
CALL add_both('last of owners', 'SELECT o.id, n.id FROM owner AS o CROSS JOIN LATERAL (SELECT id FROM note AS n WHERE n.owner_id = o.id + 100 ORDER BY at DESC LIMIT 1) AS n');
CALL add_both('last of a page', 'SELECT o.id, n.id FROM owner AS o CROSS JOIN LATERAL (SELECT id FROM note AS n WHERE n.owner_id = o.id ORDER BY at DESC LIMIT 1) AS n ORDER BY o.id LIMIT 20');
SELECT * FROM compare() WHERE label ~ 'typical|no values';
CALL drop_both();

-- A derived deep page moves away; a number of rows that was given stays.
CALL add_both('deep', 'SELECT id FROM note ORDER BY at, id LIMIT 20 OFFSET $1');
SELECT perfcheck_add_case('deep small', 'given', ARRAY['700']);
SELECT perfcheck_add_case('deep large', 'given', ARRAY['700']);
-- Groups end as they are read; a window ends at the row number that it is asked for.
CALL add_both('groups', 'SELECT owner_id, count(*) FROM note GROUP BY owner_id ORDER BY owner_id LIMIT 10');
CALL add_both('distinct', 'SELECT DISTINCT owner_id FROM note ORDER BY owner_id LIMIT 10');
CALL add_both('window', 'SELECT * FROM (SELECT id, row_number() OVER (ORDER BY at) AS n FROM note) AS x WHERE n <= 20');
CALL add_both('window of all', 'SELECT id, count(*) OVER () FROM note LIMIT 20');
SELECT * FROM compare();
CALL drop_both();

-- Twice the rows returned, of a table through a bitmap, alone and joined.
SET search_path = small, public;
SET enable_seqscan = off;
SET enable_indexscan = off;
SELECT perfcheck_add_query('alone', 'SELECT * FROM note WHERE board_id = $1', max_rows => 10, max_rows_returned => 1000000);
SELECT perfcheck_add_query('joined', 'SELECT b.name, n.* FROM board AS b JOIN note AS n ON n.board_id = b.id WHERE b.id = $1', max_rows => 10, max_rows_returned => 1000000);
SELECT perfcheck_add_query('either', 'SELECT * FROM note WHERE board_id = $1 OR parent_id = $2', max_rows => 10, max_rows_returned => 1000000);
SELECT perfcheck_add_query('filtered', 'SELECT * FROM note WHERE board_id = $1 AND id % 7 = 0', max_rows => 10, max_rows_returned => 1000000);
SELECT query, bool_and(ok) AS ok FROM perfcheck_plan(scale => 50) WHERE label ~ 'typical' AND plan_mode = 'custom' GROUP BY 1 ORDER BY 1;
RESET ALL;
DROP SCHEMA projection_test, small, large CASCADE;
DELETE FROM perfcheck_query WHERE enabled;
UPDATE perfcheck_query SET enabled = true;
