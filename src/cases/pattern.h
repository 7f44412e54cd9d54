/*-------------------------------------------------------------------------
 *
 * pattern.h
 *		Chooses patterns to search text with: common, rare and absent words.
 *
 * The words come from the rows, so that a search finds something.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_PATTERN_H
#define PERFCHECK_CASES_PATTERN_H

#include "cases/choices.h"

/*
 * Adds the choices of a USE_PATTERN, or none if the rows hold no word. To be
 * called as the functions of choices.h are.
 */
extern void pattern_add(ValueList *list);

/*
 * Returns SQL for the first word of the text that a use can match. Its value
 * is null for a text without one.
 */
extern const char *pattern_word(const ParamUse *use);

/* Returns the same for SQL of the text itself. */
extern const char *pattern_word_of(const ParamUse *use, const char *expression);

/* Returns the value of the parameter that makes a use match a word. */
extern char *pattern_for_word(const ParamUse *use, const char *word);

/*
 * Returns SQL that ranks texts by how often they occur: the typical one, then the
 * most frequent ones, then the least frequent ones, as a column v. texts is a
 * SELECT whose column v has them.
 */
extern const char *pattern_rank(const char *texts, int common, int rare);

#endif /* PERFCHECK_CASES_PATTERN_H */
