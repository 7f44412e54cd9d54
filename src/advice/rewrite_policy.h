/*-------------------------------------------------------------------------
 *
 * rewrite_policy.h
 *		Functions that a policy calls for each row, called once.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_REWRITE_POLICY_H
#define PERFCHECK_ADVICE_REWRITE_POLICY_H

#include "advice/candidate.h"
#include "contract/statement.h"

/*
 * Returns a Candidate for each table whose policies call functions that take no
 * column: ALTER POLICY with (SELECT f()) instead of f(), and the statement's tree
 * with the same change. NIL if there are none. Errors: those of opening a table.
 */
extern List *rewrite_policy_candidates(const ContractStatement *statement);

#endif /* PERFCHECK_ADVICE_REWRITE_POLICY_H */
