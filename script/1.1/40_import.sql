--
-- From statements that were sent to queries of the contract
--

CREATE FUNCTION perfcheck_findings(sql text, types regtype[] DEFAULT NULL, search_path text DEFAULT NULL, role text DEFAULT NULL)
RETURNS TABLE (
    types regtype[], kinds text[], tables text[], columns text[], names text[],
    row_security boolean, executes boolean, problem text)
AS 'MODULE_PATHNAME', 'perfcheck_findings'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 1;

COMMENT ON FUNCTION perfcheck_findings(text, regtype[], text, text) IS
'What the analysis of a statement tells of its parameters, its name, and why it cannot be judged';

CREATE FUNCTION perfcheck_with_constants(sql text, constants text[])
RETURNS TABLE (sql text, params integer[])
AS 'MODULE_PATHNAME', 'perfcheck_with_constants'
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE ROWS 1;

COMMENT ON FUNCTION perfcheck_with_constants(text, text[]) IS
'A statement with constants in place of some parameters, and which of them stay';

CREATE FUNCTION perfcheck_schemas(search_path text, role name)
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    SELECT coalesce(string_agg(quote_ident(n.nspname), ', ' ORDER BY m.place), 'pg_catalog')
    FROM regexp_matches($1, '"((?:[^"]|"")*)"|([^",[:space:]]+)', 'g') WITH ORDINALITY AS m (part, place)
    JOIN pg_namespace AS n ON n.nspname = CASE
        WHEN m.part[1] = '$user' OR m.part[2] = '$user' THEN $2::text
        ELSE coalesce(replace(m.part[1], '""', '"'), lower(m.part[2])) END
    WHERE n.nspname !~ '^pg_temp'
$$;

COMMENT ON FUNCTION perfcheck_schemas(text, name) IS
'The schemas of a search_path that exist, with the one that $user stands for';

-- Why a statement on record cannot be judged: its text may say so, or its analysis. A role
-- that is gone, NULL, has a name here that no role can have.
CREATE FUNCTION perfcheck_problem(shape text, types regtype[], problem text, search_path text, role name)
RETURNS text
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    SELECT coalesce($3, (SELECT f.problem
        FROM @extschema@.perfcheck_findings(CASE WHEN $3 IS NULL THEN $1 END, $2, @extschema@.perfcheck_schemas($4, $5), coalesce($5, '')::text) AS f))
$$;

COMMENT ON FUNCTION perfcheck_problem(text, regtype[], text, text, name) IS
'Why a statement on record cannot be judged, NULL if it can';

-- What an application sent: a row an execution, or a row a statement with its calls.
CREATE FUNCTION perfcheck_sent(source text, path text)
RETURNS TABLE (
    key bigint, shape text, types regtype[], problem text, args text[], left_out boolean,
    tags jsonb, role name, search_path text, calls bigint, ms double precision, rows double precision)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
DECLARE
    home text;
