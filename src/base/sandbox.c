/*-------------------------------------------------------------------------
 *
 * sandbox.c
 *		Runs code of the contract so that nothing of it stays behind.
 *
 * Inside, XactReadOnly and SECURITY_RESTRICTED_OPERATION are set, and a
 * snapshot is pushed. The end of the subtransaction restores these, the user,
 * the settings and SPI's connections, and gives up the locks that were taken.
 * Within it the user may change, to the role of a query and back to the caller;
 * sandboxes within keep whoever it is then.
 * What is not undone with a subtransaction stays behind: a transaction ID,
 * advisory locks of the session, positions of its cursors and temporary
 * sequences, names of custom settings, statistics. The timer asks for a cancel
 * and sets a flag. A cancel is the timer's if the flag is set and
 * statement_timeout is not over; if the work ended without it, it is withdrawn.
 * Work that takes the cancel for itself, by sandbox_take_timeout(), clears the
 * flag, so that every later cancel is the caller's.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <signal.h>

#include "access/xact.h"
#include "miscadmin.h"
#include "storage/latch.h"
#include "storage/proc.h"
#include "utils/guc.h"
#include "utils/snapmgr.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"

#include "base/sandbox.h"
#include "base/subtransaction.h"

static TimeoutId sandbox_timeout_id = MAX_TIMEOUTS;
static volatile sig_atomic_t sandbox_timed_out = false;

/*
 * There is one timer. This is the depth of the sandbox that has set it last; 0 while
 * none has. A sandbox within that one takes the timer over for as long as it runs,
 * if its own time is over earlier.
 */
static int sandbox_timer_depth = 0;

/* How many sandboxes are open, and how it was before the outermost. */
static int sandbox_depth = 0;
static bool sandbox_read_only = false;
static Oid sandbox_outer_user = InvalidOid;
static Oid sandbox_author_now = InvalidOid;

/* A signal handler, which asks for a cancel as the server's timeouts do. */
static void
sandbox_timeout_handler(void)
{
	sandbox_timed_out = true;
	QueryCancelPending = true;
	InterruptPending = true;
	SetLatch(MyLatch);
}

/*
 * This is done in each backend and not in _PG_init(), which runs in the
 * postmaster under shared_preload_libraries: a backend forgets the timeouts
 * that were registered there.
 */
static void
sandbox_register_timeout(void)
{
	static int registered_in = 0;

	if (registered_in == MyProcPid)
		return;
	sandbox_timeout_id = RegisterTimeout(USER_TIMEOUT, sandbox_timeout_handler);
	registered_in = MyProcPid;
}

/*
 * Did a function of the query raise the error by RAISE, in PL/pgSQL? Then it is
 * the query's, whatever the server means by its SQLSTATE.
 */
static bool
sandbox_is_raised(const ErrorData *error)
{
	return error->funcname != NULL &&
		   strcmp(error->funcname, "exec_stmt_raise") == 0;
}

/*
 * Is the error not the query's fault? The caller must see such a one as it is.
 */
static bool
sandbox_must_rethrow(const ErrorData *error, bool timed_out)
{
	switch (error->sqlerrcode)
	{
		case ERRCODE_QUERY_CANCELED:
			return !timed_out && !sandbox_is_raised(error);
		case ERRCODE_OUT_OF_MEMORY:
		case ERRCODE_DISK_FULL:
		case ERRCODE_T_R_SERIALIZATION_FAILURE:
		case ERRCODE_T_R_DEADLOCK_DETECTED:
		case ERRCODE_LOCK_NOT_AVAILABLE:
			return !sandbox_is_raised(error);
		default:
			/* Class XX is a fault of the server or of perfcheck. */
			return ERRCODE_TO_CATEGORY(error->sqlerrcode) ==
				   ERRCODE_INTERNAL_ERROR;
	}
}

typedef struct SandboxRun
{
	SandboxedFunction function;
	void *arg;
	int timeout_ms; /* 0 if no timer is to be set */
} SandboxRun;

/* The timer of the sandbox around the one that sets it. */
typedef struct SandboxTimer
{
	int depth; /* 0: it had none */
	TimestampTz finish;
} SandboxTimer;

/* The end of the subtransaction restores everything that this sets. */
static void
sandbox_inside(void *arg)
{
	const SandboxRun *run = arg;
	Oid user;
	int security;

	XactReadOnly = true;
	GetUserIdAndSecContext(&user, &security);
	SetUserIdAndSecContext(user, security | SECURITY_RESTRICTED_OPERATION);
	PushActiveSnapshot(GetTransactionSnapshot());
	if (run->timeout_ms > 0)
		enable_timeout_after(sandbox_timeout_id, run->timeout_ms);
	run->function(run->arg);
}

/*
 * Returns whether error is a cancel, and no cancel by statement_timeout: the
 * indicator of that one was reset when its error was raised, so the clock must
 * tell.
 */
static bool
sandbox_may_be_timer(const ErrorData *error)
{
	bool statement_timed_out =
		StatementTimeout > 0 &&
		get_timeout_finish_time(STATEMENT_TIMEOUT) <= GetCurrentTimestamp();

	return error != NULL && error->sqlerrcode == ERRCODE_QUERY_CANCELED &&
		   !statement_timed_out;
}

