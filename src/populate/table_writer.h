/*-------------------------------------------------------------------------
 *
 * table_writer.h
 *		Writes the rows of a table.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_TABLE_WRITER_H
#define PERFCHECK_POPULATE_TABLE_WRITER_H

#include "populate/population.h"
#include "seed/load_progress.h"

/*
 * All tables are written between these. The latter checks the keys that had to wait.
 */
extern void table_writer_begin(void);
extern void table_writer_end(void);

/*
 * Inserts the rows of a table that are to be made, as the caller, and rebuilds its
 * indexes. The table must be locked against other writers, and SPI connected.
 * Errors: object_not_in_prerequisite_state if a trigger or a rule keeps rows out,
 * and whatever INSERT and building an index raise.
 */
extern void table_writer_write(TableMaker *table, LoadProgress *progress);

/*
 * Raises foreign_key_violation if a row of a table that was written without being
 * looked at breaks a foreign key.
 */
extern void table_writer_check_keys(const TableMaker *table);

#endif /* PERFCHECK_POPULATE_TABLE_WRITER_H */
