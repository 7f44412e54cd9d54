/*-------------------------------------------------------------------------
 *
 * contract_cases.h
 *		Reads and changes the added cases and the set values.
 *
 * Owns the tables perfcheck_case and perfcheck_values.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CONTRACT_CONTRACT_CASES_H
#define PERFCHECK_CONTRACT_CONTRACT_CASES_H

#include "nodes/pg_list.h"

#include "contract/contract_query.h"

/*
 * Returns the AddedCases of a query, by label. Errors: those of
 * writers_check_again().
 */
extern List *contract_read_cases(const ContractQuery *query);

/*
 * Adds a case to a query that exists. The caller has checked its values with
 * derive_check_added(). Errors: duplicate_object if there is one of that label.
 */
extern void contract_add_case(const char *query, const AddedCase *added);

/*
 * Returns the ParamValues of a query, by the number of the parameter. Errors: those
 * of writers_check_again().
 */
extern List *contract_read_values(const ContractQuery *query);

/*
 * Sets the values of one parameter of a query that exists, or removes them if
 * there are none. The caller has checked them with derive_check_values().
 */
extern void contract_set_values(const char *query, const ParamValues *values);

#endif /* PERFCHECK_CONTRACT_CONTRACT_CASES_H */
