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
 * with the table; but where it is told how common the most common value will be,
 * they grow between the usual ones and it. Where far more of the loops found a row than would if the
 * conditions were independent, none of them becomes rarer.
 *
 * A value a loop does not keep one of them from having far more rows than usual, and
 * these from growing with the table as they would if it was the only one. Such loops
 * are told apart by what each of them examined.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "catalog/index.h"
#include "catalog/pg_am_d.h"
#include "catalog/pg_index.h"
#include "executor/instrument.h"
#include "miscadmin.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/relation.h"
#include "plan/growth.h"
#include "plan/index_bounds.h"
#include "plan/plan_tree.h"
#include "work/scan_conditions.h"
#include "work/scan_growth.h"
#include "work/watch.h"

/* Returns the exponent of the rows of a loop; found were found in all loops. */
static double
scan_growth_exponent(const ScanPlace *place, const ScanNarrowed *narrowed,
					 double found, double loops)
{
	double usual = place->rows * narrowed->share;
	double lookups = narrowed->lookups;
	double least = Max(place->table - narrowed->constant, 0);
	double most = Max(place->table - narrowed->most, 0);
	/* Of a table with fewer rows than values, each that is found has one. */
	double excess = narrowed->excess - log(Max(1 / Max(usual, 1e-9), 1));
	double common;

	/* What is told of the most common value says more than what is usual. */
	if (narrowed->varying == 0 && excess > 0)
	{
		common = log(Max(found / Max(loops * lookups * Max(usual, 1), 1), 1)) /
				 excess;
		if (common <= 1 + log(SCAN_CONDITIONS_FREQUENT) / excess)
			return least + Min(common, 1) * Max(most - least, 0);
	}
	if (narrowed->varying > 0 &&
		found <= SCAN_CONDITIONS_FREQUENT * Max(usual * lookups * loops, 1))
		return Max(place->table - narrowed->constant, 0) - narrowed->varying;
	if (found <= SCAN_CONDITIONS_FREQUENT * lookups * Max(usual, 1) * loops)
		return Max(place->table - narrowed->constant - narrowed->varying, 0);
	/* However frequent a value is, a range with two ends keeps its rows. */
	return Max(place->table - narrowed->ranges, 0);
}

/*
 * Tells the loops apart whose value has far more rows than usual. watched is the
 * scan, or the heap scan above a bitmap index scan.
 */
static void
scan_growth_of_hot(const ScanPlace *place, const ScanNarrowed *narrowed,
				   WatchedNode *watched, ScanGrowth *growth)
{
	ScanNarrowed one = *narrowed;
	double usual =
		Max(place->rows * narrowed->share, 1) * Max(narrowed->lookups, 1);
	double all = 0;
	double hot = 0;

	if (narrowed->varying <= 0)
		return;
	watch_end_loops(watched);
	for (int i = 0; i < WATCH_SIZES; i++)
	{
		const WatchedLoops *loops = &watched->by_size[i];

		all += loops->examined;
		if (loops->examined <= SCAN_CONDITIONS_FREQUENT * usual * loops->loops)
			continue;
		hot += loops->examined;
		growth->hot_rows += loops->rows;
		growth->hot_loops += loops->loops;
	}
	if (hot <= 0)
		return;
	one.constant += one.varying;
	one.varying = 0;
	growth->hot = hot / all;
	growth->hot_read =
		Max(scan_growth_exponent(place, &one, hot, growth->hot_loops),
			growth->read);
}

