/*-------------------------------------------------------------------------
 *
 * condition_partner.h
 *		With the rows of what a condition compares.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_QUERY_CONDITION_PARTNER_H
#define PERFCHECK_QUERY_CONDITION_PARTNER_H

#include "nodes/primnodes.h"

/*
 * Returns what the rows belong to that value, which stands in the first of
 * queries, is taken from: a range table entry below joins, or the subquery of
 * IN, which is sublink if it is not NULL. Returns NULL if the value is the same
 * for all rows, as that of (SELECT max(x) FROM t) is. Two values of the same
 * rows have the same pointer.
 */
extern const void *condition_partner_find(List *queries, Node *value,
										  const SubLink *sublink);

#endif /* PERFCHECK_QUERY_CONDITION_PARTNER_H */
