/*-------------------------------------------------------------------------
 *
 * named_params.h
 *		Parameters that have names -> $1 to $n.
 *
 * Owns the forms that sqlc and aiosql have for them. It is pure C.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_EXCHANGE_NAMED_PARAMS_H
#define PERFCHECK_EXCHANGE_NAMED_PARAMS_H

#include <stdbool.h>
#include <stddef.h>

typedef enum NamedParamsForm
{
	NAMED_PARAMS_COLON, /* :name, as aiosql and yesql have it */
	NAMED_PARAMS_SQLC   /* @name, sqlc.arg(name), sqlc.narg(name) */
} NamedParamsForm;

/*
 * Writes SQL into buffer, which has room for twice its length and a zero, with a number in
 * place of each name: names are numbered as they appear, and equal ones alike. Text
 * that has $1 or the like already is written as it is. sqlc.embed(t) becomes t.*.
 * Returns the length written, or 0 if there are more than 1000 names.
 */
extern size_t named_params_number(const char *sql, size_t length,
								  NamedParamsForm form, char *buffer);

#endif /* PERFCHECK_EXCHANGE_NAMED_PARAMS_H */
