/*-------------------------------------------------------------------------
 *
 * busiest.h
 *		Which node of a plan examines most, and the way to it.
 *
 * Pure C, as work_node.h. All is about the size that the plan was projected to
 * last. No function here raises an error or allocates memory.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_BUSIEST_H
#define PERFCHECK_WORK_BUSIEST_H

#include "work/work_node.h"

/*
 * Returns the rows that a node itself examines: with those that the bitmap index
 * scans below it point to, if they are more, and with those of the statements of
 * its functions.
 */
extern double busiest_own(const WorkNode *node);

/* Returns the rows that the statements of a node's functions examine. */
extern double busiest_in_functions(const WorkNode *node);

/*
 * Returns the node that examines most. The scans that stand side by side in an
 * Append, as those of partitions, count together, and the largest of them is
 * returned. A bitmap index scan counts for the heap scan above it, and a join only
 * if it makes more pairs than there are rows to be joined.
 */
extern const WorkNode *busiest_find(const WorkNode *root);

/* Returns the child of node that is busiest or has it below itself, or NULL. */
extern const WorkNode *busiest_toward(const WorkNode *node,
									  const WorkNode *busiest);

#endif /* PERFCHECK_WORK_BUSIEST_H */
