/*-------------------------------------------------------------------------
 *
 * arguments.c
 *		The arguments of the functions that SQL calls.
 *
 * None of those functions is strict, since a strict one would answer NULL to a
 * NULL that should be told of.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "arguments.h"
#include "base/extension.h"
#include "base/guc_scope.h"
#include "base/rest.h"
#include "base/sandbox.h"
#include "base/table_size.h"
#include "cases/frequency.h"

void
arguments_enter(FunctionCallInfo fcinfo)
{
	sandbox_refuse_inside();
	extension_set_schema(get_func_namespace(fcinfo->flinfo->fn_oid));
	table_size_forget();
	frequency_start_cache();
	rest_start();
}

/* Does the function have a default for its argument n? */
static bool
arguments_has_default(Oid function, int n)
{
	HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Form_pg_proc form;
	bool has_default;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_proc) GETSTRUCT(tuple);
	has_default = n >= form->pronargs - form->pronargdefaults;
	ReleaseSysCache(tuple);
	return has_default;
}

bool
arguments_is_null(FunctionCallInfo fcinfo, int n)
{
	/* An older version declares fewer, and what is behind them is anything. */
	if (n >= PG_NARGS())
		extension_refuse_older();
	return PG_ARGISNULL(n);
}

Datum
arguments_get(FunctionCallInfo fcinfo, int n, const char *name)
{
	if (arguments_is_null(fcinfo, n))
		ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("%s must not be null", name),
				arguments_has_default(fcinfo->flinfo->fn_oid, n)
					? errhint("Leave the argument out to get its default.")
					: errhint("Give a value: the argument has no default."));
	return PG_GETARG_DATUM(n);
}

char *
arguments_text(FunctionCallInfo fcinfo, int n, const char *name)
{
	return TextDatumGetCString(arguments_get(fcinfo, n, name));
}

char *
arguments_optional_text(FunctionCallInfo fcinfo, int n)
{
	return arguments_is_null(fcinfo, n)
			   ? NULL
			   : TextDatumGetCString(PG_GETARG_DATUM(n));
}

char *
arguments_optional_day(FunctionCallInfo fcinfo, int n, const char *name)
{
	char *day;
	int level;

	if (PG_ARGISNULL(n))
		return NULL;
	if (DATE_NOT_FINITE(PG_GETARG_DATEADT(n)))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("%s must be a day", name),
				errhint("Leave the argument out for no end."));
	level = guc_scope_enter_values();
	day = DatumGetCString(DirectFunctionCall1(date_out, PG_GETARG_DATUM(n)));
	guc_scope_leave(level);
	return day;
}

ResultRow
arguments_start_rows(FunctionCallInfo fcinfo, uint32 flags)
{
	ResultRow row = {.columns = 0};

	arguments_enter(fcinfo);
	InitMaterializedSRF(fcinfo, flags);
	row.result = (ReturnSetInfo *) fcinfo->resultinfo;
	return row;
}

char **
arguments_texts(FunctionCallInfo fcinfo, int n, const char *name, int *count)
{
	ArrayType *array = DatumGetArrayTypeP(arguments_get(fcinfo, n, name));
	Datum *values;
	bool *nulls;
	char **texts;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &values, &nulls,
					  count);
	texts = palloc0(Max(*count, 1) * sizeof(char *));
	for (int i = 0; i < *count; i++)
		if (!nulls[i])
			texts[i] = TextDatumGetCString(values[i]);
	return texts;
}

Oid *
arguments_types(FunctionCallInfo fcinfo, int n, int *count)
{
	Datum *elements;
	bool *nulls;
	Oid *types;

	*count = 0;
	if (arguments_is_null(fcinfo, n))
		return NULL;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(n), REGTYPEOID, sizeof(Oid), true,
					  TYPALIGN_INT, &elements, &nulls, count);
	types = palloc0(Max(*count, 1) * sizeof(Oid));
	for (int i = 0; i < *count; i++)
		types[i] = nulls[i] ? InvalidOid : DatumGetObjectId(elements[i]);
	return types;
}
