/*-------------------------------------------------------------------------
 *
 * load_value.h
 *		The values of a file of queries, as the contract has them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_EXCHANGE_LOAD_VALUE_H
#define PERFCHECK_EXCHANGE_LOAD_VALUE_H

#include "contract/contract_query.h"

/* A value of a key, and where it stands. */
typedef struct LoadValue
{
	const char *key;
	const char *value;
	size_t length;
	int line;
} LoadValue;

/*
 * Each returns what the text of a value says. Errors: syntax_error, and those of
 * the type's input function.
 */
extern char *load_text(const LoadValue *value);

/* The values that commas separate; an element may be NULL. */
extern char **load_elements(const LoadValue *value, int *count);

/* none for NULL, and refused for a number that is not positive. */
extern int64 load_number(const LoadValue *value, int64 none, int64 refused);

extern double load_ms(const LoadValue *value);

/* Errors: also invalid_parameter_value for a day that is not finite. */
extern char *load_day(const LoadValue *value);

extern bool load_bool(const LoadValue *value);

/* NULL for NULL. */
extern char *load_path(const LoadValue *value);

/* Fills in the types of a query, as its search_path finds them. */
extern void load_types(const LoadValue *value, ContractQuery *query);

/* Errors: also invalid_parameter_value for one that is not above 0. */
extern double load_weight(const LoadValue *value);

#endif /* PERFCHECK_EXCHANGE_LOAD_VALUE_H */
