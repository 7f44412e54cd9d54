/*-------------------------------------------------------------------------
 *
 * sandbox.h
 *		Runs code of the contract so that nothing of it stays behind.
 *
 * Owns the read-only internal subtransaction that is always rolled back, the
 * timer of perfcheck.statement_timeout, and the settings under which perfcheck
 * runs SQL of its own.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_BASE_SANDBOX_H
#define PERFCHECK_BASE_SANDBOX_H

#include "utils/elog.h"

typedef void (*SandboxedFunction)(void *arg);

/*
 * Calls function(arg) in a read-only internal subtransaction as the caller,
 * under SECURITY_RESTRICTED_OPERATION, and rolls it back. timeout_ms 0 is no
 * limit. What it must hand back it has to allocate in the memory context that
 * is current on the call, which stays current inside.
 *
 * Returns NULL, or the error that it raised. A cancel by the user and what
 * else is not the query's own fault is raised again instead.
 */
extern ErrorData *sandbox_run(SandboxedFunction function, void *arg,
							  int timeout_ms);

/*
 * Raises object_not_in_prerequisite_state within sandbox_run(): a query of the
 * contract may not call what judges, changes or fills the contract's tables.
 */
extern void sandbox_refuse_inside(void);

/* Within sandbox_run(): whether the transaction was read-only before it. */
extern bool sandbox_caller_is_read_only(void);

#endif /* PERFCHECK_BASE_SANDBOX_H */
