/*-------------------------------------------------------------------------
 *
 * statement.h
 *		From a query's text to an analyzed tree, in a sandbox.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CONTRACT_STATEMENT_H
#define PERFCHECK_CONTRACT_STATEMENT_H

#include "nodes/parsenodes.h"

#include "base/compat.h"
#include "contract/contract_query.h"

/* A query, analyzed and rewritten; valid while its tables are locked. */
typedef struct ContractStatement
{
	const char *sql;
	Query *query;
	int nparams;
	Oid *param_types;
} ContractStatement;

typedef void (*StatementFunction)(const ContractStatement *statement,
								  void *arg);

/*
 * Opens a query of the contract: analyzes it, sets its search_path, and calls
 * function(statement, arg), all within sandbox_run(). timeout_ms 0 is no limit.
 *
 * Returns NULL, or the error of the query. Errors that are not the query's own
 * are raised, with the query's name as context.
 */
extern ErrorData *contract_open(const ContractQuery *query,
								StatementFunction function, void *arg,
								int timeout_ms);

/*
 * Analyzes a query's text, under its search_path. Errors: those of the parser;
 * feature_not_supported for what is not one SELECT that writes nothing;
 * undefined_object where the type of a parameter was dropped.
 */
extern ContractStatement *contract_analyze(const ContractQuery *query);

/*
 * Returns the hint of an error of a contract query, or the next step that fits
 * it; NULL where there is neither.
 */
extern const char *contract_error_hint(const ErrorData *error);

/*
 * Raises the error again with its SQLSTATE, saying which query cannot be what
 * ("timed").
 */
compat_noreturn extern void contract_raise(const ContractQuery *query,
										   const char *what,
										   const ErrorData *error);

#endif /* PERFCHECK_CONTRACT_STATEMENT_H */
