/*-------------------------------------------------------------------------
 *
 * parallel_build.h
 *		Builds indexes of one table at the same time, in parallel workers.
 *
 * REINDEX builds one index after another, and a GIN index by one process. This
 * module has the leader and parallel workers build one index each, inside the
 * caller's transaction, whose rows the workers see. It owns the storage and the
 * flags of the indexes meanwhile: each gets a new relfilenode, is built by its
 * access method, and becomes valid. What happens before and after a build is
 * what PostgreSQL's reindex_index() does; it takes what this module leaves.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SEED_PARALLEL_BUILD_H
#define PERFCHECK_SEED_PARALLEL_BUILD_H

#include "nodes/pg_list.h"
#include "utils/timestamp.h"

/*
 * How far the build of a set of indexes is. It tells the caller of the seed by
 * INFO, at most one line a second.
 */
typedef struct ParallelBuildProgress
{
	int built;
	int count;
	TimestampTz told; /* when the last line was sent, or the run began */
} ParallelBuildProgress;

/* One more index is built. */
extern void parallel_build_progress_advance(ParallelBuildProgress *progress);

/*
 * Rebuilds those of the indexes of a table that can be built in parallel, and
 * returns the others, in their order: all of them where it would not pay or is
 * not allowed (max_parallel_maintenance_workers, min_parallel_table_scan_size,
 * maintenance_work_mem). The indexes are not valid; the caller holds ACCESS
 * EXCLUSIVE on the table. reltuples and relpages are left to ANALYZE. An error
 * of a worker is raised here.
 */
extern List *parallel_build_indexes(Oid relid, List *indexes,
									ParallelBuildProgress *progress);

#endif /* PERFCHECK_SEED_PARALLEL_BUILD_H */
