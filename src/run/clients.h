/*-------------------------------------------------------------------------
 *
 * clients.h
 *		Clients of perfcheck_time that execute at the same time.
 *
 * Owns the background workers: that all of them begin together, and that none is
 * left behind.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RUN_CLIENTS_H
#define PERFCHECK_RUN_CLIENTS_H

#include "run/timed_work.h"

/*
 * Raises configuration_limit_exceeded for more clients than the server may have
 * background workers at all.
 */
extern void clients_check(int clients);

/*
 * Has work->options.clients background workers do the work, each in a connection
 * of its own. Returns their samples: element c * ncases + i is of case i by client
 * c. When it returns, or raises an error, the workers have ended.
 *
 * Errors: configuration_limit_exceeded if there are too few background workers;
 * admin_shutdown if one was terminated; connection_failure if one could not
 * connect; the SQLSTATE of an error that is not a query's; a cancel.
 */
extern PreparedSamples *clients_run(const TimedWork *work);

#endif /* PERFCHECK_RUN_CLIENTS_H */
