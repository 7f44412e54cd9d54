/*-------------------------------------------------------------------------
 *
 * node_blocks.h
 *		Reads what a node of an executed plan touched, and what it keeps.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_NODE_BLOCKS_H
#define PERFCHECK_WORK_NODE_BLOCKS_H

#include "work/block_projection.h"
#include "work/watch.h"
#include "work/work_node.h"

/*
 * Sets the blocks of work, whose other fields and children were read before, to
 * those of node, which was watched while its plan was executed and is still open.
 * They are allocated in the current memory context. Errors: those of reading the
 * catalogs.
 */
extern void node_blocks_read(WorkNode *work, PlanState *node);

/*
 * Sets those that were counted anew, for work that was read from another execution
 * with the same counts. Its children come first. No errors.
 */
extern void node_blocks_renew(WorkNode *work, const WatchedNode *counts);

#endif /* PERFCHECK_WORK_NODE_BLOCKS_H */
