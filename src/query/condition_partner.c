/*-------------------------------------------------------------------------
 *
 * condition_partner.c
 *		With the rows of what a condition compares.
 *
 * A walk over the value ends at the first thing in it that differs from row to
 * row: a column, or the Param that stands for a row of IN (SELECT ...). Columns
 * of queries within the value are not such things.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "nodes/nodeFuncs.h"
#include "parser/parsetree.h"

#include "query/condition_partner.h"

typedef struct PartnerSearch
{
	List *queries; /* around the value, the nearest first */
	int depth;     /* of subqueries within it */
	const SubLink *sublink;
	const void *found;
} PartnerSearch;

/* The range table entry that a column is read from, below joins. */
static const RangeTblEntry *
condition_partner_entry(List *queries, const Var *var)
{
	const RangeTblEntry *rte =
		rt_fetch(var->varno, linitial_node(Query, queries)->rtable);

	while (rte->rtekind == RTE_JOIN && var->varattno > 0)
	{
		var = list_nth(rte->joinaliasvars, var->varattno - 1);
		if (var == NULL || !IsA(var, Var))
			break;
		rte = rt_fetch(var->varno, linitial_node(Query, queries)->rtable);
	}
	return rte;
}

/* Looks for the first thing in a value that differs from row to row. */
static bool
condition_partner_walk(Node *value, void *arg)
{
	PartnerSearch *search = arg;
	bool found;

	if (value == NULL)
		return false;
	if (IsA(value, Var))
	{
		const Var *var = castNode(Var, value);
		int levels_up = (int) var->varlevelsup - search->depth;

		if (levels_up < 0)
			return false;
		if (levels_up < list_length(search->queries))
			search->found = condition_partner_entry(
				list_copy_tail(search->queries, levels_up), var);
		else
			search->found = var;
		return true;
	}
	/* A row of IN. */
	if (IsA(value, Param) && castNode(Param, value)->paramkind != PARAM_EXTERN)
	{
		search->found =
			search->sublink != NULL ? (const void *) search->sublink : value;
		return true;
	}
	if (IsA(value, Query))
	{
		search->depth++;
		found = query_tree_walker(castNode(Query, value),
								  condition_partner_walk, search, 0);
		search->depth--;
		return found;
	}
	return expression_tree_walker(value, condition_partner_walk, search);
}

const void *
condition_partner_find(List *queries, Node *value, const SubLink *sublink)
{
	PartnerSearch search = {.queries = queries, .sublink = sublink};

	(void) condition_partner_walk(value, &search);
	return search.found;
}