/* Returns whether equality conditions cover the key of a unique index. */
static bool
scan_growth_is_unique(const ScanPlace *place, List *conditions)
{
	HeapTuple tuple =
		SearchSysCache1(INDEXRELID, ObjectIdGetDatum(place->index));
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

		if (scan_conditions_compared(place, lfirst(cell), &column, &value) ==
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
scan_growth_is_scattered(const ScanPlace *place, List *conditions)
{
	ListCell *cell;

	if (relation_index_method(place->index) != BRIN_AM_OID)
		return false;
	foreach(cell, conditions)
	{
		ScanColumn column;
		Node *value;

		if (scan_conditions_compared(place, lfirst(cell), &column, &value) !=
				SCAN_OTHER &&
			!scan_conditions_in_order(&column))
			return true;
	}
	return false;
}

/*
 * Returns the conditions that bound what is read of an index, and those behind them,
 * of which a server that skips has some.
 */
static List *
scan_growth_bounds(Oid index, List *conditions, List **skipping)
{
	Bitmapset *behind = index_bounds_behind(index, conditions);
	List *bounds = NIL;
	ListCell *cell;

	foreach(cell, conditions)
		if (bms_is_member(foreach_current_index(cell), behind))
			*skipping = lappend(*skipping, lfirst(cell));
		else
			bounds = lappend(bounds, lfirst(cell));
	return bounds;
}

/* Returns the exponent of the rows of a CTE that a scan of it returns. */
static double
scan_growth_of_part(const ScanPlace *place, const ScanNarrowed *narrowed,
					double examined, double found)
{
	/* A CTE is read anew in each loop. */
	if (found > SCAN_CONDITIONS_FREQUENT * narrowed->lookups *
					Max(examined * narrowed->share, 1))
		return 0;
	return -narrowed->constant - narrowed->varying;
}

/* Returns the exponent of what a tree of bitmap scans points to. */
static double
scan_growth_of_bitmap(const ScanPlace *place, PlanState *node)
{
	PlanState **members;
	int nmembers;
	bool both = IsA(node, BitmapAndState);
	double exponent = both ? place->table : 0;

	if (IsA(node, BitmapIndexScanState))
		return scan_growth_read(node, place->node, place->varying).read;
	members = both ? castNode(BitmapAndState, node)->bitmapplans
				   : castNode(BitmapOrState, node)->bitmapplans;
	nmembers = both ? castNode(BitmapAndState, node)->nplans
					: castNode(BitmapOrState, node)->nplans;
	check_stack_depth();
	for (int i = 0; i < nmembers; i++)
	{
		double member = scan_growth_of_bitmap(place, members[i]);

		exponent =
			both ? exponent - (place->table - member) : Max(exponent, member);
	}
	return both ? Max(exponent, 0) : exponent;
}

/* Returns the growth of a scan of a table, by an index or without. */
static ScanGrowth
scan_growth_of_table(ScanPlace *place, const CompatInstrumentation *counts,
					 double examined)
{
	PlanState *node = place->node;
	ScanNarrowed narrowed = {.share = 1, .lookups = 1};
	double loops = counts->nloops;
	double found = counts->ntuples;
	double in_loop = Max(loops, 1);
	ScanGrowth growth = {0};
	List *conditions;
	List *skipping = NIL;
	bool unique = false;

	place->index = plan_tree_scanned_index(node, &conditions);
	place->left = (IsA(node, SeqScanState) ? found : examined) / in_loop;
	growth.read = place->table;
	if (OidIsValid(place->index))
	{
		bool brin = relation_index_method(place->index) == BRIN_AM_OID;

		conditions = scan_growth_bounds(place->index, conditions, &skipping);
		unique = scan_growth_is_unique(place, conditions);
		if (!scan_growth_is_scattered(place, conditions))
		{
			/* The blocks of a BRIN hold other rows as well. */
			double rows = brin ? place->rows_of_heap : examined;

			scan_conditions_narrow(place, conditions, &narrowed);
			growth.read =
				unique ? 0
					   : scan_growth_exponent(place, &narrowed, rows, loops);
		}
	}
	else if (IsA(node, BitmapHeapScanState))
	{
		growth.read = scan_growth_of_bitmap(place, outerPlanState(node));
		scan_conditions_narrow(
			place, ((BitmapHeapScan *) node->plan)->bitmapqualorig, &narrowed);
	}
	if (!unique)
		scan_growth_of_hot(place, &narrowed, place->watched, &growth);
	if (!IsA(node, BitmapHeapScanState) && !IsA(node, BitmapIndexScanState))
		growth.whole =
			Max(unique ? 1 : place->rows * narrowed.share, examined / in_loop);
	/*
	 * A walk that was stopped would have found as many on the rest of its way. How
	 * far one came that skips, the rows do not tell.
	 */
	if (skipping == NIL && narrowed.share == 1 && examined > 0 &&
		examined < place->rows * in_loop)
		found *= place->rows * in_loop / examined;
	scan_conditions_narrow(place, skipping, &narrowed);
	place->index = InvalidOid;
	scan_conditions_narrow(place, node->plan->qual, &narrowed);
	growth.found = scan_growth_exponent(place, &narrowed, found, loops);
	if (growth.found > growth.read)
		growth.found = growth.read;
	growth.beyond =
		Min(narrowed.beyond, Max(place->table - narrowed.constant, 0));
	return growth;
}

ScanGrowth
scan_growth_read(PlanState *node, PlanState *heap, const Bitmapset *varying)
{
	ScanPlace place = {.node = node, .varying = varying};
	ScanNarrowed narrowed = {.share = 1, .lookups = 1};
	ScanGrowth growth = {0};
	CompatInstrumentation *counts = node->instrument;
	List *conditions;
	Oid index = plan_tree_scanned_index(node, &conditions);
	double examined;

	InstrEndLoop(counts);
	examined = counts->ntuples + counts->nfiltered1 + counts->nfiltered2;
	if (IsA(node, CteScanState))
	{
		scan_conditions_narrow(&place, node->plan->qual, &narrowed);
		growth.found =
			scan_growth_of_part(&place, &narrowed, examined, counts->ntuples);
		return growth;
	}
	place.relation = OidIsValid(index) ? IndexGetRelation(index, false)
									   : plan_tree_scanned_relation(node);
	/* Functions and VALUES have as many rows at any size, and so has a TID. */
	if (!OidIsValid(place.relation) || IsA(node, TidScanState))
		return growth;
	place.watched = watch_counts(heap != NULL ? heap : node);
	place.table = growth_of_relation(place.relation);
	place.rows = relation_rows(place.relation);
	if (heap != NULL && heap->instrument != NULL)
	{
		InstrEndLoop(heap->instrument);
		place.rows_of_heap = heap->instrument->ntuples;
	}
	return scan_growth_of_table(&place, counts, examined);
}
