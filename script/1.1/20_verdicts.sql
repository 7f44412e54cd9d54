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
    reason text, blocks_projected bigint, rows_at_from bigint)
AS 'MODULE_PATHNAME', 'perfcheck_forecast'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;

DROP FUNCTION perfcheck_cases(text);

CREATE FUNCTION perfcheck_cases(query text DEFAULT NULL)
RETURNS TABLE (query text, label text, args text[], required boolean, share double precision, settings jsonb, reason text)
AS 'MODULE_PATHNAME', 'perfcheck_cases'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 50;

DROP FUNCTION perfcheck_requests(text, integer);

CREATE FUNCTION perfcheck_requests(query text DEFAULT NULL, samples integer DEFAULT 50, answers text DEFAULT NULL)
RETURNS TABLE (query text, label text, path text, rows bigint, reason text, answer jsonb)
AS 'MODULE_PATHNAME', 'perfcheck_requests'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 500;

CREATE FUNCTION perfcheck_answer(query text, path text, answers text DEFAULT 'keys', whole boolean DEFAULT false)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'perfcheck_answer'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

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
    strict boolean DEFAULT false,
    baseline text DEFAULT NULL)
RETURNS void
AS 'MODULE_PATHNAME', 'perfcheck_assert'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

CREATE FUNCTION perfcheck_accept(
    query text,
    reason text,
    scale double precision DEFAULT coalesce(pg_catalog.current_setting('perfcheck.scale', true)::double precision, 100),
    until date DEFAULT NULL)
RETURNS text
AS 'MODULE_PATHNAME', 'perfcheck_accept'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

CREATE FUNCTION perfcheck_explain(
    query text,
    label text DEFAULT NULL,
    plan_mode text DEFAULT NULL,
    scale double precision DEFAULT coalesce(pg_catalog.current_setting('perfcheck.scale', true)::double precision, 100),
    format text DEFAULT 'text')
RETURNS SETOF text
AS 'MODULE_PATHNAME', 'perfcheck_explain'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 20;

COMMENT ON FUNCTION perfcheck_explain(text, text, text, double precision, text) IS
'The plan of a case as EXPLAIN prints it: estimates at the target size, rows of today';

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

CREATE TABLE perfcheck_size_values (
    relation regclass REFERENCES perfcheck_size ON DELETE CASCADE,
    attribute name,
    distinct_values double precision NOT NULL CHECK (distinct_values OPERATOR(pg_catalog.>) 0),
    common_share double precision CHECK (common_share OPERATOR(pg_catalog.>) 0),
    PRIMARY KEY (relation, attribute)
);

COMMENT ON TABLE perfcheck_size_values IS
'How many distinct values a column has in a table of the size that perfcheck_size tells of. perfcheck_use_statistics() writes it.';
COMMENT ON COLUMN perfcheck_size_values.common_share IS 'The share of the rows that hold the most common value; NULL: no value is common';

GRANT SELECT ON perfcheck_size_values TO PUBLIC;

SELECT pg_catalog.pg_extension_config_dump('perfcheck_size_values', '');

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

