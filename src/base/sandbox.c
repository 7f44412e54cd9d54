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
 * What of the session no subtransaction puts back is noted before the outermost
 * sandbox and put back after it (session_state.h), and what cannot be put back is
 * refused (refused_calls.h). A transaction ID, statistics and the state of random()
 * stay behind.
 *
 * The timer asks for a cancel and sets a flag, and so does the watch over memory. A
 * cancel is theirs if the flag is set and statement_timeout is not over; if the work
 * ended without it, it is withdrawn. A function of the query may catch the cancel:
 * each subtransaction that is rolled back while the flag is set brings the next one,
 * which comes before the function's next statement, and outside of the block that
 * caught it. Work that takes the cancel for itself, by sandbox_take_timeout(),
 * clears the flag, so that every later cancel is the caller's.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <signal.h>

#include "access/parallel.h"
#include "access/xact.h"
#include "miscadmin.h"
#include "storage/latch.h"
#include "storage/proc.h"
#include "utils/guc.h"
#include "utils/snapmgr.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"

#include "base/memory_watch.h"
#include "base/sandbox.h"
#include "base/session_locks.h"
#include "base/session_state.h"
#include "base/settings.h"
#include "base/subtransaction.h"

/* How often the memory is looked at. */
#define SANDBOX_WATCH_MS 50

/* Why the work in the sandbox is being canceled. */
typedef enum SandboxStop
{
	SANDBOX_STOP_NOT,
	SANDBOX_STOP_TIME,
	SANDBOX_STOP_MEMORY
} SandboxStop;

static TimeoutId sandbox_timeout_id = MAX_TIMEOUTS;
static TimeoutId sandbox_watch_id = MAX_TIMEOUTS;
static volatile sig_atomic_t sandbox_stop = SANDBOX_STOP_NOT;

/* What this process may have of memory; 0 if it may have any. */
static int64 sandbox_most_memory = 0;

/*
 * There is one timer. This is the depth of the sandbox that has set it last; 0 while
 * none has. A sandbox within that one takes the timer over for as long as it runs,
 * if its own time is over earlier.
 */
static int sandbox_timer_depth = 0;

/* How many sandboxes are open, and how it was before the outermost. */
static int sandbox_depth = 0;
static bool sandbox_read_only = false;
static bool sandbox_of_leader = false; /* perfcheck.in_sandbox */
static Oid sandbox_outer_user = InvalidOid;
static Oid sandbox_author_now = InvalidOid;

/* Asks for a cancel as the server's timeouts do; in a signal handler. */
static void
sandbox_cancel(SandboxStop reason)
{
	/* If one was asked for already, it is the caller's. */
	if (sandbox_stop == SANDBOX_STOP_NOT && QueryCancelPending)
		return;
	if (sandbox_stop == SANDBOX_STOP_NOT)
		sandbox_stop = reason;
	QueryCancelPending = true;
	InterruptPending = true;
	SetLatch(MyLatch);
}

static void
sandbox_timeout_handler(void)
{
	sandbox_cancel(SANDBOX_STOP_TIME);
}

static void
sandbox_watch_handler(void)
{
	int saved_errno = errno;

	if (sandbox_most_memory > 0 && memory_watch_read() > sandbox_most_memory)
		sandbox_cancel(SANDBOX_STOP_MEMORY);
	errno = saved_errno;
}

/* Whoever caught the cancel gets the next one. */
static void
sandbox_subtransaction_ended(SubXactEvent event, SubTransactionId subid,
							 SubTransactionId parent, void *arg)
{
	if (event == SUBXACT_EVENT_ABORT_SUB && sandbox_depth > 0 &&
		sandbox_stop != SANDBOX_STOP_NOT)
	{
		QueryCancelPending = true;
		InterruptPending = true;
	}
}

/*
 * This is done in each backend and not in _PG_init(), which runs in the
 * postmaster under shared_preload_libraries: a backend forgets the timeouts
 * that were registered there.
 */
