--
-- The report as a page for people: one file without a script, with pictures in SVG
--

CREATE FUNCTION perfcheck_short_number(number double precision)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    SELECT trim_scale(round(($1 / u.size)::numeric, CASE WHEN u.size = 1 OR $1 / u.size >= 99.95 THEN 0 WHEN $1 / u.size >= 9.995 THEN 1 ELSE 2 END))::text || u.unit
    FROM (VALUES (1e12::float8, ' T'), (1e9, ' G'), (1e6, ' M'), (1e3, ' k'), (1, '')) AS u (size, unit)
    WHERE $1 >= u.size * 0.9995 OR u.size = 1
    ORDER BY u.size DESC
    LIMIT 1
$$;

COMMENT ON FUNCTION perfcheck_short_number(double precision) IS
'A count in three digits for a picture: 950, 49.9 k, 3 M';

-- Text on a page, in which nothing is markup.
CREATE FUNCTION perfcheck_as_html_text(text text)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    SELECT @extschema@.perfcheck_as_xml(@extschema@.perfcheck_visible($1, true))
$$;

COMMENT ON FUNCTION perfcheck_as_html_text(text) IS
'A text as content or an attribute of HTML';

-- Rows examined against the size of the largest table, both on logarithmic axes: the case
-- that decides, from perfcheck_forecast. A number stands for a plan, and the list below
-- the picture names it. Both ends of each line are projected; between them work is taken
-- to grow evenly.
CREATE FUNCTION perfcheck_picture(one json, growth json)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    WITH worst AS (
        SELECT w.c ->> 'label' AS label, w.c ->> 'plan_mode' AS plan_mode, (w.c ->> 'row_limit')::float8 AS budget
        FROM json_array_elements($1 -> 'cases') AS w (c) WHERE (w.c ->> 'decides')::boolean AND w.c ->> 'row_limit' IS NOT NULL),
    ranges AS (
        SELECT g.access, coalesce(g.ok, true) AS ok, g.from_rows::float8 AS x0, g.to_rows::float8 AS x1,
            g.rows_at_from::float8 AS y0, g.rows_projected::float8 AS y1, row_number() OVER (ORDER BY g.from_rows, g.to_rows) AS place
        FROM json_to_recordset($2) AS g (query text, label text, plan_mode text, from_rows bigint, to_rows bigint, access text, ok boolean, rows_at_from bigint, rows_projected bigint)
        JOIN worst AS w ON g.label = w.label AND g.plan_mode = w.plan_mode
        WHERE g.query = $1 ->> 'name' AND g.access IS NOT NULL AND g.rows_projected IS NOT NULL),
    plans AS (
        SELECT r.access, min(r.x0) AS x0, max(r.x1) AS x1, row_number() OVER (ORDER BY min(r.place)) AS number FROM ranges AS r GROUP BY r.access),
    edges AS (
        SELECT w.budget, greatest(($1 ->> 'table_rows')::float8, 1) AS today, greatest(($1 ->> 'table_rows_judged')::float8, 1) AS target,
            floor(log(greatest(1, least((SELECT min(r.x0) FROM ranges AS r), ($1 ->> 'table_rows')::float8))::numeric))::float8 AS left,
            ceil(log(greatest(10, (SELECT max(r.x1) FROM ranges AS r), ($1 ->> 'table_rows_judged')::float8)::numeric))::float8 AS right,
            ceil(log((2 * greatest(10, (SELECT max(greatest(r.y0, r.y1)) FROM ranges AS r), w.budget))::numeric))::float8 AS top
        FROM worst AS w),
    frame AS (
        SELECT e.*, 568 / greatest(e.right - e.left, 1) AS dx, 176 / e.top AS dy FROM edges AS e),
    lines AS (
        SELECT r.*, p.number, 56 + (log(greatest(r.x0, 1)::numeric)::float8 - f.left) * f.dx AS px0, 56 + (log(greatest(r.x1, 1)::numeric)::float8 - f.left) * f.dx AS px1,
            206 - log(greatest(r.y0, 1)::numeric)::float8 * f.dy AS py0, 206 - log(greatest(r.y1, 1)::numeric)::float8 * f.dy AS py1
        FROM ranges AS r JOIN plans AS p ON p.access = r.access, frame AS f),
    drawn AS (
        SELECT 1 AS layer, d::float8 AS place, format('<path class="grid" d="M56 %1$sH624"/><text x="50" y="%2$s" text-anchor="end">%3$s</text>',
                round((206 - d * f.dy)::numeric, 1), round((210 - d * f.dy)::numeric, 1), @extschema@.perfcheck_short_number(10::float8 ^ d)) AS part
            FROM frame AS f, generate_series(0, f.top::int, greatest(1, ceil(f.top / 6)::int)) AS d
        UNION ALL SELECT 1, 100 + d, format('<path class="grid" d="M%1$s 206V30"/><text x="%1$s" y="221" text-anchor="middle">%2$s</text>',
                round((56 + (d - f.left) * f.dx)::numeric, 1), @extschema@.perfcheck_short_number(10::float8 ^ d))
            FROM frame AS f, generate_series(f.left::int, greatest(f.right, f.left + 1)::int, greatest(1, ceil((f.right - f.left) / 7)::int)) AS d
        UNION ALL SELECT 2, m.place, format('<path class="mark" d="M%1$s 206V26"/><text class="said" x="%2$s" y="22" text-anchor="%3$s">%4$s %5$s</text>',
                round(m.x::numeric, 1), round((m.x + m.dx)::numeric, 1), m.anchor, m.name, @extschema@.perfcheck_short_number(m.rows))
            FROM frame AS f CROSS JOIN LATERAL (VALUES
                (1, 'today', f.today, 'start', 0), (2, 'target', f.target, 'end', 0)) AS v (place, name, rows, anchor, dx)
            CROSS JOIN LATERAL (SELECT v.place, v.name, v.rows, v.dx, v.anchor, 56 + (log(greatest(v.rows, 1)::numeric)::float8 - f.left) * f.dx AS x) AS m
            WHERE m.place = 1 OR f.target > f.today
        UNION ALL SELECT 3, 0, format('<path class="budget" d="M56 %1$sH624"/><text class="said" x="624" y="%2$s" text-anchor="end">budget %3$s</text>',
                round((206 - log(greatest(f.budget, 1)::numeric)::float8 * f.dy)::numeric, 1), round((201 - log(greatest(f.budget, 1)::numeric)::float8 * f.dy)::numeric, 1),
                @extschema@.perfcheck_short_number(f.budget)) FROM frame AS f
        UNION ALL SELECT 4, l.place, format('<path class="switch" d="M%1$s %2$sV%3$s"/>', round(n.px0::numeric, 1), round(l.py1::numeric, 1), round(n.py0::numeric, 1))
            FROM lines AS l JOIN lines AS n ON n.place = l.place + 1 WHERE n.number <> l.number
        UNION ALL SELECT 5, l.place, format('<path class="line %1$s" d="M%2$s %3$sL%4$s %5$s"/><circle class="%1$s" cx="%2$s" cy="%3$s" r="3.5"/><circle class="%1$s" cx="%4$s" cy="%5$s" r="3.5"><title>%6$s rows examined of %7$s: %8$s</title></circle>',
                CASE WHEN l.ok THEN 'fine' ELSE 'over' END, round(l.px0::numeric, 1), round(l.py0::numeric, 1), round(l.px1::numeric, 1), round(l.py1::numeric, 1),
                @extschema@.perfcheck_short_number(l.y1), @extschema@.perfcheck_short_number(l.x1), @extschema@.perfcheck_as_html_text(l.access))
            FROM lines AS l
        -- Beside the longest piece of a plan's line, above it.
        UNION ALL SELECT * FROM (SELECT DISTINCT ON (l.number) 6, l.number::float8, format('<text class="number" x="%s" y="%s" text-anchor="middle">%s</text>',
                round(((l.px0 + l.px1) / 2)::numeric, 1), round((greatest((l.py0 + l.py1) / 2 - 8, 34))::numeric, 1), l.number)
            FROM lines AS l ORDER BY l.number, l.px1 - l.px0 DESC) AS numbers)
    SELECT '<figure><svg viewBox="0 0 640 246" role="img" aria-label="'
        || format('Rows examined as the largest table grows from %s to %s rows: %s, with a budget of %s.', @extschema@.perfcheck_short_number(f.today), @extschema@.perfcheck_short_number(f.target),
            (SELECT string_agg(format('%s of %s', @extschema@.perfcheck_short_number(l.y1), @extschema@.perfcheck_short_number(l.x1)), ', ' ORDER BY l.place) FROM lines AS l),
            @extschema@.perfcheck_short_number(f.budget))
        || '">' || (SELECT string_agg(d.part, '' ORDER BY d.layer, d.place) FROM drawn AS d)
        || '<text x="340" y="240" text-anchor="middle">rows of the largest table</text><text x="8" y="14">rows examined</text></svg><figcaption>'
        || format('The case that decides: %s, %s plan. <ol>', @extschema@.perfcheck_as_html_text(w.label), w.plan_mode)
        || (SELECT string_agg(format('<li>%s <span class="quiet">from %s to %s rows</span></li>', @extschema@.perfcheck_as_html_text(p.access),
                @extschema@.perfcheck_short_number(p.x0), @extschema@.perfcheck_short_number(p.x1)), '' ORDER BY p.number) FROM plans AS p)
        || '</ol></figcaption></figure>'
    FROM frame AS f, worst AS w
    WHERE EXISTS (SELECT FROM lines)
