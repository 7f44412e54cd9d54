/*-------------------------------------------------------------------------
 *
 * query_name.h
 *		The name that a query gets from its tables, conditions and order.
 *
 * A name depends on the analyzed statement and on its tables alone, so that it is
 * the same from run to run; nor does it depend on the order of conditions.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_QUERY_NAME_H
#define PERFCHECK_RECORD_QUERY_NAME_H

#include "contract/statement.h"

/*
 * How much a name tells: what is usual, then the joined tables, then how each
 * column is compared and ordered, then the columns that are returned.
 */
#define QUERY_NAME_LEVELS 4

/*
 * Returns a name such as entries_by_user_status_latest, which may be longer than a
 * name is. columns are those that each parameter is compared with, or NULL. To be called in the statement's sandbox. Errors: those of
 * table_conditions_read().
 */
extern char *query_name_make(const ContractStatement *statement,
							 const char *const *columns, int level);

#endif /* PERFCHECK_RECORD_QUERY_NAME_H */
