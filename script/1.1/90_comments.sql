--
-- A sentence on each function, those of 1.0 too. Arguments, units and errors are told
-- in docs/.
--

COMMENT ON FUNCTION perfcheck_accept(text, text, double precision, date) IS
'Accepts what is wrong with a query now, and returns its cause';
COMMENT ON FUNCTION perfcheck_add_case(text, text, text[], boolean, double precision) IS
'Adds a case, which is a value for each parameter, to a query of the contract';
COMMENT ON FUNCTION perfcheck_add_query(text, text, text, text, double precision, double precision, double precision, bigint, text, regtype[], text, jsonb, bigint, bigint, text, boolean, date, text, text, text, boolean, text) IS
'Adds a query to the contract';
COMMENT ON FUNCTION perfcheck_assert(double precision, boolean, text) IS
'Raises an error that names the queries that are not ok, with their causes and fixes';
COMMENT ON FUNCTION perfcheck_cases(text) IS
'The values that a query is judged with; NULL: every enabled query';
COMMENT ON FUNCTION perfcheck_create_events(text) IS
'Creates the canonical events table with its indexes';
COMMENT ON FUNCTION perfcheck_drop_built_in() IS
'Drops a built-in query that a restored contract does not hold';
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
COMMENT ON FUNCTION perfcheck_note_dropped() IS
'Keeps in mind which built-in queries the contract does not hold any more';
COMMENT ON FUNCTION perfcheck_plan(text, double precision) IS
'The plan of each case for tables scale times as large, and the work that it does';
COMMENT ON FUNCTION perfcheck_replace_built_in() IS
'Lets a query that is added take the place of an unchanged built-in one';
COMMENT ON FUNCTION perfcheck_answer(text, text, text, boolean) IS
'What the answer to an HTTP path should hold: the rows of its query, as JSON';
COMMENT ON FUNCTION perfcheck_requests(text, integer, text) IS
'The HTTP requests that perfcheck-http sends for a query';
COMMENT ON FUNCTION perfcheck_reset_contract() IS
'Makes the contract what it is after CREATE EXTENSION: the built-in queries alone';
COMMENT ON FUNCTION perfcheck_rows(text, text) IS
'How many rows a query returns for the values in an HTTP path';
COMMENT ON FUNCTION perfcheck_seed(bigint, text, bigint, timestamptz, interval, integer, integer) IS
'Inserts synthetic events, and returns how many';
COMMENT ON FUNCTION perfcheck_set_values(text, integer, text[]) IS
'Sets the only values that a parameter of a query takes; NULL: they are derived again';
COMMENT ON FUNCTION perfcheck_size(regclass, bigint, name[]) IS
'Says how a table grows that does not grow by the scale alone';
COMMENT ON FUNCTION perfcheck_unseed(text) IS
'Deletes the rows that perfcheck_seed inserted, and returns how many';
COMMENT ON FUNCTION perfcheck_verify(double precision, boolean) IS
'The verdict on every enabled query, as TAP version 13';
