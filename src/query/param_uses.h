/*-------------------------------------------------------------------------
 *
 * param_uses.h
 *		What each parameter of a query is compared with.
 *
 * Reads a query's tree by parameter: for each $n the column or expression of a
 * table that its values can be looked up at, the kind of comparison, and which
 * parameters belong together.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_QUERY_PARAM_USES_H
#define PERFCHECK_QUERY_PARAM_USES_H

#include "query/param_use.h"

/*
 * Returns one element for each of the parameters, $1 first; USE_NONE if nothing
 * is known of one. If a parameter is compared more than once, a cursor counts
 * before all else, then the first comparison. query is analyzed and rewritten.
 */
extern ParamUse *param_uses_find(Query *query, int nparams);

#endif /* PERFCHECK_QUERY_PARAM_USES_H */
