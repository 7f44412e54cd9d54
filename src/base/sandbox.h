/*-------------------------------------------------------------------------
 *
 * sandbox.h
 *		Runs code of the contract so that nothing of it stays behind.
 *
 * Owns the read-only internal subtransaction that is always rolled back, the
 * timer of perfcheck.statement_timeout, and the limit of perfcheck.max_memory.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_BASE_SANDBOX_H
#define PERFCHECK_BASE_SANDBOX_H

#include "utils/elog.h"

typedef void (*SandboxedFunction)(void *arg);

/*
 * Calls function(arg) in a read-only internal subtransaction as the current
 * user, under SECURITY_RESTRICTED_OPERATION, and rolls it back. It may run for
 * timeout_ms milliseconds, or without a limit if that is 0. The memory context
 * that is current on the call stays current inside; results belong there.
 *
 * Returns NULL, or the error that the function raised; query_canceled then
 * means that it ran for too long. Errors: those that are not the query's fault
 * are raised again, namely a cancel by the user or by statement_timeout,
 * out_of_memory, disk_full, serialization_failure, deadlock_detected,
 * lock_not_available and class XX, but for the server's words for what another
 * session has dropped meanwhile.
 */
extern ErrorData *sandbox_run(SandboxedFunction function, void *arg,
							  int timeout_ms);

/*
 * The same within sandbox_run(), but what function does is kept until the sandbox
 * around it ends, unless it raises an error.
 */
extern ErrorData *sandbox_run_kept(SandboxedFunction function, void *arg,
								   int timeout_ms);

/*
 * To be called within sandbox_run(), after the work that raised error was rolled
 * back in a subtransaction of its own. Returns whether error is the cancel by the
 * timer that the innermost sandbox has set. The work may then end by itself: the
 * timer does not fire again. Raises no error.
 */
extern bool sandbox_take_timeout(const ErrorData *error);

/*
 * To be called within sandbox_run(), with the error of a subtransaction of its own
 * or NULL. Raises it again if sandbox_run() would, and returns otherwise.
 */
extern void sandbox_pass_on(ErrorData *error);

/*
 * Raises object_not_in_prerequisite_state within sandbox_run(), and returns
 * otherwise: a query of the contract must not call a function that judges the
 * contract, changes it, or fills its tables.
 */
extern void sandbox_refuse_inside(void);

/* Returns whether a sandbox is open. Raises no error. */
extern bool sandbox_is_open(void);

/* Defines the setting that tells parallel workers of it. To be called once. */
extern void sandbox_init(void);

/*
 * Returns whether no more than the sandbox of a query is open, without a timer: what
 * is locked then is read alone. Raises no error.
 */
extern bool sandbox_may_rest(void);

/*
 * Returns whether the transaction was read-only before the outermost
 * sandbox_run(). It may be called within one only.
 */
extern bool sandbox_caller_is_read_only(void);

/* Who is the current user, and under which restrictions. */
typedef struct SandboxUser
{
	Oid user;
	int security;
} SandboxUser;

/*
 * Returns who called the outermost sandbox_run(); outside of one, the current
 * user. Raises no error.
 */
extern Oid sandbox_caller(void);

/*
 * Returns with whose rights a query may ask for what its role need not see, such as
 * values of a column, or an index: those of the caller, unless the sandbox, or one
 * around it, has set others that all who wrote the query have. Raises no error.
 */
extern Oid sandbox_author(void);
extern void sandbox_set_author(Oid author);

/*
 * Goes on as another user, under the restrictions of the sandbox, until
 * sandbox_leave_user() is given what this returns, or the sandbox ends. Whether
 * that user may be taken is for the caller to know. Raises no error.
 */
extern SandboxUser sandbox_enter_user(Oid user);
extern void sandbox_leave_user(SandboxUser before);

#endif /* PERFCHECK_BASE_SANDBOX_H */
