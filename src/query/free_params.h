/*-------------------------------------------------------------------------
 *
 * free_params.h
 *		Values for parameters that are compared with nothing.
 *
 * A format, a time zone or a constant of the SELECT list may be anything that
 * is valid: which rows are found does not depend on it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_QUERY_FREE_PARAMS_H
#define PERFCHECK_QUERY_FREE_PARAMS_H

#include "nodes/parsenodes.h"

/*
 * Stores values for those of the parameters $1 to $nparams that tell a function
 * how to work: AT TIME ZONE $n, to_char(x, $n), date_trunc($n, x). texts has an
 * element for each parameter, $1 first, and the others stay as they are.
 */
extern void free_params_settings(Query *query, int nparams, char **texts);

/*
 * Returns a value of a type: the text of a constant that its input function
 * takes, or NULL if none is known.
 */
extern char *free_params_default(Oid type);

/*
 * Returns a copy of query with constants for the parameters for which texts has
 * a value.
 */
extern Query *free_params_put(Query *query, int nparams, char *const *texts);

#endif /* PERFCHECK_QUERY_FREE_PARAMS_H */
