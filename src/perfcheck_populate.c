/*-------------------------------------------------------------------------
 *
 * perfcheck_populate.c
 *		The functions that SQL calls to fill tables with rows.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "arguments.h"
#include "populate/populate.h"
#include "populate/populated_rows.h"
#include "result_row.h"

PG_FUNCTION_INFO_V1(perfcheck_populate);
PG_FUNCTION_INFO_V1(perfcheck_unpopulate);

/* Reads a regclass[] without NULLs; NIL if it is NULL. */
static List *
argument_tables(FunctionCallInfo fcinfo, int n)
{
	List *tables = NIL;
	Datum *elements;
	bool *nulls;
	int count;

	if (arguments_is_null(fcinfo, n))
		return NIL;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(n), REGCLASSOID, sizeof(Oid), true,
					  TYPALIGN_INT, &elements, &nulls, &count);
	if (count == 0)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("tables must not be empty"),
				errhint("Leave the argument out to get all tables of the "
						"search_path's schemas."));
	for (int i = 0; i < count; i++)
	{
		if (nulls[i])
			ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					errmsg("tables must not contain null"),
					errhint("Name the tables, such as "
							"ARRAY['orders', 'items']::regclass[]."));
		tables = list_append_unique_oid(tables, DatumGetObjectId(elements[i]));
	}
	return tables;
}

static void
check_size(bool ok, const char *name)
{
	if (!ok)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("%s must be more than 0", name),
				errhint("Leave the argument out to get the sizes that the "
						"statistics tell of."));
}

/*
 * perfcheck_populate(tables regclass[], rows bigint, factor double precision,
 * statistics text, seed bigint) returns a row a table: relation, rows, note.
 */
Datum
perfcheck_populate(PG_FUNCTION_ARGS)
{
	ResultRow row = arguments_start_rows(fcinfo, 0);
	PopulateRequest request = {.rows = -1, .factor = -1};
	ListCell *cell;

	request.tables = argument_tables(fcinfo, 0);
	if (!arguments_is_null(fcinfo, 1))
	{
		request.rows = PG_GETARG_INT64(1);
		check_size(request.rows > 0, "rows");
	}
	if (!arguments_is_null(fcinfo, 2))
	{
		request.factor = PG_GETARG_FLOAT8(2);
		check_size(request.factor > 0, "factor");
	}
	request.statistics = arguments_optional_text(fcinfo, 3);
	request.seed = (uint64) DatumGetInt64(arguments_get(fcinfo, 4, "seed"));
	foreach(cell, populate_tables(&request))
	{
		const PopulateResult *result = lfirst(cell);

		result_row_put(&row, ObjectIdGetDatum(result->relid));
		result_row_put(&row, Int64GetDatum(result->rows));
		result_row_put_text(&row, result->note);
		result_row_end(&row);
	}
	return (Datum) 0;
}

/*
 * perfcheck_unpopulate(tables regclass[]) returns a row a table: relation,
 * removed, kept, note.
 */
Datum
perfcheck_unpopulate(PG_FUNCTION_ARGS)
{
	ResultRow row = arguments_start_rows(fcinfo, 0);
	ListCell *cell;

	foreach(cell, populated_rows_remove(argument_tables(fcinfo, 0)))
	{
		const RemovedRows *result = lfirst(cell);

		result_row_put(&row, ObjectIdGetDatum(result->relid));
		result_row_put(&row, Int64GetDatum(result->removed));
		result_row_put(&row, Int64GetDatum(result->kept));
		result_row_put_text(&row, result->note);
		result_row_end(&row);
	}
	return (Datum) 0;
}
