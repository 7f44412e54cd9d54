-- perfcheck_snapshot, perfcheck_diff, perfcheck_assert(baseline): regressions are planted,
-- one a table, and each is found and named; growth is told of and fails nothing.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA baseline_test;
SET search_path = baseline_test, public;
\set SHOW_CONTEXT never
SET jit = off;
SET max_parallel_workers_per_gather = 0;
UPDATE perfcheck_query SET enabled = false;
CREATE TABLE size_of AS SELECT 3000 AS rows;

-- The table of a query has its name, and is always of the same kind.
CREATE PROCEDURE make(name text, sql text DEFAULT 'SELECT id, note FROM TABLE WHERE a = $1 ORDER BY at LIMIT 10')
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE %I (id int PRIMARY KEY, a int NOT NULL, b int NOT NULL, at int NOT NULL, note text NOT NULL) WITH (autovacuum_enabled = off)', name);
    EXECUTE format('INSERT INTO %I SELECT n, n %% 30, CASE WHEN n %% 10 = 0 THEN n ELSE 0 END, n, ''note '' || n FROM generate_series(1, (SELECT rows FROM size_of)) AS n', name);
    EXECUTE format('CREATE INDEX %I ON %I (a, at)', name || '_a_at', name);
    EXECUTE format('CREATE INDEX %I ON %I (note)', name || '_note', name);
    EXECUTE format('ANALYZE %I', name);
    PERFORM perfcheck_add_query(name, replace(sql, 'TABLE', quote_ident(name)));
END
$$;
CREATE PROCEDURE change(query text, sql text)
LANGUAGE sql AS $$ UPDATE perfcheck_query SET sql = replace(change.sql, 'TABLE', quote_ident(query)) WHERE name = query $$;

CALL make('cast_added');
CALL make('collation_changed', 'SELECT id FROM TABLE WHERE note = $1 LIMIT 10');
CALL make('column_computed');
CALL make('condition_dropped');
CALL make('count_added');
CALL make('cte_fence_added');
CALL make('function_added', 'SELECT id FROM TABLE WHERE note = $1 LIMIT 10');
CALL make('index_dropped');
CALL make('index_of_other_columns');
CALL make('limit_removed');
CALL make('not_in_added', 'SELECT id FROM TABLE WHERE id = $1');
CALL make('nulls_first_added');
CALL make('offset_added');
CALL make('or_added');
CALL make('order_changed');
CALL make('pattern_widened', 'SELECT id FROM TABLE WHERE note = $1 LIMIT 10');
CALL make('range_widened', 'SELECT id FROM TABLE WHERE id BETWEEN $1 AND $1 + 5');
CALL make('statistics_lowered', 'SELECT id FROM TABLE WHERE b = $1 ORDER BY at LIMIT 10');
CREATE INDEX statistics_lowered_b ON statistics_lowered (b);
CREATE INDEX statistics_lowered_at ON statistics_lowered (at);
CALL make('todo_dropped', 'SELECT id FROM TABLE WHERE at = $1 LIMIT 10');
UPDATE perfcheck_query SET todo = 'later' WHERE name = 'todo_dropped';
CALL make('volatile_function');
-- these are no regressions
CALL make('dropped_query');
CALL make('grown_by_80_percent', 'SELECT sum(b) FROM TABLE WHERE a = $1');
CALL make('outgrown', 'SELECT sum(b) FROM TABLE WHERE a = $1');
CALL make('mended', 'SELECT id FROM TABLE WHERE at = $1 LIMIT 10');
CALL make('old_fault', 'SELECT id FROM TABLE WHERE at = $1 LIMIT 10');
CALL make('now_accepted', 'SELECT id FROM TABLE WHERE at = $1 LIMIT 10');
CALL make('unchanged');
SELECT name, status FROM perfcheck_judge(), perfcheck_told(document) WHERE status <> 'ok';

-- The same bytes again, also after ANALYZE as no sample is kept.
CREATE TABLE kept AS SELECT string_agg(line, E'\n' ORDER BY n) AS snapshot FROM perfcheck_snapshot() WITH ORDINALITY AS s (line, n);
SELECT snapshot = (SELECT string_agg(line, E'\n' ORDER BY n) FROM perfcheck_snapshot() WITH ORDINALITY AS s (line, n)) AS same FROM kept;
ANALYZE;
SELECT snapshot = (SELECT string_agg(line, E'\n' ORDER BY n) FROM perfcheck_snapshot() WITH ORDINALITY AS s (line, n)) AS same FROM kept;
SELECT * FROM kept, perfcheck_diff(snapshot);
SELECT perfcheck_assert(baseline => snapshot) FROM kept;
SELECT kind, count(*) > 0 AS any, count(*) FILTER (WHERE jsonb_typeof(one) <> 'object') FROM kept, perfcheck_snapshot_lines(snapshot) GROUP BY kind ORDER BY kind;
-- lines are sorted, but for the first
SELECT bool_and(line >= before COLLATE "C") FROM (
    SELECT line, split_part(line, ' ', 1) AS kind, lag(line) OVER (PARTITION BY split_part(line, ' ', 1) ORDER BY n) AS before
    FROM kept, regexp_split_to_table(snapshot, '\n') WITH ORDINALITY AS s (line, n)) AS l WHERE kind IN ('query', 'table', 'setting');

