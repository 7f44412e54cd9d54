/*-------------------------------------------------------------------------
 *
 * parallel_build.h
 *		Builds indexes of one table at the same time, in parallel workers.
 *
 * REINDEX builds one index after another, and a GIN index in one process. This
 * module has the leader and parallel workers build one index each, within the
 * caller's transaction. It owns the storage and the flags of the indexes
 * meanwhile; afterwards they are as REINDEX would have left them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SEED_PARALLEL_BUILD_H
#define PERFCHECK_SEED_PARALLEL_BUILD_H

#include "nodes/pg_list.h"
#include "utils/timestamp.h"

/* How many indexes of a set are built, which INFO messages tell the client. */
typedef struct ParallelBuildProgress
{
	int built;
	int count;
	TimestampTz told; /* when the last message was sent */
} ParallelBuildProgress;

/*
 * Counts one more index as built. Sends a message unless the last one was sent
 * less than a second ago, or all are built.
 */
extern void parallel_build_progress_advance(ParallelBuildProgress *progress);

/*
 * Rebuilds those of the indexes of the table that can be built in parallel,
 * makes them valid, and returns the others in their order. Returns all indexes,
 * and has done nothing, if building in parallel would not pay or is not allowed
 * (max_parallel_maintenance_workers, min_parallel_table_scan_size,
 * maintenance_work_mem).
 *
 * The caller holds ACCESS EXCLUSIVE on the table, and the indexes are not
 * valid. pg_class.reltuples and relpages are left to ANALYZE. Errors: whatever
 * building an index raises, in a worker or here.
 */
extern List *parallel_build_indexes(Oid relid, List *indexes,
									ParallelBuildProgress *progress);

#endif /* PERFCHECK_SEED_PARALLEL_BUILD_H */
