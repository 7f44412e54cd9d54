/*-------------------------------------------------------------------------
 *
 * plan_mode.h
 *		The plan modes of a prepared statement: custom and generic.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_PLAN_PLAN_MODE_H
#define PERFCHECK_PLAN_PLAN_MODE_H

/* In the order in which reports prefer them. */
typedef enum PlanMode
{
	PLAN_MODE_CUSTOM, /* the planner sees the values, as constants */
	PLAN_MODE_GENERIC /* it does not: from a prepared statement's sixth run on */
} PlanMode;

/* Returns the name that users know a mode by. */
static inline const char *
plan_mode_name(PlanMode mode)
{
	return mode == PLAN_MODE_GENERIC ? "generic" : "custom";
}

#endif /* PERFCHECK_PLAN_PLAN_MODE_H */
