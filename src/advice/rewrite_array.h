/*-------------------------------------------------------------------------
 *
 * rewrite_array.h
 *		Whether an array column has a value, by an operator that GIN serves.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_REWRITE_ARRAY_H
#define PERFCHECK_ADVICE_REWRITE_ARRAY_H

#include "advice/rewrite_site.h"

/*
 * Returns value = ANY (column), array_position() and an EXISTS or IN over unnest()
 * as column @> ARRAY[value], or && for several values; and the like of elements of
 * jsonb with the operator ?. NULL for another condition. Raises no error.
 */
extern Rewrite *rewrite_array_find(const RewriteSite *site);

#endif /* PERFCHECK_ADVICE_REWRITE_ARRAY_H */