$$;

COMMENT ON FUNCTION perfcheck_picture(json, json) IS
'Rows examined against the size of the tables, as SVG, for a query of a document of perfcheck_judge';

-- What is kept of the last run in the server, and of the last one over HTTP, of each
-- query: a run in the server has all of a query's cases together. Buckets are the same for
-- both, ten from one power of ten to the next.
CREATE FUNCTION perfcheck_kept_latency()
RETURNS json
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    WITH last AS (
        SELECT r.query, r.source, max(r.taken_at) AS taken_at
        FROM @extschema@.perfcheck_result AS r
        JOIN @extschema@.perfcheck_query AS q ON q.name = r.query
            -- What another statement took under the same name says nothing.
            AND coalesce(r.details ->> 'sql_md5' = md5(q.sql), true)
        WHERE r.executions > 0 AND r.p50_ms IS NOT NULL GROUP BY r.query, r.source),
    kept AS (
        SELECT r.* FROM last AS l JOIN @extschema@.perfcheck_result AS r USING (query, source, taken_at) WHERE r.executions > 0 AND r.p50_ms IS NOT NULL),
    samples AS (
        SELECT k.query, s.ns / 1e6 AS ms FROM kept AS k CROSS JOIN LATERAL unnest(k.samples_ns) AS s (ns) WHERE k.source = 'time'),
    buckets AS (
        SELECT s.query, 'time' AS source, b.edge AS edge, count(*) AS number
        FROM samples AS s CROSS JOIN LATERAL (SELECT round((10 ^ (ceil(10 * log(greatest(s.ms, 1e-6)::numeric)) / 10)::float8)::numeric, 6)::float8 AS edge) AS b GROUP BY s.query, b.edge
        UNION ALL
        SELECT k.query, k.source, (b.one ->> 0)::float8, (b.one ->> 1)::bigint
        FROM kept AS k CROSS JOIN LATERAL jsonb_array_elements(k.details -> 'histogram') AS b (one) WHERE k.source = 'http' AND jsonb_typeof(k.details -> 'histogram') = 'array'),
    sides AS (
        SELECT k.query, k.source, max(k.taken_at) AS taken_at, sum(k.executions) AS executions,
            sum(k.executions * (k.mean_ms + coalesce(k.plan_ms, 0))) / sum(k.executions) AS mean_ms,
            -- Where samples were not kept, those of the slowest case.
            (array_agg(k.p50_ms ORDER BY k.p95_ms DESC))[1] AS p50_ms, max(k.p95_ms) AS p95_ms, max(k.p99_ms) AS p99_ms, max(k.max_ms) AS max_ms, bool_and(k.ok) AS ok
        FROM kept AS k GROUP BY k.query, k.source),
    exact AS (
        SELECT s.query, 'time' AS source, percentile_disc(ARRAY[0.5, 0.95, 0.99, 1]) WITHIN GROUP (ORDER BY s.ms) AS p FROM samples AS s GROUP BY s.query)
    SELECT json_agg(json_build_object('query', s.query, 'source', s.source, 'taken_at', s.taken_at, 'executions', s.executions, 'ok', s.ok, 'mean_ms', s.mean_ms,
        'p50_ms', coalesce(e.p[1], s.p50_ms), 'p95_ms', coalesce(e.p[2], s.p95_ms), 'p99_ms', coalesce(e.p[3], s.p99_ms), 'max_ms', coalesce(e.p[4], s.max_ms),
        'targets', json_build_array(q.avg_ms, q.p95_ms, q.p99_ms),
        'buckets', (SELECT json_agg(json_build_array(b.edge, b.number) ORDER BY b.edge) FROM buckets AS b WHERE b.query = s.query AND b.source = s.source))
        ORDER BY s.query, s.source DESC)
    FROM sides AS s JOIN @extschema@.perfcheck_query AS q ON q.name = s.query LEFT JOIN exact AS e ON e.query = s.query AND e.source = s.source
