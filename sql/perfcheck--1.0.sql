/* sql/perfcheck--1.0.sql */

-- complain if script is sourced in psql, rather than via CREATE EXTENSION
\echo Use "CREATE EXTENSION perfcheck CASCADE" to load this file. \quit

--
-- Seed: synthetic events
--

CREATE FUNCTION perfcheck_create_events(target text DEFAULT 'events')
RETURNS void
AS 'MODULE_PATHNAME', 'perfcheck_create_events'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION perfcheck_create_events(text) IS
'Creates the canonical events table and its eight indexes. target: its name, with a schema or for the first schema of search_path. Errors: duplicate_table if a relation of that name exists.';

CREATE FUNCTION perfcheck_seed(
    rows bigint DEFAULT 10000,
    target text DEFAULT 'events',
    seed bigint DEFAULT 1,
    starts timestamptz DEFAULT pg_catalog.date_trunc('day', pg_catalog.now(), 'UTC'),
    horizon interval DEFAULT '12 months',
    venues integer DEFAULT 13,
    artists integer DEFAULT 500)
RETURNS bigint
AS 'MODULE_PATHNAME', 'perfcheck_seed'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION perfcheck_seed(bigint, text, bigint, timestamptz, interval, integer, integer) IS
'Inserts exactly rows synthetic events, or raises an error and inserts none; creates target if it does not exist, and analyzes it. The same arguments give the same rows. The events take place on the evenings of the whole UTC days from starts to starts + horizon. Returns the number of rows inserted. Errors: program_limit_exceeded if fewer rows fit, invalid_parameter_value, wrong_object_type, undefined_column, datatype_mismatch, not_null_violation, object_not_in_prerequisite_state if a trigger or a rule discards rows, and those of INSERT.';

CREATE FUNCTION perfcheck_unseed(target text DEFAULT 'events')
RETURNS bigint
AS 'MODULE_PATHNAME', 'perfcheck_unseed'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION perfcheck_unseed(text) IS
'Deletes the rows of target whose id perfcheck_seed made (perfcheck_is_synthetic), and no other row. Returns how many rows it deleted. Errors: undefined_table, wrong_object_type, undefined_column, object_not_in_prerequisite_state if a rule replaces DELETE, and those of DELETE.';

CREATE FUNCTION perfcheck_is_synthetic(id uuid)
RETURNS boolean
AS 'MODULE_PATHNAME', 'perfcheck_is_synthetic'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION perfcheck_is_synthetic(uuid) IS
'Returns whether perfcheck_seed made this id: a version 8 UUID (RFC 9562) whose last 62 bits are a checksum of its first 60.';

CREATE FUNCTION perfcheck_events(
    first bigint,
    rows bigint,
    seed bigint DEFAULT 1,
    starts timestamptz DEFAULT pg_catalog.date_trunc('day', pg_catalog.now(), 'UTC'),
    horizon interval DEFAULT '12 months',
    venues integer DEFAULT 13,
    artists integer DEFAULT 500)
RETURNS TABLE (
    id uuid, name text, artist text, venue text, date timestamptz, "time" text,
    genre text, ticket_sources jsonb, price text, source_id text,
    source_platform text, created_at timestamptz, updated_at timestamptz)
AS 'MODULE_PATHNAME', 'perfcheck_events'
LANGUAGE C STABLE PARALLEL SAFE ROWS 10000;

COMMENT ON FUNCTION perfcheck_events(bigint, bigint, bigint, timestamptz, interval, integer, integer) IS
'Returns the synthetic events with the numbers first (from 0) to first + rows - 1 without writing them: a pure function of its arguments. Errors: invalid_parameter_value, program_limit_exceeded for numbers beyond the last event.';

--
-- The contract: the API's canonical queries
--

CREATE TABLE perfcheck_query (
    name text PRIMARY KEY CHECK (name OPERATOR(pg_catalog.<>) ''),
    sql text NOT NULL,
    path text,
    expected text,
    avg_ms double precision NOT NULL DEFAULT 200 CHECK (avg_ms OPERATOR(pg_catalog.>) 0 AND avg_ms OPERATOR(pg_catalog.<) 'Infinity'),
    p95_ms double precision NOT NULL DEFAULT 300 CHECK (p95_ms OPERATOR(pg_catalog.>) 0 AND p95_ms OPERATOR(pg_catalog.<) 'Infinity'),
    p99_ms double precision NOT NULL DEFAULT 500 CHECK (p99_ms OPERATOR(pg_catalog.>) 0 AND p99_ms OPERATOR(pg_catalog.<) 'Infinity'),
    max_rows bigint CHECK (max_rows OPERATOR(pg_catalog.>) 0),
    todo text,
    types regtype[],
    search_path text,
    enabled boolean NOT NULL DEFAULT true
);

