/*-------------------------------------------------------------------------
 *
 * row_solve.c
 *		Sets columns of a made row so that its CHECKs hold.
 *
 * Two columns of one type that are in the wrong order are exchanged first, since that
 * keeps their distributions: a time at which something began, and one at which it
 * ended.
 *
 * A column that others look up is set only if what it is set to is kept, which is done
 * where the rows are gone through beforehand.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "populate/row_solve.h"

static bool
may_set(const TableMaker *table, AttrNumber attnum)
{
	const ColumnPlan *column = &table->columns[attnum - 1];

	return column->mends && column->source != COLUMN_KEY &&
		   column->source != COLUMN_COUNT &&
		   (table->guard != NULL || !bms_is_member(attnum, table->needed));
}

/* Two columns that a check is about, of one type, none of them NULL. */
static bool
exchange(const TableMaker *table, const Bitmapset *columns, Datum *values,
		 const bool *nulls)
{
	AttrNumber first;
	AttrNumber second;
	Datum value;

	if (bms_num_members(columns) != 2)
		return false;
	first = bms_next_member(columns, -1);
	second = bms_next_member(columns, first);
	if (table_model_column(table->model, first)->type !=
			table_model_column(table->model, second)->type ||
		!may_set(table, first) || !may_set(table, second) || nulls[first - 1] ||
		nulls[second - 1])
		return false;
	value = values[first - 1];
	values[first - 1] = values[second - 1];
	values[second - 1] = value;
	return true;
}

/* Columns that may get a computed value: those that nothing else is made from. */
static Bitmapset *
settable_columns(const TableMaker *table)
{
	Bitmapset *columns = NULL;

	for (int i = 1; i <= table->model->ncolumns; i++)
		if (may_set(table, i))
			columns = bms_add_member(columns, i);
	return columns;
}

bool
row_solve(TableMaker *table, uint64 random, Datum *values, bool *nulls,
		  BrokenCheck *check, Bitmapset **set)
{
	Bitmapset *settable;
	Bitmapset *exchanged;
	AttrNumber attnum;

	if (!row_checks_refuse(table->checks, values, nulls, check))
		return true;
	exchanged = bms_copy(check->columns);
	if (exchange(table, exchanged, values, nulls))
	{
		*set = bms_add_members(*set, exchanged);
		if (!row_checks_refuse(table->checks, values, nulls, check))
			return true;
		/* It was not that, and the values belong where they were. */
		(void) exchange(table, exchanged, values, nulls);
		if (!row_checks_refuse(table->checks, values, nulls, check))
			return true;
	}
	settable = settable_columns(table);
	while ((attnum = row_checks_solve(table->checks, check, settable, random,
									  values, nulls)) > 0)
	{
		*set = bms_add_member(*set, attnum);
		if (!row_checks_refuse(table->checks, values, nulls, check))
			return true;
		settable = bms_del_member(settable, attnum);
	}
	return false;
}
