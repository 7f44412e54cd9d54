/*-------------------------------------------------------------------------
 *
 * session_state.c
 *		What of a session no rollback puts back.
 *
 * The cursors are let go of first: an error in what follows must not leave them
 * marked.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/session_cursors.h"
#include "base/session_locks.h"
#include "base/session_sequences.h"
#include "base/session_settings.h"
#include "base/session_state.h"

SessionState
session_state_note(void)
{
	SessionState state;

	state.settings = session_settings_note();
	state.sequences = session_sequences_note();
	state.locks = session_locks_note();
	state.cursors = session_cursors_hold();
	return state;
}

void
session_state_restore(SessionState *state)
{
	session_cursors_release(state->cursors);
	session_settings_restore(state->settings);
	session_locks_restore(state->locks);
	session_sequences_restore(state->sequences);
}
