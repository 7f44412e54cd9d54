/*-------------------------------------------------------------------------
 *
 * index_entries.c
 *		Makes the executor count the index entries that a B-tree scan reads.
 *
 * The plan is started to find its nodes by planstate_tree_walker(), since there
 * is no walker over Plan nodes; what changes are the Plan nodes, which must be
 * the caller's copy. index_bounds_behind() tells which conditions to move.
 *
 * An index scan has its conditions twice: indexqual on the index's columns, and
 * indexqualorig on the table's, which can serve as a filter. An index-only scan
 * filters on the index's columns, so indexqual itself serves. A bitmap index scan
 * has no filter at all: its conditions are dropped, and the heap scan above, which
 * gets more rows then, filters by bitmapqualorig, the conditions of all the index
 * scans below it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "nodes/plannodes.h"

#include "base/compat.h"
#include "plan/index_bounds.h"
#include "plan/plan_tree.h"
#include "work/index_entries.h"

/* Returns the elements of list at places (from 0), or all the others. */
static List *
index_entries_select(List *list, const Bitmapset *places, bool at_places)
{
	List *selected = NIL;
	ListCell *cell;

	foreach(cell, list)
		if (bms_is_member(foreach_current_index(cell), places) == at_places)
			selected = lappend(selected, lfirst(cell));
	return selected;
}

bool
index_entries_expose(PlanState *node, void *arg)
{
	IndexEntries *found = arg;
	List *conditions;
	Oid index = plan_tree_scanned_index(node, &conditions);
	Bitmapset *behind = NULL;

	/* What a server that skips entries reads, skip_scan.c tells. */
	if (OidIsValid(index) && !compat_has_skip_scan())
		behind = index_bounds_behind(index, conditions);
	if (behind == NULL)
		return true;
	found->changed = found->changed || !IsA(node->plan, BitmapIndexScan);
	if (IsA(node->plan, IndexScan))
	{
		IndexScan *scan = (IndexScan *) node->plan;

		/* indexqualorig has the same conditions on the table's columns. */
		Assert(list_length(conditions) == list_length(scan->indexqualorig));
		scan->scan.plan.qual =
			list_concat(index_entries_select(scan->indexqualorig, behind, true),
						scan->scan.plan.qual);
		scan->indexqual = index_entries_select(conditions, behind, false);
		scan->indexqualorig =
			index_entries_select(scan->indexqualorig, behind, false);
	}
	else if (IsA(node->plan, IndexOnlyScan))
	{
		IndexOnlyScan *scan = (IndexOnlyScan *) node->plan;

		/* Its filter is in terms of the index's columns as well. */
		scan->scan.plan.qual =
			list_concat(index_entries_select(conditions, behind, true),
						scan->scan.plan.qual);
		scan->indexqual = index_entries_select(conditions, behind, false);
	}
	else
		found->hidden = true;
	return true;
}

bool
index_entries_expose_bitmap(PlanState *node, void *arg)
{
	if (IsA(node->plan, BitmapIndexScan))
	{
		BitmapIndexScan *scan = (BitmapIndexScan *) node->plan;
		Bitmapset *behind = index_bounds_behind(scan->indexid, scan->indexqual);

		scan->indexqual = index_entries_select(scan->indexqual, behind, false);
		scan->indexqualorig =
			index_entries_select(scan->indexqualorig, behind, false);
	}
	else if (IsA(node->plan, BitmapHeapScan))
	{
		BitmapHeapScan *scan = (BitmapHeapScan *) node->plan;

		/* This has the conditions of all scans below, with their AND and OR. */
		scan->scan.plan.qual =
			list_concat_copy(scan->bitmapqualorig, scan->scan.plan.qual);
	}
	return true;
}
