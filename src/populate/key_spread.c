/*-------------------------------------------------------------------------
 *
 * key_spread.c
 *		Spreads the rows of a table over a foreign key's parents, by what is known.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "populate/common_parents.h"
#include "populate/key_plan.h"
#include "populate/key_spread.h"
#include "populate/own_parents.h"

/* Of keys that may be NULL, where nothing is known. */
#define UNKNOWN_NULLS 0.1

/* The rows of a thread stand together if they follow its number so closely. */
#define WITHIN_FOLLOWS 0.9

bool
key_spread_is_unique(const TableMaker *table, const KeyPlan *plan)
{
	ListCell *cell;

	foreach(cell, table->model->uniques)
	{
		const ModelUnique *unique = lfirst(cell);
		bool all = true;

		for (int i = 0; all && i < unique->n; i++)
		{
			bool found = false;

			for (int j = 0; j < plan->key->n; j++)
				found =
					found || plan->key->child_columns[j] == unique->columns[i];
			all = found;
		}
		if (all)
			return true;
	}
	return false;
}

/* Does a unique key begin with it, as that of an order's lines? */
static bool
leads_unique(const TableMaker *table, const KeyPlan *plan)
{
	ListCell *cell;

	foreach(cell, table->model->uniques)
	{
		const ModelUnique *unique = lfirst(cell);

		if (unique->n > 1 && unique->columns[0] == plan->key->child_columns[0])
			return true;
	}
	return false;
}

static double
null_share(const TableMaker *table, const KeyPlan *plan)
{
	if (plan->key->not_null)
		return 0;
	for (int i = 0; i < plan->key->n; i++)
	{
		AttrNumber attnum = plan->key->child_columns[i];
		const ColumnStatistics *statistics =
			population_statistics(table, attnum);

		if (table_model_column(table->model, attnum)->not_null)
			continue;
		return statistics == NULL ? UNKNOWN_NULLS : statistics->null_frac;
	}
	return UNKNOWN_NULLS;
}

static double
correlation(const TableMaker *table, const KeyPlan *plan)
{
	const ColumnStatistics *statistics = population_statistics(
		table, plan->key->child_columns[plan->key->n - 1]);

	if (statistics != NULL)
		return statistics->correlation;
	if (plan->itself)
		return 1;
	return leads_unique(table, plan) ? 0.95 : 0;
}

/* The key's column whose value tells the parent alone; -1 if none does. */
static int
telling_column(const KeyPlan *plan)
{
	for (int i = 0; plan->key->n > 1 && i < plan->key->n; i++)
		if (table_model_is_unique(plan->parent->model,
								  plan->key->parent_columns[i]))
			return i;
	return plan->key->n == 1 ? 0 : -1;
}

/* The most children that a parent has; 0 if that is not known. */
static double
most_children(const TableMaker *table, const KeyPlan *plan,
			  const KeyStatistics *statistics)
{
	double most = 0;

	if (statistics != NULL && statistics->counted && statistics->nfan_out > 1)
		most = statistics->fan_out[statistics->nfan_out - 1];
	/* A column that counts them has a value for each. */
	for (int i = 0; i < table->model->ncolumns; i++)
	{
		const ColumnPlan *column = &table->columns[i];
		const ColumnStatistics *counts = population_statistics(table, i + 1);

		if (column->source == COLUMN_COUNT && column->key == plan &&
			counts != NULL && counts->ndistinct > 0 &&
			counts->ndistinct <= counts->ncommon)
			most = most == 0 ? counts->ndistinct : Min(most, counts->ndistinct);
	}
	return most;
}

/* The rows of the bounds of a histogram; -1 where they are not known. */
static int64 *
find_bounds(const KeyPlan *plan, const ColumnStatistics *column)
{
	ColumnStatistics bounds = *column;

	bounds.ncommon = column->bounds == NULL ? 0 : column->nbounds;
	bounds.common = column->bounds;
	return common_parents_find(plan, 0, &bounds, bounds.ncommon);
}

/*
 * Who the parents are of a table that refers to itself. Rows of a thread stand together
 * if they follow its number; the parents of others are of any thread, since those of their
 * own would not be where the statistics say.
 */
static void
plan_itself(TableMaker *table, KeyPlan *plan, const KeyStatistics *statistics,
			const ColumnStatistics *column, const int64 *wanted)
{
	const ColumnStatistics *own;

	plan->own = NULL;
	plan->roots = 0;
	if (!plan->itself || column == NULL || plan->key->n > 1)
		return;
	own = population_statistics(table, plan->key->parent_columns[0]);
	if (plan->within != NULL &&
		correlation(table, plan->within) < WITHIN_FOLLOWS)
		plan->within = NULL;
	own_parents_plan(plan, statistics, column, wanted,
					 find_bounds(plan, column),
					 own == NULL ? 1 : own->correlation);
	if (plan->within != NULL)
		plan->roots = 0;
}

/* What the first row of each thread takes from the rows without a parent */
static double
nulls_within(const KeyPlan *plan, double nulls)
{
	double rows = plan->child->rows;
	double first = plan->within == NULL || rows <= 0
					   ? 0
					   : rows_spread_items(plan->within->spread) / rows;

	return first >= 1 ? 0 : Max(0, (nulls - first) / (1 - first));
}

/*
 * Must each parent have a child, since it refers to one of its own? So must a document
 * that names its current version.
 */
static bool
all_have_children(const KeyPlan *plan)
{
	ListCell *cell;

	foreach(cell, plan->parent->keys)
	{
		const KeyPlan *back = lfirst(cell);

		if (back->parent == plan->child && back->key->not_null &&
			back->nagree > 0 && !back->itself)
			return true;
	}
	return false;
}

bool
key_spread_plan(const Population *population, TableMaker *table, KeyPlan *plan)
{
	int number = telling_column(plan);
	const ColumnStatistics *column =
		number < 0
			? NULL
			: population_statistics(table, plan->key->child_columns[number]);
	KeyStatistics *statistics =
		population->statistics == NULL || table->statistics == NULL
			? NULL
			: table_statistics_key(population->statistics, table->model,
								   plan->key);
	int64 *wanted = column == NULL ? NULL
								   : common_parents_find(plan, number, column,
														 column->ncommon);
	bool known = statistics != NULL || column != NULL;

	if (statistics == NULL && all_have_children(plan))
	{
		statistics = palloc0(sizeof(KeyStatistics));
		statistics->parents = statistics->with_children =
			plan->parent->nheld + plan->parent->rows;
	}
	plan_itself(table, plan, statistics, column, wanted);
	key_plan_spread(
		plan, statistics, column, wanted, key_spread_is_unique(table, plan),
		nulls_within(plan, null_share(table, plan)), correlation(table, plan),
		most_children(table, plan, statistics));
	return known;
}
