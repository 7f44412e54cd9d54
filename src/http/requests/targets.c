/*-------------------------------------------------------------------------
 *
 * targets.c
 *		Decides which targets a run has; see targets.h.
 *
 * The rule is the same for each of the three measures, so they are a table of
 * offsets into Targets.
 *
 *-------------------------------------------------------------------------
 */
#include "http/requests/targets.h"

#include <math.h>
#include <stddef.h>

/* The offset of each measure in Targets, and its default in ms. */
static const struct
{
	size_t offset;
	double standard_ms;
} measures[] = {{offsetof(Targets, avg_ms), DEFAULT_AVG_MS},
				{offsetof(Targets, p95_ms), DEFAULT_P95_MS},
				{offsetof(Targets, p99_ms), DEFAULT_P99_MS}};

#define MEASURES (sizeof(measures) / sizeof(measures[0]))

static double *
member(Targets *targets, size_t measure)
{
	return (double *) ((char *) targets + measures[measure].offset);
}

/* Settles one measure for all groups; returns the target of the total. */
static double
settle(const Settings *settings, RequestList *list, size_t measure)
{
	Targets given = settings->targets;
	double wanted = *member(&given, measure);
	double loosest = 0;

	if (isnan(wanted) && settings->conninfo == NULL)
		wanted = measures[measure].standard_ms;
	for (size_t i = 0; i < list->group_count; i++)
	{
		double *target = member(&list->groups[i].targets, measure);

		if (!isnan(wanted) && settings->per_query)
			*target = wanted;
		loosest = fmax(loosest, *target);
	}
	return isnan(wanted) ? loosest : wanted;
}

Targets
targets_settle(const Settings *settings, RequestList *list)
{
	Targets total = settings->targets;

	for (size_t i = 0; i < MEASURES; i++)
		*member(&total, i) = settle(settings, list, i);
	return total;
}
