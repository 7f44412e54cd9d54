/*-------------------------------------------------------------------------
 *
 * agree_index.c
 *		Finds the rows of a table by a hash of some of their values.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
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

/* ---- weights by what is sought ---- */

/* More of these steps are not worth it. */
#define BALANCE_STEPS 100000000.0

/* Up to this part of the weight may be in other groups than is sought. */
#define BALANCE_APART 0.1

/* Entries of one hash */
typedef struct AgreeGroup
{
	int64 first;
	int64 end;
	int64 next; /* the first one that may be free */
	int64 free;
	double demand; /* of weight */
	double weight;
} AgreeGroup;

typedef struct AgreeWeight
{
	double weight;
	int64 entry;
	int group;
} AgreeWeight;

static int
compare_weights(const void *a, const void *b)
{
	const AgreeWeight *left = a;
	const AgreeWeight *right = b;

	if (left->weight != right->weight)
		return left->weight > right->weight ? -1 : 1;
	return left->entry < right->entry ? -1 : left->entry > right->entry;
}

static AgreeGroup *
find_groups(const AgreeIndex *index, AgreeWeight *weights, int *ngroups)
{
	AgreeGroup *groups = NULL;
	int room = 0;

	*ngroups = 0;
	for (int64 i = 0; i < index->n; i++)
	{
		double next =
			i + 1 < index->n ? index->entries[i + 1].weight : index->weight;

		if (i == 0 || index->entries[i].hash != index->entries[i - 1].hash)
		{
			if (*ngroups == room)
			{
				room = Max(64, 2 * room);
				groups = groups == NULL
							 ? palloc(room * sizeof(AgreeGroup))
							 : repalloc_huge(groups, room * sizeof(AgreeGroup));
			}
			groups[(*ngroups)++] = (AgreeGroup){i, i, i, 0, 0, 0};
		}
		weights[i] =
			(AgreeWeight){next - index->entries[i].weight, i, *ngroups - 1};
		groups[*ngroups - 1].weight += weights[i].weight;
		groups[*ngroups - 1].end++;
		groups[*ngroups - 1].free++;
	}
	return groups;
}

/* The group in which the free entries have the most to get on average */
static AgreeGroup *
neediest(AgreeGroup *groups, int ngroups)
{
	AgreeGroup *best = NULL;

	for (int i = 0; i < ngroups; i++)
		if (groups[i].free > 0 &&
			(best == NULL ||
			 groups[i].demand * best->free > best->demand * groups[i].free))
			best = &groups[i];
	return best;
}

/* From the largest weight to the smallest: where it is, or where more is needed. */
static void
deal_weights(AgreeIndex *index, AgreeWeight *weights, AgreeGroup *groups,
			 int ngroups)
{
	double left = index->weight;
	double *dealt =
		MemoryContextAllocHuge(CurrentMemoryContext, index->n * sizeof(double));
	double sum = 0;

	for (int64 i = 0; i < index->n; i++)
		dealt[i] = -1;
	qsort(weights, index->n, sizeof(AgreeWeight), compare_weights);
	for (int64 i = 0; i < index->n; i++)
	{
		AgreeGroup *group = &groups[weights[i].group];
		int64 entry = weights[i].entry;

		if (dealt[entry] >= 0 || group->demand < 1.5 * weights[i].weight ||
			group->demand * (index->n - i) < 0.9 * left * group->free)
		{
			group = neediest(groups, ngroups);
			while (dealt[group->next] >= 0)
				group->next++;
			entry = group->next;
		}
		dealt[entry] = weights[i].weight;
		group->free--;
		group->demand -= weights[i].weight;
		left -= weights[i].weight;
		if (i % 1024 == 0)
			CHECK_FOR_INTERRUPTS();
	}
	for (int64 i = 0; i < index->n; i++)
	{
		index->entries[i].weight = sum;
		sum += dealt[i];
	}
	index->weight = sum;
	pfree(dealt);
}

void
agree_index_balance(AgreeIndex *index, const uint64 *sought, int n)
{
	AgreeWeight *weights;
	AgreeGroup *groups;
	int ngroups;
	double found = 0;
	double apart = 0;

	if (index->n == 0 || n == 0 || index->weight <= 0)
		return;
	weights = MemoryContextAllocHuge(CurrentMemoryContext,
									 index->n * sizeof(AgreeWeight));
	groups = find_groups(index, weights, &ngroups);
	for (int i = 0; i < n; i++)
	{
		int low = 0;
		int high = ngroups - 1;

		while (low < high)
		{
			int middle = (low + high) / 2;

			if (index->entries[groups[middle].first].hash < sought[i])
				low = middle + 1;
			else
				high = middle;
		}
		if (index->entries[groups[low].first].hash != sought[i])
			continue;
		groups[low].demand++;
		found++;
	}
	for (int i = 0; i < ngroups && found > 0; i++)
	{
		groups[i].demand *= index->weight / found;
		apart += fabs(groups[i].demand - groups[i].weight) / 2;
	}
	/* Of many groups with few rows each the sample tells nothing. */
	if (found > 20.0 * ngroups && apart > BALANCE_APART * index->weight &&
		(double) index->n * ngroups < BALANCE_STEPS)
		deal_weights(index, weights, groups, ngroups);
	pfree(weights);
	pfree(groups);
}

/* ---- finding ---- */

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
