/*-------------------------------------------------------------------------
 *
 * generic_switch.h
 *		Would plancache.c switch a prepared statement to the generic plan?
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_VERDICT_GENERIC_SWITCH_H
#define PERFCHECK_VERDICT_GENERIC_SWITCH_H

#include "verdict/case_verdict.h"

/*
 * Returns whether the server would use the generic plan from the sixth execution
 * on. custom and generic are CaseVerdicts of the same cases, and generic is NIL
 * for a query without parameters. Raises no error.
 */
extern bool generic_switch_happens(List *custom, List *generic);

#endif /* PERFCHECK_VERDICT_GENERIC_SWITCH_H */
