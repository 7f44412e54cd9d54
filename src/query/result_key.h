/*-------------------------------------------------------------------------
 *
 * result_key.h
 *		The columns of a query's result that tell its rows apart.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_QUERY_RESULT_KEY_H
#define PERFCHECK_QUERY_RESULT_KEY_H

#include "nodes/parsenodes.h"

/*
 * Returns the columns of the result, as a List of their numbers from 1 on, that
 * hold a key: that of a table, all of whose columns are selected as they are, of a
 * view's or a subquery's result, or of the groups. NIL if there is none, or where
 * two columns have the name of one of its own. A row of a join may come twice by
 * the key of one of its tables. No errors but those of reading catalogs.
 */
extern List *result_key(Query *query);

/*
 * Returns whether the ORDER BY leaves no two rows of the result equal: it has all
 * columns of a key of the only table.
 */
extern bool result_key_orders(Query *query, List *key);

#endif /* PERFCHECK_QUERY_RESULT_KEY_H */
