/*-------------------------------------------------------------------------
 *
 * param_uses.c
 *		What each parameter of a query is compared with.
 *
 * One walk visits every node of the query, and of the queries within it. A
 * comparison is noted with its parameter, unless an earlier one was. A cursor
 * is looked for first, because its comparisons would be taken for ranges; where
 * one is found, it replaces what was noted, and nothing below it is visited.
 * Whether a parameter may be left out ($n IS NULL OR ...) is seen at other
 * nodes, so that it is collected apart and put in at the end.
 *
 * A second walk looks at what is left: it guesses at conditions that it does not
 * know, and asks the query itself for values where no table has them. Parameters
 * that are in no condition get a value of their type. Where one of them is an
 * argument of a function whose result is compared, as in date_trunc($1, at) =
 * $2, both walks are done again over a copy of the query with that value in it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteManip.h"
#include "utils/lsyscache.h"

#include "base/compat.h"
#include "base/texts.h"
#include "query/free_params.h"
#include "query/operand.h"
#include "query/param_uses.h"
#include "query/use_notes.h"

typedef struct UsesContext
{
	UseNotes notes;
	bool *optional;     /* $n IS NULL is asked somewhere */
	char **off;         /* the constant that $n is compared with in an OR */
	List **values;      /* the constants that $n is compared with at all */
	Bitmapset *unknown; /* parameters in conditions that are not understood */
} UsesContext;

/* ---- LIMIT and OFFSET ---- */

typedef struct LimitContext
{
	UsesContext *uses;
	UseKind kind;
	bool computed;
} LimitContext;

/* LIMIT $n, or $n + 1: an API may ask for one row more than it returns. */
static bool
param_uses_walk_limit(Node *node, void *arg)
{
	LimitContext *context = arg;

	if (node == NULL)
		return false;
	if (IsA(node, Param) && castNode(Param, node)->paramkind == PARAM_EXTERN &&
		castNode(Param, node)->paramid <= context->uses->notes.nparams)
	{
		ParamUse *use =
			&context->uses->notes.uses[castNode(Param, node)->paramid - 1];

		if (use->kind == USE_NONE)
		{
			use->kind = context->kind;
			use->computed = context->computed;
		}
		return false;
	}
	return expression_tree_walker(node, param_uses_walk_limit, arg);
}

static void
param_uses_note_limit(UsesContext *context, Node *node, UseKind kind)
{
	LimitContext limit = {context, kind, false};
	ParamOperand param;

	limit.computed =
		!comparison_read_param(node, context->notes.nparams, &param) ||
		param.computed;
	param_uses_walk_limit(node, &limit);
}

/* ---- parameters that may be left out, or that switch ---- */

static char *
param_uses_text(const Const *constant)
{
	return constant->constisnull
			   ? NULL
			   : texts_of_value(constant->consttype, constant->constvalue);
}

static void
param_uses_add_value(UsesContext *context, int number, char *text)
{
	ListCell *cell;

	foreach(cell, context->values[number - 1])
	{
		const char *other = lfirst(cell);

		if (other == text ||
			(other != NULL && text != NULL && strcmp(other, text) == 0))
			return;
	}
	context->values[number - 1] = lappend(context->values[number - 1], text);
}

/* $n = constant, in an OR, too: $n IS NULL OR ..., $n = '' OR ... */
static void
param_uses_note_constant(UsesContext *context, Node *node, bool in_or)
{
	OpExpr *op = (OpExpr *) node;
	ParamOperand param;
	Node *left;
	Node *right;
	char *text;

	if (!IsA(node, OpExpr) || list_length(op->args) != 2)
		return;
	left = linitial(op->args);
	right = lsecond(op->args);
	if (!IsA(right, Const))
	{
		Node *other = left;

		left = right;
		right = other;
	}
	if (!IsA(right, Const) ||
		!comparison_read_param(left, context->notes.nparams, &param))
		return;
	text = param_uses_text(castNode(Const, right));
	if (in_or && compat_btree_strategy(op->opno) == BTEqualStrategyNumber)
		context->off[param.number - 1] = text;
	else if (!in_or)
		param_uses_add_value(context, param.number, text);
}

