/*-------------------------------------------------------------------------
 *
 * perfcheck_record.c
 *		The functions that SQL calls on what was recorded.
 *
 * What they return is put together in SQL; see script/1.1/30_record.sql.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "arguments.h"
#include "contract/writers.h"
#include "record/comment_tags.h"
#include "record/mended.h"
#include "record/param_types.h"
#include "record/recorded_shapes.h"
#include "record/recording.h"
#include "record/shape.h"
#include "result_row.h"
#include "run/row_values.h"

PG_FUNCTION_INFO_V1(perfcheck_row_values);
PG_FUNCTION_INFO_V1(perfcheck_shape);
PG_FUNCTION_INFO_V1(perfcheck_shapes);
PG_FUNCTION_INFO_V1(perfcheck_executions);
PG_FUNCTION_INFO_V1(perfcheck_record_reset);
PG_FUNCTION_INFO_V1(perfcheck_parameter_types);
PG_FUNCTION_INFO_V1(perfcheck_mended);

/*
 * perfcheck_shape(sql text, any_columns boolean) returns one row: key, shape,
 * args, problem.
 */
Datum
perfcheck_shape(PG_FUNCTION_ARGS)
{
	ResultRow row = arguments_start_rows(fcinfo, 0);
	char *sql = arguments_text(fcinfo, 0, "sql");
	bool any_columns = DatumGetBool(arguments_get(fcinfo, 1, "any_columns"));
	Shape *shape = shape_read(sql, any_columns);
	char **args = palloc(Max(shape->nparams, 1) * sizeof(char *));

	for (int i = 0; i < shape->nparams; i++)
		args[i] = shape_value(&shape->params[i], NULL, 0);
	result_row_put(&row, Int64GetDatum((int64) shape->key));
	result_row_put_text(&row, shape->sql);
	result_row_put_texts(&row, args, shape->nparams);
	result_row_put_text(&row, shape->problem);
	result_row_end(&row);
	return (Datum) 0;
}

/* Returns the types as regtype[], in which a constant has none. */
static Datum
types_array(const Oid *types, int n)
{
	Datum *values = palloc(Max(n, 1) * sizeof(Datum));
	bool *nulls = palloc(Max(n, 1) * sizeof(bool));
	int lower = 1;

	for (int i = 0; i < n; i++)
	{
		values[i] = ObjectIdGetDatum(types[i]);
		nulls[i] = !OidIsValid(types[i]);
	}
	return PointerGetDatum(construct_md_array(values, nulls, 1, &n, &lower,
											  REGTYPEOID, sizeof(Oid), true,
											  TYPALIGN_INT));
}

/*
 * perfcheck_shapes(any_columns boolean) returns a row a shape that was recorded:
 * key, shape, types, problem.
 */
Datum
perfcheck_shapes(PG_FUNCTION_ARGS)
{
	ResultRow row = arguments_start_rows(fcinfo, 0);
	bool any_columns = DatumGetBool(arguments_get(fcinfo, 0, "any_columns"));
	ListCell *cell;

	foreach(cell, recorded_shapes_list(recorded_shapes_read(any_columns)))
	{
		const RecordedShape *shape = lfirst(cell);

		result_row_put(&row, Int64GetDatum((int64) shape->key));
		result_row_put_text(&row, shape->shape->sql);
		result_row_put(&row, types_array(shape->types, shape->shape->nparams));
		result_row_put_text(&row, shape->shape->problem);
		result_row_end(&row);
	}
	return (Datum) 0;
}

/* The rows of perfcheck_executions(). */
typedef struct ExecutionRows
{
	ResultRow row;
	RecordedShapes *shapes;
	MemoryContext each; /* is emptied after each */
} ExecutionRows;

/* Puts the tags of the comments as jsonb; null if there are none. */
static void
put_tags(ResultRow *row, const char *comment)
{
	char *json;

	if (comment == NULL)
	{
		result_row_put_null(row);
		return;
	}
	json = palloc(COMMENT_TAGS_ROOM(strlen(comment)));
	result_row_put_jsonb(
		row,
		comment_tags_write(comment, GetDatabaseEncoding() == PG_UTF8, json) > 0
			? json
			: NULL);
}

/* Puts the name of a role; null if it is gone. */
static void
put_role(ResultRow *row, Oid role)
{
	const char *name = GetUserNameFromId(role, true);

	if (name)
		result_row_put(row, DirectFunctionCall1(namein, CStringGetDatum(name)));
	else
		result_row_put_null(row);
}

static const char *
plan_name(RecordedPlan plan)
{
	switch (plan)
	{
		case RECORDED_PLAN_CUSTOM:
			return "custom";
		case RECORDED_PLAN_GENERIC:
			return "generic";
		default:
			return NULL;
	}
}

/* Was a value of the execution left out of the recording? */
static bool
is_left_out(const RecordedExecution *execution)
{
	for (int i = 0; i < execution->nparams; i++)
		if (execution->left_out[i])
			return true;
	return false;
}

