/*-------------------------------------------------------------------------
 *
 * skip_scan.c
 *		What a B-tree scan reads to find entries behind a column without one value.
 *
 * A search goes down the index, to one page of entries. The pages that were
 * touched beyond those of the searches were read one after another, with all
 * entries on them, of which a page holds as many as the index on average. Where
 * these are fewer pages than searches, skipping works, and there will be as many
 * searches at another size as the skipped columns have values then.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/nbtree.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "plan/growth.h"
#include "plan/index_bounds.h"
#include "plan/plan_tree.h"
#include "work/skip_scan.h"
#include "work/watch.h"

bool
skip_scan_read(PlanState *node, SkipScan *read)
{
	List *conditions;
	Oid oid = plan_tree_scanned_index(node, &conditions);
	double searches = compat_index_searches(node);
	Relation index;
	double touched;
	double pages;
	int first;

	if (searches == 0 || !OidIsValid(oid) ||
		index_bounds_behind(oid, conditions) == NULL)
		return false;
	first = index_bounds_last(oid, conditions);
	if (IsA(node, BitmapIndexScanState))
	{
		const BufferUsage *usage =
			&COMPAT_USAGE(watch_counts(node)->counts).bufusage;

		index = castNode(BitmapIndexScanState, node)->biss_RelationDesc;
		touched = (double) (usage->shared_blks_hit + usage->shared_blks_read +
							usage->local_blks_hit + usage->local_blks_read);
	}
	else
	{
		index = watch_counts(node)->index;
		touched = watch_counts(node)->index_blocks;
	}
	pages = Max(touched - searches * (_bt_getrootheight(index) + 1), 0);
	read->entries = searches;
	read->searches = -1;
	if (pages < searches)
		read->searches = growth_of_index_column(oid, first);
	else
		read->entries += pages * Max(index->rd_rel->reltuples, 0) /
						 Max(RelationGetNumberOfBlocks(index), 1);
	return true;
}
