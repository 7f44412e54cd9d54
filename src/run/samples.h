/*-------------------------------------------------------------------------
 *
 * samples.h
 *		The samples of the last run of perfcheck_time in this session.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RUN_SAMPLES_H
#define PERFCHECK_RUN_SAMPLES_H

#include "nodes/pg_list.h"

/* What one client sampled of a case. */
typedef struct CaseSamples
{
	char *query;
	char *label;
	int client; /* from 1 */
	int64 n;
	int64 *ns; /* in the order of the executions */
} CaseSamples;

/*
 * Keeps copies of CaseSamples, in place of those that were kept. Errors:
 * out_of_memory, after which there are none.
 */
extern void samples_keep(List *samples);

/* Returns those that are kept; they are valid until others are. No errors. */
extern const List *samples_kept(void);

/* The samples of a query that took from 10^(step / 10) to 10^((step + 1) / 10) ms. */
typedef struct SamplesBar
{
	int step;
	int64 n;
} SamplesBar;

/*
 * Counts the kept samples of a query or, if label is not NULL, of one case of it.
 * Returns an array without gaps of *count bars, or NULL if there are none.
 */
extern SamplesBar *samples_bars(const char *query, const char *label,
								int *count);

#endif /* PERFCHECK_RUN_SAMPLES_H */
