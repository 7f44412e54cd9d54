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

COMMENT ON FUNCTION perfcheck_add_query(text, text, text, text, double precision, double precision, double precision, bigint, text, regtype[], text, jsonb, bigint, bigint, text) IS
'Adds a query to the contract. sql: one SELECT that writes nothing, with $1 to $n; path: its HTTP path, with the same $1 to $n; expected: the index method that must serve it; avg_ms, p95_ms, p99_ms: targets in ms; max_rows: its row budget; todo: why a fault is accepted, and todo_cause which one (NULL: any; see perfcheck_accept); types: those of $1 to $n, if they cannot be inferred; role: whom it runs as (NULL: perfcheck.role, or the caller), a role that the caller may SET ROLE to; settings: what it runs with, such as {"app.user": "5"}: a value, a list of values that are tried in turn, or {"column": "schema.table.column"}, whose common, rare and absent values are tried; max_blocks: its block budget; max_rows_returned: the most rows that it may return (NULL: any number). The search_path of the call is kept with the query. Errors: duplicate_object, feature_not_supported for anything but one SELECT that writes nothing, invalid_parameter_value, undefined_object for an unknown access method or role, insufficient_privilege for a role that the caller may not SET ROLE to, those of SET for the settings, and those of the parser.';

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

COMMENT ON FUNCTION perfcheck_plan(text, double precision) IS
'Plans each case for a table scale times as large, executes that plan read-only on today''s rows, and counts the work: rows_examined is measured, rows_projected is the number that is expected at that size; cost is the planner''s, at that size; blocks are those touched, in shared and local buffers and temporary files, and blocks_projected those expected at that size; ok also looks at all sizes from today''s to that one, and reason tells the size if it is another; fragile shows a plan that examines too many rows for this case and is right for another one, or is the generic plan that five executions lead to; estimate names the node of a custom plan of which most rows were not foreseen, where the planner is wrong by more than ten times: the rows that it expects today, as EXPLAIN shows them, and those found. perfcheck_verify shows of the last two what requests may bring about, and what decided on a plan. A query without cases has one row that tells why: ok is false for an error, and null if its tables are empty. Errors: undefined_object for an unknown query, invalid_parameter_value for a scale out of range.';

DROP FUNCTION perfcheck_forecast(text, bigint);

CREATE FUNCTION perfcheck_forecast(query text DEFAULT NULL, max_rows bigint DEFAULT 1000000000)
RETURNS TABLE (
    query text, label text, plan_mode text, from_rows bigint, to_rows bigint,
    access text, indexes text[], rows_projected bigint, ok boolean,
    reason text, blocks_projected bigint)
AS 'MODULE_PATHNAME', 'perfcheck_forecast'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;

COMMENT ON FUNCTION perfcheck_forecast(text, bigint) IS
'The plans of each case as the tables grow, from today''s size to max_rows rows of the query''s largest table: one row for each plan and verdict, with the sizes between which they hold (to 1 percent), the rows examined and the blocks touched at to_rows, and the reason if it is not ok. Cases are planned for each size, and executed read-only on today''s rows. A case that raises an error is a row with that reason, and without a plan; so is a query without cases, whose ok is false for an error, and null if its tables are empty. Errors: undefined_object for an unknown query, invalid_parameter_value for max_rows below 1.';

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

COMMENT ON FUNCTION perfcheck_time(text, integer, integer, integer, boolean) IS
'Executes each required case executions times in the server, after warmup executions that are not counted. mean_ms to max_ms: execution including the conversion of the result to text, in ms, percentiles by nearest rank over all samples; plan_ms: the mean time of parse analysis and planning, which the others do not include; shared_hit, shared_read: the mean number of blocks of an execution. ok: mean, p95 and p99, each with plan_ms added, meet the query''s targets. reason: why a case was not timed, such as its error; a query without cases is one row. keep: store the rows that were timed in perfcheck_result. clients: must be 1 in this version. Errors: undefined_object for an unknown query, invalid_parameter_value.';


DROP FUNCTION perfcheck_cases(text);

CREATE FUNCTION perfcheck_cases(query text DEFAULT NULL)
RETURNS TABLE (query text, label text, args text[], required boolean, share double precision, settings jsonb, reason text)
AS 'MODULE_PATHNAME', 'perfcheck_cases'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 50;

COMMENT ON FUNCTION perfcheck_cases(text) IS
'The values that a query (NULL: every enabled one) is judged with, derived from its SQL, the statistics and the rows of its tables, and those added with perfcheck_add_case. args: the values as text, under DateStyle ISO and UTC; share: the fraction of the rows that they select, NULL if it is not known; settings: those that the case is planned and executed under, NULL if there are none; reason: why a query has no cases, which is a row of its own, such as its error. Errors: undefined_object for an unknown query.';

DROP FUNCTION perfcheck_requests(text, integer);

CREATE FUNCTION perfcheck_requests(query text DEFAULT NULL, samples integer DEFAULT 50)
RETURNS TABLE (query text, label text, path text, rows bigint, reason text)
AS 'MODULE_PATHNAME', 'perfcheck_requests'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 500;

COMMENT ON FUNCTION perfcheck_requests(text, integer) IS
'The HTTP requests that perfcheck-http sends: the path of each query with the values of each case, and with values that are drawn samples times from the rows, in proportion. rows: how many rows the query returns for them today, as its role and under its typical settings, which no path tells; reason: why a query that has a path has no requests, which is a row of its own. Errors: undefined_object for an unknown query, invalid_parameter_value for samples out of range.';

