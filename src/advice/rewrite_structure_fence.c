/*-------------------------------------------------------------------------
 *
 * rewrite_structure_fence.c
 *		CTEs and subqueries that keep conditions out.
 *
 * A CTE is computed whole if it says so, or if it is used more than once. Without
 * a volatile function or a LIMIT it returns the same rows wherever it is computed.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"

#include "advice/rewrite_structure_fence.h"
#include "advice/rewrite_structure_tree.h"

/* Takes the fences of CTEs away, and returns the cause if there was one. */
static char *
structure_fence_ctes(Query *query, char *cause)
{
	ListCell *cell;

	foreach(cell, query->cteList)
	{
		CommonTableExpr *cte = lfirst(cell);
		bool asked = cte->ctematerialized == CTEMaterializeAlways;

		if (cte->cterecursive || cte->cterefcount == 0 ||
			(!asked && (cte->cterefcount == 1 ||
						cte->ctematerialized == CTEMaterializeNever)) ||
			castNode(Query, cte->ctequery)->limitCount != NULL ||
			contain_volatile_functions(cte->ctequery))
			continue;
		cte->ctematerialized = CTEMaterializeNever;
		if (cause == NULL)
			cause = asked
						? psprintf(
							  "the CTE %s is MATERIALIZED: all of its rows are "
							  "made before a condition on them is applied",
							  quote_identifier(cte->ctename))
						: psprintf(
							  "the CTE %s is used %d times, so all of its rows "
							  "are made before a condition on them is applied",
							  quote_identifier(cte->ctename), cte->cterefcount);
	}
	return cause;
}

/* Is an OFFSET none: 0 or NULL? */
static bool
structure_fence_is_zero(Node *offset)
{
	Const *constant = (Const *) strip_implicit_coercions(offset);

	return IsA(constant, Const) &&
		   (constant->constisnull ||
			(constant->consttype == INT4OID &&
			 DatumGetInt32(constant->constvalue) == 0) ||
			(constant->consttype == INT8OID &&
			 DatumGetInt64(constant->constvalue) == 0));
}

/* The same for OFFSET 0. */
static char *
structure_fence_offsets(Query *query, char *cause)
{
	ListCell *cell;

	foreach(cell, query->rtable)
	{
		RangeTblEntry *rte = lfirst(cell);

		if (rte->rtekind != RTE_SUBQUERY ||
			rte->subquery->limitOffset == NULL ||
			rte->subquery->limitCount != NULL ||
			!structure_fence_is_zero(rte->subquery->limitOffset) ||
			contain_volatile_functions((Node *) rte->subquery))
			continue;
		rte->subquery->limitOffset = NULL;
		if (cause == NULL)
			cause =
				psprintf("OFFSET 0 makes all rows of the subquery %s before a "
						 "condition on them is applied",
						 quote_identifier(rte->eref->aliasname));
	}
	return cause;
}

void
structure_fence_add(StructureContext *context)
{
	Query *tree = copyObject(context->tree);
	char *cause = NULL;
	ListCell *cell;

	foreach(cell, structure_tree_queries(tree))
	{
		cause = structure_fence_ctes(lfirst(cell), cause);
		cause = structure_fence_offsets(lfirst(cell), cause);
	}
	if (cause != NULL)
		(void) structure_text_add(context, cause, tree);
}
