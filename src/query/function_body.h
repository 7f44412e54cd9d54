/*-------------------------------------------------------------------------
 *
 * function_body.h
 *		The queries that a function in SQL or PL/pgSQL executes.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_QUERY_FUNCTION_BODY_H
#define PERFCHECK_QUERY_FUNCTION_BODY_H

#include "nodes/primnodes.h"

/*
 * Returns the queries of the function that is called, a List of analyzed Query or
 * of lists of them: the SELECTs of a function in SQL, and those in the text of one
 * in PL/pgSQL as far as they use none of its variables but its arguments, which
 * are parameters in both. Whatever cannot be analyzed is left out, and so is a
 * function in another language. Errors: those that sandbox_run() raises again.
 */
extern List *function_body_queries(const FuncExpr *call);

#endif /* PERFCHECK_QUERY_FUNCTION_BODY_H */