$$;

COMMENT ON FUNCTION perfcheck_kept_latency() IS
'The latencies of each query in its last runs that were kept, in the server and over HTTP';

CREATE FUNCTION perfcheck_short_ms(ms double precision)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    SELECT CASE WHEN $1 >= 999.5 THEN trim_scale(round(($1 / 1000)::numeric, CASE WHEN $1 >= 99950 THEN 0 WHEN $1 >= 9995 THEN 1 ELSE 2 END))::text || ' s'
        ELSE trim_scale(round($1::numeric, CASE WHEN $1 >= 99.95 THEN 0 WHEN $1 >= 9.995 THEN 1 WHEN $1 >= 0.9995 THEN 2 ELSE 3 END))::text || ' ms' END
$$;

COMMENT ON FUNCTION perfcheck_short_ms(double precision) IS
'A time in three digits for a picture: 0.25 ms, 49.9 ms, 3 s';

-- The distributions of a query, one below the other on one logarithmic axis. What has no
-- buckets is drawn as a bar from its median to its 99th percentile. Without drawn there
-- is a sentence alone, as hundreds of pictures would not fit on a page.
CREATE FUNCTION perfcheck_latency_picture(sides json, drawn boolean DEFAULT true)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    WITH sides AS (
        SELECT s.*, CASE s.source WHEN 'time' THEN 'in the server' ELSE 'over HTTP' END AS place_of, row_number() OVER (ORDER BY s.source DESC) AS lane, count(*) OVER () AS lanes
        FROM json_to_recordset($1) AS s (query text, source text, taken_at timestamptz, executions bigint, mean_ms float8, p50_ms float8, p95_ms float8, p99_ms float8, max_ms float8, targets json, buckets json)),
    bars AS (
        SELECT s.lane, b.edge, b.number / (max(b.number) OVER (PARTITION BY s.lane))::float8 AS share
        FROM sides AS s CROSS JOIN LATERAL (SELECT (e.one ->> 0)::float8 AS edge, (e.one ->> 1)::float8 AS number FROM json_array_elements(s.buckets) AS e (one)) AS b
        WHERE json_typeof(s.buckets) = 'array'
        UNION ALL
        SELECT s.lane, 10 ^ (k / 10.0)::float8, 0.4 FROM sides AS s
        CROSS JOIN LATERAL generate_series(ceil(10 * log(greatest(s.p50_ms, 1e-6)::numeric))::int, ceil(10 * log(greatest(s.p99_ms, 1e-6)::numeric))::int) AS k
        WHERE json_typeof(s.buckets) IS DISTINCT FROM 'array'),
    frame AS (
        SELECT e.left, e.right, 600 / (e.right - e.left) AS dx, e.target, e.lanes
        FROM (SELECT floor(log(least(min(b.edge) / 1.26, min(t.p95))::numeric) * 2)::float8 / 2 AS left,
                ceil(log(greatest(max(b.edge), min(t.p95) * 1.1)::numeric) * 2 + 0.01)::float8 / 2 AS right, min(t.p95) AS target, max(t.lanes) AS lanes
            FROM bars AS b, (SELECT s.lanes, (s.targets ->> 1)::float8 AS p95 FROM sides AS s) AS t) AS e),
    drawn AS (
        SELECT 1 AS layer, d AS place, format('<path class="grid" d="M%1$s %2$sV14"/><text x="%1$s" y="%3$s" text-anchor="middle">%4$s</text>',
            round((20 + (d - f.left) * f.dx)::numeric, 1), 20 + 80 * f.lanes, 35 + 80 * f.lanes, @extschema@.perfcheck_short_ms(10 ^ d)) AS part
        FROM frame AS f, generate_series(ceil(f.left)::int, floor(f.right)::int, greatest(1, ceil((f.right - f.left) / 7)::int)) AS d
        UNION ALL SELECT 2, b.lane, '<path class="shape" d="' || string_agg(format('M%s %sv%sh%sv%sz', round((20 + (log(b.edge::numeric)::float8 - 0.1 - f.left) * f.dx)::numeric, 1), 80 * b.lane + 20,
                round((-48 * greatest(b.share, 0.02))::numeric, 1), round((0.1 * f.dx)::numeric, 1), round((48 * greatest(b.share, 0.02))::numeric, 1)), '' ORDER BY b.edge) || '"/>'
            FROM bars AS b, frame AS f GROUP BY b.lane
        UNION ALL SELECT 3, s.lane, format('<text class="said" x="24" y="%s">%s: p50 %s, p95 %s, p99 %s</text>', 80 * s.lane - 36 + CASE WHEN s.lane = 1 THEN 0 ELSE 2 END, s.place_of,
                @extschema@.perfcheck_short_ms(s.p50_ms), @extschema@.perfcheck_short_ms(s.p95_ms), @extschema@.perfcheck_short_ms(s.p99_ms)) FROM sides AS s
        UNION ALL SELECT 4, s.lane, format('<path class="mark" d="M%1$s %2$sv-8"><title>p95 %3$s</title></path>', round((20 + (log(greatest(s.p95_ms, 1e-6)::numeric)::float8 - f.left) * f.dx)::numeric, 1),
                80 * s.lane + 24, @extschema@.perfcheck_short_ms(s.p95_ms)) FROM sides AS s, frame AS f
        UNION ALL SELECT 5, 0, format('<path class="budget" d="M%1$s %2$sV20"/><text class="said" x="%3$s" y="14" text-anchor="end">target of p95 %4$s</text>',
                round((20 + (log(f.target::numeric)::float8 - f.left) * f.dx)::numeric, 1), 20 + 80 * f.lanes, 620, @extschema@.perfcheck_short_ms(f.target)) FROM frame AS f)
    SELECT '<p>' || string_agg(format('%s: p50 %s, p95 %s, p99 %s.', upper(left(s.place_of, 1)) || substr(s.place_of, 2),
            @extschema@.perfcheck_short_ms(s.p50_ms), @extschema@.perfcheck_short_ms(s.p95_ms), @extschema@.perfcheck_short_ms(s.p99_ms)), ' ' ORDER BY s.lane) || '</p>'
    FROM sides AS s WHERE NOT $2 HAVING count(*) > 0
    UNION ALL
    SELECT format('<figure><svg viewBox="0 0 640 %s" role="img" aria-label="Latencies: %s; the target of p95 is %s.">', 42 + 80 * f.lanes,
            (SELECT string_agg(format('%s p50 %s, p95 %s, p99 %s', s.place_of, @extschema@.perfcheck_short_ms(s.p50_ms), @extschema@.perfcheck_short_ms(s.p95_ms), @extschema@.perfcheck_short_ms(s.p99_ms)), '; ' ORDER BY s.lane) FROM sides AS s),
            @extschema@.perfcheck_short_ms(f.target))
        || (SELECT string_agg(d.part, '' ORDER BY d.layer, d.place) FROM drawn AS d) || '</svg><figcaption>'
        || (SELECT string_agg(format('%s: %s %s, %s on average, %s at most, kept %s.', upper(left(s.place_of, 1)) || substr(s.place_of, 2), s.executions, CASE s.source WHEN 'time' THEN 'executions' ELSE 'requests' END,
                @extschema@.perfcheck_short_ms(s.mean_ms), @extschema@.perfcheck_short_ms(s.max_ms), to_char(s.taken_at, 'YYYY-MM-DD HH24:MI')), ' ' ORDER BY s.lane) FROM sides AS s)
        || coalesce((SELECT CASE WHEN t.mean_ms <= h.mean_ms THEN format(' The database takes %s %% of the mean over HTTP; the rest is the API, the network and waiting.', round((100 * t.mean_ms / h.mean_ms)::numeric))
                ELSE ' The run in the server was slower than the one over HTTP, which it is a part of: they were not made under the same load, or with the same values.' END
            FROM sides AS t, sides AS h WHERE t.source = 'time' AND h.source = 'http' AND h.mean_ms > 0), '')
        || '</figcaption></figure>'
    FROM frame AS f WHERE $2
