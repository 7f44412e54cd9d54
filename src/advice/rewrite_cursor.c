/*-------------------------------------------------------------------------
 *
 * rewrite_cursor.c
 *		A cursor in OR form, as a row comparison.
 *
 * The forms are a < $1 OR (a = $1 AND b < $2), the same with an OR within the last
 * arm, and a <= $1 AND (a < $1 OR b < $2), where the bound stands beside the OR.
 * Each arm has one column more than the one before it: the columns before are equal
 * to the cursor's. The operator of the row comparison is that of the last column,
 * which says whether the row of the cursor itself is in the page. An arm without
 * columns, such as $1 IS NULL for a first page without a cursor, stays.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"

#include "advice/rewrite_bound.h"
#include "advice/rewrite_cursor.h"

typedef struct CursorColumns
{
	const RewriteSite *site;
	RewriteComparison columns[INDEX_MAX_KEYS];
	int n;
	Node *bound; /* the condition beside the OR that bounds it, or NULL */
} CursorColumns;

static List *
rewrite_cursor_conditions(Node *arm)
{
	if (IsA(arm, BoolExpr) && castNode(BoolExpr, arm)->boolop == AND_EXPR)
		return castNode(BoolExpr, arm)->args;
	return list_make1(arm);
}

static bool
rewrite_cursor_reads(const CursorColumns *cursor, Node *clause,
					 RewriteComparison *found)
{
	RewriteSite site = *cursor->site;

	site.clause = clause;
	return rewrite_site_compares(&site, found) && !found->any &&
		   found->strategy != 0;
}

/* 1 for > and >=, and -1 for < and <=. */
static int
rewrite_cursor_direction(int strategy)
{
	return strategy > BTEqualStrategyNumber ? 1 : -1;
}

/* Finds the condition beside the OR that bounds the column as >= or <=. */
static Node *
rewrite_cursor_bound(const CursorColumns *cursor,
					 const RewriteComparison *column)
{
	ListCell *cell;

	foreach(cell, cursor->site->siblings)
	{
		RewriteComparison found;

		if (rewrite_cursor_reads(cursor, lfirst(cell), &found) &&
			found.strategy != BTEqualStrategyNumber &&
			rewrite_cursor_direction(found.strategy) ==
				rewrite_cursor_direction(column->strategy) &&
			equal(found.key, column->key) && equal(found.value, column->value))
			return lfirst(cell);
	}
	return NULL;
}

/*
 * Reads the arms of an OR, whose columns come after those before start. Arms with
 * more conditions are about later columns.
 */
static bool
rewrite_cursor_read(CursorColumns *cursor, BoolExpr *expr, int start)
{
	int size = 1;
	int narms = 0;
	int nread = 0;
	ListCell *cell;

	check_stack_depth();
	foreach(cell, expr->args)
		if (rewrite_site_has_columns(lfirst(cell)))
			narms++;
	/* The bound makes the second arm as short as the first one. */
	for (; nread < narms && size <= INDEX_MAX_KEYS; size++)
		foreach(cell, expr->args)
		{
			List *conditions = rewrite_cursor_conditions(lfirst(cell));
			int equal_columns = 0;
			Node *rest = NULL;
			RewriteComparison found;
			ListCell *condition;

			if (list_length(conditions) != size ||
				!rewrite_site_has_columns(lfirst(cell)))
				continue;
			nread++;
			foreach(condition, conditions)
			{
				bool known = false;

				if (rewrite_cursor_reads(cursor, lfirst(condition), &found) &&
					found.strategy == BTEqualStrategyNumber)
					for (int i = start; i < cursor->n; i++)
						known = known ||
								(equal(found.key, cursor->columns[i].key) &&
								 equal(found.value, cursor->columns[i].value));
				if (known)
					equal_columns++;
				else if (rest != NULL)
					return false;
				else
					rest = lfirst(condition);
			}
			if (rest == NULL)
				return false;
			if (equal_columns < cursor->n - start)
			{
				if (equal_columns > 0 || cursor->n - start != 1 || start != 0)
					return false;
				cursor->bound =
					rewrite_cursor_bound(cursor, &cursor->columns[0]);
				if (cursor->bound == NULL)
					return false;
			}
			if (IsA(rest, BoolExpr) &&
				castNode(BoolExpr, rest)->boolop == OR_EXPR)
				return nread == narms && cursor->n > start &&
					   rewrite_cursor_read(cursor, castNode(BoolExpr, rest),
										   cursor->n);
			if (cursor->n == INDEX_MAX_KEYS ||
				!rewrite_cursor_reads(cursor, rest, &found) ||
				found.strategy == BTEqualStrategyNumber)
				return false;
			cursor->columns[cursor->n++] = found;
		}
	return nread == narms;
}

