/*-------------------------------------------------------------------------
 *
 * copies.c
 *		Which columns repeat a value of the row that a foreign key refers to.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/extension.h"
#include "populate/copies.h"

/* What ANALYZE finds of values may be off by so much. */
#define COPIES_MORE_VALUES 1.15

typedef struct ToldCopy
{
	Oid child;
	NameData child_column;
	Oid parent;
	NameData parent_column;
} ToldCopy;

List *
copies_read(void)
{
	MemoryContext context = CurrentMemoryContext;
	List *told = NIL;

	if (SPI_execute(psprintf("SELECT child::pg_catalog.oid, child_column, "
							 "parent::pg_catalog.oid, parent_column "
							 "FROM %s.perfcheck_copies "
							 "ORDER BY 1, 2, 3, 4",
							 extension_schema()),
					false, 0) != SPI_OK_SELECT)
		elog(ERROR, "perfcheck_copies could not be read");
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple row = SPI_tuptable->vals[i];
		TupleDesc desc = SPI_tuptable->tupdesc;
		MemoryContext old = MemoryContextSwitchTo(context);
		ToldCopy *copy = palloc(sizeof(ToldCopy));
		bool isnull;

		copy->child = DatumGetObjectId(SPI_getbinval(row, desc, 1, &isnull));
		copy->child_column =
			*DatumGetName(SPI_getbinval(row, desc, 2, &isnull));
		copy->parent = DatumGetObjectId(SPI_getbinval(row, desc, 3, &isnull));
		copy->parent_column =
			*DatumGetName(SPI_getbinval(row, desc, 4, &isnull));
		told = lappend(told, copy);
		MemoryContextSwitchTo(old);
	}
	return told;
}

/* The table that a column alone refers to, and which column of it. */
static Oid
refers_to(const TableModel *model, AttrNumber attnum, AttrNumber *column)
{
	ListCell *cell;

	foreach(cell, model->keys)
	{
		const ModelKey *key = lfirst(cell);

		if (key->n == 1 && key->child_columns[0] == attnum)
		{
			*column = key->parent_columns[0];
			return key->parent;
		}
	}
	return InvalidOid;
}

/* How many values a column has in the statistics; 0 if they do not tell. */
static double
values_of(const TableMaker *table, AttrNumber attnum)
{
	const ColumnStatistics *column =
		table->statistics == NULL ? NULL
								  : table->statistics->columns[attnum - 1];

	if (column == NULL)
		return 0;
	return column->ndistinct < 0 ? -column->ndistinct * column->rows
								 : column->ndistinct;
}

/*
 * A copy has no values that the parent's column lacks: who wrote an answer is not who
 * asked, though both columns are called author_id.
 */
static bool
has_more_values(const KeyPlan *plan, AttrNumber attnum, AttrNumber parent)
{
	double known = values_of(plan->parent, parent);

	return known > 0 &&
		   values_of(plan->child, attnum) > known * COPIES_MORE_VALUES;
}

AttrNumber
copies_find(const List *told, const KeyPlan *plan, AttrNumber attnum)
{
	const TableModel *child = plan->child->model;
	const TableModel *parent = plan->parent->model;
	const ModelColumn *column = table_model_column(child, attnum);
	AttrNumber same;
	AttrNumber third_column;
	AttrNumber other_column;
	Oid third;
	ListCell *cell;

	if (plan->key->n != 1 || plan->key->child_columns[0] == attnum ||
		plan->itself)
		return 0;
	foreach(cell, told)
	{
		const ToldCopy *copy = lfirst(cell);

		if (copy->child == child->relid && copy->parent == parent->relid &&
			strcmp(NameStr(copy->child_column), column->name) == 0)
			return get_attnum(parent->relid, NameStr(copy->parent_column));
	}
	same = get_attnum(parent->relid, column->name);
	if (same <= 0 || same == plan->key->parent_columns[0] ||
		table_model_column(parent, same)->type != column->type)
		return 0;
	third = refers_to(child, attnum, &third_column);
	if (!OidIsValid(third) || refers_to(parent, same, &other_column) != third ||
		third_column != other_column)
		return 0;
	return has_more_values(plan, attnum, same) ? 0 : same;
}
