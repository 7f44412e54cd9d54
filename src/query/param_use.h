/*-------------------------------------------------------------------------
 *
 * param_use.h
 *		What one parameter of a query is compared with.
 *
 * Owns the struct that param_uses.h fills in, and the look-up of values reads.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_QUERY_PARAM_USE_H
#define PERFCHECK_QUERY_PARAM_USE_H

#include "access/attnum.h"
#include "access/stratnum.h"
#include "nodes/parsenodes.h"

#include "base/compat.h"
#include "query/like_pattern.h"
#include "query/search.h"

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
	USE_PATTERN,   /* column LIKE $n, column ILIKE '%' || $n || '%', ~ $n */
	USE_CURSOR,    /* part of (c1, c2) > ($n, $m), or of its OR form */
	USE_LIMIT,     /* LIMIT $n */
	USE_OFFSET,    /* OFFSET $n */
	USE_SEARCH,    /* part of column @> $n, column @@ to_tsquery($n), ... */
	USE_WIDTH,     /* column >= $m - $n: the width of a range */
	USE_SWITCH,    /* $n = 'constant', CASE $n WHEN ..., $n OR ... */
	USE_FREE,      /* in no comparison: any value */
} UseKind;

typedef struct ParamUse
{
	UseKind kind;
	Oid relid;
	const RangeTblEntry *rte; /* that the table is read through */
	AttrNumber attnum;        /* 0: an expression over columns of the table */
	Node *expr;               /* the column or expression; see Origin */
	/*
	 * Instead of a table, the query that computes what is compared; relid is
	 * InvalidOid then. See result_source.h.
	 */
	Query *source;
	Oid opno;  /* of the comparison with source ... */
	bool left; /* ... which stands on its left */
	/*
	 * The comparisons that the parameter is part of, as an implicit AND over
	 * the one table; NIL if they are about another table, too.
	 */
	List *conditions;
	/*
	 * USE_EQUAL: a ParamUse for each further comparison by = that the parameter
	 * alone is part of, of which kind, relid, attnum and expr are set.
	 */
	List *others;
	bool negated;  /* NOT LIKE, <> ALL */
	bool optional; /* NULL is no filter: $n IS NULL OR ..., COALESCE($n, ...) */
	bool takes_null; /* NULL is a value: IS NOT DISTINCT FROM $n,
						* LIKE concat($n, '%') */
	bool computed;   /* not $n itself is compared, but $n + 1 and the like */
	/*
	 * What is compared, if that is more than $n and its casts: now() - $n. The
	 * other parameters in it are part of the same variable, or of kind
	 * USE_WIDTH.
	 */
	Node *operand;
	char *off; /* $n = '' OR ...: the value that is no filter; or NULL */

	/* USE_PATTERN: see LikePattern */
	PatternSyntax syntax;
	bool wrapped;
	bool anchored;
	bool at_end;
	bool in_array; /* LIKE ANY ($n) */

	/* USE_CURSOR; group and position also USE_LIST and USE_SEARCH */
	int group;       /* which cursor or list, from 1 */
	int position;    /* which of its columns or values, from 0 */
	bool descending; /* (c1, c2) < ($n, $m) */
	bool or_form;

	/* USE_SEARCH, and USE_ANY of more than $n and its casts */
	const Search *search;

	/* USE_SWITCH: texts; USE_FREE: one. A NULL is a null. */
	List *values;
} ParamUse;

static inline UseKind
param_use_of_strategy(int strategy)
{
	switch (strategy)
	{
		case BTEqualStrategyNumber:
			return USE_EQUAL;
		case BTGreaterEqualStrategyNumber:
		case BTGreaterStrategyNumber:
			return USE_LOWER;
		case BTLessEqualStrategyNumber:
		case BTLessStrategyNumber:
			return USE_UPPER;
		case COMPAT_STRATEGY_NE:
			return USE_DIFFERENT;
		default:
			return USE_NONE;
	}
}

#endif /* PERFCHECK_QUERY_PARAM_USE_H */
