/*-------------------------------------------------------------------------
 *
 * extension.h
 *		Where the extension's own objects are.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_BASE_EXTENSION_H
#define PERFCHECK_BASE_EXTENSION_H

#include "base/compat.h"

/*
 * Sets the schema of the SQL function that was called, which is the one that
 * CREATE EXTENSION put everything into. Every SQL function must call this.
 */
extern void extension_set_schema(Oid schema);

/*
 * Returns the name of that schema, quoted. Errors: undefined_schema if it was
 * dropped.
 */
extern const char *extension_schema(void);

/*
 * Returns the table of that name in that schema, or InvalidOid. Takes no
 * privileges.
 */
extern Oid extension_table(const char *name);

/*
 * Returns the owner of that table, as whom lines are written that nobody else may
 * write. Errors: those of extension_refuse_older(), if there is none.
 */
extern Oid extension_table_owner(const char *name);

/*
 * Raises object_not_in_prerequisite_state: what SQL declares is of an older version
 * than the library, since ALTER EXTENSION is a step of its own.
 */
compat_noreturn extern void extension_refuse_older(void);

#endif /* PERFCHECK_BASE_EXTENSION_H */
