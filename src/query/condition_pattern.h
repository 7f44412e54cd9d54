/*-------------------------------------------------------------------------
 *
 * condition_pattern.h
 *		What the pattern of a LIKE tells about an index for it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_QUERY_CONDITION_PATTERN_H
#define PERFCHECK_QUERY_CONDITION_PATTERN_H

#include "nodes/params.h"
#include "nodes/primnodes.h"

/*
 * Returns whether the operator is LIKE and the pattern, whose parameters have the
 * values of params, begins with a letter; and sets *is_short if it is LIKE or ILIKE
 * and no trigram can be made of what the pattern has besides % and _. A pattern that
 * is not known tells nothing. The value must have no Var.
 */
extern bool condition_pattern_read(Oid operator, const Node * value,
								   ParamListInfo params, bool *is_short);

#endif /* PERFCHECK_QUERY_CONDITION_PATTERN_H */
