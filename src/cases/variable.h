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

#include "cases/case.h"
#include "cases/probe.h"
#include "contract/statement.h"

/* The parameters of a variable, and what is chosen for them. */
typedef struct Variable
{
	ValueVariable variable;
	const char *title; /* begins the labels of its cases; NULL for a cursor */
	List *choices;     /* ValueChoice */
} Variable;

/*
 * Returns the variables of a query, a List of Variable, without title and
 * choices. Errors: feature_not_supported for a parameter for which no value
 * can be derived, insufficient_privilege for one whose column the current user
 * may not read.
 */
extern List *variable_read(const ContractQuery *query,
						   const ContractStatement *statement);

/* Returns whether variable_read() would raise no error. */
extern bool variable_can_derive(const ContractStatement *statement);

/* Returns whether a variable is a LIMIT or OFFSET, which no column limits. */
extern bool variable_is_page(const Variable *variable);

/* Copies values, one for each parameter of a variable, into a case. */
extern void variable_put_values(const Variable *variable, char *const *values,
								Case *one);

#endif /* PERFCHECK_CASES_VARIABLE_H */
