/*-------------------------------------------------------------------------
 *
 * rewrite_policy.c
 *		Functions that a policy calls for each row, called once.
 *
 * The conditions of policies stand in the tree of the query when the rewriter is
 * done, and are changed there for the trial, by the same mutator that changes the
 * policy itself, as the catalog has it, for the statement. What the server's own
 * functions do, such as current_setting(), is not worth a subquery.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_namespace_d.h"
#include "catalog/pg_proc.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "rewrite/rowsecurity.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"

#include "advice/rewrite_policy.h"
#include "advice/rewrite_site.h"
#include "base/relation.h"

typedef struct PolicyContext
{
	Oid relid;
	const char *function; /* the first that was put into a subquery */
} PolicyContext;

static bool
rewrite_policy_is_called(const FuncExpr *call)
{
	return func_volatile(call->funcid) != PROVOLATILE_IMMUTABLE &&
		   !call->funcretset &&
		   get_func_namespace(call->funcid) != PG_CATALOG_NAMESPACE &&
		   !rewrite_site_has_columns((Node *) call->args);
}

/* Puts calls that take no column into subqueries, outside of other subqueries. */
static Node *
rewrite_policy_wrap(Node *node, void *arg)
{
	PolicyContext *context = arg;
	SubLink *sublink;
	Query *query;

	if (node == NULL || IsA(node, SubLink))
		return copyObject(node);
	if (!IsA(node, FuncExpr) || !rewrite_policy_is_called((FuncExpr *) node))
		return expression_tree_mutator(node, rewrite_policy_wrap, arg);
	if (context->function == NULL)
		context->function = get_func_name(castNode(FuncExpr, node)->funcid);
	query = makeNode(Query);
	query->commandType = CMD_SELECT;
	query->canSetTag = true;
	query->jointree = makeFromExpr(NIL, NULL);
	query->targetList = list_make1(makeTargetEntry((Expr *) copyObject(node), 1,
												   pstrdup("?column?"), false));
	sublink = makeNode(SubLink);
	sublink->subLinkType = EXPR_SUBLINK;
	sublink->subselect = (Node *) query;
	sublink->location = -1;
	return (Node *) sublink;
}

/* Changes the policies of a table in the tree of a query. */
static bool
rewrite_policy_change(Node *node, void *arg)
{
	PolicyContext *context = arg;
	ListCell *cell;

	if (node == NULL)
		return false;
	if (!IsA(node, Query))
		return expression_tree_walker(node, rewrite_policy_change, arg);
	foreach(cell, castNode(Query, node)->rtable)
	{
		RangeTblEntry *rte = lfirst_node(RangeTblEntry, cell);

		if (rte->rtekind != RTE_RELATION || rte->relid != context->relid ||
			rte->securityQuals == NIL)
			continue;
		rte->securityQuals = castNode(
			List, rewrite_policy_wrap((Node *) rte->securityQuals, context));
		castNode(Query, node)->hasSubLinks = true;
	}
	return query_tree_walker(castNode(Query, node), rewrite_policy_change, arg,
							 0);
}

/* Adds ALTER POLICY for each policy of the table that calls such a function. */
static void
rewrite_policy_add_fix(Candidate *candidate, Oid relid)
{
	Relation table = table_open(relid, NoLock);
	ListCell *cell;

	foreach(cell, table->rd_rsdesc != NULL ? table->rd_rsdesc->policies : NIL)
	{
		const RowSecurityPolicy *policy = lfirst(cell);
		PolicyContext context = {.relid = relid};
		Node *qual = rewrite_policy_wrap((Node *) policy->qual, &context);
		char *sql;

		if (context.function == NULL)
			continue;
		sql = psprintf(
			"ALTER POLICY %s ON %s USING (%s)",
			quote_identifier(policy->policy_name), relation_sql_name(relid),
			deparse_expression(
				qual,
				deparse_context_for(RelationGetRelationName(table), relid),
				false, false));
		candidate->fix = candidate->fix == NULL
							 ? sql
							 : psprintf("%s; %s", candidate->fix, sql);
	}
	table_close(table, NoLock);
}

static bool
rewrite_policy_find_tables(Node *node, void *arg)
{
	List **relids = arg;
	ListCell *cell;

	if (node == NULL)
		return false;
	if (!IsA(node, Query))
		return expression_tree_walker(node, rewrite_policy_find_tables, arg);
	foreach(cell, castNode(Query, node)->rtable)
		if (lfirst_node(RangeTblEntry, cell)->securityQuals != NIL)
			*relids = list_append_unique_oid(
				*relids, lfirst_node(RangeTblEntry, cell)->relid);
	return query_tree_walker(castNode(Query, node), rewrite_policy_find_tables,
							 arg, 0);
}

List *
rewrite_policy_candidates(const ContractStatement *statement)
{
	List *relids = NIL;
	List *candidates = NIL;
	ListCell *cell;

	(void) rewrite_policy_find_tables((Node *) statement->query, &relids);
	foreach(cell, relids)
	{
		PolicyContext context = {.relid = lfirst_oid(cell)};
		Query *query = copyObject(statement->query);
		Candidate *candidate;

		(void) rewrite_policy_change((Node *) query, &context);
		if (context.function == NULL)
			continue;
		candidate = candidate_make(
			psprintf("a policy on %s calls %s() for each row",
					 get_rel_name(context.relid), context.function));
		candidate->kind = CANDIDATE_OTHER;
		candidate->query = query;
		rewrite_policy_add_fix(candidate, context.relid);
		candidate->definition = candidate->fix;
		if (candidate->fix != NULL)
			candidates = lappend(candidates, candidate);
	}
	return candidates;
}
