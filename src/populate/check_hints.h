/*-------------------------------------------------------------------------
 *
 * check_hints.h
 *		What the CHECKs of a table say of the values of a column.
 *
 * A hint makes it likely that a value passes; whether it does is told by the CHECK
 * itself.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_CHECK_HINTS_H
#define PERFCHECK_POPULATE_CHECK_HINTS_H

#include "populate/column_statistics.h"
#include "populate/table_model.h"

typedef struct CheckHints
{
	const char *least; /* in text, or NULL */
	bool above;        /* the least itself is refused */
	const char *largest;
	List *values;          /* char *: one of these, or NIL */
	const char *pattern;   /* a regular expression that it matches, or NULL */
	const char *json_type; /* what jsonb_typeof() is to return, or NULL */
	int shortest;          /* in characters; 0: not told */
	int longest;
} CheckHints;

extern CheckHints check_hints_find(const TableModel *model, AttrNumber attnum);

/*
 * How many values a column has if its type or a CHECK lists them, or the CHECK tells
 * between which few numbers it is; else 0.
 */
extern int check_hints_count(const TableModel *model, AttrNumber attnum);

/*
 * Returns statistics that agree with the hints: those given, or others in their
 * place, such as where hashed words stand for values that a CHECK lists. NULL
 * stays NULL if there is nothing to say.
 */
extern const ColumnStatistics *
check_hints_apply(const CheckHints *hints, const ColumnStatistics *statistics,
				  bool nullable);

#endif /* PERFCHECK_POPULATE_CHECK_HINTS_H */
