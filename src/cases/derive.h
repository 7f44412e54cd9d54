/*-------------------------------------------------------------------------
 *
 * derive.h
 *		Derives the cases of a query from the rows of its tables.
 *
 * Owns which choices there are for each kind of comparison.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_DERIVE_H
#define PERFCHECK_CASES_DERIVE_H

#include "cases/case.h"
#include "contract/statement.h"

/*
 * Returns the derived cases of a query, the typical one first, and then the
 * cases that were added to it: a List of Case, which end with those of other
 * settings. It is NIL if no case was added and all tables are empty, or no row has
 * a value for a parameter. To be called under the search_path of the query.
 *
 * Errors: those of permissions_check(); invalid_parameter_value for an added case with another number of
 * values than the query has parameters; object_not_in_prerequisite_state for a
 * table that has rows but was never analyzed; those of settings_cases_derive().
 * If no cases were added, also the errors of variable_read(), any that an
 * expression of the query raises on a row, and no_data_found where row security
 * hides the rows.
 */
extern List *derive_read(const ContractQuery *query,
						 const ContractStatement *statement);

/*
 * Returns the OIDs of the tables of a query that hold no rows. Foreign tables, and
 * those that the current user may not read, are taken to hold some. Errors: those
 * of reading a table.
 */
extern List *derive_empty_tables(const ContractStatement *statement);

/*
 * Returns why derive_read() returned no case: "no rows in note", say. Errors: as
 * above.
 */
extern char *derive_why_none(const ContractStatement *statement);

/*
 * Analyzes a query and returns what derive_read() does, in a read-only sandbox
 * of its own. Stores an error that is the query's: one of contract_analyze() or
 * of derive_read(). Errors: those that sandbox_run() raises again.
 */
extern List *derive_list(const ContractQuery *query, ErrorData **error);

/*
 * Checks a case before it is added; of a query that is not enabled, which is not
 * analyzed, the label alone. Errors: invalid_parameter_value if it has no label, or
 * another number of values than the query has parameters, those of the types'
 * input functions, and those of contract_analyze().
 */
extern void derive_check_added(const ContractQuery *query,
							   const AddedCase *added);

/*
 * Checks values before they are set for a parameter of a query that is enabled.
 * Errors:
 * invalid_parameter_value if the query does not have it, or if there are values
 * but none of them (an array, but no element); those of its type's input function,
 * and those of contract_analyze().
 */
extern void derive_check_values(const ContractQuery *query,
								const ParamValues *values);

#endif /* PERFCHECK_CASES_DERIVE_H */
