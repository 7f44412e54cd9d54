/*-------------------------------------------------------------------------
 *
 * events_table.h
 *		The events table that is seeded: finding, checking, creating it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SEED_EVENTS_TABLE_H
#define PERFCHECK_SEED_EVENTS_TABLE_H

#include "nodes/parsenodes.h"
#include "storage/lockdefs.h"

/*
 * The columns of a table that are seeded, and what goes into them from a row of
 * perfcheck_events() called e, as SQL lists in the same order.
 */
extern char *events_table_insert_columns(Oid relid);
extern char *events_table_select_list(Oid relid);

/*
 * The table of that name, locked. InvalidOid where there is none and
 * missing_ok. Errors: undefined_table; wrong_object_type for what is no table.
 */
extern Oid events_table_open(const char *name, LOCKMODE lock, AclMode mode,
							 bool missing_ok);

/*
 * Whether a table can be seeded. Errors: undefined_column, datatype_mismatch
 * and generated_always where a column is missing, of another type or computed;
 * not_null_violation for a further column that needs a value.
 */
extern void events_table_check_for_seed(Oid relid);

/* The same for the column id alone. */
extern void events_table_check_id(Oid relid);

/* The place that a new table of that name gets, however it is written. */
extern char *events_table_place(const char *name);

/* Creates the table, without its indexes but the primary key. */
extern Oid events_table_create_table(const char *name);

/*
 * The same; InvalidOid where another session turns out to have made something
 * of that name meanwhile, whose transaction was waited for.
 */
extern Oid events_table_try_create_table(const char *name);

/* Creates the seven other canonical indexes. */
extern void events_table_create_indexes(Oid relid);

#endif /* PERFCHECK_SEED_EVENTS_TABLE_H */
