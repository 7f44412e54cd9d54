/*-------------------------------------------------------------------------
 *
 * cursor.c
 *		Recognizes a cursor: the place in an order that a page starts after.
 *
 * A row comparison is read column by column. The OR form is not taken apart by
 * its shape, which varies (some write c1 >= $1 AND (c1 > $1 OR ...)): all of
 * its comparisons are collected, and each column must be compared by < or > in
 * one direction, and each but the last one by equality, too. The leading column
 * is the one that is compared by equality most often.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "nodes/primnodes.h"

#include "base/compat.h"
#include "query/comparison.h"
#include "query/cursor.h"
#include "query/operand.h"

/* How the columns of an OR form are compared, by their place in match. */
typedef struct CursorForm
{
	CursorMatch *match;
	int equals[INDEX_MAX_KEYS]; /* how often by equality */
	bool ranged[INDEX_MAX_KEYS];
	int direction; /* 1, -1, or 0: not known yet */
} CursorForm;

/* 1 for >, >=; -1 for <, <=; 0 for another strategy. */
static int
cursor_direction(int strategy)
{
	switch (strategy)
	{
		case BTGreaterEqualStrategyNumber:
		case BTGreaterStrategyNumber:
			return 1;
		case BTLessEqualStrategyNumber:
		case BTLessStrategyNumber:
			return -1;
		default:
			return 0;
	}
}

/* ---- the OR form ---- */

static bool
cursor_add(CursorForm *form, const Comparison *found)
{
	CursorMatch *match = form->match;
	int direction = cursor_direction(found->strategy);
	int at = 0;

	if (found->param.computed || found->param.optional)
		return false;
	while (at < match->ncolumns &&
		   match->columns[at].param != found->param.number)
		at++;
	if (at == lengthof(match->columns))
		return false;
	if (at == match->ncolumns)
	{
		match->columns[at].origin = found->origin;
		match->columns[at].param = found->param.number;
		match->ncolumns++;
	}
	if (!origin_equal(match->columns[at].origin, found->origin))
		return false;
	if (found->strategy == BTEqualStrategyNumber)
	{
		form->equals[at]++;
		return true;
	}
	if (direction == 0 || form->direction == -direction)
		return false;
	form->direction = direction;
	form->ranged[at] = true;
	return true;
}

/* Collects the comparisons below ANDs and ORs; false if there is another node.
 */
static bool
cursor_collect(List *queries, Node *node, int nparams, CursorForm *form)
{
	Comparison found;
	ListCell *cell;

	if (node != NULL && IsA(node, BoolExpr) &&
		castNode(BoolExpr, node)->boolop != NOT_EXPR)
	{
		foreach(cell, castNode(BoolExpr, node)->args)
			if (!cursor_collect(queries, lfirst(cell), nparams, form))
				return false;
		return true;
	}
	return comparison_read(queries, node, nparams, &found) &&
		   cursor_add(form, &found);
}

/* Leading columns first; those compared as often keep their order. */
static void
cursor_sort(CursorForm *form)
{
	CursorColumn *columns = form->match->columns;

	for (int i = 1; i < form->match->ncolumns; i++)
		for (int j = i; j > 0 && form->equals[j] > form->equals[j - 1]; j--)
		{
			CursorColumn column = columns[j];
			int equals = form->equals[j];
			bool ranged = form->ranged[j];

			columns[j] = columns[j - 1];
			form->equals[j] = form->equals[j - 1];
			form->ranged[j] = form->ranged[j - 1];
			columns[j - 1] = column;
			form->equals[j - 1] = equals;
			form->ranged[j - 1] = ranged;
		}
}

static bool
cursor_match_or(List *queries, BoolExpr *expr, int nparams, CursorMatch *match)
{
	CursorForm form = {.match = match};
	ListCell *cell;

	if (expr->boolop != OR_EXPR)
		return false;
	foreach(cell, expr->args)
	{
		Node *arm = lfirst(cell);
		ParamOperand param;

		/* $1 IS NULL OR ...: the first page is asked for without a cursor. */
		if (IsA(arm, NullTest) &&
			castNode(NullTest, arm)->nulltesttype == IS_NULL &&
			comparison_read_param((Node *) castNode(NullTest, arm)->arg,
								  nparams, &param))
			continue;
		if (!cursor_collect(queries, arm, nparams, &form))
			return false;
	}
	if (match->ncolumns < 2)
		return false;
	cursor_sort(&form);
	for (int i = 0; i < match->ncolumns; i++)
		if (!form.ranged[i] || (i + 1 < match->ncolumns && form.equals[i] == 0))
			return false;
	match->descending = form.direction < 0;
	match->or_form = true;
	return true;
}

/* ---- the row comparison ---- */

static bool
cursor_match_row(List *queries, RowCompareExpr *expr, int nparams,
				 CursorMatch *match)
{
	List *columns = expr->largs;
	List *params = expr->rargs;
	ParamOperand param;
	ListCell *column;
	ListCell *value;

	match->ncolumns = list_length(expr->largs);
	if (match->ncolumns > lengthof(match->columns))
		return false;
	match->descending = cursor_direction(compat_row_compare(expr)) < 0;
	if (operand_count_params(linitial(columns)) > 0)
	{
		columns = expr->rargs;
		params = expr->largs;
		match->descending = !match->descending;
	}
	forboth(column, columns, value, params)
	{
		CursorColumn *at = &match->columns[foreach_current_index(column)];

		at->origin = origin_find_first(queries, lfirst(column));
		if (at->origin == NULL || operand_count_params(lfirst(value)) != 1)
			return false;
		if (!comparison_read_param(lfirst(value), nparams, &param) ||
			param.computed)
		{
			if (!operand_is_computable(lfirst(value)))
				return false;
			param.number = bms_singleton_member(operand_params(lfirst(value)));
			at->operand = lfirst(value);
		}
		at->param = param.number;
	}
	return true;
}

/* ---- both ---- */

bool
cursor_match(List *queries, Node *node, int nparams, CursorMatch *found)
{
	memset(found, 0, sizeof(*found));
	if (IsA(node, BoolExpr)
			? !cursor_match_or(queries, castNode(BoolExpr, node), nparams,
							   found)
			: !cursor_match_row(queries, castNode(RowCompareExpr, node),
								nparams, found))
		return false;
	for (int i = 1; i < found->ncolumns; i++)
	{
		if (found->columns[i].origin->rte != found->columns[0].origin->rte)
			return false;
		for (int j = 0; j < i; j++)
			if (found->columns[j].param == found->columns[i].param)
				return false;
	}
	found->condition =
		origin_condition(queries, node, found->columns[0].origin);
	return true;
}
