/*-------------------------------------------------------------------------
 *
 * rewrite_column.h
 *		A comparison of what is made of a column, as one of the column alone.
 *
 * Owns the way from an expression to its column: each operation is taken off, and
 * the value changed for it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_REWRITE_COLUMN_H
#define PERFCHECK_ADVICE_REWRITE_COLUMN_H

#include "advice/rewrite_site.h"

/*
 * Returns the condition with its column alone on one side, or NULL where it stands
 * so already, or cannot be brought to it. Raises no error.
 */
extern Rewrite *rewrite_column_find(const RewriteSite *site);

/* The same for a column IS NOT DISTINCT FROM a value. */
extern Rewrite *rewrite_column_find_distinct(const RewriteSite *site);

/* The same for a column that is cast to be compared with another table's. */
extern Rewrite *rewrite_column_find_join(const RewriteSite *site);

#endif /* PERFCHECK_ADVICE_REWRITE_COLUMN_H */