static void
put_execution(const RecordedExecution *execution, void *arg)
{
	ExecutionRows *rows = arg;
	ResultRow *row = &rows->row;
	MemoryContext before = MemoryContextSwitchTo(rows->each);
	const RecordedShape *shape;
	int nargs;
	char **args = recorded_shapes_args(rows->shapes, execution, &shape, &nargs);

	result_row_put(row, Int64GetDatum((int64) shape->key));
	result_row_put_texts(row, args, nargs);
	result_row_put_bool(row, is_left_out(execution));
	put_tags(row, execution->comment);
	result_row_put_text(row, execution->application);
	put_role(row, execution->role);
	result_row_put_text(row, execution->search_path);
	result_row_put(row, TimestampTzGetDatum(execution->started));
	result_row_put_ms(row, execution->ms);
	result_row_put_rows(row, execution->rows);
	result_row_put_text(row, plan_name(execution->plan));
	result_row_put_bool(row, execution->nested);
	result_row_put_bool(row, execution->failed);
	result_row_put_text(row, execution->transaction);
	if (execution->queryid != 0)
		result_row_put(row, Int64GetDatum((int64) execution->queryid));
	else
		result_row_put_null(row);
	result_row_end(row);
	MemoryContextSwitchTo(before);
	MemoryContextReset(rows->each);
}

/*
 * perfcheck_executions(any_columns boolean) returns a row an execution: key, args,
 * left_out, tags, application, role, search_path, started, ms, rows, plan_mode,
 * nested, failed, transaction, queryid.
 */
Datum
perfcheck_executions(PG_FUNCTION_ARGS)
{
	ExecutionRows rows = {.row = arguments_start_rows(fcinfo, 0)};
	bool any_columns = DatumGetBool(arguments_get(fcinfo, 0, "any_columns"));

	rows.shapes = recorded_shapes_read(any_columns);
	rows.each = AllocSetContextCreate(
		CurrentMemoryContext, "perfcheck execution", ALLOCSET_DEFAULT_SIZES);
	recording_read(put_execution, &rows);
	return (Datum) 0;
}

/*
 * perfcheck_record_reset() returns void.
 */
Datum
perfcheck_record_reset(PG_FUNCTION_ARGS)
{
	arguments_enter(fcinfo);
	recording_reset();
	PG_RETURN_VOID();
}

/*
 * perfcheck_row_values(sql text, args text[], role text, search_path text,
 * most integer) returns a text[] a row; none for a statement that fails.
 */
Datum
perfcheck_row_values(PG_FUNCTION_ARGS)
{
	ResultRow row = arguments_start_rows(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	ContractQuery query = {
		.name = "a recorded statement",
		.sql = arguments_text(fcinfo, 0, "sql"),
		.role = arguments_optional_text(fcinfo, 2),
		.search_path = arguments_optional_text(fcinfo, 3),
	};
	int nargs;
	char **args = arguments_texts(fcinfo, 1, "args", &nargs);
	int most = DatumGetInt32(arguments_get(fcinfo, 4, "most"));
	ListCell *cell;

	foreach(cell, row_values_read(&query, args, nargs, most))
	{
		const RowValues *values = lfirst(cell);

		result_row_put_texts(&row, values->columns, values->ncolumns);
		result_row_end(&row);
	}
	return (Datum) 0;
}

/*
 * perfcheck_parameter_types(sql text, search_path text, role text), of whom sent it, or
 * null for the caller, returns regtype[]; null for a text that the parser refuses.
 */
Datum
perfcheck_parameter_types(PG_FUNCTION_ARGS)
{
	ContractQuery query = {.name = "a statement"};
	ParamTypes found;

	arguments_enter(fcinfo);
	if (arguments_is_null(fcinfo, 0))
		PG_RETURN_NULL();
	query.sql = arguments_text(fcinfo, 0, "sql");
	query.search_path = arguments_optional_text(fcinfo, 1);
	if (query.search_path == NULL)
		query.search_path = "\"$user\", public";
	writers_set_sender(&query, arguments_optional_text(fcinfo, 2));
	found = param_types_find(&query);
	if (found.error != NULL)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(types_array(found.types, found.n));
}

/*
 * perfcheck_mended(sql text, search_path text, role text), of whom sent it, or null for
 * the caller, returns one row: sql, types, problem.
 */
Datum
perfcheck_mended(PG_FUNCTION_ARGS)
{
	ResultRow row = arguments_start_rows(fcinfo, 0);
	Mended mended = mended_read(arguments_optional_text(fcinfo, 0),
								arguments_optional_text(fcinfo, 1),
								arguments_optional_text(fcinfo, 2));

	result_row_put_text(&row, mended.sql);
	if (mended.problem == NULL)
		result_row_put(&row, types_array(mended.types, mended.ntypes));
	else
		result_row_put_null(&row);
	result_row_put_text(&row, mended.problem);
	result_row_end(&row);
	return (Datum) 0;
}
