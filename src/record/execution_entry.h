/*-------------------------------------------------------------------------
 *
 * execution_entry.h
 *		One execution on its way to the file.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_EXECUTION_ENTRY_H
#define PERFCHECK_RECORD_EXECUTION_ENTRY_H

#include "lib/stringinfo.h"
#include "nodes/params.h"
#include "portability/instr_time.h"

#include "record/recording.h"
#include "record/statements.h"

/* Its fields mean what those of RecordedExecution do. */
typedef struct ExecutionEntry
{
	RecordedStatement *statement; /* pinned */
	Oid role;
	uint64 queryid;
	uint32 transaction;
	TimestampTz started;
	double rows;
	RecordedPlan plan;
	bool nested;
	bool failed;
	const char *comment;
	StringInfoData values; /* as they stand in the file */
} ExecutionEntry;

/*
 * Keeps the statement and its values; params may be NULL. The other fields are the
 * caller's. To be called once, in a transaction that is not aborted. Errors: a
 * cancel, out_of_memory; then there is nothing to be written.
 */
extern void execution_entry_keep(ExecutionEntry *entry, const char *sql,
								 Size length, ParamListInfo params);

/*
 * Writes what was kept, and gives up the statement; to be called once. It may be
 * called while a transaction is aborted. Raises no error.
 */
extern void execution_entry_write(ExecutionEntry *entry, instr_time time);

/* Returns whether no value may be kept, not even in a comment. */
extern bool execution_entry_is_bare(const ExecutionEntry *entry);

/* Returns whether the statement calls a function of perfcheck. */
extern bool execution_entry_is_own(const ExecutionEntry *entry);

#endif /* PERFCHECK_RECORD_EXECUTION_ENTRY_H */