COMMENT ON FUNCTION perfcheck_rows(text, text) IS
'How many rows a query of the contract returns for the values in an HTTP path; null where the query''s own path cannot be that one. Executes the query, read-only, as its role and under its typical settings. Errors: undefined_object for an unknown query, null_value_not_allowed, and those of the query, such as that of a value that is not valid for the type of its parameter.';

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

COMMENT ON FUNCTION perfcheck_verify(double precision, boolean) IS
'The verdict on every enabled query, as TAP version 13: one test point for each query and one for each known limit, for the tables at scale times their size (default: perfcheck.scale). strict: a query that cannot be judged (SKIP, no required case) is not ok, one whose todo is stale is not either, and neither is a contract without an enabled query. Errors: invalid_parameter_value for a scale out of range.';

DROP FUNCTION perfcheck_assert(double precision);

CREATE FUNCTION perfcheck_assert(
    scale double precision DEFAULT coalesce(pg_catalog.current_setting('perfcheck.scale', true)::double precision, 100),
    strict boolean DEFAULT false)
RETURNS void
AS 'MODULE_PATHNAME', 'perfcheck_assert'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION perfcheck_assert(double precision, boolean) IS
'Raises check_violation, naming each query that perfcheck_verify reports as not ok without a TODO, in its detail with the cause, the fix and its proof; returns nothing if there is none. Fixes are tried, as by perfcheck_verify. strict: also for what perfcheck_verify does not accept under strict. For use with psql -v ON_ERROR_STOP=1.';

CREATE FUNCTION perfcheck_accept(
    query text,
    reason text,
    scale double precision DEFAULT coalesce(pg_catalog.current_setting('perfcheck.scale', true)::double precision, 100))
RETURNS text
AS 'MODULE_PATHNAME', 'perfcheck_accept'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION perfcheck_accept(text, text, double precision) IS
'Accepts what is wrong with a query now: sets its todo to reason and its todo_cause to the cause that perfcheck_verify finds at that scale, and returns that cause. The fault is reported as TODO from then on; one with another cause fails, and a query that is ok is reported to have a stale todo. Causes depend on what can be tried: accept as the role that verifies. reason NULL: nothing is accepted any more, and null is returned. Needs the privileges to change perfcheck_query. Errors: undefined_object for an unknown query, object_not_in_prerequisite_state for one that is ok, invalid_parameter_value for a scale out of range.';

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

COMMENT ON FUNCTION perfcheck_indexes(double precision) IS
'The fewest indexes with which every enabled query is ok that an index can mend, for the tables at scale times their size (default: perfcheck.scale); created together in a trial that is rolled back, and judged with all queries, none of which is worse with them. One row an index, what is to be done first: action: create; create?: the best that is known, but it could not be tried, as reason tells; drop?: no query of the contract and no constraint needs it, or another index begins with it (what other statements need is not known here); keep; and not ok for a query that is not ok with them either. index_sql: the statement, and for keep the index as it is; serves: the queries that it mends, or that are not ok or examine more than twice the rows without it; bytes: its size, of a new one in the trial; build_ms: the time of the build in ms; write_us, write_wal: microseconds and bytes of WAL for each row that is written, without full-page images, measured by inserting the entries of up to 1,000 rows again into a copy of the index that the trial builds (NULL: not the caller''s table, one of more than perfcheck.prove_rows rows, or an empty one); scans: how often it was scanned, as pg_stat_user_indexes has it; reason: why. Indexes of tables that no query reads are not listed. Locks as those of the trials of perfcheck_verify, but on all tables with new indexes at once, and until the set is found: whoever writes to them waits for so long. Progress is told by NOTICEs. Errors: invalid_parameter_value for a scale out of range.';

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

COMMENT ON FUNCTION perfcheck_size(regclass, bigint, name[]) IS
'Says how a table grows, in place of what was said before. rows: the rows that it has at perfcheck.scale (at 100 if that is 1), when it has today''s at a scale of 1 (NULL: it grows by the scale, as others do); denser: its columns of time or serial keys whose new values lie between those of today, while by default they go on beyond (an empty array: none; NULL: not said). With both NULL nothing is said of the table any more. Needs the privileges to change perfcheck_size. Errors: wrong_object_type for anything but a table, for a partition and for a catalog, invalid_parameter_value for negative rows, undefined_column, datatype_mismatch for a column that is neither a time nor a serial key, null_value_not_allowed.';

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

COMMENT ON FUNCTION perfcheck_set_values(text, integer, text[]) IS
'Sets the values that the derived cases of a query, and the requests made from it, have for one parameter. param: the n of $n; vals: its values as text (timestamps without a zone are UTC), the typical one first; an element may be NULL; vals NULL: values are derived again. The values of other parameters go with them. Errors: undefined_object, invalid_parameter_value for a parameter that the query does not have or for no values, and those of the type.';

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

COMMENT ON FUNCTION perfcheck_is_replaceable(perfcheck_query) IS
'Whether a query is a built-in one that nobody changed, and to which nobody added cases or values';

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

COMMENT ON FUNCTION perfcheck_replace_built_in() IS
'Lets a query that is added or restored take the place of an unchanged built-in one of its name';

CREATE TRIGGER perfcheck_replace_built_in
    BEFORE INSERT ON perfcheck_query
    FOR EACH ROW EXECUTE FUNCTION perfcheck_replace_built_in();