BEGIN
    IF source = 'recorded' THEN
        RETURN QUERY SELECT e.key, NULL::text, NULL::regtype[], NULL::text, e.args, e.left_out, e.tags, e.role,
            e.search_path, 1::bigint, e.ms, CASE WHEN NOT e.failed THEN e.rows END::double precision
        FROM @extschema@.perfcheck_executions() AS e;
        RETURN;
    ELSIF source IS DISTINCT FROM 'pg_stat_statements' THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('source %s is unknown', quote_literal(source)),
            HINT = 'Sources are recorded and pg_stat_statements.';
    END IF;
    SELECT quote_ident(n.nspname) INTO home
    FROM pg_extension AS x JOIN pg_namespace AS n ON n.oid = x.extnamespace
    WHERE x.extname = 'pg_stat_statements';
    IF home IS NULL THEN
        RAISE undefined_table USING
            MESSAGE = 'the extension pg_stat_statements is not installed in this database',
            HINT = 'Add pg_stat_statements to shared_preload_libraries, restart the server, and CREATE EXTENSION pg_stat_statements.';
    END IF;
    BEGIN
        EXECUTE format('SELECT FROM %s.pg_stat_statements LIMIT 1', home);
    EXCEPTION WHEN object_not_in_prerequisite_state THEN
        RAISE object_not_in_prerequisite_state USING
            MESSAGE = 'the module pg_stat_statements is not loaded',
            HINT = 'Add pg_stat_statements to shared_preload_libraries, and restart the server.';
    END;
    RETURN QUERY EXECUTE format($q$
        WITH counted AS MATERIALIZED (
            SELECT c.query, sum(c.calls)::bigint AS calls, sum(c.total_exec_time) AS ms, sum(c.rows)::double precision AS rows,
                (array_agg(r.rolname ORDER BY r.rolname IS NULL, c.calls DESC, r.rolname))[1] AS role
            FROM %1$s.pg_stat_statements AS c
            LEFT JOIN pg_roles AS r ON r.oid = c.userid
            WHERE c.dbid = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
                AND c.query IS DISTINCT FROM '<insufficient privilege>' AND c.query IS NOT NULL
            GROUP BY c.query
        ), mended AS MATERIALIZED (
            SELECT c.*, m.sql AS mended, m.types, m.problem
            FROM counted AS c, @extschema@.perfcheck_mended(c.query, @extschema@.perfcheck_schemas($1, c.role), coalesce(c.role, '')::text) AS m
        )
        SELECT s.key, coalesce(m.mended, m.query), m.types, coalesce(m.problem, s.problem), NULL::text[], true,
            NULL::jsonb, m.role, $1, m.calls, m.ms, m.rows
        FROM mended AS m LEFT JOIN LATERAL @extschema@.perfcheck_shape(coalesce(m.mended, m.query)) AS s ON true
        UNION ALL
        SELECT 0, NULL, NULL, format('the texts of %%s statements are hidden: pg_read_all_stats shows them', count(*)),
            NULL, true, NULL, NULL, $1, sum(c.calls)::bigint, sum(c.total_exec_time), NULL
        FROM %1$s.pg_stat_statements AS c
        WHERE c.dbid = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
            AND (c.query = '<insufficient privilege>' OR c.query IS NULL)
        HAVING count(*) > 0
        $q$, home) USING path;
END
$$;

COMMENT ON FUNCTION perfcheck_sent(text, text) IS
'What an application sent, from the recording or from pg_stat_statements';

-- The path of a query, from the route of its requests. tables and columns are what each
-- parameter is compared with; requests are arrays of the path that was asked for and the
-- values of the parameters.
CREATE FUNCTION perfcheck_route_path(route text, tables text[], columns text[], requests jsonb DEFAULT '[]')
RETURNS text
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
DECLARE
    template constant text := '^(?::(\w+)|<(?:[^<>:]*:)?(\w+)>|\{(\w+)(?::[^{}]*)?\}|\[(\w+)\])$';
    n integer := coalesce(cardinality(columns), 0);
    of_route boolean;
    path text;
    parts text[];
    pieces text[] := '{}';
    pairs text[] := '{}';
    used integer[] := '{}';
    shown integer;
    place text;
    before text;
    found integer[];
    named integer[];
    k integer;
    pair text;
