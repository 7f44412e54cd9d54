/*-------------------------------------------------------------------------
 *
 * estimates.c
 *		Compares the rows that the planner expected of nodes with those found.
 *
 * Expected and found are rows of one loop: plan_rows is, and the executor's count
 * is divided by its loops. What is expected is that of today's tables, on which
 * the plan was executed (plan/todays_rows.h).
 *
 * The walk knows of each node whether it was stopped: by a Limit above that got
 * its rows, as far as nodes hand rows on; by a join that needs one partner; by a
 * merge join, whose other side may end first; or by a hash join that has nothing
 * on its inner side. What is read whole is not stopped, and a loop more or less
 * does not matter in an inner side of many loops.
 *
 * Of several estimates that are off, the one that costs most counts: the rows
 * that were not foreseen, and what was read for each of them on the other side of
 * a nested loop; and it counts if that is some rows at all. Where a join is off
 * since a scan below it is, the scan counts.
 *
 * An estimate decides something if more rows were found than expected, and a
 * nested loop was chosen for the fewer, which looks up each of them; or if rows are
 * fetched one by one whose values the planner took for absent. One that was too high may
 * have decided as well, but what the other plan would do is not known from it.
 *
 *-------------------------------------------------------------------------
 */
#include "work/estimates.h"

#include <math.h>
#include <stddef.h>

/* Fewer rows than this, both expected and found, are no misestimate. */
#define ESTIMATES_FEW 10.0

/* A misestimate by fewer rows than this, in all loops, changes no plan. */
#define ESTIMATES_COST 100.0

/* Rows that were not foreseen decide nothing unless so many are examined. */
#define ESTIMATES_DECIDES 1000.0

/* In so many loops one that was stopped does not change the mean much. */
#define ESTIMATES_LOOPS 10.0

/* The worst estimate so far. */
typedef struct Worst
{
	const WorkNode *node;
	double cost;
	double driven; /* what nested loops examine for its rows */
	bool deciding; /* those that decide nothing are left out */
} Worst;

static bool
estimates_is_scan(const WorkNode *node)
{
	return node->kind == WORK_SCAN || node->kind == WORK_BITMAP_INDEX;
}

double
estimates_found(const WorkNode *node)
{
	return node->loops > 0 ? node->rows / node->loops : 0;
}

double
estimates_times(double expected, double found)
{
	double more = expected > found ? expected : found;
	double less = expected > found ? found : expected;

	return more < ESTIMATES_FEW ? 0 : more / (less > 1 ? less : 1);
}

static double
estimates_examined(const WorkNode *node)
{
	double sum = node->examined;

	for (int i = 0; i < node->nchildren; i++)
		sum += estimates_examined(node->children[i]);
	return sum;
}

/* Returns what the inner sides of a node examined. */
static double
estimates_inner(const WorkNode *node)
{
	double sum = 0;

	for (int i = 0; i < node->nchildren; i++)
		if (node->children[i]->role == WORK_INNER)
			sum += estimates_examined(node->children[i]);
	return sum;
}

/* Returns whether a node stopped a child before that had returned all. */
static bool
estimates_stops(const WorkNode *node, const WorkNode *child, bool stopped)
{
	if (child->asked > 0)
		return true;
	switch (node->kind)
	{
		case WORK_LIMIT:
			/* Of several loops some may have been stopped. */
			return stopped ||
				   (node->limit > 0 && (work_node_reached(node) ||
										(node->loops > 1 && node->rows > 0)));
		case WORK_SCAN:
		case WORK_BLOCK:
			return false;
		case WORK_MERGE_JOIN:
			return true;
		case WORK_NESTED_LOOP:
			return stopped && (child->role == WORK_OUTER ||
							   child->loops < ESTIMATES_LOOPS);
		case WORK_HASH_JOIN:
			if (child->role == WORK_INNER)
				return false;
			/* Without an inner row the outer side is hardly looked at. */
			for (int i = 0; i < node->nchildren; i++)
				if (node->children[i]->role == WORK_INNER &&
					node->children[i]->rows == 0)
					return true;
			return stopped;
		default:
			return stopped;
	}
}

/*
 * Returns what nested loops examine for the rows of a child, where they examine
 * driven for those of its node; negative if there is no such loop.
 */
static double
estimates_driven(const WorkNode *node, const WorkNode *child, double driven)
{
	if (child->role == WORK_SUBPLAN || node->kind == WORK_LIMIT)
		return -1;
	if (child->role == WORK_OUTER && node->kind == WORK_NESTED_LOOP)
		return estimates_inner(node) + (driven > 0 ? driven : 0);
	return driven;
}

static bool
estimates_decides(double expected, double found, const WorkNode *node,
				  double driven)
{
	double unforeseen = (found - expected) * node->loops;

	if (driven >= ESTIMATES_DECIDES && unforeseen >= ESTIMATES_COST)
		return true;
	return node->by_pointer && expected <= 1 && unforeseen >= ESTIMATES_DECIDES;
}

/*
 * Looks at a node and at all below it; returns whether one of these is off.
 * driven is what nested loops examined for its rows; negative if it is on the
 * outer side of none.
 */
static bool
estimates_walk(Worst *worst, const WorkNode *node, const WorkNode *more,
			   bool stopped, double driven)
{
	bool off = false;
	double expected;
	double found;
	double cost;

	if (node->cte != NULL && work_node_is_pulled(node->cte))
		off =
			estimates_walk(worst, node->cte->plan,
						   more == NULL ? NULL : more->cte->plan, stopped, -1);
	for (int i = 0; i < node->nchildren; i++)
	{
		const WorkNode *child = node->children[i];
		bool below = child->role == WORK_SUBPLAN
						 ? child->asked > 0
						 : estimates_stops(node, child, stopped);

		/* A CTE is as full as its one scan needs it. */
		if (child->fills != NULL && work_node_is_pulled(child->fills))
			continue;
		if (estimates_walk(worst, child,
						   more == NULL ? NULL : more->children[i], below,
						   estimates_driven(node, child, driven)) &&
			child->role != WORK_SUBPLAN)
			off = true;
	}
	/* With raised limits it found more. */
	if (more != NULL && more->rows > node->rows)
		stopped = true;
	if (off || stopped || node->expected <= 0 || node->loops <= 0)
		return off;
	expected = node->expected;
	found = estimates_found(node);
	if (estimates_times(expected, found) <= ESTIMATES_OFF)
		return false;
	/* Of joins, those that found more than expected, and were built upon. */
	if (!estimates_is_scan(node) && (expected > found || driven < 0))
		return false;
	if (worst->deciding && !estimates_decides(expected, found, node, driven))
		return false;
	cost = fabs(found - expected) * node->loops;
	if (found > expected && driven > 0)
		cost += driven;
	if (cost < ESTIMATES_COST)
		return false;
	if (cost > worst->cost)
	{
		worst->node = node;
		worst->cost = cost;
		worst->driven = driven > 0 ? driven : 0;
	}
	return true;
}

const WorkNode *
estimates_worst(const WorkNode *root, const WorkNode *more)
{
	Worst worst = {.deciding = false};

	(void) estimates_walk(&worst, root, more, false, -1);
	return worst.node;
}

const WorkNode *
estimates_deciding(const WorkNode *root, const WorkNode *more, double *driven)
{
	Worst worst = {.deciding = true};

	(void) estimates_walk(&worst, root, more, false, -1);
	*driven = worst.driven;
	return worst.node;
}
