/*-------------------------------------------------------------------------
 *
 * skip_scan.h
 *		What a B-tree scan reads to find entries behind a column without one value.
 *
 * From 18 on a scan of an index on (date, genre) with a condition on genre alone
 * searches for each date anew, or reads all entries where that would be more work,
 * and decides it from page to page. The executor counts neither.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_SKIP_SCAN_H
#define PERFCHECK_WORK_SKIP_SCAN_H

#include "nodes/execnodes.h"

typedef struct SkipScan
{
	double entries; /* read, in all loops */
	/*
	 * The exponent of the number of searches, where a loop goes from one search
	 * to the next; -1 where it reads the pages one after another.
	 */
	double searches;
} SkipScan;

/*
 * Returns whether the server skips, and the scan, which was watched, has a
 * condition behind a column without an equality; then sets what it read. Where
 * track_counts is off, the entries between two searches are not known, and left
 * out. Errors: those of plan/growth.h.
 */
extern bool skip_scan_read(PlanState *node, SkipScan *read);

#endif /* PERFCHECK_WORK_SKIP_SCAN_H */
