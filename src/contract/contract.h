/*-------------------------------------------------------------------------
 *
 * contract.h
 *		Reads and changes the contract.
 *
 * Owns the tables perfcheck_query, perfcheck_case and perfcheck_values.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CONTRACT_CONTRACT_H
#define PERFCHECK_CONTRACT_CONTRACT_H

#include "nodes/pg_list.h"

#include "contract/contract_query.h"

/*
 * Returns the enabled queries as ContractQueries, the built-in ones first, then
 * by name; or, if name is not NULL, the one of that name, enabled or not. The
 * built-in queries are left out where the search_path has no table events. Errors:
 * undefined_object if there is none of that name.
 */
extern List *contract_read(const char *name);

/* Returns how many queries contract_read(NULL) leaves out. Raises no error. */
extern int contract_left_out(void);

/* Returns the AddedCases of a query, by label. Raises no error of its own. */
extern List *contract_read_cases(const char *query);

/*
 * Adds a query, with the schemas of the caller's search_path that the query's
 * role may use. Errors: those of contract_enter() and contract_analyze();
 * duplicate_object if there is one of that name;
 * invalid_parameter_value for an empty name, a target or max_rows that is not
 * positive, and a path that does not start with a slash or uses a parameter that
 * the query does not have; undefined_object for an expected access method that
 * does not exist.
 */
extern void contract_add_query(const ContractQuery *query);

/*
 * Sets why a fault of a query is accepted, and the cause that is; NULL for any, or
 * for none if todo is NULL too. Errors: undefined_object if there is no query of
 * that name, and those of UPDATE.
 */
extern void contract_set_todo(const char *name, const char *todo,
							  const char *cause);

/*
 * Drops a query, its cases and the values set for it. Errors: undefined_object if there is none of that
 * name.
 */
extern void contract_drop_query(const char *name);

/*
 * Adds a case to a query that exists. The caller has checked its values with
 * derive_check_added(). Errors: duplicate_object if there is one of that label.
 */
extern void contract_add_case(const char *query, const AddedCase *added);

/*
 * Returns the ParamValues of a query, by the number of the parameter. Raises no
 * error of its own.
 */
extern List *contract_read_values(const char *query);

/*
 * Sets the values of one parameter of a query that exists, or removes them if
 * there are none. The caller has checked them with derive_check_values().
 */
extern void contract_set_values(const char *query, const ParamValues *values);

#endif /* PERFCHECK_CONTRACT_CONTRACT_H */
