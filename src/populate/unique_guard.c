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

#include "access/genam.h"
#include "access/sysattr.h"
#include "catalog/index.h"
#include "executor/executor.h"
#include "optimizer/optimizer.h"
#include "utils/datum.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "populate/datum_hash.h"
#include "populate/unique_guard.h"

typedef struct HashSet
{
	uint64 room; /* a power of two */
	uint64 used;
	uint64 *hashes; /* 0 is free */
} HashSet;

typedef struct KeptAttempts
{
	int64 row;
	uint8 attempts[FLEXIBLE_ARRAY_MEMBER];
} KeptAttempts;

typedef struct ValueKey
{
	int64 row;
	int64 attnum;
} ValueKey;

typedef struct KeptValue
{
	ValueKey key;
	Datum value;
} KeptValue;

struct UniqueGuard
{
	const TableModel *model;
	List *uniques;
	HashSet *sets; /* one a constraint, then one an index */
	List *indexes; /* GuardedIndex */
	EState *estate;
	TupleTableSlot *slot;
	MemoryContext context;
	HTAB *kept;
	HTAB *values; /* NULL until one is kept */
};

/* An index whose keys have to be computed. */
typedef struct GuardedIndex
{
	Relation relation;
	IndexInfo *info;
	ExprState *predicate;
	Bitmapset *columns;
} GuardedIndex;

static Bitmapset *
columns_of(const IndexInfo *info)
{
	Bitmapset *numbers = NULL;
	Bitmapset *columns = NULL;
	int number = -1;

	pull_varattnos((Node *) info->ii_Expressions, 1, &numbers);
	pull_varattnos((Node *) info->ii_Predicate, 1, &numbers);
	while ((number = bms_next_member(numbers, number)) >= 0)
		if (number + FirstLowInvalidHeapAttributeNumber > 0)
			columns = bms_add_member(
				columns, number + FirstLowInvalidHeapAttributeNumber);
	for (int i = 0; i < info->ii_NumIndexKeyAttrs; i++)
		if (info->ii_IndexAttrNumbers[i] > 0)
			columns = bms_add_member(columns, info->ii_IndexAttrNumbers[i]);
	return columns;
}

Bitmapset *
unique_guard_columns(const TableModel *model)
{
	Bitmapset *columns = NULL;
	ListCell *cell;

	foreach(cell, model->unique_indexes)
	{
		Relation index = index_open(lfirst_oid(cell), AccessShareLock);

		columns = bms_join(columns, columns_of(BuildIndexInfo(index)));
		index_close(index, NoLock);
	}
	return columns;
}

bool
unique_guard_is_alone(const TableModel *model, AttrNumber attnum)
{
	bool found = false;
	ListCell *cell;

	foreach(cell, model->unique_indexes)
	{
		Relation index = index_open(lfirst_oid(cell), AccessShareLock);
		IndexInfo *info = BuildIndexInfo(index);
		List *predicate = info->ii_Predicate;
		Bitmapset *keys;

		info->ii_Predicate = NIL;
		keys = columns_of(info);
		info->ii_Predicate = predicate;
		info->ii_Expressions = NIL;
		info->ii_NumIndexKeyAttrs = 0;
		/* Of one that is in the condition as well, but a few rows are meant. */
		found = found ||
				(bms_num_members(keys) == 1 && bms_is_member(attnum, keys) &&
				 !bms_is_member(attnum, columns_of(info)));
		index_close(index, NoLock);
	}
	return found;
}

static void
open_indexes(UniqueGuard *guard)
{
	ListCell *cell;

	if (guard->model->unique_indexes == NIL)
		return;
	guard->estate = CreateExecutorState();
	guard->slot = MakeSingleTupleTableSlot(guard->model->desc, &TTSOpsVirtual);
	GetPerTupleExprContext(guard->estate)->ecxt_scantuple = guard->slot;
	foreach(cell, guard->model->unique_indexes)
	{
		GuardedIndex *index = palloc0(sizeof(GuardedIndex));

		index->relation = index_open(lfirst_oid(cell), AccessShareLock);
		index->info = BuildIndexInfo(index->relation);
		index->columns = columns_of(index->info);
		index->predicate =
			ExecPrepareQual(index->info->ii_Predicate, guard->estate);
		guard->indexes = lappend(guard->indexes, index);
	}
}

