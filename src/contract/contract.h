/*-------------------------------------------------------------------------
 *
 * contract.h
 *		Reads and changes the contract.
 *
 * Owns the tables perfcheck_query and perfcheck_case.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CONTRACT_CONTRACT_H
#define PERFCHECK_CONTRACT_CONTRACT_H

#include "nodes/pg_list.h"

#include "contract/contract_query.h"

/*
 * Returns the enabled queries as ContractQueries, the built-in ones first and
 * then by name; or the one of that name, enabled or not. Errors:
 * undefined_object where there is none of that name.
 */
extern List *contract_read(const char *name);

/* Returns the cases added to a query, by label: AddedCases. */
extern List *contract_read_cases(const char *query);

/*
 * Adds a query, with the schemas of the caller's search_path. Errors: those of
 * contract_analyze(); duplicate_object; invalid_parameter_value for an empty
 * name, a target or max_rows that is not positive, and a path that does not
 * begin with a slash or names a parameter that the query lacks;
 * undefined_object for an expected access method that does not exist.
 */
extern void contract_add_query(const ContractQuery *query);

/* Drops a query and its cases. Errors: undefined_object. */
extern void contract_drop_query(const char *name);

/*
 * Adds a case to a query that exists; whether the values fit it is for the
 * caller to check. Errors: duplicate_object.
 */
extern void contract_add_case(const char *query, const AddedCase *added);

#endif /* PERFCHECK_CONTRACT_CONTRACT_H */
