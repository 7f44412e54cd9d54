/*-------------------------------------------------------------------------
 *
 * row_values.h
 *		The values that a statement returns today, as text.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RUN_ROW_VALUES_H
#define PERFCHECK_RUN_ROW_VALUES_H

#include "nodes/pg_list.h"

#include "contract/contract_query.h"

/* A row: its columns as text, each of which may be NULL. */
typedef struct RowValues
{
	int ncolumns;
	char **columns;
} RowValues;

/*
 * Executes a query, read-only and under its role, with the values in args, which
 * are text and may be NULL. Returns its rows as RowValues, the first most of them;
 * NIL for a query that fails or has other parameters. Errors: those that
 * sandbox_run() raises again.
 */
extern List *row_values_read(const ContractQuery *query, char **args, int nargs,
							 int most);

#endif /* PERFCHECK_RUN_ROW_VALUES_H */
