/*-------------------------------------------------------------------------
 *
 * condition_text.c
 *		The conditions of a scan as text, without their values.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "nodes/nodeFuncs.h"
#include "nodes/primnodes.h"
#include "utils/lsyscache.h"

#include "plan/condition_text.h"

typedef struct ConditionText
{
	StringInfo text;
	Oid relation;
	Oid index;
} ConditionText;

static void
condition_text_word(ConditionText *context, const char *word)
{
	StringInfo text = context->text;

	if (text->len > 0)
		appendStringInfoChar(text, ' ');
	appendStringInfoString(text, word == NULL ? "?" : word);
}

/* What stands before the operands of a node; NULL if nothing does. */
static const char *
condition_text_operator(const Node *node)
{
	switch (nodeTag(node))
	{
		case T_OpExpr:
		case T_DistinctExpr:
		case T_NullIfExpr:
			return get_opname(((const OpExpr *) node)->opno);
		case T_ScalarArrayOpExpr:
			return psprintf(
				"%s %s", get_opname(((const ScalarArrayOpExpr *) node)->opno),
				((const ScalarArrayOpExpr *) node)->useOr ? "any" : "all");
		case T_FuncExpr:
			return get_func_name(((const FuncExpr *) node)->funcid);
		case T_BoolExpr:
			switch (((const BoolExpr *) node)->boolop)
			{
				case AND_EXPR:
					return "and";
				case OR_EXPR:
					return "or";
				case NOT_EXPR:
					return "not";
			}
			return NULL;
		case T_NullTest:
			return ((const NullTest *) node)->nulltesttype == IS_NULL
					   ? "is null"
					   : "is not null";
		case T_BooleanTest:
			return "is";
		case T_RowCompareExpr:
			return get_opname(
				linitial_oid(((const RowCompareExpr *) node)->opnos));
		case T_SubPlan:
		case T_AlternativeSubPlan:
			return "subplan";
		case T_CoalesceExpr:
			return "coalesce";
		case T_CaseExpr:
			return "case";
		default:
			return NULL;
	}
}

static bool
condition_text_walk(Node *node, void *arg)
{
	ConditionText *context = arg;
	const char *word;

	if (node == NULL)
		return false;
	if (IsA(node, Const) || IsA(node, Param))
	{
		condition_text_word(context, "?");
		return false;
	}
	if (IsA(node, Var))
	{
		const Var *var = castNode(Var, node);
		Oid of = InvalidOid;

		if (var->varno == INDEX_VAR)
			of = context->index;
		else if (!IS_SPECIAL_VARNO(var->varno))
			of = context->relation;
		condition_text_word(context, OidIsValid(of)
										 ? get_attname(of, var->varattno, true)
										 : "?");
		return false;
	}
	word = condition_text_operator(node);
	if (word != NULL)
		condition_text_word(context, word);
	/* Whatever a subquery reads is told at its own nodes. */
	if (IsA(node, SubPlan) || IsA(node, AlternativeSubPlan))
		return false;
	return expression_tree_walker(node, condition_text_walk, arg);
}

void
condition_text_append(StringInfo text, const List *conditions, Oid relation,
					  Oid index)
{
	ConditionText context = {text, relation, index};
	ListCell *cell;

	foreach(cell, conditions)
	{
		if (cell != list_head(conditions))
			appendStringInfoChar(text, ',');
		(void) condition_text_walk(lfirst(cell), &context);
	}
}
