/*-------------------------------------------------------------------------
 *
 * agree_index.c
 *		Finds the rows of a table by a hash of some of their values.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "populate/agree_index.h"

typedef struct AgreeEntry
{
	uint64 hash;
	int64 row;
} AgreeEntry;

struct AgreeIndex
{
	int64 n;
	AgreeEntry *entries;
};

AgreeIndex *
agree_index_create(int64 rows)
{
	AgreeIndex *index = palloc0(sizeof(AgreeIndex));

	index->entries = MemoryContextAllocHuge(CurrentMemoryContext,
											Max(rows, 1) * sizeof(AgreeEntry));
	return index;
}

void
agree_index_add(AgreeIndex *index, uint64 hash, int64 row)
{
	index->entries[index->n++] = (AgreeEntry){hash, row};
}

static int
compare_entries(const void *a, const void *b)
{
	const AgreeEntry *left = a;
	const AgreeEntry *right = b;

	if (left->hash != right->hash)
		return left->hash < right->hash ? -1 : 1;
	return left->row < right->row ? -1 : left->row > right->row;
}

void
agree_index_sort(AgreeIndex *index)
{
	qsort(index->entries, index->n, sizeof(AgreeEntry), compare_entries);
}

/* The first entry whose hash is not below this one. */
static int64
first_entry(const AgreeIndex *index, uint64 hash)
{
	int64 low = 0;
	int64 high = index->n;

	while (low < high)
	{
		int64 middle = low + (high - low) / 2;

		if (index->entries[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int64
agree_index_find(const AgreeIndex *index, uint64 hash, uint64 random)
{
	int64 first = first_entry(index, hash);
	int64 n =
		(hash == PG_UINT64_MAX ? index->n : first_entry(index, hash + 1)) -
		first;

	return n == 0 ? -1 : index->entries[first + (int64) (random % n)].row;
}
