/*-------------------------------------------------------------------------
 *
 * rewrite_row.c
 *		A join with one row, as scalar subqueries.
 *
 * Some libraries join a page with the row of its cursor: FROM post, (SELECT at FROM
 * post WHERE id = $1) AS cursor WHERE post.at >= cursor.at. For the planner this is
 * a join, after which nothing is in order, so that all later rows are read and
 * sorted. A scalar subquery is computed first, and its value is where the index is
 * entered.
 *
 * The two return the same: without the row there is nothing to be joined with, and
 * a comparison with null is not true. The text is made of the tree, since a part of
 * FROM goes away.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "utils/ruleutils.h"

#include "advice/rewrite_row.h"
#include "advice/rewrite_site.h"
#include "base/compat.h"
#include "base/relation.h"
#include "base/sandbox.h"
#include "base/settings.h"

/* Adds a condition "column = value" to the columns of table 1 that are compared. */
static void
rewrite_row_add_column(Node *clause, int varno, Bitmapset **columns)
{
	ListCell *cell;

	if (clause == NULL)
		return;
	if (IsA(clause, BoolExpr) && castNode(BoolExpr, clause)->boolop == AND_EXPR)
	{
		foreach(cell, castNode(BoolExpr, clause)->args)
			rewrite_row_add_column(lfirst(cell), varno, columns);
		return;
	}
	if (!IsA(clause, OpExpr) ||
		compat_btree_strategy(castNode(OpExpr, clause)->opno) !=
			BTEqualStrategyNumber)
		return;
	foreach(cell, castNode(OpExpr, clause)->args)
	{
		Node *side = lfirst(cell);

		if (IsA(side, Var) && castNode(Var, side)->varno == varno &&
			castNode(Var, side)->varlevelsup == 0)
			*columns = bms_add_member(*columns, castNode(Var, side)->varattno);
	}
}

/* Does a subquery of FROM return one row of one table, or none? */
static bool
rewrite_row_is_one(const Query *query)
{
	const RangeTblEntry *rte;
	Bitmapset *columns = NULL;
	int varno;

	if (query->hasAggs || query->groupClause != NIL ||
		query->setOperations != NULL || query->hasTargetSRFs ||
		query->cteList != NIL || query->limitOffset != NULL ||
		list_length(query->jointree->fromlist) != 1 ||
		!IsA(linitial(query->jointree->fromlist), RangeTblRef))
		return false;
	varno = castNode(RangeTblRef, linitial(query->jointree->fromlist))->rtindex;
	rte = rt_fetch(varno, query->rtable);
	if (rte->rtekind != RTE_RELATION)
		return false;
	rewrite_row_add_column(query->jointree->quals, varno, &columns);
	return relation_has_unique_key(rte->relid, columns);
}

typedef struct RowContext
{
	int varno; /* of the subquery in FROM */
	const Query *subquery;
} RowContext;

/* Puts scalar subqueries in the places of the subquery's columns. */
static Node *
rewrite_row_mutator(Node *node, void *arg)
{
	const RowContext *context = arg;
	SubLink *sublink;
	Query *query;
	TargetEntry *entry;

	if (node == NULL)
		return NULL;
	if (!IsA(node, Var) || castNode(Var, node)->varno != context->varno ||
		castNode(Var, node)->varlevelsup != 0)
		return expression_tree_mutator(node, rewrite_row_mutator, arg);
	query = copyObject(unconstify(Query *, context->subquery));
	entry = list_nth_node(TargetEntry, query->targetList,
						  castNode(Var, node)->varattno - 1);
	entry->resno = 1;
	query->targetList = list_make1(entry);
	sublink = makeNode(SubLink);
	sublink->subLinkType = EXPR_SUBLINK;
	sublink->subselect = (Node *) query;
	sublink->location = -1;
	return (Node *) sublink;
}

/* Is a column of the table read anywhere but in WHERE? */
static bool
rewrite_row_is_returned(const Query *query, int varno)
{
	return bms_is_member(varno,
						 pull_varnos(NULL, (Node *) query->targetList)) ||
		   bms_is_member(varno, pull_varnos(NULL, query->havingQual));
}

/* Changes the query; returns false if it has no such subquery. */
static bool
rewrite_row_change(Query *query)
{
	FromExpr *from = query->jointree;
	ListCell *cell;

	if (list_length(from->fromlist) < 2 || from->quals == NULL ||
		query->setOperations != NULL)
		return false;
	foreach(cell, from->fromlist)
	{
		RowContext context = {0};
		RangeTblEntry *rte;

		if (!IsA(lfirst(cell), RangeTblRef))
			continue;
		context.varno = castNode(RangeTblRef, lfirst(cell))->rtindex;
		rte = rt_fetch(context.varno, query->rtable);
		context.subquery = rte->subquery;
		if (rte->rtekind != RTE_SUBQUERY || rte->lateral ||
			!rewrite_row_is_one(rte->subquery) ||
			rewrite_row_is_returned(query, context.varno))
			continue;
		from->quals = rewrite_row_mutator(from->quals, &context);
		from->fromlist = foreach_delete_current(from->fromlist, cell);
		rte->inFromCl = false;
		query->hasSubLinks = true;
		return true;
	}
	return false;
}

typedef struct RowRewrite
{
	const ContractStatement *statement;
	char *sql;
	ContractStatement *rewritten;
} RowRewrite;

static void
rewrite_row_inside(void *arg)
{
	RowRewrite *rewrite = arg;
	Query *query = contract_tree_as_written(rewrite->statement);

	if (!rewrite_row_change(query))
		return;
	rewrite->sql = pg_get_querydef(query, false);
	rewrite->rewritten =
		contract_analyze_text(rewrite->statement, rewrite->sql);
}

Candidate *
rewrite_row_candidate(const ContractStatement *statement)
{
	RowRewrite rewrite = {.statement = statement};
	Candidate *candidate;

	if (sandbox_run(rewrite_row_inside, &rewrite,
					perfcheck_statement_timeout) != NULL ||
		rewrite.rewritten == NULL)
		return NULL;
	candidate = candidate_make(pstrdup(
		"the row of the cursor is joined, so that the rows after it come "
		"in no order and are all read"));
	candidate->kind = CANDIDATE_REWRITE;
	candidate->rewrite = rewrite.sql;
	candidate->query = rewrite.rewritten->query;
	return candidate;
}
