--
-- The contract
--

ALTER TABLE perfcheck_query
    ADD COLUMN role text CHECK (role OPERATOR(pg_catalog.<>) ''),
    ADD COLUMN settings jsonb CHECK (pg_catalog.jsonb_typeof(settings) OPERATOR(pg_catalog.=) 'object'),
    ADD COLUMN max_blocks bigint CHECK (max_blocks OPERATOR(pg_catalog.>) 0),
    ADD COLUMN max_rows_returned bigint DEFAULT -1 CHECK (max_rows_returned OPERATOR(pg_catalog.>) 0 OR max_rows_returned OPERATOR(pg_catalog.=) -1),
    ADD COLUMN todo_cause text CHECK (todo_cause OPERATOR(pg_catalog.<>) ''),
    ADD COLUMN todo_until date CHECK (pg_catalog.isfinite(todo_until)),
    ADD COLUMN owner text CHECK (owner OPERATOR(pg_catalog.<>) ''),
    ADD COLUMN source text CHECK (source OPERATOR(pg_catalog.<>) ''),
    ADD COLUMN answer text CHECK (answer OPERATOR(pg_catalog.<>) '');

COMMENT ON COLUMN perfcheck_query.role IS 'The role that the query runs as; NULL: the caller';
COMMENT ON COLUMN perfcheck_query.settings IS 'Settings that the query runs with, as a JSON object: a name and its value, or a list of values, each of which is tried';
COMMENT ON COLUMN perfcheck_query.max_blocks IS 'Block budget of this query; NULL: perfcheck.max_blocks';
COMMENT ON COLUMN perfcheck_query.max_rows_returned IS 'The most rows that this query may return; -1: perfcheck.max_rows_returned; NULL: any number';
COMMENT ON COLUMN perfcheck_query.todo_cause IS 'The cause that todo accepts: its number or name, or what perfcheck_verify prints, in which numbers do not matter; any other cause fails. NULL: any. perfcheck_accept() writes it';
COMMENT ON COLUMN perfcheck_query.todo_until IS 'The last day on which todo accepts a fault, in UTC; NULL: it does not end';
COMMENT ON COLUMN perfcheck_query.owner IS 'Who looks after the query; reports of its faults name it';
COMMENT ON COLUMN perfcheck_query.source IS 'Where the query was written down, such as queries.sql:12';
COMMENT ON COLUMN perfcheck_query.answer IS 'Where the rows are in the answer of the API, such as data.items; NULL: perfcheck-http finds them';

ALTER TABLE perfcheck_case
    ADD COLUMN weight double precision CHECK (weight OPERATOR(pg_catalog.>) 0 AND weight OPERATOR(pg_catalog.<) 'Infinity');

COMMENT ON COLUMN perfcheck_case.weight IS 'How often a recording had these values, beside the other cases of the query that are of it; NULL: the case is of none';

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
    todo_cause text DEFAULT NULL,
    replace boolean DEFAULT false,
    todo_until date DEFAULT NULL,
    owner text DEFAULT NULL,
    source text DEFAULT NULL,
    search_path text DEFAULT '',
    enabled boolean DEFAULT true,
    answer text DEFAULT NULL)
RETURNS void
AS 'MODULE_PATHNAME', 'perfcheck_add_query'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

DROP FUNCTION perfcheck_add_case(text, text, text[], boolean);

CREATE FUNCTION perfcheck_add_case(
    query text,
    label text,
    args text[],
    required boolean DEFAULT true,
    weight double precision DEFAULT NULL)
RETURNS void
AS 'MODULE_PATHNAME', 'perfcheck_add_case'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

CREATE FUNCTION perfcheck_refuse_triggers()
RETURNS void
AS 'MODULE_PATHNAME', 'perfcheck_refuse_triggers'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION perfcheck_refuse_triggers() IS
'Raises an error if a trigger of others on a table of perfcheck would have the caller''s rights';