COMMENT ON TABLE perfcheck_query IS
'The contract: one row for each canonical query of the API. What perfcheck verifies, times and sends over HTTP is read from here.';
COMMENT ON COLUMN perfcheck_query.sql IS 'One SELECT with the parameters $1 to $n';
COMMENT ON COLUMN perfcheck_query.path IS 'The HTTP path and query string; $1 to $n stand for the values, percent-encoded';
COMMENT ON COLUMN perfcheck_query.expected IS 'The index access method that must serve the query, such as btree or gin; NULL: any or none';
COMMENT ON COLUMN perfcheck_query.avg_ms IS 'Target for the mean latency, in ms';
COMMENT ON COLUMN perfcheck_query.p95_ms IS 'Target for the 95th percentile, in ms';
COMMENT ON COLUMN perfcheck_query.p99_ms IS 'Target for the 99th percentile, in ms';
COMMENT ON COLUMN perfcheck_query.max_rows IS 'Row budget of this query; NULL: perfcheck.max_rows_examined';
COMMENT ON COLUMN perfcheck_query.todo IS 'Why a fault of this query is accepted for now; the fault is then reported as TODO';
COMMENT ON COLUMN perfcheck_query.types IS 'Types of $1 to $n, if they cannot be inferred';
COMMENT ON COLUMN perfcheck_query.search_path IS 'The search_path under which the query is analyzed and executed; NULL: the caller''s';

CREATE TABLE perfcheck_case (
    query text NOT NULL REFERENCES perfcheck_query ON UPDATE CASCADE ON DELETE CASCADE,
    label text NOT NULL CHECK (label OPERATOR(pg_catalog.<>) ''),
    args text[] NOT NULL,
    required boolean NOT NULL DEFAULT true,
    PRIMARY KEY (query, label)
);

COMMENT ON TABLE perfcheck_case IS
'Cases that were added with perfcheck_add_case, in addition to those that are derived from the rows.';

CREATE TABLE perfcheck_result (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    taken_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    source text NOT NULL CHECK (source OPERATOR(pg_catalog.=) ANY (ARRAY['time', 'http'])),
    query text,
    label text,
    executions bigint NOT NULL,
    errors bigint NOT NULL DEFAULT 0,
    mean_ms double precision,
    p50_ms double precision,
    p95_ms double precision,
    p99_ms double precision,
    max_ms double precision,
    plan_ms double precision,
    ok boolean NOT NULL,
    details jsonb
);

COMMENT ON TABLE perfcheck_result IS
'Kept measurements: one row for each query of a run. source: time for perfcheck_time(keep => true), http for perfcheck-http --db; query is NULL for the total of a run over HTTP. The rows of one run have the same taken_at.';

GRANT SELECT ON perfcheck_query, perfcheck_case, perfcheck_result TO PUBLIC;

-- The built-in queries come with CREATE EXTENSION, so a dump leaves them out.
SELECT pg_catalog.pg_extension_config_dump('perfcheck_query',
    'WHERE name NOT IN (''page'', ''next_page'', ''genre'', ''date_range'', ''venue'', ''artist_search'', ''event_search'', ''combined'')');
SELECT pg_catalog.pg_extension_config_dump('perfcheck_case', '');
SELECT pg_catalog.pg_extension_config_dump('perfcheck_result', '');
SELECT pg_catalog.pg_extension_config_dump('perfcheck_result_id_seq', '');

INSERT INTO perfcheck_query (name, sql, path, expected) VALUES
('page',
 'SELECT * FROM events ORDER BY date, id LIMIT 21',
 '/api/events?limit=20', 'btree'),
('next_page',
 'SELECT * FROM events WHERE date > $1 OR (date = $1 AND id > $2) ORDER BY date, id LIMIT 21',
 '/api/events?cursor=$1_$2&limit=20', 'btree'),
('genre',
 'SELECT * FROM events WHERE genre = $1 ORDER BY date, id LIMIT 21',
 '/api/events?genre=$1&limit=20', 'btree'),
