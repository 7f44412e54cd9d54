/* sql/perfcheck--1.0--1.1.sql */

\echo Use "CREATE EXTENSION perfcheck" or "ALTER EXTENSION perfcheck UPDATE TO '1.1'" to load this file. \quit

--
-- The contract
--

ALTER TABLE perfcheck_query
    ADD COLUMN role text CHECK (role OPERATOR(pg_catalog.<>) ''),
    ADD COLUMN settings jsonb CHECK (pg_catalog.jsonb_typeof(settings) OPERATOR(pg_catalog.=) 'object'),
    ADD COLUMN max_blocks bigint CHECK (max_blocks OPERATOR(pg_catalog.>) 0),
    ADD COLUMN max_rows_returned bigint DEFAULT -1 CHECK (max_rows_returned OPERATOR(pg_catalog.>) 0 OR max_rows_returned OPERATOR(pg_catalog.=) -1),
    ADD COLUMN todo_cause text CHECK (todo_cause OPERATOR(pg_catalog.<>) '');

COMMENT ON COLUMN perfcheck_query.role IS 'The role that the query runs as; NULL: the caller';
COMMENT ON COLUMN perfcheck_query.settings IS 'Settings that the query runs with, as a JSON object: a name and its value, or a list of values, each of which is tried';
COMMENT ON COLUMN perfcheck_query.max_blocks IS 'Block budget of this query; NULL: perfcheck.max_blocks';
COMMENT ON COLUMN perfcheck_query.max_rows_returned IS 'The most rows that this query may return; -1: perfcheck.max_rows_returned; NULL: any number';
COMMENT ON COLUMN perfcheck_query.todo_cause IS 'The cause that todo accepts, as perfcheck_verify prints it, in which numbers do not matter; any other cause fails. NULL: any. perfcheck_accept() writes it';

-- Functions that get further arguments are made anew.

DROP FUNCTION perfcheck_add_query(text, text, text, text, double precision, double precision, double precision, bigint, text, regtype[]);

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
    types regtype[] DEFAULT NULL,
    role text DEFAULT NULL,
    settings jsonb DEFAULT NULL,
    max_blocks bigint DEFAULT NULL,
    max_rows_returned bigint DEFAULT -1,
    todo_cause text DEFAULT NULL)
RETURNS void
AS 'MODULE_PATHNAME', 'perfcheck_add_query'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

--
-- Verdicts
--

DROP FUNCTION perfcheck_plan(text, double precision);

CREATE FUNCTION perfcheck_plan(query text DEFAULT NULL, scale double precision DEFAULT 1)
RETURNS TABLE (
    query text, label text, plan_mode text, access text, indexes text[],
    methods text[], rows_estimated bigint, rows_returned bigint,
    rows_examined bigint, rows_projected bigint, ok boolean, reason text,
    cost double precision, fragile text, blocks bigint, blocks_projected bigint,
    estimate text)
AS 'MODULE_PATHNAME', 'perfcheck_plan'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 50;

DROP FUNCTION perfcheck_forecast(text, bigint);

CREATE FUNCTION perfcheck_forecast(query text DEFAULT NULL, max_rows bigint DEFAULT 1000000000)
RETURNS TABLE (
    query text, label text, plan_mode text, from_rows bigint, to_rows bigint,
    access text, indexes text[], rows_projected bigint, ok boolean,
    reason text, blocks_projected bigint)
AS 'MODULE_PATHNAME', 'perfcheck_forecast'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;

DROP FUNCTION perfcheck_time(text, integer, integer, integer, boolean);

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
    shared_read bigint, ok boolean, reason text)
AS 'MODULE_PATHNAME', 'perfcheck_time'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 50;

DROP FUNCTION perfcheck_cases(text);

CREATE FUNCTION perfcheck_cases(query text DEFAULT NULL)
RETURNS TABLE (query text, label text, args text[], required boolean, share double precision, settings jsonb, reason text)
AS 'MODULE_PATHNAME', 'perfcheck_cases'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 50;

DROP FUNCTION perfcheck_requests(text, integer);

CREATE FUNCTION perfcheck_requests(query text DEFAULT NULL, samples integer DEFAULT 50)
RETURNS TABLE (query text, label text, path text, rows bigint, reason text)
AS 'MODULE_PATHNAME', 'perfcheck_requests'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 500;

