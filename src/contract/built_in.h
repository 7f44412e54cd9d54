/*-------------------------------------------------------------------------
 *
 * built_in.h
 *		Which queries are built in, and with whose rights these may run.
 *
 * Nobody wrote them: they read what is called events in the session that judges,
 * which may be of anybody's making.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CONTRACT_BUILT_IN_H
#define PERFCHECK_CONTRACT_BUILT_IN_H

#include "nodes/parsenodes.h"

/*
 * Returns SQL for whether what a row of perfcheck_query runs is as the extension
 * brought it. query is the name that the row has in the statement.
 */
extern const char *built_in_sql(const char *query);

/* Returns what is called events here, or InvalidOid. Raises no error. */
extern Oid built_in_relation(void);

/*
 * Returns the owner of that, if the current user may SET ROLE to him; or InvalidOid,
 * where the queries run as the current user. Raises no error.
 */
extern Oid built_in_user(void);

/*
 * Checks what a built-in query, as its tree was written, is about to call as the
 * current user: that the owner of what it reads may run it as him, but where the user
 * is the caller, or is vouched for, and no superuser; and the owners of its functions
 * and operators, and of the types of its parameters. vouched is set if perfcheck.role
 * names the user. Errors: insufficient_privilege.
 */
extern void built_in_check(const Query *written, const Oid *param_types,
						   int nparams, bool vouched);

/*
 * Checks what views bring in, and tables that inherit, if the current user is a
 * superuser. Errors: insufficient_privilege.
 */
extern void built_in_check_rewritten(const Query *rewritten);

#endif /* PERFCHECK_CONTRACT_BUILT_IN_H */
