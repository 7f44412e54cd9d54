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

/*
 * Returns how many pages of lists of rows are read: the pages of the entries
 * that are looked up, or those that the rows found fill, whichever is more.
 */
static double
gin_cost_data_pages(double data_pages, double entries_share, double rows)
{
	return Max(ceil(data_pages * entries_share),
			   ceil(rows / GIN_COST_ROWS_PER_PAGE));
}

/*
 * Returns the share of the entries that a scan looks up, from 0 to 1. For each
 * of them gincostestimate() charges the descent to its page as startup cost, and
 * takes that to read rint(pow(numEntryPages, 0.15)) pages.
 */
static double
gin_cost_entries_share(const GinStatsData *stats, Cost startup_cost,
					   double random_page_cost)
{
	double descent = rint(pow(stats->nEntryPages, 0.15)) * random_page_cost;

	if (descent <= 0 || stats->nEntries <= 0)
		return 0;
	return Min(1, rint(startup_cost / descent) / stats->nEntries);
}

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
	double share;
	double rows;
	double more;

	ginGetStats(index, &stats);
	info->pages = RelationGetNumberOfBlocks(index);
	data_pages = forecast_pages / Max((double) info->pages, 1) *
				 (stats.nEntryPages * GIN_COST_ENTRY_FILL + stats.nDataPages);
	index_close(index, NoLock);
	gincostestimate(root, path, loop_count, startup_cost, total_cost,
					selectivity, correlation, pages);
	get_tablespace_page_costs(info->reltablespace, &random_page_cost, NULL);
	share = gin_cost_entries_share(&stats, *startup_cost, random_page_cost);
	rows = *selectivity * info->tuples;
	more = gin_cost_data_pages(data_pages, share, rows) -
		   gin_cost_data_pages(stats.nDataPages, share, rows);
	info->pages = forecast_pages;
	if (more <= 0)
		return;
	*total_cost += more * random_page_cost;
	*pages += more;
}
