/*-------------------------------------------------------------------------
 *
 * rewrite_function.h
 *		A volatile function as the value of a comparison.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_REWRITE_FUNCTION_H
#define PERFCHECK_ADVICE_REWRITE_FUNCTION_H

#include "advice/rewrite_site.h"

/*
 * Returns column = f() as column = (SELECT f()) where f is volatile, with what to
 * do about f; NULL for another condition. Raises no error.
 */
extern Rewrite *rewrite_function_find(const RewriteSite *site);

#endif /* PERFCHECK_ADVICE_REWRITE_FUNCTION_H */