BEGIN
    path := regexp_replace(regexp_replace(btrim(route), '^[A-Z]+\s+', ''), '\(\.:format\)|^\^|\$$', '', 'g');
    IF path IS NULL OR path !~ '/' OR path !~ '[:<{[]\w' THEN
        path := coalesce(requests->0->>0, path);
    END IF;
    of_route := path ~ '[:<{[]\w' AND path = regexp_replace(regexp_replace(btrim(route), '^[A-Z]+\s+', ''), '\(\.:format\)|^\^|\$$', '', 'g');
    path := regexp_replace(regexp_replace(path, '^\w+://[^/]+', ''), '[?#].*$', '');
    IF path IS NULL OR path !~ '/' THEN
        RETURN NULL;
    END IF;
    parts := string_to_array(ltrim(path, '/'), '/');
    SELECT count(*) INTO shown FROM jsonb_array_elements(requests) AS r
    WHERE cardinality(string_to_array(ltrim(regexp_replace(regexp_replace(r->>0, '^\w+://[^/]+', ''), '[?#].*$', ''), '/'), '/')) <> cardinality(parts);
    IF shown > 0 THEN
        -- The requests are of several paths.
        RETURN NULL;
    END IF;
    shown := jsonb_array_length(requests);
    FOR k IN 1 .. cardinality(parts) LOOP
        place := NULL;
        IF of_route THEN
            place := lower(regexp_replace(array_to_string(regexp_match(parts[k], template), ''), '([a-z])([A-Z])', '\1_\2', 'g'));
        END IF;
        -- The parameters that had the values which stood here.
        SELECT coalesce(array_agg(p), '{}') INTO found FROM generate_series(1, n) AS p
        WHERE shown > 0 AND p <> ALL (used)
            AND NOT EXISTS (
                SELECT FROM jsonb_array_elements(requests) AS r
                WHERE (string_to_array(ltrim(regexp_replace(regexp_replace(r->>0, '^\w+://[^/]+', ''), '[?#].*$', ''), '/'), '/'))[k]
                    IS DISTINCT FROM r->>p);
        IF place IS NOT NULL AND place <> '' THEN
            before := CASE WHEN k > 1 THEN lower(regexp_replace(regexp_replace(parts[k - 1], 'ies$', 'y'), '([^s])s$', '\1')) ELSE '' END;
            SELECT coalesce(array_agg(p), '{}') INTO named FROM generate_series(1, n) AS p
            WHERE p <> ALL (used) AND CASE
                WHEN place = 'id' THEN lower(columns[p]) = before || '_id'
                    OR (lower(columns[p]) = 'id' AND lower(regexp_replace(regexp_replace(tables[p], 'ies$', 'y'), '([^s])s$', '\1')) = before)
                ELSE lower(columns[p]) = place
                    OR (lower(columns[p]) = 'id' AND lower(regexp_replace(regexp_replace(tables[p], 'ies$', 'y'), '([^s])s$', '\1')) || '_id' = place)
                END;
            IF shown > 0 AND cardinality(found) <> 1 THEN
                SELECT coalesce(array_agg(p), '{}') INTO found FROM unnest(found) AS p WHERE p = ANY (named);
            ELSIF shown = 0 THEN
                found := named;
            END IF;
            IF cardinality(found) <> 1 THEN
                RETURN NULL;
            END IF;
        ELSIF of_route OR cardinality(found) <> 1 THEN
            -- What stands for itself must have been the same each time, and look like no value.
            IF parts[k] ~ '[][*(){}<>$^+\\|?%]' OR parts[k] ~ '^(\d+|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27})$'
                OR EXISTS (SELECT FROM jsonb_array_elements(requests) AS r
                           WHERE (string_to_array(ltrim(regexp_replace(regexp_replace(r->>0, '^\w+://[^/]+', ''), '[?#].*$', ''), '/'), '/'))[k]
                               IS DISTINCT FROM parts[k]) THEN
                RETURN NULL;
            END IF;
            pieces := pieces || parts[k];
            CONTINUE;
        END IF;
        used := used || found[1];
        pieces := pieces || ('$' || found[1]);
    END LOOP;
    -- The values behind the question mark.
    IF shown > 0 AND cardinality(used) < n THEN
        FOREACH pair IN ARRAY string_to_array(coalesce((regexp_match(requests->0->>0, '\?([^#]*)'))[1], ''), '&') LOOP
            place := split_part(pair, '=', 1);
            CONTINUE WHEN place !~ '^[\w.-]+$';
            SELECT coalesce(array_agg(p), '{}') INTO found FROM generate_series(1, n) AS p
            WHERE p <> ALL (used)
                AND NOT EXISTS (
                    SELECT FROM jsonb_array_elements(requests) AS r
                    WHERE (regexp_match(r->>0, '[?&]' || replace(place, '.', '\.') || '=([^&#]*)'))[1] IS DISTINCT FROM r->>p);
            IF cardinality(found) = 1 THEN
                used := used || found[1];
                pairs := pairs || format('%s=$%s', place, found[1]);
            END IF;
        END LOOP;
    END IF;
    IF cardinality(used) < n THEN
        RETURN NULL;
    END IF;
    RETURN '/' || array_to_string(pieces, '/') || CASE WHEN pairs <> '{}' THEN '?' || array_to_string(pairs, '&') ELSE '' END;
END
$body$;

COMMENT ON FUNCTION perfcheck_route_path(text, text[], text[], jsonb) IS
'The path of a query from its route and requests; NULL where no parameter can be told';

