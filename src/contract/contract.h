/*-------------------------------------------------------------------------
 *
 * contract.h
 *		Reads the contract, and checks that a query of it is one SELECT.
 *
 * Owns the tables perfcheck_query and perfcheck_case, and the way from a
 * query's text to an analyzed tree.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CONTRACT_CONTRACT_H
#define PERFCHECK_CONTRACT_CONTRACT_H

#include "nodes/parsenodes.h"

typedef struct ContractQuery
{
	char *name;
	char *sql;
	char *path;     /* or NULL */
	char *expected; /* an index access method, or NULL */
	double avg_ms;
	double p95_ms;
	double p99_ms;
	int64 max_rows; /* 0: perfcheck.max_rows_examined */
	char *todo;     /* or NULL */
	Oid *types;
	int ntypes;
	char *search_path; /* or NULL: the caller's */
} ContractQuery;

/* A case that was added with perfcheck_add_case. */
typedef struct AddedCase
{
	char *label;
	int nargs;
	char **args; /* as text, one for each parameter; an element may be NULL */
	bool required;
} AddedCase;

/* A query, analyzed and rewritten; valid while its tables are locked. */
typedef struct ContractStatement
{
	const char *sql;
	Query *query;
	int nparams;
	Oid *param_types;
} ContractStatement;

/*
 * The enabled queries in order of their position in the table, or the one of
 * that name, enabled or not (undefined_object where there is none).
 */
extern List *contract_read(const char *name);

/* The cases added to a query with perfcheck_add_case: AddedCases. */
extern List *contract_read_cases(const char *query);

/*
 * Analyzes a query's text, under its search_path. Errors: those of the parser;
 * feature_not_supported for what is not one SELECT that writes nothing.
 */
extern ContractStatement *contract_analyze(const ContractQuery *query);

/* The hint of an error of a contract query, or the next step that fits it. */
extern const char *contract_error_hint(const ErrorData *error);

/* Raises the error again, saying which query cannot be what ("timed"). */
extern void contract_raise(const ContractQuery *query, const char *what,
						   const ErrorData *error) pg_attribute_noreturn();

extern void contract_add_query(const ContractQuery *query);
extern void contract_drop_query(const char *name);
extern void contract_add_case(const char *query, const AddedCase *added);

#endif /* PERFCHECK_CONTRACT_CONTRACT_H */
