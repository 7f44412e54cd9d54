/*-------------------------------------------------------------------------
 *
 * estimates.c
 *		Compares the rows that the planner expected of nodes with those found.
 *
 * The plan was made for tables of scale times the rows, and executed on those of
 * today. So an estimate is divided by the growth that the planner took the node
 * to have: a scan's by its conditions (WorkNode.estimated), a join's as it is
 * projected. Expected and found are rows of one loop: plan_rows is, and the
 * executor's count is divided by its loops.
 *
 * The walk knows of each node whether it was stopped: by a Limit above that got
 * its rows, as far as nodes hand rows on; by a join that needs one partner; by a
 * merge join, whose other side may end first; or by a hash join that has nothing
 * on its inner side. What is read whole is not stopped, and a loop more or less
 * does not matter in an inner side of many loops.
 *
 * Of several estimates that are off, the one that costs most counts: the rows
 * that were not foreseen, and what was read for each of them on the other side of
 * a nested loop; and it counts if that is some rows at all. Where a join is off since a scan below it is, the scan counts.
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

/* In so many loops one that was stopped does not change the mean much. */
#define ESTIMATES_LOOPS 10.0

/* The worst estimate so far. */
typedef struct Worst
{
	const WorkNode *node;
	double cost;
	double scale;
} Worst;

static bool
estimates_is_scan(const WorkNode *node)
{
	return node->kind == WORK_SCAN || node->kind == WORK_BITMAP_INDEX;
}

static bool
estimates_joins(const WorkNode *node)
{
	return node->kind == WORK_NESTED_LOOP || node->kind == WORK_HASH_JOIN ||
		   node->kind == WORK_MERGE_JOIN;
}

double
estimates_expected(const WorkNode *node, double scale)
{
	if (estimates_is_scan(node))
		return node->expected / pow(scale, node->estimated);
	return node->growth.rows > 0 ? node->expected / node->growth.rows
								 : node->expected;
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
 * Looks at a node and at all below it; returns whether one of these is off.
 * driven is what was examined for each of its rows; negative if it is not the
 * outer side of a nested loop.
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
		double inner = -1;

		/* A CTE is as full as its one scan needs it. */
		if (child->fills != NULL && work_node_is_pulled(child->fills))
			continue;
		if (child->role == WORK_OUTER && node->kind == WORK_NESTED_LOOP)
			inner = estimates_inner(node);
		else if (child->role == WORK_OUTER && !estimates_joins(node))
			inner = driven;
		if (estimates_walk(worst, child,
						   more == NULL ? NULL : more->children[i], below,
						   inner) &&
			child->role != WORK_SUBPLAN)
			off = true;
	}
	/* With raised limits it found more. */
	if (more != NULL && more->rows > node->rows)
		stopped = true;
	if (off || stopped || node->expected <= 0 || node->loops <= 0)
		return off;
	expected = estimates_expected(node, worst->scale);
	found = estimates_found(node);
	if (estimates_times(expected, found) <= ESTIMATES_OFF)
		return false;
	/* What is not there yet, and joins that found less than was feared. */
	if (expected > found && (node->ahead || !estimates_is_scan(node)))
		return false;
	if (!estimates_is_scan(node) && driven < 0)
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
	}
	return true;
}

const WorkNode *
estimates_worst(const WorkNode *root, const WorkNode *more, double scale)
{
	Worst worst = {.scale = scale};

	(void) estimates_walk(&worst, root, more, false, -1);
	return worst.node;
}
