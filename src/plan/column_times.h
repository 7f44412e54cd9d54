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
 * Returns whether the values of a column are times of which nearly all lie ahead, not
 * farther than they are apart, by its statistics, as those do by which something expires. What lay before is
 * gone, so a larger table has more of them in the same time ahead, and not a longer
 * one. No errors.
 */
extern bool column_times_lie_ahead(Oid relid, AttrNumber attnum);

#endif /* PERFCHECK_PLAN_COLUMN_TIMES_H */
