/*-------------------------------------------------------------------------
 *
 * estimates.c
 *		Compares the rows that the planner expected of scans with those found.
 *
 * The plan was made for tables of scale times the rows, and executed on those of
 * today. So an estimate is divided by the growth that the planner took the scan to
 * have (WorkNode.estimated). Expected and found are rows of one loop:
 * plan_rows is, and the executor's count is divided by its loops.
 *
 * The walk knows of each node whether a Limit above stopped it. That holds for
 * the inputs of nodes that hand rows on; a node that reads its input whole, an
 * inner side and a subplan run to their end. A Limit that did not get all its
 * rows stopped nothing.
 *
 *-------------------------------------------------------------------------
 */
#include "work/estimates.h"

#include <math.h>
#include <stddef.h>

/* Fewer rows than this, both expected and found, are no misestimate. */
#define ESTIMATES_FEW 10.0

double
estimates_expected(const WorkNode *scan, double scale)
{
	return scan->expected / pow(scale, scan->estimated);
}

double
estimates_found(const WorkNode *scan)
{
	return scan->loops > 0 ? scan->rows / scan->loops : 0;
}

double
estimates_times(double expected, double found)
{
	double more = expected > found ? expected : found;
	double less = expected > found ? found : expected;

	return more < ESTIMATES_FEW ? 0 : more / (less > 1 ? less : 1);
}

/*
 * Sets worst to the scan whose estimate is the furthest off, and off to the
 * factor, if that is more than off was before.
 */
static void
estimates_walk(const WorkNode *node, bool stopped, double scale,
			   const WorkNode **worst, double *off)
{
	bool is_scan = node->kind == WORK_SCAN || node->kind == WORK_BITMAP_INDEX;

	if (is_scan && !stopped && node->expected > 0 && node->loops > 0)
	{
		double times = estimates_times(estimates_expected(node, scale),
									   estimates_found(node));

		if (times > *off)
		{
			*worst = node;
			*off = times;
		}
	}
	for (int i = 0; i < node->nchildren; i++)
	{
		const WorkNode *child = node->children[i];
		bool below = stopped;

		if (node->kind == WORK_LIMIT)
			below = node->limit > 0 && work_node_reached(node);
		else if (child->role != WORK_OUTER || node->kind == WORK_BLOCK ||
				 node->kind == WORK_SCAN)
			below = false;
		estimates_walk(child, below, scale, worst, off);
	}
}

const WorkNode *
estimates_worst(const WorkNode *root, double scale)
{
	const WorkNode *worst = NULL;
	double off = ESTIMATES_OFF;

	estimates_walk(root, false, scale, &worst, &off);
	return worst;
}
