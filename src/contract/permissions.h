/*-------------------------------------------------------------------------
 *
 * permissions.h
 *		May the current user execute a statement?
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CONTRACT_PERMISSIONS_H
#define PERFCHECK_CONTRACT_PERMISSIONS_H

#include "contract/statement.h"

/*
 * Raises the error that the server would raise when it begins to execute the
 * statement: insufficient_privilege for a table, view or column that the current
 * user, or the owner of the view, may not read. To be called within the sandbox of
 * the statement, before values are looked up.
 */
extern void permissions_check(const ContractStatement *statement);

#endif /* PERFCHECK_CONTRACT_PERMISSIONS_H */
