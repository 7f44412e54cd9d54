/*-------------------------------------------------------------------------
 *
 * paging.h
 *		Places to page from: cursors, LIMIT and OFFSET.
 *
 * To be called as the functions of values.h are.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_PAGING_H
#define PERFCHECK_CASES_PAGING_H

#include "cases/choices.h"

/* One value a column of the cursor, all of one row. */
extern void paging_add_cursor(ValueList *list);

/*
 * Adds the values of LIMIT $n, or of OFFSET $n in a query that has so many rows
 * to page through.
 */
extern void paging_add_number(ValueList *list, double rows);

#endif /* PERFCHECK_CASES_PAGING_H */
