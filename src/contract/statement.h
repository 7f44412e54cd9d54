/*-------------------------------------------------------------------------
 *
 * statement.h
 *		From a query's text to an analyzed tree, in a sandbox.
 *
 * Owns what a query of the contract may be, and the one way to open it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CONTRACT_STATEMENT_H
#define PERFCHECK_CONTRACT_STATEMENT_H

#include "nodes/parsenodes.h"

#include "base/compat.h"
#include "contract/contract_query.h"

/* A query, analyzed and rewritten. It is valid while its tables are locked. */
typedef struct ContractStatement
{
	const char *sql;
	Query *query;
	int nparams;
	Oid *param_types;
	bool built_in; /* whoever reads it again checks what it calls, too */
	bool vouched;  /* with it: whom it runs as was named */
} ContractStatement;

typedef void (*StatementFunction)(const ContractStatement *statement,
								  void *arg);

/*
 * Opens a query of the contract: does what contract_enter() does, analyzes the
 * query, and calls function(statement, arg), all within sandbox_run() and its
 * timeout_ms.
 *
 * Returns NULL, or the error of the query. Errors: those that sandbox_run()
 * raises again, with the query's name as context.
 */
extern ErrorData *contract_open(const ContractQuery *query,
								StatementFunction function, void *arg,
								int timeout_ms);

/*
 * Takes the role, the settings and the search_path of a query until the sandbox
 * ends that is open. The role is that of the query, or else perfcheck.role.
 * Errors: undefined_object for a role that does not exist,
 * insufficient_privilege for one that the current user may not SET ROLE to, and
 * those of query_settings_enter() and of SET search_path.
 */
extern void contract_enter(const ContractQuery *query);

/*
 * Analyzes a query's text after contract_enter(), and returns the statement.
 * Errors: those of the parser; feature_not_supported for text that is not one
 * SELECT, or one that writes; undefined_object if the type of a parameter was
 * dropped.
 */
extern ContractStatement *contract_analyze(const ContractQuery *query);

/*
 * Returns the statement of another text with the same parameters, analyzed and
 * rewritten, within the sandbox of a statement. Errors: as above.
 */
extern ContractStatement *
contract_analyze_text(const ContractStatement *statement, const char *sql);

/*
 * Returns what the grammar makes of a statement's text, for nodes of it to be
 * changed, and the statement of what was changed so: its text stays the old one.
 * Errors: as above.
 */
extern RawStmt *contract_parse_again(const ContractStatement *statement);
extern ContractStatement *
contract_analyze_parsed(const ContractStatement *statement, RawStmt *raw);

/*
 * Returns the tree of a statement as it was before the rewriter took views and
 * policies into it, for a text to be made of it. Errors: those of the parser.
 */
extern Query *contract_tree_as_written(const ContractStatement *statement);

/*
 * Returns the hint of an error of a contract query, or else one that fits the
 * error; NULL if there is neither. Raises no error.
 */
extern const char *contract_error_hint(const ErrorData *error);

/* Returns the message of a query's error, followed by its hint. */
extern char *contract_error_text(const ErrorData *error);

/*
 * Raises the error with its SQLSTATE and the message that the query cannot be
 * what, such as "timed". Does not return.
 */
compat_noreturn extern void contract_raise(const ContractQuery *query,
										   const char *what,
										   const ErrorData *error);

#endif /* PERFCHECK_CONTRACT_STATEMENT_H */
