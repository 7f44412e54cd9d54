/*-------------------------------------------------------------------------
 *
 * gin_cost.c
 *		What a scan of a GIN index will cost when the index is larger.
 *
 * The planner's own gincostestimate() (selfuncs.c) is called with the pages that
 * the index has today, so that it believes the metapage. To its cost is added
 *
 *		(data pages read in the larger index - those read in today's index)
 *			* random_page_cost
 *
 * where gincostestimate()'s own rule gives the data pages read: the share of
 * the entries that are looked up, of all data pages, or a page for each BLCKSZ
 * / 3 rows found, whichever is more. The share is not handed out by
 * gincostestimate(); it is read back from the startup cost. The rows
 * found are those of the larger table in both terms.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "access/genam.h"
#include "access/gin.h"
#include "storage/bufmgr.h"
#include "utils/index_selfuncs.h"
#include "utils/rel.h"
#include "utils/spccache.h"

#include "plan/gin_cost.h"

/*
 * How full the pages of entries are, since they split in the middle. In a larger
 * table most lists of rows have moved from these pages to posting trees, whose
 * pages are filled from the first to the last.
 */
#define GIN_COST_ENTRY_FILL 0.7

/* Rows on a page of a posting tree, by the rule of gincostestimate(). */
#define GIN_COST_ROWS_PER_PAGE (BLCKSZ / 3)

void
gin_cost_estimate(PlannerInfo *root, IndexPath *path, double loop_count,
				  Cost *startup_cost, Cost *total_cost,
				  Selectivity *selectivity, double *correlation, double *pages)
{
	IndexOptInfo *info = path->indexinfo;
	BlockNumber forecast_pages = info->pages;
	Relation index = index_open(info->indexoid, NoLock);
	GinStatsData stats;
	double random_page_cost;
	double data_pages;
	double descent;
	double share;
	double rows_pages;
	double more;

	ginGetStats(index, &stats);
	info->pages = RelationGetNumberOfBlocks(index);
	data_pages = forecast_pages / Max((double) info->pages, 1) *
				 (stats.nEntryPages * GIN_COST_ENTRY_FILL + stats.nDataPages);
	index_close(index, NoLock);
	gincostestimate(root, path, loop_count, startup_cost, total_cost,
					selectivity, correlation, pages);
	get_tablespace_page_costs(info->reltablespace, &random_page_cost, NULL);
	/*
	 * The share of the entries that the scan looks up, from 0 to 1: for each of
	 * them gincostestimate() charges the descent to its page as startup cost,
	 * and takes that to read rint(pow(numEntryPages, 0.15)) pages.
	 */
	descent = rint(pow(stats.nEntryPages, 0.15)) * random_page_cost;
	share = descent <= 0 || stats.nEntries <= 0
				? 0
				: Min(1, rint(*startup_cost / descent) / stats.nEntries);
	rows_pages = ceil(*selectivity * info->tuples / GIN_COST_ROWS_PER_PAGE);
	more = Max(ceil(data_pages * share), rows_pages) -
		   Max(ceil(stats.nDataPages * share), rows_pages);
	info->pages = forecast_pages;
	if (more <= 0)
		return;
	*total_cost += more * random_page_cost;
	*pages += more;
}
