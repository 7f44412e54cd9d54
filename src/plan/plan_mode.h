/*-------------------------------------------------------------------------
 *
 * plan_mode.h
 *		Whether a plan is made for its values or for any.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_PLAN_PLAN_MODE_H
#define PERFCHECK_PLAN_PLAN_MODE_H

/* In the order in which reports prefer them. */
typedef enum PlanMode
{
	PLAN_MODE_CUSTOM, /* the values are known to the planner, as constants */
	PLAN_MODE_GENERIC /* they are not: as of a prepared statement's sixth run */
} PlanMode;

/* The name that users know a mode by. */
static inline const char *
plan_mode_name(PlanMode mode)
{
	return mode == PLAN_MODE_GENERIC ? "generic" : "custom";
}

#endif /* PERFCHECK_PLAN_PLAN_MODE_H */
