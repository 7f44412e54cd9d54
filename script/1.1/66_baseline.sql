--
-- What was true at one time, as a text for git, and what changed since
--

-- Two digits, so that what is the same stays the same text.
CREATE FUNCTION perfcheck_two_digits(number double precision)
RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN abs($1) < 100 THEN round($1)::bigint
        ELSE round($1::numeric, 1 - floor(log(abs($1)))::integer)::bigint END
$$;

COMMENT ON FUNCTION perfcheck_two_digits(double precision) IS
'A number rounded to two digits';

-- What ANALYZE finds in a sample differs from run to run, so statistics stand here as what
-- they were asked for: targets, kinds, and objects; whether there are any; and their age,
-- as the growth of the files since relpages was set, which any run sees alike.
-- n_mod_since_analyze comes a second late, even after the ANALYZE that followed.
CREATE FUNCTION perfcheck_snapshot_of(document json)
RETURNS SETOF text
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    WITH query AS (
        SELECT q.one, q.one ->> 'name' AS name, q.one ->> 'status' AS status
        FROM json_array_elements($1 -> 'queries') AS q (one)
    ), tables AS (
        SELECT t.one ->> 'table' AS name, max((t.one ->> 'rows')::float8) AS rows, c.oid AS relid, max(c.reltuples) AS reltuples
        FROM query AS q
        CROSS JOIN LATERAL json_array_elements(q.one -> 'tables') AS t (one)
        CROSS JOIN LATERAL (SELECT parse_ident(t.one ->> 'table') AS parts) AS p
        LEFT JOIN pg_namespace AS n ON n.nspname = p.parts[1]
        LEFT JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = p.parts[2]
        GROUP BY 1, 3
    ), cases AS (
        SELECT q.name AS query, c.one, row_number() OVER (PARTITION BY q.name, c.one ->> 'label', c.one ->> 'plan_mode' ORDER BY c.place) AS nth
        FROM query AS q, json_array_elements(q.one -> 'cases') WITH ORDINALITY AS c (one, place)
    ), lines AS (
        SELECT 0 AS part, ''::text AS name, 'perfcheck snapshot 1' AS line
        UNION ALL
        SELECT 1, '', 'server ' || json_build_object('version', current_setting('server_version_num')::integer / 10000, 'scale', $1 -> 'scale')
        UNION ALL
        SELECT 2, s.name, 'setting ' || json_build_object('name', s.name, 'value', current_setting(s.name))
        FROM pg_settings AS s
        WHERE s.setting IS DISTINCT FROM s.boot_val AND (s.name ~ '^(enable_|cpu_|geqo|parallel_|min_parallel_|seq_page|random_page|perfcheck[.])'
            OR s.name IN ('effective_cache_size', 'work_mem', 'hash_mem_multiplier', 'plan_cache_mode', 'from_collapse_limit',
                'join_collapse_limit', 'constraint_exclusion', 'effective_io_concurrency', 'max_parallel_workers_per_gather',
                'default_statistics_target'))
        UNION ALL
        SELECT 3, t.name, 'table ' || json_build_object('name', t.name, 'rows', @extschema@.perfcheck_two_digits(t.rows),
            'statistics', (SELECT left(md5(string_agg(s.text, E'\n' ORDER BY s.text COLLATE "C")), 8) FROM (
                SELECT format('%s %s %s', a.attnum, coalesce(nullif(to_json(a) ->> 'attstattarget', '-1'), 'default'), a.attoptions) AS text
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
        SELECT 4, t.name || ' ' || x.relname, 'index ' || json_build_object('table', t.name, 'name', x.relname, 'definition', pg_get_indexdef(i.indexrelid))
        FROM tables AS t JOIN pg_index AS i ON i.indrelid = t.relid AND i.indisvalid JOIN pg_class AS x ON x.oid = i.indexrelid
        UNION ALL
        SELECT 5, q.name, 'query ' || json_build_object('name', q.name, 'status', q.status, 'cause', d.cause_id,
            'tables', (SELECT json_agg(t.one ->> 'table' ORDER BY t.one ->> 'table' COLLATE "C") FROM json_array_elements(q.one -> 'tables') AS t (one)),
            'budget', q.one -> 'row_budget',
            -- The rows of a plan that is not taken, but is as near as a few requests.
            'fragile', (SELECT @extschema@.perfcheck_two_digits(max((c.one ->> 'fragile_rows')::float8)) FROM json_array_elements(q.one -> 'cases') AS c (one) WHERE (c.one ->> 'counts')::boolean),
            'sql', left(md5(btrim(regexp_replace(q.one ->> 'sql', '\s+', ' ', 'g'))), 8))
        FROM query AS q JOIN @extschema@.perfcheck_told($1) AS d ON d.name = q.name
        UNION ALL
        SELECT 6, format('%s %s %s %s', c.query, c.one ->> 'label', c.one ->> 'plan_mode', lpad(c.nth::text, 4, '0')),
            'case ' || json_build_object('query', c.query, 'label', c.one ->> 'label', 'plan mode', c.one ->> 'plan_mode', 'nth', c.nth,
            'counts', c.one -> 'counts', 'ok', c.one -> 'ok', 'examined', @extschema@.perfcheck_two_digits((c.one ->> 'rows_examined')::float8),
            'projected', @extschema@.perfcheck_two_digits((c.one ->> 'rows_projected')::float8),
            'blocks', @extschema@.perfcheck_two_digits((c.one ->> 'blocks_projected')::float8), 'nodes', c.one ->> 'nodes', 'access', c.one ->> 'access',
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
        RETURN NEXT;
    END LOOP;
END
$$;

COMMENT ON FUNCTION perfcheck_snapshot_lines(text) IS
'The lines of a snapshot as rows';

-- A query is worse if it is not ok any more, or if the worst of the cases that count
-- examines more than twice the rows (and 500 more) that it would if it had grown with its
-- tables. Smaller changes come with new values and new samples of ANALYZE.
CREATE FUNCTION perfcheck_compare_snapshots(baseline text, now text)
RETURNS TABLE (query text, change text, why text, before text, after text, fails boolean)
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
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
    WITH lines AS MATERIALIZED (
        SELECT 1 AS run, l.kind, l.one FROM @extschema@.perfcheck_snapshot_lines($1) AS l
        UNION ALL
        SELECT 2, l.kind, l.one FROM @extschema@.perfcheck_snapshot_lines($2) AS l
    ), queries AS (
        SELECT l.run, l.one ->> 'name' AS name, l.one AS query, w.one AS worst
        FROM lines AS l
        LEFT JOIN LATERAL (
            SELECT c.one FROM lines AS c
            WHERE c.run = l.run AND c.kind = 'case' AND c.one ->> 'query' = l.one ->> 'name' AND (c.one ->> 'counts')::boolean
            ORDER BY (c.one ->> 'ok')::boolean, (c.one ->> 'projected')::float8 DESC NULLS LAST, c.one ->> 'label' COLLATE "C", c.one ->> 'plan mode' COLLATE "C", (c.one ->> 'nth')::int LIMIT 1) AS w ON true
        WHERE l.kind = 'query'
    ), pairs AS (
        SELECT coalesce(a.name, b.name) AS name, a.query AS a, b.query AS b, a.worst AS was, b.worst AS is,
            coalesce(a.query ->> 'status' IN ('ok', 'skip', 'todo'), true) AS was_ok, b.query ->> 'status' = 'not ok' AS is_bad,
            (a.worst ->> 'projected')::float8 AS rows_were, (b.worst ->> 'projected')::float8 AS rows_are
        FROM (SELECT * FROM queries WHERE run = 1) AS a
        FULL JOIN (SELECT * FROM queries WHERE run = 2) AS b ON b.name = a.name
    ), grown AS (
        -- How many times as large the table of a query is that grew most.
        SELECT p.name, max(greatest(1, (y.one ->> 'rows')::float8 / greatest(1, (x.one ->> 'rows')::float8))) AS factor,
            string_agg(format('%s has %s rows instead of %s', y.one ->> 'name', y.one ->> 'rows', x.one ->> 'rows'), ', ' ORDER BY y.one ->> 'name' COLLATE "C")
                FILTER (WHERE (y.one ->> 'rows')::float8 > 1.1 * (x.one ->> 'rows')::float8) AS told,
            string_agg(format('%s has outgrown its statistics', y.one ->> 'name'), ', ' ORDER BY y.one ->> 'name' COLLATE "C")
                FILTER (WHERE y.one ->> 'age' = 'outgrown' AND x.one ->> 'age' IS DISTINCT FROM 'outgrown') AS aged,
            string_agg('the statistics of ' || (y.one ->> 'name') || ' are others', ', ' ORDER BY y.one ->> 'name' COLLATE "C")
                FILTER (WHERE y.one -> 'statistics' IS DISTINCT FROM x.one -> 'statistics' OR y.one -> 'analyzed' IS DISTINCT FROM x.one -> 'analyzed') AS statistics
        FROM pairs AS p
        JOIN lines AS y ON y.run = 2 AND y.kind = 'table' AND p.b -> 'tables' @> jsonb_build_array(y.one ->> 'name')
        JOIN lines AS x ON x.run = 1 AND x.kind = 'table' AND x.one ->> 'name' = y.one ->> 'name'
        GROUP BY p.name
    ), indexes AS (
        SELECT p.name, string_agg(format('index %s of %s is %s', i.one ->> 'name', i.one ->> 'table',
                CASE WHEN i.other IS NOT NULL THEN 'another' WHEN i.run = 1 THEN 'gone' ELSE 'new' END), ', '
            ORDER BY p.was -> 'indexes' @> jsonb_build_array(i.one ->> 'name') DESC NULLS LAST, i.one ->> 'name' COLLATE "C") AS told
        FROM pairs AS p
        JOIN (SELECT x.run, x.one, o.one AS other FROM lines AS x
              LEFT JOIN lines AS o ON o.kind = 'index' AND o.run <> x.run AND o.one ->> 'table' = x.one ->> 'table' AND o.one ->> 'name' = x.one ->> 'name'
              WHERE x.kind = 'index' AND (o.one IS NULL OR (x.run = 1 AND o.one <> x.one))) AS i
            ON coalesce(p.b, p.a) -> 'tables' @> jsonb_build_array(i.one ->> 'table')
        GROUP BY p.name
    ), settings AS (
        SELECT string_agg(format('%s is %s', coalesce(x.name, y.name), coalesce(y.value, 'the default again')), ', ' ORDER BY coalesce(x.name, y.name) COLLATE "C") AS told
        FROM (SELECT one ->> 'name' AS name, one ->> 'value' AS value FROM lines WHERE run = 1 AND kind = 'setting') AS x
        FULL JOIN (SELECT one ->> 'name' AS name, one ->> 'value' AS value FROM lines WHERE run = 2 AND kind = 'setting') AS y ON y.name = x.name
        WHERE x.value IS DISTINCT FROM y.value
    ), servers AS (
        SELECT format('PostgreSQL %s instead of %s', y.one ->> 'version', x.one ->> 'version') AS told
        FROM lines AS x, lines AS y WHERE x.run = 1 AND y.run = 2 AND x.kind = 'server' AND y.kind = 'server' AND x.one -> 'version' <> y.one -> 'version'
    ), judged AS (
        SELECT p.*, g.factor,
            CASE
                WHEN p.b IS NULL THEN 'gone'
                WHEN p.a IS NULL THEN 'new'
                -- It was told of, and whether it comes about is the luck of a sample.
                WHEN p.was_ok AND p.a ->> 'sql' = p.b ->> 'sql' AND p.a -> 'budget' = p.b -> 'budget' AND i.told IS NULL AND s.told IS NULL AND v.told IS NULL AND g.statistics IS NULL
                    AND (p.is_bad OR p.rows_are > 2 * p.rows_were + 500) AND p.rows_are <= 2 * coalesce(g.factor, 1) * (p.a ->> 'fragile')::float8 + 500 THEN 'fragile'
                WHEN p.a ->> 'status' = 'not ok' AND p.b ->> 'status' = 'ok' AND p.a ->> 'sql' = p.b ->> 'sql' AND p.a -> 'budget' = p.b -> 'budget' AND i.told IS NULL AND s.told IS NULL AND v.told IS NULL AND g.statistics IS NULL
                    AND p.rows_were <= 2 * (p.b ->> 'fragile')::float8 + 500 THEN 'fragile'
                WHEN p.was_ok AND p.is_bad THEN 'worse'
                WHEN p.a ->> 'status' IN ('not ok', 'todo') AND p.b ->> 'status' = 'ok' THEN 'mended'
                WHEN p.a ->> 'status' <> p.b ->> 'status' THEN 'changed'
                WHEN p.rows_are > 2 * coalesce(g.factor, 1) * p.rows_were + 500 THEN 'worse'
                WHEN p.rows_were > 2 * p.rows_are + 500 THEN 'better'
                WHEN coalesce(g.factor, 1) > 1.1 AND p.rows_are > 1.1 * p.rows_were THEN 'grown'
                WHEN p.was ->> 'nodes' IS DISTINCT FROM p.is ->> 'nodes' OR p.a -> 'cause' IS DISTINCT FROM p.b -> 'cause' THEN 'changed'
            END AS change,
            concat_ws('; ',
                CASE WHEN p.a ->> 'sql' <> p.b ->> 'sql' THEN 'the SQL changed' END,
                CASE WHEN p.a ->> 'status' = p.b ->> 'status' THEN NULL
                    WHEN p.b ->> 'status' = 'todo' THEN 'it is accepted now'
                    WHEN p.a ->> 'status' = 'todo' AND p.is_bad THEN 'it is not accepted any more'
                    WHEN p.b ->> 'status' = 'skip' THEN 'nothing is judged now'
                    WHEN p.a ->> 'status' = 'skip' THEN 'nothing was judged before' END,
                CASE WHEN p.a -> 'budget' <> p.b -> 'budget' THEN format('the budget is %s instead of %s rows', p.b ->> 'budget', p.a ->> 'budget') END,
                i.told, s.told, v.told, g.told, g.statistics, g.aged,
                CASE WHEN p.was ->> 'nodes' <> p.is ->> 'nodes' THEN 'the plan changed' END) AS why
        FROM pairs AS p
        LEFT JOIN grown AS g ON g.name = p.name
        LEFT JOIN indexes AS i ON i.name = p.name
        LEFT JOIN settings AS s ON true
        LEFT JOIN servers AS v ON true)
    SELECT j.name, j.change, CASE WHEN j.change NOT IN ('new', 'gone') THEN nullif(j.why, '') END,
        format('%s, %s rows, %s', j.a ->> 'status', j.was ->> 'projected', j.was ->> 'access'),
        format('%s, %s rows, %s', j.b ->> 'status', j.is ->> 'projected', j.is ->> 'access'),
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
    SELECT d.query, d.change, d.why, d.before, d.after, d.fails
    FROM (SELECT pg_catalog.string_agg(s.line, E'\n' ORDER BY s.place) AS text
          FROM @extschema@.perfcheck_snapshot($2) WITH ORDINALITY AS s (line, place)) AS now
    CROSS JOIN LATERAL @extschema@.perfcheck_compare_snapshots($1, now.text) AS d
$$;

COMMENT ON FUNCTION perfcheck_diff(text, double precision) IS
'Judges the contract and tells what changed since a snapshot';
