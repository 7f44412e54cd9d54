/*-------------------------------------------------------------------------
 *
 * cursor.c
 *		Recognizes a cursor: the place in an order that a page starts after.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "nodes/primnodes.h"

#include "base/compat.h"
#include "query/cursor.h"

/* A column of a cursor, while its OR form is read. */
typedef struct CursorColumn
{
	Operand operand;
	int param;
	int equals; /* how often it is compared by equality: the leading one most */
	bool compared; /* by < or > as well */
} CursorColumn;

typedef struct CursorForm
{
	CursorColumn columns[INDEX_MAX_KEYS];
	int ncolumns;
	int direction; /* 1, -1, or 0: not known yet */
	bool or_form;
} CursorForm;

/* ---- comparisons ---- */

static int
cursor_commute(int strategy)
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

bool
cursor_comparison(List *queries, Node *node, int nparams, Comparison *found)
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
		found->strategy = ROWCOMPARE_NE;
	if (found->strategy == 0)
		return false;
	if (operand_param(lsecond(op->args), nparams, &found->param) &&
		operand_expression(queries, linitial(op->args), &found->operand))
		return true;
	found->strategy = cursor_commute(found->strategy);
	return operand_param(linitial(op->args), nparams, &found->param) &&
		   operand_expression(queries, lsecond(op->args), &found->operand);
}

UseKind
cursor_kind_of_strategy(int strategy)
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
		case ROWCOMPARE_NE:
			return USE_DIFFERENT;
		default:
			return USE_NONE;
	}
}

/* ---- the OR form ---- */

static bool
cursor_add(CursorForm *form, const Comparison *found)
{
	CursorColumn *at = NULL;
	int direction = 0;

	if (found->param.computed || found->param.optional)
		return false;
	for (int i = 0; i < form->ncolumns && at == NULL; i++)
		if (form->columns[i].param == found->param.number)
			at = &form->columns[i];
	if (at == NULL)
	{
		if (form->ncolumns == lengthof(form->columns))
			return false;
		at = &form->columns[form->ncolumns++];
		memset(at, 0, sizeof(*at));
		at->operand = found->operand;
		at->param = found->param.number;
	}
	if (!operand_equal(&at->operand, &found->operand))
		return false;

	switch (cursor_kind_of_strategy(found->strategy))
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
cursor_read(List *queries, Node *node, int nparams, CursorForm *form)
{
	Comparison found;
	ListCell *cell;

	if (node != NULL && IsA(node, BoolExpr) &&
		castNode(BoolExpr, node)->boolop != NOT_EXPR)
	{
		foreach(cell, castNode(BoolExpr, node)->args)
			if (!cursor_read(queries, lfirst(cell), nparams, form))
				return false;
		return true;
	}
	return cursor_comparison(queries, node, nparams, &found) &&
		   cursor_add(form, &found);
}

/* Leading columns first; those compared as often keep their order. */
static void
cursor_sort(CursorForm *form)
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

/* $1 IS NULL OR ...: the first page is asked for without a cursor. */
static bool
cursor_is_left_out(Node *node, int nparams)
{
	ParamOperand param;

	return IsA(node, NullTest) &&
		   castNode(NullTest, node)->nulltesttype == IS_NULL &&
		   operand_param((Node *) castNode(NullTest, node)->arg, nparams,
						 &param);
}

static bool
cursor_read_or(List *queries, Node *node, int nparams, CursorForm *form)
{
	ListCell *cell;

	form->or_form = true;
	if (castNode(BoolExpr, node)->boolop != OR_EXPR)
		return false;
	foreach(cell, castNode(BoolExpr, node)->args)
		if (!cursor_is_left_out(lfirst(cell), nparams) &&
			!cursor_read(queries, lfirst(cell), nparams, form))
			return false;
	if (form->ncolumns < 2)
		return false;
	cursor_sort(form);
	for (int i = 0; i < form->ncolumns; i++)
		if (!form->columns[i].compared ||
			(i + 1 < form->ncolumns && form->columns[i].equals == 0))
			return false;
	return true;
}

/* ---- the row comparison ---- */

static bool
cursor_read_row(List *queries, RowCompareExpr *expr, int nparams,
				CursorForm *form)
{
	List *columns = expr->largs;
	List *params = expr->rargs;
	ParamOperand param;
	ListCell *column;
	ListCell *value;

	form->ncolumns = list_length(expr->largs);
	if (form->ncolumns > lengthof(form->columns))
		return false;
	form->direction =
		cursor_kind_of_strategy((int) compat_row_compare(expr)) == USE_UPPER
			? -1
			: 1;
	if (operand_param(linitial(columns), nparams, &param))
	{
		columns = expr->rargs;
		params = expr->largs;
		form->direction = -form->direction;
	}
	forboth(column, columns, value, params)
	{
		CursorColumn *at = &form->columns[foreach_current_index(column)];

		if (!operand_expression(queries, lfirst(column), &at->operand) ||
			!operand_param(lfirst(value), nparams, &param) || param.computed)
			return false;
		at->param = param.number;
	}
	return true;
}

/* ---- both ---- */

static bool
cursor_can_note(const CursorForm *form, const ParamUse *uses)
{
	for (int i = 0; i < form->ncolumns; i++)
	{
		const CursorColumn *column = &form->columns[i];

		if (uses[column->param - 1].kind == USE_CURSOR ||
			column->operand.rte != form->columns[0].operand.rte)
			return false;
		for (int j = 0; j < i; j++)
			if (form->columns[j].param == column->param)
				return false;
	}
	return true;
}

bool
cursor_note(List *queries, Node *node, int nparams, ParamUse *uses, int group)
{
	CursorForm form = {.ncolumns = 0};
	Node *condition;

	if (IsA(node, BoolExpr)
			? !cursor_read_or(queries, node, nparams, &form)
			: !cursor_read_row(queries, castNode(RowCompareExpr, node), nparams,
							   &form))
		return false;
	if (!cursor_can_note(&form, uses))
		return false;
	condition = operand_condition(queries, node, form.columns[0].operand.rte);
	for (int i = 0; i < form.ncolumns; i++)
	{
		const Operand *operand = &form.columns[i].operand;
		ParamUse *use = &uses[form.columns[i].param - 1];

		memset(use, 0, sizeof(*use));
		use->kind = USE_CURSOR;
		use->relid = operand->relid;
		use->attnum = operand->attnum;
		use->expr = operand->expr;
		if (condition != NULL)
			use->conditions = list_make1(condition);
		use->group = group;
		use->position = i;
		use->descending = form.direction < 0;
		use->or_form = form.or_form;
	}
	return true;
}
