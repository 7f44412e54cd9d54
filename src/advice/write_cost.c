/*-------------------------------------------------------------------------
 *
 * write_cost.c
 *		What an index costs each row that is written.
 *
 * Rows are taken from all over the table, and kept in memory with their values
 * as an INSERT would bring them, that is, not in TOAST. For each, the entry is
 * formed and inserted as the executor does it, predicate and expressions
 * included, with a row pointer behind the end of the table, as a new row would
 * have. Nothing looks such a row up: uniqueness is not checked, and entries that
 * are deleted by the way are those that a scan found dead. A BRIN index, which
 * keeps values of blocks, gets the pointers that the rows have.
 *
 * Five rounds of other rows go through all indexes in turns, and the median is
 * taken of the time. WAL is counted by this session's own counter, which other
 * sessions do not add to; insertions that wrote full-page images are left out,
 * because these depend on when the last checkpoint was. GIN keeps new entries in a
 * pending list at first: the time and the WAL of cleaning it up are shared out
 * among the rows.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/heaptoast.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/index.h"
#include "catalog/pg_am_d.h"
#include "executor/executor.h"
#include "executor/instrument.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "portability/instr_time.h"
#include "storage/bufmgr.h"
#include "utils/fmgrprotos.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "advice/write_cost.h"
#include "base/compat.h"
#include "base/relation.h"
#include "base/sandbox.h"
#include "shared/percentile.h"

#define WRITE_COST_ROUNDS 5
#define WRITE_COST_ROWS 1000 /* of all rounds */

/* Row pointers a block, for those behind the end of the table. */
#define WRITE_COST_ROWS_OF_BLOCK 100

/* One index that is written to. */
typedef struct WriteTarget
{
	WriteCost *cost;
	Relation index;
	IndexInfo *info;
	EState *estate;
	ExprState *predicate;
	int64_t ns[WRITE_COST_ROUNDS]; /* a row */
	double wal;                    /* of insertions without full-page images */
	double counted;                /* how many rows these were for */
} WriteTarget;

typedef struct WriteSample
{
	Relation table;
	HeapTuple rows[WRITE_COST_ROWS];
	int nrows;
	BlockNumber nblocks; /* of the table */
	TupleTableSlot *slot;
} WriteSample;

/* ---- the rows ---- */

/* Takes rows that are as far apart as there are rows for each that is wanted. */
static void
write_cost_sample(WriteSample *sample)
{
	TupleDesc descriptor = RelationGetDescr(sample->table);
	TupleTableSlot *slot = table_slot_create(sample->table, NULL);
	TableScanDesc scan =
		compat_table_beginscan(sample->table, GetActiveSnapshot());
	double rows = relation_rows(RelationGetRelid(sample->table));
	int64 apart = (int64) Max(rows / WRITE_COST_ROWS, 1);

	for (int64 i = 0; table_scan_getnextslot(scan, ForwardScanDirection, slot);
		 i++)
	{
		HeapTuple row;
		bool copied;

		CHECK_FOR_INTERRUPTS();
		if (i % apart != 0)
			continue;
		if (sample->nrows == WRITE_COST_ROWS)
			break;
		row = ExecFetchSlotHeapTuple(slot, true, &copied);
		sample->rows[sample->nrows] = HeapTupleHasExternal(row)
										  ? toast_flatten_tuple(row, descriptor)
										  : heap_copytuple(row);
		sample->rows[sample->nrows]->t_self = slot->tts_tid;
		sample->nrows++;
		if (copied)
			heap_freetuple(row);
	}
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
}

/* ---- one insertion ---- */

static void
write_cost_insert(const WriteSample *sample, WriteTarget *target, int number)
{
	Datum values[INDEX_MAX_KEYS];
	bool nulls[INDEX_MAX_KEYS];
	ExprContext *expressions = GetPerTupleExprContext(target->estate);
	ItemPointerData pointer = sample->rows[number]->t_self;

	ResetExprContext(expressions);
	expressions->ecxt_scantuple = sample->slot;
	ExecStoreHeapTuple(sample->rows[number], sample->slot, false);
	if (!ExecQual(target->predicate, expressions))
		return;
	FormIndexDatum(target->info, sample->slot, target->estate, values, nulls);
	if (target->index->rd_rel->relam != BRIN_AM_OID)
		ItemPointerSet(&pointer,
					   sample->nblocks + number / WRITE_COST_ROWS_OF_BLOCK,
					   number % WRITE_COST_ROWS_OF_BLOCK + FirstOffsetNumber);
	(void) index_insert(target->index, values, nulls, &pointer, sample->table,
						UNIQUE_CHECK_NO, false, target->info);
}

