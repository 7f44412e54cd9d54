/*-------------------------------------------------------------------------
 *
 * session_locks.h
 *		Advisory locks of the session, and who waits for locks.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_BASE_SESSION_LOCKS_H
#define PERFCHECK_BASE_SESSION_LOCKS_H

#include "nodes/pg_list.h"

/*
 * Returns the advisory locks that the session holds beyond the transaction, with
 * their counts, and keeps them from being let go of until session_locks_restore()
 * is called with them, which must be under the same resource owner. That releases
 * all others that were taken meanwhile. Raises no error but out_of_memory.
 */
extern List *session_locks_note(void);
extern void session_locks_restore(List *locks);

/* Returns whether another process waits for a lock that this one holds. */
extern bool session_locks_are_awaited(void);

#endif /* PERFCHECK_BASE_SESSION_LOCKS_H */
