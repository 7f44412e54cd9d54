/*-------------------------------------------------------------------------
 *
 * session_settings.h
 *		The names of custom settings that a session has.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_BASE_SESSION_SETTINGS_H
#define PERFCHECK_BASE_SESSION_SETTINGS_H

#include "nodes/pg_list.h"

/*
 * Returns the custom settings that the session has. Those that were made after that
 * are gone when session_settings_restore() is called with them, if their values are
 * rolled back. Raises no error but out_of_memory.
 */
extern List *session_settings_note(void);
extern void session_settings_restore(List *known);

#endif /* PERFCHECK_BASE_SESSION_SETTINGS_H */
