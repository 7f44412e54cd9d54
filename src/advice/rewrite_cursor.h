/*-------------------------------------------------------------------------
 *
 * rewrite_cursor.h
 *		A cursor in OR form, as a row comparison.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_REWRITE_CURSOR_H
#define PERFCHECK_ADVICE_REWRITE_CURSOR_H

#include "advice/rewrite_site.h"

/*
 * Returns an OR that is the place after a row in an order as a comparison of rows:
 * (a, b) < ($1, $2). Where the columns have different directions, it is the OR
 * with a bound of its leading column. NULL for another condition. Raises no error.
 */
extern Rewrite *rewrite_cursor_find(const RewriteSite *site);

#endif /* PERFCHECK_ADVICE_REWRITE_CURSOR_H */