$$;

COMMENT ON FUNCTION perfcheck_latency_picture(json, boolean) IS
'The latencies of one query, of perfcheck_kept_latency, as SVG';

-- The nodes of a plan, those that examine most with the longest bar.
CREATE FUNCTION perfcheck_plan_tree(plan json)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    WITH RECURSIVE nodes AS (
        SELECT $1 AS node, 0 AS depth, ARRAY[]::bigint[] AS place
        UNION ALL
        SELECT b.node, n.depth + 1, n.place || b.place
        FROM nodes AS n CROSS JOIN LATERAL json_array_elements(n.node -> 'below') WITH ORDINALITY AS b (node, place)),
    told AS (
        SELECT n.node ->> 'node' AS name, n.depth, n.place, coalesce((n.node ->> 'examined_then')::float8, 0) AS examined,
            row_number() OVER (ORDER BY coalesce((n.node ->> 'examined_then')::float8, 0) DESC, n.place) AS busy
        FROM nodes AS n),
    most AS (SELECT greatest(max(t.examined), 1) AS examined, count(*) AS nodes FROM told AS t)
    -- What is busiest is shown of a plan of very many nodes.
    SELECT '<ul class="plan">' || string_agg(format('<li style="--deep:%s;--bar:%s%%"><code>%s</code><s></s><b>%s</b></li>',
            least(t.depth, 12), round(100 * t.examined / m.examined), coalesce(@extschema@.perfcheck_as_html_text(t.name), 'a step'),
            @extschema@.perfcheck_short_number(t.examined)), '' ORDER BY t.place)
        || '</ul>' || CASE WHEN max(m.nodes) > 40 THEN format('<p class="quiet">%s nodes that examine less are left out.</p>', max(m.nodes) - 40) ELSE '' END
    FROM told AS t, most AS m
    WHERE t.busy <= 40
