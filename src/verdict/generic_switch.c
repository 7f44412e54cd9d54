/*-------------------------------------------------------------------------
 *
 * generic_switch.c
 *		Whether prepared statements turn to the generic plan.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/plancache.h"

#include "verdict/generic_switch.h"

/*
 * How often users send the values of a case, as far as that is known: as often
 * as rows have them. Cases that were added, and what is absent, weigh nothing.
 */
static double
generic_switch_weight(const CaseVerdict *judged)
{
	const Case *one = judged->one;

	return one->required && one->weighs && one->share > 0 ? one->share : 0;
}

/* The mean cost of the custom plans, planning included, by the cases' weights.
 */
static double
generic_switch_custom_cost(List *custom)
{
	double cost = 0;
	double weights = 0;
	bool equal = true;
	ListCell *cell;

	foreach(cell, custom)
		equal = equal && generic_switch_weight(lfirst(cell)) == 0;
	foreach(cell, custom)
	{
		const CaseVerdict *judged = lfirst(cell);
		double weight =
			equal ? judged->one->required : generic_switch_weight(judged);

		if (judged->work == NULL)
			continue;
		cost += weight * (judged->work->cost + judged->work->planning_cost);
		weights += weight;
	}
	return weights > 0 ? cost / weights : 0;
}

bool
generic_switch_happens(List *custom, List *generic)
{
	ListCell *cell;

	if (plan_cache_mode != PLAN_CACHE_MODE_AUTO)
		return plan_cache_mode == PLAN_CACHE_MODE_FORCE_GENERIC_PLAN;
	foreach(cell, generic)
	{
		const CaseVerdict *judged = lfirst(cell);

		if (judged->work != NULL)
			return judged->work->cost < generic_switch_custom_cost(custom);
	}
	return false;
}
