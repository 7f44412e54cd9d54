/*-------------------------------------------------------------------------
 *
 * tree_replace.h
 *		Replaces nodes of a query's tree by others.
 *
 * Nothing here raises an error.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_TREE_REPLACE_H
#define PERFCHECK_ADVICE_TREE_REPLACE_H

#include "nodes/nodes.h"
#include "nodes/pg_list.h"

/*
 * Returns a copy of tree, an expression or a Query, in which each node of from,
 * known by its address, is the node of to that has its place.
 */
extern Node *tree_replace(Node *tree, List *from, List *to);

#endif /* PERFCHECK_ADVICE_TREE_REPLACE_H */