/* $n IN ('a', 'b') */
static void
param_uses_note_constants(UsesContext *context, ScalarArrayOpExpr *expr)
{
	Node *list = lsecond(expr->args);
	ParamOperand param;
	Const *array = (Const *) list;
	Oid element;
	int16 length;
	bool by_value;
	char align;
	Datum *values;
	bool *nulls;
	int n;

	if (!IsA(list, Const) || array->constisnull ||
		!comparison_read_param(linitial(expr->args), context->notes.nparams,
							   &param))
		return;
	element = get_base_element_type(array->consttype);
	if (!OidIsValid(element))
		return;
	get_typlenbyvalalign(element, &length, &by_value, &align);
	deconstruct_array(DatumGetArrayTypeP(array->constvalue), element, length,
					  by_value, align, &values, &nulls, &n);
	for (int i = 0; i < n; i++)
	{
		Const constant = {.xpr = {T_Const},
						  .consttype = element,
						  .constvalue = values[i],
						  .constisnull = nulls[i]};

		param_uses_add_value(context, param.number, param_uses_text(&constant));
	}
}

/* CASE $n WHEN 'a' THEN ... */
static void
param_uses_note_case(UsesContext *context, CaseExpr *expr)
{
	ParamOperand param;
	ListCell *cell;

	if (expr->arg == NULL ||
		!comparison_read_param((Node *) expr->arg, context->notes.nparams,
							   &param))
		return;
	foreach(cell, expr->args)
	{
		OpExpr *op = (OpExpr *) lfirst_node(CaseWhen, cell)->expr;

		if (IsA(op, OpExpr) && list_length(op->args) == 2 &&
			IsA(lsecond(op->args), Const))
			param_uses_add_value(context, param.number,
								 param_uses_text(lsecond(op->args)));
	}
}

/* A parameter that is itself a condition: $n OR ..., CASE WHEN $n. */
static void
param_uses_note_boolean(UsesContext *context, const Param *param)
{
	if (param->paramkind != PARAM_EXTERN || param->paramtype != BOOLOID ||
		param->paramid > context->notes.nparams)
		return;
	param_uses_add_value(context, param->paramid, "true");
	param_uses_add_value(context, param->paramid, "false");
}

static void
param_uses_note_null_test(UsesContext *context, NullTest *test)
{
	ParamOperand param;

	if (comparison_read_param((Node *) test->arg, context->notes.nparams,
							  &param))
		context->optional[param.number - 1] = true;
}

/* ---- the walk ---- */

static bool param_uses_walk(Node *node, void *arg);

/* $n IS NULL within a cursor, below which nothing is visited. */
static void
param_uses_note_cursor_tests(UsesContext *context, Node *node)
{
	ListCell *cell;

	if (!IsA(node, BoolExpr))
		return;
	foreach(cell, castNode(BoolExpr, node)->args)
		if (IsA(lfirst(cell), NullTest))
			param_uses_note_null_test(context, lfirst(cell));
}

/*
 * column IN (SELECT x ...) is the condition column = x in that subquery, which is
 * how the planner takes it, too.
 */
static Node *
param_uses_put_sublink(Node *node, void *context)
{
	const Query *query = context;

	if (node == NULL)
		return NULL;
	if (IsA(node, Param) && castNode(Param, node)->paramkind == PARAM_SUBLINK &&
		castNode(Param, node)->paramid <= list_length(query->targetList))
		return copyObject(
			(Node *) list_nth_node(TargetEntry, query->targetList,
								   castNode(Param, node)->paramid - 1)
				->expr);
	return expression_tree_mutator(node, param_uses_put_sublink, context);
}

