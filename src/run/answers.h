/*-------------------------------------------------------------------------
 *
 * answers.h
 *		What the answer to a request should hold: the rows of its query.
 *
 * Owns the JSON in which perfcheck-http gets them:
 *
 *	{"key": ["id"],		the columns that tell rows apart; [] if there are none
 *	 "limit": 21,		that the LIMIT has with these values; null without one
 *	 "page": 20,		the parameter of it that is in the path; null without one
 *	 "count": 21,		rows, up to the LIMIT
 *	 "whole": true,		whether all of them follow
 *	 "rows": [{...}],	each with the columns of the key, or with all of them
 *	 "ties": [0, 1, 1]}	equal for rows that ORDER BY leaves equal; null if it
 *						orders them all
 *
 * Where ORDER BY leaves rows equal, those follow too that might as well have been
 * within the LIMIT.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RUN_ANSWERS_H
#define PERFCHECK_RUN_ANSWERS_H

#include "cases/case.h"
#include "contract/statement.h"

typedef enum AnswersHow
{
	ANSWERS_COUNT,  /* none of the rows */
	ANSWERS_KEYS,   /* the columns of the key */
	ANSWERS_COLUMNS /* all columns */
} AnswersHow;

typedef struct AnswerOptions
{
	AnswersHow how;
	bool whole;       /* without the LIMIT */
	const char *path; /* of the query, with $n for the values; or NULL */
} AnswerOptions;

/*
 * Returns how of its name: "count", "keys" or "columns". Errors:
 * invalid_parameter_value.
 */
extern AnswersHow answers_how(const char *name);

/*
 * Executes a query of the contract as an API would send it, with the values of a
 * case, and sets *rows to the number of rows that it returns. Returns the JSON, in
 * the context that results is. To be called within sandbox_run(). Errors: those of
 * the query.
 */
extern char *answers_read(const ContractStatement *statement, const Case *one,
						  const AnswerOptions *options, MemoryContext results,
						  int64 *rows);

#endif /* PERFCHECK_RUN_ANSWERS_H */