UniqueGuard *
unique_guard_create(const TableModel *model, List *uniques, int64 rows)
{
	UniqueGuard *guard = palloc0(sizeof(UniqueGuard));
	int n = list_length(uniques) + list_length(model->unique_indexes);
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
	guard->sets = palloc0(Max(n, 1) * sizeof(HashSet));
	for (int i = 0; i < n; i++)
	{
		guard->sets[i].room = room;
		guard->sets[i].hashes =
			MemoryContextAllocExtended(guard->context, room * sizeof(uint64),
									   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	}
	open_indexes(guard);
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

/* 0 if the index does not hold the row, or a column is NULL. */
static uint64
hash_index_key(UniqueGuard *guard, GuardedIndex *index)
{
	ExprContext *context = GetPerTupleExprContext(guard->estate);
	Datum values[INDEX_MAX_KEYS];
	bool nulls[INDEX_MAX_KEYS];
	uint64 hash = 0;

	if (!ExecQual(index->predicate, context))
		return 0;
	FormIndexDatum(index->info, guard->slot, guard->estate, values, nulls);
	for (int i = 0; i < index->info->ii_NumIndexKeyAttrs; i++)
	{
		if (nulls[i])
			return 0;
		hash = datum_hash(
			hash, TupleDescAttr(RelationGetDescr(index->relation), i)->atttypid,
			index->relation->rd_indcollation[i], values[i]);
	}
	return hash == 0 ? 1 : hash;
}

static void
store_row(UniqueGuard *guard, const Datum *values, const bool *nulls)
{
	int n = guard->model->ncolumns;

	ResetPerTupleExprContext(guard->estate);
	ExecClearTuple(guard->slot);
	memcpy(guard->slot->tts_values, values, n * sizeof(Datum));
	memcpy(guard->slot->tts_isnull, nulls, n * sizeof(bool));
	ExecStoreVirtualTuple(guard->slot);
}

/* The hash of one key of a row: a constraint's, or behind these an index's. */
static uint64
hash_nth(UniqueGuard *guard, int i, const Datum *values, const bool *nulls)
{
	int n = list_length(guard->uniques);

	return i < n ? hash_key(guard, list_nth(guard->uniques, i), values, nulls)
				 : hash_index_key(guard, list_nth(guard->indexes, i - n));
}

static void
name_nth(const UniqueGuard *guard, int i, const char **name,
		 Bitmapset **columns)
{
	int n = list_length(guard->uniques);

	*columns = NULL;
	if (i < n)
	{
		const ModelUnique *unique = list_nth(guard->uniques, i);

		*name = unique->name;
		for (int k = 0; k < unique->n; k++)
			*columns = bms_add_member(*columns, unique->columns[k]);
	}
	else
	{
		const GuardedIndex *index = list_nth(guard->indexes, i - n);

		*name = RelationGetRelationName(index->relation);
		*columns = index->columns;
	}
}

bool
unique_guard_taken(UniqueGuard *guard, const Datum *values, const bool *nulls,
				   const char **name, Bitmapset **columns)
{
	int n = list_length(guard->uniques) + list_length(guard->indexes);
	uint64 *hashes = palloc(Max(n, 1) * sizeof(uint64));

	if (guard->indexes != NIL)
		store_row(guard, values, nulls);
	for (int i = 0; i < n; i++)
	{
		hashes[i] = hash_nth(guard, i, values, nulls);
		if (hashes[i] != 0 && *find(&guard->sets[i], hashes[i]) != 0)
		{
			name_nth(guard, i, name, columns);
			return true;
		}
	}
	for (int i = 0; i < n; i++)
		if (hashes[i] != 0)
		{
			HashSet *set = &guard->sets[i];

			/* One place is left free, since that is where a search ends. */
			if (++set->used >= set->room)
				elog(ERROR, "table %s holds more keys than rows",
					 guard->model->name);
			*find(set, hashes[i]) = hashes[i];
		}
	pfree(hashes);
	return false;
}

void
unique_guard_close(UniqueGuard *guard)
{
	ListCell *cell;

	MemoryContextDelete(guard->context);
	guard->sets = NULL;
	guard->uniques = NIL;
	if (guard->indexes == NIL)
		return;
	foreach(cell, guard->indexes)
		index_close(((GuardedIndex *) lfirst(cell))->relation, NoLock);
	guard->indexes = NIL;
	ExecDropSingleTupleTableSlot(guard->slot);
	FreeExecutorState(guard->estate);
}

void
unique_guard_keep(UniqueGuard *guard, int64 row, const uint8 *attempts)
{
	KeptAttempts *kept = hash_search(guard->kept, &row, HASH_ENTER, NULL);

	memcpy(kept->attempts, attempts, guard->model->ncolumns);
}

void
unique_guard_keep_value(UniqueGuard *guard, int64 row, AttrNumber attnum,
						Datum value)
{
	const Form_pg_attribute attribute =
		TupleDescAttr(guard->model->desc, attnum - 1);
	ValueKey key = {row, attnum};
	HASHCTL control = {.keysize = sizeof(ValueKey),
					   .entrysize = sizeof(KeptValue),
					   .hcxt = CurrentMemoryContext};
	KeptValue *kept;

	if (guard->values == NULL)
		guard->values = hash_create("perfcheck values", 1024, &control,
									HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	kept = hash_search(guard->values, &key, HASH_ENTER, NULL);
	kept->value = datumCopy(value, attribute->attbyval, attribute->attlen);
}

bool
unique_guard_value(const UniqueGuard *guard, int64 row, AttrNumber attnum,
				   Datum *value)
{
	ValueKey key = {row, attnum};
	const KeptValue *kept;

	if (guard == NULL || guard->values == NULL)
		return false;
	kept = hash_search(guard->values, &key, HASH_FIND, NULL);
	if (kept != NULL)
		*value = kept->value;
	return kept != NULL;
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
