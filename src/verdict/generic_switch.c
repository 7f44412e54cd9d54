/*-------------------------------------------------------------------------
 *
 * generic_switch.c
 *		Would plancache.c switch a prepared statement to the generic plan?
 *
 * This decides as choose_custom_plan() does: plan_cache_mode rules if it is set;
 * otherwise the generic plan is used if its cost is below the mean cost of the
 * custom plans, their planning included. The server takes the mean over the
 * first five executions. Which values these will have is not known, so this takes
 * it over the cases, weighted by how often a recording had them, or, where none is
 * of a recording, by their shares of the rows. There the value of most rows would
 * outweigh all others, and not so among requests: so five of the typical case are asked
 * about as well. What the worst order of requests does is a question of its own: no five executions have a higher
 * mean than five with the case whose plan is the dearest.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/plancache.h"

#include "cases/case_weight.h"
#include "verdict/generic_switch.h"

/*
 * Returns the cost of the custom plan of a case, planning included; 0 if it
 * cannot be planned.
 */
static double
generic_switch_cost(Judge *judge, const Case *one, double scale)
{
	const ExplainedPlan *plan =
		case_verdict_explain(judge, one, PLAN_MODE_CUSTOM, scale);

	return plan == NULL ? 0 : plan->cost + plan->planning_cost;
}

/*
 * Returns the weighted mean cost of the custom plans. If no case has a weight,
 * the required ones weigh the same.
 */
static double
generic_switch_mean_cost(Judge *judge, List *cases, double scale)
{
	double cost = 0;
	double weights = 0;
	bool recorded = case_weight_is_recorded(cases);
	bool equal = true;
	ListCell *cell;

	foreach(cell, cases)
		equal = equal && case_weight(lfirst(cell), recorded) == 0;
	foreach(cell, cases)
	{
		const Case *one = lfirst(cell);
		double weight = equal ? one->required : case_weight(one, recorded);
		double of_case =
			weight > 0 ? generic_switch_cost(judge, one, scale) : 0;

		if (of_case == 0)
			continue;
		cost += weight * of_case;
		weights += weight;
	}
	return weights > 0 ? cost / weights : 0;
}

/*
 * Returns the cost of the custom plan of the first case that is usual, which is the
 * typical one; 0 if it is not known, or a recording tells how usual the cases are.
 */
static double
generic_switch_typical_cost(Judge *judge, List *cases, double scale)
{
	ListCell *cell;

	if (case_weight_is_recorded(cases))
		return 0;
	foreach(cell, cases)
	{
		const Case *one = lfirst(cell);

		if (one->required && !case_is_unusual(one))
			return generic_switch_cost(judge, one, scale);
	}
	return 0;
}

/* Returns the generic plan of the first case that can be planned, or NULL. */
static const ExplainedPlan *
generic_switch_plan(Judge *judge, List *cases, double scale)
{
	const ExplainedPlan *plan = NULL;
	ListCell *cell;

	if (judge->statement->nparams > 0)
		foreach(cell, cases)
			if (plan == NULL)
				plan = case_verdict_explain(judge, lfirst(cell),
											PLAN_MODE_GENERIC, scale);
	return plan;
}

bool
generic_switch_happens(Judge *judge, List *cases, double scale)
{
	const ExplainedPlan *generic;

	if (judge->statement->nparams == 0)
		return false;
	if (plan_cache_mode != PLAN_CACHE_MODE_AUTO)
		return plan_cache_mode == PLAN_CACHE_MODE_FORCE_GENERIC_PLAN;
	generic = generic_switch_plan(judge, cases, scale);
	return generic != NULL &&
		   (generic->cost < generic_switch_mean_cost(judge, cases, scale) ||
			generic->cost < generic_switch_typical_cost(judge, cases, scale));
}

const Case *
generic_switch_cause(Judge *judge, List *cases)
{
	const ExplainedPlan *generic =
		generic_switch_plan(judge, cases, judge->scale);
	const Case *dearest = NULL;
	double most = 0;
	ListCell *cell;

	if (generic == NULL || plan_cache_mode != PLAN_CACHE_MODE_AUTO)
		return NULL;
	foreach(cell, cases)
	{
		const Case *one = lfirst(cell);
		double cost =
			one->required ? generic_switch_cost(judge, one, judge->scale) : 0;

		/* Five requests with values that nothing has are the last to come. */
		if (cost <= generic->cost ||
			(dearest != NULL && case_is_unusual(one) != case_is_unusual(dearest)
				 ? case_is_unusual(one)
				 : cost <= most))
			continue;
		most = cost;
		dearest = one;
	}
	return dearest;
}
