/*-------------------------------------------------------------------------
 *
 * parallel_build.c
 *		Builds indexes of one table at the same time, in parallel workers.
 *
 * What core does. reindex_index() locks the table and the index, becomes the
 * table's owner, gives the index new storage, calls the access method's
 * ambuild() and updates pg_index. The server has no call for several indexes at
 * once, so this module does the same steps for all of them together:
 *
 * 1. The leader gives each index new storage. That has to come before parallel
 *	  mode, in which catalogs must not change.
 * 2. In parallel mode the leader and the workers take one index after another
 *	  from a list in shared memory, and call ambuild(). BuildIndexInfo() asks
 *	  for no workers, so no ambuild() starts a parallel build within this one. A
 *	  worker shares the leader's transaction, snapshot, user and settings, and
 *	  therefore sees the rows just inserted; its errors and messages reach the
 *	  client through the leader, as in any parallel query. If no worker can be
 *	  had, the leader builds all indexes.
 * 3. The leader leaves parallel mode, writes the init fork of unlogged indexes,
 *	  and makes the indexes valid in pg_index.
 *
 * Locks. The caller holds ACCESS EXCLUSIVE on the table. This module takes
 * ACCESS EXCLUSIVE on each index, until the end of the transaction, and ROW
 * EXCLUSIVE on pg_index during step 3. The locks of the workers do not conflict
 * with these, as workers are in the leader's lock group.
 *
 * Rollback. Step 1 registers the new storage to be removed, and the rows of
 * pg_class and pg_index become those before: the old storage and the old flags.
 * An error also ends the workers, parallel mode and the settings made here; the
 * user is restored by the (sub)transaction that it aborts.
 *
 * Versions (compat.h). 16 renamed relfilenode to relfilenumber. From 17 on the
 * owner's search_path is restricted as for REINDEX. Up to 16,
 * old_snapshot_threshold sets indcheckxmin by rules of its own, so then nothing
 * is built in parallel. From 18 on GIN has parallel builds too; step 2 keeps
 * them from starting.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/amapi.h"
#include "access/genam.h"
#include "access/htup_details.h"
#include "access/parallel.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "catalog/indexing.h"
#include "catalog/pg_am.h"
#include "catalog/pg_index.h"
#include "commands/progress.h"
#include "commands/tablecmds.h"
#include "miscadmin.h"
#include "optimizer/paths.h"
#include "storage/bufmgr.h"
#include "storage/predicate.h"
#include "storage/spin.h"
#include "tcop/tcopprot.h"
#include "utils/backend_progress.h"
#include "utils/backend_status.h"
#include "utils/guc.h"
#include "utils/inval.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/settings.h"
#include "seed/parallel_build.h"

/* Keys of the shared memory's table of contents. */
#define PARALLEL_BUILD_KEY_SHARED UINT64CONST(1)
#define PARALLEL_BUILD_KEY_QUERY UINT64CONST(2)

/*
 * Each process has at least this much of maintenance_work_mem, in kB, as in
 * plan_create_index_workers().
 */
#define PARALLEL_BUILD_LEAST_MEMORY (32 * 1024)

/* At least this many milliseconds lie between two progress messages. */
#define PARALLEL_BUILD_PROGRESS_MS 1000

typedef struct ParallelBuildItem
{
	Oid index;
	int cost; /* expected, in no unit; only the order matters */
	bool broken_hot_chain;
} ParallelBuildItem;

/* This is in shared memory. */
typedef struct ParallelBuildShared
{
	Oid relid;
	int count;
	slock_t mutex; /* protects next and progress */
	int next;
	ParallelBuildProgress progress;
	ParallelBuildItem items[FLEXIBLE_ARRAY_MEMBER];
} ParallelBuildShared;

extern PGDLLEXPORT void perfcheck_build_worker(dsm_segment *segment,
											   shm_toc *toc);

/* ---- progress ---- */

