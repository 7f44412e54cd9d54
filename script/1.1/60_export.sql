--
-- The contract as a file, and back
--

CREATE FUNCTION perfcheck_export(format text DEFAULT 'psql')
RETURNS SETOF text
AS 'MODULE_PATHNAME', 'perfcheck_export'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION perfcheck_export(text) IS
'The contract as the lines of a file: a script for psql, or queries below comments (sql)';

CREATE FUNCTION perfcheck_load(content text, source text DEFAULT NULL, prune boolean DEFAULT false)
RETURNS TABLE (query text, line integer, action text, reason text)
AS 'MODULE_PATHNAME', 'perfcheck_load'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION perfcheck_load(text, text, boolean) IS
'Reads the text of a file of queries into the contract, and returns what it did';
