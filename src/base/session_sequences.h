/*-------------------------------------------------------------------------
 *
 * session_sequences.h
 *		Keeps the temporary sequences of a session as they are.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_BASE_SESSION_SEQUENCES_H
#define PERFCHECK_BASE_SESSION_SEQUENCES_H

#include "nodes/pg_list.h"

/*
 * Returns where the temporary sequences of the session are.
 * session_sequences_restore() puts those back there that were advanced meanwhile,
 * and warns of them by name. Errors: those of setval().
 */
extern List *session_sequences_note(void);
extern void session_sequences_restore(List *sequences);

#endif /* PERFCHECK_BASE_SESSION_SEQUENCES_H */
