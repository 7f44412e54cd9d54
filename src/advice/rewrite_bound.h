/*-------------------------------------------------------------------------
 *
 * rewrite_bound.h
 *		The value that a column is compared with, as SQL.
 *
 * Owns how a value is written where an operation of the column has been moved to
 * it. Nothing here raises an error but the catalogs'.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_REWRITE_BOUND_H
#define PERFCHECK_ADVICE_REWRITE_BOUND_H

#include "nodes/primnodes.h"

typedef struct Bound
{
	char *text; /* can be followed by a cast */
	Oid type;
	bool bare; /* a parameter or a string, whose type the text does not say */
	int param; /* the number of its parameter, if it has just one; or 0 */
} Bound;

/* Returns an expression without columns, less its implicit casts. */
extern Bound rewrite_bound_of(Node *value);

/* Returns a bound of a text that can be followed by a cast. */
extern Bound rewrite_bound_make(char *text, Oid type);

/* Returns the text with its type: $1::date. */
extern char *rewrite_bound_typed(const Bound *bound);

/* Returns the text cast to a type, and the bound of it. */
extern char *rewrite_bound_cast_text(const Bound *bound, Oid type);
extern Bound rewrite_bound_cast(const Bound *bound, Oid type);

/*
 * One step towards a bare column: the operation on top of an expression is taken
 * off, and its value changed so that the comparison stays the same.
 */
typedef struct Unwrapping
{
	Node *inner; /* the expression without the operation */
	Bound value; /* what it is compared with then */
	Bound next;  /* if it is to be from value up to below this; else no text */
	bool flips;  /* < becomes > */
	char *besides;    /* a further condition, or NULL */
	const char *what; /* for the cause: "is wrapped in date_trunc()" */
	/* What no row has, where that is not a value of the column; or NULL. */
	const char *absent;
	/* SQL that is null or an error for a value for which this does not hold. */
	const char *reads;
	bool same_index; /* an index on the column could serve with the operation */
} Unwrapping;

#endif /* PERFCHECK_ADVICE_REWRITE_BOUND_H */
