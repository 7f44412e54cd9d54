/*-------------------------------------------------------------------------
 *
 * session_cursors.h
 *		Keeps the cursors of a session as they are.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_BASE_SESSION_CURSORS_H
#define PERFCHECK_BASE_SESSION_CURSORS_H

#include "nodes/pg_list.h"

/*
 * Makes the server refuse to move or close the cursors that there are, until
 * session_cursors_release() is called with the result. Raises no error but
 * out_of_memory.
 */
extern List *session_cursors_hold(void);
extern void session_cursors_release(List *names);

#endif /* PERFCHECK_BASE_SESSION_CURSORS_H */
