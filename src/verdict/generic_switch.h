/*-------------------------------------------------------------------------
 *
 * generic_switch.h
 *		Whether prepared statements turn to the generic plan.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_VERDICT_GENERIC_SWITCH_H
#define PERFCHECK_VERDICT_GENERIC_SWITCH_H

#include "verdict/case_verdict.h"

/*
 * As choose_custom_plan() of plancache.c decides, from the sixth execution, with
 * values as often as the cases' shares of the rows say; plan_cache_mode is
 * heeded. custom, generic: CaseVerdicts of the same cases.
 */
extern bool generic_switch_happens(List *custom, List *generic);

#endif /* PERFCHECK_VERDICT_GENERIC_SWITCH_H */
