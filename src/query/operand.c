/*-------------------------------------------------------------------------
 *
 * operand.c
 *		An expression of parameters and constants, and its values.
 *
 * The executor computes the value, in a sandbox: what a function makes of a
 * parameter is asked rather than known, and a value that it refuses is an
 * answer, too.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "utils/lsyscache.h"

#include "base/sandbox.h"
#include "base/settings.h"
#include "base/texts.h"
#include "query/operand.h"

/* ---- parameters ---- */

static bool
operand_walk_params(Node *node, void *context)
{
	Bitmapset **found = context;

	if (node == NULL)
		return false;
	if (IsA(node, Param) && castNode(Param, node)->paramkind == PARAM_EXTERN)
		*found = bms_add_member(*found, castNode(Param, node)->paramid);
	if (IsA(node, Query))
		return query_tree_walker(castNode(Query, node), operand_walk_params,
								 context, 0);
	return expression_tree_walker(node, operand_walk_params, context);
}

Bitmapset *
operand_params(Node *node)
{
	Bitmapset *found = NULL;

	(void) operand_walk_params(node, &found);
	return found;
}

int
operand_count_params(Node *node)
{
	return bms_num_members(operand_params(node));
}

typedef struct TypeContext
{
	int number;
	Oid type;
} TypeContext;

static bool
operand_walk_type(Node *node, void *arg)
{
	TypeContext *context = arg;

	if (node == NULL)
		return false;
	if (IsA(node, Param) && castNode(Param, node)->paramkind == PARAM_EXTERN &&
		castNode(Param, node)->paramid == context->number)
	{
		context->type = castNode(Param, node)->paramtype;
		return true;
	}
	if (IsA(node, Query))
		return query_tree_walker(castNode(Query, node), operand_walk_type, arg,
								 0);
	return expression_tree_walker(node, operand_walk_type, arg);
}

Oid
operand_param_type(Node *node, int number)
{
	TypeContext context = {number, InvalidOid};

	(void) operand_walk_type(node, &context);
	return context.type;
}

Const *
operand_constant(const Param *param, const char *text)
{
	Oid input;
	Oid ioparam;
	int16 length;
	bool by_value;

	if (text == NULL)
		return makeNullConst(param->paramtype, -1, param->paramcollid);
	getTypeInputInfo(param->paramtype, &input, &ioparam);
	get_typlenbyval(param->paramtype, &length, &by_value);
	return makeConst(param->paramtype, -1, param->paramcollid, length,
					 OidInputFunctionCall(input, pstrdup(text), ioparam, -1),
					 false, by_value);
}

typedef struct PutContext
{
	const OperandValues *values;
	bool *unknown;
} PutContext;

static Node *
operand_put_mutator(Node *node, void *arg)
{
	const PutContext *context = arg;
	const OperandValues *values = context->values;
	Param *param;
	int i = 0;

	if (node == NULL)
		return NULL;
	if (IsA(node, Query))
		return (Node *) query_tree_mutator(castNode(Query, node),
										   operand_put_mutator, arg, 0);
	if (!IsA(node, Param) || castNode(Param, node)->paramkind != PARAM_EXTERN)
		return expression_tree_mutator(node, operand_put_mutator, arg);
	param = castNode(Param, node);
	while (i < values->n && values->params[i] != param->paramid)
		i++;
	if (i == values->n)
	{
		*context->unknown = true;
		return node;
	}
	return (Node *) operand_constant(param, values->texts[i]);
}

Node *
operand_put(Node *node, const OperandValues *values, bool *unknown)
{
	PutContext context = {values, unknown};

	return operand_put_mutator(node, &context);
}

/* ---- what is around it ---- */

static bool
operand_walk_out(Node *node, void *context)
{
	int *depth = context;
	bool found;

	if (node == NULL)
		return false;
	if (IsA(node, Var))
		return (int) castNode(Var, node)->varlevelsup > *depth;
	if (IsA(node, Aggref) && (int) castNode(Aggref, node)->agglevelsup > *depth)
		return true;
	if (IsA(node, RangeTblEntry))
		return castNode(RangeTblEntry, node)->rtekind == RTE_CTE &&
			   (int) castNode(RangeTblEntry, node)->ctelevelsup > *depth;
	if (IsA(node, Query))
	{
		++*depth;
		found = query_tree_walker(castNode(Query, node), operand_walk_out,
								  context, QTW_EXAMINE_RTES_BEFORE);
		--*depth;
		return found;
	}
	return expression_tree_walker(node, operand_walk_out, context);
}

bool
operand_refers_out(Node *node)
{
	int depth = node != NULL && IsA(node, Query) ? -1 : 0;

	return operand_walk_out(node, &depth);
}

/* ---- values ---- */

typedef struct EvaluateContext
{
	Node *node;
	const OperandValues *values;
	char *text;
} EvaluateContext;

static void
operand_evaluate_inside(void *arg)
{
	EvaluateContext *context = arg;
	bool unknown = false;
	Node *node = operand_put(context->node, context->values, &unknown);
	Const *value;

	if (unknown)
		return;
	node = (Node *) expression_planner((Expr *) node);
	value = (Const *) evaluate_expr((Expr *) node, exprType(node),
									exprTypmod(node), exprCollation(node));
	if (value->constisnull)
		return;
	context->text = texts_of_value(value->consttype, value->constvalue);
}

/*
 * Is there anything that a row, a group or a plan has to give? The server's own
 * checks know those of the query itself, and not of the queries around it.
 */
static bool
operand_walk_given(Node *node, void *context)
{
	if (node == NULL)
		return false;
	switch (nodeTag(node))
	{
		case T_Var:
		case T_Aggref:
		case T_GroupingFunc:
		case T_WindowFunc:
		case T_SubLink:
		case T_SubPlan:
		case T_AlternativeSubPlan:
		case T_Query:
		case T_PlaceHolderVar:
		case T_CurrentOfExpr:
		case T_SetToDefault:
			return true;
		case T_Param:
			return castNode(Param, node)->paramkind != PARAM_EXTERN;
		default:
			return expression_tree_walker(node, operand_walk_given, context);
	}
}

bool
operand_is_computable(Node *node)
{
	return !operand_walk_given(node, NULL) &&
		   !contain_volatile_functions(node) && !expression_returns_set(node);
}

char *
operand_evaluate(Node *node, const OperandValues *values)
{
	EvaluateContext context = {node, values, NULL};

	if (!operand_is_computable(node) ||
		sandbox_run(operand_evaluate_inside, &context,
					perfcheck_statement_timeout) != NULL)
		return NULL;
	return context.text;
}