static void
param_uses_walk_sublink(UsesContext *context, SubLink *sublink)
{
	Node *test = copyObject(sublink->testexpr);

	if (test == NULL || !IsA(sublink->subselect, Query))
		return;
	IncrementVarSublevelsUp(test, 1, 0);
	test = param_uses_put_sublink(test, sublink->subselect);
	context->notes.queries = lcons(sublink->subselect, context->notes.queries);
	(void) param_uses_walk(test, context);
	context->notes.queries = list_delete_first(context->notes.queries);
}

/* ORDER BY column <-> $1: no condition, but a place that is asked for. */
static void
param_uses_walk_order(UsesContext *context, const Query *query)
{
	ListCell *cell;

	foreach(cell, query->sortClause)
		(void) use_notes_search(
			&context->notes,
			get_sortgroupclause_expr(lfirst(cell), query->targetList));
}

static bool
param_uses_walk_query(UsesContext *context, Query *query)
{
	UseNotes *notes = &context->notes;
	bool result;

	notes->queries = lcons(query, notes->queries);
	param_uses_note_limit(context, query->limitCount, USE_LIMIT);
	param_uses_note_limit(context, query->limitOffset, USE_OFFSET);
	result = query_tree_walker(query, param_uses_walk, context, 0);
	if (notes->guessing)
		param_uses_walk_order(context, query);
	notes->queries = list_delete_first(notes->queries);
	return result;
}

static bool
param_uses_reads_rows(Node *node, void *context)
{
	return node != NULL &&
		   (IsA(node, Var) || IsA(node, Aggref) || IsA(node, WindowFunc) ||
			IsA(node, SubLink) ||
			expression_tree_walker(node, param_uses_reads_rows, context));
}

/* Notes what a condition says, and that it is not understood if it is not. */
static void
param_uses_note_condition(UsesContext *context, Node *node, bool known)
{
	UseNotes *notes = &context->notes;
	Bitmapset *params;
	int number = -1;

	if (known || use_notes_search(notes, node) || !notes->guessing ||
		use_notes_result(notes, node))
		return;
	params = operand_params(node);
	/* $1 = 'constant' and its like compare nothing that a table holds. */
	if (params == NULL || !param_uses_reads_rows(node, NULL))
		return;
	while ((number = bms_next_member(params, number)) >= 0)
		if (number <= notes->nparams &&
			notes->uses[number - 1].kind == USE_NONE)
			context->unknown = bms_add_member(context->unknown, number);
}

/*
 * NOT (column IS DISTINCT FROM $n), NOT (column = $n), NOT (column @> $n). If the
 * operator has a negator, the condition is the one with it.
 */
static void
param_uses_note_not(UsesContext *context, BoolExpr *expr)
{
	UseNotes *notes = &context->notes;
	Node *negated = copyObject(linitial(expr->args));
	Oid *operator= IsA(negated, OpExpr) ? &castNode(OpExpr, negated)->opno
	: IsA(negated, ScalarArrayOpExpr)
		? &castNode(ScalarArrayOpExpr, negated)->opno
		: NULL;

	if (IsA(negated, DistinctExpr))
	{
		(void) use_notes_comparison(notes, (Node *) expr);
		return;
	}
	if (operator!= NULL && OidIsValid(get_negator(*operator)))
	{
		*operator= get_negator(*operator);
		set_opfuncid((OpExpr *) negated);
		if (IsA(negated, ScalarArrayOpExpr))
		{
			ScalarArrayOpExpr *array = castNode(ScalarArrayOpExpr, negated);

			array->useOr = !array->useOr;
			if (use_notes_array(notes, array))
				return;
		}
		else if (use_notes_pattern(notes, castNode(OpExpr, negated)) ||
				 use_notes_comparison(notes, negated))
			return;
	}
	else if (IsA(negated, BoolExpr) || IsA(negated, SubLink))
		return;
	(void) use_notes_search(notes, (Node *) expr);
}

