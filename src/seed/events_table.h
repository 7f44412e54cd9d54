/*-------------------------------------------------------------------------
 *
 * events_table.h
 *		The events table: finds, checks and creates it.
 *
 * Owns the canonical definition of the table, its columns and its eight
 * indexes, and which tables perfcheck_seed() accepts in its place.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SEED_EVENTS_TABLE_H
#define PERFCHECK_SEED_EVENTS_TABLE_H

#include "nodes/parsenodes.h"
#include "storage/lockdefs.h"

/*
 * Returns whether the table has the older shape, with one link, ticket_url, in
 * place of ticket_sources.
 */
extern bool events_table_is_older_shape(Oid relid);

/*
 * Return two SQL lists in the same order: the columns of the table that are
 * seeded, and the expressions for them over a row e of perfcheck_events(). The
 * table must have passed events_table_check_for_seed(), or be a new one.
 */
extern char *events_table_insert_columns(Oid relid);
extern char *events_table_select_list(Oid relid);

/*
 * Returns the table of that name, locked, on which the current user has the
 * privileges of mode; or InvalidOid if it does not exist and missing_ok.
 *
 * Errors: invalid_name if name is not the name of a table, undefined_table,
 * insufficient_privilege, wrong_object_type for anything but a table or a
 * partitioned table. Privileges are checked before the lock is waited for.
 */
extern Oid events_table_open(const char *name, LOCKMODE lock, AclMode mode,
							 bool missing_ok);

/*
 * Returns if the table can be seeded; the caller holds a lock on it. Errors:
 * undefined_column, datatype_mismatch or generated_always for a column that is
 * missing, has another type or is generated; not_null_violation for a further
 * column that needs a value; object_not_in_prerequisite_state for a rule that
 * replaces INSERT.
 */
extern void events_table_check_for_seed(Oid relid);

/* The same for the column id alone. */
extern void events_table_check_id(Oid relid);

/*
 * Returns "schema OID.relation name" for the table that would be created for
 * name: the same text for each way to write the name. Errors: invalid_name,
 * undefined_schema.
 */
extern char *events_table_place(const char *name);

/*
 * Creates the table with its primary key, and returns it. The other indexes
 * are left to events_table_create_indexes(). Errors: invalid_name,
 * undefined_schema, duplicate_table if there is a relation of that name, and
 * those of CREATE TABLE.
 */
extern Oid events_table_create_table(const char *name);

/*
 * The same, but returns InvalidOid if another session created a relation of
 * that name at the same time. That session's transaction has ended by then.
 */
extern Oid events_table_try_create_table(const char *name);

/*
 * Creates the seven other indexes. Errors: those of relation_trigram_class()
 * and of CREATE INDEX.
 */
extern void events_table_create_indexes(Oid relid);

#endif /* PERFCHECK_SEED_EVENTS_TABLE_H */
