/*-------------------------------------------------------------------------
 *
 * relation.h
 *		Facts about tables and indexes that several rooms ask for.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_BASE_RELATION_H
#define PERFCHECK_BASE_RELATION_H

#include "nodes/bitmapset.h"
#include "nodes/pg_list.h"
#include "utils/relcache.h"

/*
 * Returns the name of a table or index, qualified and quoted. Errors:
 * undefined_table where it does not exist any more.
 */
extern const char *relation_sql_name(Oid relid);

/* Returns whether there is such a relation, which nobody may have locked. Raises no error. */
extern bool relation_exists(Oid relid);

/*
 * Returns the rows of a table or index as the planner estimates them: the
 * density at the last VACUUM or ANALYZE times the pages of today. Returns 0 for
 * a foreign table, and for a relation that does not exist any more.
 */
extern double relation_rows(Oid relid);

/* Returns the names of tables, without schema and quotes: "note, tag". */
extern char *relation_names(const List *relids);
/*
 * Returns whether a table, with its partitions, looks as if it held rows: it has
 * blocks, and was not found empty. It tells of rows that row security hides from
 * the current user. Errors: those of opening the table.
 */
extern bool relation_looks_filled(Oid relid);

/*
 * Returns the table that a partition is a part of, at the top; the table itself
 * if it is no partition.
 */
extern Oid relation_root(Oid relid);

/*
 * Returns whether a table has a unique index on columns, or on some of them: a
 * Bitmapset of attribute numbers.
 */
extern bool relation_has_unique_key(Oid relid, const Bitmapset *columns);

/*
 * Returns the blocks of a table's indexes, those of its partitions included.
 * Errors: those of opening them. The table must be locked.
 */
extern double relation_index_blocks(Oid relid);

/*
 * Returns the text of a view or a materialized view as it stands now, or NULL if it does
 * not exist any more. It is locked for as long as that takes, since pg_get_viewdef() raises
 * an internal error for a view that is dropped meanwhile. Errors: those of waiting for
 * the lock.
 */
extern text *relation_view_text(Oid view);

/*
 * Return the expressions and the predicate of an index, as the relation cache has them.
 * Functions of constants in them are called where the cache has to make them, as the
 * owner of the table and in a security-restricted operation, as CREATE INDEX calls them.
 * Errors: those of the functions.
 */
extern List *relation_index_expressions(Relation index);
extern List *relation_index_predicate(Relation index);

/* Returns the access method of an index, or InvalidOid if it does not exist. */
extern Oid relation_index_method(Oid index);

/*
 * Returns pg_trgm's operator class for GIN, qualified by the schema that it is
 * in. Errors: undefined_object if the extension is not installed.
 */
extern char *relation_trigram_class(void);

/*
 * Returns its OID, whether or not the current user may use its schema; InvalidOid if it
 * is not there. Raises no error.
 */
extern Oid relation_trigram_class_oid(void);

#endif /* PERFCHECK_BASE_RELATION_H */
