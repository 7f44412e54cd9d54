/*-------------------------------------------------------------------------
 *
 * derive.h
 *		The values that a query is judged with.
 *
 * Owns how the choices for each comparison of a query are put together: one
 * varies at a time while the others are typical.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_DERIVE_H
#define PERFCHECK_CASES_DERIVE_H

#include "cases/case.h"

/*
 * The cases of a query, derived and added, a List of Case: the typical one
 * first. NIL when a table that values are drawn from is empty and none was
 * added. A parameter for which nothing can be derived is an error, unless
 * cases were added to the query.
 */
extern List *derive_read(const ContractQuery *query,
						 const ContractStatement *statement);

/*
 * Whether the tables of a query hold no row: all of them, or (any) one of them.
 * False for a query without a table.
 */
extern bool derive_tables_are_empty(const ContractStatement *statement,
									bool any);

/* derive_read(), read-only; an error of the query is raised. */
extern List *derive_list(const ContractQuery *query);

/*
 * Checks a case to be added: as many values as the query has parameters, each
 * of its type. Errors: invalid_parameter_value, and those of the types.
 */
extern void derive_check_added(const ContractQuery *query,
							   const AddedCase *added);

#endif /* PERFCHECK_CASES_DERIVE_H */
