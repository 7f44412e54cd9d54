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
 * current user: that a superuser reads a superuser's relation, and that no function
 * or operator of search_path is of somebody who may take neither the current user
 * nor the owner of what is read. Errors: insufficient_privilege.
 */
extern void built_in_check(const Query *written);

#endif /* PERFCHECK_CONTRACT_BUILT_IN_H */
