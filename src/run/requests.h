/*-------------------------------------------------------------------------
 *
 * requests.h
 *		HTTP requests with values from the data, and what they should return.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RUN_REQUESTS_H
#define PERFCHECK_RUN_REQUESTS_H

typedef struct Request
{
	const char *query;
	const char *label;
	char *path;
	int64 rows; /* that the query returns for these values */
} Request;

/*
 * The requests of the enabled queries that have a path, or of the one of that
 * name: its cases, and up to samples draws from the rows. Executes each query
 * once, read-only; an error of one is raised.
 */
extern List *requests_read(const char *name, int samples);

/*
 * How many rows the query of that name returns for the values in an HTTP path;
 * -1 where its own path cannot be that one. Executes the query, read-only; an
 * error of it is raised, as of a value that is none of its parameter's type.
 */
extern int64 requests_rows(const char *name, const char *path);

#endif /* PERFCHECK_RUN_REQUESTS_H */
