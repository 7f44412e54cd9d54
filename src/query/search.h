/*-------------------------------------------------------------------------
 *
 * search.h
 *		Recognizes a condition that looks for a parameter within a row's value.
 *
 * comparison.h knows the parameter that a whole value is compared with. This
 * module knows the others: an element of an array, a word of a document, a part
 * of a JSON object, a place in a range, a text that is similar. It also reads
 * comparisons with more than a parameter, such as now() - $1.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_QUERY_SEARCH_H
#define PERFCHECK_QUERY_SEARCH_H

#include "nodes/bitmapset.h"

#include "query/origin.h"

typedef enum SearchForm
{
	SEARCH_NONE,
	SEARCH_COMPARED, /* by an operator of btree, or <>, with an expression */
	SEARCH_ANY,      /* expr = ANY (...), expr = unnest(...) */
	SEARCH_PATTERN,  /* LIKE, a regular expression, a prefix, position() */
	SEARCH_ARRAY,    /* elements: array @> $n, array && $n, $n = ANY (array) */
	SEARCH_DOCUMENT, /* a part of jsonb or hstore: @> */
	SEARCH_KEY,      /* a key of it: ?, ?|, ?& */
	SEARCH_PAIR,     /* a key and its value: document ->> $n = $m */
	SEARCH_PATH,     /* jsonpath: @?, @@ */
	SEARCH_LEXEME,   /* full text: @@ */
	SEARCH_MEMBER,   /* a comparison of what unnest() and its like return */
	SEARCH_SIMILAR,  /* text: %, <->, similarity() */
	SEARCH_RANGE,    /* a range of the row, or what lies in it */
	SEARCH_WITHIN,   /* a value of the row in a range that is given */
	SEARCH_SHAPE,    /* points and figures */
	SEARCH_NETWORK,  /* inet: <<, >>= */
	SEARCH_TREE,     /* ltree: <@, ~ */
	SEARCH_VALUE,    /* anything else: a value of the row may do */
} SearchForm;

typedef struct Search
{
	SearchForm form;
	Origin place;    /* of the row's side of the condition: see its expr */
	Node *condition; /* all of it, over the table; NULL: it is in an ORDER BY */
	Node *operand;   /* the other side, which has parameters and no columns */
	List *operands;  /* all such arguments of a function, operand the first */
	const char *name; /* of the operator or function between the two sides */
	Oid opno;         /* InvalidOid for a function */
	bool is_whole;    /* the operator is the condition, not a part of it */
	int strategy;     /* of btree, with the row's side on the left; or 0 */
	bool left;        /* the row's side stands on the left */
	bool negated;     /* the condition is NOT (...) */
	/* Other parameters: similarity(column, $1) > $2. */
	Bitmapset *asides;
} Search;

/*
 * Returns whether node, which stands in the first of queries, is such a
 * condition, or an expression with a column and a parameter as its sides. Of VALUES
 * lists in FROM, one row is read; place.nrows tells how many there are.
 */
extern bool search_read(List *queries, Node *node, int row, Search *found);

/* Returns the call of generate_series() that operand is, or NULL. */
extern FuncExpr *search_series(Node *operand);

/*
 * Returns whether an operator or function of this name searches the text on its
 * left for the pattern on its right.
 */
extern bool search_is_pattern(const char *name);

/* Returns whether a type, of an extension perhaps, has this name. */
extern bool search_is_type(Oid type, const char *name);

#endif /* PERFCHECK_QUERY_SEARCH_H */
