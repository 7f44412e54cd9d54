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
'Creates the canonical events table and its eight indexes. target: its name, schema-qualified or found by search_path. Errors: duplicate_table where it exists.';

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
'Inserts exactly rows synthetic events, or raises an error and inserts none; creates target if it is absent and analyzes it. The same arguments give the same rows. starts to starts + horizon: the evenings (whole UTC days). Returns the rows inserted. Errors: program_limit_exceeded where fewer fit, invalid_parameter_value, wrong_object_type, undefined_column, datatype_mismatch.';

CREATE FUNCTION perfcheck_unseed(target text DEFAULT 'events')
RETURNS bigint
AS 'MODULE_PATHNAME', 'perfcheck_unseed'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION perfcheck_unseed(text) IS
'Deletes the rows of target whose id perfcheck_seed made (perfcheck_is_synthetic), and no other. Returns how many.';

CREATE FUNCTION perfcheck_is_synthetic(id uuid)
RETURNS boolean
AS 'MODULE_PATHNAME', 'perfcheck_is_synthetic'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION perfcheck_is_synthetic(uuid) IS
'Whether id was made by perfcheck_seed: a version 8 UUID (RFC 9562) whose last 62 bits are a checksum of its first 60.';

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
'The synthetic events number first (from 0) to first + rows - 1, without writing them: a pure function of its arguments.';

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
'The contract: one row a canonical query of the API. What is verified, timed and sent over HTTP is read from here.';
COMMENT ON COLUMN perfcheck_query.sql IS 'One SELECT with the parameters $1 to $n';
COMMENT ON COLUMN perfcheck_query.path IS 'The HTTP path and query string; $1 to $n stand for the values, percent-encoded';
COMMENT ON COLUMN perfcheck_query.expected IS 'The index access method that must serve the query, such as btree or gin';
COMMENT ON COLUMN perfcheck_query.avg_ms IS 'Target for the mean latency, in ms';
COMMENT ON COLUMN perfcheck_query.p95_ms IS 'Target for the 95th percentile, in ms';
COMMENT ON COLUMN perfcheck_query.p99_ms IS 'Target for the 99th percentile, in ms';
COMMENT ON COLUMN perfcheck_query.max_rows IS 'Row budget of this query; NULL: perfcheck.max_rows_examined';
COMMENT ON COLUMN perfcheck_query.todo IS 'Why a fault of this query is accepted for now; it is then reported as TODO';
COMMENT ON COLUMN perfcheck_query.types IS 'Types of $1 to $n where they cannot be inferred';
COMMENT ON COLUMN perfcheck_query.search_path IS 'The search_path that the query is read with; NULL: the caller''s';

CREATE TABLE perfcheck_case (
    query text NOT NULL REFERENCES perfcheck_query ON UPDATE CASCADE ON DELETE CASCADE,
    label text NOT NULL CHECK (label OPERATOR(pg_catalog.<>) ''),
    args text[] NOT NULL,
    required boolean NOT NULL DEFAULT true,
    PRIMARY KEY (query, label)
);

COMMENT ON TABLE perfcheck_case IS
'Cases added with perfcheck_add_case, in addition to those that perfcheck_cases derives.';

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
'Kept measurements: one row a query and run. source time: perfcheck_time(keep => true); source http: perfcheck-http --db, where query NULL is the total. Rows of one run share taken_at.';

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
'Adds a query to the contract. sql: one SELECT that writes nothing, with $1 to $n; path: its HTTP path, with the same $1 to $n; expected: the index method that must serve it; avg_ms, p95_ms, p99_ms: targets in ms; max_rows: its row budget; todo: why a fault is accepted; types: of $1 to $n where they cannot be inferred. The search_path of the call is kept. Errors: duplicate_object, syntax_error, feature_not_supported for what is no single SELECT, and those of the parser.';