static bool
param_uses_walk(Node *node, void *arg)
{
	UsesContext *context = arg;
	UseNotes *notes = &context->notes;
	ListCell *cell;

	if (node == NULL)
		return false;
	switch (nodeTag(node))
	{
		case T_Query:
			return param_uses_walk_query(context, castNode(Query, node));
		case T_BoolExpr:
			if (use_notes_cursor(notes, node))
			{
				param_uses_note_cursor_tests(context, node);
				return false;
			}
			if (castNode(BoolExpr, node)->boolop == OR_EXPR)
				foreach(cell, castNode(BoolExpr, node)->args)
					param_uses_note_constant(context, lfirst(cell), true);
			if (castNode(BoolExpr, node)->boolop == NOT_EXPR)
				param_uses_note_not(context, castNode(BoolExpr, node));
			break;
		case T_RowCompareExpr:
			if (use_notes_cursor(notes, node))
				return false;
			param_uses_note_condition(context, node, false);
			break;
		case T_NullTest:
			param_uses_note_null_test(context, castNode(NullTest, node));
			param_uses_note_condition(context, node, false);
			break;
		case T_ScalarArrayOpExpr:
			param_uses_note_constants(context,
									  castNode(ScalarArrayOpExpr, node));
			param_uses_note_condition(
				context, node,
				use_notes_array(notes, castNode(ScalarArrayOpExpr, node)));
			break;
		case T_OpExpr:
		case T_DistinctExpr:
			param_uses_note_constant(context, node, false);
			if (exprType(node) == BOOLOID)
				param_uses_note_condition(
					context, node,
					(IsA(node, OpExpr) &&
					 use_notes_pattern(notes, castNode(OpExpr, node))) ||
						use_notes_comparison(notes, node));
			break;
		case T_FuncExpr:
			if (exprType(node) == BOOLOID)
				param_uses_note_condition(context, node, false);
			break;
		case T_CaseExpr:
			param_uses_note_case(context, castNode(CaseExpr, node));
			break;
		case T_Param:
			param_uses_note_boolean(context, castNode(Param, node));
			break;
		case T_SubLink:
			param_uses_walk_sublink(context, castNode(SubLink, node));
			return param_uses_walk(castNode(SubLink, node)->subselect, context);
		default:
			if (compat_is_json_expression(node) && exprType(node) == BOOLOID)
				param_uses_note_condition(context, node, false);
			break;
	}
	return expression_tree_walker(node, param_uses_walk, context);
}

/* ---- parameters in no condition ---- */

static bool
param_uses_add_rte(Node *node, void *context)
{
	List **tables = context;

	if (node == NULL)
		return false;
	if (IsA(node, RangeTblEntry))
	{
		*tables = lappend(*tables, node);
		return false;
	}
	if (IsA(node, Query))
		return query_tree_walker(castNode(Query, node), param_uses_add_rte,
								 context, QTW_EXAMINE_RTES_BEFORE);
	return expression_tree_walker(node, param_uses_add_rte, context);
}

/* The tables of uses found in a copy of a query become those of the query. */
static void
param_uses_put_tables(ParamUse *uses, int nparams, Query *copy, Query *query)
{
	List *copied = NIL;
	List *tables = NIL;
	ListCell *cell;
	ListCell *other;

	if (copy == query)
		return;
	(void) param_uses_add_rte((Node *) copy, &copied);
	(void) param_uses_add_rte((Node *) query, &tables);
	for (int i = 0; i < nparams; i++)
		forboth(cell, copied, other, tables)
			if (uses[i].rte == lfirst(cell))
			{
				uses[i].rte = lfirst(other);
				break;
			}
}

