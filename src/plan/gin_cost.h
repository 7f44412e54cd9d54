/*-------------------------------------------------------------------------
 *
 * gin_cost.h
 *		What a scan of a GIN index will cost when the index is larger.
 *
 * gincostestimate() takes the numbers of entries and of their pages from the
 * index's metapage, while that covers a quarter of the pages it is told of, and
 * guesses them otherwise: a forecast to more than four times the size would be
 * made of guesses. But the entries (trigrams, keys, lexemes) are mostly the
 * same in a larger table. What grows are the lists of rows that have them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_PLAN_GIN_COST_H
#define PERFCHECK_PLAN_GIN_COST_H

#include "nodes/pathnodes.h"

/*
 * An amcostestimate function, for an index of which pages and tuples are those
 * of the larger table.
 */
extern void gin_cost_estimate(PlannerInfo *root, IndexPath *path,
							  double loop_count, Cost *startup_cost,
							  Cost *total_cost, Selectivity *selectivity,
							  double *correlation, double *pages);

#endif /* PERFCHECK_PLAN_GIN_COST_H */
