--
-- Times: runs of perfcheck_time, their samples, and what is kept of them
--

DROP FUNCTION perfcheck_time(text, integer, integer, integer, boolean);

CREATE FUNCTION perfcheck_time(
    query text DEFAULT NULL,
    executions integer DEFAULT 1000,
    warmup integer DEFAULT 10,
    clients integer DEFAULT 1,
    keep boolean DEFAULT false,
    duration interval DEFAULT NULL,
    mix boolean DEFAULT false,
    plan text DEFAULT 'auto')
RETURNS TABLE (
    query text, label text, executions integer, mean_ms double precision,
    p50_ms double precision, p95_ms double precision, p99_ms double precision,
    max_ms double precision, plan_ms double precision, shared_hit bigint,
    shared_read bigint, ok boolean, reason text, first_ms double precision,
    shared_written bigint, temp_read bigint, temp_written bigint, plan_mode text,
    jit boolean, harness_us double precision)
AS 'MODULE_PATHNAME', 'perfcheck_time'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 50;

COMMENT ON FUNCTION perfcheck_time(text, integer, integer, integer, boolean, interval, boolean, text) IS
'Executes each required case many times in the server, and returns its percentiles';

CREATE FUNCTION perfcheck_samples()
RETURNS TABLE (query text, label text, client integer, execution bigint, ms double precision)
AS 'MODULE_PATHNAME', 'perfcheck_samples'
LANGUAGE C VOLATILE PARALLEL RESTRICTED ROWS 10000;

COMMENT ON FUNCTION perfcheck_samples() IS
'The time of each execution that this session''s last run of perfcheck_time counted';

ALTER TABLE perfcheck_result
    ADD COLUMN run text,
    ADD COLUMN samples_ns bigint[];

COMMENT ON COLUMN perfcheck_result.run IS 'The label that perfcheck_record_run() was given; NULL for other rows';
COMMENT ON COLUMN perfcheck_result.samples_ns IS 'Of a run with a label: the time of each execution in ns, in the order of time';

CREATE FUNCTION perfcheck_record_run(
    label text,
    query text DEFAULT NULL,
    executions integer DEFAULT 1000,
    warmup integer DEFAULT 10,
    clients integer DEFAULT 1,
    duration interval DEFAULT NULL,
    mix boolean DEFAULT false,
    plan text DEFAULT 'auto')
RETURNS integer
AS 'MODULE_PATHNAME', 'perfcheck_record_run'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION perfcheck_record_run(text, text, integer, integer, integer, interval, boolean, text) IS
'Runs perfcheck_time and keeps its samples in perfcheck_result; returns how many cases';

CREATE FUNCTION perfcheck_compare_samples(a bigint[], b bigint[], tests integer DEFAULT 1)
RETURNS TABLE (
    p50_a_ms double precision, p50_b_ms double precision, p50_change double precision,
    p50_low double precision, p50_high double precision,
    p95_a_ms double precision, p95_b_ms double precision, p95_change double precision,
    p95_low double precision, p95_high double precision, verdict text,
    p50_verdict text, p95_verdict text)
AS 'MODULE_PATHNAME', 'perfcheck_compare_samples'
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 1;

COMMENT ON FUNCTION perfcheck_compare_samples(bigint[], bigint[], integer) IS
'Whether the samples b are slower than the samples a';

CREATE FUNCTION perfcheck_ab(
    sql_a text,
    sql_b text,
    args text[] DEFAULT '{}',
    executions integer DEFAULT 1000,
    warmup integer DEFAULT 10,
    duration interval DEFAULT NULL,
    plan text DEFAULT 'auto')
RETURNS TABLE (
    verdict text, executions bigint,
    p50_a_ms double precision, p50_b_ms double precision, p50_change double precision,
    p50_low double precision, p50_high double precision,
    p95_a_ms double precision, p95_b_ms double precision, p95_change double precision,
    p95_low double precision, p95_high double precision,
    instructions_a bigint, instructions_b bigint, note text)
AS 'MODULE_PATHNAME', 'perfcheck_ab'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 1;

COMMENT ON FUNCTION perfcheck_ab(text, text, text[], integer, integer, interval, text) IS
'Executes two forms of a query in turns, and tells whether the second one is slower';

