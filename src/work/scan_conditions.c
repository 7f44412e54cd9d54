/*-------------------------------------------------------------------------
 *
 * scan_conditions.c
 *		What the conditions of a scan leave of the rows, then and today.
 *
 * A condition compares a column with a value: a constant, a parameter, what a
 * subquery found beforehand. In indexqual the left side is a Var whose varattno
 * numbers the columns of the index; in a filter a Var of the table, or of an
 * index-only scan's index. Equality takes off the exponent of the column's values
 * (plan/growth.h), a range with two ends on a column that goes on takes off that
 * of the table. What the clock is the lower end of has the present as its upper one,
 * if the column holds nothing that is to come. Of conditions that are all true the exponents add up, as if they
 * were independent; of those of which one is true, the one counts that narrows
 * least.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_index.h"
#include "catalog/pg_statistic.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "utils/array.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/relation.h"
#include "plan/column_times.h"
#include "plan/growth.h"
#include "plan/plan_column.h"
#include "query/clock.h"
#include "work/scan_conditions.h"

/* The elements of an array that is not known, as estimate_array_length() says. */
#define SCAN_CONDITIONS_ELEMENTS 10.0

/* A column that is less in the order of the table's pages is scattered. */
#define SCAN_CONDITIONS_IN_ORDER 0.9

static void scan_conditions_take(const ScanPlace *place, Node *condition,
								 ScanNarrowed *narrowed);

/* ---- columns ---- */

/* Reads the number of a column's values from its statistics. */
static void
scan_conditions_read_values(const ScanPlace *place, ScanColumn *column)
{
	column->values = plan_column_values(column->relid, column->attnum,
										OidIsValid(place->relation)
											? place->rows
											: relation_rows(column->relid));
}

static void
scan_conditions_set_growth(ScanColumn *column, GrowthColumn growth)
{
	column->distinct = growth.distinct;
	column->most = growth.most_known ? growth.most : growth.distinct;
	column->excess = growth.most_known ? growth.most_excess : 0;
}

/* Sets the column that expression is; false if it is none. */
static bool
scan_conditions_find_column(const ScanPlace *place, Node *expression,
							ScanColumn *column)
{
	PlanPlace plan = {place->node->state->es_plannedstmt, place->node->plan};
	const Var *var = (Var *) plan_column_strip(expression);
	HeapTuple tuple;

	memset(column, 0, sizeof(*column));
	if (!OidIsValid(place->index))
	{
		if (!plan_column_find(plan, expression, &column->relid,
							  &column->attnum))
			return false;
		column->table_attnum = column->attnum;
		scan_conditions_set_growth(
			column, growth_of_column(column->relid, column->attnum));
		scan_conditions_read_values(place, column);
		return true;
	}
	if (var == NULL || !IsA(var, Var))
		return false;
	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(place->index));
	if (!HeapTupleIsValid(tuple))
		return false;
	column->table_attnum =
		((Form_pg_index) GETSTRUCT(tuple))->indkey.values[var->varattno - 1];
	ReleaseSysCache(tuple);
	column->relid = column->table_attnum == 0 ? place->index : place->relation;
	column->attnum =
		column->table_attnum == 0 ? var->varattno : column->table_attnum;
	column->key = var->varattno;
	scan_conditions_set_growth(
		column, growth_of_index_key(place->index, var->varattno));
	scan_conditions_read_values(place, column);
	return true;
}

/* Returns whether the rows of a table lie in the order of a column. */
bool
scan_conditions_in_order(const ScanColumn *column)
{
	HeapTuple tuple =
		SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(column->relid),
						Int16GetDatum(column->attnum), BoolGetDatum(false));
	AttStatsSlot slot;
	bool in_order = false;

	if (!HeapTupleIsValid(tuple))
		return false;
	if (get_attstatsslot(&slot, tuple, STATISTIC_KIND_CORRELATION, InvalidOid,
						 ATTSTATSSLOT_NUMBERS))
	{
		in_order = fabs(slot.numbers[0]) >= SCAN_CONDITIONS_IN_ORDER;
		free_attstatsslot(&slot);
	}
	ReleaseSysCache(tuple);
	return in_order;
}

/* ---- conditions ---- */

static bool
scan_conditions_has_varying(Node *node, void *varying)
{
	if (node == NULL)
		return false;
	if (IsA(node, Param) && castNode(Param, node)->paramkind == PARAM_EXEC)
		return bms_is_member(castNode(Param, node)->paramid, varying);
	return expression_tree_walker(node, scan_conditions_has_varying, varying);
}

