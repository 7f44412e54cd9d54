/*-------------------------------------------------------------------------
 *
 * refused_calls.h
 *		Refuses within a sandbox what no rollback takes back.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_BASE_REFUSED_CALLS_H
#define PERFCHECK_BASE_REFUSED_CALLS_H

/* Installs the hooks; to be called from _PG_init() alone. Raises no error. */
extern void refused_calls_init(void);

#endif /* PERFCHECK_BASE_REFUSED_CALLS_H */
