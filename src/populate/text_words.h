/*-------------------------------------------------------------------------
 *
 * text_words.h
 *		Puts words into a text from which a tsvector is made, as often as the
 *		tsvector has them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_TEXT_WORDS_H
#define PERFCHECK_POPULATE_TEXT_WORDS_H

#include "lib/stringinfo.h"

typedef struct TextWords TextWords;

/*
 * Returns the words of a tsvector's statistics, which must stay; NULL if none are
 * known. A text has so many words on average.
 */
extern TextWords *text_words_create(int n, char **words, const double *freqs,
									double mean, uint64 key);

/* Returns how many words a text has. */
extern int text_words_count(const StringInfoData *text);

/*
 * Has the text hold the words that a row of the tsvector has. Its first kept bytes,
 * and the word that these end in, stay. Each other word becomes one that is common, or
 * one that is rare.
 */
extern void text_words_put(const TextWords *words, uint64 random, int kept,
						   StringInfo text);

#endif /* PERFCHECK_POPULATE_TEXT_WORDS_H */
