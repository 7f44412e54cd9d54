/*-------------------------------------------------------------------------
 *
 * database.h
 *		The perfcheck extension in a database: requests from it, runs to it.
 *
 * Owns every SQL statement of perfcheck-http. No connection is kept open while
 * the load runs: it would take one from the API, and might be gone at the end.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_DATABASE_H
#define PERFCHECK_HTTP_DATABASE_H

#include "http/report/report.h"

/* The contract's requests, and the targets of each of its queries. */
extern bool database_read(RequestList *list, const char *conninfo,
						  RunError *error);

/*
 * Compares the sample of next pages with what the contract's query returns for
 * their values; what differs is taken back. Pages that no query of the contract
 * describes are left alone. Takes a few seconds at most.
 */
extern bool database_compare(Result *result, const RequestList *requests,
							 const char *conninfo, RunError *error);

/* Adds a run to perfcheck_result: a row a query, and one in total. */
extern bool database_keep(const Run *run, const char *conninfo,
						  RunError *error);

#endif /* PERFCHECK_HTTP_DATABASE_H */
