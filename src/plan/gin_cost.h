/*-------------------------------------------------------------------------
 *
 * gin_cost.h
 *		What a scan of a GIN index will cost when the index is larger.
 *
 * gincostestimate() takes the numbers of entries and of their pages from the
 * index's metapage if that covers a quarter of the pages that the index is said
 * to have, and guesses them otherwise. So a forecast for more than four times
 * the size would be made of guesses. But a larger table has mostly the same
 * entries (trigrams, keys, lexemes). What grows is each entry's list of rows.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_PLAN_GIN_COST_H
#define PERFCHECK_PLAN_GIN_COST_H

#include "nodes/pathnodes.h"

/*
 * An amcostestimate function (see access/amapi.h), for an IndexOptInfo whose
 * pages and tuples are those of the larger table. Sets what the function of the
 * GIN access method sets. Errors: those of opening the index, and of reading
 * its metapage.
 */
extern void gin_cost_estimate(PlannerInfo *root, IndexPath *path,
							  double loop_count, Cost *startup_cost,
							  Cost *total_cost, Selectivity *selectivity,
							  double *correlation, double *pages);

#endif /* PERFCHECK_PLAN_GIN_COST_H */
