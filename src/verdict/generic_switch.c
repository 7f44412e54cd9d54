/*-------------------------------------------------------------------------
 *
 * generic_switch.c
 *		Would plancache.c switch a prepared statement to the generic plan?
 *
 * This decides as choose_custom_plan() does: plan_cache_mode rules if it is set;
 * otherwise the generic plan is used if its cost is below the mean cost of the
 * custom plans, their planning included. The server takes the mean over the
 * first five executions. Which values these will have is not known, so this takes
 * it over the cases, weighted by their shares of the rows.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/plancache.h"

#include "verdict/generic_switch.h"

/*
 * Returns how often users send the values of a case: as often as rows have them.
 * Added cases and absent values have no share of the rows, and weigh nothing.
 */
static double
generic_switch_weight(const CaseVerdict *verdict)
{
	const Case *one = verdict->one;

	return one->required && one->weighs && one->share > 0 ? one->share : 0;
}

/*
 * Returns the weighted mean cost of the custom plans, planning included. If no
 * case has a weight, the required ones weigh the same.
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
		const CaseVerdict *verdict = lfirst(cell);
		double weight =
			equal ? verdict->one->required : generic_switch_weight(verdict);

		if (verdict->work == NULL)
			continue;
		cost += weight * (verdict->work->cost + verdict->work->planning_cost);
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
		const CaseVerdict *verdict = lfirst(cell);

		if (verdict->work != NULL)
			return verdict->work->cost < generic_switch_custom_cost(custom);
	}
	return false;
}