/* Is a message due? If so it counts as sent. */
static bool
parallel_build_progress_due(ParallelBuildProgress *progress, TimestampTz now)
{
	if (!perfcheck_progress ||
		!TimestampDifferenceExceeds(progress->told, now,
									PARALLEL_BUILD_PROGRESS_MS))
		return false;
	progress->told = now;
	return true;
}

static void
parallel_build_progress_tell(int built, int count)
{
	ereport(INFO, errmsg("built %d of %d indexes (%d %%)", built, count,
						 built * 100 / count));
}

void
parallel_build_progress_advance(ParallelBuildProgress *progress)
{
	progress->built++;
	if (progress->built < progress->count &&
		parallel_build_progress_due(progress, GetCurrentTimestamp()))
		parallel_build_progress_tell(progress->built, progress->count);
}

/* The same for all processes; the leader passes a worker's message on. */
static void
parallel_build_shared_advance(ParallelBuildShared *shared)
{
	TimestampTz now = GetCurrentTimestamp();
	bool due;
	int built;

	SpinLockAcquire(&shared->mutex);
	built = ++shared->progress.built;
	due = built < shared->progress.count &&
		  parallel_build_progress_due(&shared->progress, now);
	SpinLockRelease(&shared->mutex);
	if (due)
		parallel_build_progress_tell(built, shared->progress.count);
}

/* ---- which indexes, and how many workers ---- */

/*
 * In parallel mode ambuild() must write nothing but the index. That is known of
 * these two access methods; and an expression or a predicate can call functions
 * that are not parallel safe.
 */
static bool
parallel_build_can(Relation index)
{
	Oid method = index->rd_rel->relam;

	return (method == BTREE_AM_OID || method == GIN_AM_OID) &&
		   index->rd_rel->relkind == RELKIND_INDEX &&
		   index->rd_rel->relpersistence != RELPERSISTENCE_TEMP &&
		   !index->rd_index->indisexclusion &&
		   heap_attisnull(index->rd_indextuple, Anum_pg_index_indexprs, NULL) &&
		   heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, NULL);
}

/*
 * The most expensive indexes are begun first, so that no process is left with
 * a long build when the others have finished.
 */
static int
parallel_build_cost(Relation index)
{
	int cost = 0;

	for (int i = 0; i < IndexRelationGetNumberOfKeyAttributes(index); i++)
		cost += TupleDescAttr(RelationGetDescr(index), i)->attlen < 0 ? 10 : 1;
	return index->rd_rel->relam == GIN_AM_OID ? cost + 1000 : cost;
}

static int
parallel_build_compare(const void *a, const void *b)
{
	return ((const ParallelBuildItem *) b)->cost -
		   ((const ParallelBuildItem *) a)->cost;
}

/* Returns how many workers to ask for, apart from the leader. */
static int
parallel_build_workers(Relation heap, int count)
{
	int workers = Min(max_parallel_maintenance_workers, count - 1);

	if (RelationGetNumberOfBlocks(heap) < min_parallel_table_scan_size ||
		compat_early_pruning(heap))
		return 0;
	while (workers > 0 &&
		   maintenance_work_mem / (workers + 1) < PARALLEL_BUILD_LEAST_MEMORY)
		workers--;
	return workers;
}

/* Fills items with the indexes that can be built here; returns the others. */
static List *
parallel_build_pick(List *indexes, ParallelBuildItem *items, int *count)
{
	List *others = NIL;
	ListCell *cell;

	foreach(cell, indexes)
	{
		Relation index = index_open(lfirst_oid(cell), AccessExclusiveLock);

		if (parallel_build_can(index))
			items[(*count)++] = (ParallelBuildItem){
				.index = lfirst_oid(cell), .cost = parallel_build_cost(index)};
		else
			others = lappend_oid(others, lfirst_oid(cell));
		index_close(index, NoLock);
	}
	qsort(items, *count, sizeof(ParallelBuildItem), parallel_build_compare);
	return others;
}

/* ---- building, in leader and workers ---- */

static void
parallel_build_error_context(void *name)
{
	errcontext("building index \"%s\"", (const char *) name);
}

