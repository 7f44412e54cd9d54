/*-------------------------------------------------------------------------
 *
 * requests.h
 *		HTTP requests with values from the data, and what they should return.
 *
 * Owns what is sent for a case, and the count that its response is held against.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RUN_REQUESTS_H
#define PERFCHECK_RUN_REQUESTS_H

#include "nodes/pg_list.h"

typedef struct Request
{
	const char *query;
	const char *label;  /* NULL: see reason */
	char *path;         /* NULL: see reason */
	int64 rows;         /* that the query returns for these values today; -1 if
						 * perfcheck.requests_time was over before */
	char *answer;       /* JSON, see answers.h; NULL unless asked for */
	const char *reason; /* why there is no request; NULL if there is one */
} Request;

/*
 * Returns the Requests of the enabled queries or, if name is not NULL, of the one
 * of that name: one for each case, and up to samples that are drawn from the
 * rows; none for a query without a path. Executes the query once for each,
 * read-only. A query without values, and one that fails, have one without a path
 * that tells the reason; so does a case that fails. What an answer should hold
 * comes along if answers is not NULL: it is a name that answers_how() knows. Errors:
 * invalid_parameter_value for samples and answers, undefined_object for the name.
 */
extern List *requests_read(const char *name, int samples, const char *answers);

/*
 * Returns how many rows the query of that name returns for the values in an HTTP
 * path, or -1 if the path of the query cannot become that one. Executes the
 * query, read-only. Errors: undefined_object for the name, and those of the
 * query, such as one for a value that is not valid for the parameter's type.
 */
extern int64 requests_rows(const char *name, const char *path);

/*
 * Returns what the answer to a path should hold, as the JSON that answers.h tells
 * of, or NULL if the path of the query cannot become that one; with whole, the
 * LIMIT is left out. Errors: as above, and invalid_parameter_value for answers.
 */
extern char *requests_answer(const char *name, const char *path,
							 const char *answers, bool whole);

#endif /* PERFCHECK_RUN_REQUESTS_H */
