/*-------------------------------------------------------------------------
 *
 * compare.h
 *		Compares the rows of an answer with those of the database.
 *
 * Owns when two rows are the same one, and which difference is told: the first
 * one. Rows that ORDER BY leaves equal may come in any order. Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CHECK_COMPARE_H
#define PERFCHECK_HTTP_CHECK_COMPARE_H

#include "http/requests/expected.h"

#define COMPARE_TEXT_SIZE 240

typedef enum Difference
{
	DIFFERENCE_NONE,
	DIFFERENCE_ROW,   /* another row, or the same one again */
	DIFFERENCE_COLUMN /* the right row with another value */
} Difference;

typedef struct CompareHow
{
	const char *key;     /* the member that has the key, or NULL: by its name */
	bool columns;        /* also compares the other columns */
	char *const *ignore; /* columns that are left out */
	size_t ignore_count;
} CompareHow;

/*
 * Compares the rows that both have, and writes the first difference to text, of
 * COMPARE_TEXT_SIZE bytes. How many rows there are is the caller's to compare; a
 * row that follows those of the database is a difference if these are all.
 */
extern Difference compare_rows(const CompareHow *how, const Expected *expected,
							   const AnswerView *view, char *text);

/*
 * Compares the pages of a chain one after another, as one answer, whose rows are
 * counted through. A state that is all zero is at the first page;
 * compare_pages_end() compares the end of it, and frees the state. complete says
 * that the last page was reached.
 */
typedef struct CompareState
{
	char *taken;
	size_t next;
} CompareState;

extern Difference compare_page(const CompareHow *how, const Expected *expected,
							   CompareState *state, const AnswerView *view,
							   char *text);
extern Difference compare_pages_end(const Expected *expected,
									CompareState *state, bool complete,
									char *text);

/*
 * Compares two bodies of one request, and writes what changed to text: the first
 * row and member, or another part of it.
 */
extern void compare_bodies(const AnswerView *before, const AnswerView *after,
						   const AnswerHow *how, char *text);

/*
 * Returns whether an answer may be from a moment between two states of the
 * database: it has no row that neither has, none twice, and all in the order of
 * both.
 */
extern bool compare_between(const CompareHow *how, const Expected *before,
							const Expected *after, const AnswerView *view);

#endif /* PERFCHECK_HTTP_CHECK_COMPARE_H */
