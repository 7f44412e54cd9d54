/*-------------------------------------------------------------------------
 *
 * rewrite.h
 *		The same condition, written so that an index can serve it.
 *
 * Owns the changes of a query's tree that keep its meaning: of a cursor in OR
 * form, and of casts of a column. A trial checks that as many rows come back.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_REWRITE_H
#define PERFCHECK_ADVICE_REWRITE_H

#include "contract/statement.h"
#include "query/table_conditions.h"

typedef struct Rewrite
{
	char *cause;
	char *condition;   /* the new one, as SQL */
	Query *query;      /* a copy of the query with the new condition */
	AttrNumber attnum; /* the column without its cast; 0 for a cursor */
} Rewrite;

/*
 * Returns a Rewrite for each cursor in OR form that can be written as a row
 * comparison.
 */
extern List *rewrite_cursors(const ContractStatement *statement);

/*
 * Returns the query without the casts of the table's columns: with the value
 * cast instead, or for a day of a timestamp with the bounds of the day. NULL
 * where no condition can be written so.
 */
extern Rewrite *rewrite_casts(const ContractStatement *statement,
							  const QueryTable *table);

#endif /* PERFCHECK_ADVICE_REWRITE_H */
