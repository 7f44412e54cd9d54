/*-------------------------------------------------------------------------
 *
 * work_node.c
 *		The nodes of an executed plan, with their counts and how these grow.
 *
 *-------------------------------------------------------------------------
 */
#include "work/work_node.h"

/* So many CTEs are followed down, one behind the other. */
#define WORK_NODE_LEVELS 20

/* What leaves a few rows of ten times as many is taken to look them up. */
#define WORK_NODE_ONE 5.0
#define WORK_NODE_MANY 10.0

bool
work_node_is_pulled(const WorkCte *cte)
{
	return cte->scans == 1 && cte->scan->loops <= 1 &&
		   cte->level <= WORK_NODE_LEVELS;
}

bool
work_node_leaves_one(double examined, double rows, double compared)
{
	return rows > 0 && rows <= WORK_NODE_ONE * compared &&
		   examined >= WORK_NODE_MANY * rows;
}

double
work_node_per_loop(const WorkNode *node, double count)
{
	return node->loops > 0 ? count / node->loops : count;
}

bool
work_node_reached(const WorkNode *limit)
{
	double wanted = limit->limit - limit->offset;

	return work_node_per_loop(limit, limit->rows) >= wanted;
}

double
work_node_matches(const WorkNode *limit)
{
	double rows = work_node_per_loop(limit, limit->rows);

	return rows > 0 ? rows + limit->offset : 0;
}
