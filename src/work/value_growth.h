/*-------------------------------------------------------------------------
 *
 * value_growth.h
 *		How many values come out of an array, or a function, that tables fill.
 *
 * A function in FROM returns as many rows at any size if its arguments stay. They
 * do not where a subquery collects them from a table: unnest(ARRAY(SELECT id ...)),
 * json_array_elements() of a json_agg(), generate_series() from the first day to the
 * last one, or to count(*). The same holds for what = ANY (ARRAY(SELECT ...)) looks
 * up.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_VALUE_GROWTH_H
#define PERFCHECK_WORK_VALUE_GROWTH_H

#include "nodes/execnodes.h"

#include "work/work_node.h"

/* A subquery of a plan whose nodes have been read. */
typedef struct ReadSubquery
{
	PlanState *root;
	const SubPlan *subplan;
	WorkCte *cte; /* has its nodes */
} ReadSubquery;

/* What has been read of a plan before a node. */
typedef struct ValuePlace
{
	PlanState *node;
	const List *works;      /* WorkNode *, of all nodes that were read */
	const List *subqueries; /* ReadSubquery * */
	const List *params;     /* VaryingParam *, that the nodes above set */
} ValuePlace;

/*
 * Sets sources, and by_sources, of a scan of a function, of a node that returns
 * a row for each value of one, and of a scan that looks up the elements of an
 * array; does nothing for others. Errors: those of plan/growth.h.
 */
extern void value_growth_read(const ValuePlace *place, WorkNode *work);

#endif /* PERFCHECK_WORK_VALUE_GROWTH_H */