/* The two walks. */
static void
param_uses_read(UsesContext *context, Query *query, int nparams)
{
	int n = Max(nparams, 1);

	memset(context, 0, sizeof(*context));
	context->notes.nparams = nparams;
	context->notes.uses = palloc0(n * sizeof(ParamUse));
	context->notes.origins = palloc0(n * sizeof(Origin *));
	context->notes.fixed = palloc0(n * sizeof(char *));
	context->optional = palloc0(n * sizeof(bool));
	context->off = palloc0(n * sizeof(char *));
	context->values = palloc0(n * sizeof(List *));
	(void) param_uses_walk((Node *) query, context);
	context->notes.guessing = true;
	context->notes.queries = NIL;
	(void) param_uses_walk((Node *) query, context);
}

/*
 * Gives values to parameters that are in no condition, to the arguments of
 * functions whose results are compared, and to least similarities. Returns whether
 * the query is to be read again: some have values now, and others are not
 * understood yet.
 */
static bool
param_uses_free(UsesContext *context, Query *query, bool *is_free, char **texts)
{
	bool freed = false;
	bool left = false;
	bool again = false;

	for (int i = 0; i < context->notes.nparams; i++)
	{
		const ParamUse *use = &context->notes.uses[i];

		if (use->kind == USE_NONE && context->notes.fixed[i] != NULL)
		{
			/* The condition that it is in can be counted with it. */
			texts[i] = context->notes.fixed[i];
			is_free[i] = true;
			again = true;
			continue;
		}

		if (use->kind != USE_NONE || is_free[i] || context->optional[i] ||
			context->values[i] != NIL || context->off[i] != NULL)
			continue;
		if (bms_is_member(i + 1, context->unknown) &&
			!bms_is_member(i + 1, context->notes.arguments))
		{
			left = true;
			continue;
		}
		is_free[i] = true;
		freed = true;
		texts[i] =
			free_params_default(operand_param_type((Node *) query, i + 1));
	}
	return again || (freed && left);
}

/* Fills in what is seen beside the comparisons, and the values of switches. */
static void
param_uses_finish(UsesContext *context, const bool *is_free, char **texts,
				  Query *query)
{
	for (int i = 0; i < context->notes.nparams; i++)
	{
		ParamUse *use = &context->notes.uses[i];

		if (use->kind == USE_NONE && is_free[i])
		{
			use->kind = USE_FREE;
			use->values = list_make1(texts[i]);
		}
		else if (use->kind == USE_NONE &&
				 (context->values[i] != NIL ||
				  (!bms_is_member(i + 1, context->unknown) &&
				   (context->optional[i] || context->off[i] != NULL))))
		{
			use->kind = USE_SWITCH;
			if (context->off[i] != NULL)
				param_uses_add_value(context, i + 1, context->off[i]);
			if (context->values[i] == NIL)
				param_uses_add_value(context, i + 1,
									 free_params_default(operand_param_type(
										 (Node *) query, i + 1)));
			if (context->optional[i])
				param_uses_add_value(context, i + 1, NULL);
			use->values = context->values[i];
			continue;
		}
		use->optional = use->optional || context->optional[i];
		use->off = context->off[i];
	}
}

ParamUse *
param_uses_find(Query *query, int nparams)
{
	UsesContext context;
	Query *read = query;
	bool *is_free = palloc0(Max(nparams, 1) * sizeof(bool));
	char **texts = palloc0(Max(nparams, 1) * sizeof(char *));
	bool again;

	free_params_settings(query, nparams, texts);
	for (int i = 0; i < nparams; i++)
		is_free[i] = texts[i] != NULL;
	do
	{
		read = query;
		for (int i = 0; i < nparams && read == query; i++)
			if (texts[i] != NULL)
				read = free_params_put(query, nparams, texts);
		param_uses_read(&context, read, nparams);
		again = param_uses_free(&context, query, is_free, texts);
	} while (again);
	param_uses_finish(&context, is_free, texts, query);
	param_uses_put_tables(context.notes.uses, nparams, read, query);
	return context.notes.uses;
}
