/*-------------------------------------------------------------------------
 *
 * like_pattern.h
 *		Recognizes where in a pattern the parameter stands.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_QUERY_LIKE_PATTERN_H
#define PERFCHECK_QUERY_LIKE_PATTERN_H

#include "nodes/primnodes.h"

typedef enum PatternSyntax
{
	PATTERN_LIKE,  /* LIKE, SIMILAR TO: % stands for any text */
	PATTERN_REGEX, /* ~: what is searched for may stand anywhere */
	PATTERN_PLAIN, /* position(), starts_with(): without wildcards */
} PatternSyntax;

typedef struct LikePattern
{
	int number; /* of $n */
	PatternSyntax syntax;
	bool negated;    /* NOT LIKE, !~ */
	bool wrapped;    /* the SQL itself puts something around $n */
	bool anchored;   /* nothing may stand before it, as in LIKE $n || '%' */
	bool at_end;     /* nothing may stand behind it, as in LIKE '%' || $n */
	bool takes_null; /* NULL is an empty text, as in concat($n, '%') */
} LikePattern;

/*
 * Returns whether the operator or function of this name searches text for a
 * pattern that is made of one parameter by operand, or for one of an array of
 * them, and how.
 */
extern bool like_pattern_read(const char *name, Node *operand,
							  LikePattern *found);

#endif /* PERFCHECK_QUERY_LIKE_PATTERN_H */
