/*-------------------------------------------------------------------------
 *
 * column_times.h
 *		Where the times that a column holds lie from now.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_PLAN_COLUMN_TIMES_H
#define PERFCHECK_PLAN_COLUMN_TIMES_H

#include "access/attnum.h"

/*
 * Returns whether the values of a column are times of which none lies ahead, by
 * its statistics, but for what the zones of times and days can differ by. No
 * errors.
 */
extern bool column_times_end_now(Oid relid, AttrNumber attnum);

/*
 * Returns whether a larger table has more rows in the same time, and not a longer one, by
 * the statistics of a column:
 *
 *	- nearly all times lie ahead, not farther than they are apart, as those do by which
 *	  something expires: what lay before is gone;
 *	- the rows lie in no order of the times, of which many lie behind and ahead, as the
 *	  ends of terms do, or which go back for over 30 years, as dates of birth do.
 *
 * No errors.
 */
extern bool column_times_grow_denser(Oid relid, AttrNumber attnum);

#endif /* PERFCHECK_PLAN_COLUMN_TIMES_H */
