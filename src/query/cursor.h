/*-------------------------------------------------------------------------
 *
 * cursor.h
 *		Recognizes a cursor: the place in an order that a page starts after.
 *
 * Owns its two forms: the row comparison (c1, c2) > ($1, $2), and c1 > $1 OR
 * (c1 = $1 AND c2 > $2), with any number of columns.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_QUERY_CURSOR_H
#define PERFCHECK_QUERY_CURSOR_H

#include "query/origin.h"
#include "query/param_uses.h"

/* Expression op parameter, in that order. */
typedef struct Comparison
{
	Operand operand;
	ParamOperand param;
	int strategy; /* of btree; ROWCOMPARE_NE for <> */
} Comparison;

/* Whether node compares an expression over one table with a parameter. */
extern bool cursor_comparison(List *queries, Node *node, int nparams,
							  Comparison *found);

/* USE_EQUAL, USE_DIFFERENT, USE_LOWER, USE_UPPER, or USE_NONE. */
extern UseKind cursor_kind_of_strategy(int strategy);

/*
 * Notes in uses the parameters of the cursor that node is, as of that group.
 * False, and nothing noted, where it is none: all of its columns must come from
 * one table, and each of its parameters stand for one column, in it alone.
 */
extern bool cursor_note(List *queries, Node *node, int nparams, ParamUse *uses,
						int group);

#endif /* PERFCHECK_QUERY_CURSOR_H */