$$;

COMMENT ON FUNCTION perfcheck_plan_tree(json) IS
'A plan of a document of perfcheck_judge as a tree of HTML, a bar for the rows of each node';

CREATE FUNCTION perfcheck_case_table(one json)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    WITH cases AS (
        SELECT c.one, row_number() OVER (ORDER BY (c.one ->> 'decides')::boolean DESC, (c.one ->> 'counts')::boolean AND NOT (c.one ->> 'ok')::boolean DESC,
            (c.one ->> 'counts')::boolean DESC, (c.one ->> 'rows_projected')::float8 DESC NULLS LAST, c.place) AS place, count(*) OVER () AS all_cases
        FROM json_array_elements($1 -> 'cases') WITH ORDINALITY AS c (one, place))
    SELECT '<div class="wide" tabindex="0" role="region" aria-label="cases of ' || @extschema@.perfcheck_as_html_text(@extschema@.perfcheck_visible($1 ->> 'name')) || '"><table class="cases"><thead><tr><th>case</th><th>plan</th><th>values</th><th>rows today</th><th>then</th><th>allowed</th><th>verdict</th></tr></thead><tbody>'
        || string_agg(format('<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>',
            @extschema@.perfcheck_as_html_text(c.one ->> 'label'), @extschema@.perfcheck_as_html_text(c.one ->> 'plan_mode'),
            coalesce((SELECT string_agg(CASE WHEN v.value IS NULL THEN '<i>null</i>' ELSE @extschema@.perfcheck_as_html_text(CASE WHEN length(v.value) > 60 THEN left(v.value, 60) || '...' ELSE v.value END) END, ', ' ORDER BY v.place)
                FROM json_array_elements_text(c.one -> 'values') WITH ORDINALITY AS v (value, place)), ''),
            coalesce(@extschema@.perfcheck_short_number((c.one ->> 'rows_examined')::float8), ''), coalesce(@extschema@.perfcheck_short_number((c.one ->> 'rows_projected')::float8), ''),
            coalesce(@extschema@.perfcheck_short_number((c.one ->> 'row_limit')::float8), ''),
            CASE WHEN NOT (c.one ->> 'counts')::boolean THEN '<span class="quiet">does not count</span>'
                WHEN (c.one ->> 'ok')::boolean THEN '<span class="good">ok</span>' ELSE '<span class="bad">not ok</span>' END), '' ORDER BY c.place)
        || '</tbody></table></div>' || CASE WHEN max(c.all_cases) > 8 THEN format('<p class="quiet">%s more cases examine less, or do not count.</p>', max(c.all_cases) - 8) ELSE '' END
    FROM cases AS c
    WHERE c.place <= 8
$$;

COMMENT ON FUNCTION perfcheck_case_table(json) IS
'The cases of a query of a document of perfcheck_judge as a table of HTML, those that matter first';

