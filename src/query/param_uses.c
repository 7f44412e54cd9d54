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
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_coerce.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

#include "base/compat.h"
#include "query/comparison.h"
#include "query/cursor.h"
#include "query/origin.h"
#include "query/param_uses.h"

typedef struct UsesContext
{
	List *queries; /* the query looked at first, then those around it */
	ParamUse *uses;
	const Origin **origins; /* of each use's expression */
	bool *optional;         /* $n IS NULL is asked somewhere */
	char **off;             /* the constant that $n is compared with in an OR */
	int nparams;
	int groups;
} UsesContext;

/* ---- comparisons ---- */

static UseKind
param_uses_kind(int strategy)
{
	switch (strategy)
	{
		case BTEqualStrategyNumber:
			return USE_EQUAL;
		case BTGreaterEqualStrategyNumber:
		case BTGreaterStrategyNumber:
			return USE_LOWER;
		case BTLessEqualStrategyNumber:
		case BTLessStrategyNumber:
			return USE_UPPER;
		case COMPAT_STRATEGY_NE:
			return USE_DIFFERENT;
		default:
			return USE_NONE;
	}
}

static void
param_uses_add_condition(UsesContext *context, ParamUse *use, Node *node,
						 const Origin *origin)
{
	Node *condition = origin_condition(context->queries, node, origin);

	if (condition != NULL)
		use->conditions = lappend(use->conditions, condition);
}

/* Notes the first comparison of a parameter; NULL if there was one already. */
static ParamUse *
param_uses_note(UsesContext *context, const Origin *origin,
				const ParamOperand *param, UseKind kind, Node *node)
{
	ParamUse *use = &context->uses[param->number - 1];

	if (use->kind != USE_NONE || kind == USE_NONE)
		return NULL;
	use->kind = kind;
	use->relid = origin->relid;
	use->rte = origin->rte;
	use->attnum = origin->attnum;
	use->expr = origin->expr;
	use->optional = param->optional;
	use->computed = param->computed;
	context->origins[param->number - 1] = origin;
	param_uses_add_condition(context, use, node, origin);
	return use;
}

/* Notes a comparison; NOT (column IS DISTINCT FROM $n) is an equality. */
static void
param_uses_note_comparison(UsesContext *context, Node *node)
{
	bool negated = IsA(node, BoolExpr);
	Node *compared = negated ? linitial(castNode(BoolExpr, node)->args) : node;
	Comparison found;
	UseKind kind;
	ParamUse *use;

	if (!comparison_read(context->queries, compared, context->nparams, &found))
		return;
	kind = negated ? USE_EQUAL : param_uses_kind(found.strategy);
	use = &context->uses[found.param.number - 1];
	/*
	 * The other end of a window: column >= $n, then column < $n + constant.
	 * BETWEEN SYMMETRIC compares both of its ends both ways, as they are.
	 */
	if ((use->computed || found.param.computed) &&
		((use->kind == USE_LOWER && kind == USE_UPPER) ||
		 (use->kind == USE_UPPER && kind == USE_LOWER)) &&
		origin_equal(context->origins[found.param.number - 1], found.origin))
	{
		use->kind = USE_WINDOW;
		param_uses_add_condition(context, use, node, found.origin);
		return;
	}
	use = param_uses_note(context, found.origin, &found.param, kind, node);
	if (use != NULL && IsA(compared, DistinctExpr))
		use->takes_null = true;
}

/*
 * column = ANY ($n), column <> ALL ($n), column IN ($n, $m). A long list counts
 * as several ones, since all of them get their values in the same way.
 */
static void
param_uses_note_array(UsesContext *context, ScalarArrayOpExpr *expr)
{
	UseKind kind = param_uses_kind(compat_btree_strategy(expr->opno));
	Node *right = lsecond(expr->args);
	List *elements = IsA(right, ArrayExpr)
						 ? castNode(ArrayExpr, right)->elements
						 : list_make1(right);
	bool is_list = IsA(right, ArrayExpr);
	const Origin *origin;
	ListCell *cell;
	int position = 0;

	if (kind != (expr->useOr ? USE_EQUAL : USE_DIFFERENT))
		return;
	origin = origin_find_first(context->queries, linitial(expr->args));
	if (origin == NULL)
		return;
	context->groups++;
	foreach(cell, elements)
	{
		ParamOperand param;
		ParamUse *use;

		if (!comparison_read_param(lfirst(cell), context->nparams, &param))
			continue;
		use = param_uses_note(context, origin, &param,
							  is_list ? USE_LIST : USE_ANY, (Node *) expr);
		if (use == NULL)
			continue;
		if (position == INDEX_MAX_KEYS)
		{
			context->groups++;
			position = 0;
		}
		use->negated = !expr->useOr;
		use->group = context->groups;
		use->position = position++;
	}
}

