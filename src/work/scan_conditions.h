/*-------------------------------------------------------------------------
 *
 * scan_conditions.h
 *		What the conditions of a scan leave of the rows, then and today.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_SCAN_CONDITIONS_H
#define PERFCHECK_WORK_SCAN_CONDITIONS_H

#include "nodes/execnodes.h"

#include "work/watch.h"

/* A value that has more rows than this many average ones grows. */
#define SCAN_CONDITIONS_FREQUENT 10.0

/* The scan that conditions belong to. */
typedef struct ScanPlace
{
	PlanState *node;
	const Bitmapset *varying; /* parameters with another value in each loop */
	WatchedNode *watched;     /* that has the loops of the scan */
	Oid relation;             /* InvalidOid for a CTE */
	Oid index;    /* whose columns the conditions number; or InvalidOid */
	double rows;  /* of the table today */
	double table; /* its exponent */
	double rows_of_heap; /* that the scan above a bitmap index scan returned */
	double left;         /* rows that the conditions leave today, a loop */
} ScanPlace;

/* A column that a condition compares, of a table or of an index. */
typedef struct ScanColumn
{
	Oid relid; /* that has its statistics */
	AttrNumber attnum;
	AttrNumber table_attnum; /* 0 for an expression of an index */
	int key;                 /* its place in the index, from 1 */
	double distinct;         /* exponent of its values */
	/* The same and the excess of the most common value, as in ScanNarrowed. */
	double most;
	double excess;
	double values; /* their number today; 0 if it is not known */
} ScanColumn;

/* What conditions that are all true leave of the rows. */
typedef struct ScanNarrowed
{
	double constant; /* exponents taken off by conditions with one value */
	double varying;  /* by those with another value in each loop */
	/*
	 * What is taken off, in place of constant, where they look for the most
	 * common values, whose rows are so many times the average ones, as a
	 * logarithm; 0 if that is not known.
	 */
	double most;
	double excess;
	double ranges;    /* of constant, what ranges with two ends take off */
	double share;     /* part of today's rows, for average values */
	double lookups;   /* values that the arrays of = ANY look up together */
	Bitmapset *above; /* columns of the table that have a lower end, */
	Bitmapset *below; /* and an upper one */
	/* Columns with the clock as the lower end, and nothing that is to come. */
	Bitmapset *until_now;
	/* Exponent of a column's values that a loop goes on behind another one. */
	double beyond;
} ScanNarrowed;

/* How a condition compares a column with a value. */
typedef enum ScanComparison
{
	SCAN_OTHER,
	SCAN_EQUAL,
	SCAN_ABOVE,
	SCAN_BELOW
} ScanComparison;

/* Takes in conditions that are all true. Errors: those of plan/growth.h. */
extern void scan_conditions_narrow(const ScanPlace *place, List *conditions,
								   ScanNarrowed *narrowed);

/*
 * Returns how a condition compares a column with a value, and sets both; else
 * SCAN_OTHER. Errors: those of plan/growth.h.
 */
extern ScanComparison scan_conditions_compared(const ScanPlace *place,
											   Node *condition,
											   ScanColumn *column,
											   Node **value);

/* Returns whether the rows of a table lie in the order of a column. */
extern bool scan_conditions_in_order(const ScanColumn *column);

#endif /* PERFCHECK_WORK_SCAN_CONDITIONS_H */
