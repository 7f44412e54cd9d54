/*-------------------------------------------------------------------------
 *
 * watch.c
 *		Counts what each node of a running plan touches itself.
 *
 * The buffers of EXPLAIN are sums over a node and all that runs while it runs,
 * and what a node evaluates is not always below it: an InitPlan hangs on the top
 * of a plan and runs when a scan first asks for its value, and a CTE runs in
 * whichever of its scans comes first. So this keeps the node that runs now, and
 * gives each block to it.
 *
 * The executor has no hook between two nodes, so this is invasive: it replaces
 * ExecProcNodeReal of each node, the function that produces its next row, and its
 * Instrumentation, to have room for what it counts. ExecProcNode stays as it is:
 * ExecProcNodeFirst, and from the second call on ExecProcNodeInstr, which counts
 * the rows that ExecProcNodeReal returns (execProcnode.c). The replacement calls
 * the real function, and adds what the server's counters moved by meanwhile, less
 * what other nodes took. Bitmap index scans produce no rows, and are not called
 * in this way; their Instrumentation counts their blocks. The PlanStates belong
 * to one execution, so nothing is put back.
 *
 * Index scans are begun as on a standby server, on which entries that were found
 * to be dead are neither marked nor passed over: otherwise a scan would count the
 * dead rows in its way once, and no later scan would see them, although they are
 * there for everybody as soon as an old snapshot is open.
 *
 * The rows that are examined are added up on the way, so that an execution can be
 * ended by what it has done, which is the same on each run, and not by the clock.
 * Those that a node removes are seen when it returns, or calls a node below it.
 *
 * A sum over all loops of a node does not tell that one of them did most of it. So
 * the loops of a scan are kept by their size, too. That a loop has ended is seen
 * when the node is called the next time.
 *
 * An Incremental Sort below a Limit sorts 32 rows before it returns one
 * (DEFAULT_MIN_GROUP_SIZE), so the first match is awaited at its input.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "access/genam.h"
#include "access/relscan.h"
#include "executor/executor.h"

#include "base/compat.h"
#include "plan/plan_tree.h"
#include "work/watch.h"

typedef struct Watch
{
	WatchedNode *current; /* that runs now; NULL outside of the nodes */
	int64 blocks_mark;    /* what the server had counted when it began to */
	int64 temp_mark;
	double outside; /* blocks while there was no node */
	WatchLimit *limit;
} Watch;

/* Of the plan that is being executed; NULL while there is none. */
static Watch *watch_running = NULL;

/* ---- blocks ---- */

static int64
watch_blocks_now(void)
{
	return pgBufferUsage.shared_blks_hit + pgBufferUsage.shared_blks_read +
		   pgBufferUsage.local_blks_hit + pgBufferUsage.local_blks_read;
}

static int64
watch_temp_now(void)
{
	return pgBufferUsage.temp_blks_read + pgBufferUsage.temp_blks_written;
}

/* Gives what was touched since the last mark to the node that runs. */
static void
watch_charge(void)
{
	WatchedNode *node = watch_running->current;
	int64 blocks = watch_blocks_now() - watch_running->blocks_mark;

	if (node == NULL)
	{
		watch_running->outside += (double) blocks;
		return;
	}
	node->blocks += (double) blocks;
	node->temp_blocks += (double) (watch_temp_now() - watch_running->temp_mark);
	node->heap_blocks +=
		(double) (compat_blocks_fetched(node->heap) - node->heap_mark);
	node->index_blocks +=
		(double) (compat_blocks_fetched(node->index) - node->index_mark);
	node->entries +=
		(double) (compat_entries_returned(node->index) - node->entries_mark);
}

/* Counts for the node that runs from here on. */
static void
watch_mark(void)
{
	WatchedNode *node = watch_running->current;

	watch_running->blocks_mark = watch_blocks_now();
	watch_running->temp_mark = watch_temp_now();
	if (node == NULL)
		return;
	/* Another node may have read the same table meanwhile. */
	node->heap_mark = compat_blocks_fetched(node->heap);
	node->index_mark = compat_blocks_fetched(node->index);
	node->entries_mark = compat_entries_returned(node->index);
}

void
watch_resume(WatchedNode *node)
{
	watch_charge();
	watch_running->current = node;
	watch_mark();
}

void
watch_leave_out(void)
{
	watch_mark();
}

/* ---- the limit ---- */

/* Adds what a node examined since it was last asked, which may be NULL. */
static void
watch_add_examined(WatchedNode *node)
{
	double rows;

	if (node == NULL || !node->examines)
		return;
	rows = node->counts.ntuples + node->counts.tuplecount +
		   node->counts.nfiltered1 + node->counts.nfiltered2;
	watch_running->limit->examined += rows - node->counted;
	node->counted = rows;
}

