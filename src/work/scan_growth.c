/*-------------------------------------------------------------------------
 *
 * scan_growth.c
 *		How the rows of a scan grow with its table.
 *
 * A scan reads the table, but for what its index conditions leave out, and
 * returns what its filter lets through. Equality on a column leaves the rows of
 * one value: their exponent is that of the table less that of the column's
 * values (plan/growth.h). A range with two ends, on a column whose new values lie
 * beyond today's, keeps its rows at any size. Any other condition leaves a share
 * of the rows.
 *
 * The values of some conditions are others in each loop: those of the outer row
 * of a nested loop, or of a correlated subquery. One value never has less than
 * the rows of today. With a value a loop the rows of a loop may become fewer: of
 * users looked up one by one, a smaller part has one given name.
 *
 * Exponents tell of usual values. Where far more rows were found than values
 * have on average, as of a default value that stands among unique ones, they grow
 * with the table; and where far more of the loops found a row than would if the
 * conditions were independent, none of them becomes rarer.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "catalog/index.h"
#include "catalog/pg_am_d.h"
#include "catalog/pg_index.h"
#include "catalog/pg_statistic.h"
#include "executor/instrument.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "utils/array.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/relation.h"
#include "cases/column_stats.h"
#include "plan/growth.h"
#include "plan/index_bounds.h"
#include "plan/plan_column.h"
#include "plan/plan_tree.h"
#include "work/scan_growth.h"

/* A value that has more rows than this many average ones grows. */
#define SCAN_GROWTH_FREQUENT 10.0

/* The elements of an array that is not known, as estimate_array_length() says. */
#define SCAN_GROWTH_ELEMENTS 10.0

/* A column that is less in the order of the table's pages is scattered. */
#define SCAN_GROWTH_IN_ORDER 0.9

typedef struct ScanReader
{
	PlanState *node;
	const Bitmapset *varying;
	Oid relation; /* InvalidOid for a CTE */
	Oid index;    /* whose columns the conditions number; or InvalidOid */
	double rows;  /* of the table today */
	double table; /* its exponent */
	double rows_of_heap; /* that the scan above a bitmap index scan returned */
} ScanReader;

/* A column that a condition compares, of a table or of an index. */
typedef struct ScanColumn
{
	Oid relid; /* that has its statistics */
	AttrNumber attnum;
	AttrNumber table_attnum; /* 0 for an expression of an index */
	int key;                 /* its place in the index, from 1 */
	double distinct;         /* exponent of its values */
	double values;           /* their number today; 0 if it is not known */
} ScanColumn;

/* What conditions that are all true leave of the rows. */
typedef struct ScanNarrowed
{
	double constant;  /* exponents taken off by conditions with one value */
	double varying;   /* by those with another value in each loop */
	double planned;   /* by all of them, as the planner has it */
	double share;     /* part of today's rows, for average values */
	double lookups;   /* values that the arrays of = ANY look up together */
	Bitmapset *above; /* columns of the table that have a lower end, */
	Bitmapset *below; /* and an upper one */
	double
		beyond; /* values of a column with an end that is another each loop */
} ScanNarrowed;

/* How a condition compares a column with a value. */
typedef enum ScanComparison
{
	SCAN_OTHER,
	SCAN_EQUAL,
	SCAN_ABOVE,
	SCAN_BELOW
} ScanComparison;

static void scan_growth_narrow(const ScanReader *reader, Node *condition,
							   ScanNarrowed *narrowed);

/* ---- columns ---- */

/* Reads the number of a column's values from its statistics. */
static void
scan_growth_read_values(const ScanReader *reader, ScanColumn *column)
{
	column->values = plan_column_values(column->relid, column->attnum,
										OidIsValid(reader->relation)
											? reader->rows
											: relation_rows(column->relid));
}