/*
 * Stops the timer. Returns true if the timer canceled the query; a cancel by
 * statement_timeout is the caller's.
 */
static bool
sandbox_end_timer(const ErrorData *error)
{
	bool canceled =
		error != NULL && error->sqlerrcode == ERRCODE_QUERY_CANCELED;
	bool timed_out;

	/* Read afterwards, since it may fire until then. */
	disable_timeout(sandbox_timeout_id, false);
	timed_out = sandbox_timed_out;
	sandbox_timer_depth = 0;
	sandbox_timed_out = false;
	/* The work ended by itself before it checked for interrupts. */
	if (timed_out && !canceled)
		QueryCancelPending = false;
	return timed_out && sandbox_may_be_timer(error);
}

/*
 * Returns whether a sandbox may set the timer: none has, or the one that has has
 * more time left. What that one has set is stored in outer.
 */
static bool
sandbox_takes_timer(int timeout_ms, SandboxTimer *outer)
{
	outer->depth = sandbox_timer_depth;
	if (timeout_ms <= 0 || sandbox_timer_depth == 0)
		return timeout_ms > 0;
	outer->finish = get_timeout_finish_time(sandbox_timeout_id);
	if (sandbox_timed_out ||
		outer->finish <=
			TimestampTzPlusMilliseconds(GetCurrentTimestamp(), timeout_ms))
		return false;
	disable_timeout(sandbox_timeout_id, false);
	/* It may have fired until then, and is the other one's. */
	return !sandbox_timed_out;
}

/* Gives the timer back; it fires at once if its time is over. */
static void
sandbox_restore_timer(const SandboxTimer *outer)
{
	if (outer->depth == 0)
		return;
	sandbox_timer_depth = outer->depth;
	enable_timeout_at(sandbox_timeout_id, outer->finish);
}

bool
sandbox_take_timeout(const ErrorData *error)
{
	if (sandbox_timer_depth == 0 || sandbox_timer_depth != sandbox_depth ||
		!sandbox_timed_out || !sandbox_may_be_timer(error))
		return false;
	sandbox_timed_out = false;
	return true;
}

ErrorData *
sandbox_run(SandboxedFunction function, void *arg, int timeout_ms)
{
	SandboxRun run = {.function = function, .arg = arg};
	ErrorData *volatile error = NULL;
	SandboxTimer outer;
	bool timed;
	int depth = sandbox_depth;
	Oid author = sandbox_author_now;
	volatile bool timed_out = false;

	sandbox_register_timeout();
	timed = sandbox_takes_timer(timeout_ms, &outer);
	if (depth == 0)
	{
		sandbox_read_only = XactReadOnly;
		sandbox_outer_user = GetUserId();
	}
	if (timed)
	{
		run.timeout_ms = timeout_ms;
		sandbox_timed_out = false;
		sandbox_timer_depth = depth + 1;
	}

	PG_TRY();
	{
		sandbox_depth = depth + 1;
		error = subtransaction_run_and_roll_back(sandbox_inside, &run);
	}
	PG_FINALLY();
	{
		sandbox_depth = depth;
		sandbox_author_now = author;
		if (timed)
		{
			timed_out = sandbox_end_timer(error);
			sandbox_restore_timer(&outer);
		}
	}
	PG_END_TRY();

	if (error != NULL && sandbox_must_rethrow(error, timed_out))
		ReThrowError(error);
	if (error != NULL && timed_out)
		error->message = psprintf("it ran longer than "
								  "perfcheck.statement_timeout (%d ms)",
								  timeout_ms);
	return error;
}

void
sandbox_pass_on(ErrorData *error)
{
	if (error != NULL && sandbox_must_rethrow(error, false))
		ReThrowError(error);
}

void
sandbox_refuse_inside(void)
{
	if (sandbox_depth > 0)
		ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("functions of perfcheck cannot be called while a query "
					   "of the contract is judged or timed"),
				errhint("Leave the call out of the contract's query."));
}

bool
sandbox_is_open(void)
{
	return sandbox_depth > 0;
}

bool
sandbox_caller_is_read_only(void)
{
	return sandbox_read_only;
}

/* ---- users ---- */

Oid
sandbox_caller(void)
{
	return sandbox_depth > 0 ? sandbox_outer_user : GetUserId();
}

Oid
sandbox_author(void)
{
	return OidIsValid(sandbox_author_now) ? sandbox_author_now
										  : sandbox_caller();
}

void
sandbox_set_author(Oid author)
{
	Assert(sandbox_depth > 0);
	sandbox_author_now = author;
}

SandboxUser
sandbox_enter_user(Oid user)
{
	SandboxUser before;

	GetUserIdAndSecContext(&before.user, &before.security);
	/* The flag makes SET ROLE refuse to undo this. */
	if (user != before.user)
		SetUserIdAndSecContext(user,
							   before.security | SECURITY_LOCAL_USERID_CHANGE);
	return before;
}

void
sandbox_leave_user(SandboxUser before)
{
	SetUserIdAndSecContext(before.user, before.security);
}
