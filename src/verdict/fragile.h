/*-------------------------------------------------------------------------
 *
 * fragile.h
 *		The plans of a query against the values of its cases.
 *
 * The planner may take one value for another: ANALYZE's sample is random, and
 * a plan may be reused. So each plan that a case gets is executed with the
 * values of the other cases as well. Where a plan that is right for one goes
 * over the budget with another, that other case is fragile: information, not
 * a fault.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_VERDICT_FRAGILE_H
#define PERFCHECK_VERDICT_FRAGILE_H

#include "verdict/case_verdict.h"

/* Sets the fragile_ members of the custom ones among cases, CaseVerdicts. */
extern void fragile_judge(Judge *judge, List *cases);

#endif /* PERFCHECK_VERDICT_FRAGILE_H */
