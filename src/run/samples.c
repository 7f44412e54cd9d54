/*-------------------------------------------------------------------------
 *
 * samples.c
 *		The samples of the last run of perfcheck_time in this session.
 *
 * They are in memory of the session, since they belong to no transaction.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "utils/memutils.h"

#include "run/samples.h"

#define SAMPLES_NS_PER_MS 1e6
/* Bars of a decade, and those that a 64-bit number of ns can have. */
#define SAMPLES_STEPS 10
#define SAMPLES_LOWEST (-6 * SAMPLES_STEPS)
#define SAMPLES_HIGHEST (13 * SAMPLES_STEPS)

static MemoryContext samples_memory = NULL;
static List *samples_list = NIL;

static CaseSamples *
samples_copy(const CaseSamples *from)
{
	CaseSamples *copy = palloc(sizeof(*copy));
	Size bytes = from->n * sizeof(int64);

	*copy = *from;
	copy->query = pstrdup(from->query);
	copy->label = pstrdup(from->label);
	copy->ns = MemoryContextAllocHuge(CurrentMemoryContext, Max(bytes, 1));
	if (bytes > 0)
		memcpy(copy->ns, from->ns, bytes);
	return copy;
}

void
samples_keep(List *samples)
{
	MemoryContext old;
	ListCell *cell;

	samples_list = NIL;
	if (samples_memory == NULL)
		samples_memory = AllocSetContextCreate(
			TopMemoryContext, "perfcheck samples", ALLOCSET_DEFAULT_SIZES);
	MemoryContextReset(samples_memory);
	old = MemoryContextSwitchTo(samples_memory);
	foreach(cell, samples)
		samples_list = lappend(samples_list, samples_copy(lfirst(cell)));
	MemoryContextSwitchTo(old);
}

const List *
samples_kept(void)
{
	return samples_list;
}

static int
samples_step(int64 ns)
{
	double ms = Max(ns, 1) / SAMPLES_NS_PER_MS;

	return (int) floor(log10(ms) * SAMPLES_STEPS);
}

SamplesBar *
samples_bars(const char *query, const char *label, int *count)
{
	int steps = SAMPLES_HIGHEST - SAMPLES_LOWEST + 1;
	SamplesBar *bars = palloc0(steps * sizeof(SamplesBar));
	int first = steps;
	int last = -1;
	ListCell *cell;

	for (int i = 0; i < steps; i++)
		bars[i].step = SAMPLES_LOWEST + i;
	foreach(cell, samples_list)
	{
		const CaseSamples *samples = lfirst(cell);

		if (strcmp(samples->query, query) != 0 ||
			(label != NULL && strcmp(samples->label, label) != 0))
			continue;
		for (int64 k = 0; k < samples->n; k++)
		{
			int i = samples_step(samples->ns[k]) - SAMPLES_LOWEST;

			first = Min(first, i);
			last = Max(last, i);
			bars[i].n++;
		}
	}
	*count = Max(last - first + 1, 0);
	return last < 0 ? NULL : bars + first;
}