('date_range',
 'SELECT * FROM events WHERE date >= $1 AND date <= $2 ORDER BY date, id LIMIT 21',
 '/api/events?dateFrom=$1&dateTo=$2&limit=20', 'btree'),
('venue',
 'SELECT * FROM events WHERE venue = $1 ORDER BY date, id LIMIT 21',
 '/api/events?venue=$1&limit=20', 'btree'),
('artist_search',
 'SELECT * FROM events WHERE artist ILIKE ''%'' || $1 || ''%'' ORDER BY date, id LIMIT 21',
 '/api/events?artistSearch=$1&limit=20', 'gin'),
('event_search',
 'SELECT * FROM events WHERE name ILIKE ''%'' || $1 || ''%'' ORDER BY date, id LIMIT 21',
 '/api/events?eventSearch=$1&limit=20', 'gin'),
('combined',
 'SELECT * FROM events WHERE genre = $1 AND date >= $2 ORDER BY date, id LIMIT 21',
 '/api/events?genre=$1&dateFrom=$2&limit=20', 'btree');

CREATE FUNCTION perfcheck_add_query(
    name text,
    sql text,
    path text DEFAULT NULL,
    expected text DEFAULT NULL,
    avg_ms double precision DEFAULT 200,
    p95_ms double precision DEFAULT 300,
    p99_ms double precision DEFAULT 500,
    max_rows bigint DEFAULT NULL,
    todo text DEFAULT NULL,
    types regtype[] DEFAULT NULL)
RETURNS void
AS 'MODULE_PATHNAME', 'perfcheck_add_query'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION perfcheck_add_query(text, text, text, text, double precision, double precision, double precision, bigint, text, regtype[]) IS
'Adds a query to the contract. sql: one SELECT that writes nothing, with $1 to $n; path: its HTTP path, with the same $1 to $n; expected: the index method that must serve it; avg_ms, p95_ms, p99_ms: targets in ms; max_rows: its row budget; todo: why a fault is accepted; types: those of $1 to $n, if they cannot be inferred. The search_path of the call is kept with the query. Errors: duplicate_object, feature_not_supported for anything but one SELECT that writes nothing, invalid_parameter_value, undefined_object for an unknown access method, and those of the parser.';

CREATE FUNCTION perfcheck_drop_query(name text)
RETURNS void
AS 'MODULE_PATHNAME', 'perfcheck_drop_query'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION perfcheck_drop_query(text) IS
'Removes a query and its added cases from the contract. Errors: undefined_object for an unknown query.';

CREATE FUNCTION perfcheck_add_case(
    query text,
    label text,
    args text[],
    required boolean DEFAULT true)
RETURNS void
AS 'MODULE_PATHNAME', 'perfcheck_add_case'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION perfcheck_add_case(text, text, text[], boolean) IS
'Adds a case to a query: args are the values of $1 to $n as text (timestamps without a zone are UTC). required: whether it counts for the verdict. Errors: undefined_object, duplicate_object, invalid_parameter_value for a wrong number of values, and those of the types.';

CREATE FUNCTION perfcheck_cases(query text DEFAULT NULL)
RETURNS TABLE (query text, label text, args text[], required boolean, share double precision)
AS 'MODULE_PATHNAME', 'perfcheck_cases'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 50;

COMMENT ON FUNCTION perfcheck_cases(text) IS
'The values that a query (NULL: every enabled one) is judged with, derived from its SQL, the statistics and the rows of its tables, and those added with perfcheck_add_case. args: the values as text, under DateStyle ISO and UTC; share: the fraction of the rows that they select, NULL if it is not known. Errors: undefined_object for an unknown query, feature_not_supported for a parameter for which no value can be derived, object_not_in_prerequisite_state for a table that has rows and was never analyzed.';

CREATE FUNCTION perfcheck_requests(query text DEFAULT NULL, samples integer DEFAULT 50)
RETURNS TABLE (query text, label text, path text, rows bigint)
AS 'MODULE_PATHNAME', 'perfcheck_requests'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 500;

COMMENT ON FUNCTION perfcheck_requests(text, integer) IS
'The HTTP requests that perfcheck-http sends: the path of each query with the values of each case, and with values that are drawn samples times from the rows, in proportion. rows: how many rows the query returns for them today. Errors: undefined_object for an unknown query, invalid_parameter_value for samples out of range, and those of the query.';

