/*-------------------------------------------------------------------------
 *
 * marks.h
 *		Marks some of the numbers 0 to n - 1, with ranks and inverses.
 *
 * Owns which numbers are marked. Exactly k of them are: the range is cut into k
 * strata of equal length, to within one, and a random number of each is marked.
 * (If k is more than half of n, the others are chosen that way.) So the rank of
 * a number among those of its kind is known without a look at the others, and
 * ranks are in the order of the numbers. No function here fails.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SYNTH_MARKS_H
#define PERFCHECK_SYNTH_MARKS_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/splitmix64.h"

#include "synth/fraction.h"

typedef struct Marks
{
	uint64_t key;
	uint64_t n;
	uint64_t strata;
	bool inverted; /* the chosen ones are those without a mark */
	Fraction to_stratum;
	Fraction to_start;
} Marks;

/* Returns marks on k of n numbers, where k <= n < 2^32. */
static inline Marks
marks_make(uint64_t key, uint64_t n, uint64_t k)
{
	Marks marks = {key, n, k, k > n / 2, {0, 0, 0}, {0, 0, 0}};

	if (marks.inverted)
		marks.strata = n - k;
	marks.to_stratum = fraction_make(marks.strata, n);
	marks.to_start = fraction_make(n, marks.strata);
	return marks;
}

static inline uint64_t
marks_chosen(const Marks *marks, uint64_t stratum)
{
	uint64_t start = fraction_floor(&marks->to_start, stratum);
	uint64_t length = fraction_floor(&marks->to_start, stratum + 1) - start;

	return start +
		   (((splitmix64_number(marks->key, stratum) >> 32) * length) >> 32);
}

/*
 * Returns whether number i is marked. Sets the rank to how many smaller numbers
 * are marked as well, or are not marked either.
 */
static inline bool
marks_test(const Marks *marks, uint64_t i, uint64_t *rank)
{
	uint64_t stratum;
	uint64_t chosen;

	*rank = i;
	if (marks->strata == 0)
		return marks->inverted;
	stratum = fraction_floor_below(&marks->to_stratum, i + 1);
	chosen = marks_chosen(marks, stratum);
	if (i == chosen)
		*rank = stratum;
	else
		*rank = i - stratum - (i > chosen);
	return (i == chosen) != marks->inverted;
}

/* Returns the number that has this rank among the marked ones, or the others. */
static inline uint64_t
marks_find(const Marks *marks, bool marked, uint64_t rank)
{
	uint64_t stratum;
	uint64_t i;

	if (marks->strata == 0)
		return rank;
	if (marked != marks->inverted)
		return marks_chosen(marks, rank);
	/* A stratum has at least two numbers, so there is one of each rank. */
	stratum = (uint64_t) ((double) rank * (double) marks->strata /
						  (double) (marks->n - marks->strata));
	if (stratum >= marks->strata)
		stratum = marks->strata - 1;
	while (fraction_floor(&marks->to_start, stratum) - stratum > rank)
		stratum--;
	while (stratum + 1 < marks->strata &&
		   fraction_floor(&marks->to_start, stratum + 1) - (stratum + 1) <=
			   rank)
		stratum++;
	i = rank + stratum;
	return i + (i >= marks_chosen(marks, stratum));
}

#endif /* PERFCHECK_SYNTH_MARKS_H */
