/*-------------------------------------------------------------------------
 *
 * export_psql.h
 *		The contract as a script for psql.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_EXCHANGE_EXPORT_PSQL_H
#define PERFCHECK_EXCHANGE_EXPORT_PSQL_H

/*
 * Returns the text of a script that makes the contract of any database this one, in
 * one transaction. With the variable prune set to yes it drops what it does not hold.
 * Errors: insufficient_privilege.
 */
extern char *export_psql(void);

#endif /* PERFCHECK_EXCHANGE_EXPORT_PSQL_H */
