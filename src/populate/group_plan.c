/*-------------------------------------------------------------------------
 *
 * group_plan.c
 *		Common combinations of the values of several columns.
 *
 * The combinations are the items of a spread of their own, in the order of the value
 * of the column that follows the rows best, and the rows without any of them are one
 * item more.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "fmgr.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "populate/datum_hash.h"
#include "populate/group_plan.h"

/*
 * Combinations of a smaller part of the rows are left to chance: the rows without any
 * would hold the common values as often once more.
 */
#define GROUP_MATTERS 0.8

struct GroupPlan
{
	int n;
	int ncommon;
	Datum **values; /* by combination and column */
	bool **nulls;
	RowsSpread *spread;
	/* Of a column that another one decides: */
	int to;
	const ModelColumn *from_column;
	uint64 *hashes; /* of the values of the other column, in their order */
	int *hashed;    /* the combination of each */
};

static void
read_values(GroupPlan *plan, const TableModel *model,
			const GroupStatistics *statistics)
{
	plan->values = palloc(Max(plan->ncommon, 1) * sizeof(Datum *));
	plan->nulls = palloc(Max(plan->ncommon, 1) * sizeof(bool *));
	for (int i = 0; i < plan->ncommon; i++)
	{
		plan->values[i] = palloc0(plan->n * sizeof(Datum));
		plan->nulls[i] = palloc0(plan->n * sizeof(bool));
		for (int j = 0; j < plan->n; j++)
		{
			const ModelColumn *column =
				table_model_column(model, statistics->columns[j]);
			Oid input;
			Oid ioparam;

			plan->nulls[i][j] = statistics->common[i][j] == NULL;
			if (plan->nulls[i][j])
				continue;
			getTypeInputInfo(column->type, &input, &ioparam);
			plan->values[i][j] = OidInputFunctionCall(
				input, statistics->common[i][j], ioparam, column->typmod);
		}
	}
}

/* The column that follows the rows best, and its correlation. */
static int
leading_column(const TableMaker *table, const GroupStatistics *statistics,
			   double *correlation)
{
	int leading = 0;

	*correlation = 0;
	for (int i = 0; i < statistics->n; i++)
	{
		const ColumnStatistics *column =
			table->statistics->columns[statistics->columns[i] - 1];

		if (column != NULL && fabs(column->correlation) > fabs(*correlation))
		{
			*correlation = column->correlation;
			leading = i;
		}
	}
	return leading;
}

/* Is the value of combination a, of a column, above that of b? */
static bool
is_above(const GroupPlan *plan, TypeCacheEntry *type, Oid collation, int column,
		 int a, int b)
{
	if (plan->nulls[a][column] || plan->nulls[b][column])
		return plan->nulls[a][column] && !plan->nulls[b][column];
	return OidIsValid(type->cmp_proc) &&
		   DatumGetInt32(FunctionCall2Coll(&type->cmp_proc_finfo, collation,
										   plan->values[a][column],
										   plan->values[b][column])) > 0;
}

/* Sorts the combinations, of which there are at most some thousand. */
static void
sort_values(GroupPlan *plan, const ModelColumn *leading, int column,
			RowsSpreadPiece *pieces)
{
	TypeCacheEntry *type =
		lookup_type_cache(getBaseType(leading->type),
						  TYPECACHE_CMP_PROC | TYPECACHE_CMP_PROC_FINFO);

	for (int i = 1; i < plan->ncommon; i++)
		for (int j = i; j > 0 && is_above(plan, type, leading->collation,
										  column, j - 1, j);
			 j--)
		{
			Datum *values = plan->values[j];
			bool *nulls = plan->nulls[j];
			RowsSpreadPiece piece = pieces[j];

			plan->values[j] = plan->values[j - 1];
			plan->nulls[j] = plan->nulls[j - 1];
			pieces[j] = pieces[j - 1];
			plan->values[j - 1] = values;
			plan->nulls[j - 1] = nulls;
			pieces[j - 1] = piece;
		}
}