CREATE FUNCTION perfcheck_rows(query text, path text)
RETURNS bigint
AS 'MODULE_PATHNAME', 'perfcheck_rows'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION perfcheck_rows(text, text) IS
'How many rows a query of the contract returns for the values in an HTTP path; null where the query''s own path cannot be that one. Executes the query, read-only, as the caller. Errors: undefined_object for an unknown query, null_value_not_allowed, and those of the query, such as that of a value that is not valid for the type of its parameter.';

--
-- Verify
--

CREATE FUNCTION perfcheck_plan(query text DEFAULT NULL, scale double precision DEFAULT 1)
RETURNS TABLE (
    query text, label text, plan_mode text, access text, indexes text[],
    methods text[], rows_estimated bigint, rows_returned bigint,
    rows_examined bigint, rows_projected bigint, ok boolean, reason text,
    cost double precision, fragile text)
AS 'MODULE_PATHNAME', 'perfcheck_plan'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 50;

COMMENT ON FUNCTION perfcheck_plan(text, double precision) IS
'Plans each case for a table scale times as large, executes that plan read-only on today''s rows, and counts the work: rows_examined is measured, rows_projected is the number that is expected at that size; cost is the planner''s, at that size; fragile shows a plan that is right for another case and examines too many rows for this one. Errors: undefined_object for an unknown query, invalid_parameter_value for a scale out of range.';

CREATE FUNCTION perfcheck_forecast(query text DEFAULT NULL, max_rows bigint DEFAULT 1000000000)
RETURNS TABLE (
    query text, label text, plan_mode text, from_rows bigint, to_rows bigint,
    access text, indexes text[], rows_projected bigint, ok boolean)
AS 'MODULE_PATHNAME', 'perfcheck_forecast'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;

COMMENT ON FUNCTION perfcheck_forecast(text, bigint) IS
'The plans of each case as the tables grow, from today''s size to max_rows rows of the query''s largest table: one row for each plan and verdict, with the sizes between which they hold (to 1 percent) and the rows examined at to_rows. Cases are planned for each size, and executed read-only on today''s rows. A query that raises an error is left out with a warning. Errors: undefined_object for an unknown query, invalid_parameter_value for max_rows below 1.';

CREATE FUNCTION perfcheck_verify(
    scale double precision DEFAULT coalesce(pg_catalog.current_setting('perfcheck.scale', true)::double precision, 100))
RETURNS SETOF text
AS 'MODULE_PATHNAME', 'perfcheck_verify'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 50;

COMMENT ON FUNCTION perfcheck_verify(double precision) IS
'The verdict on every enabled query, as TAP version 13: one test point for each query and one for each known limit, for the tables at scale times their size (default: perfcheck.scale). Errors: invalid_parameter_value for a scale out of range.';

CREATE FUNCTION perfcheck_assert(
    scale double precision DEFAULT coalesce(pg_catalog.current_setting('perfcheck.scale', true)::double precision, 100))
RETURNS void
AS 'MODULE_PATHNAME', 'perfcheck_assert'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION perfcheck_assert(double precision) IS
'Raises check_violation, naming each query that perfcheck_verify reports as not ok without a TODO; returns nothing if there is none. For use with psql -v ON_ERROR_STOP=1.';

--
-- Time
--

CREATE FUNCTION perfcheck_time(
    query text DEFAULT NULL,
    executions integer DEFAULT 1000,
    warmup integer DEFAULT 10,
    clients integer DEFAULT 1,
    keep boolean DEFAULT false)
RETURNS TABLE (
    query text, label text, executions integer, mean_ms double precision,
    p50_ms double precision, p95_ms double precision, p99_ms double precision,
    max_ms double precision, plan_ms double precision, shared_hit bigint,
    shared_read bigint, ok boolean)
AS 'MODULE_PATHNAME', 'perfcheck_time'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 50;

COMMENT ON FUNCTION perfcheck_time(text, integer, integer, integer, boolean) IS
'Executes each required case executions times in the server, after warmup executions that are not counted. mean_ms to max_ms: execution including the conversion of the result to text, in ms, percentiles by nearest rank over all samples; plan_ms: the mean time of parse analysis and planning, which the others do not include; shared_hit, shared_read: the mean number of blocks of an execution. ok: mean, p95 and p99, each with plan_ms added, meet the query''s targets. keep: store the rows in perfcheck_result. clients: must be 1 in this version. Errors: undefined_object for an unknown query, invalid_parameter_value, no_data_found if the tables of a query are empty, and those of the query.';
