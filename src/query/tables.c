/*-------------------------------------------------------------------------
 *
 * tables.c
 *		Lists the tables that a query reads.
 *
 * The range tables of all queries within the query are walked. The rewriter has
 * made a subquery of each view; the entry that it leaves for the view itself,
 * so that rights are checked and locks are kept, is passed over.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "nodes/nodeFuncs.h"

#include "query/tables.h"

static bool
tables_walk(Node *node, void *arg)
{
	List **tables = arg;

	if (node == NULL)
		return false;
	if (IsA(node, RangeTblEntry))
	{
		RangeTblEntry *rte = castNode(RangeTblEntry, node);

		if (rte->rtekind == RTE_RELATION && rte->relkind != RELKIND_VIEW)
			*tables = list_append_unique_oid(*tables, rte->relid);
		return false;
	}
	if (IsA(node, Query))
		return query_tree_walker(castNode(Query, node), tables_walk, arg,
								 QTW_EXAMINE_RTES_BEFORE);
	return expression_tree_walker(node, tables_walk, arg);
}

List *
tables_list(const Query *query)
{
	List *tables = NIL;

	(void) tables_walk((Node *) unconstify(Query *, query), &tables);
	return tables;
}