/* Returns how many elements an array of = ANY has. */
static double
scan_conditions_elements(const ScanPlace *place, Node *array)
{
	const ParamListInfo params = place->node->state->es_param_list_info;
	const ParamExecData *found = place->node->state->es_param_exec_vals;
	Datum value;
	bool isnull;

	array = plan_column_strip(array);
	if (IsA(array, Const))
	{
		value = castNode(Const, array)->constvalue;
		isnull = castNode(Const, array)->constisnull;
	}
	else if (IsA(array, Param) &&
			 castNode(Param, array)->paramkind == PARAM_EXTERN &&
			 params != NULL && params->paramFetch == NULL)
	{
		value = params->params[castNode(Param, array)->paramid - 1].value;
		isnull = params->params[castNode(Param, array)->paramid - 1].isnull;
	}
	/* What a subquery found beforehand is there until the execution ends. */
	else if (IsA(array, Param) &&
			 castNode(Param, array)->paramkind == PARAM_EXEC &&
			 !bms_is_member(castNode(Param, array)->paramid, place->varying) &&
			 found[castNode(Param, array)->paramid].execPlan == NULL)
	{
		value = found[castNode(Param, array)->paramid].value;
		isnull = found[castNode(Param, array)->paramid].isnull;
	}
	else
		return SCAN_CONDITIONS_ELEMENTS;
	if (isnull)
		return 1;
	return Max(ArrayGetNItems(ARR_NDIM(DatumGetArrayTypeP(value)),
							  ARR_DIMS(DatumGetArrayTypeP(value))),
			   1);
}

static ScanComparison
scan_conditions_comparison(Oid operator)
{
	switch (get_oprrest(operator))
	{
		case F_EQSEL:
			return SCAN_EQUAL;
		case F_SCALARGTSEL:
		case F_SCALARGESEL:
			return SCAN_ABOVE;
		case F_SCALARLTSEL:
		case F_SCALARLESEL:
			return SCAN_BELOW;
		default:
			return SCAN_OTHER;
	}
}

/*
 * Sets the column of a condition that compares one with a value, and the value;
 * else returns SCAN_OTHER.
 */
ScanComparison
scan_conditions_compared(const ScanPlace *place, Node *condition,
						 ScanColumn *column, Node **value)
{
	List *args;
	ScanComparison comparison;

	if (IsA(condition, OpExpr))
	{
		comparison =
			scan_conditions_comparison(castNode(OpExpr, condition)->opno);
		args = castNode(OpExpr, condition)->args;
	}
	else if (IsA(condition, ScalarArrayOpExpr) &&
			 castNode(ScalarArrayOpExpr, condition)->useOr)
	{
		comparison = scan_conditions_comparison(
			castNode(ScalarArrayOpExpr, condition)->opno);
		args = castNode(ScalarArrayOpExpr, condition)->args;
		/* Of several ends the furthest one counts, which is not worth a look. */
		if (comparison != SCAN_EQUAL)
			return SCAN_OTHER;
	}
	else
		return SCAN_OTHER;
	if (comparison == SCAN_OTHER || list_length(args) != 2)
		return SCAN_OTHER;
	*value = lsecond(args);
	if (!scan_conditions_find_column(place, linitial(args), column))
	{
		if (IsA(condition, ScalarArrayOpExpr) ||
			!scan_conditions_find_column(place, lsecond(args), column))
			return SCAN_OTHER;
		*value = linitial(args);
		if (comparison != SCAN_EQUAL)
			comparison = comparison == SCAN_ABOVE ? SCAN_BELOW : SCAN_ABOVE;
	}
	/* A column of the same row, or what a subquery finds for it, is no value. */
	if (contain_var_clause(*value) || contain_subplans(*value))
		return SCAN_OTHER;
	return comparison;
}

/* Takes in (a, b) > (x, y), which goes through the pairs of a and b. */
static void
scan_conditions_take_rows(const ScanPlace *place, const RowCompareExpr *rows,
						  ScanNarrowed *narrowed)
{
	double values = 0;
	ListCell *cell;

	if (!scan_conditions_has_varying((Node *) rows->rargs,
									 unconstify(Bitmapset *, place->varying)))
		return;
	foreach(cell, rows->largs)
	{
		ScanColumn column;

		if (scan_conditions_find_column(place, lfirst(cell), &column))
			values += column.distinct;
	}
	narrowed->beyond = Max(narrowed->beyond, values);
}

