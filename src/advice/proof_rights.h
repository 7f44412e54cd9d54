/*-------------------------------------------------------------------------
 *
 * proof_rights.h
 *		May the expressions of a statement run with the rights of a table's owner?
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_PROOF_RIGHTS_H
#define PERFCHECK_ADVICE_PROOF_RIGHTS_H

#include "nodes/parsenodes.h"

/*
 * Checks a CREATE INDEX or CREATE STATISTICS of a table: the server calls the
 * functions of their expressions as the owner of the table. Errors:
 * insufficient_privilege for a function of somebody else's, unless whoever wrote the
 * query has the owner's rights.
 */
extern void proof_rights_check_index(const IndexStmt *analyzed, Oid relid);
extern void proof_rights_check_statistics(CreateStatsStmt *statement,
										  const char *sql);

#endif /* PERFCHECK_ADVICE_PROOF_RIGHTS_H */
