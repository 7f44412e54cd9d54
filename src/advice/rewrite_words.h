/*-------------------------------------------------------------------------
 *
 * rewrite_words.h
 *		What a text begins with, holds or resembles, by operators with indexes.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_REWRITE_WORDS_H
#define PERFCHECK_ADVICE_REWRITE_WORDS_H

#include "advice/rewrite_site.h"

/*
 * Returns left(), substr() and position() of a column as ^@ or LIKE, and
 * similarity() and its like as % and its like of pg_trgm; NULL for another
 * condition. Raises no error.
 */
extern Rewrite *rewrite_words_find(const RewriteSite *site);

#endif /* PERFCHECK_ADVICE_REWRITE_WORDS_H */