-- A run is the latest of its label.
CREATE FUNCTION perfcheck_compare(a text, b text)
RETURNS TABLE (
    query text, label text, verdict text,
    p50_a_ms double precision, p50_b_ms double precision, p50_change double precision,
    p50_low double precision, p50_high double precision,
    p95_a_ms double precision, p95_b_ms double precision, p95_change double precision,
    p95_low double precision, p95_high double precision, note text)
AS $$
#variable_conflict use_column
DECLARE
    missing text;
BEGIN
    SELECT l INTO missing FROM unnest(ARRAY[$1, $2]) WITH ORDINALITY AS n (l, i)
    WHERE NOT EXISTS (SELECT FROM @extschema@.perfcheck_result AS r WHERE r.run = l AND r.source = 'time')
    ORDER BY i LIMIT 1;
    IF missing IS NOT NULL OR $1 IS NULL OR $2 IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object',
            MESSAGE = CASE WHEN missing IS NULL THEN 'a and b must not be null' ELSE format('there is no run "%s"', missing) END,
            HINT = coalesce('There are: ' || (SELECT string_agg(DISTINCT r.run, ', ') FROM @extschema@.perfcheck_result AS r
                                               WHERE r.run IS NOT NULL) || '.',
                            'Make one with perfcheck_record_run().');
    END IF;
    RETURN QUERY
    WITH side AS (
        SELECT n.i AS side, r.query, r.label, r.samples_ns, r.details, r.id
        FROM unnest(ARRAY[$1, $2]) WITH ORDINALITY AS n (l, i)
        JOIN @extschema@.perfcheck_result AS r ON r.run = n.l AND r.source = 'time'
            AND r.taken_at = (SELECT max(s.taken_at) FROM @extschema@.perfcheck_result AS s WHERE s.run = n.l AND s.source = 'time')
    ), pair AS (
        SELECT coalesce(f.query, t.query) AS query, coalesce(f.label, t.label) AS label,
               f.samples_ns AS f_ns, t.samples_ns AS t_ns, f.details AS f_details, t.details AS t_details,
               coalesce(t.id, f.id) AS id, f.id IS NOT NULL AS in_a, t.id IS NOT NULL AS in_b,
               count(*) OVER ()::integer AS tests,
               coalesce((t.details->>'reference_ms')::double precision / nullif((f.details->>'reference_ms')::double precision, 0), 1) AS m50,
               coalesce((t.details->>'reference_p95_ms')::double precision / nullif((f.details->>'reference_p95_ms')::double precision, 0), 1) AS m95
        FROM (SELECT * FROM side WHERE side = 1) AS f
        FULL JOIN (SELECT * FROM side WHERE side = 2) AS t USING (query, label)
    ), judged AS (
        SELECT p.*, c.*,
               -- A change that a fixed query shows as well is the machine's: what it leaves must be 5 % too.
               (SELECT array_agg(CASE
                    WHEN v = 'slower' AND (1 + change / 100) / greatest(m, 1) < 1.05 THEN 'unclear'
                    WHEN v = 'faster' AND (1 + change / 100) / least(m, 1) > 1 / 1.05 THEN 'unclear'
                    ELSE v END)
                FROM (VALUES (c.p50_verdict, c.p50_change, p.m50), (c.p95_verdict, c.p95_change, p.m95)) AS x (v, change, m)) AS verdicts
        FROM pair AS p
        CROSS JOIN LATERAL @extschema@.perfcheck_compare_samples(coalesce(p.f_ns, '{}'), coalesce(p.t_ns, '{}'), p.tests) AS c
    ), settled AS (
        SELECT j.*, CASE WHEN 'slower' = ANY (verdicts) THEN 'slower' WHEN 'faster' = ANY (verdicts) THEN 'faster'
                         WHEN verdicts = '{same,same}' THEN 'same' ELSE 'unclear' END AS settled
        FROM judged AS j
    )
    SELECT s.query, s.label, s.settled,
           s.p50_a_ms, s.p50_b_ms, s.p50_change, s.p50_low, s.p50_high,
           s.p95_a_ms, s.p95_b_ms, s.p95_change, s.p95_low, s.p95_high,
           nullif(concat_ws('; ',
               CASE WHEN NOT s.in_a THEN 'not in a' WHEN NOT s.in_b THEN 'not in b'
                    WHEN s.f_ns IS NULL OR s.t_ns IS NULL THEN 'too many samples to be kept' END,
               CASE WHEN s.settled <> s.verdict THEN format('the machine was %s in b, as a fixed query shows',
                                                            CASE s.verdict WHEN 'slower' THEN 'slower' ELSE 'faster' END) END,
               (SELECT string_agg(format('%s: %s, then %s', k, s.f_details->k, s.t_details->k), '; ' ORDER BY i)
                FROM unnest(ARRAY['server_version', 'settings', 'rows', 'clients', 'mix', 'plan']) WITH ORDINALITY AS n (k, i)
                WHERE s.in_a AND s.in_b AND s.f_details->k IS DISTINCT FROM s.t_details->k)), '')
    FROM settled AS s ORDER BY s.id;
