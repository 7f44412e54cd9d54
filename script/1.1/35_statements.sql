--
-- Statements of pg_stat_statements as queries of the contract
--

CREATE FUNCTION perfcheck_mended(sql text, search_path text DEFAULT NULL, role text DEFAULT NULL)
RETURNS TABLE (sql text, types regtype[], problem text)
AS 'MODULE_PATHNAME', 'perfcheck_mended'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 1;

COMMENT ON FUNCTION perfcheck_mended(text, text, text) IS
'A text of pg_stat_statements as a query that the contract can have, with its types, or why it cannot';
