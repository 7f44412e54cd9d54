--
-- What the contract leaves out, and statements that are repeated for each row
--

CREATE FUNCTION perfcheck_parameter_types(sql text, search_path text DEFAULT NULL, role text DEFAULT NULL)
RETURNS regtype[]
AS 'MODULE_PATHNAME', 'perfcheck_parameter_types'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION perfcheck_parameter_types(text, text, text) IS
'The types that the parser finds for the parameters of a statement; NULL where it finds an error';

CREATE FUNCTION perfcheck_in_one(
    shape text,
    params integer[] DEFAULT '{1}',
    search_path text DEFAULT NULL,
    role text DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
DECLARE
    bare text;
    parts text[];
    types regtype[];
    condition text;
    place integer;
    target text;
    head text;
    rest text;
    keys text := 'keys';
    inner_sql text;
    arrays text[] := '{}';
    names text[] := '{}';
    n integer;
    made text;
BEGIN
    IF shape IS NULL OR params IS NULL OR cardinality(params) = 0 THEN
        RETURN NULL;
    END IF;
    shape := regexp_replace(shape, '[\s;]+$', '');
    types := @extschema@.perfcheck_parameter_types(shape, search_path, role);
    IF types IS NULL OR cardinality(types) < (SELECT max(p) FROM unnest(params) AS p)
        OR EXISTS (SELECT FROM unnest(params) AS p JOIN pg_type t ON t.oid = types[p]
                   WHERE t.typcategory = 'A' OR t.typtype = 'p') THEN
        RETURN NULL;
    END IF;

    -- The same text with other letters where names are quoted.
    bare := shape;
    FOR n IN 1 .. regexp_count(shape, '"[^"]*"') LOOP
        bare := overlay(bare PLACING
            repeat('q', length(regexp_substr(shape, '"[^"]*"', 1, n)))
            FROM regexp_instr(shape, '"[^"]*"', 1, n)
            FOR length(regexp_substr(shape, '"[^"]*"', 1, n)));
    END LOOP;
    n := params[1];

    -- SELECT list FROM tables WHERE ... column = $n ...
    n := params[1];
    parts := regexp_match(bare, '^select\s+(.*?)\s+(from\s+.*?)\s+where\s', 'i');
    condition := format('(?:\mwhere|\mand)\s+([\w$.]+)\s*(=\s*\$%s)\s*(?:$|\mand\M|\mgroup\M|\morder\M)', n);
    IF cardinality(params) = 1 AND parts IS NOT NULL
        AND regexp_count(bare, format('\$%s(?!\d)', n)) = 1
        AND regexp_instr(bare, condition, 1, 1, 0, 'i') >= regexp_instr(bare, '\mwhere\M', 1, 1, 0, 'i')
        AND regexp_count(bare, '\m(select|where)\M', 1, 'i') = 2
        AND bare !~* '\m(or|not|union|intersect|except|limit|fetch|offset|having|over|window|distinct|some|case|with|lateral|values|for|tablesample|between)\M'
        AND substr(bare, 1, regexp_instr(bare, condition, 1, 1, 0, 'i', 2)) !~ '[(][^)]*$'
    THEN
        place := regexp_instr(bare, condition, 1, 1, 0, 'i', 1);
        target := substr(shape, place, length((regexp_match(bare, condition, 'i'))[1]));
        head := substr(shape, regexp_instr(bare, '^select\s+', 1, 1, 1, 'i'), length(parts[1]));
        place := regexp_instr(bare, '^select\s+', 1, 1, 1, 'i') + length(parts[1]);
        rest := regexp_replace(substr(shape, place), format('=\s*\$%s(?!\d)', n), format('= ANY($%s)', n));
        IF parts[1] !~ '[(]' AND bare !~* '\mgroup\s+by\M' THEN
            -- The key tells which row belongs to which of the values.
            IF NOT (string_to_array(regexp_replace(head, '\s*,\s*', ',', 'g'), ',') &&
                    ARRAY[target, '*', regexp_replace(target, '[^.]*$', '*')]) THEN
                head := target || ', ' || head;
            END IF;
            made := format('SELECT %s%s', head, rest);
        ELSIF bare !~* '\m(group|order)\s+by\M'
            AND parts[1] ~* '^(count|sum|min|max|avg)\s*\([^()]*\)(\s+as\s+\w+)?(\s*,\s*(count|sum|min|max|avg)\s*\([^()]*\)(\s+as\s+\w+)?)*$'
        THEN
            made := format('SELECT %s, %s%s GROUP BY %s', target, head, rest, target);
        END IF;
        IF made IS NOT NULL AND @extschema@.perfcheck_parameter_types(made, search_path, role) IS NOT NULL THEN
            RETURN made;
        END IF;
    END IF;

    -- Whatever else it is, it can stand beside its keys.
    WHILE bare ~* ('\m' || keys || '\M') LOOP
        keys := keys || '_';
    END LOOP;
    inner_sql := shape;
    FOREACH n IN ARRAY params LOOP
        inner_sql := regexp_replace(inner_sql, format('\$%s(?!\d)', n), format('%s.key%s', keys, n), 'g');
        arrays := arrays || format('$%s::%s[]', n, format_type(types[n], NULL));
        names := names || format('key%s', n);
    END LOOP;
    made := format('SELECT %s.*, found.* FROM unnest(%s) AS %s (%s) CROSS JOIN LATERAL (%s) AS found',
                   keys, array_to_string(arrays, ', '), keys, array_to_string(names, ', '), inner_sql);
    RETURN CASE WHEN @extschema@.perfcheck_parameter_types(made, search_path, role) IS NOT NULL THEN made END;
END
$$;

COMMENT ON FUNCTION perfcheck_in_one(text, integer[], text, text) IS
'The statement that does for arrays of values what another one does for each of them';

CREATE FUNCTION perfcheck_row_values(
    sql text,
    args text[],
    role text DEFAULT NULL,
    search_path text DEFAULT NULL,
    most integer DEFAULT 1000)
RETURNS SETOF text[]
AS 'MODULE_PATHNAME', 'perfcheck_row_values'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;

COMMENT ON FUNCTION perfcheck_row_values(text, text[], text, text, integer) IS
'The rows of a SELECT as text, executed read-only; none where it fails';

CREATE FUNCTION perfcheck_repeats()
RETURNS TABLE (
    kind text, route text, shape text, requests bigint,
    fewest bigint, most bigint, grows_with text, slope double precision,
    evidence text, in_one text, ms double precision)
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
SET enable_nestloop = off
AS $$
WITH
-- What comments call a request and a route, the narrower names first.
request_tag (tag, rank) AS (
    SELECT * FROM unnest(ARRAY[
        'request_id', 'x_request_id', 'requestid', 'req_id', 'job_id', 'jid', 'traceparent',
        'trace_id', 'traceid', 'x_trace_id', 'correlation_id', 'x_correlation_id'])
        WITH ORDINALITY AS t),
route_tag (tag, rank) AS (
    SELECT * FROM unnest(ARRAY[
        'route', 'endpoint', 'http_route', 'path', 'url', 'uri', 'action', 'handler', 'view',
        'job', 'task', 'controller', 'method_name', 'name'])
        WITH ORDINALITY AS t),
tagged AS MATERIALIZED (
    SELECT e.key, CASE WHEN NOT e.left_out THEN e.args END AS args, e.rows, e.ms,
        e.started, e.place, e.transaction, e.search_path, e.role,
        format('%s as %s', nullif(e.application, ''), e.role) AS program,
        (SELECT CASE r.tag WHEN 'traceparent' THEN coalesce(nullif(split_part(t.value, '-', 2), ''), t.value) ELSE t.value END
         FROM jsonb_each_text(e.tags) AS t
         JOIN request_tag r ON r.tag = lower(translate(t.key, '-.', '__'))
         WHERE t.value !~ '^[0-]*$'
         ORDER BY r.rank LIMIT 1) AS request,
        (SELECT CASE WHEN r.tag = 'action' THEN concat_ws('#', e.tags->>'controller', t.value)
                     -- A path with its values is no route. Routes that are regular expressions have
                     -- question marks of their own, and no name follows these up to = or the end.
                     ELSE regexp_replace(regexp_replace(t.value, '\?[\w.%~+\[\]-]+([=&].*)?$', ''),
                         '/(\d+|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27})(?=/|$)', '/:id', 'g') END
         FROM jsonb_each_text(e.tags) AS t
         JOIN route_tag r ON r.tag = lower(translate(t.key, '-.', '__'))
         WHERE t.value <> ''
         ORDER BY r.rank LIMIT 1) AS route
    FROM @extschema@.perfcheck_executions() WITH ORDINALITY AS e (
        key, args, left_out, tags, application, role, search_path, started, ms, rows,
        plan_mode, nested, failed, transaction, queryid, place)
    WHERE NOT e.failed),
-- A statement without a comment is of the request that its transaction is of.
requested AS (
    SELECT t.*, coalesce(t.request,
            CASE WHEN min(t.request) OVER w = max(t.request) OVER w THEN min(t.request) OVER w END,
            t.transaction) AS of_request
    FROM tagged t WINDOW w AS (PARTITION BY t.transaction)),
routed AS (
    SELECT r.*, coalesce(r.route,
            CASE WHEN min(r.route) OVER w = max(r.route) OVER w THEN min(r.route) OVER w END) AS of_route
    FROM requested r WINDOW w AS (PARTITION BY r.of_request)),
placed AS MATERIALIZED (
    SELECT r.key, r.args, r.rows, r.ms, r.started, r.search_path, r.role,
        coalesce(r.of_route, '(' || r.program || ')') AS route,
        dense_rank() OVER (ORDER BY r.of_route, r.program, r.of_request) AS request,
        row_number() OVER (ORDER BY r.started, r.place) AS pos
    FROM routed r),
same AS (
    SELECT p.request, p.key, p.args, count(*) AS n,
        -- Who asks again and again with pauses waits for something.
        max(p.rows) = min(p.rows)
            AND max(p.started) - min(p.started) < count(*) * greatest(interval '100 ms', 10 * avg(p.ms) * interval '1 ms') AS at_once
    FROM placed p GROUP BY p.request, p.key, p.args),
used AS MATERIALIZED (
    SELECT p.route, p.request, p.key, count(*) AS n, count(DISTINCT p.args) AS different,
        bool_or(p.args IS NULL) AS unknown, sum(p.rows) AS sum_rows,
        min(p.rows) AS min_rows, max(p.rows) AS max_rows,
        min(p.pos) AS first, max(p.pos) AS last,
        array_agg(p.pos ORDER BY p.pos) AS places, array_agg(p.rows ORDER BY p.pos) AS row_counts,
        min(ARRAY[p.role::text, p.search_path]) AS sender, sum(p.ms) AS ms
    FROM placed p GROUP BY p.route, p.request, p.key),
-- A child may grow, and what it grows with has to.
child AS (
    SELECT u.route, u.key FROM used u GROUP BY u.route, u.key
    HAVING max(u.n) >= 3 AND max(u.n) > min(u.n)),
parent AS (
    SELECT u.route, u.key FROM used u GROUP BY u.route, u.key
    HAVING max(u.sum_rows) >= 2 AND max(u.sum_rows) > min(u.sum_rows)),
pair AS MATERIALIZED (
    SELECT c.route, c.key AS child, p.key AS parent, c.request, p.first,
        (SELECT count(*) FROM unnest(c.places) AS t (pos) WHERE t.pos > p.first) AS n,
        before.rows AS r, before.m,
        before.low, before.high, c.different = c.n AND NOT c.unknown AS all_different
    FROM used c
    JOIN child ON child.route = c.route AND child.key = c.key
    JOIN used p ON p.request = c.request AND p.route = c.route AND p.key <> c.key AND p.first < c.last
    JOIN parent ON parent.route = p.route AND parent.key = p.key
    CROSS JOIN LATERAL (
        SELECT sum(t.rows)::bigint AS rows, count(*) AS m, min(t.rows) AS low, max(t.rows) AS high
        FROM unnest(p.places, p.row_counts) AS t (pos, rows) WHERE t.pos < c.last) AS before
    UNION ALL
    -- A walk over a tree: each row that it found is looked up in turn.
    SELECT u.route, u.key, u.key, u.request, u.first, u.n, u.sum_rows, u.n, u.min_rows, u.max_rows, false
    FROM used u
    JOIN child ON child.route = u.route AND child.key = u.key
    JOIN parent ON parent.route = u.route AND parent.key = u.key
    WHERE u.n <= u.sum_rows + 5),
point AS MATERIALIZED (
    SELECT * FROM pair WHERE pair.n > 0 AND pair.r > 0),
line AS (
    SELECT p.route, p.child, p.parent, count(*) AS requests, round(regr_slope(p.n, p.r)) AS slope,
        min(p.r) AS min_r, max(p.r) AS max_r, max(p.n) AS max_n,
        -- Its executions explain as much as its rows do.
        max(p.m) > 1 AND min(p.low) = max(p.high) AS by_executions,
        max(p.m) AS m, avg(p.first) AS first
    FROM point p
    GROUP BY p.route, p.child, p.parent
    HAVING count(DISTINCT p.r) >= 2 AND max(p.n) >= 3
        AND (p.child <> p.parent OR max(p.high) >= 2)),
offset_of AS (
    SELECT l.route, l.child, l.parent, s.slope,
        mode() WITHIN GROUP (ORDER BY p.n - s.slope * p.r) AS more
    FROM line l
    JOIN point p ON p.route = l.route AND p.child = l.child AND p.parent = l.parent
    CROSS JOIN LATERAL (SELECT generate_series(1, 5) UNION SELECT l.slope WHERE l.slope BETWEEN 6 AND 1000) AS s (slope)
    WHERE l.child <> l.parent OR s.slope = 1
    GROUP BY l.route, l.child, l.parent, s.slope),
-- n = slope * rows + more, of rows up to a limit where only so many are shown.
fit AS (
    SELECT f.*
    FROM (
        SELECT o.route, o.child, o.parent, o.slope, o.more,
            count(*) AS all_requests,
            count(*) FILTER (WHERE p.n = o.slope * p.r + o.more) AS fits,
            count(*) FILTER (WHERE p.n = o.slope * p.r + o.more OR (p.n = l.max_n AND p.n < o.slope * p.r + o.more)) AS fits_to_limit,
            count(DISTINCT p.r) FILTER (WHERE p.n = o.slope * p.r + o.more) AS row_counts,
            -- The row that tells whether there is another page.
            count(*) FILTER (WHERE p.n = l.max_n AND p.n = o.slope * (p.r - 1) + o.more AND p.r = l.max_r) AS probes
        FROM offset_of o
        JOIN line l ON l.route = o.route AND l.child = o.child AND l.parent = o.parent
        JOIN point p ON p.route = o.route AND p.child = o.child AND p.parent = o.parent
        GROUP BY o.route, o.child, o.parent, o.slope, o.more) AS f
    WHERE f.more >= CASE WHEN f.child = f.parent THEN 1 ELSE -f.slope END
        AND (f.row_counts >= 2 AND greatest(f.fits, f.fits_to_limit) >= f.all_requests - floor(f.all_requests / 10)
             OR f.row_counts = 1 AND f.probes > 0 AND f.fits + f.probes = f.all_requests)),
varying AS MATERIALIZED (
    -- The parameters that have several values in one request.
    SELECT v.route, v.key, array_agg(DISTINCT v.param ORDER BY v.param) AS params
    FROM (SELECT p.route, p.request, p.key, a.param::integer AS param
          FROM placed p CROSS JOIN LATERAL unnest(p.args) WITH ORDINALITY AS a (value, param)
          WHERE EXISTS (SELECT FROM child c WHERE c.route = p.route AND c.key = p.key)
          GROUP BY p.route, p.request, p.key, a.param
          HAVING count(DISTINCT a.value) > 1) AS v
    GROUP BY v.route, v.key),
shapes AS MATERIALIZED (
    SELECT DISTINCT ON (s.key) s.key, s.shape, s.problem FROM @extschema@.perfcheck_shapes() AS s ORDER BY s.key),
-- At most one for each row: keys that came before, or rows without one, are left out.
loose AS MATERIALIZED (
    SELECT l.route, l.child, l.parent,
        -- So many requests show it by their numbers alone.
        count(DISTINCT p.r) >= 6 AND corr(p.n, p.r) >= 0.95 AS shown
    FROM line l
    JOIN point p ON p.route = l.route AND p.child = l.child AND p.parent = l.parent
    WHERE l.child <> l.parent AND l.m = 1
        AND NOT EXISTS (SELECT FROM fit f WHERE f.route = l.route AND f.child = l.child AND f.parent <> f.child)
    GROUP BY l.route, l.child, l.parent, l.requests
    HAVING bool_and(p.n <= p.r)
        AND corr(p.n, p.r) >= CASE WHEN l.requests >= 5 THEN 0.5 ELSE 0.9 END),
-- Few requests do not: the earlier statement still returns what the others ask for.
loose_request AS MATERIALIZED (
    SELECT o.route, o.child, o.parent, p.request, p.r
    FROM loose o
    CROSS JOIN LATERAL (
        SELECT p.request, p.r FROM point p
        WHERE p.route = o.route AND p.child = o.child AND p.parent = o.parent
        ORDER BY p.n DESC, p.request LIMIT 4) AS p),
earlier AS MATERIALIZED (
    SELECT l.route, l.child, l.parent, l.request, s.shape, p.args, p.role, p.search_path
    FROM loose_request l
    JOIN placed p ON p.request = l.request AND p.key = l.parent
    JOIN shapes s ON s.key = l.parent AND s.problem IS NULL
    -- What a role sent that is gone is nobody's to run.
    WHERE p.args IS NOT NULL AND p.role IS NOT NULL),
returned AS MATERIALIZED (
    SELECT e.route, e.child, e.parent, e.request, c.place, array_agg(DISTINCT c.value) AS vals, count(*) AS rows
    FROM earlier e
    CROSS JOIN LATERAL @extschema@.perfcheck_row_values(e.shape, e.args, e.role::text, e.search_path, 10000) AS v (columns)
    CROSS JOIN LATERAL unnest(v.columns) WITH ORDINALITY AS c (value, place)
    GROUP BY e.route, e.child, e.parent, e.request, c.place),
asked AS MATERIALIZED (
    SELECT l.route, l.child, l.parent, l.request, l.r, a.param, array_agg(DISTINCT a.value) AS vals
    FROM loose_request l
    JOIN placed p ON p.request = l.request AND p.key = l.child
    JOIN varying v ON v.route = l.route AND v.key = l.child
    CROSS JOIN LATERAL unnest(p.args) WITH ORDINALITY AS a (value, param)
    WHERE a.param = ANY (v.params)
    GROUP BY l.route, l.child, l.parent, l.request, l.r, a.param),
answered AS (
    SELECT a.route, a.child, a.parent, a.request,
        bool_and(EXISTS (SELECT FROM returned r WHERE r.request = a.request AND r.route = a.route AND r.child = a.child
                         AND r.parent = a.parent AND a.vals <@ r.vals)) AS all_there
    FROM asked a
    -- Where there are other rows by now, nobody knows.
    WHERE EXISTS (SELECT FROM returned r WHERE r.request = a.request AND r.parent = a.parent AND r.rows = a.r)
    GROUP BY a.route, a.child, a.parent, a.request),
loosely AS (
    SELECT o.route, o.child, o.parent
    FROM loose o
    LEFT JOIN answered a ON a.route = o.route AND a.child = o.child AND a.parent = o.parent
    GROUP BY o.route, o.child, o.parent, o.shown
    HAVING coalesce(bool_and(a.all_there), o.shown)),
proven AS (
    SELECT f.route, f.child, f.parent, f.slope::double precision AS slope, f.more, true AS exact, l.by_executions, l.m, l.first, l.requests
    FROM fit f JOIN line l ON l.route = f.route AND l.child = f.child AND l.parent = f.parent
    UNION ALL
    SELECT o.route, o.child, o.parent,
        (SELECT round(regr_slope(p.n, p.r)::numeric, 2) FROM point p WHERE p.route = o.route AND p.child = o.child AND p.parent = o.parent),
        NULL, false, l.by_executions, l.m, l.first, l.requests
    FROM loosely o JOIN line l ON l.route = o.route AND l.child = o.child AND l.parent = o.parent),
-- The nearest: where two are the same, the one that was executed less often.
nearest AS (
    SELECT DISTINCT ON (v.route, v.child) v.*
    FROM proven v
    WHERE NOT v.by_executions
        OR EXISTS (SELECT FROM proven a WHERE a.route = v.route AND a.child = v.parent AND a.exact AND NOT a.by_executions AND a.parent <> v.child)
    ORDER BY v.route, v.child, v.exact DESC, v.slope, abs(v.more), v.m, v.first DESC, v.parent),
repeated AS (
    SELECT u.route, u.key, count(*) AS requests, min(u.n) AS fewest, max(u.n) AS most, sum(u.ms) AS ms,
        min(u.sender) AS sender, max(u.different) = 1 AND NOT bool_or(u.unknown) AS one_value
    FROM used u GROUP BY u.route, u.key),
found AS (
    SELECT CASE WHEN r.one_value THEN 'same values' ELSE 'repeats' END AS kind,
        r.route, r.key, r.requests, r.fewest, r.most, n.parent, n.slope, n.exact, n.more, r.ms, r.sender, r.one_value
    FROM nearest n
    JOIN repeated r ON r.route = n.route AND r.key = n.child
    UNION ALL
    SELECT 'same values', u.route, u.key, count(*), min(s.n), max(s.n), NULL, NULL, NULL, NULL, sum(u.ms), min(u.sender), true
    FROM used u
    JOIN (SELECT s.request, s.key, max(s.n) AS n FROM same s WHERE s.args IS NOT NULL AND s.at_once GROUP BY s.request, s.key) AS s
        ON s.request = u.request AND s.key = u.key
    WHERE s.n >= 3 AND NOT EXISTS (SELECT FROM nearest n WHERE n.route = u.route AND n.child = u.key)
    GROUP BY u.route, u.key)
SELECT f.kind, f.route, s.shape, f.requests, f.fewest, f.most,
    CASE WHEN f.parent = f.key THEN 'its own rows' ELSE g.shape END, f.slope,
    CASE WHEN f.parent IS NULL THEN
        format('the same statement with the same values, up to %s times in a request', f.most)
    ELSE
        (SELECT string_agg(format('%s rows: %s', e.r, e.n), ', ' ORDER BY e.r, e.n)
         FROM (SELECT p.r, p.n, row_number() OVER (ORDER BY p.r, p.n) AS up, row_number() OVER (ORDER BY p.r DESC, p.n DESC) AS down
               FROM point p WHERE p.route = f.route AND p.child = f.key AND p.parent = f.parent GROUP BY p.r, p.n) AS e
         WHERE e.up <= 2 OR e.down = 1)
        || CASE WHEN NOT f.exact THEN ' (at most one for each row, which has its value)'
                WHEN f.more > 0 THEN format(' (%s of them besides)', f.more)
                ELSE '' END
    END,
    CASE WHEN f.one_value THEN 'Execute it once for the request, and keep what it returns.'
         WHEN f.parent = f.key THEN 'WITH RECURSIVE walks the tree in one statement.'
         ELSE coalesce(@extschema@.perfcheck_in_one(s.shape, coalesce(v.params, CASE WHEN s.shape !~ '\$2(?!\d)' THEN '{1}'::integer[] END), f.sender[2], coalesce(f.sender[1], '')),
                       'Ask for the rows of all keys at once, by a join with the statement that it grows with.') END,
    round(f.ms::numeric, 3)
FROM found f
LEFT JOIN shapes s ON s.key = f.key
LEFT JOIN shapes g ON g.key = f.parent
LEFT JOIN varying v ON v.route = f.route AND v.key = f.key
ORDER BY f.kind, f.ms DESC, f.route, s.shape
$$;

COMMENT ON FUNCTION perfcheck_repeats() IS
'Statements that a request executes once for each row of an earlier one, with the proof';

REVOKE ALL ON FUNCTION perfcheck_repeats() FROM PUBLIC;

--
-- What the contract leaves out
--

CREATE FUNCTION perfcheck_used(
    scale double precision DEFAULT coalesce(pg_catalog.current_setting('perfcheck.scale', true)::double precision, 100))
RETURNS TABLE (
    query text, relation regclass, index_of regclass, read boolean, bytes bigint,
    needed_by text, prefix_of regclass, problem text)
AS 'MODULE_PATHNAME', 'perfcheck_used'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;

COMMENT ON FUNCTION perfcheck_used(double precision) IS
'The tables and indexes that each query reads at any size up to scale, and the indexes that there are';

CREATE FUNCTION perfcheck_coverage(
    scale double precision DEFAULT coalesce(pg_catalog.current_setting('perfcheck.scale', true)::double precision, 100))
RETURNS TABLE (
    kind text, name text, what text, calls bigint, share_calls double precision,
    share_ms double precision, bytes bigint, needed_by text)
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
WITH
used AS MATERIALIZED (
    SELECT * FROM @extschema@.perfcheck_used(perfcheck_coverage.scale)),
contract AS (
    SELECT q.name, q.sql, s.key
    FROM @extschema@.perfcheck_query q
    LEFT JOIN LATERAL @extschema@.perfcheck_shape(q.sql) AS s ON true
    WHERE q.name IN (SELECT u.query FROM used u)),
recorded AS MATERIALIZED (
    SELECT e.key, count(*) AS calls, sum(e.ms) AS ms, min(e.application) AS application,
        coalesce(mode() WITHIN GROUP (ORDER BY ARRAY[e.role::text, e.search_path]) FILTER (WHERE e.role IS NOT NULL),
            ARRAY[NULL, min(e.search_path)]) AS sender,
        sum(count(*)) OVER () AS all_calls, sum(sum(e.ms)) OVER () AS all_ms
    FROM @extschema@.perfcheck_executions() AS e
    -- What a function executes is its caller's.
    WHERE NOT e.nested
    GROUP BY e.key),
shapes AS MATERIALIZED (
    SELECT DISTINCT ON (s.key) s.key, s.shape, s.types, s.problem
    FROM @extschema@.perfcheck_shapes() AS s ORDER BY s.key),
tables AS (
    SELECT u.relation, bool_or(u.read) AS read,
        min(u.query) FILTER (WHERE u.problem IS NOT NULL) AS unknown,
        string_agg(u.query, ', ' ORDER BY u.query) AS queries
    FROM used u JOIN pg_class c ON c.oid = u.relation
    WHERE u.query IS NOT NULL AND c.relkind NOT IN ('i', 'I')
    GROUP BY u.relation),
unknown AS (
    SELECT min(u.query) AS query FROM used u WHERE u.relation IS NULL AND u.problem IS NOT NULL),
indexes AS (
    SELECT u.relation, u.index_of, u.read, u.bytes, u.prefix_of,
        coalesce(u.needed_by, t.unknown) AS needed_by,
        u.needed_by IS NULL AND t.unknown IS NOT NULL AS perhaps,
        -- Plans of a table and of its partitions are told by the table.
        i.indisvalid
    FROM used u
    JOIN pg_index i ON i.indexrelid = u.relation
    LEFT JOIN tables t ON t.relation = coalesce(pg_partition_root(u.index_of), u.index_of)
    WHERE u.query IS NULL),
row_of (place, kind, name, what, calls, share_calls, share_ms, bytes, needed_by) AS (
    SELECT 1, CASE WHEN p.problem IS NULL THEN 'statement not in contract' ELSE 'statement that cannot be judged' END,
        NULL::text, concat_ws(': ', p.problem, s.shape), r.calls::bigint,
        round(r.calls / r.all_calls, 4)::double precision,
        round((r.ms / nullif(r.all_ms, 0))::numeric, 4)::double precision, NULL::bigint, NULL::text
    FROM recorded r JOIN shapes s ON s.key = r.key
    CROSS JOIN LATERAL @extschema@.perfcheck_problem(s.shape, s.types, s.problem, r.sender[2], r.sender[1]::name) AS p (problem)
    WHERE NOT EXISTS (SELECT FROM contract c WHERE c.key = r.key)
    UNION ALL
    SELECT 2, 'nothing recorded', NULL,
        'perfcheck.record = on records what the application sends', NULL, NULL, NULL, NULL, NULL
    WHERE NOT EXISTS (SELECT FROM recorded)
    UNION ALL
    SELECT 3, 'query never seen', c.name, c.sql, 0, 0, 0, NULL, NULL
    FROM contract c
    WHERE EXISTS (SELECT FROM recorded) AND NOT EXISTS (SELECT FROM recorded r WHERE r.key = c.key)
    UNION ALL
    SELECT 4, 'query not judged', u.query, min(u.problem), NULL, NULL, NULL, NULL, NULL
    FROM used u WHERE u.problem IS NOT NULL GROUP BY u.query
    UNION ALL
    SELECT 5, 'table not used', t.relation::text,
        format('%s names it, and no plan reads it', t.queries), NULL, NULL, NULL,
        pg_table_size(t.relation) + (SELECT coalesce(sum(pg_table_size(p.relid)), 0)::bigint FROM pg_partition_tree(t.relation) AS p WHERE p.relid <> t.relation), NULL
    FROM tables t WHERE NOT t.read AND t.unknown IS NULL
    UNION ALL
    SELECT 6, 'table not in contract', c.oid::regclass::text, 'no query names it', NULL, NULL, NULL,
        pg_table_size(c.oid) + (SELECT coalesce(sum(pg_table_size(p.relid)), 0)::bigint FROM pg_partition_tree(c.oid) AS p WHERE p.relid <> c.oid),
        (SELECT 'foreign key of ' || min(f.conrelid::regclass::text) FROM pg_constraint f
         WHERE f.confrelid = c.oid AND f.contype = 'f' AND f.conrelid IN (SELECT t.relation FROM tables t))
    FROM pg_class c
    -- Those of the schemas that the contract is about
    WHERE c.relkind IN ('r', 'p', 'm') AND NOT c.relispartition
        AND c.relnamespace IN (SELECT d.relnamespace FROM tables t JOIN pg_class d ON d.oid = t.relation)
        AND NOT EXISTS (SELECT FROM tables t WHERE t.relation = c.oid)
        AND NOT EXISTS (SELECT FROM pg_inherits h JOIN tables t ON t.relation = h.inhparent WHERE h.inhrelid = c.oid)
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    UNION ALL
    SELECT CASE WHEN i.read THEN 8 ELSE 7 END,
        CASE WHEN i.read THEN 'index is a prefix' ELSE 'index not used' END, i.relation::text,
        CASE WHEN NOT i.indisvalid THEN 'it is not valid, so that no query can use it'
             WHEN i.prefix_of IS NULL THEN 'no query uses it at any size'
             WHEN o.indnkeyatts = m.indnkeyatts THEN format('it is the same as %s', i.prefix_of)
             ELSE format('it is a prefix of %s', i.prefix_of) END,
        NULL, NULL, NULL, i.bytes,
        CASE WHEN i.perhaps THEN format('perhaps by %s, which could not be judged', i.needed_by)
             WHEN i.needed_by IS NOT NULL THEN i.needed_by
             WHEN k.query IS NOT NULL AND NOT i.read THEN format('perhaps by %s, which could not be judged', k.query) END
    FROM indexes i
    JOIN pg_index m ON m.indexrelid = i.relation
    LEFT JOIN pg_index o ON o.indexrelid = i.prefix_of
    CROSS JOIN unknown k
    WHERE NOT i.read OR i.prefix_of IS NOT NULL)
SELECT r.kind, r.name, r.what, r.calls, r.share_calls, r.share_ms, r.bytes, r.needed_by
FROM row_of r
ORDER BY r.place, r.share_ms DESC NULLS LAST, r.calls DESC, r.bytes DESC, r.name, r.what
$$;

COMMENT ON FUNCTION perfcheck_coverage(double precision) IS
'What is recorded and not in the contract, what is in it and never seen, and what no query uses';

REVOKE ALL ON FUNCTION perfcheck_coverage(double precision) FROM PUBLIC;
