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

/*
 * The enabled queries in order of their position in the table, or the one of
 * that name, enabled or not (undefined_object where there is none).
 */
extern List *contract_read(const char *name);

/* The cases added to a query with perfcheck_add_case: AddedCases. */
extern List *contract_read_cases(const char *query);

extern void contract_add_query(const ContractQuery *query);
extern void contract_drop_query(const char *name);
extern void contract_add_case(const char *query, const AddedCase *added);

#endif /* PERFCHECK_CONTRACT_CONTRACT_H */
