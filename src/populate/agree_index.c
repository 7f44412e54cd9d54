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
	double weight; /* of those before it, once they are in order */
} AgreeEntry;

struct AgreeIndex
{
	int64 n;
	double weight; /* of all */
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
agree_index_add(AgreeIndex *index, uint64 hash, int64 row, double weight)
{
	index->entries[index->n++] = (AgreeEntry){hash, row, weight};
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
	double sum = 0;

	qsort(index->entries, index->n, sizeof(AgreeEntry), compare_entries);
	for (int64 i = 0; i < index->n; i++)
	{
		double weight = index->entries[i].weight;

		index->entries[i].weight = sum;
		sum += weight;
	}
	index->weight = sum;
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

/* The weight of the entries before one, which may be the end. */
static double
weight_before(const AgreeIndex *index, int64 entry)
{
	return entry < index->n ? index->entries[entry].weight : index->weight;
}

int64
agree_index_find(const AgreeIndex *index, uint64 hash, uint64 random,
				 bool weighted)
{
	int64 first = first_entry(index, hash);
	int64 low = first;
	int64 high =
		hash == PG_UINT64_MAX ? index->n : first_entry(index, hash + 1);
	double from = weight_before(index, first);
	double weight = weight_before(index, high) - from;
	double at;

	if (low == high)
		return -1;
	if (!weighted || weight <= 0)
		return index->entries[first + (int64) (random % (high - low))].row;
	at = from + weight * ((double) (random >> 11) / (UINT64CONST(1) << 53));
	/* The last one that this much weight is before */
	while (high - low > 1)
	{
		int64 middle = low + (high - low) / 2;

		if (index->entries[middle].weight <= at)
			low = middle;
		else
			high = middle;
	}
	return index->entries[low].row;
}
