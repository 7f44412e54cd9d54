/*-------------------------------------------------------------------------
 *
 * relation.h
 *		Facts about tables and indexes that several rooms ask for.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_BASE_RELATION_H
#define PERFCHECK_BASE_RELATION_H

/* The table's name for SQL, qualified and quoted. The table must exist. */
extern const char *relation_sql_name(Oid relid);

/*
 * The rows of a table or index as the planner takes them to be: the density at
 * the last VACUUM or ANALYZE times the pages of today. 0 for a foreign table,
 * and for a relation that is gone.
 */
extern double relation_rows(Oid relid);

/* The access method of an index; InvalidOid where the index is gone. */
extern Oid relation_index_method(Oid index);

/*
 * pg_trgm's operator class for GIN, qualified by the schema that it is in.
 * Errors: undefined_object where the extension is not installed.
 */
extern char *relation_trigram_class(void);

#endif /* PERFCHECK_BASE_RELATION_H */
