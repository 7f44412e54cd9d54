/*-------------------------------------------------------------------------
 *
 * writers.h
 *		Who wrote a query of the contract, and whom it may run as for that.
 *
 * Owns the table perfcheck_writer.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CONTRACT_WRITERS_H
#define PERFCHECK_CONTRACT_WRITERS_H

#include "contract/contract_query.h"

/*
 * Takes a query to be what a role sent, which need not exist any more: then nobody may
 * run it. Without a role, NULL, the caller answers for it. Raises no error.
 */
extern void writers_set_sender(ContractQuery *query, const char *role);

/*
 * Returns whom a query may run as that names no role: the current user, if all who
 * wrote it may take that role; else one of these, whom the others and the current
 * user may take; else InvalidOid. Raises no error.
 */
extern Oid writers_user(const ContractQuery *query);

/* Returns whether all who wrote a query may take a role. Raises no error. */
extern bool writers_may_take(const ContractQuery *query, Oid role);

/*
 * Checks that all who wrote a query may take a role. Errors:
 * insufficient_privilege.
 */
extern void writers_check(const ContractQuery *query, Oid role);

/*
 * Checks that nobody wrote to a query since it was read. Errors:
 * object_not_in_prerequisite_state.
 */
extern void writers_check_again(const ContractQuery *query, const Oid *writers,
								int nwriters);

/* Returns SQL for the oid[] of those who wrote the query that an expression names. */
extern const char *writers_sql(const char *name);

/*
 * Notes that a role wrote to a query. whole is set if it was the query itself, which
 * counts as nobody's if it is a built-in one. Raises no error.
 */
extern void writers_note(const char *query, Oid role, bool whole);

#endif /* PERFCHECK_CONTRACT_WRITERS_H */
