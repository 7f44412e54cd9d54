/*-------------------------------------------------------------------------
 *
 * mix.c
 *		Decides how often each request is sent; see mix.h.
 *
 * The sequence contains each request of a query equally often, and each query
 * as often as its weight demands. Its length is the smallest at which every
 * request occurs at least once, within limits.
 *
 *-------------------------------------------------------------------------
 */
#include "http/requests/mix.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "http/base/memory.h"

/* Weights that would need a longer sequence are rounded. */
#define MAX_SEQUENCE 1000000.0

static Group *
find_group(RequestList *list, const char *name)
{
	for (size_t i = 0; i < list->group_count; i++)
		if (strcmp(list->groups[i].name, name) == 0)
			return &list->groups[i];
	return NULL;
}

/* Returns the number of requests of each group; the caller frees it. */
static size_t *
count_requests(const RequestList *list)
{
	size_t *counts = memory_zeroed(list->group_count, sizeof(size_t));

	for (size_t i = 0; i < list->count; i++)
		counts[list->items[i].group]++;
	return counts;
}

bool
mix_weigh(RequestList *list, const Settings *settings, RunError *error)
{
	size_t *counts = count_requests(list);

	for (size_t i = 0; i < list->group_count; i++)
		list->groups[i].weight =
			settings->conninfo != NULL ? 1 : (double) counts[i];
	free(counts);
	for (size_t i = 0; i < settings->weight_count; i++)
	{
		Group *group = find_group(list, settings->weights[i].name);

		if (group == NULL)
		{
			error_set(error, EXIT_BAD_USAGE,
					  "--weight: query \"%s\" does not exist",
					  settings->weights[i].name);
			return error_hint(error, "With --requests, a query is a path "
									 "without its query string.");
		}
		group->weight = settings->weights[i].weight;
	}
	return true;
}

/* Returns the length at which each request has its share of the sequence. */
static double
sequence_length(const RequestList *list, const size_t *counts, double weights)
{
	double length = 1;

	for (size_t i = 0; i < list->group_count; i++)
		if (counts[i] > 0)
			length = fmax(length, ceil((double) counts[i] * weights /
									   list->groups[i].weight));
	return fmin(length, MAX_SEQUENCE);
}

static void
append(RequestList *list, size_t *room, size_t number)
{
	list->sequence = memory_grow(list->sequence, list->sequence_count + 1, room,
								 sizeof(size_t));
	list->sequence[list->sequence_count++] = number;
}

/* Appends the requests of a group in turn, `times` entries in all. */
static void
append_group(RequestList *list, size_t *room, size_t group, size_t times)
{
	while (times > 0)
		for (size_t i = 0; times > 0 && i < list->count; i++)
			if (list->items[i].group == group)
			{
				append(list, room, i);
				times--;
			}
}

void
mix_sequence(RequestList *list)
{
	size_t *counts = count_requests(list);
	size_t room = 0;
	double weights = 0;
	double length;

	for (size_t i = 0; i < list->group_count; i++)
		if (counts[i] > 0)
			weights += list->groups[i].weight;
	length = sequence_length(list, counts, weights);
	list->sequence_count = 0;
	for (size_t i = 0; i < list->group_count; i++)
	{
		double times = round(length * list->groups[i].weight / weights);

		if (counts[i] > 0)
			append_group(list, &room, i,
						 (size_t) fmax(times, (double) counts[i]));
	}
	free(counts);
}