/* Sets the column that expression is; false if it is none. */
static bool
scan_growth_find_column(const ScanReader *reader, Node *expression,
						ScanColumn *column)
{
	PlanPlace place = {reader->node->state->es_plannedstmt, reader->node->plan};
	const Var *var = (Var *) plan_column_strip(expression);
	HeapTuple tuple;

	memset(column, 0, sizeof(*column));
	if (!OidIsValid(reader->index))
	{
		if (!plan_column_find(place, expression, &column->relid,
							  &column->attnum))
			return false;
		column->table_attnum = column->attnum;
		column->distinct = growth_of_distinct(column->relid, column->attnum);
		scan_growth_read_values(reader, column);
		return true;
	}
	if (var == NULL || !IsA(var, Var))
		return false;
	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(reader->index));
	if (!HeapTupleIsValid(tuple))
		return false;
	column->table_attnum =
		((Form_pg_index) GETSTRUCT(tuple))->indkey.values[var->varattno - 1];
	ReleaseSysCache(tuple);
	column->relid =
		column->table_attnum == 0 ? reader->index : reader->relation;
	column->attnum =
		column->table_attnum == 0 ? var->varattno : column->table_attnum;
	column->key = var->varattno;
	column->distinct = growth_of_index_column(reader->index, var->varattno);
	scan_growth_read_values(reader, column);
	return true;
}

/*
 * Returns whether the planner knows that a value has far more rows than most. As
 * for the planner, an operator that could tell of its arguments sees those values
 * alone that the current user may see.
 */
static bool
scan_growth_is_frequent(const ScanReader *reader, const ScanColumn *column,
						const Const *value, Oid equal, Oid collation)
{
	HeapTuple tuple =
		SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(column->relid),
						Int16GetDatum(column->attnum), BoolGetDatum(false));
	AttStatsSlot slot;
	bool frequent = false;

	if (!HeapTupleIsValid(tuple))
		return false;
	if (!value->constisnull &&
		(get_func_leakproof(get_opcode(equal)) ||
		 column_stats_may_see(reader->relation, column->table_attnum)) &&
		get_attstatsslot(&slot, tuple, STATISTIC_KIND_MCV, InvalidOid,
						 ATTSTATSSLOT_VALUES | ATTSTATSSLOT_NUMBERS))
	{
		/* The most frequent ones come first. */
		for (int i = 0; i < slot.nvalues && !frequent; i++)
		{
			if (slot.numbers[i] * column->values <= SCAN_GROWTH_FREQUENT)
				break;
			frequent = DatumGetBool(
				OidFunctionCall2Coll(get_opcode(equal), collation,
									 slot.values[i], value->constvalue));
		}
		free_attstatsslot(&slot);
	}
	ReleaseSysCache(tuple);
	return frequent;
}

/* Returns whether the rows of a table lie in the order of a column. */
static bool
scan_growth_in_order(const ScanColumn *column)
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
		in_order = fabs(slot.numbers[0]) >= SCAN_GROWTH_IN_ORDER;
		free_attstatsslot(&slot);
	}
	ReleaseSysCache(tuple);
	return in_order;
}

/* ---- conditions ---- */

static bool
scan_growth_has_varying(Node *node, void *varying)
{
	if (node == NULL)
		return false;
	if (IsA(node, Param) && castNode(Param, node)->paramkind == PARAM_EXEC)
		return bms_is_member(castNode(Param, node)->paramid, varying);
	return expression_tree_walker(node, scan_growth_has_varying, varying);
}

/* Returns how many elements an array of = ANY has. */
static double
scan_growth_elements(const ScanReader *reader, Node *array)
{
	const ParamListInfo params = reader->node->state->es_param_list_info;
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
	else
		return SCAN_GROWTH_ELEMENTS;
	if (isnull)
		return 1;
	return Max(ArrayGetNItems(ARR_NDIM(DatumGetArrayTypeP(value)),
							  ARR_DIMS(DatumGetArrayTypeP(value))),
			   1);
}

