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
