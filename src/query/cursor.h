/*-------------------------------------------------------------------------
 *
 * cursor.h
 *		Recognizes a cursor: the place in an order that a page starts after.
 *
 * There are two forms: the row comparison (c1, c2) > ($1, $2), and the OR form
 * c1 > $1 OR (c1 = $1 AND c2 > $2), with any number of columns.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_QUERY_CURSOR_H
#define PERFCHECK_QUERY_CURSOR_H

#include "query/origin.h"

typedef struct CursorColumn
{
	const Origin *origin;
	int param;     /* n of $n, which it is compared with */
	Node *operand; /* what it is compared with, if that is more than $n */
} CursorColumn;

typedef struct CursorMatch
{
	CursorColumn columns[INDEX_MAX_KEYS]; /* the leading column first */
	int ncolumns;
	bool descending; /* (c1, c2) < ($1, $2) */
	bool or_form;
	Node *condition; /* of the table alone: see origin_condition(); or NULL */
} CursorMatch;

/*
 * Returns whether node is a cursor. All of its columns must come from one
 * table, and each of its parameters must stand for one column, in it alone.
 */
extern bool cursor_match(List *queries, Node *node, int nparams,
						 CursorMatch *found);

#endif /* PERFCHECK_QUERY_CURSOR_H */
