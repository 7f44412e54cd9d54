/*-------------------------------------------------------------------------
 *
 * uses.c
 *		What each parameter of a query is compared with.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "catalog/pg_operator.h"
#include "nodes/nodeFuncs.h"
#include "parser/parsetree.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

#include "uses.h"

typedef struct UsesContext
{
	List *queries; /* the query looked at first, then those around it */
	ParamUse *uses;
	int nparams;
	int cursors;
} UsesContext;

/* Column op parameter, in that order. */
typedef struct Comparison
{
	Var *column;
	int param;
	int strategy; /* of btree */
} Comparison;

/* ---- columns and parameters under casts ---- */

static Node *
uses_strip_relabel(Node *node)
{
	while (node != NULL && IsA(node, RelabelType))
		node = (Node *) castNode(RelabelType, node)->arg;
	return node;
}

/* The number of the parameter that node is, through casts; 0 if it is none. */
static int
uses_param(const UsesContext *context, Node *node)
{
	for (;;)
	{
		node = uses_strip_relabel(node);
		if (node != NULL && IsA(node, FuncExpr) &&
			castNode(FuncExpr, node)->funcformat != COERCE_EXPLICIT_CALL &&
			list_length(castNode(FuncExpr, node)->args) >= 1)
			node = linitial(castNode(FuncExpr, node)->args);
		else if (node != NULL && IsA(node, CoerceViaIO))
			node = (Node *) castNode(CoerceViaIO, node)->arg;
		else
			break;
	}
	if (node != NULL && IsA(node, Param) &&
		castNode(Param, node)->paramkind == PARAM_EXTERN &&
		castNode(Param, node)->paramid <= context->nparams)
		return castNode(Param, node)->paramid;
	return 0;
}

static Var *
uses_column(Node *node)
{
	node = uses_strip_relabel(node);
	return node != NULL && IsA(node, Var) ? castNode(Var, node) : NULL;
}

/* Follows a column through joins and subqueries to the table it comes from. */
static bool
uses_resolve(List *queries, const Var *var, Oid *relid, AttrNumber *attnum)
{
	Query *query;
	RangeTblEntry *rte;
	Node *origin = NULL;

	if (var->varattno <= 0 || (int) var->varlevelsup >= list_length(queries))
		return false;
	queries = list_copy_tail(queries, var->varlevelsup);
	query = linitial_node(Query, queries);
	rte = rt_fetch(var->varno, query->rtable);
	if (rte->rtekind == RTE_RELATION)
	{
		*relid = rte->relid;
		*attnum = var->varattno;
		return true;
	}
	if (rte->rtekind == RTE_JOIN)
		origin = list_nth(rte->joinaliasvars, var->varattno - 1);
	else if (rte->rtekind == RTE_SUBQUERY)
	{
		origin = (Node *) list_nth_node(TargetEntry, rte->subquery->targetList,
										var->varattno - 1)
					 ->expr;
		queries = lcons(rte->subquery, queries);
	}
	origin = uses_strip_relabel(origin);
	return origin != NULL && IsA(origin, Var) &&
		   uses_resolve(queries, castNode(Var, origin), relid, attnum);
}

static bool
uses_set_column(UsesContext *context, ParamUse *use, const Var *column)
{
	return uses_resolve(context->queries, column, &use->relid, &use->attnum);
}

/* ---- comparisons ---- */

static int
uses_btree_strategy(Oid operator)
{
	List *interpretations = get_op_btree_interpretation(operator);

	if (interpretations == NIL)
		return 0;
	return ((OpBtreeInterpretation *) linitial(interpretations))->strategy;
}

static int
uses_commute(int strategy)
{
	switch (strategy)
	{
		case BTLessStrategyNumber:
			return BTGreaterStrategyNumber;
		case BTLessEqualStrategyNumber:
			return BTGreaterEqualStrategyNumber;
		case BTGreaterEqualStrategyNumber:
			return BTLessEqualStrategyNumber;
		case BTGreaterStrategyNumber:
			return BTLessStrategyNumber;
		default:
			return strategy;
	}
}

static bool
uses_comparison(UsesContext *context, Node *node, Comparison *found)
{
	OpExpr *op;

	if (node == NULL || !IsA(node, OpExpr))
		return false;
	op = castNode(OpExpr, node);
	if (list_length(op->args) != 2)
		return false;
	found->strategy = uses_btree_strategy(op->opno);
	found->column = uses_column(linitial(op->args));
	found->param = uses_param(context, lsecond(op->args));
	if (found->column == NULL || found->param == 0)
	{
		found->column = uses_column(lsecond(op->args));
		found->param = uses_param(context, linitial(op->args));
		found->strategy = uses_commute(found->strategy);
	}
	return found->strategy != 0 && found->column != NULL && found->param != 0;
}

static UseKind
uses_kind_of_strategy(int strategy)
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
		default:
			return USE_NONE;
	}
}

