/*-------------------------------------------------------------------------
 *
 * variable.h
 *		Groups the parameters of a query into variables.
 *
 * Owns which parameters vary together: the two bounds of a range, the columns
 * of a cursor, the values of a list; and whether the current user may look up
 * values for them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_VARIABLE_H
#define PERFCHECK_CASES_VARIABLE_H

#include "cases/probe.h"
#include "contract/contract_query.h"
#include "contract/statement.h"

/* The parameters of a variable, and what is chosen for them. */
typedef struct Variable
{
	ValueVariable variable;
	const char *title;  /* begins the labels of its cases; NULL for a cursor */
	const char *suffix; /* ends them: " ($3)" if others have this title, too */
	List *choices;      /* ValueChoice */
	/* The only values that it may have, if the user has set them; else NULL. */
	const ParamValues *allowed;
} Variable;

/*
 * Returns the variables of a query, a List of Variable, without title and
 * choices. A parameter whose values the user has set is one of its own, which
 * needs no column; its use may be of no kind then. Errors: feature_not_supported for a parameter for which no value
 * can be derived, insufficient_privilege for one whose column the current user
 * may not read.
 */
extern List *variable_read(const ContractQuery *query,
						   const ContractStatement *statement);

/* Returns whether variable_read() would raise no error. */
extern bool variable_can_derive(const ContractQuery *query,
								const ContractStatement *statement);

/*
 * Returns whether a parameter is in no comparison, and has no values that the user
 * has set: whatever it is given may mean nothing to the query.
 */
extern bool variable_is_guessed(const ContractQuery *query,
								const ContractStatement *statement);

/* Returns whether a variable is a LIMIT or OFFSET, which no column limits. */
extern bool variable_is_page(const Variable *variable);

/*
 * Returns whether a variable is looked up when those of columns have values: a
 * page, or what the query itself computes.
 */
extern bool variable_is_late(const Variable *variable);

/*
 * Copies values, one for each parameter of a variable, to their places among
 * those of all parameters of the query.
 */
extern void variable_put_values(const Variable *variable, char *const *values,
								char **args);

#endif /* PERFCHECK_CASES_VARIABLE_H */
