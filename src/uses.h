/*-------------------------------------------------------------------------
 *
 * uses.h
 *		What each parameter of a query is compared with.
 *
 * Owns the reading of a query's tree: for each $n the column of a table, the
 * kind of comparison, and which parameters make up one cursor.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_USES_H
#define PERFCHECK_USES_H

#include "access/attnum.h"
#include "nodes/parsenodes.h"

typedef enum UseKind
{
	USE_NONE,
	USE_EQUAL,   /* column = $n */
	USE_LOWER,   /* column > $n, column >= $n */
	USE_UPPER,   /* column < $n, column <= $n */
	USE_PATTERN, /* column LIKE $n, column ILIKE '%' || $n || '%' */
	USE_CURSOR,  /* part of (c1, c2) > ($n, $m), or of its OR form */
	USE_LIMIT,   /* LIMIT $n */
	USE_OFFSET,  /* OFFSET $n */
} UseKind;

typedef struct ParamUse
{
	UseKind kind;
	Oid relid;
	AttrNumber attnum;

	/* USE_PATTERN */
	bool ignore_case; /* ILIKE */
	bool wrapped;     /* the SQL itself puts the wildcards around $n */
	bool anchored;    /* no wildcard before $n, as in LIKE $n || '%' */

	/* USE_CURSOR */
	int cursor;      /* which cursor, from 1 */
	int position;    /* which of its columns, from 0 */
	bool descending; /* (c1, c2) < ($n, $m) */
	bool or_form;
} ParamUse;

/*
 * One element for each parameter, $1 first. Where one is compared more than
 * once, a cursor counts before all else, then the first comparison.
 */
extern ParamUse *uses_find(Query *query, int nparams);

#endif /* PERFCHECK_USES_H */