CREATE FUNCTION perfcheck_html_style()
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
SELECT '<style>
:root{color-scheme:light dark;--ground:#fff;--raised:#f6f8fa;--ink:#1f2328;--quiet:#57606a;--rule:#d0d7de;--good:#116329;--bad:#b3161f;--held:#7d4e00;--line:#0969da;--busy:#54aeff}
@media (prefers-color-scheme:dark){:root{--ground:#0d1117;--raised:#161b22;--ink:#e6edf3;--quiet:#9da7b3;--rule:#30363d;--good:#56d364;--bad:#ff8b84;--held:#e3b341;--line:#6cb6ff;--busy:#1f6feb}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:60rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}h3{font-size:.9rem;margin:1.25rem 0 .25rem;color:var(--quiet)}
p{margin:.25rem 0}.quiet{color:var(--quiet)}.good{color:var(--good)}.bad{color:var(--bad)}.held{color:var(--held)}
a{color:var(--line)}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{text-align:left;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--rule);vertical-align:top}th{font-weight:600;color:var(--quiet)}.n{padding-left:.6rem}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.cases th:nth-child(n+4):nth-child(-n+6),.cases td:nth-child(n+4):nth-child(-n+6){text-align:right;padding-left:.6rem;font-variant-numeric:tabular-nums;white-space:nowrap}.cases td:nth-child(3){overflow-wrap:anywhere;min-width:8rem}td.query{overflow-wrap:anywhere;min-width:9rem}.cause{min-width:14rem}
details{border:1px solid var(--rule);border-radius:.5rem;margin:.5rem 0;background:var(--ground)}summary{padding:.6rem .8rem;cursor:pointer;overflow-wrap:anywhere}details[open]>summary{border-bottom:1px solid var(--rule)}
summary b{margin-right:.5rem}.inner{padding:.25rem .8rem 1rem}
.badge{display:inline-block;min-width:3.6rem;font-weight:700;font-size:.85rem}
pre{background:var(--raised);border:1px solid var(--rule);border-radius:.35rem;padding:.6rem;margin:.25rem 0;white-space:pre-wrap;overflow-wrap:anywhere;font:.85rem/1.45 ui-monospace,monospace}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem .8rem;margin:.5rem 0}dt{color:var(--quiet)}dd{margin:0;overflow-wrap:anywhere}
figure{margin:1rem 0}svg{display:block;width:100%;height:auto;max-width:46rem}svg text{font:11px system-ui,sans-serif;fill:var(--quiet)}
svg .grid{stroke:var(--rule);stroke-width:1}svg .mark{stroke:var(--quiet);stroke-width:1}svg .said,svg .number{fill:var(--ink)}svg .number{font-weight:700}
svg .budget{stroke:var(--held);stroke-width:1.5;stroke-dasharray:6 4}svg .switch{stroke:var(--quiet);stroke-width:1;stroke-dasharray:2 3}
svg path{fill:none}svg path.shape{fill:var(--busy)}svg .line{stroke-width:2.5}svg path.fine{stroke:var(--line)}svg path.over{stroke:var(--bad)}svg circle.fine{fill:var(--line)}svg circle.over{fill:var(--bad)}
figcaption{font-size:.9rem}figcaption ol{margin:.25rem 0;padding-left:1.4rem}
ul.plan{list-style:none;margin:.25rem 0;padding:0;font-size:.85rem}ul.plan li{display:grid;grid-template-columns:minmax(10rem,2fr) minmax(4rem,1fr) 4rem;gap:.6rem;align-items:center}
ul.plan code{padding-left:calc(var(--deep)*.8rem);overflow-wrap:anywhere}ul.plan s{height:.7rem;border-radius:.2rem;background:linear-gradient(var(--busy),var(--busy)) 0/var(--bar) 100% no-repeat var(--raised);text-decoration:none}ul.plan b{font-weight:400;text-align:right;font-variant-numeric:tabular-nums}
@media (max-width:30rem){dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}ul.plan li{grid-template-columns:1fr 4rem}ul.plan s{grid-row:2;grid-column:1/-1}svg text{font-size:17px}}
@media print{body{font-size:11px}details{break-inside:avoid}details::details-content{content-visibility:visible;display:block;height:auto}pre{background:none}}
</style>'
$$;

COMMENT ON FUNCTION perfcheck_html_style() IS
'The style of the page that perfcheck_as_html writes, for light and dark, small and printed';

