/*-------------------------------------------------------------------------
 *
 * first_match.h
 *		What the scans of a plan had read when the first row came out.
 *
 * Rows in front of the first match grow with the table, as after a deep cursor;
 * rows between matches do not. The input of each Limit is watched. An
 * Incremental Sort between the two gathers 32 rows before it hands one on, and
 * is looked behind.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_FIRST_MATCH_H
#define PERFCHECK_WORK_FIRST_MATCH_H

#include "executor/execdesc.h"

/* Of one scan. */
typedef struct FirstMatch
{
	const PlanState *scan;
	double examined;
} FirstMatch;

/*
 * Executes a started plan, with row counters, to its end. Returns FirstRows of
 * the scans below a Limit that let a row through.
 */
extern List *first_match_run(QueryDesc *desc);

/* What a scan had examined; 0: no row came out. */
extern double first_match_examined(const List *rows, const PlanState *scan);

#endif /* PERFCHECK_WORK_FIRST_MATCH_H */
