/*-------------------------------------------------------------------------
 *
 * param_uses.h
 *		What each parameter of a query is compared with.
 *
 * Reads a query's tree by parameter: for each $n the column or expression of a
 * table that its values can be looked up at, the kind of comparison, and which
 * parameters belong together.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_QUERY_PARAM_USES_H
#define PERFCHECK_QUERY_PARAM_USES_H

#include "access/attnum.h"
#include "nodes/parsenodes.h"

typedef enum UseKind
{
	USE_NONE,
	USE_EQUAL,     /* column = $n */
	USE_DIFFERENT, /* column <> $n */
	USE_LIST,      /* part of column IN ($n, $m) */
	USE_ANY,       /* column = ANY ($n) */
	USE_LOWER,     /* column > $n, column >= $n */
	USE_UPPER,     /* column < $n, column <= $n */
	USE_WINDOW,    /* column >= $n AND column < $n + constant */
	USE_PATTERN,   /* column LIKE $n, column ILIKE '%' || $n || '%' */
	USE_CURSOR,    /* part of (c1, c2) > ($n, $m), or of its OR form */
	USE_LIMIT,     /* LIMIT $n */
	USE_OFFSET,    /* OFFSET $n */
} UseKind;

typedef struct ParamUse
{
	UseKind kind;
	Oid relid;
	const RangeTblEntry *rte; /* that the table is read through */
	AttrNumber attnum;        /* 0: an expression over columns of the table */
	Node *expr;               /* the column or expression; see Origin */
	/*
	 * The comparisons that the parameter is part of, as an implicit AND over
	 * the one table; NIL if they are about another table, too.
	 */
	List *conditions;
	bool negated;  /* NOT LIKE, <> ALL */
	bool optional; /* NULL is no filter: $n IS NULL OR ..., COALESCE($n, ...) */
	bool takes_null; /* NULL is a value: IS NOT DISTINCT FROM $n,
						* LIKE concat($n, '%') */
	bool computed;   /* not $n itself is compared, but $n + 1 and the like */
	char *off;       /* $n = '' OR ...: the value that is no filter; or NULL */

	/* USE_PATTERN */
	bool ignore_case; /* ILIKE */
	bool wrapped;     /* the SQL itself puts the wildcards around $n */
	bool anchored;    /* no wildcard before $n, as in LIKE $n || '%' */
	bool at_end;      /* no wildcard behind $n, as in LIKE '%' || $n */

	/* USE_CURSOR; group and position also USE_LIST */
	int group;       /* which cursor or list, from 1 */
	int position;    /* which of its columns or values, from 0 */
	bool descending; /* (c1, c2) < ($n, $m) */
	bool or_form;
} ParamUse;

/*
 * Returns one element for each of the parameters, $1 first; USE_NONE if nothing
 * is known of one. If a parameter is compared more than once, a cursor counts
 * before all else, then the first comparison. query is analyzed and rewritten.
 */
extern ParamUse *param_uses_find(Query *query, int nparams);

#endif /* PERFCHECK_QUERY_PARAM_USES_H */
