/*-------------------------------------------------------------------------
 *
 * fixed_tables.h
 *		Which tables do not grow: perfcheck.fixed_tables and system catalogs.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_PLAN_FIXED_TABLES_H
#define PERFCHECK_PLAN_FIXED_TABLES_H

/*
 * Returns whether a table is a system catalog, is named in
 * perfcheck.fixed_tables, or is a partition of a table that is named there.
 * False for a table that is gone. A name that no table has is passed over.
 * Errors: invalid_name where a name has an empty part ("a..b");
 * insufficient_privilege where the user may not use the schema of a name.
 */
extern bool fixed_tables_contains(Oid relid);

/*
 * Makes one more table count as fixed, or none with InvalidOid, until the next
 * call, which stands before each plan that is judged. Raises no error.
 */
extern void fixed_tables_hold(Oid relid);

#endif /* PERFCHECK_PLAN_FIXED_TABLES_H */