-- Planted.
CALL change('cast_added', 'SELECT id, note FROM TABLE WHERE a::text = $1 ORDER BY at LIMIT 10');
CALL change('collation_changed', 'SELECT id FROM TABLE WHERE note COLLATE "POSIX" = $1 LIMIT 10');
CALL change('column_computed', 'SELECT id, note FROM TABLE WHERE a + 1 = $1 ORDER BY at LIMIT 10');
CALL change('condition_dropped', 'SELECT id, note FROM TABLE ORDER BY at LIMIT 10');
CALL change('count_added', 'SELECT id, (SELECT count(*) FROM TABLE) FROM TABLE WHERE a = $1 ORDER BY at LIMIT 10');
CALL change('cte_fence_added', 'WITH t AS MATERIALIZED (SELECT * FROM TABLE) SELECT id, note FROM t WHERE a = $1 ORDER BY at LIMIT 10');
CALL change('function_added', 'SELECT id FROM TABLE WHERE lower(note) = $1 LIMIT 10');
DROP INDEX index_dropped_a_at;
DROP INDEX index_of_other_columns_a_at;
CREATE INDEX index_of_other_columns_a_at ON index_of_other_columns (b, at);
CALL change('limit_removed', 'SELECT id, note FROM TABLE WHERE a = $1 ORDER BY at');
CALL change('not_in_added', 'SELECT id FROM TABLE WHERE id NOT IN (SELECT b FROM old_fault) AND id = $1');
CALL change('nulls_first_added', 'SELECT id, note FROM TABLE WHERE a = $1 ORDER BY at NULLS FIRST LIMIT 10');
CALL change('offset_added', 'SELECT id, note FROM TABLE ORDER BY a, at LIMIT 10 OFFSET $1');
CALL change('or_added', 'SELECT id, note FROM TABLE WHERE a = $1 OR b = $2 ORDER BY at LIMIT 10');
CALL change('order_changed', 'SELECT id, note FROM TABLE WHERE a = $1 ORDER BY b LIMIT 10');
CALL change('pattern_widened', 'SELECT id FROM TABLE WHERE note LIKE ''%'' || $1 LIMIT 10');
CALL change('range_widened', 'SELECT id FROM TABLE WHERE id >= $1');
ALTER TABLE statistics_lowered ALTER b SET STATISTICS 0;
DELETE FROM pg_statistic WHERE starelid = 'statistics_lowered'::regclass;
ANALYZE statistics_lowered;
UPDATE perfcheck_query SET todo = NULL WHERE name = 'todo_dropped';
CALL change('volatile_function', 'SELECT id, note FROM TABLE WHERE a = $1 + floor(random())::int ORDER BY at LIMIT 10');
CALL make('new_and_bad', 'SELECT id FROM TABLE WHERE at = $1 LIMIT 10');
CALL make('new_and_good');
SELECT perfcheck_drop_query('dropped_query');
INSERT INTO grown_by_80_percent SELECT n, n % 30, 0, n, 'note ' || n FROM generate_series(3001, 5400) AS n;
ANALYZE grown_by_80_percent;
INSERT INTO outgrown SELECT n, n % 30, 0, n, 'note ' || n FROM generate_series(3001, 5400) AS n;
CREATE INDEX mended_at ON mended (at);
UPDATE perfcheck_query SET todo = 'later' WHERE name = 'now_accepted';

CREATE TABLE changed AS SELECT d.* FROM kept, perfcheck_diff(snapshot) AS d;
SELECT query, change, fails, why FROM changed;
SELECT count(*) FILTER (WHERE fails) AS failing, count(*) AS all FROM changed;

-- It fails on these alone, and names the old fault in one line.
DO $$
DECLARE
    detail text;
BEGIN
    PERFORM perfcheck_assert(baseline => snapshot) FROM kept;
EXCEPTION WHEN check_violation THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RAISE WARNING '%', left(SQLERRM, 60);
    RAISE WARNING '%', (regexp_match(detail, 'old faults: .*'))[1];
    RAISE WARNING '%', (regexp_match(detail, 'index_dropped: .*?\n.*?\n'))[1];
END
$$;