CREATE FUNCTION perfcheck_drop_query(name text)
RETURNS void
AS 'MODULE_PATHNAME', 'perfcheck_drop_query'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION perfcheck_drop_query(text) IS
'Removes a query and its added cases from the contract. Errors: undefined_object where there is none of that name.';

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
'The values that a query (NULL: every enabled one) is judged with, derived from its SQL, the statistics and the rows of its tables, and those added with perfcheck_add_case. args: text, under DateStyle ISO and UTC; share: the fraction of the rows that they select, NULL where it is not known. Errors: feature_not_supported for a parameter for which nothing can be derived, object_not_in_prerequisite_state for a table that was never analyzed.';

CREATE FUNCTION perfcheck_requests(query text DEFAULT NULL, samples integer DEFAULT 50)
RETURNS TABLE (query text, label text, path text, rows bigint)
AS 'MODULE_PATHNAME', 'perfcheck_requests'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 500;

COMMENT ON FUNCTION perfcheck_requests(text, integer) IS
'The HTTP requests that perfcheck-http sends: the path of each query with the values of each case, and of samples draws from the rows, in proportion. rows: what the query returns for them today.';

CREATE FUNCTION perfcheck_rows(query text, path text)
RETURNS bigint
AS 'MODULE_PATHNAME', 'perfcheck_rows'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION perfcheck_rows(text, text) IS
'How many rows a query of the contract returns for the values in an HTTP path; null where the query''s own path cannot be that one. Executes the query, read-only, as the caller. Errors: undefined_object for an unknown query, null_value_not_allowed, and those of the query, as for a value that is none of its parameter''s type.';

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
'Plans each case for a table scale times as large, executes that plan read-only on today''s rows, and counts the work: rows_examined is measured, rows_projected is what it comes to at that size; cost is the planner''s, at that size; fragile tells of a plan that is right for another case and too much work for this one. Errors: undefined_object for an unknown query, invalid_parameter_value for a scale out of range.';

CREATE FUNCTION perfcheck_forecast(query text DEFAULT NULL, max_rows bigint DEFAULT 1000000000)
RETURNS TABLE (
    query text, label text, plan_mode text, from_rows bigint, to_rows bigint,
    access text, indexes text[], rows_projected bigint, ok boolean)
AS 'MODULE_PATHNAME', 'perfcheck_forecast'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;

COMMENT ON FUNCTION perfcheck_forecast(text, bigint) IS
'The plans of each case as the tables grow, from today''s size to max_rows rows of the query''s largest table: one row a plan and verdict, with the sizes between which they hold (to 1 percent) and the rows examined at to_rows. Planned for each size, executed read-only on today''s rows. A query that cannot be read is left out with a warning. Errors: undefined_object for an unknown query, invalid_parameter_value for max_rows below 1.';

CREATE FUNCTION perfcheck_verify(
    scale double precision DEFAULT coalesce(pg_catalog.current_setting('perfcheck.scale', true)::double precision, 100))
RETURNS SETOF text
AS 'MODULE_PATHNAME', 'perfcheck_verify'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 50;

COMMENT ON FUNCTION perfcheck_verify(double precision) IS
'The verdict on every enabled query, as TAP version 13: one test point a query and one a known limit, for the tables at scale times their size (default: perfcheck.scale).';

CREATE FUNCTION perfcheck_assert(
    scale double precision DEFAULT coalesce(pg_catalog.current_setting('perfcheck.scale', true)::double precision, 100))
RETURNS void
AS 'MODULE_PATHNAME', 'perfcheck_assert'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION perfcheck_assert(double precision) IS
'Raises check_violation naming each query that perfcheck_verify reports as not ok (TODO left out); returns nothing otherwise. For psql -v ON_ERROR_STOP=1.';

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
'Executes each case executions times in the server, after warmup more that are not counted. mean_ms to max_ms: execution including the conversion of the result to text, in ms, percentiles by nearest rank over all samples; plan_ms: mean of parse analysis and planning, apart; shared_hit, shared_read: 8 kB blocks an execution, mean. ok: mean, p95 and p99, each with plan_ms added, meet the query''s targets. keep: store the rows in perfcheck_result. clients: 1 for now.';