CREATE FUNCTION perfcheck_proposals(source text, most_cases integer, path text)
RETURNS TABLE (
    name text, sql text, types regtype[], path text, calls bigint, total_ms double precision,
    weight double precision, search_path text, role text, in_contract text, problem text, value_sets jsonb, sender text, left_out bigint)
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
WITH sent AS MATERIALIZED (
    SELECT * FROM @extschema@.perfcheck_sent($1, $3)
), under AS MATERIALIZED (
    SELECT d.search_path, d.role, @extschema@.perfcheck_first_schema(d.search_path, coalesce(d.role, current_user)) AS schema,
        @extschema@.perfcheck_schemas(d.search_path, coalesce(d.role, current_user)) AS schemas
    FROM (SELECT DISTINCT s.search_path, s.role FROM sent AS s) AS d
), route_tag (tag, rank) AS (
    SELECT * FROM unnest(ARRAY['route', 'http_route', 'endpoint', 'path', 'url', 'uri', 'target', 'http_target', 'url_path'])
        WITH ORDINALITY AS t
), tagged AS MATERIALIZED (
    -- The few comments that there are, each read once.
    SELECT d.tags,
        (array_agg(t.value ORDER BY r.rank) FILTER (WHERE r.rank <= 3 OR t.value ~ '/[:<{[]\w'))[1] AS route,
        (array_agg(t.value ORDER BY r.rank) FILTER (WHERE r.rank > 3 AND t.value ~ '/' AND t.value !~ '/[:<{[]\w'))[1] AS target
    FROM (SELECT DISTINCT s.tags FROM sent AS s WHERE s.tags IS NOT NULL) AS d,
        jsonb_each_text(d.tags) AS t JOIN route_tag AS r ON r.tag = lower(translate(t.key, '-.', '__'))
    GROUP BY d.tags
), executed AS MATERIALIZED (
    SELECT s.key, u.schema, u.schemas, s.role, s.args, s.left_out, s.calls, s.ms, s.rows, g.route,
        -- A route with values in it is a path that was asked for.
        coalesce(g.target, CASE WHEN g.route ~ '/' AND g.route !~ '/[:<{[]\w' THEN g.route END) AS target
    FROM sent AS s
    JOIN under AS u ON u.search_path IS NOT DISTINCT FROM s.search_path AND u.role IS NOT DISTINCT FROM s.role
    LEFT JOIN tagged AS g ON g.tags = s.tags
), statement AS MATERIALIZED (
    -- A search_path is that of a role: what is found on it may be of that role's making.
    SELECT m.key, m.schema, m.calls, m.ms, m.sender[2] AS schemas, m.sender[1] AS role, m.route
    FROM (
        SELECT e.key, e.schema, sum(e.calls)::bigint AS calls, sum(e.ms) AS ms,
            coalesce(mode() WITHIN GROUP (ORDER BY ARRAY[e.role::text, e.schemas]) FILTER (WHERE e.role IS NOT NULL),
                mode() WITHIN GROUP (ORDER BY ARRAY[e.role::text, e.schemas])) AS sender,
            mode() WITHIN GROUP (ORDER BY e.route) AS route
        FROM executed AS e
        GROUP BY e.key, e.schema) AS m
), shapes AS MATERIALIZED (
    SELECT DISTINCT ON (d.key) d.key, d.shape, d.types, d.problem
    FROM (
        SELECT h.key, h.shape, h.types, h.problem FROM @extschema@.perfcheck_shapes() AS h WHERE $1 = 'recorded'
        UNION ALL
        SELECT s.key, s.shape, s.types, s.problem FROM sent AS s WHERE $1 <> 'recorded'
    ) AS d
    ORDER BY d.key, d.problem IS NOT NULL, d.shape
), contract AS MATERIALIZED (
    SELECT q.name, h.key, @extschema@.perfcheck_first_schema(q.search_path, q.role::name) AS schema,
        NOT @extschema@.perfcheck_is_replaceable(q) AS taken
    FROM @extschema@.perfcheck_query AS q, @extschema@.perfcheck_shape(q.sql) AS h
), found AS MATERIALIZED (
    SELECT s.key, s.schema, s.calls, s.ms, s.schemas, s.role, s.route, h.shape, h.types AS bound,
        (SELECT min(c.name) FROM contract AS c WHERE c.key = s.key AND (c.schema IS NULL OR c.schema = s.schema)) AS held,
        f.types, f.kinds, f.tables, f.columns, f.names, f.row_security, f.executes, coalesce(h.problem, f.problem) AS problem
    FROM statement AS s
    JOIN shapes AS h ON h.key = s.key
    LEFT JOIN LATERAL @extschema@.perfcheck_findings(CASE WHEN h.problem IS NULL THEN h.shape END,
        CASE WHEN cardinality(h.types) > 0 THEN h.types END, s.schemas, coalesce(s.role, '')::text) AS f ON true
), permitted AS MATERIALIZED (
    -- A value may be code: whoever sent it to be executed must be able to run it as the sender.
    SELECT e.*, f.executes IS FALSE OR e.role IS NOT DISTINCT FROM f.role::name
        OR coalesce(pg_has_role(e.role, f.role::name,
            CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET' ELSE 'MEMBER' END), false) AS permitted
    FROM executed AS e
    JOIN found AS f ON f.key = e.key AND f.schema IS NOT DISTINCT FROM e.schema
), value AS MATERIALIZED (
    SELECT e.key, e.schema, e.args, e.left_out, sum(e.calls) AS calls, max(e.ms) AS ms, avg(e.rows) AS rows
    FROM permitted AS e
    WHERE e.permitted
    GROUP BY e.key, e.schema, e.args, e.left_out
), varied AS (
    -- A value that was left out is not known to be the same.
    SELECT v.key, v.schema, a.place, min(a.value) AS value,
        count(DISTINCT a.value) + count(DISTINCT a.value IS NULL) FILTER (WHERE a.value IS NULL) = 1
        AND NOT coalesce(bool_or(v.left_out) FILTER (WHERE a.value IS NULL), false) AS same
    FROM value AS v, unnest(v.args) WITH ORDINALITY AS a (value, place)
    GROUP BY v.key, v.schema, a.place
), param AS (
    SELECT f.key, f.schema, p.place, CASE
        WHEN f.bound[p.place] IS NOT NULL OR v.same IS NOT TRUE THEN NULL
        -- The wildcards around a word are none that a user chose.
        WHEN p.kind NOT IN ('free', 'part') AND NOT (p.kind = 'few' AND f.calls >= 5) AND v.value !~ '^[%_ ]+$' THEN NULL
        WHEN v.value IS NULL THEN 'NULL'
        WHEN t.typcategory = 'N' AND v.value ~ '^\d+(\.\d+)?$' THEN v.value
        WHEN t.typcategory = 'N' AND v.value ~ '^-\d+(\.\d+)?$' THEN '(' || v.value || ')'
        WHEN t.oid = 'boolean'::regtype AND v.value IN ('true', 'false') THEN v.value
        ELSE quote_literal(v.value) END AS constant
    FROM found AS f
    CROSS JOIN LATERAL unnest(f.kinds) WITH ORDINALITY AS p (kind, place)
    JOIN pg_type AS t ON t.oid = f.types[p.place]
    LEFT JOIN varied AS v ON v.key = f.key AND v.schema IS NOT DISTINCT FROM f.schema AND v.place = p.place
    WHERE f.problem IS NULL
), constants AS (
    SELECT p.key, p.schema, array_agg(p.constant ORDER BY p.place) AS constants
    FROM param AS p
    GROUP BY p.key, p.schema
), written AS MATERIALIZED (
    SELECT f.*, coalesce(x.params, '{}') AS kept, coalesce(x.sql, f.shape) AS sql
    FROM found AS f
    LEFT JOIN constants AS c ON c.key = f.key AND c.schema IS NOT DISTINCT FROM f.schema
    LEFT JOIN LATERAL @extschema@.perfcheck_with_constants(f.shape, c.constants) AS x ON true
), ranked AS (
    SELECT v.key, v.schema, ARRAY(SELECT v.args[k] FROM unnest(w.kept) WITH ORDINALITY AS k (k, place) ORDER BY k.place) AS args, v.calls,
        row_number() OVER (t ORDER BY v.calls DESC, v.args::text) AS typical,
        row_number() OVER (t ORDER BY v.ms DESC, v.args::text) AS slowest,
        row_number() OVER (t ORDER BY v.rows DESC NULLS LAST, v.args::text) AS most,
        row_number() OVER (t ORDER BY v.rows NULLS LAST, v.args::text) AS fewest,
        count(*) OVER t > 1 AS several, max(v.rows) OVER t > min(v.rows) OVER t AS differ
    FROM value AS v
    JOIN written AS w ON w.key = v.key AND w.schema IS NOT DISTINCT FROM v.schema AND w.problem IS NULL AND w.kept <> '{}'
    WHERE NOT v.left_out
    WINDOW t AS (PARTITION BY v.key, v.schema)
), chosen AS (
    SELECT r.*, row_number() OVER (PARTITION BY r.key, r.schema ORDER BY least(r.typical,
        CASE WHEN r.several AND r.slowest <= 3 THEN 4 * r.slowest - 2.5 END,
        CASE WHEN r.differ AND r.most <= 3 THEN 4 * r.most - 2.3 END,
        CASE WHEN r.differ AND r.fewest <= 3 THEN 4 * r.fewest - 2.1 END), r.typical) AS place
    FROM ranked AS r
), value_set AS (
    SELECT c.key, c.schema, jsonb_agg(jsonb_build_object('label', coalesce(
            nullif(concat_ws(', ',
                CASE WHEN c.typical <= $2 THEN 'typical ' || c.typical END,
                CASE WHEN c.several AND c.slowest = 1 THEN 'slowest' END,
                CASE WHEN c.differ AND c.most = 1 THEN 'most rows' END,
                CASE WHEN c.differ AND c.fewest = 1 THEN 'fewest rows' END), ''),
            CASE WHEN c.slowest <= 3 THEN 'slowest ' || c.slowest
                 WHEN c.most <= 3 THEN 'most rows ' || c.most
                 ELSE 'fewest rows ' || c.fewest END),
        'args', to_jsonb(c.args), 'weight', c.calls) ORDER BY c.place) AS value_sets
    FROM chosen AS c
    WHERE c.place <= $2
    GROUP BY c.key, c.schema
), request AS (
    SELECT d.key, d.schema, jsonb_agg(d.request ORDER BY d.request) AS requests
    FROM (
        SELECT r.*, row_number() OVER (PARTITION BY r.key, r.schema ORDER BY r.request) AS place
        FROM (
            SELECT DISTINCT e.key, e.schema, to_jsonb(e.target || ARRAY(SELECT e.args[k] FROM unnest(w.kept) WITH ORDINALITY AS k (k, place) ORDER BY k.place)) AS request
            FROM executed AS e
            JOIN written AS w ON w.key = e.key AND w.schema IS NOT DISTINCT FROM e.schema AND w.problem IS NULL
            WHERE e.target IS NOT NULL AND NOT e.left_out AND (e.route IS NOT DISTINCT FROM w.route OR e.route = e.target)
        ) AS r
    ) AS d
    WHERE d.place <= 20
    GROUP BY d.key, d.schema
), schema_count AS (
    SELECT d.key, count(DISTINCT d.schema) AS schemas
    FROM (SELECT s.key, s.schema FROM statement AS s UNION SELECT c.key, c.schema FROM contract AS c) AS d
    GROUP BY d.key
), named AS (
    SELECT w.key, w.schema, l.level,
        CASE WHEN octet_length(l.name) <= 63 THEN l.name
             ELSE left(l.name, CASE WHEN octet_length(l.name) = length(l.name) THEN 56 ELSE 14 END)
                  || '_' || right(lpad(to_hex(w.key), 16, '0'), 6) END AS name
    FROM written AS w
    JOIN schema_count AS n ON n.key = w.key
    CROSS JOIN LATERAL (
        SELECT m.level, CASE WHEN n.schemas > 1 AND w.schema IS NOT NULL THEN regexp_replace(w.schema, '\W', '_', 'g') || '_' ELSE '' END || m.name AS name
        FROM unnest(w.names || (w.names[3] || '_' || right(lpad(to_hex(w.key), 16, '0'), 6))) WITH ORDINALITY AS m (name, level)
    ) AS l
    WHERE w.problem IS NULL AND w.held IS NULL
), counted AS (
    SELECT n.*, count(*) OVER (PARTITION BY n.level, n.name) AS same,
        EXISTS (SELECT FROM contract AS c WHERE c.taken AND c.name = n.name) AS taken
    FROM named AS n
), picked AS (
    SELECT DISTINCT ON (c.key, c.schema) c.key, c.schema, c.level, c.name
    FROM counted AS c
    WHERE (c.same = 1 AND NOT c.taken) OR c.level = 5
    ORDER BY c.key, c.schema, c.level
), name AS (
    -- A longer name of one may be the short one of another.
    SELECT p.key, p.schema, CASE WHEN count(*) OVER (PARTITION BY p.name) > 1 AND p.level < 5
        THEN left(p.name, CASE WHEN octet_length(p.name) = length(p.name) THEN 56 ELSE 14 END)
             || '_' || right(lpad(to_hex(p.key), 16, '0'), 6) ELSE p.name END AS name
    FROM picked AS p
)
SELECT coalesce(w.held, n.name), w.sql,
    CASE WHEN w.problem IS NULL AND w.kept <> '{}' THEN ARRAY(SELECT w.types[k] FROM unnest(w.kept) WITH ORDINALITY AS k (k, place) ORDER BY k.place) END,
    CASE WHEN w.problem IS NULL THEN @extschema@.perfcheck_route_path(w.route,
        ARRAY(SELECT w.tables[k] FROM unnest(w.kept) WITH ORDINALITY AS k (k, place) ORDER BY k.place),
        ARRAY(SELECT w.columns[k] FROM unnest(w.kept) WITH ORDINALITY AS k (k, place) ORDER BY k.place),
        coalesce(r.requests, '[]')) END,
    w.calls, round(w.ms::numeric, 3)::double precision, round(w.calls / sum(w.calls) OVER (), 4)::double precision,
    w.schemas, CASE WHEN w.row_security THEN w.role END, w.held, w.problem, coalesce(v.value_sets, '[]'), w.role,
    (SELECT sum(e.calls)::bigint FROM permitted AS e
     WHERE e.key = w.key AND e.schema IS NOT DISTINCT FROM w.schema AND NOT e.permitted AND NOT e.left_out AND w.kept <> '{}')
FROM written AS w
LEFT JOIN name AS n ON n.key = w.key AND n.schema IS NOT DISTINCT FROM w.schema
LEFT JOIN value_set AS v ON v.key = w.key AND v.schema IS NOT DISTINCT FROM w.schema
LEFT JOIN request AS r ON r.key = w.key AND r.schema IS NOT DISTINCT FROM w.schema
ORDER BY w.ms DESC, w.calls DESC, w.sql, w.schema
$$;

COMMENT ON FUNCTION perfcheck_proposals(text, integer, text) IS
'The queries that statements become, with their recorded values';

-- search_path is that of statements of which none is known: the caller's.
CREATE FUNCTION perfcheck_propose(
    source text DEFAULT 'recorded',
    search_path text DEFAULT pg_catalog.current_setting('search_path'))
RETURNS TABLE (
    name text, sql text, types regtype[], path text, calls bigint, total_ms double precision,
    weight double precision, cases integer, search_path text, role text, in_contract text, problem text)
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    SELECT p.name, p.sql, p.types, p.path, p.calls, p.total_ms, p.weight, jsonb_array_length(p.value_sets),
        p.search_path, p.role, p.in_contract, p.problem
    FROM @extschema@.perfcheck_proposals(coalesce($1, ''), 20, $2) AS p
$$;

COMMENT ON FUNCTION perfcheck_propose(text, text) IS
'The queries that the statements on record would be, and why others cannot be one';

CREATE FUNCTION perfcheck_import(
    source text DEFAULT 'recorded',
    min_calls bigint DEFAULT 1,
    names text[] DEFAULT NULL,
    most_cases integer DEFAULT 20,
    owner text DEFAULT NULL,
    search_path text DEFAULT pg_catalog.current_setting('search_path'))
RETURNS TABLE (name text, action text, cases integer, calls bigint, reason text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
DECLARE
    proposed record;
    value_set jsonb;
    refused integer;
    refusal text;
    named boolean;
    seen text[] := '{}';
    counts jsonb := '{}';
    unknown text;
    all_cases integer := 0;
    all_calls bigint := 0;
BEGIN
    IF most_cases IS NULL OR most_cases < 0 THEN
        RAISE invalid_parameter_value USING
            MESSAGE = 'most_cases must be a number that is not negative',
            HINT = 'A query gets so many recorded sets of values at most.';
    END IF;
    PERFORM @extschema@.perfcheck_refuse_triggers();
    FOR proposed IN SELECT * FROM @extschema@.perfcheck_proposals(coalesce(source, ''), most_cases, perfcheck_import.search_path) LOOP
        name := proposed.name;
        calls := proposed.calls;
        cases := 0;
        reason := NULL;
        seen := seen || name;
        named := names IS NULL OR coalesce(name = ANY (names), false);
        all_calls := all_calls + calls;
        IF proposed.problem IS NOT NULL THEN
            action := 'cannot be judged';
            reason := concat_ws(': ', proposed.problem,
                CASE WHEN length(proposed.sql) > 120 THEN left(proposed.sql, 117) || '...' ELSE proposed.sql END);
        ELSIF proposed.in_contract IS NOT NULL THEN
            action := 'in the contract';
        ELSIF NOT named THEN
            action := 'not named';
        ELSIF calls < min_calls THEN
            action := 'seldom';
            reason := format('it was sent %s times', calls);
        ELSE
            BEGIN
                -- What others sent is analyzed, and runs, with no more rights than whoever sent it has.
                SELECT f.problem INTO refusal FROM @extschema@.perfcheck_findings(proposed.sql,
                    proposed.types, proposed.search_path, coalesce(proposed.sender, '')) AS f;
                IF refusal IS NOT NULL THEN
                    RAISE invalid_parameter_value USING MESSAGE = refusal;
                END IF;
                INSERT INTO @extschema@.perfcheck_query (name, sql, path, types, role, search_path, owner)
                VALUES (proposed.name, proposed.sql, proposed.path, proposed.types, proposed.role, proposed.search_path, perfcheck_import.owner);
                PERFORM @extschema@.perfcheck_note_sender(proposed.name, proposed.sender::name);
                action := 'added';
                refused := 0;
                FOR value_set IN SELECT s.value_set FROM jsonb_array_elements(proposed.value_sets) AS s (value_set) LOOP
                    BEGIN
                        PERFORM @extschema@.perfcheck_add_case(name, value_set->>'label',
                            ARRAY(SELECT a FROM jsonb_array_elements_text(value_set->'args') WITH ORDINALITY AS t (a, place) ORDER BY place),
                            weight => (value_set->>'weight')::double precision);
                        cases := cases + 1;
                    EXCEPTION WHEN OTHERS THEN
                        refused := refused + 1;
                        refusal := SQLERRM;
                    END;
                END LOOP;
                IF refused > 0 THEN
                    reason := format('%s sets of values were refused: %s', refused, refusal);
                END IF;
                IF proposed.left_out > 0 THEN
                    reason := concat_ws('; ', reason, format(
                        'the values of %s calls are left out, since it may execute them, and who sent them may not run it as %s',
                        proposed.left_out, proposed.sender));
                END IF;
                IF cases = 0 AND cardinality(proposed.types) > 0 THEN
                    SELECT c.reason INTO refusal FROM @extschema@.perfcheck_cases(name) AS c WHERE c.label IS NULL;
                    IF FOUND THEN
                        action := 'added, without values';
                        reason := concat_ws('; ', reason, refusal,
                            'give it values with perfcheck_add_case() or perfcheck_set_values()');
                    END IF;
                END IF;
            EXCEPTION WHEN OTHERS THEN
                action := 'refused';
                reason := SQLERRM;
                cases := 0;
            END;
        END IF;
        counts := counts || jsonb_build_object(action, coalesce((counts->>action)::integer, 0) + 1);
        all_cases := all_cases + cases;
        IF named THEN
            RETURN NEXT;
        END IF;
    END LOOP;
    SELECT min(n) INTO unknown FROM unnest(names) AS n WHERE n <> ALL (seen);
    IF unknown IS NOT NULL THEN
        RAISE undefined_object USING
            MESSAGE = format('no statement would become a query "%s"', unknown),
            HINT = 'SELECT name FROM perfcheck_propose() lists the names.';
    END IF;
    name := NULL;
    action := 'total';
    cases := all_cases;
    calls := all_calls;
    SELECT coalesce(string_agg(format('%s %s', c.value, c.key), '; ' ORDER BY c.place), 'nothing was sent') INTO reason
    FROM (SELECT t.key, t.value, array_position(ARRAY['added', 'added, without values', 'in the contract', 'refused',
              'cannot be judged', 'seldom', 'not named'], t.key) AS place
          FROM jsonb_each_text(counts) AS t) AS c;
    RETURN NEXT;
END
$$;

COMMENT ON FUNCTION perfcheck_import(text, bigint, text[], integer, text, text) IS
'Adds the queries that perfcheck_propose lists to the contract, with recorded values';

REVOKE ALL ON FUNCTION perfcheck_sent(text, text), perfcheck_proposals(text, integer, text),
    perfcheck_propose(text, text), perfcheck_import(text, bigint, text[], integer, text, text) FROM PUBLIC;
