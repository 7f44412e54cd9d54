/*-------------------------------------------------------------------------
 *
 * block_cause.h
 *		Says what the blocks are that a query touches.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_BLOCK_CAUSE_H
#define PERFCHECK_WORK_BLOCK_CAUSE_H

#include "work/measure.h"

typedef struct BlockCause
{
	char *words; /* "950 of 960 entries that ... reads are of dead rows" */
	/* A statement that may help, and why it cannot be tried; or NULL. */
	char *fix;
	char *untried;
} BlockCause;

/*
 * Returns what most of the blocks of work are at the size that it was last
 * projected to, in the current memory context; NULL if no more is known than the
 * plan shows. No errors.
 */
extern BlockCause *block_cause_find(const Work *work);

/*
 * Returns "Sort of 2000000 rows takes about 490 MB, and has 4 MB", for a plan that
 * spills at that size.
 */
extern char *block_cause_spill(const Work *work);

#endif /* PERFCHECK_WORK_BLOCK_CAUSE_H */
