/*-------------------------------------------------------------------------
 *
 * populated_rows.h
 *		Knows which rows of tables were made, and removes them.
 *
 * Owns the table perfcheck_populated: a line a table and call, with the transaction
 * whose id the rows have in xmin. A row that was changed since has another one.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_POPULATED_ROWS_H
#define PERFCHECK_POPULATE_POPULATED_ROWS_H

#include "postgres.h"

#include "nodes/pg_list.h"

/* Notes that the current subtransaction wrote rows. SPI must be connected. */
extern void populated_rows_note(Oid relid, int64 rows);

typedef struct RemovedRows
{
	Oid relid;
	int64 removed;
	int64 kept; /* were changed since, or are referred to by other rows */
	const char *note;
} RemovedRows;

/*
 * Deletes the rows that were made, children first, and returns a list of
 * RemovedRows. NIL: of all tables that are noted, and that the user may delete
 * from. Errors: insufficient_privilege, and whatever DELETE raises.
 */
extern List *populated_rows_remove(List *relids);

#endif /* PERFCHECK_POPULATE_POPULATED_ROWS_H */
