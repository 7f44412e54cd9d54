/*-------------------------------------------------------------------------
 *
 * session_state.h
 *		What of a session no rollback puts back.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_BASE_SESSION_STATE_H
#define PERFCHECK_BASE_SESSION_STATE_H

#include "nodes/pg_list.h"

typedef struct SessionState
{
	List *locks;
	List *cursors;
	List *sequences;
	List *settings;
} SessionState;

/*
 * Notes the advisory locks, cursors, temporary sequences and custom settings of the
 * session. session_state_restore() must be called with the result under the same
 * resource owner, after all subtransactions that were begun meanwhile have ended,
 * also if an error ended them.
 */
extern SessionState session_state_note(void);
extern void session_state_restore(SessionState *state);

#endif /* PERFCHECK_BASE_SESSION_STATE_H */