static ScanComparison
scan_growth_comparison(Oid operator)
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
static ScanComparison
scan_growth_compared(const ScanReader *reader, Node *condition,
					 ScanColumn *column, Node **value)
{
	List *args;
	ScanComparison comparison;

	if (IsA(condition, OpExpr))
	{
		comparison = scan_growth_comparison(castNode(OpExpr, condition)->opno);
		args = castNode(OpExpr, condition)->args;
	}
	else if (IsA(condition, ScalarArrayOpExpr) &&
			 castNode(ScalarArrayOpExpr, condition)->useOr)
	{
		comparison = scan_growth_comparison(
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
	if (!scan_growth_find_column(reader, linitial(args), column))
	{
		if (IsA(condition, ScalarArrayOpExpr) ||
			!scan_growth_find_column(reader, lsecond(args), column))
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
scan_growth_narrow_rows(const ScanReader *reader, const RowCompareExpr *rows,
						ScanNarrowed *narrowed)
{
	double values = 0;
	ListCell *cell;

	if (!scan_growth_has_varying((Node *) rows->rargs,
								 unconstify(Bitmapset *, reader->varying)))
		return;
	foreach(cell, rows->largs)
	{
		ScanColumn column;

		if (scan_growth_find_column(reader, lfirst(cell), &column))
			values += column.distinct;
	}
	narrowed->beyond = Max(narrowed->beyond, values);
}

static void
scan_growth_narrow_by(const ScanReader *reader, Node *condition,
					  ScanNarrowed *narrowed)
{
	ScanColumn column;
	Node *value;
	ScanComparison comparison;
	bool varying;

	if (IsA(condition, RowCompareExpr))
	{
		scan_growth_narrow_rows(reader, castNode(RowCompareExpr, condition),
								narrowed);
		return;
	}
	comparison = scan_growth_compared(reader, condition, &column, &value);
	if (comparison == SCAN_OTHER)
		return;
	varying = scan_growth_has_varying(value,
									  unconstify(Bitmapset *, reader->varying));
	if (comparison != SCAN_EQUAL)
	{
		Bitmapset **ends =
			comparison == SCAN_ABOVE ? &narrowed->above : &narrowed->below;

		*ends = bms_add_member(*ends, Max(column.table_attnum, 0));
		if (varying)
			narrowed->beyond = Max(narrowed->beyond, column.distinct);
		return;
	}
	if (varying)
		narrowed->varying += column.distinct;
	else
		narrowed->constant += column.distinct;
	if (column.values > 1)
		narrowed->share /= column.values;
	if (IsA(condition, ScalarArrayOpExpr))
		narrowed->lookups *= scan_growth_elements(reader, value);
	if (!IsA(value, Const) || !IsA(condition, OpExpr) ||
		value != lsecond(castNode(OpExpr, condition)->args) ||
		!scan_growth_is_frequent(reader, &column, castNode(Const, value),
								 castNode(OpExpr, condition)->opno,
								 castNode(OpExpr, condition)->inputcollid))
		narrowed->planned += column.distinct;
}

/* Takes in conditions that are all true. */
static void
scan_growth_narrow_list(const ScanReader *reader, List *conditions,
						ScanNarrowed *narrowed)
{
	ListCell *cell;
	int attnum = 0;
	Bitmapset *ranges;

	foreach(cell, conditions)
		scan_growth_narrow(reader, lfirst(cell), narrowed);
	if (!OidIsValid(reader->relation))
		return;
	ranges = bms_intersect(narrowed->above, narrowed->below);
	while ((attnum = bms_next_member(ranges, attnum)) > 0)
		if (growth_extends(reader->relation, attnum))
		{
			narrowed->planned += reader->table;
			narrowed->constant += reader->table;
			/* Once for a list within this one. */
			narrowed->above = bms_del_member(narrowed->above, attnum);
		}
}

/*
 * Of conditions of which one is true, those that narrow the rows least count,
 * and each finds rows.
 */
static void
scan_growth_narrow_any(const ScanReader *reader, List *conditions,
					   ScanNarrowed *narrowed)
{
	ScanNarrowed any = {.share = 0};
	ListCell *cell;

	foreach(cell, conditions)
	{
		ScanNarrowed arm = {.share = 1, .lookups = 1};

		scan_growth_narrow_list(reader, list_make1(lfirst(cell)), &arm);
		any.share = Min(any.share + arm.share * arm.lookups, 1);
		if (foreach_current_index(cell) > 0 &&
			any.constant + any.varying <= arm.constant + arm.varying)
			continue;
		any.constant = arm.constant;
		any.varying = arm.varying;
		any.planned = arm.planned;
	}
	narrowed->constant += any.constant;
	narrowed->varying += any.varying;
	narrowed->planned += any.planned;
	narrowed->share *= any.share;
}

/* Takes in a condition. */
static void
scan_growth_narrow(const ScanReader *reader, Node *condition,
				   ScanNarrowed *narrowed)
{
	check_stack_depth();
	if (is_andclause(condition))
		scan_growth_narrow_list(reader, castNode(BoolExpr, condition)->args,
								narrowed);
	else if (is_orclause(condition))
		scan_growth_narrow_any(reader, castNode(BoolExpr, condition)->args,
							   narrowed);
	else
		scan_growth_narrow_by(reader, condition, narrowed);
}

/* ---- exponents ---- */

/* Returns the exponent of the rows of a loop; found were found in all loops. */
static double
scan_growth_exponent(const ScanReader *reader, const ScanNarrowed *narrowed,
					 double found, double loops)
{
	double usual = reader->rows * narrowed->share;
	double lookups = narrowed->lookups;

	if (narrowed->varying > 0 &&
		found <= SCAN_GROWTH_FREQUENT * Max(usual * lookups * loops, 1))
		return Max(reader->table - narrowed->constant, 0) - narrowed->varying;
	if (found <= SCAN_GROWTH_FREQUENT * lookups * Max(usual, 1) * loops)
		return Max(reader->table - narrowed->constant - narrowed->varying, 0);
	return reader->table;
}

/* Returns whether equality conditions cover the key of a unique index. */
static bool
scan_growth_is_unique(const ScanReader *reader, List *conditions)
{
	HeapTuple tuple =
		SearchSysCache1(INDEXRELID, ObjectIdGetDatum(reader->index));
	Bitmapset *equal = NULL;
	Form_pg_index form;
	bool unique;
	ListCell *cell;

	if (!HeapTupleIsValid(tuple))
		return false;
	foreach(cell, conditions)
	{
		ScanColumn column;
		Node *value;

		if (scan_growth_compared(reader, lfirst(cell), &column, &value) ==
			SCAN_EQUAL)
			equal = bms_add_member(equal, column.key);
	}
	form = (Form_pg_index) GETSTRUCT(tuple);
	unique = form->indisunique;
	for (int key = 1; key <= form->indnkeyatts; key++)
		unique = unique && bms_is_member(key, equal);
	ReleaseSysCache(tuple);
	return unique;
}

/*
 * Returns whether the index knows blocks alone (BRIN), and these do not lie in
 * the order of a column that the conditions compare: then most blocks are read.
 */
static bool
scan_growth_is_scattered(const ScanReader *reader, List *conditions)
{
	ListCell *cell;

	if (relation_index_method(reader->index) != BRIN_AM_OID)
		return false;
	foreach(cell, conditions)
	{
		ScanColumn column;
		Node *value;

		if (scan_growth_compared(reader, lfirst(cell), &column, &value) !=
				SCAN_OTHER &&
			!scan_growth_in_order(&column))
			return true;
	}
	return false;
}

/* Returns the conditions that bound what is read of an index. */
static List *
scan_growth_bounds(Oid index, List *conditions)
{
	Bitmapset *behind = index_bounds_behind(index, conditions);
	List *bounds = NIL;
	ListCell *cell;

	foreach(cell, conditions)
		if (!bms_is_member(foreach_current_index(cell), behind))
			bounds = lappend(bounds, lfirst(cell));
	return bounds;
}

/* Returns the exponent of the rows of a CTE that a scan of it returns. */
static double
scan_growth_of_part(const ScanReader *reader, const ScanNarrowed *narrowed,
					double examined, double found)
{
	/* A CTE is read anew in each loop. */
	if (found > SCAN_GROWTH_FREQUENT * narrowed->lookups *
					Max(examined * narrowed->share, 1))
		return 0;
	return -narrowed->constant - narrowed->varying;
}

/* Returns the exponent of what a tree of bitmap scans points to. */
static double
scan_growth_of_bitmap(const ScanReader *reader, PlanState *node)
{
	PlanState **members;
	int nmembers;
	bool both = IsA(node, BitmapAndState);
	double exponent = both ? reader->table : 0;

	if (IsA(node, BitmapIndexScanState))
		return scan_growth_read(node, reader->node, reader->varying).read;
	members = both ? castNode(BitmapAndState, node)->bitmapplans
				   : castNode(BitmapOrState, node)->bitmapplans;
	nmembers = both ? castNode(BitmapAndState, node)->nplans
					: castNode(BitmapOrState, node)->nplans;
	check_stack_depth();
	for (int i = 0; i < nmembers; i++)
	{
		double member = scan_growth_of_bitmap(reader, members[i]);

		exponent =
			both ? exponent - (reader->table - member) : Max(exponent, member);
	}
	return both ? Max(exponent, 0) : exponent;
}

/* Returns the growth of a scan of a table, by an index or without. */
static ScanGrowth
scan_growth_of_table(ScanReader *reader, const Instrumentation *counts,
					 double examined)
{
	PlanState *node = reader->node;
	ScanNarrowed narrowed = {.share = 1, .lookups = 1};
	double loops = counts->nloops;
	double found = counts->ntuples;
	double in_loop = Max(loops, 1);
	ScanGrowth growth = {0};
	List *conditions;
	bool unique = false;

	reader->index = plan_tree_scanned_index(node, &conditions);
	growth.read = reader->table;
	if (OidIsValid(reader->index))
	{
		bool brin = relation_index_method(reader->index) == BRIN_AM_OID;

		conditions = scan_growth_bounds(reader->index, conditions);
		unique = scan_growth_is_unique(reader, conditions);
		if (!scan_growth_is_scattered(reader, conditions))
		{
			/* The blocks of a BRIN hold other rows as well. */
			double rows = brin ? reader->rows_of_heap : examined;

			scan_growth_narrow_list(reader, conditions, &narrowed);
			growth.read =
				unique ? 0
					   : scan_growth_exponent(reader, &narrowed, rows, loops);
		}
	}
	else if (IsA(node, BitmapHeapScanState))
	{
		growth.read = scan_growth_of_bitmap(reader, outerPlanState(node));
		scan_growth_narrow_list(
			reader, ((BitmapHeapScan *) node->plan)->bitmapqualorig, &narrowed);
	}
	/* A walk that was stopped would have found as many on the rest of its way. */
	if (narrowed.share == 1 && examined > 0 &&
		examined < reader->rows * in_loop)
		found *= reader->rows * in_loop / examined;
	reader->index = InvalidOid;
	scan_growth_narrow_list(reader, node->plan->qual, &narrowed);
	growth.found = scan_growth_exponent(reader, &narrowed, found, loops);
	if (growth.found > growth.read)
		growth.found = growth.read;
	growth.beyond =
		Min(narrowed.beyond, Max(reader->table - narrowed.constant, 0));
	growth.estimated = unique ? 0 : Max(reader->table - narrowed.planned, 0);
	return growth;
}

ScanGrowth
scan_growth_read(PlanState *node, PlanState *heap, const Bitmapset *varying)
{
	ScanReader reader = {.node = node, .varying = varying};
	ScanNarrowed narrowed = {.share = 1, .lookups = 1};
	ScanGrowth growth = {0};
	Instrumentation *counts = node->instrument;
	List *conditions;
	Oid index = plan_tree_scanned_index(node, &conditions);
	double examined;

	InstrEndLoop(counts);
	examined = counts->ntuples + counts->nfiltered1 + counts->nfiltered2;
	if (IsA(node, CteScanState))
	{
		scan_growth_narrow_list(&reader, node->plan->qual, &narrowed);
		growth.found =
			scan_growth_of_part(&reader, &narrowed, examined, counts->ntuples);
		return growth;
	}
	reader.relation = OidIsValid(index) ? IndexGetRelation(index, false)
										: plan_tree_scanned_relation(node);
	/* Functions and VALUES have as many rows at any size, and so has a TID. */
	if (!OidIsValid(reader.relation) || IsA(node, TidScanState))
		return growth;
	reader.table = growth_of_relation(reader.relation);
	reader.rows = relation_rows(reader.relation);
	if (heap != NULL && heap->instrument != NULL)
	{
		InstrEndLoop(heap->instrument);
		reader.rows_of_heap = heap->instrument->ntuples;
	}
	return scan_growth_of_table(&reader, counts, examined);
}
