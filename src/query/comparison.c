/*-------------------------------------------------------------------------
 *
 * comparison.c
 *		Recognizes a parameter, and its comparison with a table's expression.
 *
 * A parameter is looked for downwards from one side: each node that keeps the
 * meaning of its argument is looked through, and what is found on the way is
 * noted. The operator tells the strategy by its B-tree operator family; the
 * comparison is turned around if the parameter stands on the left.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/nbtree.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "parser/parse_coerce.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

#include "base/compat.h"
#include "query/comparison.h"

/* ---- parameters ---- */

/* Whether an expression depends on the row or on a parameter. */
static bool
comparison_varies(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, Var) || IsA(node, Param) || IsA(node, SubLink))
		return true;
	return expression_tree_walker(node, comparison_varies, context);
}

/*
 * The operand of $n + constant or $n - constant that has the parameter; NULL
 * for another expression. now() - $n is an interval, which tells nothing about
 * the times that a column is compared with.
 */
static Node *
comparison_of_arithmetic(OpExpr *op)
{
	const char *name = get_opname(op->opno);
	Node *left;
	Node *right;
	Node *kept;

	if (list_length(op->args) != 2 || name == NULL ||
		(strcmp(name, "+") != 0 && strcmp(name, "-") != 0))
		return NULL;
	left = linitial(op->args);
	right = lsecond(op->args);
	if (!comparison_varies(right, NULL))
		kept = left;
	else if (name[0] == '+' && !comparison_varies(left, NULL))
		kept = right;
	else
		return NULL;
	return TypeCategory(exprType(kept)) == TypeCategory(op->opresulttype)
			   ? kept
			   : NULL;
}

/* The expression of (SELECT $n); NULL for another subquery. */
static Node *
comparison_of_sublink(const SubLink *sublink)
{
	const Query *query = (const Query *) sublink->subselect;

	return sublink->subLinkType == EXPR_SUBLINK && IsA(query, Query) &&
				   query->jointree->fromlist == NIL &&
				   list_length(query->targetList) == 1
			   ? (Node *) linitial_node(TargetEntry, query->targetList)->expr
			   : NULL;
}

/* The node below one that is looked through; NULL for another node. */
static Node *
comparison_below(Node *node, ParamOperand *found)
{
	FuncExpr *function;
	Node *below;

	switch (nodeTag(node))
	{
		case T_RelabelType:
			return (Node *) castNode(RelabelType, node)->arg;
		case T_CoerceViaIO:
			return (Node *) castNode(CoerceViaIO, node)->arg;
		case T_ArrayCoerceExpr:
			return (Node *) castNode(ArrayCoerceExpr, node)->arg;
		case T_CoerceToDomain:
			return (Node *) castNode(CoerceToDomain, node)->arg;
		case T_CollateExpr:
			return (Node *) castNode(CollateExpr, node)->arg;
		case T_FuncExpr:
			function = castNode(FuncExpr, node);
			if (function->args == NIL)
				return NULL;
			/* Of the calls, only those that keep their own results. */
			if (function->funcformat == COERCE_EXPLICIT_CALL &&
				function->funcid != F_LOWER_TEXT &&
				function->funcid != F_UPPER_TEXT &&
				function->funcid != F_BTRIM_TEXT)
				return NULL;
			return linitial(function->args);
		case T_NullIfExpr:
			return linitial(castNode(NullIfExpr, node)->args);
		case T_SubLink:
			return comparison_of_sublink(castNode(SubLink, node));
		case T_CoalesceExpr:
			found->optional = true;
			return linitial(castNode(CoalesceExpr, node)->args);
		case T_OpExpr:
			below = comparison_of_arithmetic(castNode(OpExpr, node));
			found->computed = found->computed || below != NULL;
			return below;
		default:
			return NULL;
	}
}

bool
comparison_read_param(Node *node, int nparams, ParamOperand *found)
{
	memset(found, 0, sizeof(*found));
	while (node != NULL && !IsA(node, Param))
		node = comparison_below(node, found);
	if (node == NULL || castNode(Param, node)->paramkind != PARAM_EXTERN ||
		castNode(Param, node)->paramid > nparams)
		return false;
	found->number = castNode(Param, node)->paramid;
	return true;
}

/* ---- comparisons ---- */

bool
comparison_read(List *queries, Node *node, int nparams, Comparison *found)
{
	OpExpr *op;

	if (node == NULL || (!IsA(node, OpExpr) && !IsA(node, DistinctExpr)))
		return false;
	op = (OpExpr *) node;
	if (list_length(op->args) != 2)
		return false;
	found->strategy = compat_btree_strategy(op->opno);
	/* The operator of IS DISTINCT FROM is the = that it negates. */
	if (IsA(node, DistinctExpr) && found->strategy == BTEqualStrategyNumber)
		found->strategy = COMPAT_STRATEGY_NE;
	if (found->strategy == 0)
		return false;
	found->operand = lsecond(op->args);
	if (comparison_read_param(found->operand, nparams, &found->param))
		found->origin = origin_find_first(queries, linitial(op->args));
	else
	{
		if (found->strategy != COMPAT_STRATEGY_NE)
			found->strategy = BTCommuteStrategyNumber(found->strategy);
		found->operand = linitial(op->args);
		if (!comparison_read_param(found->operand, nparams, &found->param))
			return false;
		found->origin = origin_find_first(queries, lsecond(op->args));
	}
	/* What a set has is compared one by one: see search.h. */
	return found->origin != NULL &&
		   !expression_returns_set(found->origin->expr);
}