/* ---- patterns ---- */

/* The operands of a || b || c and of concat(a, b, c), from left to right. */
static List *
param_uses_concatenated(Node *node)
{
	List *args = NIL;
	List *parts = NIL;
	ListCell *cell;

	while (IsA(node, RelabelType))
		node = (Node *) castNode(RelabelType, node)->arg;
	if (IsA(node, OpExpr) &&
		get_opcode(castNode(OpExpr, node)->opno) == F_TEXTCAT)
		args = castNode(OpExpr, node)->args;
	else if (IsA(node, FuncExpr) &&
			 castNode(FuncExpr, node)->funcid == F_CONCAT &&
			 !castNode(FuncExpr, node)->funcvariadic)
		args = castNode(FuncExpr, node)->args;
	/* LIKE a ESCAPE b */
	else if (IsA(node, FuncExpr) &&
			 castNode(FuncExpr, node)->funcid == F_LIKE_ESCAPE_TEXT_TEXT)
		return param_uses_concatenated(
			linitial(castNode(FuncExpr, node)->args));
	else
		return list_make1(node);
	foreach(cell, args)
		parts = list_concat(parts, param_uses_concatenated(lfirst(cell)));
	return parts;
}

/* False if op is not LIKE or ILIKE of text or another string type. */
static bool
param_uses_note_pattern(UsesContext *context, OpExpr *op)
{
	const char *name = get_opname(op->opno);
	bool negated = name != NULL && name[0] == '!';
	bool ignore_case;
	Node *pattern;
	List *parts;
	ParamOperand param = {0};
	const Origin *origin;
	int before = 0;
	ListCell *cell;
	ParamUse *use;

	if (list_length(op->args) != 2 || name == NULL ||
		TypeCategory(exprType(linitial(op->args))) != TYPCATEGORY_STRING)
		return false;
	name += negated ? 1 : 0;
	ignore_case = strcmp(name, "~~*") == 0;
	if (!ignore_case && strcmp(name, "~~") != 0)
		return false;
	pattern = lsecond(op->args);
	parts = param_uses_concatenated(pattern);
	foreach(cell, parts)
	{
		ParamOperand found;

		if (!comparison_read_param(lfirst(cell), context->nparams, &found))
			continue;
		if (param.number != 0)
			return true;
		param = found;
		before = foreach_current_index(cell);
	}
	if (param.number == 0)
		return true;
	origin = origin_find_first(context->queries, linitial(op->args));
	if (origin == NULL)
		return true;
	use = param_uses_note(context, origin, &param, USE_PATTERN, (Node *) op);
	if (use == NULL)
		return true;
	use->negated = negated;
	use->ignore_case = ignore_case;
	use->wrapped = list_length(parts) > 1;
	/* concat() takes NULL for nothing, so that the pattern matches all. */
	use->takes_null = IsA(pattern, FuncExpr) &&
					  castNode(FuncExpr, pattern)->funcid == F_CONCAT;
	use->anchored = use->wrapped && before == 0;
	use->at_end = use->wrapped && before == list_length(parts) - 1;
	return true;
}

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
		castNode(Param, node)->paramid <= context->uses->nparams)
	{
		ParamUse *use =
			&context->uses->uses[castNode(Param, node)->paramid - 1];

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

	limit.computed = !comparison_read_param(node, context->nparams, &param) ||
					 param.computed;
	param_uses_walk_limit(node, &limit);
}

/* ---- parameters that may be left out ---- */

/* $n IS NULL OR ..., $n = '' OR ... */
static void
param_uses_note_alternatives(UsesContext *context, BoolExpr *expr)
{
	ListCell *cell;

	foreach(cell, expr->args)
	{
		OpExpr *op = lfirst(cell);
		const Const *constant;
		ParamOperand param;
		Oid output;
		bool is_varlena;

		if (!IsA(op, OpExpr) || list_length(op->args) != 2 ||
			param_uses_kind(compat_btree_strategy(op->opno)) != USE_EQUAL ||
			!IsA(lsecond(op->args), Const) ||
			!comparison_read_param(linitial(op->args), context->nparams,
								   &param))
			continue;
		constant = lsecond_node(Const, op->args);
		getTypeOutputInfo(constant->consttype, &output, &is_varlena);
		context->off[param.number - 1] =
			constant->constisnull
				? NULL
				: OidOutputFunctionCall(output, constant->constvalue);
	}
}

