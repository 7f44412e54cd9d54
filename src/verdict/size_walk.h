/*-------------------------------------------------------------------------
 *
 * size_walk.h
 *		Follows the plan of a case through the sizes, as tables grow.
 *
 * Owns the search for the sizes at which a plan changes.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_VERDICT_SIZE_WALK_H
#define PERFCHECK_VERDICT_SIZE_WALK_H

#include "verdict/case_verdict.h"

/* A case under one plan mode, followed from today's size to the largest. */
typedef struct SizeWalk
{
	Judge *judge;
	const Case *one;
	PlanMode mode;
	double
		largest; /* a scale; where it is below 1, nothing else is looked at */
	double step; /* each size is this many times the one before */
	/*
	 * Called for each plan, in the order of the sizes: it is made at planned,
	 * and from low to high.
	 */
	void (*found)(const struct SizeWalk *walk, double planned, double low,
				  double high);
	/*
	 * Returns whether the caller must know where between planned and high the
	 * plan ends. If it need not, the plan is taken to last until high. NULL
	 * stands for always.
	 */
	bool (*seeks_end)(const struct SizeWalk *walk, double planned, double high);
	void *arg;
} SizeWalk;

/* A change of plan is narrowed down until its sizes differ by this much. */
#define SIZE_WALK_PRECISION 1.01

/*
 * Follows a case. Planning that fails counts as one more plan. Returns NULL, or
 * why the walk ended early: the plan of one size is not always the same. Errors:
 * those that case_verdict_explain() and the functions of walk raise.
 */
extern char *size_walk(const SizeWalk *walk);

#endif /* PERFCHECK_VERDICT_SIZE_WALK_H */