static void
watch_check_limit(WatchedNode *node, WatchedNode *caller)
{
	WatchLimit *limit = watch_running->limit;

	if (limit->most <= 0)
		return;
	watch_add_examined(node);
	watch_add_examined(caller);
	if (limit->examined <= limit->most)
		return;
	limit->reached = true;
	ereport(ERROR, errcode(ERRCODE_QUERY_CANCELED),
			errmsg("the plan examines more than %.0f rows", limit->most));
}

/* ---- the first match ---- */

static bool
watch_note_first(PlanState *node, void *arg)
{
	WatchedNode *counts = watch_counts(node);

	/* What is below another Limit belongs to that Limit's first row. */
	if (IsA(node, LimitState))
		return false;
	counts->first = counts->counts.ntuples + counts->counts.tuplecount +
					counts->counts.nfiltered1 + counts->counts.nfiltered2;
	/* The row is counted only after the node has returned it. */
	if (node == arg)
		counts->first++;
	return true;
}

/* ---- index scans ---- */

static void
watch_read_dead_entries(IndexScanDesc scan)
{
	scan->xactStartedInRecovery = true;
	scan->ignore_killed_tuples = false;
}

/*
 * Begins the scan of an index as the node does when it is first called, but so
 * that it reads dead entries.
 */
static void
watch_begin_scan(PlanState *node)
{
	Snapshot snapshot = node->state->es_snapshot;

	if (IsA(node, IndexScanState))
	{
		IndexScanState *scan = castNode(IndexScanState, node);

		if (scan->iss_ScanDesc != NULL)
			return;
		scan->iss_ScanDesc = compat_index_beginscan(
			scan->ss.ss_currentRelation, scan->iss_RelationDesc, snapshot,
			scan->iss_Instrument, scan->iss_NumScanKeys,
			scan->iss_NumOrderByKeys);
		watch_read_dead_entries(scan->iss_ScanDesc);
		if (scan->iss_NumRuntimeKeys == 0 || scan->iss_RuntimeKeysReady)
			index_rescan(scan->iss_ScanDesc, scan->iss_ScanKeys,
						 scan->iss_NumScanKeys, scan->iss_OrderByKeys,
						 scan->iss_NumOrderByKeys);
	}
	else if (IsA(node, IndexOnlyScanState))
	{
		IndexOnlyScanState *scan = castNode(IndexOnlyScanState, node);

		if (scan->ioss_ScanDesc != NULL)
			return;
		scan->ioss_ScanDesc = compat_index_beginscan(
			scan->ss.ss_currentRelation, scan->ioss_RelationDesc, snapshot,
			scan->ioss_Instrument, scan->ioss_NumScanKeys,
			scan->ioss_NumOrderByKeys);
		scan->ioss_ScanDesc->xs_want_itup = true;
		scan->ioss_VMBuffer = InvalidBuffer;
		watch_read_dead_entries(scan->ioss_ScanDesc);
		if (scan->ioss_NumRuntimeKeys == 0 || scan->ioss_RuntimeKeysReady)
			index_rescan(scan->ioss_ScanDesc, scan->ioss_ScanKeys,
						 scan->ioss_NumScanKeys, scan->ioss_OrderByKeys,
						 scan->ioss_NumOrderByKeys);
	}
}

/* ---- the nodes ---- */

/* Keeps a loop that has ended, and leaves out every other one if there are too many. */
static void
watch_keep_loop(WatchedNode *node, WorkLoop loop)
{
	if (fmod(node->loops_ended, node->kept_every) != 0)
		return;
	if (node->nkept == WATCH_KEPT)
	{
		for (int i = 1; i < WATCH_KEPT / 2; i++)
			node->kept[i] = node->kept[2 * i];
		node->nkept = WATCH_KEPT / 2;
		node->kept_every *= 2;
	}
	/* Most scans have one loop. */
	if (node->kept == NULL)
		node->kept = MemoryContextAlloc(node->context, sizeof(loop));
	else if (node->nkept == 1)
		node->kept = repalloc(node->kept, WATCH_KEPT * sizeof(loop));
	node->kept[node->nkept++] = loop;
}

void
watch_end_loops(WatchedNode *node)
{
	double rows = node->counts.ntuples - node->ended_rows;
	double examined = node->counts.ntuples + node->counts.nfiltered1 +
					  node->counts.nfiltered2 - node->ended_examined;
	WatchedLoops *loops;
	int size;

	if (node->counts.nloops <= node->loops_ended)
		return;
	watch_keep_loop(node, (WorkLoop){examined, rows});
	if (examined >= 1)
	{
		size = Min(ilogb(examined), WATCH_SIZES - 1);
		loops = &node->by_size[size];
		loops->loops++;
		loops->examined += examined;
		loops->rows += rows;
	}
	node->loops_ended = node->counts.nloops;
	node->ended_examined += examined;
	node->ended_rows += rows;
}