static void
uses_note_comparison(UsesContext *context, const Comparison *found)
{
	ParamUse *use = &context->uses[found->param - 1];
	UseKind kind = uses_kind_of_strategy(found->strategy);

	if (use->kind == USE_NONE && uses_set_column(context, use, found->column))
		use->kind = kind;
}

/* ---- patterns ---- */

static bool
uses_is_like(Oid operator, bool * ignore_case)
{
	*ignore_case = operator== OID_TEXT_ICLIKE_OP || operator==
		OID_BPCHAR_ICLIKE_OP ||
		operator== OID_NAME_ICLIKE_OP;
	return *ignore_case || operator== OID_TEXT_LIKE_OP || operator==
		   OID_BPCHAR_LIKE_OP ||
		   operator== OID_NAME_LIKE_OP;
}

/* The operands of a || b || c, from left to right. */
static List *
uses_concatenated(Node *node)
{
	node = uses_strip_relabel(node);
	if (node != NULL && IsA(node, OpExpr) &&
		get_opcode(castNode(OpExpr, node)->opno) == F_TEXTCAT)
	{
		List *args = castNode(OpExpr, node)->args;

		return list_concat(uses_concatenated(linitial(args)),
						   uses_concatenated(lsecond(args)));
	}
	return list_make1(node);
}

static void
uses_note_pattern(UsesContext *context, OpExpr *op, bool ignore_case)
{
	Var *column = uses_column(linitial(op->args));
	List *parts = uses_concatenated(lsecond(op->args));
	int param = 0;
	int before = 0;
	ListCell *cell;
	ParamUse *use;

	foreach(cell, parts)
	{
		int found = uses_param(context, lfirst(cell));

		if (found != 0 && param != 0)
			return;
		if (found != 0)
		{
			param = found;
			before = foreach_current_index(cell);
		}
	}
	if (column == NULL || param == 0)
		return;
	use = &context->uses[param - 1];
	if (use->kind == USE_NONE && uses_set_column(context, use, column))
	{
		use->kind = USE_PATTERN;
		use->ignore_case = ignore_case;
		use->wrapped = list_length(parts) > 1;
		use->anchored = use->wrapped && before == 0;
	}
}

/* ---- cursors ---- */

/* A column of a cursor, while its OR form is read. */
typedef struct CursorColumn
{
	Var *column;
	int param;
	int equals; /* how often it is compared by equality: the leading one most */
	bool compared; /* by < or > as well */
} CursorColumn;

typedef struct CursorForm
{
	CursorColumn columns[INDEX_MAX_KEYS];
	int ncolumns;
	int direction; /* 1, -1, or 0: not known yet */
} CursorForm;

/*
 * Notes a cursor, if all of its columns come from one table, and each of its
 * parameters stands for one column, in this cursor alone.
 */
static bool
uses_note_cursor(UsesContext *context, const CursorForm *form, bool or_form)
{
	ParamUse found[INDEX_MAX_KEYS];

	memset(found, 0, sizeof(found));
	for (int i = 0; i < form->ncolumns; i++)
	{
		const CursorColumn *column = &form->columns[i];

		if (context->uses[column->param - 1].kind == USE_CURSOR ||
			column->column->varno != form->columns[0].column->varno ||
			column->column->varlevelsup !=
				form->columns[0].column->varlevelsup ||
			!uses_set_column(context, &found[i], column->column) ||
			found[i].relid != found[0].relid)
			return false;
		for (int j = 0; j < i; j++)
			if (form->columns[j].param == column->param)
				return false;
		found[i].kind = USE_CURSOR;
		found[i].cursor = context->cursors + 1;
		found[i].position = i;
		found[i].descending = form->direction < 0;
		found[i].or_form = or_form;
	}
	context->cursors++;
	for (int i = 0; i < form->ncolumns; i++)
		context->uses[form->columns[i].param - 1] = found[i];
	return true;
}

static bool
uses_add_to_cursor(CursorForm *form, const Comparison *found)
{
	CursorColumn *at = NULL;
	int direction = 0;

	for (int i = 0; i < form->ncolumns && at == NULL; i++)
		if (form->columns[i].param == found->param)
			at = &form->columns[i];
	if (at == NULL)
	{
		if (form->ncolumns == lengthof(form->columns))
			return false;
		at = &form->columns[form->ncolumns++];
		memset(at, 0, sizeof(*at));
		at->column = found->column;
		at->param = found->param;
	}
	if (!equal(at->column, found->column) ||
		at->column->varno != form->columns[0].column->varno)
		return false;

	switch (uses_kind_of_strategy(found->strategy))
	{
		case USE_EQUAL:
			at->equals++;
			return true;
		case USE_LOWER:
			direction = 1;
			break;
		case USE_UPPER:
			direction = -1;
			break;
		default:
			return false;
	}
	at->compared = true;
	if (form->direction != 0 && form->direction != direction)
		return false;
	form->direction = direction;
	return true;
}

/* Collects the comparisons below ANDs and ORs; false if there is another thing.
 */
