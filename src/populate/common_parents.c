/*-------------------------------------------------------------------------
 *
 * common_parents.c
 *		Finds the parents that a foreign key's most common values are those of.
 *
 * The row of a number of a sequence is computed. Of other keys the parent's rows are
 * gone through, unless these are very many.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "populate/common_parents.h"
#include "populate/row_maker.h"

/* Of more parents none is looked for by its value. */
#define COMMON_PARENTS_ROWS 100000

typedef struct CommonValue
{
	const char *text;
	int number;
} CommonValue;

static int
compare_values(const void *a, const void *b)
{
	return strcmp(((const CommonValue *) a)->text,
				  ((const CommonValue *) b)->text);
}

/* Numbers of a sequence follow each other. */
static void
find_numbers(const TableMaker *parent, const ColumnPlan *key,
			 const CommonValue *common, int n, int64 *rows)
{
	for (int i = 0; i < n; i++)
	{
		char *end;
		int64 number = strtoll(common[i].text, &end, 10) - key->first;

		if (*end == '\0' && number % key->step == 0 &&
			number / key->step >= 0 && number / key->step < parent->rows)
			rows[common[i].number] = parent->nheld + number / key->step;
	}
}

/*
 * Has the rows of a column whose values are in order hold these. Returns false if the
 * column is none of these.
 */
static bool
place_values(const TableMaker *parent, AttrNumber attnum,
			 const CommonValue *common, int n, int64 *rows)
{
	const ColumnPlan *column = &parent->columns[attnum - 1];
	const ModelColumn *model = table_model_column(parent->model, attnum);
	Oid input;
	Oid ioparam;

	if (column->source != COLUMN_MAKER || column->maker == NULL)
		return false;
	getTypeInputInfo(getBaseType(model->type), &input, &ioparam);
	for (int i = 0; i < n; i++)
	{
		int64 row = value_maker_place(
			column->maker,
			OidInputFunctionCall(input, unconstify(char *, common[i].text),
								 ioparam, model->typmod));

		if (row < 0)
			return false;
		rows[common[i].number] = parent->nheld + row;
	}
	return true;
}

/* Looks through some of the rows. */
static void
find_values(TableMaker *parent, AttrNumber attnum, int64 from, int64 until,
			const CommonValue *common, int n, int64 *rows)
{
	MemoryContext each = AllocSetContextCreate(
		CurrentMemoryContext, "perfcheck common parents", ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(each);
	Oid output;
	bool is_varlena;

	getTypeOutputInfo(table_model_column(parent->model, attnum)->type, &output,
					  &is_varlena);
	for (int64 row = from; row < until; row++)
	{
		Datum value;
		CommonValue sought;
		const CommonValue *found;

		if (!row_maker_value(parent, row, attnum, &value))
			continue;
		sought.text = OidOutputFunctionCall(output, value);
		found =
			bsearch(&sought, common, n, sizeof(CommonValue), compare_values);
		if (found != NULL)
			rows[found->number] = row;
		if (row % 1024 == 0)
		{
			CHECK_FOR_INTERRUPTS();
			MemoryContextReset(each);
		}
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(each);
}

int64 *
common_parents_find(const KeyPlan *plan, int number,
					const ColumnStatistics *column, int n)
{
	TableMaker *parent = plan->parent;
	AttrNumber attnum = plan->key->parent_columns[number];
	int64 *rows = palloc(Max(n, 1) * sizeof(int64));
	CommonValue *common = palloc(Max(n, 1) * sizeof(CommonValue));
	int known = 0;

	for (int i = 0; i < n; i++)
	{
		rows[i] = -1;
		if (column->common == NULL || column->common[i] == NULL)
			continue;
		common[known].text = column->common[i];
		common[known++].number = i;
	}
	/* Of a parent that grows, the new rows shall have children as well. */
	if (known == 0 || (parent->nheld > 0 && parent->rows > 0))
		return rows;
	qsort(common, known, sizeof(CommonValue), compare_values);
	if (parent->nheld <= COMMON_PARENTS_ROWS)
		find_values(parent, attnum, 0, parent->nheld, common, known, rows);
	if (parent->rows == 0)
		return rows;
	/* Where tables refer to each other in a circle, one has no numbers yet. */
	if (parent->columns[attnum - 1].source == COLUMN_SERIAL)
	{
		if (parent->columns[attnum - 1].step == 0)
			return rows;
		find_numbers(parent, &parent->columns[attnum - 1], common, known, rows);
	}
	/* And one is planned last. */
	else if (!place_values(parent, attnum, common, known, rows) &&
			 parent->planned && parent->rows <= COMMON_PARENTS_ROWS)
		find_values(parent, attnum, parent->nheld, parent->nheld + parent->rows,
					common, known, rows);
	return rows;
}
