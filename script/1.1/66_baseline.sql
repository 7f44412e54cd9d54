--
-- What was true at one time, as a text for git, and what changed since
--

-- Two digits, so that what is the same stays the same text.
CREATE FUNCTION perfcheck_two_digits(number double precision)
RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    SELECT CASE WHEN abs($1) < 100 THEN round($1)::bigint
        ELSE round($1::numeric, 1 - floor(log(abs($1)))::integer)::bigint END
$$;

COMMENT ON FUNCTION perfcheck_two_digits(double precision) IS
'A number rounded to two digits';

-- pg_get_viewdef() raises an internal error if the view is dropped meanwhile.
CREATE FUNCTION perfcheck_view_text(view oid)
RETURNS text
AS 'MODULE_PATHNAME', 'perfcheck_view_text'
LANGUAGE C STABLE STRICT PARALLEL UNSAFE;

COMMENT ON FUNCTION perfcheck_view_text(oid) IS
'The text of a view as it stands now, or NULL where it does not exist any more';

-- What a query stands on besides the rows: the relations and functions that it names, and
-- what views and policies name in turn, each as hashes of what plans depend on. Whatever
-- every server has is left out, and so is what has no name of its own any more.
CREATE FUNCTION perfcheck_snapshot_objects(document json)
RETURNS TABLE (query text, type text, name text, line json)
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    WITH RECURSIVE named AS (
        SELECT q.one ->> 'name' AS query, o.one ->> 'identity' AS identity, o.one ->> 'type' IN ('function', 'procedure', 'aggregate') AS is_function
        FROM json_array_elements($1 -> 'queries') AS q (one), json_array_elements(q.one -> 'objects') AS o (one)
    ), uses (relid, classid, objid) AS (
        SELECT r.ev_class, d.refclassid, d.refobjid
        FROM pg_rewrite AS r JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
        WHERE d.refobjid >= 16384 AND d.refclassid IN ('pg_class'::regclass, 'pg_proc'::regclass)
        UNION
        SELECT p.polrelid, d.refclassid, d.refobjid
        FROM pg_policy AS p JOIN pg_depend AS d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid
        WHERE d.refobjid >= 16384 AND d.refclassid IN ('pg_class'::regclass, 'pg_proc'::regclass)
    ), reached (query, classid, objid) AS (
        SELECT n.query, CASE WHEN n.is_function THEN 'pg_proc'::regclass ELSE 'pg_class'::regclass END::oid,
            CASE WHEN n.is_function THEN to_regprocedure(n.identity)::oid ELSE to_regclass(n.identity)::oid END
        FROM named AS n
        UNION
        SELECT r.query, u.classid, u.objid
        FROM reached AS r JOIN uses AS u ON r.classid = 'pg_class'::regclass AND u.relid = r.objid
    ), each AS (
        SELECT DISTINCT r.classid, r.objid FROM reached AS r WHERE r.objid IS NOT NULL
    ), lines (classid, objid, type, name, line) AS (
        SELECT e.classid, e.objid, i.type, i.identity, json_build_object('type', i.type, 'name', i.identity,
            'definition', CASE WHEN c.relkind IN ('v', 'm') THEN left(md5(concat_ws(' ', @extschema@.perfcheck_view_text(c.oid), c.reloptions)), 8) END,
            'columns', (SELECT left(md5(string_agg(format('%s %s %s %s %s', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, l.collname, a.attgenerated), E'\n' ORDER BY a.attnum)), 8)
                FROM pg_attribute AS a LEFT JOIN pg_collation AS l ON l.oid = a.attcollation WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
            'constraints', (SELECT left(md5(string_agg(s.text, E'\n' ORDER BY s.text COLLATE "C")), 8)
                FROM (SELECT concat_ws(' ', pg_get_constraintdef(k.oid), k.convalidated) AS text FROM pg_constraint AS k WHERE k.conrelid = c.oid AND k.contype IN ('c', 'f', 'p', 'u', 'x')) AS s),
            'policies', CASE WHEN c.relrowsecurity THEN (SELECT left(md5(concat_ws(' ', c.relforcerowsecurity, string_agg(s.text, E'\n' ORDER BY s.text COLLATE "C"))), 8)
                FROM (SELECT concat_ws(' ', p.polcmd, p.polpermissive, pg_get_expr(p.polqual, p.polrelid),
                        (SELECT string_agg(coalesce(r.rolname, 'public'), ' ' ORDER BY r.rolname COLLATE "C") FROM unnest(p.polroles) AS u (oid) LEFT JOIN pg_roles AS r ON r.oid = u.oid)) AS text
                    FROM pg_policy AS p WHERE p.polrelid = c.oid) AS s) END,
            'storage', CASE WHEN c.relkind NOT IN ('v', 'f') THEN left(md5(concat_ws(' ', c.relpersistence, m.amname, t.spcoptions,
                    (SELECT string_agg(o.text, ' ' ORDER BY o.text COLLATE "C") FROM unnest(c.reloptions) AS o (text) WHERE o.text !~ '^(autovacuum|log_autovacuum|toast)'),
                    CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END)), 8) END,
            'order', (SELECT x.relname FROM pg_index AS n JOIN pg_class AS x ON x.oid = n.indexrelid WHERE n.indrelid = c.oid AND n.indisclustered),
            'partitions', (SELECT left(md5(string_agg(s.text, E'\n' ORDER BY s.text COLLATE "C")), 8)
                FROM (SELECT concat_ws(' ', (pg_identify_object('pg_class'::regclass, h.inhrelid, 0)).identity, pg_get_expr(k.relpartbound, k.oid)) AS text
                    FROM pg_inherits AS h JOIN pg_class AS k ON k.oid = h.inhrelid WHERE h.inhparent = c.oid) AS s))
        FROM each AS e JOIN pg_class AS c ON e.classid = 'pg_class'::regclass AND c.oid = e.objid
        CROSS JOIN LATERAL pg_identify_object(e.classid, e.objid, 0) AS i
        LEFT JOIN pg_am AS m ON m.oid = c.relam
        -- The tablespace of a database is 0 in its tables.
        LEFT JOIN pg_database AS b ON b.datname = current_database()
        LEFT JOIN pg_tablespace AS t ON t.oid = coalesce(nullif(c.reltablespace, 0), b.dattablespace)
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
        UNION ALL
        SELECT e.classid, e.objid, i.type, i.identity, json_build_object('type', i.type, 'name', i.identity, 'definition',
            left(md5(CASE WHEN p.prokind = 'a' THEN (SELECT concat_ws(' ', a.aggkind, a.aggtransfn::regprocedure, a.aggfinalfn::regprocedure, a.aggsortop::regoperator, a.agginitval) FROM pg_aggregate AS a WHERE a.aggfnoid = p.oid)
                ELSE pg_get_functiondef(p.oid) END), 8))
        FROM each AS e JOIN pg_proc AS p ON e.classid = 'pg_proc'::regclass AND p.oid = e.objid
        CROSS JOIN LATERAL pg_identify_object(e.classid, e.objid, 0) AS i
        WHERE p.oid >= 16384)
    SELECT r.query, l.type, l.name, l.line FROM reached AS r JOIN lines AS l ON l.classid = r.classid AND l.objid = r.objid
$$;

COMMENT ON FUNCTION perfcheck_snapshot_objects(json) IS
'The relations and functions that judged queries name, with hashes of what plans depend on';

-- What ANALYZE finds in a sample differs from run to run, so statistics stand here as what
-- they were asked for: targets, kinds, and objects; whether there are any; and their age,
-- as the growth of the files since relpages was set, which any run sees alike.
-- n_mod_since_analyze comes a second late, even after the ANALYZE that followed. Settings
-- of perfcheck that change no verdict are left out, and so are values: they may be those
-- of users.
CREATE FUNCTION perfcheck_snapshot_of(document json)
RETURNS SETOF text
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
SET DateStyle = 'ISO, YMD'
SET IntervalStyle = 'postgres'
SET TimeZone = 'UTC'
SET bytea_output = 'hex'
SET extra_float_digits = 1
SET quote_all_identifiers = off
AS $$
    WITH query AS (
        SELECT q.one, q.one ->> 'name' AS name, q.one ->> 'status' AS status
        FROM json_array_elements($1 -> 'queries') AS q (one)
    ), tables AS (
        SELECT t.one ->> 'table' AS name, max((t.one ->> 'rows')::float8) AS rows, max((t.one ->> 'rows_judged')::float8) AS judged, c.oid AS relid, max(c.reltuples) AS reltuples
        FROM query AS q
        CROSS JOIN LATERAL json_array_elements(q.one -> 'tables') AS t (one)
        CROSS JOIN LATERAL (SELECT parse_ident(t.one ->> 'table') AS parts) AS p
        LEFT JOIN pg_namespace AS n ON n.nspname = p.parts[1]
        LEFT JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = p.parts[2]
        GROUP BY 1, 4
    ), cases AS (
        SELECT q.name AS query, c.one, row_number() OVER (PARTITION BY q.name, c.one ->> 'label', c.one ->> 'plan_mode' ORDER BY c.place) AS nth
        FROM query AS q, json_array_elements(q.one -> 'cases') WITH ORDINALITY AS c (one, place)
    ), planner AS (
        -- Those that role_settings.c takes from a role.
        SELECT s.name FROM pg_settings AS s
        WHERE s.name ~ '^(enable_|cpu_|geqo|parallel_|min_parallel_)'
            OR s.name IN ('seq_page_cost', 'random_page_cost', 'effective_cache_size', 'effective_io_concurrency', 'work_mem', 'hash_mem_multiplier',
                'plan_cache_mode', 'from_collapse_limit', 'join_collapse_limit', 'recursive_worktable_factor', 'cursor_tuple_fraction', 'constraint_exclusion',
                'max_parallel_workers_per_gather')
    ), objects AS MATERIALIZED (
        SELECT o.query, o.type, o.name, o.line FROM @extschema@.perfcheck_snapshot_objects($1) AS o
    ), lines AS (
        SELECT 0 AS part, ''::text AS name, 'perfcheck snapshot 1' AS line
        UNION ALL
        SELECT 1, '', 'server ' || json_build_object('version', current_setting('server_version_num')::integer / 10000, 'scale', $1 -> 'scale')
        UNION ALL
        SELECT 2, s.name, 'setting ' || json_build_object('name', s.name, 'value', current_setting(s.name))
        FROM pg_settings AS s
        WHERE s.setting IS DISTINCT FROM s.boot_val AND (s.name IN (SELECT p.name FROM planner AS p)
            OR s.name ~ '^pg_trgm[.]' OR s.name IN ('default_statistics_target', 'perfcheck.fixed_tables', 'perfcheck.max_blocks',
                'perfcheck.max_rows_examined', 'perfcheck.max_rows_returned', 'perfcheck.role'))
        UNION ALL
        SELECT 3, t.name, 'table ' || json_build_object('name', t.name, 'rows', @extschema@.perfcheck_two_digits(t.rows), 'judged', @extschema@.perfcheck_two_digits(t.judged),
            'statistics', (SELECT left(md5(string_agg(s.text, E'\n' ORDER BY s.text COLLATE "C")), 8) FROM (
                SELECT format('%s %s %s', a.attname, coalesce(nullif(to_json(a) ->> 'attstattarget', '-1'), 'default'), a.attoptions) AS text
                FROM pg_attribute AS a WHERE a.attrelid = t.relid AND a.attnum > 0 AND NOT a.attisdropped
                UNION ALL
                SELECT pg_get_statisticsobjdef(e.oid) || ' ' || coalesce(nullif(to_json(e) ->> 'stxstattarget', '-1'), 'default') FROM pg_statistic_ext AS e WHERE e.stxrelid = t.relid) AS s),
            'analyzed', t.reltuples >= 0,
            'age', CASE WHEN t.relid IS NULL THEN NULL WHEN t.reltuples < 0 THEN 'none' WHEN (
                SELECT sum(pg_relation_size(f.oid)) > 1.2 * sum(greatest(f.relpages, 0)::float8 * current_setting('block_size')::integer) + 8 * current_setting('block_size')::integer
                FROM pg_class AS f
                WHERE f.relkind IN ('r', 'm') AND f.oid IN (SELECT t.relid UNION SELECT p.relid FROM pg_partition_tree(t.relid) AS p)) THEN 'outgrown' ELSE 'current' END)
        FROM tables AS t
        UNION ALL
        SELECT 4, t.name || ' ' || x.relname, 'index ' || json_build_object('table', t.name, 'name', x.relname, 'definition', pg_get_indexdef(i.indexrelid), 'valid', i.indisvalid)
        FROM tables AS t JOIN pg_index AS i ON i.indrelid = t.relid JOIN pg_class AS x ON x.oid = i.indexrelid
        UNION ALL
        SELECT DISTINCT 5, o.type || ' ' || o.name, 'object ' || o.line::text FROM objects AS o
        UNION ALL
        SELECT 6, q.name, 'query ' || json_build_object('name', q.name, 'status', q.status, 'error', d.is_error, 'cause', d.cause_id,
            'tables', (SELECT json_agg(t.one ->> 'table' ORDER BY t.one ->> 'table' COLLATE "C") FROM json_array_elements(q.one -> 'tables') AS t (one)),
            'objects', (SELECT json_agg(o.type || ' ' || o.name ORDER BY o.type COLLATE "C", o.name COLLATE "C") FROM objects AS o WHERE o.query = q.name),
            'budget', q.one -> 'row_budget', 'block budget', q.one -> 'block_budget',
            'role', q.one ->> 'role', 'types', q.one -> 'types', 'search_path', q.one ->> 'search_path', 'settings', left(md5(q.one ->> 'query_settings'), 8),
            'settings of the role', (SELECT json_agg(c.one ORDER BY c.one COLLATE "C") FROM pg_db_role_setting AS s JOIN pg_roles AS r ON r.oid = s.setrole AND r.rolname = coalesce(q.one ->> 'role', current_setting('perfcheck.role', true))
                JOIN pg_database AS b ON b.oid = s.setdatabase OR s.setdatabase = 0 CROSS JOIN LATERAL unnest(s.setconfig) AS c (one)
                WHERE b.datname = current_database() AND split_part(c.one, '=', 1) IN (SELECT p.name FROM planner AS p)),
            -- The rows of a plan that is not taken, but is as near as a few requests.
            'fragile', (SELECT @extschema@.perfcheck_two_digits(max((c.one ->> 'fragile_rows')::float8)) FROM json_array_elements(q.one -> 'cases') AS c (one) WHERE (c.one ->> 'counts')::boolean),
            -- White space is the same SQL, but not within quotes or behind a comment.
            'sql', left(md5(CASE WHEN q.one ->> 'sql' ~ '[''"]|--|[$][^0-9]' THEN q.one ->> 'sql' ELSE btrim(regexp_replace(q.one ->> 'sql', '\s+', ' ', 'g')) END), 8))
        FROM query AS q JOIN @extschema@.perfcheck_told($1) AS d ON d.name = q.name
        UNION ALL
        SELECT 7, format('%s %s %s %s', c.query, c.one ->> 'label', c.one ->> 'plan_mode', lpad(c.nth::text, 4, '0')),
            'case ' || json_build_object('query', c.query, 'label', c.one ->> 'label', 'plan mode', c.one ->> 'plan_mode', 'nth', c.nth,
            'counts', c.one -> 'counts', 'ok', c.one -> 'ok', 'examined', @extschema@.perfcheck_two_digits((c.one ->> 'rows_examined')::float8),
            'projected', @extschema@.perfcheck_two_digits((c.one ->> 'rows_projected')::float8),
            'nodes', c.one ->> 'nodes', 'access', c.one ->> 'access', 'conditions', c.one ->> 'conditions',
            'indexes', (SELECT json_agg(i.one ->> 'name' ORDER BY i.place) FROM json_array_elements(c.one -> 'indexes') WITH ORDINALITY AS i (one, place)))
        FROM cases AS c)
    SELECT @extschema@.perfcheck_as_json(l.line) FROM lines AS l ORDER BY l.part, l.name COLLATE "C", l.line COLLATE "C"
$$;

COMMENT ON FUNCTION perfcheck_snapshot_of(json) IS
'A document of perfcheck_judge as lines for git: plans, rows, verdicts, and what they depend on';

CREATE FUNCTION perfcheck_snapshot(
    scale double precision DEFAULT coalesce(pg_catalog.current_setting('perfcheck.scale', true)::double precision, 100))
RETURNS SETOF text
LANGUAGE sql VOLATILE
AS $$
    SELECT s.line FROM @extschema@.perfcheck_judge($1) AS j, LATERAL @extschema@.perfcheck_snapshot_of(j.document) WITH ORDINALITY AS s (line, place) ORDER BY s.place
$$;

COMMENT ON FUNCTION perfcheck_snapshot(double precision) IS
'Judges the contract and returns lines for git, which a later run is compared with';

CREATE FUNCTION perfcheck_snapshot_lines(snapshot text)
RETURNS TABLE (kind text, one jsonb)
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
DECLARE
    line text;
    number integer := 0;
BEGIN
    FOR line IN SELECT l.line FROM regexp_split_to_table($1, '\r?\n') WITH ORDINALITY AS l (line, place) ORDER BY l.place LOOP
        number := number + 1;
        IF number = 1 AND line <> 'perfcheck snapshot 1' THEN
            RAISE invalid_parameter_value USING MESSAGE = 'baseline is no snapshot of perfcheck',
                DETAIL = 'Its first line is not "perfcheck snapshot 1".', HINT = 'Make one with perfcheck_snapshot().';
        END IF;
        CONTINUE WHEN number = 1 OR line = '';
        BEGIN
            kind := split_part(line, ' ', 1);
            one := substr(line, length(kind) + 2)::jsonb;
        EXCEPTION WHEN invalid_text_representation OR untranslatable_character THEN
            RAISE invalid_parameter_value USING MESSAGE = format('line %s of the baseline cannot be read', number),
                HINT = 'Make a new one with perfcheck_snapshot().';
        END;
        IF jsonb_typeof(one) <> 'object' OR (kind = 'query' AND one ->> 'name' IS NULL) OR (kind = 'case' AND one ->> 'query' IS NULL) THEN
            RAISE invalid_parameter_value USING MESSAGE = format('line %s of the baseline is no line of a snapshot', number),
                HINT = 'Make a new one with perfcheck_snapshot().';
        END IF;
        RETURN NEXT;
    END LOOP;
END
$$;

COMMENT ON FUNCTION perfcheck_snapshot_lines(text) IS
'The lines of a snapshot as rows';

-- A query is worse if it is not ok any more, if it raises an error now, or if the worst of
-- the cases that count examines more than twice the rows (and 500 more) that it would if it
-- had grown with its tables. Smaller changes come with new values and new samples of ANALYZE.
-- Tables of less than 1,000 rows are told of when they grow, and excuse nothing.
-- The lines have no statistics, and the planner would compare each with each.
CREATE FUNCTION perfcheck_compare_snapshots(baseline text, now text)
RETURNS TABLE (query text, change text, why text, before text, after text, fails boolean)
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
SET enable_nestloop = off
AS $$
#variable_conflict use_column
DECLARE
    scales text[] := ARRAY(SELECT DISTINCT l.one ->> 'scale' FROM (VALUES ($1), ($2)) AS s (text),
        @extschema@.perfcheck_snapshot_lines(s.text) AS l WHERE l.kind = 'server');
BEGIN
    IF cardinality(scales) > 1 THEN
        RAISE invalid_parameter_value USING MESSAGE = 'the snapshots were judged at different sizes',
            DETAIL = format('Their scales are %s.', array_to_string(scales, ' and ')),
            HINT = 'Call the function with the scale of the baseline, or make a new baseline.';
    END IF;
    RETURN QUERY
    -- Names are columns here, so that lines are joined by hashing.
    WITH lines AS MATERIALIZED (
        SELECT 1 AS run, l.kind, l.one, l.one ->> 'name' AS name FROM @extschema@.perfcheck_snapshot_lines($1) AS l
        UNION ALL
        SELECT 2, l.kind, l.one, l.one ->> 'name' FROM @extschema@.perfcheck_snapshot_lines($2) AS l
    ), cases AS MATERIALIZED (
        SELECT l.run, l.one ->> 'query' AS query, l.one FROM lines AS l WHERE l.kind = 'case'
    ), worst AS (
        SELECT DISTINCT ON (c.run, c.query) c.run, c.query, c.one FROM cases AS c
        WHERE (c.one ->> 'counts')::boolean
        ORDER BY c.run, c.query, (c.one ->> 'ok')::boolean, (c.one ->> 'projected')::float8 DESC NULLS LAST, c.one ->> 'label' COLLATE "C", c.one ->> 'plan mode' COLLATE "C", (c.one ->> 'nth')::int
    ), queries AS MATERIALIZED (
        SELECT l.run, l.name, l.one AS query, w.one AS worst
        FROM lines AS l LEFT JOIN worst AS w ON w.run = l.run AND w.query = l.name
        WHERE l.kind = 'query'
    ), pairs AS MATERIALIZED (
        SELECT coalesce(a.name, b.name) AS name, a.query AS a, b.query AS b, a.worst AS was, b.worst AS is,
            coalesce(a.query ->> 'status' IN ('ok', 'skip', 'todo'), true) AS was_ok, b.query ->> 'status' = 'not ok' AS is_bad,
            (a.worst ->> 'projected')::float8 AS rows_were, (b.worst ->> 'projected')::float8 AS rows_are
        FROM (SELECT * FROM queries WHERE run = 1) AS a
        FULL JOIN (SELECT * FROM queries WHERE run = 2) AS b ON b.name = a.name
    ), tables_of AS MATERIALIZED (
        SELECT p.name, t.name AS of, p.b IS NOT NULL AS now
        FROM pairs AS p, jsonb_array_elements_text(CASE jsonb_typeof(coalesce(p.b, p.a) -> 'tables') WHEN 'array' THEN coalesce(p.b, p.a) -> 'tables' ELSE '[]' END) AS t (name)
    ), sizes AS (
        SELECT p.name, x.one AS x, y.one AS y, coalesce(y.one ->> 'judged', y.one ->> 'rows')::float8 / greatest(1, coalesce(x.one ->> 'judged', x.one ->> 'rows')::float8) AS factor,
            (y.one ->> 'rows')::float8 / greatest(1, (x.one ->> 'rows')::float8) AS growth, y.one ->> 'name' AS of
        FROM tables_of AS p
        JOIN lines AS y ON y.run = 2 AND y.kind = 'table' AND y.name = p.of
        JOIN lines AS x ON x.run = 1 AND x.kind = 'table' AND x.name = p.of
        WHERE p.now
    ), grown AS (
        -- How many times as large the table of a query is that grew most.
        SELECT z.name, max(greatest(1, z.factor)) FILTER (WHERE (z.y ->> 'rows')::float8 >= 1000) AS factor,
            string_agg(format('%s has %s rows instead of %s', z.of, z.y ->> 'rows', z.x ->> 'rows'), ', ' ORDER BY z.of COLLATE "C") FILTER (WHERE z.growth > 1.1 OR z.growth < 1 / 1.1) AS told,
            string_agg(format('%s is judged at %s rows instead of %s', z.of, z.y ->> 'judged', z.x ->> 'judged'), ', ' ORDER BY z.of COLLATE "C")
                FILTER (WHERE z.factor / greatest(z.growth, 1e-9) NOT BETWEEN 0.8 AND 1.25) AS judged,
            string_agg(format('%s has outgrown its statistics', z.of), ', ' ORDER BY z.of COLLATE "C")
                FILTER (WHERE z.y ->> 'age' = 'outgrown' AND z.x ->> 'age' IS DISTINCT FROM 'outgrown') AS aged,
            string_agg('the statistics of ' || z.of || ' are others', ', ' ORDER BY z.of COLLATE "C")
                FILTER (WHERE z.y -> 'statistics' IS DISTINCT FROM z.x -> 'statistics' OR z.y -> 'analyzed' IS DISTINCT FROM z.x -> 'analyzed') AS statistics
        FROM sizes AS z
        GROUP BY z.name
    ), used AS (
        SELECT DISTINCT c.query, i.name FROM cases AS c, jsonb_array_elements_text(CASE jsonb_typeof(c.one -> 'indexes') WHEN 'array' THEN c.one -> 'indexes' ELSE '[]' END) AS i (name)
    ), other_indexes AS (
        SELECT coalesce(x.of, y.of) AS of, coalesce(x.name, y.name) AS name, x.one AS x, y.one AS y
        FROM (SELECT l.one ->> 'table' AS of, l.name, l.one FROM lines AS l WHERE l.run = 1 AND l.kind = 'index') AS x
        FULL JOIN (SELECT l.one ->> 'table' AS of, l.name, l.one FROM lines AS l WHERE l.run = 2 AND l.kind = 'index') AS y ON y.of = x.of AND y.name = x.name
        WHERE x.one IS DISTINCT FROM y.one
    ), index_changes AS MATERIALIZED (
        SELECT t.name, i.name AS index, format('index %s of %s is %s', i.name, i.of,
                CASE WHEN i.y IS NULL THEN 'gone' WHEN i.x IS NULL THEN 'new' WHEN i.y ->> 'valid' = 'false' THEN 'invalid' ELSE 'another' END) AS told,
            coalesce(p.was -> 'indexes' @> jsonb_build_array(i.name), false) AS first, u.query IS NOT NULL AS used
        FROM tables_of AS t
        JOIN other_indexes AS i ON i.of = t.of
        JOIN pairs AS p ON p.name = t.name
        LEFT JOIN used AS u ON u.query = t.name AND u.name = i.name
    ), indexes AS (
        -- Those that a plan reads, or read; others only where there is none of these.
        SELECT c.name, string_agg(c.told, ', ' ORDER BY c.first DESC, c.index COLLATE "C") AS told
        FROM index_changes AS c
        WHERE c.used OR NOT EXISTS (SELECT FROM index_changes AS o WHERE o.name = c.name AND o.used)
        GROUP BY c.name
    ), objects_of AS (
        SELECT q.name, o.name AS of
        FROM queries AS q, jsonb_array_elements_text(CASE jsonb_typeof(q.query -> 'objects') WHEN 'array' THEN q.query -> 'objects' ELSE '[]' END) AS o (name)
        UNION
        SELECT t.name, 'table ' || t.of FROM tables_of AS t
    ), object_changes AS (
        SELECT p.name, format(v.told, x.one ->> 'type', x.name) AS told
        FROM objects_of AS p
        JOIN lines AS x ON x.run = 1 AND x.kind = 'object' AND format('%s %s', x.one ->> 'type', x.name) = p.of
        JOIN lines AS y ON y.run = 2 AND y.kind = 'object' AND format('%s %s', y.one ->> 'type', y.name) = p.of
        JOIN (VALUES ('definition', '%s %s has another definition'), ('columns', 'the columns of %2$s are others'), ('constraints', 'the constraints of %2$s are others'),
                ('policies', 'the policies of %2$s are others'), ('storage', '%2$s is stored otherwise'), ('order', 'the rows of %2$s were put in another order by CLUSTER'),
                ('partitions', 'the partitions of %2$s are others')) AS v (member, told)
            ON x.one -> v.member IS DISTINCT FROM y.one -> v.member
        -- Where there is a sentence on the definition, its columns need none.
        WHERE v.member <> 'columns' OR x.one -> 'definition' IS NOT DISTINCT FROM y.one -> 'definition'
    ), objects AS (
        SELECT o.name, string_agg(o.told, ', ' ORDER BY o.told COLLATE "C") AS told FROM object_changes AS o GROUP BY o.name
    ), settings AS (
        SELECT string_agg(format('%s is %s', coalesce(x.name, y.name), coalesce(y.value, 'the default again')), ', ' ORDER BY coalesce(x.name, y.name) COLLATE "C") AS told
        FROM (SELECT one ->> 'name' AS name, one ->> 'value' AS value FROM lines WHERE run = 1 AND kind = 'setting') AS x
        FULL JOIN (SELECT one ->> 'name' AS name, one ->> 'value' AS value FROM lines WHERE run = 2 AND kind = 'setting') AS y ON y.name = x.name
        WHERE x.value IS DISTINCT FROM y.value
    ), servers AS (
        SELECT format('PostgreSQL %s instead of %s', y.one ->> 'version', x.one ->> 'version') AS told
        FROM lines AS x, lines AS y WHERE x.run = 1 AND y.run = 2 AND x.kind = 'server' AND y.kind = 'server' AND x.one -> 'version' <> y.one -> 'version'
    ), reasons AS (
        -- What has changed that plans depend on, but for the rows.
        SELECT p.*, coalesce(g.factor, 1) AS factor, g.told AS growth, g.aged, coalesce((p.b ->> 'error')::boolean, false) AND NOT coalesce((p.a ->> 'error')::boolean, false) AS breaks,
            nullif(concat_ws('; ',
                CASE WHEN p.a ->> 'sql' <> p.b ->> 'sql' THEN 'the SQL changed' END,
                CASE WHEN p.a ->> 'role' IS DISTINCT FROM p.b ->> 'role' THEN format('the role is %s instead of %s', coalesce(p.b ->> 'role', 'the caller'), coalesce(p.a ->> 'role', 'the caller')) END,
                CASE WHEN p.a ->> 'settings' IS DISTINCT FROM p.b ->> 'settings' THEN 'its settings changed' END,
                CASE WHEN p.a -> 'settings of the role' IS DISTINCT FROM p.b -> 'settings of the role' THEN format('the role has %s',
                    coalesce((SELECT string_agg(r.one, ', ' ORDER BY r.place) FROM jsonb_array_elements_text(nullif(p.b -> 'settings of the role', 'null')) WITH ORDINALITY AS r (one, place)), 'no settings of its own any more')) END,
                CASE WHEN p.a ->> 'search_path' IS DISTINCT FROM p.b ->> 'search_path' THEN 'its search_path changed' END,
                CASE WHEN p.a -> 'types' IS DISTINCT FROM p.b -> 'types' THEN 'the types of its parameters changed' END,
                CASE WHEN p.a -> 'budget' <> p.b -> 'budget' THEN format('the budget is %s instead of %s rows', p.b ->> 'budget', p.a ->> 'budget') END,
                CASE WHEN p.a -> 'block budget' <> p.b -> 'block budget' THEN format('the budget is %s instead of %s blocks', p.b ->> 'block budget', p.a ->> 'block budget') END,
                i.told, o.told, s.told, v.told, g.judged, g.statistics), '') AS facts
        FROM pairs AS p
        LEFT JOIN grown AS g ON g.name = p.name
        LEFT JOIN indexes AS i ON i.name = p.name
        LEFT JOIN objects AS o ON o.name = p.name
        LEFT JOIN settings AS s ON true
        LEFT JOIN servers AS v ON true
    ), judged AS (
        SELECT r.*,
            CASE
                WHEN r.b IS NULL THEN 'gone'
                WHEN r.a IS NULL THEN 'new'
                WHEN r.breaks AND r.is_bad THEN 'worse'
                -- It was told of, and whether it comes about is the luck of a sample.
                WHEN r.was_ok AND r.facts IS NULL
                    AND (r.is_bad OR r.rows_are > 2 * r.rows_were + 500) AND r.rows_are <= 2 * r.factor * (r.a ->> 'fragile')::float8 + 500 THEN 'fragile'
                WHEN r.a ->> 'status' = 'not ok' AND r.b ->> 'status' = 'ok' AND r.facts IS NULL
                    AND r.rows_were <= 2 * (r.b ->> 'fragile')::float8 + 500 THEN 'fragile'
                -- The rows alone have brought it there, in their own proportion.
                WHEN r.was_ok AND r.is_bad AND r.facts IS NULL AND r.factor > 1.1 AND r.rows_are <= 1.25 * r.factor * r.rows_were + 500 THEN 'grown'
                WHEN r.was_ok AND r.is_bad THEN 'worse'
                WHEN r.a ->> 'status' IN ('not ok', 'todo') AND r.b ->> 'status' = 'ok' THEN 'mended'
                WHEN r.a ->> 'status' <> r.b ->> 'status' THEN 'changed'
                WHEN r.rows_are > 2 * r.factor * r.rows_were + 500 THEN 'worse'
                WHEN r.rows_were > 2 * r.rows_are + 500 THEN 'better'
                WHEN r.factor > 1.1 AND r.rows_are > 1.1 * r.rows_were THEN 'grown'
                WHEN r.was ->> 'nodes' IS DISTINCT FROM r.is ->> 'nodes' OR r.was ->> 'conditions' IS DISTINCT FROM r.is ->> 'conditions'
                    OR r.a -> 'cause' IS DISTINCT FROM r.b -> 'cause' THEN 'changed'
            END AS change,
            concat_ws('; ',
                CASE WHEN r.breaks THEN 'it raises an error' END,
                CASE WHEN r.a ->> 'status' = r.b ->> 'status' THEN NULL
                    WHEN r.b ->> 'status' = 'todo' THEN 'it is accepted now'
                    WHEN r.a ->> 'status' = 'todo' AND r.is_bad THEN 'it is not accepted any more'
                    WHEN r.b ->> 'status' = 'skip' THEN 'nothing is judged now'
                    WHEN r.a ->> 'status' = 'skip' THEN 'nothing was judged before' END,
                r.facts, r.growth, r.aged,
                CASE WHEN r.was ->> 'nodes' <> r.is ->> 'nodes' THEN 'the plan changed'
                    WHEN r.was ->> 'conditions' <> r.is ->> 'conditions' THEN 'the conditions of the plan changed' END) AS why
        FROM reasons AS r)
    SELECT j.name, j.change,
        CASE WHEN j.change = 'new' AND j.is_bad THEN 'it is not ok' WHEN j.change IN ('new', 'gone') THEN NULL
            WHEN j.change = 'worse' AND (j.why = '' OR (j.facts IS NULL AND j.growth IS NULL AND j.aged IS NULL AND NOT j.breaks AND j.why = 'the plan changed'))
                THEN concat_ws('; ', nullif(j.why, ''), 'nothing else that a snapshot holds: other rows, their order, or another sample of ANALYZE')
            ELSE nullif(j.why, '') END,
        CASE WHEN (j.a ->> 'error')::boolean THEN format('%s, an error', j.a ->> 'status') ELSE format('%s, %s rows, %s', j.a ->> 'status', j.was ->> 'projected', j.was ->> 'access') END,
        CASE WHEN (j.b ->> 'error')::boolean THEN format('%s, an error', j.b ->> 'status') ELSE format('%s, %s rows, %s', j.b ->> 'status', j.is ->> 'projected', j.is ->> 'access') END,
        coalesce((j.change = 'worse' AND j.b ->> 'status' <> 'todo') OR (j.change = 'new' AND j.is_bad), false)
    FROM judged AS j
    WHERE j.change IS NOT NULL
    ORDER BY 6 DESC, 2, j.name COLLATE "C";
END
$$;

COMMENT ON FUNCTION perfcheck_compare_snapshots(text, text) IS
'What changed from one snapshot to another, and why';

CREATE FUNCTION perfcheck_diff(
    baseline text,
    scale double precision DEFAULT coalesce(pg_catalog.current_setting('perfcheck.scale', true)::double precision, 100))
RETURNS TABLE (query text, change text, why text, before text, after text, fails boolean)
LANGUAGE sql VOLATILE
AS $$
    -- A message may hold values, and stands here alone, and in no snapshot.
    SELECT d.query, d.change, d.why, d.before,
        CASE WHEN t.is_error THEN pg_catalog.concat(t.status, ', an error: ', t.message) ELSE d.after END, d.fails
    FROM (SELECT j.document, (SELECT pg_catalog.string_agg(s.line, E'\n' ORDER BY s.place)
              FROM @extschema@.perfcheck_snapshot_of(j.document) WITH ORDINALITY AS s (line, place)) AS text
          FROM @extschema@.perfcheck_judge($2) AS j) AS now
    CROSS JOIN LATERAL @extschema@.perfcheck_compare_snapshots(coalesce($1, ''), now.text) WITH ORDINALITY AS d (query, change, why, before, after, fails, place)
    LEFT JOIN @extschema@.perfcheck_told(now.document) AS t ON t.name OPERATOR(pg_catalog.=) d.query
    ORDER BY d.place
$$;

COMMENT ON FUNCTION perfcheck_diff(text, double precision) IS
'Judges the contract and tells what changed since a snapshot';