static void
sandbox_register(void)
{
	static int registered_in = 0;

	if (registered_in == MyProcPid)
		return;
	sandbox_timeout_id = RegisterTimeout(USER_TIMEOUT, sandbox_timeout_handler);
	sandbox_watch_id = RegisterTimeout(USER_TIMEOUT, sandbox_watch_handler);
	RegisterSubXactCallback(sandbox_subtransaction_ended, NULL);
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
 * Is it a value that is larger than what the server has room for? That error has no
 * SQLSTATE of its own.
 */
static bool
sandbox_is_too_large(const ErrorData *error)
{
	return error->message_id != NULL &&
		   strncmp(error->message_id, "invalid memory alloc request size",
				   strlen("invalid memory alloc request size")) == 0;
}

/*
 * Are these the server's words for what was there a moment ago? Nothing is locked
 * between two cases of a query, and functions and types never are.
 */
static bool
sandbox_is_gone(const ErrorData *error)
{
	static const char *const words[] = {"cache lookup failed for ",
										"could not open relation with OID "};

	for (int i = 0; i < lengthof(words); i++)
		if (error->message_id != NULL &&
			strncmp(error->message_id, words[i], strlen(words[i])) == 0)
			return true;
	return false;
}

/*
 * Is the error not the query's fault? The caller must see such a one as it is.
 */
static bool
sandbox_must_rethrow(const ErrorData *error, bool stopped)
{
	switch (error->sqlerrcode)
	{
		case ERRCODE_QUERY_CANCELED:
			return !stopped && !sandbox_is_raised(error);
		case ERRCODE_OUT_OF_MEMORY:
		case ERRCODE_DISK_FULL:
		case ERRCODE_T_R_SERIALIZATION_FAILURE:
		case ERRCODE_T_R_DEADLOCK_DETECTED:
		case ERRCODE_LOCK_NOT_AVAILABLE:
			return !sandbox_is_raised(error);
		default:
			/* Class XX is a fault of the server or of perfcheck. */
			return ERRCODE_TO_CATEGORY(error->sqlerrcode) ==
					   ERRCODE_INTERNAL_ERROR &&
				   !sandbox_is_raised(error) && !sandbox_is_too_large(error) &&
				   !sandbox_is_gone(error);
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

/* Parallel workers get the settings of their leader, and nothing else of this module's. */
static void
sandbox_tell_workers(void)
{
	if (!sandbox_of_leader)
		(void) set_config_option("perfcheck.in_sandbox", "on", PGC_SU_BACKEND,
								 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
								 false);
}

/* The end of the subtransaction restores everything that this sets. */
static void
sandbox_inside(void *arg)
{
	const SandboxRun *run = arg;
	Oid user;
	int security;

	XactReadOnly = true;
	sandbox_tell_workers();
	GetUserIdAndSecContext(&user, &security);
	SetUserIdAndSecContext(user, security | SECURITY_RESTRICTED_OPERATION);
	PushActiveSnapshot(GetTransactionSnapshot());
	if (run->timeout_ms > 0)
		enable_timeout_after(sandbox_timeout_id, run->timeout_ms);
	run->function(run->arg);
}

/* The indicator of statement_timeout is reset when its error is raised. */
static bool
sandbox_statement_is_over(void)
{
	return StatementTimeout > 0 &&
		   get_timeout_finish_time(STATEMENT_TIMEOUT) <= GetCurrentTimestamp();
}

/*
 * Takes back the cancel that was asked for, if it was not the caller's. Returns why
 * it was, if error is one.
 */
static SandboxStop
sandbox_take_stop(const ErrorData *error)
{
	SandboxStop stop = sandbox_stop;

	sandbox_stop = SANDBOX_STOP_NOT;
	if (stop == SANDBOX_STOP_NOT || sandbox_statement_is_over())
		return SANDBOX_STOP_NOT;
	/* The work may have ended by itself, or with an error of its own. */
	QueryCancelPending = false;
	return error != NULL && error->sqlerrcode == ERRCODE_QUERY_CANCELED &&
				   !sandbox_is_raised(error)
			   ? stop
			   : SANDBOX_STOP_NOT;
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
	if (sandbox_stop != SANDBOX_STOP_NOT ||
		outer->finish <=
			TimestampTzPlusMilliseconds(GetCurrentTimestamp(), timeout_ms))
		return false;
	disable_timeout(sandbox_timeout_id, false);
	/* It may have fired until then, and is the other one's. */
	return sandbox_stop == SANDBOX_STOP_NOT;
}

/* What is kept is within a sandbox that has set all else already. */
static void
sandbox_inside_kept(void *arg)
{
	const SandboxRun *run = arg;

	if (run->timeout_ms > 0)
		enable_timeout_after(sandbox_timeout_id, run->timeout_ms);
	run->function(run->arg);
}

/* Gives the timer back; it fires at once if its time is over. */
static void
sandbox_restore_timer(const SandboxTimer *outer)
{
	sandbox_timer_depth = outer->depth;
	if (outer->depth != 0)
		enable_timeout_at(sandbox_timeout_id, outer->finish);
}

bool
sandbox_take_timeout(const ErrorData *error)
{
	if (sandbox_timer_depth == 0 || sandbox_timer_depth != sandbox_depth ||
		sandbox_stop != SANDBOX_STOP_TIME || error == NULL ||
		error->sqlerrcode != ERRCODE_QUERY_CANCELED ||
		sandbox_statement_is_over())
		return false;
	sandbox_stop = SANDBOX_STOP_NOT;
	QueryCancelPending = false;
	return true;
}

/* ---- what is around a sandbox ---- */

/* Of one that is open, and how it was before. */
typedef struct SandboxFrame
{
	int depth;  /* of the sandbox around it */
	Oid author; /* likewise */
	bool timed;
	SandboxTimer outer_timer;
	int64 outer_memory;
	SessionState session; /* of the outermost one */
	List *locks;          /* of a case, or what else is right within that one */
} SandboxFrame;

/* Of those further within, which are many, no account is kept of their own. */
static bool
sandbox_keeps_account(const SandboxFrame *frame)
{
	return frame->depth == 0 || (frame->depth == 1 && frame->timed);
}

/* A case that took more than its share may leave some of that to the process. */
static void
sandbox_limit_memory(SandboxFrame *frame)
{
	frame->outer_memory = sandbox_most_memory;
	if (perfcheck_max_memory > 0 && sandbox_keeps_account(frame))
		sandbox_most_memory =
			memory_watch_read() + perfcheck_max_memory * INT64CONST(1048576);
	if (frame->depth == 0 && perfcheck_max_memory > 0)
		enable_timeout_every(sandbox_watch_id,
							 TimestampTzPlusMilliseconds(GetCurrentTimestamp(),
														 SANDBOX_WATCH_MS),
							 SANDBOX_WATCH_MS);
}

static void
sandbox_enter(SandboxFrame *frame, int timeout_ms)
{
	frame->depth = sandbox_depth;
	frame->author = sandbox_author_now;
	if (frame->depth == 0)
	{
		frame->session = session_state_note();
		sandbox_read_only = XactReadOnly;
		sandbox_outer_user = GetUserId();
		sandbox_stop = SANDBOX_STOP_NOT;
	}
	frame->timed = sandbox_takes_timer(timeout_ms, &frame->outer_timer);
	if (frame->timed)
	{
		sandbox_timer_depth = frame->depth + 1;
		if (frame->depth == 1)
			frame->locks = session_locks_note();
	}
	sandbox_limit_memory(frame);
	sandbox_depth = frame->depth + 1;
}

/* Returns why the work was canceled, if it was for this sandbox. */
static SandboxStop
sandbox_leave(SandboxFrame *frame, const ErrorData *error)
{
	SandboxStop stop = SANDBOX_STOP_NOT;

	sandbox_depth = frame->depth;
	sandbox_author_now = frame->author;
	if (frame->depth == 0)
		disable_timeout(sandbox_watch_id, false);
	/* Read afterwards, since it may fire until then. */
	if (frame->timed)
		disable_timeout(sandbox_timeout_id, false);
	if (frame->timed || (frame->depth == 0 && sandbox_timer_depth == 0))
		stop = sandbox_take_stop(error);
	sandbox_most_memory = frame->outer_memory;
	if (frame->timed)
		sandbox_restore_timer(&frame->outer_timer);
	if (frame->depth == 0)
		session_state_restore(&frame->session);
	else if (sandbox_keeps_account(frame))
		session_locks_restore(frame->locks);
	return stop;
}

static void
sandbox_tell_stop(ErrorData *error, SandboxStop stop, int timeout_ms)
{
	if (stop == SANDBOX_STOP_TIME)
		error->message = psprintf("it ran longer than "
								  "perfcheck.statement_timeout (%d ms)",
								  timeout_ms);
	else
		error->message =
			psprintf("it took more memory than perfcheck.max_memory (%d MB)",
					 perfcheck_max_memory);
}

static ErrorData *
sandbox_execute(SandboxedFunction function, void *arg, int timeout_ms,
				bool kept)
{
	SandboxRun run = {.function = function, .arg = arg};
	ErrorData *volatile error = NULL;
	SandboxFrame frame = {.depth = 0};
	volatile SandboxStop stop = SANDBOX_STOP_NOT;

	sandbox_register();
	sandbox_enter(&frame, timeout_ms);
	if (frame.timed)
		run.timeout_ms = timeout_ms;

	PG_TRY();
	{
		error = kept ? subtransaction_run(sandbox_inside_kept, &run)
					 : subtransaction_run_and_roll_back(sandbox_inside, &run);
	}
	PG_FINALLY();
	{
		stop = sandbox_leave(&frame, error);
	}
	PG_END_TRY();

	if (error != NULL && sandbox_must_rethrow(error, stop != SANDBOX_STOP_NOT))
		ReThrowError(error);
	if (error != NULL && stop != SANDBOX_STOP_NOT)
		sandbox_tell_stop(error, stop, timeout_ms);
	else if (error != NULL && sandbox_is_gone(error) && error->hint == NULL)
		error->hint = pstrdup("Call the function again if another session has "
							  "dropped something meanwhile.");
	return error;
}

ErrorData *
sandbox_run(SandboxedFunction function, void *arg, int timeout_ms)
{
	return sandbox_execute(function, arg, timeout_ms, false);
}

ErrorData *
sandbox_run_kept(SandboxedFunction function, void *arg, int timeout_ms)
{
	Assert(sandbox_depth > 0);
	return sandbox_execute(function, arg, timeout_ms, true);
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
	return sandbox_depth > 0 || (IsParallelWorker() && sandbox_of_leader);
}

void
sandbox_init(void)
{
	/* No statement can set one of this kind. */
	DefineCustomBoolVariable(
		"perfcheck.in_sandbox",
		"Whether a query of the contract is judged or timed.",
		"Set by perfcheck itself, for parallel workers.", &sandbox_of_leader,
		false, PGC_SU_BACKEND,
		GUC_NO_SHOW_ALL | GUC_NOT_IN_SAMPLE | GUC_DISALLOW_IN_FILE, NULL, NULL,
		NULL);
}

bool
sandbox_may_rest(void)
{
	return sandbox_depth <= 1 && sandbox_timer_depth == 0;
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
