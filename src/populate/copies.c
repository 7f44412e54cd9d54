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
#include "populate/copy_trial.h"

/* What ANALYZE finds of values may be off by so much. */
#define COPIES_MORE_VALUES 1.15

/* Where the name alone tells, the values must fit better. */
#define COPIES_BY_NAME 0.6

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

/* A column of a table */
typedef struct ColumnPlace
{
	Oid table;
	AttrNumber attnum;
} ColumnPlace;

/*
 * Adds the columns that a column refers to, be it with others, and those that these
 * refer to: a tenant by way of the customer.
 */
static List *
refers_to(const Population *population, Oid relid, AttrNumber attnum,
		  List *places)
{
	const TableMaker *table = population_find(population, relid);
	ListCell *cell;
	ListCell *known;

	if (table == NULL)
		return places;
	foreach(cell, table->model->keys)
	{
		const ModelKey *key = lfirst(cell);

		for (int i = 0; i < key->n; i++)
		{
			ColumnPlace *place;
			bool found = key->child_columns[i] != attnum;

			foreach(known, places)
			{
				const ColumnPlace *other = lfirst(known);

				found = found || (other->table == key->parent &&
								  other->attnum == key->parent_columns[i]);
			}
			if (found)
				continue;
			place = palloc(sizeof(ColumnPlace));
			place->table = key->parent;
			place->attnum = key->parent_columns[i];
			places = refers_to(population, key->parent, place->attnum,
							   lappend(places, place));
		}
	}
	return places;
}

/* Do both columns lead to the same one? */
static bool
refer_to_same(const Population *population, const KeyPlan *plan,
			  AttrNumber attnum, AttrNumber parent)
{
	List *own = refers_to(population, plan->child->model->relid, attnum, NIL);
	List *others =
		refers_to(population, plan->parent->model->relid, parent, NIL);
	ListCell *cell;
	ListCell *other;

	foreach(cell, own)
		foreach(other, others)
			if (((ColumnPlace *) lfirst(cell))->table ==
					((ColumnPlace *) lfirst(other))->table &&
				((ColumnPlace *) lfirst(cell))->attnum ==
					((ColumnPlace *) lfirst(other))->attnum)
				return true;
	return false;
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

/* Does a name say that the value is the key of something? */
static bool
names_a_key(const char *name)
{
	size_t length = strlen(name);

	return length > 3 && strcmp(name + length - 3, "_id") == 0;
}

/* Who wrote an answer is not who asked, however alike their numbers are. */
static bool
names_a_person(const char *name)
{
	static const char *const words[] = {"user",   "author", "owner",   "creat",
										"person", "editor", "assignee"};

	for (int i = 0; i < lengthof(words); i++)
		if (strstr(name, words[i]) != NULL)
			return true;
	return false;
}

/* Does a name say that it is the key of what all belongs to? */
static bool
names_a_tenant(const char *name)
{
	static const char *const words[] = {"tenant",    "organi",   "org_",
										"workspace", "company",  "merchant",
										"realm",     "namespace"};

	for (int i = 0; i < lengthof(words); i++)
		if (strstr(name, words[i]) != NULL)
			return true;
	return false;
}

static bool
is_of_key(const ModelKey *key, AttrNumber attnum)
{
	for (int i = 0; i < key->n; i++)
		if (key->child_columns[i] == attnum)
			return true;
	return false;
}

/* The parent's column that perfcheck_copy() was told of; 0 if of none. */
static AttrNumber
told_copy(const List *told, const KeyPlan *plan, const char *name)
{
	const ListCell *cell;

	foreach(cell, told)
	{
		const ToldCopy *copy = lfirst(cell);

		if (copy->child == plan->child->model->relid &&
			copy->parent == plan->parent->model->relid &&
			strcmp(NameStr(copy->child_column), name) == 0)
			return get_attnum(copy->parent, NameStr(copy->parent_column));
	}
	return 0;
}

/*
 * The parent's column that a column repeats, in the trial if there is one. Columns of
 * the same name that lead to the same table are copies unless the trial denies it, others
 * are if it says so. A tenant is the same in any case: if the parents do not fit, they
 * are chosen among those of the tenant, who is decided first.
 */
static AttrNumber
find_copy(const Population *population, const List *told, KeyPlan *plan,
		  AttrNumber attnum, const CopyTrial *trial)
{
	const TableModel *parent = plan->parent->model;
	const ModelColumn *column = table_model_column(plan->child->model, attnum);
	AttrNumber same;
	bool likely;
	double misfit;

	if (column->dropped || column->generated || is_of_key(plan->key, attnum) ||
		plan->itself)
		return 0;
	same = told_copy(told, plan, column->name);
	if (same > 0)
		return same;
	same = get_attnum(parent->relid, column->name);
	if (same <= 0 || table_model_column(parent, same)->type != column->type)
		return 0;
	for (int i = 0; i < plan->key->n; i++)
		if (same == plan->key->parent_columns[i])
			return 0;
	likely = refer_to_same(population, plan, attnum, same);
	if ((!likely && !names_a_key(column->name)) ||
		names_a_person(column->name) || has_more_values(plan, attnum, same))
		return 0;
	misfit = trial == NULL ? -1 : copy_trial_misfit(trial, attnum, same);
	if (misfit < 0)
		return likely ? same : 0;
	if (misfit > 1 && likely && names_a_tenant(column->name))
	{
		plan->late = plan->late || plan->key->n == 1;
		return same;
	}
	return misfit <= (likely ? 1 : COPIES_BY_NAME) ? same : 0;
}

/* The parent's column of the same name; 0 if there is none. */
static AttrNumber
same_name(const KeyPlan *plan, int i)
{
	const ModelColumn *column = &plan->child->model->columns[i];
	AttrNumber same =
		column->dropped || plan->itself
			? 0
			: get_attnum(plan->parent->model->relid, column->name);

	return Max(same, 0);
}

void
copies_find(const Population *population, const List *told, KeyPlan *plan)
{
	int columns = plan->child->model->ncolumns;
	CopyTrial *trial = NULL;

	plan->copies = palloc0(columns * sizeof(AttrNumber));
	for (int i = 0; i < columns; i++)
	{
		plan->copies[i] = find_copy(population, told, plan, i + 1, NULL);
		/* What the names suggest is tried. */
		if (plan->copies[i] == 0 &&
			(same_name(plan, i) == 0 ||
			 !names_a_key(plan->child->model->columns[i].name)))
			continue;
		if (trial == NULL)
			trial = copy_trial_create(population, plan);
		if (trial != NULL)
			plan->copies[i] = find_copy(population, told, plan, i + 1, trial);
	}
}

void
copies_need(KeyPlan *plan)
{
	for (int i = 0; i < plan->child->model->ncolumns; i++)
	{
		AttrNumber same = same_name(plan, i);

		if (plan->copies[i] > 0)
			same = plan->copies[i];
		/* Whether it is one will be known when its values are. */
		if (plan->copies[i] > 0 ||
			(same > 0 && names_a_key(plan->child->model->columns[i].name)))
			plan->parent->needed = bms_add_member(plan->parent->needed, same);
	}
}
