/*-------------------------------------------------------------------------
 *
 * row_security.h
 *		Tells of policies that the user who judges is not subject to.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_ROW_SECURITY_H
#define PERFCHECK_ADVICE_ROW_SECURITY_H

#include "nodes/parsenodes.h"

/* Tables whose policies were passed by, and why. */
typedef struct RowSecurityBypass
{
	Oid user;
	const char *reason; /* "is a superuser" */
	List *names;        /* char *, of tables, each once */
} RowSecurityBypass;

/*
 * Adds the tables with row security that a query, analyzed and rewritten, reads
 * as the current user, if that user is not subject to it. bypasses is a List of
 * RowSecurityBypass, one for each user, which is returned. What a view reads as
 * its owner is left out: it is the same for every user. Raises no error.
 */
extern List *row_security_add_bypass(List *bypasses, Query *query);

/* Returns the note that tells of a bypass, one line. Raises no error. */
extern char *row_security_note(const RowSecurityBypass *bypass);

#endif /* PERFCHECK_ADVICE_ROW_SECURITY_H */
