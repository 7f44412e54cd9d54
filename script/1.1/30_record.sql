--
-- What was recorded while perfcheck.record was on
--

CREATE FUNCTION perfcheck_shape(sql text, any_columns boolean DEFAULT false)
RETURNS TABLE (key bigint, shape text, args text[], problem text)
AS 'MODULE_PATHNAME', 'perfcheck_shape'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 1;

COMMENT ON FUNCTION perfcheck_shape(text, boolean) IS
'A statement with parameters in place of its constants, and what these were';

CREATE FUNCTION perfcheck_shapes(any_columns boolean DEFAULT false)
RETURNS TABLE (key bigint, shape text, types regtype[], problem text)
AS 'MODULE_PATHNAME', 'perfcheck_shapes'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION perfcheck_shapes(boolean) IS
'The shapes of the statements on record, with the types that were bound';

CREATE FUNCTION perfcheck_executions(any_columns boolean DEFAULT false)
RETURNS TABLE (
    key bigint, args text[], left_out boolean, tags jsonb, application text,
    role name, search_path text, started timestamptz, ms double precision,
    rows bigint, plan_mode text, nested boolean, failed boolean,
    transaction text, queryid bigint)
AS 'MODULE_PATHNAME', 'perfcheck_executions'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION perfcheck_executions(boolean) IS
'Each execution on record: the shape it has, its values, work, time, and the tags of its comment';

-- Two lists of schemas find the same tables, as a rule, if the first that is there is the same.
CREATE FUNCTION perfcheck_first_schema(search_path text, role name)
RETURNS name
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    SELECT n.nspname
    FROM regexp_matches($1, '"((?:[^"]|"")*)"|([^",[:space:]]+)', 'g') WITH ORDINALITY AS m (part, place)
    JOIN pg_namespace AS n ON n.nspname = CASE
        WHEN m.part[1] = '$user' OR m.part[2] = '$user' THEN $2::text
        ELSE coalesce(replace(m.part[1], '""', '"'), lower(m.part[2])) END
    WHERE n.nspname <> 'pg_catalog' AND n.nspname !~ '^pg_temp'
    ORDER BY m.place
    LIMIT 1
$$;

COMMENT ON FUNCTION perfcheck_first_schema(text, name) IS
'The first schema of a search_path that exists';

CREATE FUNCTION perfcheck_recorded(any_columns boolean DEFAULT false)
RETURNS TABLE (
    queryid bigint, shape text, calls bigint, rows bigint, total_ms double precision,
    mean_ms double precision, max_ms double precision, generic_calls bigint, value_sets bigint,
    first_seen timestamptz, last_seen timestamptz, source text, in_contract text)
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    WITH executed AS MATERIALIZED (
        SELECT e.key, hashtextextended(e.args::text, 0) AS vals, e.left_out, e.application, e.role, e.search_path,
            e.started, e.ms, e.rows, e.plan_mode, e.queryid
        FROM @extschema@.perfcheck_executions($1) AS e
    ), grouped AS MATERIALIZED (
        -- One row for each that differs, of which there are far fewer.
        SELECT e.key, e.application, e.role, e.search_path, e.queryid, count(*) AS calls, sum(e.rows) AS rows,
            sum(e.ms) AS total_ms, max(e.ms) AS max_ms, count(*) FILTER (WHERE e.plan_mode = 'generic') AS generic_calls,
            min(e.started) AS first_seen, max(e.started) AS last_seen
        FROM executed AS e GROUP BY e.key, e.application, e.role, e.search_path, e.queryid
    ), summed AS (
        SELECT g.key, sum(g.calls)::bigint AS calls, sum(g.rows)::bigint AS rows, sum(g.total_ms) AS total_ms,
            max(g.max_ms) AS max_ms, sum(g.generic_calls)::bigint AS generic_calls,
            min(g.first_seen) AS first_seen, max(g.last_seen) AS last_seen,
            string_agg(DISTINCT nullif(g.application, ''), ', ') AS source,
            (array_agg(g.queryid ORDER BY g.calls DESC, g.queryid) FILTER (WHERE g.queryid IS NOT NULL))[1] AS queryid
        FROM grouped AS g GROUP BY g.key
    ), sets AS (
        SELECT d.key, count(*) AS value_sets
        FROM (SELECT e.key, e.vals FROM executed AS e WHERE NOT e.left_out GROUP BY e.key, e.vals) AS d
        GROUP BY d.key
    ), contract AS MATERIALIZED (
        SELECT s.key, q.name, @extschema@.perfcheck_first_schema(q.search_path, q.role::name) AS schema
        FROM @extschema@.perfcheck_query AS q, @extschema@.perfcheck_shape(q.sql, $1) AS s
    ), under AS MATERIALIZED (
        SELECT DISTINCT g.key, g.search_path, g.role FROM grouped AS g JOIN contract AS c ON c.key = g.key
    ), held AS (
        SELECT u.key, min(c.name) AS name
        FROM under AS u
        JOIN contract AS c ON c.key = u.key
        WHERE c.schema IS NULL OR c.schema = @extschema@.perfcheck_first_schema(u.search_path, u.role)
        GROUP BY u.key
    )
    SELECT s.queryid, r.shape, s.calls, s.rows, round(s.total_ms::numeric, 3)::double precision,
        round((s.total_ms / s.calls)::numeric, 3)::double precision, s.max_ms, s.generic_calls,
        coalesce(v.value_sets, 0), s.first_seen, s.last_seen, s.source, h.name
    FROM summed AS s
    JOIN @extschema@.perfcheck_shapes($1) AS r ON r.key = s.key
    LEFT JOIN sets AS v ON v.key = s.key
    LEFT JOIN held AS h ON h.key = s.key
    ORDER BY s.total_ms DESC, s.calls DESC, r.shape
$$;

COMMENT ON FUNCTION perfcheck_recorded(boolean) IS
'The statements on record: how often, how long, how many rows and sets of values, and from where';

CREATE FUNCTION perfcheck_record_reset()
RETURNS void
AS 'MODULE_PATHNAME', 'perfcheck_record_reset'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION perfcheck_record_reset() IS
'Forgets what was recorded in this database';

-- Values of users are personal data.
REVOKE ALL ON FUNCTION perfcheck_shapes(boolean), perfcheck_executions(boolean), perfcheck_recorded(boolean),
    perfcheck_record_reset() FROM PUBLIC;

