/*-------------------------------------------------------------------------
 *
 * origin.c
 *		The sides of a comparison: a parameter, or an expression over a table.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "parser/parsetree.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "base/compat.h"
#include "query/origin.h"

/* ---- parameters ---- */

/* Whether an expression is the same in every row and for every parameter. */
static bool
operand_varies(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, Var) || IsA(node, Param) || IsA(node, SubLink))
		return true;
	return expression_tree_walker(node, operand_varies, context);
}

/*
 * The operand of $n + constant or $n - constant that holds the parameter; NULL
 * for another expression. now() - $n, an interval, says nothing of the times.
 */
static Node *
operand_of_arithmetic(OpExpr *op)
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
	if (!operand_varies(right, NULL))
		kept = left;
	else if (name[0] == '+' && !operand_varies(left, NULL))
		kept = right;
	else
		return NULL;
	return TypeCategory(exprType(kept)) == TypeCategory(op->opresulttype)
			   ? kept
			   : NULL;
}

/* The argument of a cast, or of a function that keeps its own results. */
static Node *
operand_of_function(FuncExpr *function)
{
	if (function->args == NIL)
		return NULL;
	switch (function->funcid)
	{
		case F_LOWER_TEXT:
		case F_UPPER_TEXT:
		case F_BTRIM_TEXT:
			return linitial(function->args);
		default:
			return function->funcformat == COERCE_EXPLICIT_CALL
					   ? NULL
					   : linitial(function->args);
	}
}

/* The node below one that operand_param() looks through; NULL for another. */
static Node *
operand_below(Node *node, ParamOperand *found)
{
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
			return operand_of_function(castNode(FuncExpr, node));
		case T_CoalesceExpr:
			found->optional = true;
			return linitial(castNode(CoalesceExpr, node)->args);
		case T_OpExpr:
			below = operand_of_arithmetic(castNode(OpExpr, node));
			found->computed = found->computed || below != NULL;
			return below;
		default:
			return NULL;
	}
}

bool
operand_param(Node *node, int nparams, ParamOperand *found)
{
	memset(found, 0, sizeof(*found));
	while (node != NULL && !IsA(node, Param))
		node = operand_below(node, found);
	if (node == NULL || castNode(Param, node)->paramkind != PARAM_EXTERN ||
		castNode(Param, node)->paramid > nparams)
		return false;
	found->number = castNode(Param, node)->paramid;
	return true;
}

/* ---- expressions ---- */

typedef struct OperandMap
{
	List *queries; /* the one that the node is in, then those around it */
	const RangeTblEntry *rte;
	bool with_params;
	bool failed;
} OperandMap;

static Node *operand_map(Node *node, void *arg);

/* The query of a WITH that a range table entry names; NULL if it recurses. */
static Query *
operand_cte_query(const RangeTblEntry *rte, List **queries)
{
	ListCell *cell;

	if (rte->self_reference || (int) rte->ctelevelsup >= list_length(*queries))
		return NULL;
	*queries = list_copy_tail(*queries, rte->ctelevelsup);
	foreach(cell, linitial_node(Query, *queries)->cteList)
	{
		CommonTableExpr *cte = lfirst_node(CommonTableExpr, cell);

		if (strcmp(cte->ctename, rte->ctename) == 0)
			return !cte->cterecursive && IsA(cte->ctequery, Query)
					   ? castNode(Query, cte->ctequery)
					   : NULL;
	}
	return NULL;
}

/*
 * What a column of a join, subquery or WITH stands for, and the queries that
 * this is to be read in; NULL if it is a function's or the like.
 */
static Node *
operand_origin(const RangeTblEntry *rte, AttrNumber attnum, List **queries)
{
	Query *query = NULL;

	switch (rte->rtekind)
	{
		case RTE_JOIN:
			return list_nth(rte->joinaliasvars, attnum - 1);
		case RTE_SUBQUERY:
			query = rte->subquery;
			break;
		case RTE_CTE:
			query = operand_cte_query(rte, queries);
			break;
		default:
			return compat_group_expression(rte, attnum);
	}
	if (query == NULL)
		return NULL;
	*queries = lcons(query, list_copy(*queries));
	return (Node *) list_nth_node(TargetEntry, query->targetList, attnum - 1)
		->expr;
}

static Node *
operand_map_column(Var *var, OperandMap *map)
{
	List *queries = map->queries;
	RangeTblEntry *rte;
	Node *origin;

	map->failed = true;
	if (var->varattno <= 0 || (int) var->varlevelsup >= list_length(queries))
		return (Node *) var;
	queries = list_copy_tail(queries, var->varlevelsup);
	rte = rt_fetch(var->varno, linitial_node(Query, queries)->rtable);
	if (rte->rtekind == RTE_RELATION)
	{
		map->failed = map->rte != NULL && map->rte != rte;
		map->rte = rte;
		return (Node *) makeVar(1, var->varattno, var->vartype, var->vartypmod,
								var->varcollid, 0);
	}
	origin = operand_origin(rte, var->varattno, &queries);
	if (origin != NULL)
	{
		List *kept = map->queries;

		map->failed = false;
		map->queries = queries;
		origin = operand_map(origin, map);
		map->queries = kept;
	}
	return origin;
}

static Node *
operand_map(Node *node, void *arg)
{
	OperandMap *map = arg;

	if (node == NULL || map->failed)
		return node;
	switch (nodeTag(node))
	{
		case T_Var:
			return operand_map_column(castNode(Var, node), map);
		case T_Param:
			map->failed = !map->with_params ||
						  castNode(Param, node)->paramkind != PARAM_EXTERN;
			return copyObject(node);
		case T_SubLink:
		case T_Aggref:
		case T_GroupingFunc:
		case T_WindowFunc:
		case T_Query:
			map->failed = true;
			return node;
		default:
			return expression_tree_mutator(node, operand_map, map);
	}
}

/* A column under a relabeling that keeps what is equal: varchar as text. */
static Node *
operand_strip_relabel(Node *node)
{
	while (IsA(node, RelabelType))
	{
		Node *arg = (Node *) castNode(RelabelType, node)->arg;

		if (lookup_type_cache(exprType(arg), TYPECACHE_EQ_OPR)->eq_opr !=
			lookup_type_cache(exprType(node), TYPECACHE_EQ_OPR)->eq_opr)
			break;
		node = arg;
	}
	return node;
}

bool
operand_expression(List *queries, Node *node, Operand *found)
{
	OperandMap map = {.queries = queries};

	if (node == NULL)
		return false;
	memset(found, 0, sizeof(*found));
	node = operand_map(node, &map);
	if (map.failed || map.rte == NULL || contain_volatile_functions(node))
		return false;
	found->expr = operand_strip_relabel(node);
	found->rte = map.rte;
	found->relid = map.rte->relid;
	if (IsA(found->expr, Var))
		found->attnum = castNode(Var, found->expr)->varattno;
	return true;
}

Node *
operand_condition(List *queries, Node *node, const RangeTblEntry *rte)
{
	OperandMap map = {.queries = queries, .rte = rte, .with_params = true};

	node = operand_map(node, &map);
	return map.failed || contain_volatile_functions(node) ? NULL : node;
}

bool
operand_equal(const Operand *a, const Operand *b)
{
	return a->rte == b->rte && equal(a->expr, b->expr);
}
