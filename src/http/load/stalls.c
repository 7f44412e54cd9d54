/*-------------------------------------------------------------------------
 *
 * stalls.c
 *		The times in which the load loop has left undone what there was to do; see
 *		stalls.h.
 *
 * They are noted as they end, and forgotten once the schedule has passed them, so that
 * few are kept at a time, and each is moved past once.
 *
 *-------------------------------------------------------------------------
 */
#include "http/load/stalls.h"

#include <stdlib.h>

#include "http/base/memory.h"

void
stalls_note(Stalls *stalls, int64_t from_us, int64_t to_us)
{
	/* What overlaps is one stall. */
	while (stalls->count > stalls->first &&
		   from_us <= stalls->items[stalls->count - 1].to_us)
	{
		const Stall *last = &stalls->items[--stalls->count];

		from_us = last->from_us < from_us ? last->from_us : from_us;
		to_us = last->to_us > to_us ? last->to_us : to_us;
	}
	if (stalls->first == stalls->count)
		stalls->first = stalls->count = 0;
	stalls->items = memory_grow(stalls->items, stalls->count + 1, &stalls->room,
								sizeof(Stall));
	stalls->items[stalls->count++] =
		(Stall){.from_us = from_us, .to_us = to_us};
}

int64_t
stalls_held_us(Stalls *stalls, int64_t due_us)
{
	const Stall *stall;

	while (stalls->first < stalls->count &&
		   stalls->items[stalls->first].to_us <= due_us)
		stalls->first++;
	if (stalls->first == stalls->count)
		return 0;
	stall = &stalls->items[stalls->first];
	return due_us >= stall->from_us ? stall->to_us - due_us : 0;
}

void
stalls_free(Stalls *stalls)
{
	free(stalls->items);
}
