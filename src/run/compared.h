/*-------------------------------------------------------------------------
 *
 * compared.h
 *		Tells whether one of two sequences of samples is slower.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RUN_COMPARED_H
#define PERFCHECK_RUN_COMPARED_H

#include "shared/comparison.h"

/* Samples in the order in which they were taken. */
typedef struct ComparedSamples
{
	const int64 *ns;
	int64 n;
} ComparedSamples;

typedef struct Compared
{
	Comparison median;
	Comparison p95;
	ComparisonVerdict verdict; /* on both */
} Compared;

/*
 * Compares two sequences, of which the second is slower or faster. paired: they
 * took turns, and equally many. tests: how many comparisons are made at once.
 * Errors: out_of_memory.
 */
extern Compared compared_samples(ComparedSamples before, ComparedSamples after,
								 bool paired, int tests);

#endif /* PERFCHECK_RUN_COMPARED_H */