-- Two snapshots, as of two servers.
SELECT query, change, why FROM kept, perfcheck_compare_snapshots(snapshot, replace(snapshot, '"version" : ' || current_setting('server_version_num')::int / 10000, '"version" : 99'));
SELECT count(*) FROM kept, perfcheck_compare_snapshots(snapshot, replace(snapshot, E'\n', E'\r\n') || E'\r\n');

-- A plan that the baseline has as fragile is no news where nothing else has changed.
CREATE FUNCTION snapshot_with(status text, projected int, fragile text, sql text DEFAULT 'a', statistics text DEFAULT 'a') RETURNS text LANGUAGE sql AS $$
SELECT format(E'perfcheck snapshot 1\nserver {"version" : 15, "scale" : 100}\ntable {"name" : "t", "rows" : 3000, "statistics" : "%5$s", "analyzed" : true}\n'
    'query {"name" : "q", "status" : "%1$s", "cause" : null, "tables" : ["t"], "budget" : 50000, "fragile" : %3$s, "sql" : "%4$s"}\n'
    'case {"query" : "q", "label" : "typical", "plan mode" : "custom", "nth" : 1, "counts" : true, "ok" : %6$s, "examined" : 10, "projected" : %2$s, "blocks" : 10, "nodes" : "Index Scan", "access" : "Index Scan", "indexes" : []}',
    $1, $2, coalesce($3, 'null'), $4, $5, ($1 = 'ok')::text)
$$;
SELECT s.before, s.after, c.change, c.why, c.fails FROM (VALUES
    ('fragile', 'it came about', snapshot_with('ok', 290, '210000'), snapshot_with('not ok', 210000, NULL)),
    ('fragile', 'it went', snapshot_with('not ok', 210000, NULL), snapshot_with('ok', 290, '210000')),
    ('fragile', 'another sample', snapshot_with('ok', 290, '210000'), snapshot_with('not ok', 300000, NULL)),
    ('fragile', 'much worse', snapshot_with('ok', 290, '210000'), snapshot_with('not ok', 500000, NULL)),
    ('fragile', 'other SQL', snapshot_with('ok', 290, '210000'), snapshot_with('not ok', 210000, NULL, 'b')),
    ('fragile', 'other statistics', snapshot_with('ok', 290, '210000'), snapshot_with('not ok', 210000, NULL, 'a', 'b')),
    ('not fragile', 'not ok', snapshot_with('ok', 290, NULL), snapshot_with('not ok', 210000, NULL)),
    ('not fragile', 'ok', snapshot_with('not ok', 210000, NULL), snapshot_with('ok', 290, NULL)),
    ('fragile', 'the same', snapshot_with('ok', 290, '210000'), snapshot_with('ok', 290, '210000'))) AS s (before, after, a, b)
LEFT JOIN LATERAL perfcheck_compare_snapshots(s.a, s.b) AS c ON true;
-- What is no snapshot, or not one of this run.
SELECT perfcheck_diff('');
SELECT perfcheck_diff(E'perfcheck snapshot 1\n<<<<<<< HEAD');
SELECT perfcheck_diff(E'perfcheck snapshot 2\n');
SELECT perfcheck_diff(snapshot, 10) FROM kept;
SELECT perfcheck_assert(10, baseline => snapshot) FROM kept;


-- The age of statistics: of a table, of partitions, and where there are none.
CREATE TABLE parted (id int) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (5000) WITH (autovacuum_enabled = off);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (5000) TO (100000) WITH (autovacuum_enabled = off);
INSERT INTO parted SELECT generate_series(1, 9000);
CREATE TABLE never (id int) WITH (autovacuum_enabled = off);
CREATE FUNCTION ages() RETURNS TABLE (name text, age text) LANGUAGE sql AS $$
SELECT l.one ->> 'name', l.one ->> 'age' FROM perfcheck_snapshot_lines((
    SELECT string_agg(line, E'\n' ORDER BY n) FROM perfcheck_snapshot_of((
        SELECT json_build_object('scale', 1, 'queries', json_build_array(json_build_object('name', 'q', 'status', 'ok', 'cases', '[]'::json, 'sql', '',
            'tables', json_agg(json_build_object('table', t.name, 'rows', 1)))))
        FROM (VALUES ('baseline_test.parted'), ('baseline_test.never'), ('baseline_test.unchanged'), ('gone.gone')) AS t (name))) WITH ORDINALITY AS s (line, n))) AS l
WHERE l.kind = 'table'
$$;
SELECT * FROM ages();
ANALYZE parted;
SELECT * FROM ages() WHERE name ~ 'parted';
INSERT INTO parted SELECT generate_series(9001, 20000);
SELECT * FROM ages() WHERE name ~ 'parted';

DELETE FROM perfcheck_query WHERE enabled;
UPDATE perfcheck_query SET enabled = true;
RESET search_path;
DROP SCHEMA baseline_test CASCADE;
