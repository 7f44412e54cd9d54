/*-------------------------------------------------------------------------
 *
 * database.h
 *		Reads requests from, and stores runs in, a database with perfcheck.
 *
 * Owns every SQL statement of perfcheck-http. No connection stays open while the
 * load runs: it would be one less for the API, and might be lost at the end. Each
 * function returns false, and sets the error, if the connection or one of its
 * statements fails.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_DATABASE_H
#define PERFCHECK_HTTP_DATABASE_H

#include "http/report/report.h"

/*
 * Adds the contract's requests to the list, with the targets and the database's
 * time of each query. It is an error if there is no request to send.
 */
extern bool database_read(RequestList *list, const char *conninfo,
						  RunError *error);

/*
 * Compares the sample of next pages with what the contract's query returns for
 * their values, and takes wrong answers back. Pages that no query of the
 * contract describes are ignored. Takes a few seconds at most.
 */
extern bool database_compare(Result *result, const RequestList *requests,
							 const char *conninfo, RunError *error);

/* Adds a run to perfcheck_result: a row for each query, and one in total. */
extern bool database_keep(const Run *run, const char *conninfo,
						  RunError *error);

#endif /* PERFCHECK_HTTP_DATABASE_H */
