/*-------------------------------------------------------------------------
 *
 * watch.h
 *		Counts what each node of a running plan touches itself.
 *
 * Owns what is counted of a node beside its rows: blocks, those of what runs
 * below it left out, and what the scans below a Limit read up to their first
 * match. The rows before the first match may grow with the table, as after a deep
 * cursor; the rows between matches do not.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_WATCH_H
#define PERFCHECK_WORK_WATCH_H

#include "executor/execdesc.h"
#include "executor/instrument.h"
#include "nodes/execnodes.h"

#include "base/compat.h"
#include "work/work_node.h"

/* So many loops of a scan are kept one by one at the most. */
#define WATCH_KEPT 1024

/* A loop that examined at least 2^i rows and fewer than 2^(i + 1) counts at i. */
#define WATCH_SIZES 32

/* The loops of a node that examined about as many rows, and their sums. */
typedef struct WatchedLoops
{
	double loops;
	double examined;
	double rows; /* returned */
} WatchedLoops;

/*
 * The counts of a node over all its loops, in place of its Instrumentation, which
 * they begin with. Blocks are of shared and of temporary tables, in the cache or
 * not; those of temporary files are apart. Where track_counts is off, heap_blocks,
 * index_blocks and entries are 0.
 */
typedef struct WatchedNode
{
	CompatInstrumentation counts;
	WatchedLoops by_size[WATCH_SIZES];
	/*
	 * Every so many loops in their order, begun with the first one, so that another
	 * execution of the plan keeps the same ones.
	 */
	WorkLoop *kept;
	int nkept;
	double kept_every;
	double blocks;
	double heap_blocks;  /* of blocks, those of the table that it scans */
	double index_blocks; /* of blocks, those of the index that it scans */
	double temp_blocks;
	double entries; /* that an index returned to the node, of dead rows too */
	/* Rows examined until a Limit above got its first row; 0 if none. */
	double first;

	/* The most rows that a loop of a scan removed between two that it returned. */
	double gap;

	/* For watch.c and nested.c alone. */
	ExecProcNodeMtd real;
	Relation heap;
	Relation index;
	int64 heap_mark;
	int64 index_mark;
	int64 entries_mark;
	MemoryContext context; /* that kept is in */
	double loops_ended;    /* of the node, those that by_size holds */
	double ended_examined;
	double ended_rows;
	double gap_mark; /* rows that were removed until the last one returned */
	double gap_loop; /* in which loop; counted from 1 */
	bool begun;
	bool below_limit;
	bool examines;  /* it is a scan or a join */
	double counted; /* of its rows, those that WatchLimit.examined holds */
	void *owner;    /* the nested plan that it belongs to, or NULL */
	int id;         /* plan_node_id */
} WatchedNode;

/*
 * Returns the nodes of a plan that was started, each once, as PlanState *. Errors:
 * statement_too_complex if the tree is too deep for the stack.
 */
extern List *watch_list(PlanState *root);

/*
 * Puts counts, an array with an element for each of nodes, in place of what the
 * nodes count in. The plan was started with INSTRUMENT_ROWS, and not executed yet.
 * The array is zeroed before its first plan, and may be used for further plans
 * with the same nodes, whose counts are added. No errors.
 */
extern void watch_install(const List *nodes, WatchedNode *counts);

/* How much work an execution may be. */
typedef struct WatchLimit
{
	double most; /* rows that it may examine, about; 0: as many as it likes */
	double examined; /* so far, those of a bitmap's indexes left out */
	bool reached;    /* it was ended because of that */
} WatchLimit;

/*
 * Executes a plan whose nodes are watched to its end, or until it has examined
 * limit->most rows: then query_canceled is raised, and limit->reached is set.
 * Returns the blocks that were touched outside of any node, by the receiver of the
 * rows. Errors: those of the query; what was counted until then can be read after
 * it.
 */
extern double watch_run(QueryDesc *desc, WatchLimit *limit);

/* Returns the counts of a node that is watched. */
extern WatchedNode *watch_counts(const PlanState *node);

/*
 * Takes the loops of a scan that have ended into by_size. The server says so by
 * InstrEndLoop(), which is to be called of the node before the counts are read.
 */
extern void watch_end_loops(WatchedNode *node);

/* Returns whether watch_run() is executing a plan. */
extern bool watch_is_running(void);

/* Returns the node that runs now; NULL if there is none. */
extern WatchedNode *watch_current(void);

/* Goes on as if node ran now, which may be NULL. watch_run() must be running. */
extern void watch_resume(WatchedNode *node);

/*
 * Leaves out what was touched since watch_resume(), by perfcheck itself.
 * watch_run() must be running.
 */
extern void watch_leave_out(void);

#endif /* PERFCHECK_WORK_WATCH_H */
