/*-------------------------------------------------------------------------
 *
 * copy_trial.c
 *		What a column would hold if it were a copy of its parent's.
 *
 * Who the parents of some rows are is a function, and so is what these parents hold.
 * If that is what the column holds by its statistics, it may be a copy: its common
 * values are as common, and follow the rows as closely.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "fmgr.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "shared/splitmix64.h"

#include "populate/copy_trial.h"
#include "populate/datum_hash.h"
#include "populate/key_plan.h"
#include "populate/key_spread.h"
#include "populate/row_maker.h"

#define TRIAL_ROWS 3000

/* Common values of fewer of these rows tell nothing. */
#define TRIAL_COUNT 5

/* Of common values, this part may be more or less common. */
#define TRIAL_COMMON 0.35
#define TRIAL_CORRELATION 0.3
#define TRIAL_NULLS 0.1

/* Common values that all together have a smaller share tell nothing. */
#define TRIAL_TELLS 0.05

struct CopyTrial
{
	TableMaker *child;
	TableMaker *parent;
	int n;
	int64 *parents; /* -1 for none */
};

typedef struct TrialValue
{
	Datum value;
	int row;
} TrialValue;

typedef struct TrialOrder
{
	FmgrInfo *compare;
	Oid collation;
} TrialOrder;

CopyTrial *
copy_trial_create(const Population *population, const KeyPlan *plan)
{
	CopyTrial *trial;
	KeyPlan tried = *plan;
	int64 rows = plan->child->rows;

	if (plan->child->statistics == NULL || plan->itself || rows == 0 ||
		plan->parent->nheld + plan->parent->rows == 0 ||
		(plan->parent->rows > 0 && !plan->parent->planned))
		return NULL;
	trial = palloc0(sizeof(CopyTrial));
	trial->child = plan->child;
	trial->parent = plan->parent;
	trial->n = (int) Min(rows, TRIAL_ROWS);
	trial->parents = palloc(trial->n * sizeof(int64));
	tried.nagree = 0;
	tried.within = NULL;
	(void) key_spread_plan(population, plan->child, &tried);
	for (int i = 0; i < trial->n; i++)
	{
		int64 from = i * rows / trial->n;
		int64 until = (i + 1) * rows / trial->n;

		trial->parents[i] = key_plan_parent(
			&tried, from + splitmix64_number(plan->random, i) % (until - from),
			0);
	}
	return trial;
}

static int
compare_values(const void *one, const void *other, void *arg)
{
	const TrialOrder *order = arg;
	const TrialValue *a = one;
	const TrialValue *b = other;
	int result = DatumGetInt32(FunctionCall2Coll(
		order->compare, order->collation, a->value, b->value));

	return result != 0 ? result : a->row - b->row;
}

/* The correlation that ANALYZE would find. Puts the values into order. */
static double
find_correlation(TrialValue *values, int n, TrialOrder *order)
{
	double middle = (n - 1) / 2.0;
	double products = 0;
	double squares = 0;

	qsort_arg(values, n, sizeof(TrialValue), compare_values, order);
	for (int i = 0; i < n; i++)
	{
		products += (i - middle) * (values[i].row - middle);
		squares += (i - middle) * (i - middle);
	}
	return squares > 0 ? products / squares : 0;
}

/* The part of the common values' rows that would have others. */
static double
common_apart(const ColumnStatistics *statistics, const ModelColumn *column,
			 const TrialValue *values, int n, TrialOrder *order)
{
	double told = 0;
	double apart = 0;
	Oid input;
	Oid ioparam;

	getTypeInputInfo(getBaseType(column->type), &input, &ioparam);
	for (int i = 0; statistics->common != NULL && i < statistics->ncommon; i++)
	{
		double freq = statistics->freqs[i];
		Datum value;
		int found = 0;

		if (freq * n < TRIAL_COUNT)
			continue;
		value = OidInputFunctionCall(input, statistics->common[i], ioparam,
									 column->typmod);
		for (int k = 0; k < n; k++)
			if (DatumGetInt32(FunctionCall2Coll(order->compare,
												order->collation,
												values[k].value, value)) == 0)
				found++;
		told += freq;
		/* less what chance puts into so few rows */
		apart += Max(0, fabs(freq - (double) found / n) - sqrt(freq / n));
	}
	return told < TRIAL_TELLS ? 0 : apart / told;
}

double
copy_trial_misfit(const CopyTrial *trial, AttrNumber attnum, AttrNumber parent)
{
	const ColumnStatistics *statistics =
		trial->child->statistics->columns[attnum - 1];
	const ModelColumn *column = table_model_column(trial->child->model, attnum);
	TypeCacheEntry *type =
		lookup_type_cache(getBaseType(column->type), TYPECACHE_CMP_PROC_FINFO);
	TrialOrder order = {&type->cmp_proc_finfo, column->collation};
	TrialValue *values = palloc(trial->n * sizeof(TrialValue));
	double correlation;
	double nulls;
	int n = 0;

	if (statistics == NULL || !OidIsValid(type->cmp_proc_finfo.fn_oid))
		return -1;
	for (int i = 0; i < trial->n; i++)
	{
		if (trial->parents[i] < 0 ||
			!row_maker_value(trial->parent, trial->parents[i], parent,
							 &values[n].value))
			continue;
		values[n].row = n;
		n++;
	}
	nulls = fabs(1 - (double) n / trial->n - statistics->null_frac);
	correlation =
		fabs(find_correlation(values, n, &order) - statistics->correlation);
	return Max(Max(nulls / TRIAL_NULLS, correlation / TRIAL_CORRELATION),
			   common_apart(statistics, column, values, n, &order) /
				   TRIAL_COMMON);
}
