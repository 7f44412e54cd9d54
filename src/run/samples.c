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

#include "utils/memutils.h"

#include "run/samples.h"

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
