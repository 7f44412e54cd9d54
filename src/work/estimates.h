/*-------------------------------------------------------------------------
 *
 * estimates.h
 *		What the planner expected of a plan's scans beside what they found.
 *
 * Pure C, as projection.h is: count.c fills the trees.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_ESTIMATES_H
#define PERFCHECK_WORK_ESTIMATES_H

#include "work/projection.h"

/* An estimate that is off by more than this many times is reported. */
#define ESTIMATES_OFF 10.0

/* How many times the one is the other, 1 row at least; 0 for a few rows. */
extern double estimates_times(double expected, double found);

/*
 * The scan whose estimate is furthest off, by more than ESTIMATES_OFF; NULL
 * where there is none. scale: the size that was planned for. Scans that a Limit
 * stopped are left out, since they might have found more.
 */
extern const WorkNode *estimates_worst(const WorkNode *root, double scale);

/* What a scan was expected to return a loop, of tables as they are. */
extern double estimates_expected(const WorkNode *scan, double scale);

/* What it returned a loop. */
extern double estimates_found(const WorkNode *scan);

#endif /* PERFCHECK_WORK_ESTIMATES_H */
