/*-------------------------------------------------------------------------
 *
 * paging.h
 *		Chooses places to page from: cursors, LIMIT and OFFSET.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_PAGING_H
#define PERFCHECK_CASES_PAGING_H

#include "cases/choices.h"

/*
 * Adds the middle, second, and last page of a cursor, each the values of one
 * row; none if no row has a value in each of its columns. To be called as the
 * functions of choices.h are.
 */
extern void paging_add_cursor(ValueList *list);

/*
 * Adds the values of LIMIT $n, or of OFFSET $n in a query with this many rows
 * to page through. Reads no table.
 */
extern void paging_add_number(ValueList *list, double rows);

/* Returns the value of LIMIT $n, or of OFFSET $n, that asks for the first page. */
extern char *paging_usual(const ParamUse *use);

#endif /* PERFCHECK_CASES_PAGING_H */