static void
param_uses_note_null_test(UsesContext *context, NullTest *test)
{
	ParamOperand param;

	if (comparison_read_param((Node *) test->arg, context->nparams, &param))
		context->optional[param.number - 1] = true;
}

/* ---- the walk ---- */

/* False if node is no cursor, or a parameter of it is in one already. */
static bool
param_uses_note_cursor(UsesContext *context, Node *node)
{
	CursorMatch match;
	ListCell *cell;

	if (!cursor_match(context->queries, node, context->nparams, &match))
		return false;
	for (int i = 0; i < match.ncolumns; i++)
		if (context->uses[match.columns[i].param - 1].kind == USE_CURSOR)
			return false;
	context->groups++;
	for (int i = 0; i < match.ncolumns; i++)
	{
		const Origin *origin = match.columns[i].origin;
		ParamUse *use = &context->uses[match.columns[i].param - 1];

		memset(use, 0, sizeof(*use));
		use->kind = USE_CURSOR;
		use->relid = origin->relid;
		use->rte = origin->rte;
		use->attnum = origin->attnum;
		use->expr = origin->expr;
		if (match.condition != NULL)
			use->conditions = list_make1(match.condition);
		use->group = context->groups;
		use->position = i;
		use->descending = match.descending;
		use->or_form = match.or_form;
	}
	if (!IsA(node, BoolExpr))
		return true;
	foreach(cell, castNode(BoolExpr, node)->args)
		if (IsA(lfirst(cell), NullTest))
			param_uses_note_null_test(context, lfirst(cell));
	return true;
}

static bool
param_uses_walk(Node *node, void *arg)
{
	UsesContext *context = arg;
	bool result;

	if (node == NULL)
		return false;
	switch (nodeTag(node))
	{
		case T_Query:
			context->queries = lcons(node, context->queries);
			param_uses_note_limit(context, castNode(Query, node)->limitCount,
								  USE_LIMIT);
			param_uses_note_limit(context, castNode(Query, node)->limitOffset,
								  USE_OFFSET);
			result = query_tree_walker(castNode(Query, node), param_uses_walk,
									   context, 0);
			context->queries = list_delete_first(context->queries);
			return result;
		case T_BoolExpr:
			if (param_uses_note_cursor(context, node))
				return false;
			if (castNode(BoolExpr, node)->boolop == OR_EXPR)
				param_uses_note_alternatives(context, castNode(BoolExpr, node));
			if (castNode(BoolExpr, node)->boolop == NOT_EXPR &&
				IsA(linitial(castNode(BoolExpr, node)->args), DistinctExpr))
				param_uses_note_comparison(context, node);
			break;
		case T_RowCompareExpr:
			if (param_uses_note_cursor(context, node))
				return false;
			break;
		case T_NullTest:
			param_uses_note_null_test(context, castNode(NullTest, node));
			break;
		case T_ScalarArrayOpExpr:
			param_uses_note_array(context, castNode(ScalarArrayOpExpr, node));
			break;
		case T_OpExpr:
			if (!param_uses_note_pattern(context, castNode(OpExpr, node)))
				param_uses_note_comparison(context, node);
			break;
		case T_DistinctExpr:
			param_uses_note_comparison(context, node);
			break;
		default:
			break;
	}
	return expression_tree_walker(node, param_uses_walk, context);
}

ParamUse *
param_uses_find(Query *query, int nparams)
{
	UsesContext context = {.nparams = nparams};
	int n = Max(nparams, 1);

	context.uses = palloc0(n * sizeof(ParamUse));
	context.origins = palloc0(n * sizeof(Origin *));
	context.optional = palloc0(n * sizeof(bool));
	context.off = palloc0(n * sizeof(char *));
	param_uses_walk((Node *) query, &context);
	for (int i = 0; i < nparams; i++)
	{
		ParamUse *use = &context.uses[i];

		use->optional = use->optional || context.optional[i];
		use->off = context.off[i];
	}
	return context.uses;
}
