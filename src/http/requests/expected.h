/*-------------------------------------------------------------------------
 *
 * expected.h
 *		What the database says the answer to a request should hold.
 *
 * Owns the JSON of perfcheck_answer(): the rows of a query, by their key or with
 * all columns, and which of them may change places. It is read once, and several
 * threads may look at it at the same time.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_REQUESTS_EXPECTED_H
#define PERFCHECK_HTTP_REQUESTS_EXPECTED_H

#include "http/answer/answer.h"

#define EXPECTED_NONE (-1)

typedef struct Expected
{
	char *text; /* the JSON; owned */
	JsonTree tree;
	char **key; /* the columns that tell rows apart; owned */
	size_t key_count;
	int64_t limit;  /* of the query; EXPECTED_NONE: it has none */
	int64_t page;   /* the page size in the path, or EXPECTED_NONE */
	int64_t count;  /* rows, up to the limit */
	bool whole;     /* all that may be in an answer are here */
	uint32_t *rows; /* the node of each; owned */
	size_t row_count;
	int64_t *ties; /* of each row, see answers.h of the extension; or NULL */
} Expected;

/* Returns NULL if the JSON is not what it should be. */
extern Expected *expected_read(const char *json);
extern void expected_free(Expected *expected);

/* Finds the value of a column of row i; false if the rows do not have it. */
extern bool expected_value(const Expected *expected, size_t i,
						   const char *column, AnswerValue *value);

#endif /* PERFCHECK_HTTP_REQUESTS_EXPECTED_H */
