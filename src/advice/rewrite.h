/*-------------------------------------------------------------------------
 *
 * rewrite.h
 *		The same condition, written so that an index can serve it.
 *
 * Owns the changes of a query's tree that keep its meaning: the OR form of a
 * cursor, and casts of a column.
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
	char *condition;   /* as SQL */
	Query *query;      /* with it */
	AttrNumber attnum; /* the column without its cast; 0: a cursor */
} Rewrite;

/* The query's cursors in OR form, as row comparisons: Rewrites. */
extern List *rewrite_cursors(const ContractStatement *statement);

/* A table's conditions on cast columns, as ones on the columns; or NULL. */
extern Rewrite *rewrite_casts(const ContractStatement *statement,
							  const QueryTable *table);

#endif /* PERFCHECK_ADVICE_REWRITE_H */
