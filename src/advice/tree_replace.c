/*-------------------------------------------------------------------------
 *
 * tree_replace.c
 *		Replaces nodes of a query's tree by others.
 *
 * The mutators of the server copy what they are not told to replace.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"

#include "advice/tree_replace.h"

typedef struct TreeReplacement
{
	List *from; /* Node *, as they stand in the tree */
	List *to;   /* Node *, in the same order */
} TreeReplacement;

static Node *
tree_replace_mutator(Node *node, void *arg)
{
	TreeReplacement *replacement = arg;
	ListCell *from;
	ListCell *to;

	if (node == NULL)
		return NULL;
	forboth(from, replacement->from, to, replacement->to)
		if (node == lfirst(from))
			return lfirst(to);
	if (IsA(node, Query))
		return (Node *) query_tree_mutator((Query *) node, tree_replace_mutator,
										   arg, 0);
	return expression_tree_mutator(node, tree_replace_mutator, arg);
}

Node *
tree_replace(Node *tree, List *from, List *to)
{
	TreeReplacement replacement = {from, to};

	return tree_replace_mutator(tree, &replacement);
}
