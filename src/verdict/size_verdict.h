/*-------------------------------------------------------------------------
 *
 * size_verdict.h
 *		Judges a case at every size from today's to the target.
 *
 * Owns which sizes are looked at, and which of them decides: a query that fails
 * on the way to the target size is not ok, whatever its plan is there.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_VERDICT_SIZE_VERDICT_H
#define PERFCHECK_VERDICT_SIZE_VERDICT_H

#include "verdict/case_verdict.h"

/*
 * target is the verdict on a case at the target size, and cases are all cases of
 * the query. Returns target if it is not ok, or if the case is ok at all sizes.
 * Otherwise returns the verdict of a smaller size, today's if it is not ok then,
 * else the worst one; its scale tells the size.
 * The generic plan counts at the sizes at which plancache.c would switch to it,
 * whatever target says. Errors: those that case_verdict_judge_at() raises.
 */
extern const CaseVerdict *size_verdict_worst(Judge *judge, List *cases,
											 const CaseVerdict *target);

/*
 * Judges a case at the target size, and then as above. Returns the verdict that
 * decides. Errors: as above.
 */
extern const CaseVerdict *size_verdict_judge(Judge *judge, List *cases,
											 const Case *one, PlanMode mode);

/*
 * Is a worse than b? A failure is worse than more work, and one of a custom plan
 * worse than one of the generic plan, which may have the same cause.
 */
extern bool size_verdict_is_worse(const CaseVerdict *a, const CaseVerdict *b);

#endif /* PERFCHECK_VERDICT_SIZE_VERDICT_H */