END
$$ LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 50
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on;

COMMENT ON FUNCTION perfcheck_compare(text, text) IS
'Whether the cases of the run b are slower than those of the run a';

CREATE FUNCTION perfcheck_histogram(query text, label text DEFAULT NULL)
RETURNS TABLE (from_ms double precision, to_ms double precision, executions bigint, bar text)
AS 'MODULE_PATHNAME', 'perfcheck_histogram'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 30;

COMMENT ON FUNCTION perfcheck_histogram(text, text) IS
'A bar chart, on a log scale, of the times that this session has of a query';

-- A run that perfcheck-http made without --db, or elsewhere.
CREATE FUNCTION perfcheck_load_http(document json)
RETURNS integer
AS $$
DECLARE
    stored integer;
BEGIN
    -- The whole run, and each query, have these members.
    IF coalesce(json_typeof($1 -> 'queries'), '') <> 'array' OR (SELECT bool_or(CASE WHEN json_typeof(o.one) <> 'object' THEN true
            ELSE coalesce(json_typeof(o.one -> 'requests'), '') <> 'number' OR coalesce(json_typeof(o.one -> 'ok'), '') <> 'boolean'
                OR coalesce(json_typeof(o.one -> 'latency_ms'), '') <> 'object' OR coalesce(json_typeof(o.one -> 'errors'), '') <> 'object' END)
        FROM (SELECT q.one FROM json_array_elements(CASE json_typeof($1 -> 'queries') WHEN 'array' THEN $1 -> 'queries' ELSE '[]' END) AS q (one) UNION ALL SELECT $1) AS o (one)) THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = 'this is not a document of perfcheck-http --json',
            HINT = 'In psql: \set run `cat run.json` and then SELECT perfcheck_load_http(:''run'').';
    END IF;
    PERFORM @extschema@.perfcheck_refuse_triggers();
    INSERT INTO @extschema@.perfcheck_result (source, query, executions, errors, mean_ms, p50_ms, p95_ms, p99_ms, max_ms, ok, details)
    SELECT 'http', o.one ->> 'name', (o.one ->> 'requests')::bigint,
        coalesce((SELECT sum(e.value::bigint) FROM json_each_text(o.one -> 'errors') AS e), 0),
        (o.one -> 'latency_ms' ->> 'mean')::float8, (o.one -> 'latency_ms' ->> 'p50')::float8, (o.one -> 'latency_ms' ->> 'p95')::float8,
        (o.one -> 'latency_ms' ->> 'p99')::float8, (o.one -> 'latency_ms' ->> 'max')::float8, (o.one ->> 'ok')::boolean,
        jsonb_strip_nulls(jsonb_build_object('url', $1 -> 'url', 'connections', $1 -> 'connections', 'duration_s', $1 -> 'duration_s', 'rate', $1 -> 'rate',
            'rps', o.one -> 'rps', 'errors', o.one -> 'errors', 'late_starts', o.one -> 'late_starts', 'histogram', o.one -> 'histogram',
            'service_mean_ms', o.one -> 'service_ms' -> 'mean', 'loaded', true))
    FROM (SELECT q.one FROM json_array_elements($1 -> 'queries') AS q (one) UNION ALL SELECT $1) AS o (one);
    GET DIAGNOSTICS stored = ROW_COUNT;
    RETURN stored;
END
$$ LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on;

COMMENT ON FUNCTION perfcheck_load_http(json) IS
'Keeps a run of perfcheck-http, from its --json, in perfcheck_result; returns the number of rows';
