/*-------------------------------------------------------------------------
 *
 * result_row.c
 *		One row of a function's result, filled from left to right.
 *
 * The columns are kept as datums beside their null flags until the row ends,
 * and tuplestore_putvalues() copies them then. The datums themselves stay in
 * the memory context that was current when they were made.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/tuplestore.h"

#include "plan/plan_facts.h"
#include "result_row.h"

static void
result_row_put_nullable(ResultRow *row, Datum value, bool isnull)
{
	Assert(row->columns < RESULT_ROW_MAX_COLUMNS);
	row->values[row->columns] = value;
	row->nulls[row->columns++] = isnull;
}

void
result_row_put(ResultRow *row, Datum value)
{
	result_row_put_nullable(row, value, false);
}

void
result_row_put_null(ResultRow *row)
{
	result_row_put_nullable(row, (Datum) 0, true);
}

void
result_row_put_nulls(ResultRow *row, int n)
{
	for (int i = 0; i < n; i++)
		result_row_put_null(row);
}

void
result_row_put_text(ResultRow *row, const char *text)
{
	if (text == NULL)
		result_row_put_null(row);
	else
		result_row_put(row, CStringGetTextDatum(text));
}

void
result_row_put_bool(ResultRow *row, bool value)
{
	result_row_put(row, BoolGetDatum(value));
}

void
result_row_put_verdict(ResultRow *row, bool judged, bool ok)
{
	result_row_put_nullable(row, BoolGetDatum(ok), !judged);
}

void
result_row_put_rows(ResultRow *row, double rows)
{
	result_row_put(row, Int64GetDatum((int64) Min(rint(rows), 9e18)));
}

void
result_row_put_ms(ResultRow *row, double ms)
{
	result_row_put(row, Float8GetDatum(rint(ms * 1000) / 1000));
}

void
result_row_put_share(ResultRow *row, double share)
{
	result_row_put_nullable(row, Float8GetDatum(rint(share * 1e6) / 1e6),
							share < 0);
}

void
result_row_put_jsonb(ResultRow *row, const char *json)
{
	if (json == NULL)
		result_row_put_null(row);
	else
		result_row_put(row,
					   DirectFunctionCall1(jsonb_in, CStringGetDatum(json)));
}

void
result_row_put_texts(ResultRow *row, char *const *texts, int n)
{
	Datum *values = palloc(Max(n, 1) * sizeof(Datum));
	bool *nulls = palloc(Max(n, 1) * sizeof(bool));
	int lower = 1;
	ArrayType *array;

	for (int i = 0; i < n; i++)
	{
		nulls[i] = texts[i] == NULL;
		values[i] = nulls[i] ? (Datum) 0 : CStringGetTextDatum(texts[i]);
	}
	/* An array without elements has no dimension either. */
	array = construct_md_array(values, nulls, n == 0 ? 0 : 1, &n, &lower,
							   TEXTOID, -1, false, TYPALIGN_INT);
	result_row_put(row, PointerGetDatum(array));
}

void
result_row_put_index_names(ResultRow *row, List *indexes)
{
	char **names = palloc(Max(list_length(indexes), 1) * sizeof(char *));
	ListCell *cell;

	foreach(cell, indexes)
		names[foreach_current_index(cell)] = ((PlanIndex *) lfirst(cell))->name;
	result_row_put_texts(row, names, list_length(indexes));
}

void
result_row_put_index_methods(ResultRow *row, List *indexes)
{
	char **methods = palloc(Max(list_length(indexes), 1) * sizeof(char *));
	ListCell *cell;

	foreach(cell, indexes)
		methods[foreach_current_index(cell)] =
			((PlanIndex *) lfirst(cell))->method;
	result_row_put_texts(row, methods, list_length(indexes));
}

void
result_row_end(ResultRow *row)
{
	Assert(row->columns == row->result->setDesc->natts);
	tuplestore_putvalues(row->result->setResult, row->result->setDesc,
						 row->values, row->nulls);
	row->columns = 0;
}
