/*-------------------------------------------------------------------------
 *
 * perfcheck_import.c
 *		The functions that SQL calls on statements that may become queries.
 *
 * What they return is put together in SQL; see script/1.1/40_import.sql.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "arguments.h"
#include "contract/writers.h"
#include "record/findings.h"
#include "record/with_constants.h"
#include "result_row.h"

PG_FUNCTION_INFO_V1(perfcheck_findings);
PG_FUNCTION_INFO_V1(perfcheck_with_constants);

static const char *
kind_name(FoundKind kind)
{
	switch (kind)
	{
		case FOUND_FREE:
			return "free";
		case FOUND_PART:
			return "part";
		case FOUND_FEW:
			return "few";
		default:
			return "value";
	}
}

static void
put_findings(ResultRow *row, const Findings *findings)
{
	int n = findings->nparams;
	Datum *types = palloc(Max(n, 1) * sizeof(Datum));
	char **kinds = palloc(Max(n, 1) * sizeof(char *));
	char **tables = palloc(Max(n, 1) * sizeof(char *));
	char **columns = palloc(Max(n, 1) * sizeof(char *));

	for (int i = 0; i < n; i++)
	{
		types[i] = ObjectIdGetDatum(findings->params[i].type);
		kinds[i] = pstrdup(kind_name(findings->params[i].kind));
		tables[i] = unconstify(char *, findings->params[i].table);
		columns[i] = unconstify(char *, findings->params[i].column);
	}
	result_row_put(
		row, PointerGetDatum(construct_array(types, n, REGTYPEOID, sizeof(Oid),
											 true, TYPALIGN_INT)));
	result_row_put_texts(row, kinds, n);
	result_row_put_texts(row, tables, n);
	result_row_put_texts(row, columns, n);
	result_row_put_texts(row, findings->names, QUERY_NAME_LEVELS);
	result_row_put_bool(row, findings->row_security);
	result_row_put_bool(row, findings->executes);
}

/*
 * perfcheck_findings(sql text, types regtype[], search_path text, role text), of whom
 * sent it, or null for the caller,
 * returns one row: types, kinds, tables, columns, names, row_security, executes,
 * problem; none for no statement.
 */
Datum
perfcheck_findings(PG_FUNCTION_ARGS)
{
	ResultRow row = arguments_start_rows(fcinfo, 0);
	ContractQuery query = {
		.name = "a recorded statement",
		.sql = arguments_optional_text(fcinfo, 0),
		.search_path = arguments_optional_text(fcinfo, 2),
	};
	Findings *findings;

	if (query.sql == NULL)
		return (Datum) 0;
	query.types = arguments_types(fcinfo, 1, &query.ntypes);
	writers_set_sender(&query, arguments_optional_text(fcinfo, 3));
	findings = findings_read(&query, arguments_optional_text(fcinfo, 3));
	if (findings->problem == NULL)
		put_findings(&row, findings);
	else
		result_row_put_nulls(&row, 7); /* types to executes */
	result_row_put_text(&row, findings->problem);
	result_row_end(&row);
	return (Datum) 0;
}

/*
 * perfcheck_with_constants(sql text, constants text[]) returns one row: sql, params.
 * Errors: invalid_parameter_value for a parameter without an element, and those of
 * the scanner.
 */
Datum
perfcheck_with_constants(PG_FUNCTION_ARGS)
{
	ResultRow row = arguments_start_rows(fcinfo, 0);
	char *sql = arguments_text(fcinfo, 0, "sql");
	int n;
	char **constants = arguments_texts(fcinfo, 1, "constants", &n);
	int *params = palloc(Max(n, 1) * sizeof(int));
	int kept;
	Datum *numbers = palloc(Max(n, 1) * sizeof(Datum));

	result_row_put_text(&row, with_constants(sql, constants, n, params, &kept));
	for (int i = 0; i < kept; i++)
		numbers[i] = Int32GetDatum(params[i]);
	result_row_put(&row, PointerGetDatum(construct_array(numbers, kept, INT4OID,
														 sizeof(int32), true,
														 TYPALIGN_INT)));
	result_row_end(&row);
	return (Datum) 0;
}