CREATE FUNCTION perfcheck_as_html(document json, growth json DEFAULT NULL, latency json DEFAULT NULL)
RETURNS SETOF text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    WITH told AS (
        SELECT t.*, q.one, w.worst, @extschema@.perfcheck_as_html_text(@extschema@.perfcheck_visible(t.name)) AS title,
            CASE t.status WHEN 'ok' THEN 'good' WHEN 'not ok' THEN 'bad' ELSE 'held' END AS class, CASE t.status WHEN 'todo' THEN 'accepted' WHEN 'skip' THEN 'skipped' ELSE t.status END AS word
        FROM @extschema@.perfcheck_told($1) AS t
        JOIN json_array_elements($1 -> 'queries') WITH ORDINALITY AS q (one, place) ON q.place = t.place
        LEFT JOIN LATERAL (SELECT e.one AS worst FROM json_array_elements(q.one -> 'cases') AS e (one) WHERE (e.one ->> 'decides')::boolean LIMIT 1) AS w ON true),
    ranked AS (
        SELECT t.*, row_number() OVER (ORDER BY t.status <> 'not ok', t.status = 'ok', (t.worst ->> 'rows_projected')::float8 DESC NULLS LAST, t.place) AS rank FROM told AS t),
    -- The rows of each query by themselves: there may be thousands.
    grown AS (
        SELECT g.one ->> 'query' AS name, json_agg(g.one ORDER BY g.place) AS rows
        FROM json_array_elements($2) WITH ORDINALITY AS g (one, place) GROUP BY g.one ->> 'query'),
    timed AS (
        SELECT t.one ->> 'query' AS name, json_agg(t.one ORDER BY t.place) AS sides
        FROM json_array_elements($3) WITH ORDINALITY AS t (one, place) GROUP BY t.one ->> 'query'),
    fixes AS (SELECT count(*) FILTER (WHERE t.proven) AS proven FROM told AS t WHERE t.status = 'not ok')
    SELECT @extschema@.perfcheck_for_client(lines.line, false) FROM (
        SELECT 0 AS part, 0::bigint AS place, '<!DOCTYPE html>' || E'\n<html lang="en"><head><meta charset="utf-8"/><meta name="viewport" content="width=device-width, initial-scale=1"/><title>perfcheck: '
            || @extschema@.perfcheck_as_html_text(@extschema@.perfcheck_headline($1)) || '</title>' AS line
        UNION ALL SELECT 1, 0, @extschema@.perfcheck_html_style() || '</head><body><main>'
        UNION ALL SELECT 2, 0, format('<h1 class="%s">%s</h1>', CASE WHEN ($1 ->> 'ok')::boolean THEN 'good' ELSE 'bad' END,
            upper(left(h.text, 1)) || @extschema@.perfcheck_as_html_text(substr(h.text, 2)) || '.') FROM (SELECT @extschema@.perfcheck_headline($1) AS text) AS h
        UNION ALL SELECT 2, 1, format('<p>%s</p>', CASE WHEN f.proven = 1 THEN 'The fix of 1 of them was tried, and is enough.' ELSE format('The fixes of %s of them were tried, and are enough.', f.proven) END) FROM fixes AS f WHERE f.proven > 0
        UNION ALL SELECT 2, 2, format('<p class="quiet">Database %s, PostgreSQL %s. A query is ok if it examines few enough rows with every value, under every plan that the server may use, today and at %s times today''s size.</p>',
            @extschema@.perfcheck_as_html_text($1 ->> 'database'), @extschema@.perfcheck_as_html_text($1 ->> 'postgresql'), ($1 ->> 'scale')::float8::numeric)
        UNION ALL SELECT 3, 0, '<h2 id="queries">Queries</h2><div class="wide" tabindex="0" role="region" aria-labelledby="queries"><table><thead><tr><th>verdict</th><th>query</th><th class="n">rows today</th><th class="n">then</th><th class="n">allowed</th><th class="cause">cause</th></tr></thead><tbody>'
        UNION ALL SELECT 4, r.rank, format('<tr><td class="%s"><b>%s</b></td><td class="query"><a href="#q%s">%s</a></td><td class="n">%s</td><td class="n">%s</td><td class="n">%s</td><td>%s</td></tr>',
            r.class, r.word, r.place, r.title, coalesce(@extschema@.perfcheck_short_number((r.worst ->> 'rows_examined')::float8), ''),
            coalesce(@extschema@.perfcheck_short_number((r.worst ->> 'rows_projected')::float8), ''), coalesce(@extschema@.perfcheck_short_number((r.worst ->> 'row_limit')::float8), ''),
            coalesce(r.cause_id || ' ' || (SELECT @extschema@.perfcheck_as_html_text(c.title) FROM @extschema@.perfcheck_causes() AS c WHERE c.id = r.cause_id), '')) FROM ranked AS r
        UNION ALL SELECT 5, 0, '</tbody></table></div><h2>Each query</h2>'
        UNION ALL SELECT 6, r.rank, format('<details id="q%s"%s><summary><span class="badge %s">%s</span> <b>%s</b> %s</summary><div class="inner">', r.place,
                CASE WHEN r.status IN ('not ok', 'todo') THEN ' open="open"' ELSE '' END, r.class, r.word, r.title, @extschema@.perfcheck_as_html_text(r.message))
            || coalesce('<dl>' || nullif(concat(
                (SELECT string_agg(format('<dt>%s</dt><dd>%s</dd>', @extschema@.perfcheck_as_html_text(l.one ->> 'key'), CASE WHEN l.one ->> 'key' IN ('fix', 'rewrite', 'first', 'suggestion') THEN '<pre>' || @extschema@.perfcheck_as_html_text(l.one ->> 'text') || '</pre>'
                        ELSE @extschema@.perfcheck_as_html_text(l.one ->> 'text') END), '' ORDER BY l.place)
                    FROM json_array_elements(CASE json_typeof(r.one -> 'advice') WHEN 'object' THEN r.one -> 'advice' -> 'lines' ELSE '[]' END) WITH ORDINALITY AS l (one, place) WHERE r.status IN ('not ok', 'todo')),
                (SELECT string_agg(format('<dt>%s</dt><dd>%s</dd>', v.key, @extschema@.perfcheck_as_html_text(v.value)), '' ORDER BY v.place)
                    FROM (VALUES (1, 'today', r.worst ->> 'today'), (2, 'then', r.worst ->> 'forecast'), (3, 'todo', concat_ws('; ', r.todo, r.note)), (4, 'owner', r.owner), (5, 'source', r.one ->> 'source'),
                        (6, 'route', r.one ->> 'path'), (7, 'role', r.one ->> 'role'), (8, 'judged in', (r.one ->> 'judged_ms') || ' ms')) AS v (place, key, value) WHERE v.value <> '')), '') || '</dl>', '')
            || coalesce(@extschema@.perfcheck_picture(r.one, (SELECT g.rows FROM grown AS g WHERE g.name = r.name)), '')
            || coalesce('<h3>How long it takes</h3>' || (SELECT @extschema@.perfcheck_latency_picture(m.sides, (SELECT count(*) FROM timed) <= 100) FROM timed AS m WHERE m.name = r.name), '')
            || '<h3>The query</h3><pre>' || @extschema@.perfcheck_as_html_text(r.one ->> 'sql') || '</pre>'
            || coalesce('<h3>The plan of the case that decides, and the rows that each node examines then</h3>' || @extschema@.perfcheck_plan_tree(r.worst -> 'plan'), '')
            || coalesce('<h3>Its cases</h3>' || @extschema@.perfcheck_case_table(r.one), '')
            || coalesce('<h3>Notes</h3><ul>' || (SELECT string_agg('<li>' || @extschema@.perfcheck_as_html_text(n.note) || '</li>', '' ORDER BY n.place) FROM json_array_elements_text(r.one -> 'notes') WITH ORDINALITY AS n (note, place)) || '</ul>', '')
            || '</div></details>'
            FROM ranked AS r
        UNION ALL SELECT 7, 0, '</main></body></html>') AS lines
    ORDER BY lines.part, lines.place
