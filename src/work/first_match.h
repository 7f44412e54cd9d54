/*-------------------------------------------------------------------------
 *
 * first_match.h
 *		Counts what the nodes below a Limit read up to their first match.
 *
 * The rows before the first match may grow with the table, as after a deep
 * cursor; the rows between matches do not.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_FIRST_MATCH_H
#define PERFCHECK_WORK_FIRST_MATCH_H

#include "executor/execdesc.h"

/* What a node had counted when the Limit above it got its first row. */
typedef struct FirstMatch
{
	const PlanState *node;
	double examined; /* rows returned, and removed by a filter or a recheck */
} FirstMatch;

/*
 * Executes a plan to its end, which was started with INSTRUMENT_ROWS. Returns a
 * FirstMatch * for each node below a Limit that got a row, in the current memory
 * context. The plan must not be executed again after it. Errors: those of the
 * query.
 */
extern List *first_match_run(QueryDesc *desc);

#endif /* PERFCHECK_WORK_FIRST_MATCH_H */
