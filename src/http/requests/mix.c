/*-------------------------------------------------------------------------
 *
 * mix.c
 *		How often each request is sent; see mix.h.
 *
 *-------------------------------------------------------------------------
 */
#include "http/requests/mix.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "http/base/memory.h"

/* Weights far apart are rounded rather than a longer sequence made. */
#define MAX_SEQUENCE 1000000.0

static Group *
find_group(RequestList *list, const char *name)
{
	for (size_t i = 0; i < list->group_count; i++)
		if (strcmp(list->groups[i].name, name) == 0)
			return &list->groups[i];
	return NULL;
}

/* How many requests each group has. */
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

/* As long as it takes for each request to be in it at the right share. */
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

/* The requests of a group in turn, so many times in all. */
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
