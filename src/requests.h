/*-------------------------------------------------------------------------
 *
 * requests.h
 *		HTTP requests with values from the data, and what they should return.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_REQUESTS_H
#define PERFCHECK_REQUESTS_H

#include "contract.h"

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

#endif /* PERFCHECK_REQUESTS_H */
