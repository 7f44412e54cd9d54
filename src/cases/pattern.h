/*-------------------------------------------------------------------------
 *
 * pattern.h
 *		Patterns to search text with: common, rare and absent words.
 *
 * The words are those of the rows, so that a search finds what it should. To be
 * called as the functions of values.h are.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_PATTERN_H
#define PERFCHECK_CASES_PATTERN_H

#include "cases/choices.h"

/* A word, to a search: at least three letters or digits, one trigram. */
#define PATTERN_WORD "[^\\W_]{3,}"

extern void pattern_add(ValueList *list);

/* SQL for the first word of the text that a use can match, or NULL. */
extern const char *pattern_word(const ParamUse *use);

/* What the parameter is to be, to match that word. */
extern char *pattern_for_word(const ParamUse *use, const char *word);

#endif /* PERFCHECK_CASES_PATTERN_H */
