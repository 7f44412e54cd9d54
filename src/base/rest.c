/*-------------------------------------------------------------------------
 *
 * rest.c
 *		Rests between cases, so that perfcheck is a part of a server's load.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "pgstat.h"
#include "storage/latch.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

#include "base/rest.h"
#include "base/session_locks.h"
#include "base/settings.h"

/* How long it takes at most until another session's wait for a lock is seen. */
#define REST_SLICE_US INT64CONST(20000)

static TimestampTz rest_worked_since = 0;
static int64 rest_owed_us = 0;

void
rest_start(void)
{
	rest_worked_since = GetCurrentTimestamp();
	rest_owed_us = 0;
}

void
rest_between_cases(void)
{
	TimestampTz now = GetCurrentTimestamp();

	if (perfcheck_max_load_share >= 1)
		return;
	/* The clock may have been set back. */
	rest_owed_us += (int64) (Max(now - rest_worked_since, 0) *
							 (1 / perfcheck_max_load_share - 1));
	rest_worked_since = now;
	/* A cancel ends the call, and with it what is owed. */
	while (rest_owed_us > 0 && !session_locks_are_awaited())
	{
		long slice_ms = (long) Max(Min(rest_owed_us, REST_SLICE_US) / 1000, 1);

		(void) WaitLatch(MyLatch,
						 WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
						 slice_ms, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
		now = GetCurrentTimestamp();
		rest_owed_us -= Max(now - rest_worked_since, 0);
		rest_worked_since = now;
	}
	rest_owed_us = Max(rest_owed_us, 0);
}
