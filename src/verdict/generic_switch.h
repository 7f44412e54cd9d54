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
 * on, at a size; cases are all those of the query. Cases that cannot be planned
 * are left out. Errors: those that case_verdict_explain() raises.
 */
extern bool generic_switch_happens(Judge *judge, List *cases, double scale);

/*
 * Returns the required case with which five executions make the server switch to
 * the generic plan at the target size, if any five do; otherwise NULL. It is one of
 * values that some row has, if such a case does. Errors: as above.
 */
extern const Case *generic_switch_cause(Judge *judge, List *cases);

#endif /* PERFCHECK_VERDICT_GENERIC_SWITCH_H */