static void
parallel_build_one(Relation heap, ParallelBuildItem *item)
{
	Relation index = index_open(item->index, AccessExclusiveLock);
	IndexInfo *info = BuildIndexInfo(index);
	ErrorContextCallback callback = {.previous = error_context_stack,
									 .callback = parallel_build_error_context,
									 .arg = RelationGetRelationName(index)};

	pgstat_progress_start_command(PROGRESS_COMMAND_CREATE_INDEX,
								  RelationGetRelid(heap));
	pgstat_progress_update_param(PROGRESS_CREATEIDX_COMMAND,
								 PROGRESS_CREATEIDX_COMMAND_REINDEX);
	pgstat_progress_update_param(PROGRESS_CREATEIDX_INDEX_OID, item->index);
	pgstat_progress_update_param(PROGRESS_CREATEIDX_ACCESS_METHOD_OID,
								 index->rd_rel->relam);
	pgstat_progress_update_param(PROGRESS_CREATEIDX_PHASE,
								 PROGRESS_CREATEIDX_PHASE_BUILD);
	error_context_stack = &callback;
	index->rd_indam->ambuild(heap, index, info);
	error_context_stack = callback.previous;
	pgstat_progress_end_command();
	item->broken_hot_chain = info->ii_BrokenHotChain;
	index_close(index, NoLock);
}

