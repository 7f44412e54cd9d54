/*-------------------------------------------------------------------------
 *
 * proof_ddl.h
 *		Executes the statements of a fix so that a rollback leaves nothing.
 *
 * Locks: each table of the statements, and each of its partitions, is locked
 * in ShareRowExclusiveLock until the rollback. That is more than CREATE INDEX
 * needs; it also keeps other sessions from creating an index on the table
 * meanwhile. The lock is never queued for, because writers would queue behind
 * it: where it is not free, it is asked for again for two seconds, once within
 * one statement of the caller.
 *
 * Rollback: new rows of the catalogs and new files go with the subtransaction.
 * In-place updates of pg_class and the counts of the cumulative statistics
 * system would not, and are kept from happening. What does stay is what any
 * rolled back statement leaves: a used transaction ID, WAL, and dead rows in
 * the catalogs.
 *
 * Versions: CREATE STATISTICS needs a name in 15. From 17 on an index is built
 * under the search_path "pg_catalog, pg_temp", so that an expression can fail
 * here, as it would in earnest, that 15 and 16 evaluate. DefineIndex() has
 * another signature from 16 on, which is for compat.h to know.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_PROOF_DDL_H
#define PERFCHECK_ADVICE_PROOF_DDL_H

#include "nodes/pg_list.h"

/*
 * Executes statements (char *), in this order: CREATE INDEX, CREATE STATISTICS,
 * ALTER TABLE for the statistics of a column, and ANALYZE as they are; for REINDEX
 * INDEX the same index is built once more under another name; after VACUUM the
 * pages of its tables count as visible to all. tables holds the OIDs of the tables that they name. New
 * indexes are then visible to the planner. The caller of the outermost sandbox
 * executes them, not the role of the query. To be called within sandbox_run(),
 * whose rollback undoes it all.
 *
 * Returns NULL, or why nothing can be tried: too many rows for
 * perfcheck.prove_rows, a standby, a read-only transaction, a table of another
 * owner, or one that another session has locked or is changing. An error of
 * the statements themselves is raised.
 */
extern char *proof_ddl_execute(List *statements, List *tables);

#endif /* PERFCHECK_ADVICE_PROOF_DDL_H */