$$;

COMMENT ON FUNCTION perfcheck_as_html(json, json, json) IS
'A document of perfcheck_judge, with growth and kept latencies, as one page of HTML';

-- ---- any number of formats ----

-- What the pictures show. It follows the plans of all cases, and so takes about as long as
-- judging does.
CREATE FUNCTION perfcheck_growth(document json)
RETURNS json
LANGUAGE sql VOLATILE
AS $$
    SELECT pg_catalog.json_agg(f)
    FROM (SELECT pg_catalog.max((q.one OPERATOR(pg_catalog.->>) 'table_rows_judged')::pg_catalog.float8) AS rows
          FROM pg_catalog.json_array_elements($1 OPERATOR(pg_catalog.->) 'queries') AS q (one)) AS m
    CROSS JOIN LATERAL @extschema@.perfcheck_forecast(NULL, greatest(1, least(m.rows, 1e18))::pg_catalog.int8) AS f
    WHERE m.rows IS NOT NULL
$$;

COMMENT ON FUNCTION perfcheck_growth(json) IS
'What perfcheck_forecast says of the contract, up to the size that a document was judged at';

CREATE FUNCTION perfcheck_rendered(format text, document json, tap text[], growth json DEFAULT NULL, latency json DEFAULT NULL)
RETURNS SETOF text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    SELECT l.line FROM unnest($3) AS l (line) WHERE $1 = 'tap'
    UNION ALL
    SELECT regexp_replace(l.line, '^TAP version 13$', 'TAP version 14') FROM unnest($3) AS l (line) WHERE $1 = 'tap14'
    UNION ALL
    SELECT l.line FROM @extschema@.perfcheck_as_junit($2) AS l (line) WHERE $1 = 'junit'
    UNION ALL
    SELECT @extschema@.perfcheck_as_sarif($2) WHERE $1 = 'sarif'
    UNION ALL
    SELECT @extschema@.perfcheck_for_client(@extschema@.perfcheck_as_json($2::text), true) WHERE $1 = 'json'
    UNION ALL
    SELECT l.line FROM @extschema@.perfcheck_as_comment($2) AS l (line) WHERE $1 = 'markdown'
    UNION ALL
    SELECT l.line FROM @extschema@.perfcheck_as_github($2) AS l (line) WHERE $1 = 'github'
    UNION ALL
    SELECT l.line FROM @extschema@.perfcheck_as_html($2, $4, $5) AS l (line) WHERE $1 = 'html'
$$;

COMMENT ON FUNCTION perfcheck_rendered(text, json, text[], json, json) IS
'The lines of a format, from what perfcheck_judge returns';

-- One judging pass feeds any number of formats. The caller's search_path holds, since
-- a query of the contract may be meant to run under it.
CREATE FUNCTION perfcheck_reports(
    formats text[],
    scale double precision DEFAULT coalesce(pg_catalog.current_setting('perfcheck.scale', true)::double precision, 100),
    strict boolean DEFAULT false)
RETURNS TABLE (format text, line text)
LANGUAGE sql VOLATILE
AS $$
    SELECT f.name, r.line
    FROM @extschema@.perfcheck_judge(CASE WHEN @extschema@.perfcheck_check_formats($1) THEN $2 END, $3) AS j
    CROSS JOIN LATERAL pg_catalog.unnest($1) WITH ORDINALITY AS f (name, place)
    CROSS JOIN LATERAL (SELECT CASE WHEN 'html' OPERATOR(pg_catalog.=) ANY ($1) THEN @extschema@.perfcheck_growth(j.document) END AS growth,
        CASE WHEN 'html' OPERATOR(pg_catalog.=) ANY ($1) THEN @extschema@.perfcheck_kept_latency() END AS latency) AS g
    CROSS JOIN LATERAL @extschema@.perfcheck_rendered(f.name, j.document, j.tap, g.growth, g.latency) WITH ORDINALITY AS r (line, place)
    ORDER BY f.place, r.place
$$;

COMMENT ON FUNCTION perfcheck_reports(text[], double precision, boolean) IS
'Judges the contract once and returns the report in several formats, line by line';

CREATE FUNCTION perfcheck_report(
    format text,
    scale double precision DEFAULT coalesce(pg_catalog.current_setting('perfcheck.scale', true)::double precision, 100),
    strict boolean DEFAULT false)
RETURNS SETOF text
LANGUAGE sql VOLATILE
AS $$
    SELECT r.line FROM @extschema@.perfcheck_reports(ARRAY[$1], $2, $3) AS r
$$;

COMMENT ON FUNCTION perfcheck_report(text, double precision, boolean) IS
'Judges the contract and returns the report: tap, tap14, junit, sarif, json, markdown, github, html';
