/*-------------------------------------------------------------------------
 *
 * extension.h
 *		Where the extension's own objects are.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_BASE_EXTENSION_H
#define PERFCHECK_BASE_EXTENSION_H

/*
 * Remembers the schema of the SQL function that was called, which is the one
 * that CREATE EXTENSION put everything into. Every call into perfcheck does so.
 */
extern void extension_set_schema(Oid schema);

/* That schema's name, quoted. Errors: undefined_schema where it is gone. */
extern const char *extension_schema(void);

#endif /* PERFCHECK_BASE_EXTENSION_H */
