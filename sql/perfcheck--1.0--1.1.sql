/* sql/perfcheck--1.0--1.1.sql */

\echo Use "CREATE EXTENSION perfcheck" or "ALTER EXTENSION perfcheck UPDATE TO '1.1'" to load this file. \quit

--
-- The contract
--

ALTER TABLE perfcheck_query
    ADD COLUMN role text CHECK (role OPERATOR(pg_catalog.<>) ''),
    ADD COLUMN settings jsonb CHECK (pg_catalog.jsonb_typeof(settings) OPERATOR(pg_catalog.=) 'object'),
    ADD COLUMN max_blocks bigint CHECK (max_blocks OPERATOR(pg_catalog.>) 0),
    ADD COLUMN max_rows_returned bigint DEFAULT -1 CHECK (max_rows_returned OPERATOR(pg_catalog.>) 0 OR max_rows_returned OPERATOR(pg_catalog.=) -1);

COMMENT ON COLUMN perfcheck_query.role IS 'The role that the query runs as; NULL: the caller';
COMMENT ON COLUMN perfcheck_query.settings IS 'Settings that the query runs with, as a JSON object: a name and its value, or a list of values, each of which is tried';
COMMENT ON COLUMN perfcheck_query.max_blocks IS 'Block budget of this query; NULL: perfcheck.max_blocks';
COMMENT ON COLUMN perfcheck_query.max_rows_returned IS 'The most rows that this query may return; -1: perfcheck.max_rows_returned; NULL: any number';

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
    max_rows_returned bigint DEFAULT -1)
RETURNS void
AS 'MODULE_PATHNAME', 'perfcheck_add_query'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION perfcheck_add_query(text, text, text, text, double precision, double precision, double precision, bigint, text, regtype[], text, jsonb, bigint, bigint) IS
'Adds a query to the contract. sql: one SELECT that writes nothing, with $1 to $n; path: its HTTP path, with the same $1 to $n; expected: the index method that must serve it; avg_ms, p95_ms, p99_ms: targets in ms; max_rows: its row budget; todo: why a fault is accepted; types: those of $1 to $n, if they cannot be inferred; role: whom it runs as; settings: what it runs with, such as {"app.user": "5"}; max_blocks: its block budget; max_rows_returned: the most rows that it may return (NULL: any number). The search_path of the call is kept with the query. Errors: duplicate_object, feature_not_supported for anything but one SELECT that writes nothing, invalid_parameter_value, undefined_object for an unknown access method or role, and those of the parser.';
