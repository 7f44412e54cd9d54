/*-------------------------------------------------------------------------
 *
 * next.h
 *		Finds out how the next page of an answer is asked for.
 *
 * Owns where APIs say so: a member that has a cursor or a URL, the header Link,
 * a page number, an offset, or the key of the last row. Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_ANSWER_NEXT_H
#define PERFCHECK_HTTP_ANSWER_NEXT_H

#include "http/answer/view.h"

typedef enum NextKind
{
	NEXT_NONE,  /* this is the last page, or does not say */
	NEXT_VALUE, /* goes into a parameter of the path or of the body */
	NEXT_LINK   /* a URL, absolute or not */
} NextKind;

typedef struct AnswerNext
{
	NextKind kind;
	char *text;      /* the value or URL; the caller frees it */
	char *parameter; /* that takes the value, if its name is known, or NULL;
					  * the caller frees it */
	bool fixed;      /* only that parameter takes it, not the one of cursors */
	bool has_flag;   /* the answer says whether there is a next page: ... */
	bool more;       /* ... and what it says */
} AnswerNext;

/* Finds the next page; *next is all zero if there is none. */
extern void answer_next(const AnswerView *view, const AnswerBody *body,
						const AnswerHow *how, AnswerNext *next);

#endif /* PERFCHECK_HTTP_ANSWER_NEXT_H */
