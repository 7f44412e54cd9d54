/*-------------------------------------------------------------------------
 *
 * export_sql.h
 *		The contract as a file of queries, each below comments that tell of it.
 *
 * The form of the file is that of query_file.h.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_EXCHANGE_EXPORT_SQL_H
#define PERFCHECK_EXCHANGE_EXPORT_SQL_H

#include "exchange/query_file.h"

/* The keys that a file may have; NULL ends them. */
extern const char *const export_sql_keys[];

/*
 * Returns the text of the file. What it would not be read back as is written in
 * quotes. Where a query was written down is left out: that is the file itself.
 * Errors: insufficient_privilege.
 */
extern char *export_sql(void);

#endif /* PERFCHECK_EXCHANGE_EXPORT_SQL_H */
