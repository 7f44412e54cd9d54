/*-------------------------------------------------------------------------
 *
 * permissions.c
 *		May the current user execute a statement?
 *
 * The executor asks this of all tables of a plan, which the planner has gathered
 * from the queries within the query. Here there is no plan yet, so each of these is
 * looked at where it stands.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "nodes/nodeFuncs.h"

#include "base/compat.h"
#include "contract/permissions.h"

static bool
permissions_check_walker(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, Query))
	{
		Query *query = castNode(Query, node);

		compat_check_permissions(query);
		return query_tree_walker(query, permissions_check_walker, context, 0);
	}
	return expression_tree_walker(node, permissions_check_walker, context);
}

void
permissions_check(const ContractStatement *statement)
{
	(void) permissions_check_walker((Node *) statement->query, NULL);
}