GroupPlan *
group_plan_create(const TableMaker *table, const GroupStatistics *statistics)
{
	GroupPlan *plan = palloc0(sizeof(GroupPlan));
	RowsSpreadPiece *pieces =
		palloc0((statistics->ncommon + 1) * sizeof(RowsSpreadPiece));
	RowsSpreadSpec spec = {.key = population_random(table->random, "group") +
								  statistics->columns[0],
						   .rows = table->rows,
						   .pieces = pieces};
	double told = 0;
	int leading;

	plan->n = statistics->n;
	plan->ncommon = statistics->ncommon;
	for (int i = 0; i < plan->ncommon; i++)
	{
		pieces[i] = (RowsSpreadPiece){1, statistics->freqs[i]};
		told += statistics->freqs[i];
	}
	if (told < GROUP_MATTERS || table->rows == 0)
		return NULL;
	read_values(plan, table->model, statistics);
	leading = leading_column(table, statistics, &spec.correlation);
	sort_values(plan,
				table_model_column(table->model, statistics->columns[leading]),
				leading, pieces);
	pieces[plan->ncommon] = (RowsSpreadPiece){1, Max(0, 1 - told)};
	spec.npieces = plan->ncommon + (told < 1 ? 1 : 0);
	plan->spread =
		rows_spread_init(palloc(rows_spread_size(spec.npieces)), &spec);
	return plan;
}

/* ---- where one column decides ---- */

/* The place of the first hash that is not below this one. */
static int
find_hash(const GroupPlan *plan, uint64 hash)
{
	int low = 0;
	int high = plan->ncommon;

	while (low < high)
	{
		int middle = (low + high) / 2;

		if (plan->hashes[middle] < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
hash_values(GroupPlan *plan, int from)
{
	int n = plan->ncommon;

	plan->hashes = palloc0(Max(n, 1) * sizeof(uint64));
	plan->hashed = palloc0(Max(n, 1) * sizeof(int));
	plan->ncommon = 0;
	for (int i = 0; i < n; i++)
	{
		uint64 hash;
		int place;

		if (plan->nulls[i][from])
			continue;
		hash = datum_hash(0, plan->from_column->type,
						  plan->from_column->collation, plan->values[i][from]);
		place = find_hash(plan, hash);
		/* The first one is the most common one. */
		if (place < plan->ncommon && plan->hashes[place] == hash)
			continue;
		memmove(&plan->hashes[place + 1], &plan->hashes[place],
				(plan->ncommon - place) * sizeof(uint64));
		memmove(&plan->hashed[place + 1], &plan->hashed[place],
				(plan->ncommon - place) * sizeof(int));
		plan->hashes[place] = hash;
		plan->hashed[place] = i;
		plan->ncommon++;
	}
}

GroupPlan *
group_plan_create_dependent(const TableMaker *table,
							const GroupStatistics *statistics, AttrNumber from,
							AttrNumber to)
{
	GroupPlan *plan = palloc0(sizeof(GroupPlan));
	int from_member = -1;

	plan->to = -1;
	for (int i = 0; i < statistics->n; i++)
	{
		if (statistics->columns[i] == from)
			from_member = i;
		if (statistics->columns[i] == to)
			plan->to = i;
	}
	if (from_member < 0 || plan->to < 0 || statistics->ncommon == 0)
		return NULL;
	plan->n = statistics->n;
	plan->ncommon = statistics->ncommon;
	plan->from_column = table_model_column(table->model, from);
	read_values(plan, table->model, statistics);
	hash_values(plan, from_member);
	return plan;
}

bool
group_plan_follow(const GroupPlan *plan, Datum from, Datum *value, bool *isnull)
{
	uint64 hash = datum_hash(0, plan->from_column->type,
							 plan->from_column->collation, from);
	int place = find_hash(plan, hash);
	int combination;

	if (place >= plan->ncommon || plan->hashes[place] != hash)
		return false;
	combination = plan->hashed[place];
	*isnull = plan->nulls[combination][plan->to];
	*value = plan->values[combination][plan->to];
	return true;
}

bool
group_plan_has(const GroupPlan *plan, int64 row, int member, Datum *value,
			   bool *isnull)
{
	int64 item;

	if (!rows_spread_item(plan->spread, row, &item, NULL) ||
		item >= plan->ncommon)
		return false;
	*isnull = plan->nulls[item][member];
	*value = plan->values[item][member];
	return true;
}
