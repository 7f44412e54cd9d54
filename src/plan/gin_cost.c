/*-------------------------------------------------------------------------
 *
 * gin_cost.c
 *		What a scan of a GIN index will cost when the index is larger.
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
 * How full the pages of entries are, which split in the middle. In a larger
 * table most lists of rows have moved to posting trees, whose pages are filled
 * from the first to the last.
 */
#define GIN_COST_ENTRY_FILL 0.7

/* Rows on a page of a posting tree, as gincostestimate() takes them to be. */
#define GIN_COST_ROWS_PER_PAGE (BLCKSZ / 3)

/*
 * Pages that are read of the lists of rows: those of the entries looked up, or
 * as many as the rows found take up.
 */
static double
gin_cost_data_pages(double data_pages, double entries_share, double rows)
{
	return Max(ceil(data_pages * entries_share),
			   ceil(rows / GIN_COST_ROWS_PER_PAGE));
}

/*
 * The share of the entries that a scan looks up. gincostestimate() charges for
 * each of them the descent to its page before the scan can start: as many pages
 * as pow() says.
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