--
-- Verify
--

DROP FUNCTION perfcheck_verify(double precision);

CREATE FUNCTION perfcheck_verify(
    scale double precision DEFAULT coalesce(pg_catalog.current_setting('perfcheck.scale', true)::double precision, 100),
    strict boolean DEFAULT false)
RETURNS SETOF text
AS 'MODULE_PATHNAME', 'perfcheck_verify'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 50;

DROP FUNCTION perfcheck_assert(double precision);

CREATE FUNCTION perfcheck_assert(
    scale double precision DEFAULT coalesce(pg_catalog.current_setting('perfcheck.scale', true)::double precision, 100),
    strict boolean DEFAULT false)
RETURNS void
AS 'MODULE_PATHNAME', 'perfcheck_assert'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

CREATE FUNCTION perfcheck_accept(
    query text,
    reason text,
    scale double precision DEFAULT coalesce(pg_catalog.current_setting('perfcheck.scale', true)::double precision, 100))
RETURNS text
AS 'MODULE_PATHNAME', 'perfcheck_accept'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

--
-- One set of indexes for the whole contract
--

CREATE FUNCTION perfcheck_indexes(
    scale double precision DEFAULT coalesce(pg_catalog.current_setting('perfcheck.scale', true)::double precision, 100))
RETURNS TABLE (
    action text, index_sql text, relation regclass, serves text[],
    bytes bigint, build_ms double precision, write_us double precision,
    write_wal bigint, scans bigint, reason text)
AS 'MODULE_PATHNAME', 'perfcheck_indexes'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 50;

--
-- Growth
--

CREATE TABLE perfcheck_size (
    relation regclass PRIMARY KEY,
    rows bigint CHECK (rows OPERATOR(pg_catalog.>=) 0),
    denser name[]
);

COMMENT ON TABLE perfcheck_size IS
'How tables grow that do not grow by the scale alone. perfcheck_size() writes it.';
COMMENT ON COLUMN perfcheck_size.rows IS 'The rows that the table has at perfcheck.scale; NULL: it grows by the scale';
COMMENT ON COLUMN perfcheck_size.denser IS 'Columns of time, or serial keys, whose new values lie between those of today; NULL: not told';

GRANT SELECT ON perfcheck_size TO PUBLIC;

SELECT pg_catalog.pg_extension_config_dump('perfcheck_size', '');

CREATE FUNCTION perfcheck_size(
    relation regclass,
    rows bigint DEFAULT NULL,
    denser name[] DEFAULT NULL)
RETURNS void
AS 'MODULE_PATHNAME', 'perfcheck_size'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

--
-- The values that a parameter may have
--

CREATE TABLE perfcheck_values (
    query text NOT NULL REFERENCES perfcheck_query ON UPDATE CASCADE ON DELETE CASCADE,
    param integer NOT NULL CHECK (param OPERATOR(pg_catalog.>) 0),
    vals text[] NOT NULL CHECK (pg_catalog.cardinality(vals) OPERATOR(pg_catalog.>) 0),
    PRIMARY KEY (query, param)
);

COMMENT ON TABLE perfcheck_values IS
'Values that were set with perfcheck_set_values: the cases that are derived from the rows have no others for the parameter.';

GRANT SELECT ON perfcheck_values TO PUBLIC;

SELECT pg_catalog.pg_extension_config_dump('perfcheck_values', '');

CREATE FUNCTION perfcheck_set_values(
    query text,
    param integer,
    vals text[])
RETURNS void
AS 'MODULE_PATHNAME', 'perfcheck_set_values'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

--
-- The built-in queries as they come with the extension. This stands at the end,
-- since the table has the columns that perfcheck_query was given above.
--

CREATE TABLE perfcheck_built_in (LIKE perfcheck_query INCLUDING DEFAULTS);

COMMENT ON TABLE perfcheck_built_in IS
'The built-in queries as they come with the extension. What perfcheck_query holds of them unchanged is not dumped, and gives way to a query of the same name.';

GRANT SELECT ON perfcheck_built_in TO PUBLIC;

INSERT INTO perfcheck_built_in (name, sql, path, expected) VALUES
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

-- A changed built-in query is the team's, as one of its own is.
SELECT pg_catalog.pg_extension_config_dump('perfcheck_query',
    'WHERE perfcheck_query::pg_catalog.text NOT IN (SELECT b::pg_catalog.text FROM @extschema@.perfcheck_built_in b)');

