/*-------------------------------------------------------------------------
 *
 * node_counts.h
 *		The tree of an executed plan -> WorkNodes, with what each one examined.
 *
 * Scans: rows returned and rows removed by a filter or a recheck; bitmap index
 * scans: TIDs; joins: pairs tried.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_NODE_COUNTS_H
#define PERFCHECK_WORK_NODE_COUNTS_H

#include "nodes/execnodes.h"

#include "work/projection.h"

/* The plan has run with row counters (first_match_run()), and is finished. */
extern WorkNode *node_counts_tree(PlanState *root, const List *first_rows);

#endif /* PERFCHECK_WORK_NODE_COUNTS_H */
