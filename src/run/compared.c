/*-------------------------------------------------------------------------
 *
 * compared.c
 *		Tells whether one of two sequences of samples is slower.
 *
 * A sequence is cut into slices of equal length, as comparison.h wants them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "run/compared.h"

/* More of them tell no more, and take longer. */
#define COMPARED_MOST_SLICES 40

static ComparisonSide
compared_side(ComparedSamples samples, int slices)
{
	ComparisonSlice *cut = palloc0(slices * sizeof(ComparisonSlice));
	double *values = MemoryContextAllocHuge(CurrentMemoryContext,
											Max(samples.n, 1) * sizeof(double));

	for (int64 i = 0; i < samples.n; i++)
		values[i] = samples.ns[i];
	for (int i = 0; i < slices; i++)
	{
		int64 from = samples.n * i / slices;

		cut[i].samples = values + from;
		cut[i].count = samples.n * (i + 1) / slices - from;
	}
	return (ComparisonSide){.slices = cut, .count = slices};
}

Compared
compared_samples(ComparedSamples before, ComparedSamples after, bool paired,
				 int tests)
{
	int slices = Min(COMPARED_MOST_SLICES,
					 Max(Min(before.n, after.n), COMPARISON_MIN_SLICES));
	ComparisonSide a = compared_side(before, slices);
	ComparisonSide b = compared_side(after, slices);
	ComparisonRules rules = COMPARISON_RULES(1, paired);
	Compared compared;

	rules.tests = Max(tests, 1);
	if (!comparison_make(&a, &b, 50, &rules, &compared.median) ||
		!comparison_make(&a, &b, 95, &rules, &compared.p95))
		ereport(ERROR, errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory"));
	compared.verdict =
		comparison_both(compared.median.verdict, compared.p95.verdict);
	return compared;
}