static void
parallel_build_all(ParallelBuildShared *shared)
{
	Relation heap = table_open(shared->relid, ShareLock);
	MemoryContext context = AllocSetContextCreate(
		CurrentMemoryContext, "perfcheck index build", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);

	for (;;)
	{
		int next;

		CHECK_FOR_INTERRUPTS();
		SpinLockAcquire(&shared->mutex);
		next = shared->next++;
		SpinLockRelease(&shared->mutex);
		if (next >= shared->count)
			break;
		parallel_build_one(heap, &shared->items[next]);
		parallel_build_shared_advance(shared);
		MemoryContextReset(context);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
	table_close(heap, NoLock);
}

/* Entry point of a worker. */
void
perfcheck_build_worker(dsm_segment *segment, shm_toc *toc)
{
	debug_query_string = shm_toc_lookup(toc, PARALLEL_BUILD_KEY_QUERY, false);
	pgstat_report_activity(STATE_RUNNING, debug_query_string);
	parallel_build_all(shm_toc_lookup(toc, PARALLEL_BUILD_KEY_SHARED, false));
}

/* ---- after it, in the leader ---- */

/* Recovery resets an unlogged index to its init fork, an empty index. */
static void
parallel_build_init_fork(Oid oid)
{
	Relation index = index_open(oid, AccessExclusiveLock);

	if (index->rd_rel->relpersistence == RELPERSISTENCE_UNLOGGED)
	{
		smgrcreate(RelationGetSmgr(index), INIT_FORKNUM, false);
		compat_log_fork(index, INIT_FORKNUM);
		index->rd_indam->ambuildempty(index);
	}
	index_close(index, NoLock);
}

/*
 * If ambuild() found broken HOT chains, indcheckxmin keeps older snapshots from
 * using the index; see src/backend/access/heap/README.HOT.
 */
static void
parallel_build_make_valid(Relation pg_index, const ParallelBuildItem *item)
{
	HeapTuple tuple =
		SearchSysCacheCopy1(INDEXRELID, ObjectIdGetDatum(item->index));
	Form_pg_index form;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for index %u", item->index);
	form = (Form_pg_index) GETSTRUCT(tuple);
	form->indcheckxmin = item->broken_hot_chain;
	form->indisvalid = true;
	form->indisready = true;
	form->indislive = true;
	CatalogTupleUpdate(pg_index, &tuple->t_self, tuple);
	heap_freetuple(tuple);
}

static void
parallel_build_finish(Relation heap, const ParallelBuildItem *items, int count)
{
	Relation pg_index = table_open(IndexRelationId, RowExclusiveLock);

	for (int i = 0; i < count; i++)
	{
		parallel_build_init_fork(items[i].index);
		parallel_build_make_valid(pg_index, &items[i]);
	}
	table_close(pg_index, RowExclusiveLock);
	CacheInvalidateRelcache(heap);
	CommandCounterIncrement();
}

/* ---- parallel mode ---- */

static ParallelBuildShared *
parallel_build_share(ParallelContext *context, Oid relid,
					 const ParallelBuildItem *items, int count,
					 const ParallelBuildProgress *progress)
{
	Size size = offsetof(ParallelBuildShared, items) +
				count * sizeof(ParallelBuildItem);
	const char *query = debug_query_string ? debug_query_string : "";
	ParallelBuildShared *shared;
	char *text;

	shm_toc_estimate_chunk(&context->estimator, size);
	shm_toc_estimate_chunk(&context->estimator, strlen(query) + 1);
	shm_toc_estimate_keys(&context->estimator, 2);
	InitializeParallelDSM(context);

	shared = shm_toc_allocate(context->toc, size);
	shared->relid = relid;
	shared->count = count;
	shared->next = 0;
	shared->progress = *progress;
	SpinLockInit(&shared->mutex);
	memcpy(shared->items, items, count * sizeof(ParallelBuildItem));
	shm_toc_insert(context->toc, PARALLEL_BUILD_KEY_SHARED, shared);
	text = shm_toc_allocate(context->toc, strlen(query) + 1);
	strcpy(text, query);
	shm_toc_insert(context->toc, PARALLEL_BUILD_KEY_QUERY, text);
	return shared;
}

static void
parallel_build_run(Oid relid, ParallelBuildItem *items, int count, int workers,
				   ParallelBuildProgress *progress)
{
	ParallelContext *context;
	ParallelBuildShared *shared;

	EnterParallelMode();
	context = CreateParallelContext("$libdir/perfcheck",
									"perfcheck_build_worker", workers);
	shared = parallel_build_share(context, relid, items, count, progress);
	LaunchParallelWorkers(context);
	parallel_build_all(shared);
	WaitForParallelWorkersToFinish(context);
	*progress = shared->progress;
	memcpy(items, shared->items, count * sizeof(ParallelBuildItem));
	DestroyParallelContext(context);
	ExitParallelMode();
}

/*
 * Functions of operator classes run as the table's owner, as in REINDEX. Each
 * process has its share of maintenance_work_mem; workers take the leader's
 * settings over.
 */
static void
parallel_build_as_owner(Relation heap, ParallelBuildItem *items, int count,
						int workers, ParallelBuildProgress *progress)
{
	int level = NewGUCNestLevel();
	Oid user;
	int security;

	GetUserIdAndSecContext(&user, &security);
	SetUserIdAndSecContext(heap->rd_rel->relowner,
						   security | SECURITY_RESTRICTED_OPERATION);
	compat_restrict_search_path();
	set_config_option("maintenance_work_mem",
					  psprintf("%d", maintenance_work_mem / (workers + 1)),
					  PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
					  false);
	for (int i = 0; i < count; i++)
	{
		Relation index = index_open(items[i].index, AccessExclusiveLock);

		CheckTableNotInUse(index, "REINDEX INDEX");
		TransferPredicateLocksToHeapRelation(index);
		compat_new_relation_storage(index);
		index_close(index, NoLock);
	}
	CommandCounterIncrement();
	parallel_build_run(RelationGetRelid(heap), items, count, workers, progress);
	parallel_build_finish(heap, items, count);
	AtEOXact_GUC(false, level);
	SetUserIdAndSecContext(user, security);
}

List *
parallel_build_indexes(Oid relid, List *indexes,
					   ParallelBuildProgress *progress)
{
	Relation heap = table_open(relid, NoLock);
	ParallelBuildItem *items =
		palloc(Max(list_length(indexes), 1) * sizeof(ParallelBuildItem));
	int count = 0;
	List *others = parallel_build_pick(indexes, items, &count);
	int workers = parallel_build_workers(heap, count);

	if (workers > 0)
		parallel_build_as_owner(heap, items, count, workers, progress);
	table_close(heap, NoLock);
	return workers > 0 ? others : indexes;
}
