/*-------------------------------------------------------------------------
 *
 * unique_guard.c
 *		Keeps the rows of a table from having the same key twice.
 *
 * A set holds hashes of 64 bits, by open addressing. Two keys of the same hash are
 * taken for the same, which does no harm: the row gets another key.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/hsearch.h"
#include "utils/memutils.h"

#include "populate/datum_hash.h"
#include "populate/unique_guard.h"

typedef struct HashSet
{
	uint64 room;    /* a power of two */
	uint64 *hashes; /* 0 is free */
} HashSet;

typedef struct KeptAttempts
{
	int64 row;
	uint8 attempts[FLEXIBLE_ARRAY_MEMBER];
} KeptAttempts;

struct UniqueGuard
{
	const TableModel *model;
	List *uniques;
	HashSet *sets; /* one a constraint */
	MemoryContext context;
	HTAB *kept;
};

UniqueGuard *
unique_guard_create(const TableModel *model, List *uniques, int64 rows)
{
	UniqueGuard *guard = palloc0(sizeof(UniqueGuard));
	HASHCTL control = {.keysize = sizeof(int64),
					   .entrysize =
						   offsetof(KeptAttempts, attempts) + model->ncolumns,
					   .hcxt = CurrentMemoryContext};
	uint64 room = 1024;

	while (room < (uint64) rows * 3 / 2)
		room *= 2;
	guard->model = model;
	guard->uniques = uniques;
	guard->context = AllocSetContextCreate(
		CurrentMemoryContext, "perfcheck unique keys", ALLOCSET_DEFAULT_SIZES);
	guard->sets = palloc0(Max(list_length(uniques), 1) * sizeof(HashSet));
	for (int i = 0; i < list_length(uniques); i++)
	{
		guard->sets[i].room = room;
		guard->sets[i].hashes =
			MemoryContextAllocExtended(guard->context, room * sizeof(uint64),
									   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	}
	guard->kept = hash_create("perfcheck attempts", 1024, &control,
							  HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	return guard;
}

/* Where a hash is, or would be. */
static uint64 *
find(const HashSet *set, uint64 hash)
{
	uint64 place = hash & (set->room - 1);

	while (set->hashes[place] != 0 && set->hashes[place] != hash)
		place = (place + 1) & (set->room - 1);
	return &set->hashes[place];
}

/* 0 if a column is NULL, since such a key is never taken. */
static uint64
hash_key(const UniqueGuard *guard, const ModelUnique *unique,
		 const Datum *values, const bool *nulls)
{
	uint64 hash = 0;

	for (int i = 0; i < unique->n; i++)
	{
		AttrNumber attnum = unique->columns[i];
		const ModelColumn *column = table_model_column(guard->model, attnum);

		if (nulls[attnum - 1])
			return 0;
		hash = datum_hash(hash, column->type, column->collation,
						  values[attnum - 1]);
	}
	return hash == 0 ? 1 : hash;
}

const ModelUnique *
unique_guard_take(UniqueGuard *guard, const Datum *values, const bool *nulls)
{
	int n = list_length(guard->uniques);
	uint64 hashes[64];

	for (int i = 0; i < n && i < lengthof(hashes); i++)
	{
		const ModelUnique *unique = list_nth(guard->uniques, i);

		hashes[i] = hash_key(guard, unique, values, nulls);
		if (hashes[i] != 0 && *find(&guard->sets[i], hashes[i]) != 0)
			return unique;
	}
	for (int i = 0; i < n && i < lengthof(hashes); i++)
		if (hashes[i] != 0)
			*find(&guard->sets[i], hashes[i]) = hashes[i];
	return NULL;
}

void
unique_guard_close(UniqueGuard *guard)
{
	MemoryContextDelete(guard->context);
	guard->sets = NULL;
	guard->uniques = NIL;
}

void
unique_guard_keep(UniqueGuard *guard, int64 row, const uint8 *attempts)
{
	KeptAttempts *kept = hash_search(guard->kept, &row, HASH_ENTER, NULL);

	memcpy(kept->attempts, attempts, guard->model->ncolumns);
}

const uint8 *
unique_guard_attempts(const UniqueGuard *guard, int64 row)
{
	KeptAttempts *kept;

	if (guard == NULL || hash_get_num_entries(guard->kept) == 0)
		return NULL;
	kept = hash_search(guard->kept, &row, HASH_FIND, NULL);
	return kept == NULL ? NULL : kept->attempts;
}
