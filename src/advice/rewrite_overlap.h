/*-------------------------------------------------------------------------
 *
 * rewrite_overlap.h
 *		Two columns that begin and end something, as a range.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_REWRITE_OVERLAP_H
#define PERFCHECK_ADVICE_REWRITE_OVERLAP_H

#include "advice/rewrite_site.h"

/*
 * Returns two conditions, one that bounds a column from above and one that bounds
 * another column of its table and type from below, as the overlap of a range of the
 * columns with one of the values, or as a range that holds the value; with the GiST
 * index on the range. NULL for another condition. Raises no error.
 */
extern Rewrite *rewrite_overlap_find(const RewriteSite *site);

#endif /* PERFCHECK_ADVICE_REWRITE_OVERLAP_H */