/* Notes how many rows a scan removed since it returned the last one in this loop. */
static void
watch_note_gap(WatchedNode *node)
{
	double removed = node->counts.nfiltered1 + node->counts.nfiltered2;

	if (node->gap_loop == node->counts.nloops + 1)
		node->gap = Max(node->gap, removed - node->gap_mark);
	node->gap_mark = removed;
	node->gap_loop = node->counts.nloops + 1;
}

static TupleTableSlot *
watch_next(PlanState *node)
{
	WatchedNode *counts = watch_counts(node);
	WatchedNode *caller = watch_current();
	TupleTableSlot *slot;

	/* A cursor that a function of the query left open. */
	if (watch_running == NULL)
		return counts->real(node);
	watch_resume(counts);
	if (counts->heap != NULL)
		watch_end_loops(counts);
	if (!counts->begun)
	{
		counts->begun = true;
		watch_begin_scan(node);
	}
	slot = counts->real(node);
	watch_resume(caller);
	watch_check_limit(counts, caller);
	if (counts->heap != NULL && !TupIsNull(slot))
		watch_note_gap(counts);
	if (counts->below_limit && !TupIsNull(slot))
	{
		counts->below_limit = false;
		plan_tree_walk_once(node, watch_note_first, NULL, node);
	}
	return slot;
}

static bool
watch_collect(PlanState *node, void *arg)
{
	List **nodes = arg;

	*nodes = lappend(*nodes, node);
	return true;
}

static bool
watch_collect_once(PlanState *node, void *arg)
{
	List **nodes = arg;
	bool known = list_member_ptr(*nodes, node);

	if (!known)
		*nodes = lappend(*nodes, node);
	return !known;
}

List *
watch_list(PlanState *root)
{
	List *nodes = NIL;
	ListCell *cell;

	plan_tree_walk_once(root, watch_collect, NULL, &nodes);
	/*
	 * A WorkTableScan makes its expressions when it first runs, so that nothing
	 * leads to their subqueries before.
	 */
	foreach(cell, root->state->es_subplanstates)
		if (lfirst(cell) != NULL && !list_member_ptr(nodes, lfirst(cell)))
			plan_tree_walk_once(lfirst(cell), watch_collect_once, NULL, &nodes);
	return nodes;
}

/* Returns the index that a scan has open, or NULL. */
static Relation
watch_open_index(PlanState *node)
{
	switch (nodeTag(node))
	{
		case T_IndexScanState:
			return castNode(IndexScanState, node)->iss_RelationDesc;
		case T_IndexOnlyScanState:
			return castNode(IndexOnlyScanState, node)->ioss_RelationDesc;
		default:
			return NULL;
	}
}

void
watch_install(const List *nodes, WatchedNode *counts)
{
	/* How the counts are kept is decided by the first plan that has them. */
	bool first_plan = counts[0].real == NULL;
	ListCell *cell;

	foreach(cell, nodes)
	{
		PlanState *node = lfirst(cell);
		WatchedNode *own = &counts[foreach_current_index(cell)];

		if (first_plan)
		{
			own->counts = *node->instrument;
			own->context = GetMemoryChunkContext(counts);
			own->kept_every = 1;
		}
		COMPAT_USAGE(own->counts).need_bufusage =
			IsA(node, BitmapIndexScanState);
		own->real = node->ExecProcNodeReal;
		own->begun = false;
		own->id = node->plan->plan_node_id;
		own->heap = OidIsValid(plan_tree_scanned_relation(node))
						? ((ScanState *) node)->ss_currentRelation
						: NULL;
		own->index = watch_open_index(node);
		own->examines = own->heap != NULL || IsA(node, NestLoopState) ||
						IsA(node, MergeJoinState) || IsA(node, HashJoinState) ||
						IsA(node, CteScanState);
		node->instrument = &own->counts;
		if (IsA(node, BitmapIndexScanState))
			watch_read_dead_entries(
				castNode(BitmapIndexScanState, node)->biss_ScanDesc);
		else
			node->ExecProcNodeReal = watch_next;
	}
	foreach(cell, nodes)
	{
		PlanState *input = lfirst(cell);

		if (!IsA(input, LimitState))
			continue;
		do
			input = outerPlanState(input);
		while (IsA(input, IncrementalSortState));
		watch_counts(input)->below_limit = first_plan;
	}
}

double
watch_run(QueryDesc *desc, WatchLimit *limit)
{
	/* A function in the query may execute another plan through here. */
	Watch *outer = watch_running;
	Watch *watch = palloc0(sizeof(*watch));

	watch->limit = limit;
	watch_running = watch;
	watch_mark();
	PG_TRY();
	{
		compat_executor_run(desc);
	}
	PG_FINALLY();
	{
		watch_charge();
		watch_running = outer;
	}
	PG_END_TRY();
	return watch->outside;
}

WatchedNode *
watch_counts(const PlanState *node)
{
	return (WatchedNode *) node->instrument;
}

bool
watch_is_running(void)
{
	return watch_running != NULL;
}

WatchedNode *
watch_current(void)
{
	return watch_running == NULL ? NULL : watch_running->current;
}
