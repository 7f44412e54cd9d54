/*-------------------------------------------------------------------------
 *
 * subtransaction.h
 *		Runs a function in an internal subtransaction of its own.
 *
 * This module owns the order in which an internal subtransaction is begun,
 * committed or rolled back, so that no caller can leave one open.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_BASE_SUBTRANSACTION_H
#define PERFCHECK_BASE_SUBTRANSACTION_H

#include "utils/elog.h"

typedef void (*SubtransactionFunction)(void *arg);

/*
 * Calls function(arg) in an internal subtransaction. The memory context that
 * is current on the call stays current inside, so what is allocated there
 * survives.
 *
 * Returns NULL when the function returned, and its work is then part of the
 * caller's transaction. Returns the error when it raised one, whatever it is,
 * and its work is then rolled back. The caller must pass an error that it does
 * not expect, a cancel above all, to ReThrowError().
 */
extern ErrorData *subtransaction_run(SubtransactionFunction function,
									 void *arg);

/* The same, but the work is rolled back in any case. */
extern ErrorData *
subtransaction_run_and_roll_back(SubtransactionFunction function, void *arg);

#endif /* PERFCHECK_BASE_SUBTRANSACTION_H */
