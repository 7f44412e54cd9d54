/*-------------------------------------------------------------------------
 *
 * variable.h
 *		The parameters of a query that vary together.
 *
 * Owns how uses are joined: two bounds to a range, the columns of a cursor, the
 * values of a list; and whether the caller may look their values up.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_VARIABLE_H
#define PERFCHECK_CASES_VARIABLE_H

#include "cases/case.h"
#include "cases/probe.h"
#include "contract/contract.h"

/* Such parameters, and what they can be. */
typedef struct Variable
{
	ValueVariable variable;
	char *title;   /* of the column or expression; NULL for LIMIT and OFFSET */
	List *choices; /* ValueChoice */
} Variable;

/*
 * The variables of a query: a List of Variable, without choices. Errors:
 * feature_not_supported for a parameter for which nothing can be derived,
 * insufficient_privilege for one whose table the caller may not read.
 */
extern List *variable_read(const ContractQuery *query,
						   const ContractStatement *statement);

/* Whether variable_read() would raise no error. */
extern bool variable_can_derive(const ContractStatement *statement);

/* Whether it is of LIMIT or OFFSET, whose values no table holds. */
extern bool variable_is_page(const Variable *variable);

/* Copies values, one for each parameter of a variable, into a case. */
extern void variable_put_values(const Variable *variable, char *const *values,
								Case *one);

#endif /* PERFCHECK_CASES_VARIABLE_H */
