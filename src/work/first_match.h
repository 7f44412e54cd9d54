/*-------------------------------------------------------------------------
 *
 * first_match.h
 *		Counts what the scans below a Limit read up to their first match.
 *
 * The rows before the first match may grow with the table, as after a deep
 * cursor; the rows between matches do not.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_FIRST_MATCH_H
#define PERFCHECK_WORK_FIRST_MATCH_H

#include "executor/execdesc.h"

/* What one scan had examined when the Limit above it got its first row. */
typedef struct FirstMatch
{
	const PlanState *scan;
	double examined;
} FirstMatch;

/*
 * Executes a plan to its end, which was started with INSTRUMENT_ROWS. Returns a
 * FirstMatch * for each scan below a Limit that got a row, in the current memory
 * context. The plan must not be executed again after it. Errors: those of the
 * query.
 */
extern List *first_match_run(QueryDesc *desc);

#endif /* PERFCHECK_WORK_FIRST_MATCH_H */
