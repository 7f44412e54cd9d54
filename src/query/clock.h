/*-------------------------------------------------------------------------
 *
 * clock.h
 *		Finds what a query compares with the time of day.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_QUERY_CLOCK_H
#define PERFCHECK_QUERY_CLOCK_H

#include "access/attnum.h"
#include "nodes/parsenodes.h"

/* A column of a table. */
typedef struct ClockColumn
{
	Oid relid;
	AttrNumber attnum;
} ClockColumn;

/*
 * Returns whether an expression is made of now(), CURRENT_DATE or the like, and
 * of no column: now() - interval '7 days'.
 */
extern bool clock_is_read(Node *node);

/*
 * Returns the columns (ClockColumn *) that an analyzed query compares with such
 * an expression, anywhere in it, by themselves or in an expression of their own.
 */
extern List *clock_columns(const Query *query);

#endif /* PERFCHECK_QUERY_CLOCK_H */
