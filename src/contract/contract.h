/*-------------------------------------------------------------------------
 *
 * contract.h
 *		Reads and changes the queries of the contract.
 *
 * Owns the table perfcheck_query; contract_cases.h owns what belongs to a query.
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

/*
 * Returns the queries of the team's own, enabled or not, by name: all but the
 * built-in ones that nobody changed or added to. Raises no error.
 */
extern List *contract_read_own(void);

/*
 * Returns the names (char *) of the built-in queries that the contract does not hold
 * any more. Raises no error.
 */
extern List *contract_read_dropped(void);

/* Takes an unchanged built-in query out of the contract, if it is there. No errors. */
extern void contract_drop_built_in(const char *name);

/* Returns how many queries contract_read(NULL) leaves out. Raises no error. */
extern int contract_left_out(void);

/*
 * Adds a query. If its search_path is empty, the schemas are kept with it of the
 * caller's search_path that the query's role may use. If replace is set, a query of
 * that name gives way, with its cases and values. A query that is not enabled is not
 * analyzed. Errors: those of contract_enter() and contract_analyze();
 * duplicate_object if there is one of that name; invalid_parameter_value for an
 * empty name, role, owner or source, a target or max_rows that is not positive, a
 * todo_cause or todo_until without todo, and a path that does not start with a
 * slash, or with POST and a slash, or uses a parameter that the query does not have; undefined_object for an
 * expected access method that does not exist.
 */
extern void contract_add_query(const ContractQuery *query, bool replace);

/*
 * Checks the path of a query that has so many parameters; a query without one is
 * right. Whoever may write the table can put any path there. Errors:
 * invalid_parameter_value.
 */
extern void contract_check_path(const ContractQuery *query, int nparams);

/*
 * Sets why a fault of a query is accepted, the cause that is, and the day until
 * which; NULL for any, or for none if todo is NULL too. Errors: undefined_object if
 * there is no query of that name, and those of UPDATE.
 */
extern void contract_set_todo(const char *name, const char *todo,
							  const char *cause, const char *until);

/*
 * Drops a query, its cases and the values set for it. Errors: undefined_object if there is none of that
 * name.
 */
extern void contract_drop_query(const char *name);

/*
 * Makes the contract what it is after CREATE EXTENSION: the built-in queries alone.
 * Errors: insufficient_privilege.
 */
extern void contract_reset(void);

#endif /* PERFCHECK_CONTRACT_CONTRACT_H */
