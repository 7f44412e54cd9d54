/*-------------------------------------------------------------------------
 *
 * use_notes.h
 *		Notes, for each parameter, the condition that it is found in.
 *
 * A part of param_uses.c, which walks over the query: each function here reads
 * one node of it, and notes the first condition of a parameter alone.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_QUERY_USE_NOTES_H
#define PERFCHECK_QUERY_USE_NOTES_H

#include "query/comparison.h"
#include "query/param_use.h"

typedef struct UseNotes
{
	List *queries; /* the query looked at first, then those around it */
	ParamUse *uses;
	const Origin **origins; /* of each use's expression */
	/* Whether a condition is also guessed at: see search_is_known(). */
	bool guessing;
	/*
	 * Arguments of a function whose result is compared with a parameter: they
	 * need a value before that comparison can be read.
	 */
	Bitmapset *arguments;
	/*
	 * By number, from 0: a value without which the condition cannot be counted,
	 * such as the least similarity; or NULL.
	 */
	char **fixed;
	int nparams;
	int groups;
} UseNotes;

/*
 * Each of these returns whether node is such a condition: of a parameter, which
 * may have been noted before.
 */
extern bool use_notes_comparison(UseNotes *notes, Node *node);
extern bool use_notes_array(UseNotes *notes, ScalarArrayOpExpr *expr);
extern bool use_notes_pattern(UseNotes *notes, OpExpr *op);
extern bool use_notes_cursor(UseNotes *notes, Node *node);
extern bool use_notes_search(UseNotes *notes, Node *node);

/* The same for a comparison with what no single table holds. */
extern bool use_notes_result(UseNotes *notes, Node *node);

#endif /* PERFCHECK_QUERY_USE_NOTES_H */
