/*-------------------------------------------------------------------------
 *
 * proof_rights.c
 *		May the expressions of a statement run with the rights of a table's owner?
 *
 * CREATE INDEX calls the functions of an index expression and of a predicate as the
 * owner of the table. They come from the query, so that whoever wrote it, or made
 * the function, would act with the owner's rights, which only the caller has. The
 * functions of the server, of superusers, and of those who may take the owner's role
 * are no such way.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/transam.h"
#include "catalog/namespace.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_utilcmd.h"
#include "utils/lsyscache.h"

#include "advice/proof_rights.h"
#include "base/compat.h"
#include "base/owner.h"
#include "base/sandbox.h"

/* The owner of the table that the expressions are of. */
typedef struct RightsCheck
{
	Oid owner;
} RightsCheck;

static bool
proof_rights_is_others(Oid owner, const RightsCheck *check)
{
	return !superuser_arg(owner) && !compat_may_set_role(owner, check->owner);
}

static bool
proof_rights_function_is_others(Oid function, void *context)
{
	return function >= FirstNormalObjectId &&
		   proof_rights_is_others(owner_of_function(function), context);
}

/* A domain has its checks called, and a type may have casts of its owner's. */
static bool
proof_rights_walker(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (check_functions_in_node(node, proof_rights_function_is_others, context))
		return true;
	if (IsA(node, CoerceToDomain) &&
		proof_rights_is_others(
			owner_of_type(castNode(CoerceToDomain, node)->resulttype), context))
		return true;
	return expression_tree_walker(node, proof_rights_walker, context);
}

static void
proof_rights_check(List *expressions, Oid relid)
{
	RightsCheck check = {.owner = owner_of_relation(relid)};

	if (!compat_owns_relation(relid, sandbox_author()) &&
		proof_rights_walker((Node *) expressions, &check))
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("it would call a function of somebody else's as the "
					   "owner of %s",
					   get_rel_name(relid)));
}

void
proof_rights_check_index(const IndexStmt *analyzed, Oid relid)
{
	List *expressions = list_make1(analyzed->whereClause);
	ListCell *cell;

	foreach(cell, analyzed->indexParams)
		expressions = lappend(expressions, lfirst_node(IndexElem, cell)->expr);
	proof_rights_check(expressions, relid);
}

void
proof_rights_check_statistics(CreateStatsStmt *statement, const char *sql)
{
	Oid relid = RangeVarGetRelid(linitial_node(RangeVar, statement->relations),
								 NoLock, false);
	const CreateStatsStmt *analyzed =
		transformStatsStmt(relid, copyObject(statement), sql);
	List *expressions = NIL;
	ListCell *cell;

	foreach(cell, analyzed->exprs)
		expressions = lappend(expressions, lfirst_node(StatsElem, cell)->expr);
	proof_rights_check(expressions, relid);
}
