/*-------------------------------------------------------------------------
 *
 * index_entries.c
 *		Makes the executor count the index entries that a B-tree scan reads.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "nodes/plannodes.h"

#include "plan/index_bounds.h"
#include "plan/plan_tree.h"
#include "work/index_entries.h"

/* The elements of list at places, or all the others. */
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

static void
index_entries_of_index_scan(IndexScan *scan)
{
	Bitmapset *behind = index_bounds_behind(scan->indexid, scan->indexqual);

	if (behind == NULL)
		return;
	/* indexqualorig has the same conditions in terms of the table's columns. */
	Assert(list_length(scan->indexqual) == list_length(scan->indexqualorig));
	scan->scan.plan.qual =
		list_concat(index_entries_select(scan->indexqualorig, behind, true),
					scan->scan.plan.qual);
	scan->indexqual = index_entries_select(scan->indexqual, behind, false);
	scan->indexqualorig =
		index_entries_select(scan->indexqualorig, behind, false);
}

static void
index_entries_of_index_only_scan(IndexOnlyScan *scan)
{
	Bitmapset *behind = index_bounds_behind(scan->indexid, scan->indexqual);

	if (behind == NULL)
		return;
	/* Its filter is in terms of the index's columns as well. */
	scan->scan.plan.qual =
		list_concat(index_entries_select(scan->indexqual, behind, true),
					scan->scan.plan.qual);
	scan->indexqual = index_entries_select(scan->indexqual, behind, false);
}

static bool
index_entries_expose_scan(PlanState *node, void *arg)
{
	bool *hidden = arg;
	Plan *plan = node->plan;

	if (IsA(plan, IndexScan))
		index_entries_of_index_scan((IndexScan *) plan);
	else if (IsA(plan, IndexOnlyScan))
		index_entries_of_index_only_scan((IndexOnlyScan *) plan);
	else if (IsA(plan, BitmapIndexScan) &&
			 index_bounds_behind(((BitmapIndexScan *) plan)->indexid,
								 ((BitmapIndexScan *) plan)->indexqual) != NULL)
		*hidden = true;
	return true;
}

bool
index_entries_expose(PlanState *root)
{
	bool hidden = false;

	plan_tree_walk_once(root, index_entries_expose_scan, NULL, NULL, &hidden);
	return hidden;
}

static bool
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

		/* All conditions, as they are put together by AND and OR below. */
		scan->scan.plan.qual =
			list_concat_copy(scan->bitmapqualorig, scan->scan.plan.qual);
	}
	return true;
}

void
index_entries_expose_bitmaps(PlanState *root)
{
	plan_tree_walk_once(root, index_entries_expose_bitmap, NULL, NULL, NULL);
}
