/*-------------------------------------------------------------------------
 *
 * database_join.h
 *		Makes the runs of several machines one run in perfcheck_result.
 *
 * Owns how they find each other. The first that names a run sets its start, a
 * moment of the database's clock, and the others join until then; each works out
 * what that moment is by its own clock. After its run each adds its rows to those
 * that are there: latencies are kept as they were measured, or as histograms, so
 * the percentiles are those of all requests of all machines. The verdict is that on
 * all of them. The rows of the run have the run's name as their label.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_DATABASE_JOIN_H
#define PERFCHECK_HTTP_DATABASE_JOIN_H

#include "http/report/report.h"

typedef struct Join
{
	char *start_at;   /* by the database's clock, as text; owned */
	int64_t start_us; /* the same by CLOCK_MONOTONIC */
} Join;

/*
 * Joins the run, or begins it. Returns false, and sets the error, if it has begun
 * already, or does something else. join_free() is to be called in either case.
 */
extern bool join_enter(Join *join, const Settings *settings,
					   const RequestList *requests, RunError *error);
extern void join_free(Join *join);

/* Waits for the start. */
extern void join_wait(const Join *join);

/*
 * Adds this machine's run, which is judged already. Returns what the JSON says of
 * the whole, which the caller releases; or NULL, and sets the error.
 */
extern json_t *join_leave(const Join *join, const Run *run, RunError *error);

#endif /* PERFCHECK_HTTP_DATABASE_JOIN_H */
