/*-------------------------------------------------------------------------
 *
 * result_source.h
 *		The values of an expression over a query's result, as a query.
 *
 * HAVING count(*) > $1 and a.x + b.y = $1 compare a parameter with what no single
 * table holds. The values that it can be compared with are those that the query
 * itself computes.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_QUERY_RESULT_SOURCE_H
#define PERFCHECK_QUERY_RESULT_SOURCE_H

#include "nodes/parsenodes.h"

#include "query/operand.h"

/* The name of the values' column. */
#define RESULT_SOURCE_COLUMN "perfcheck_value"

/*
 * Returns a query for the values of expr, which stands in the first of queries:
 * that query without its order and its limits. Where it groups rows and expr has no
 * aggregate, it is a query for the rows. Without groups, it ends after
 * RESULT_SOURCE_ROWS rows. Returns NULL if it depends on rows or CTEs of a query
 * around it.
 */
extern Query *result_source_make(List *queries, Node *expr);

#define RESULT_SOURCE_ROWS 30000

/*
 * Returns the text of such a query with values for its parameters; known may be
 * NULL. The conditions that have other parameters are left out. The names in it
 * hold for the current search_path.
 */
extern char *result_source_sql(const Query *source, const OperandValues *known);

/* Returns the text of its expression as it is shown to people. */
extern char *result_source_title(const Query *source);

#endif /* PERFCHECK_QUERY_RESULT_SOURCE_H */