CREATE FUNCTION perfcheck_is_replaceable(query perfcheck_query)
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (SELECT FROM @extschema@.perfcheck_built_in b
                   WHERE b::text = query::text)
        AND NOT EXISTS (SELECT FROM @extschema@.perfcheck_case c
                        WHERE c.query = (perfcheck_is_replaceable.query).name)
        AND NOT EXISTS (SELECT FROM @extschema@.perfcheck_values v
                        WHERE v.query = (perfcheck_is_replaceable.query).name)
$$;

CREATE FUNCTION perfcheck_replace_built_in()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM @extschema@.perfcheck_query q
    WHERE q.name = NEW.name AND @extschema@.perfcheck_is_replaceable(q);
    RETURN NEW;
END
$$;

CREATE TRIGGER perfcheck_replace_built_in
    BEFORE INSERT ON perfcheck_query
    FOR EACH ROW EXECUTE FUNCTION perfcheck_replace_built_in();

--
-- A sentence on each function, those of 1.0 too. Arguments, units and errors are told
-- in docs/.
--

COMMENT ON FUNCTION perfcheck_accept(text, text, double precision) IS
'Accepts what is wrong with a query now, and returns its cause';
COMMENT ON FUNCTION perfcheck_add_case(text, text, text[], boolean) IS
'Adds a case, which is a value for each parameter, to a query of the contract';
COMMENT ON FUNCTION perfcheck_add_query(text, text, text, text, double precision, double precision, double precision, bigint, text, regtype[], text, jsonb, bigint, bigint, text) IS
'Adds a query to the contract';
COMMENT ON FUNCTION perfcheck_assert(double precision, boolean) IS
'Raises an error that names the queries that are not ok, with their causes and fixes';
COMMENT ON FUNCTION perfcheck_cases(text) IS
'The values that a query is judged with; NULL: every enabled query';
COMMENT ON FUNCTION perfcheck_create_events(text) IS
'Creates the canonical events table with its indexes';
COMMENT ON FUNCTION perfcheck_drop_query(text) IS
'Removes a query and its added cases from the contract';
COMMENT ON FUNCTION perfcheck_events(bigint, bigint, bigint, timestamptz, interval, integer, integer) IS
'Returns synthetic events without writing them';
COMMENT ON FUNCTION perfcheck_forecast(text, bigint) IS
'The plans and verdicts of each case as the tables grow to max_rows rows';
COMMENT ON FUNCTION perfcheck_indexes(double precision) IS
'The fewest indexes that mend the contract, what they cost, and which can be dropped';
COMMENT ON FUNCTION perfcheck_is_replaceable(perfcheck_query) IS
'Whether a query is a built-in one that nobody changed or added to';
COMMENT ON FUNCTION perfcheck_is_synthetic(uuid) IS
'Whether perfcheck_seed made this id';
COMMENT ON FUNCTION perfcheck_plan(text, double precision) IS
'The plan of each case for tables scale times as large, and the work that it does';
COMMENT ON FUNCTION perfcheck_replace_built_in() IS
'Lets a query that is added take the place of an unchanged built-in one';
COMMENT ON FUNCTION perfcheck_requests(text, integer) IS
'The HTTP requests that perfcheck-http sends for a query';
COMMENT ON FUNCTION perfcheck_rows(text, text) IS
'How many rows a query returns for the values in an HTTP path';
COMMENT ON FUNCTION perfcheck_seed(bigint, text, bigint, timestamptz, interval, integer, integer) IS
'Inserts synthetic events, and returns how many';
COMMENT ON FUNCTION perfcheck_set_values(text, integer, text[]) IS
'Sets the only values that a parameter of a query takes; NULL: they are derived again';
COMMENT ON FUNCTION perfcheck_size(regclass, bigint, name[]) IS
'Says how a table grows that does not grow by the scale alone';
COMMENT ON FUNCTION perfcheck_time(text, integer, integer, integer, boolean) IS
'Executes each required case many times in the server, and returns its percentiles';
COMMENT ON FUNCTION perfcheck_unseed(text) IS
'Deletes the rows that perfcheck_seed inserted, and returns how many';
COMMENT ON FUNCTION perfcheck_verify(double precision, boolean) IS
'The verdict on every enabled query, as TAP version 13';