/*
 * Adds the arms without columns to a text. Nothing there tells the type of $1 in $1
 * IS NULL, so that it is cast.
 */
static char *
rewrite_cursor_optional(const BoolExpr *expr, char *text)
{
	bool optional = false;
	ListCell *cell;

	foreach(cell, expr->args)
	{
		Node *arm = lfirst(cell);
		const char *first = NULL;

		if (rewrite_site_has_columns(arm))
			continue;
		if (IsA(arm, NullTest) &&
			castNode(NullTest, arm)->nulltesttype == IS_NULL)
		{
			Bound value =
				rewrite_bound_of((Node *) castNode(NullTest, arm)->arg);

			first = psprintf("%s IS NULL", rewrite_bound_typed(&value));
		}
		else
			first = rewrite_site_text(NULL, arm);
		text = psprintf("%s OR %s", first, text);
		optional = true;
	}
	return optional ? psprintf("(%s)", text) : text;
}

static char *
rewrite_cursor_rows(const CursorColumns *cursor)
{
	StringInfoData names;
	StringInfoData values;

	initStringInfo(&names);
	initStringInfo(&values);
	for (int i = 0; i < cursor->n; i++)
	{
		const char *name =
			rewrite_site_text(cursor->site->query, cursor->columns[i].key);

		if (name == NULL)
			return NULL;
		appendStringInfo(&names, "%s%s", i > 0 ? ", " : "", name);
		appendStringInfo(&values, "%s%s", i > 0 ? ", " : "",
						 rewrite_site_text(NULL, cursor->columns[i].value));
	}
	return psprintf(
		"(%s) %s (%s)", names.data,
		rewrite_site_operator(cursor->columns[cursor->n - 1].strategy),
		values.data);
}

Rewrite *
rewrite_cursor_find(const RewriteSite *site)
{
	CursorColumns cursor = {.site = site};
	const RewriteComparison *first = &cursor.columns[0];
	Rewrite *rewrite;
	Node *column;
	char *text;
	char *cause;
	bool mixed = false;

	if (!IsA(site->clause, BoolExpr) ||
		castNode(BoolExpr, site->clause)->boolop != OR_EXPR ||
		!rewrite_cursor_read(&cursor, castNode(BoolExpr, site->clause), 0) ||
		cursor.n < 2)
		return NULL;
	for (int i = 1; i < cursor.n; i++)
		mixed =
			mixed || rewrite_cursor_direction(first->strategy) !=
						 rewrite_cursor_direction(cursor.columns[i].strategy);
	column = (Node *) rewrite_site_column(first->key);
	if (column == NULL)
		return NULL;
	if (!mixed)
	{
		text = rewrite_cursor_rows(&cursor);
		cause =
			pstrdup("the OR form of the cursor cannot be an index condition");
	}
	else
	{
		char *bound = rewrite_site_text(site->query, first->key);
		char *whole = rewrite_site_text(site->query, site->clause);

		if (cursor.bound != NULL || bound == NULL || whole == NULL ||
			rewrite_cursor_bound(&cursor, first) != NULL)
			return NULL;
		text = psprintf("%s %s %s AND %s", bound,
						rewrite_cursor_direction(first->strategy) > 0 ? ">="
																	  : "<=",
						rewrite_site_text(NULL, first->value), whole);
		cause = psprintf("the OR form of the cursor does not bound %s, so that "
						 "no index on it is entered at the cursor",
						 bound);
	}
	if (text == NULL)
		return NULL;
	rewrite = rewrite_site_make(
		site, castNode(Var, column)->varno,
		mixed ? text
			  : rewrite_cursor_optional(castNode(BoolExpr, site->clause), text),
		cause);
	if (!mixed && cursor.bound != NULL)
		rewrite->clauses = lappend(rewrite->clauses, cursor.bound);
	return rewrite;
}