static void
scan_conditions_take_one(const ScanPlace *place, Node *condition,
						 ScanNarrowed *narrowed)
{
	ScanColumn column;
	Node *value;
	ScanComparison comparison;
	bool varying;

	if (IsA(condition, RowCompareExpr))
	{
		scan_conditions_take_rows(place, castNode(RowCompareExpr, condition),
								  narrowed);
		return;
	}
	comparison = scan_conditions_compared(place, condition, &column, &value);
	if (comparison == SCAN_OTHER)
		return;
	varying = scan_conditions_has_varying(
		value, unconstify(Bitmapset *, place->varying));
	if (comparison != SCAN_EQUAL)
	{
		Bitmapset **ends =
			comparison == SCAN_ABOVE ? &narrowed->above : &narrowed->below;

		*ends = bms_add_member(*ends, Max(column.table_attnum, 0));
		if (comparison == SCAN_ABOVE && clock_is_read(value) &&
			column_times_end_now(column.relid, column.attnum))
			narrowed->until_now = bms_add_member(narrowed->until_now,
												 Max(column.table_attnum, 0));
		if (varying)
			narrowed->beyond = Max(narrowed->beyond, column.distinct);
		return;
	}
	if (varying)
		narrowed->varying += column.distinct;
	else
	{
		narrowed->constant += column.distinct;
		narrowed->most += column.most;
		narrowed->excess += column.excess;
	}
	if (column.values > 1)
		narrowed->share /= column.values;
	if (IsA(condition, ScalarArrayOpExpr))
		narrowed->lookups *= scan_conditions_elements(place, value);
}

/* Takes in conditions that are all true. */
void
scan_conditions_narrow(const ScanPlace *place, List *conditions,
					   ScanNarrowed *narrowed)
{
	ListCell *cell;
	int attnum = 0;
	Bitmapset *ranges;

	foreach(cell, conditions)
		scan_conditions_take(place, lfirst(cell), narrowed);
	if (!OidIsValid(place->relation))
		return;
	/* The history may not be as long as what is asked for. */
	if (place->left * 2 <=
		place->rows * narrowed->share * Max(narrowed->lookups, 1))
		narrowed->below = bms_add_members(narrowed->below, narrowed->until_now);
	ranges = bms_intersect(narrowed->above, narrowed->below);
	while ((attnum = bms_next_member(ranges, attnum)) > 0)
		if (growth_extends(place->relation, attnum))
		{
			narrowed->constant += place->table;
			narrowed->ranges += place->table;
			narrowed->most += place->table;
			/* Once for a list within this one. */
			narrowed->above = bms_del_member(narrowed->above, attnum);
		}
}

/*
 * Of conditions of which one is true, those that narrow the rows least count,
 * and each finds rows.
 */
static void
scan_conditions_take_any(const ScanPlace *place, List *conditions,
						 ScanNarrowed *narrowed)
{
	ScanNarrowed any = {.share = 0};
	ListCell *cell;

	foreach(cell, conditions)
	{
		ScanNarrowed arm = {.share = 1, .lookups = 1};

		scan_conditions_narrow(place, list_make1(lfirst(cell)), &arm);
		any.share = Min(any.share + arm.share * arm.lookups, 1);
		if (foreach_current_index(cell) > 0 &&
			any.constant + any.varying <= arm.constant + arm.varying)
			continue;
		any.constant = arm.constant;
		any.ranges = arm.ranges;
		any.varying = arm.varying;
		any.most = arm.most;
		any.excess = arm.excess;
	}
	narrowed->constant += any.constant;
	narrowed->ranges += any.ranges;
	narrowed->varying += any.varying;
	narrowed->most += any.most;
	narrowed->excess += any.excess;
	narrowed->share *= any.share;
}

/* Takes in a condition. */
static void
scan_conditions_take(const ScanPlace *place, Node *condition,
					 ScanNarrowed *narrowed)
{
	check_stack_depth();
	if (is_andclause(condition))
		scan_conditions_narrow(place, castNode(BoolExpr, condition)->args,
							   narrowed);
	else if (is_orclause(condition))
		scan_conditions_take_any(place, castNode(BoolExpr, condition)->args,
								 narrowed);
	else
		scan_conditions_take_one(place, condition, narrowed);
}