static bool
uses_read_cursor(UsesContext *context, Node *node, CursorForm *form)
{
	Comparison found;
	ListCell *cell;

	if (node != NULL && IsA(node, BoolExpr) &&
		castNode(BoolExpr, node)->boolop != NOT_EXPR)
	{
		foreach(cell, castNode(BoolExpr, node)->args)
			if (!uses_read_cursor(context, lfirst(cell), form))
				return false;
		return true;
	}
	return uses_comparison(context, node, &found) &&
		   uses_add_to_cursor(form, &found);
}

/* Leading columns first; those compared as often keep their order. */
static void
uses_sort_cursor(CursorForm *form)
{
	for (int i = 1; i < form->ncolumns; i++)
		for (int j = i;
			 j > 0 && form->columns[j].equals > form->columns[j - 1].equals;
			 j--)
		{
			CursorColumn swap = form->columns[j];

			form->columns[j] = form->columns[j - 1];
			form->columns[j - 1] = swap;
		}
}

/* c1 > $1 OR (c1 = $1 AND c2 > $2), with any number of columns. */
static bool
uses_note_or_cursor(UsesContext *context, BoolExpr *expr)
{
	CursorForm form = {.ncolumns = 0};

	if (expr->boolop != OR_EXPR ||
		!uses_read_cursor(context, (Node *) expr, &form) || form.ncolumns < 2)
		return false;
	uses_sort_cursor(&form);
	for (int i = 0; i < form.ncolumns; i++)
		if (!form.columns[i].compared ||
			(i + 1 < form.ncolumns && form.columns[i].equals == 0))
			return false;
	return uses_note_cursor(context, &form, true);
}

static bool
uses_note_row_cursor(UsesContext *context, RowCompareExpr *expr)
{
	CursorForm form = {.ncolumns = list_length(expr->largs)};
	List *columns = expr->largs;
	List *params = expr->rargs;
	ListCell *column;
	ListCell *param;

	if (form.ncolumns > lengthof(form.columns))
		return false;
	form.direction =
		expr->rctype == ROWCOMPARE_LT || expr->rctype == ROWCOMPARE_LE ? -1 : 1;
	if (uses_column(linitial(columns)) == NULL)
	{
		columns = expr->rargs;
		params = expr->largs;
		form.direction = -form.direction;
	}
	forboth(column, columns, param, params)
	{
		CursorColumn *at = &form.columns[foreach_current_index(column)];

		at->column = uses_column(lfirst(column));
		at->param = uses_param(context, lfirst(param));
		if (at->column == NULL || at->param == 0)
			return false;
	}
	return uses_note_cursor(context, &form, false);
}

/* ---- the walk ---- */

typedef struct LimitContext
{
	UsesContext *uses;
	UseKind kind;
} LimitContext;

/* LIMIT $n, or a term of it: an API may ask for one row more, LIMIT $n + 1. */
static bool
uses_walk_limit(Node *node, void *arg)
{
	LimitContext *context = arg;
	int param;

	if (node == NULL)
		return false;
	param = uses_param(context->uses, node);
	if (param != 0 && context->uses->uses[param - 1].kind == USE_NONE)
		context->uses->uses[param - 1].kind = context->kind;
	return expression_tree_walker(node, uses_walk_limit, arg);
}

static void
uses_note_limit(UsesContext *context, Node *node, UseKind kind)
{
	LimitContext limit = {context, kind};

	uses_walk_limit(node, &limit);
}

static void
uses_note_operator(UsesContext *context, OpExpr *op)
{
	Comparison found;
	bool ignore_case;

	if (list_length(op->args) == 2 && uses_is_like(op->opno, &ignore_case))
		uses_note_pattern(context, op, ignore_case);
	else if (uses_comparison(context, (Node *) op, &found))
		uses_note_comparison(context, &found);
}

static bool
uses_walk(Node *node, void *arg)
{
	UsesContext *context = arg;
	bool result;

	if (node == NULL)
		return false;
	if (IsA(node, Query))
	{
		Query *query = castNode(Query, node);

		context->queries = lcons(query, context->queries);
		uses_note_limit(context, query->limitCount, USE_LIMIT);
		uses_note_limit(context, query->limitOffset, USE_OFFSET);
		result = query_tree_walker(query, uses_walk, context, 0);
		context->queries = list_delete_first(context->queries);
		return result;
	}
	if (IsA(node, BoolExpr) &&
		uses_note_or_cursor(context, castNode(BoolExpr, node)))
		return false;
	if (IsA(node, RowCompareExpr) &&
		uses_note_row_cursor(context, castNode(RowCompareExpr, node)))
		return false;
	if (IsA(node, OpExpr))
		uses_note_operator(context, castNode(OpExpr, node));
	return expression_tree_walker(node, uses_walk, context);
}

ParamUse *
uses_find(Query *query, int nparams)
{
	UsesContext context = {.nparams = nparams};

	context.uses = palloc0(Max(nparams, 1) * sizeof(ParamUse));
	uses_walk((Node *) query, &context);
	return context.uses;
}