/* Inserts the rows of a round, and notes what that took. */
static void
write_cost_run_round(const WriteSample *sample, WriteTarget *target, int round)
{
	int first = sample->nrows * round / WRITE_COST_ROUNDS;
	int end = sample->nrows * (round + 1) / WRITE_COST_ROUNDS;
	instr_time start;
	instr_time stop;

	INSTR_TIME_SET_CURRENT(start);
	for (int i = first; i < end; i++)
	{
		WalUsage before = pgWalUsage;

		write_cost_insert(sample, target, i);
		if (pgWalUsage.wal_fpi > before.wal_fpi)
			continue;
		target->wal += (double) (pgWalUsage.wal_bytes - before.wal_bytes);
		target->counted++;
	}
	INSTR_TIME_SET_CURRENT(stop);
	INSTR_TIME_SUBTRACT(stop, start);
	target->ns[round] = (int64_t) (INSTR_TIME_GET_MICROSEC(stop) * 1000.0 /
								   Max(end - first, 1));
}

/* ---- one index ---- */

static WriteTarget *
write_cost_open(WriteCost *cost)
{
	WriteTarget *target = palloc0(sizeof(*target));

	target->cost = cost;
	target->index = index_open(cost->index, RowExclusiveLock);
	target->info = BuildIndexInfo(target->index);
	target->estate = CreateExecutorState();
	target->predicate =
		ExecPrepareQual(target->info->ii_Predicate, target->estate);
	return target;
}

/* Returns the microseconds and the WAL that the pending list of GIN takes. */
static double
write_cost_clean_up(const WriteTarget *target, double *wal)
{
	WalUsage before = pgWalUsage;
	instr_time start;
	instr_time stop;

	*wal = 0;
	if (target->index->rd_rel->relam != GIN_AM_OID)
		return 0;
	INSTR_TIME_SET_CURRENT(start);
	(void) DirectFunctionCall1(gin_clean_pending_list,
							   ObjectIdGetDatum(target->cost->index));
	INSTR_TIME_SET_CURRENT(stop);
	INSTR_TIME_SUBTRACT(stop, start);
	*wal = (double) (pgWalUsage.wal_bytes - before.wal_bytes) -
		   (double) (pgWalUsage.wal_fpi - before.wal_fpi) * BLCKSZ;
	return INSTR_TIME_GET_MICROSEC(stop);
}

static void
write_cost_close(const WriteSample *sample, WriteTarget *target)
{
	WriteCost *cost = target->cost;
	double wal;
	double us = write_cost_clean_up(target, &wal);

	percentile_sort(target->ns, WRITE_COST_ROUNDS);
	cost->us = percentile_percentile(target->ns, WRITE_COST_ROUNDS, 50) / 1e3 +
			   us / sample->nrows;
	/* Without WAL for what a transaction creates, none can be counted. */
	if (target->counted > 0 &&
		(RelationNeedsWAL(target->index) ||
		 target->index->rd_rel->relpersistence != RELPERSISTENCE_PERMANENT))
		cost->wal = target->wal / target->counted + Max(wal, 0) / sample->nrows;
	compat_index_insert_cleanup(target->index, target->info);
	FreeExecutorState(target->estate);
	index_close(target->index, NoLock);
}

static void
write_cost_measure_as_owner(WriteSample *sample, List *costs)
{
	List *targets = NIL;
	int level = NewGUCNestLevel();
	ListCell *cell;

	compat_restrict_search_path();
	foreach(cell, costs)
		targets = lappend(targets, write_cost_open(lfirst(cell)));
	sample->slot = MakeSingleTupleTableSlot(RelationGetDescr(sample->table),
											&TTSOpsHeapTuple);
	for (int round = 0; round < WRITE_COST_ROUNDS; round++)
		foreach(cell, targets)
			write_cost_run_round(sample, lfirst(cell), round);
	foreach(cell, targets)
		write_cost_close(sample, lfirst(cell));
	ExecDropSingleTupleTableSlot(sample->slot);
	AtEOXact_GUC(false, level);
}

void
write_cost_measure(Oid relid, List *costs)
{
	WriteSample *sample = palloc0(sizeof(*sample));
	SandboxUser before;

	sample->table = table_open(relid, AccessShareLock);
	sample->nblocks = RelationGetNumberOfBlocks(sample->table);
	write_cost_sample(sample);
	if (sample->nrows >= WRITE_COST_ROUNDS)
	{
		/* Functions of an index run as the table's owner, as when it is built. */
		before = sandbox_enter_user(sample->table->rd_rel->relowner);
		write_cost_measure_as_owner(sample, costs);
		sandbox_leave_user(before);
	}
	for (int i = 0; i < sample->nrows; i++)
		heap_freetuple(sample->rows[i]);
	table_close(sample->table, NoLock);
	pfree(sample);
}
