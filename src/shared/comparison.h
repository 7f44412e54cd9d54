/*-------------------------------------------------------------------------
 *
 * comparison.h
 *		Tells whether one of two measurements is slower than the other.
 *
 * Owns the statistics of a comparison. Each side is measured in slices: stretches
 * of time, or rounds, with the samples that were taken in each. Samples of one
 * stretch share what the machine did meanwhile, so they are no independent
 * evidence, however many there are. Slices are the evidence, and where adjacent
 * slices still resemble each other, several of them at a time are.
 *
 * The p value is that of a permutation test: the slices are dealt to the two
 * sides at random, again and again, and it is the share of the deals whose
 * difference is as large as the measured one. The interval comes from drawing
 * slices with replacement. A side whose halves differ by more than the sides do is
 * no evidence either, unless the sides took turns. Pure C, and a function of its arguments: the server
 * extension and perfcheck-http share it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SHARED_COMPARISON_H
#define PERFCHECK_SHARED_COMPARISON_H

#include "shared/comparison_blocks.h"

/* Fewer slices with samples on a side are not enough to tell anything. */
#define COMPARISON_MIN_SLICES 5
/* The same if they are paired, where fewer deals are possible. */
#define COMPARISON_MIN_PAIRS 8

/* What COMPARISON_RULES sets, as the documentation names it. */
#define COMPARISON_SAME_WITHIN 0.05
#define COMPARISON_SMALLEST 0.05
#define COMPARISON_P_BELOW 0.01

typedef enum ComparisonVerdict
{
	COMPARISON_UNCLEAR,
	COMPARISON_SAME,
	COMPARISON_FASTER,
	COMPARISON_SLOWER
} ComparisonVerdict;

/* The slices of a side, in the order in which they were measured. */
typedef struct ComparisonSide
{
	const ComparisonSlice *slices;
	size_t count;
} ComparisonSide;

typedef struct ComparisonRules
{
	uint64_t seed;

	/*
	 * The sides took turns: slice number i of one was measured next to slice
	 * number i of the other, and both have equally many. What changes slowly
	 * then disturbs both alike, and cancels out.
	 */
	bool paired;
	double same_within; /* 0.05: the same if the interval is within 5 % */
	double smallest; /* 0.05: a change by less is neither slower nor faster */
	double p_below;  /* 0.01: nor is one whose p value is not below that */

	/*
	 * How many comparisons are made at once. Of many some look slower by
	 * chance, so p_below is divided by it; 0 means 1.
	 */
	size_t tests;
} ComparisonRules;

#define COMPARISON_RULES(seed_, paired_)                                       \
	((ComparisonRules){.seed = (seed_),                                        \
					   .paired = (paired_),                                    \
					   .same_within = COMPARISON_SAME_WITHIN,                  \
					   .smallest = COMPARISON_SMALLEST,                        \
					   .p_below = COMPARISON_P_BELOW,                          \
					   .tests = 1})

/* The comparison of one statistic. */
typedef struct Comparison
{
	bool enough; /* there were enough slices; if not, only the next two hold */
	double before; /* the percentile of all samples of a side; 0 without any */
	double after;
	double ratio; /* after / before: 1.1 is 10 % slower */
	double low;   /* the ratio's interval, at 95 % */
	double high;
	double p;
	size_t block; /* how many slices were taken together */
	ComparisonVerdict verdict;
} Comparison;

/*
 * Compares a percentile (50 is the median, 95 the p95) of two sides. Returns
 * false if memory ran out, or if `paired` is asked for sides of unequal length.
 */
extern bool comparison_make(const ComparisonSide *before,
							const ComparisonSide *after, double percent,
							const ComparisonRules *rules,
							Comparison *comparison);

/*
 * Returns the verdict on two statistics of the same samples: slower if one is,
 * faster if one is and none is slower, the same if both are.
 */
extern ComparisonVerdict comparison_both(ComparisonVerdict one,
										 ComparisonVerdict other);

/* Returns "slower", "faster", "same" or "unclear". */
extern const char *comparison_word(ComparisonVerdict verdict);

#endif /* PERFCHECK_SHARED_COMPARISON_H */
