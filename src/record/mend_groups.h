/*-------------------------------------------------------------------------
 *
 * mend_groups.h
 *		The expressions of GROUP BY, ORDER BY and DISTINCT ON in a text.
 *
 * One that stands among the results, too, keeps its constants in the list alone.
 * Owns where these are put back.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_MEND_GROUPS_H
#define PERFCHECK_RECORD_MEND_GROUPS_H

#include "record/mend_words.h"

/*
 * Mends the lists. Returns NULL, or why the text cannot be used, as mend_text() does.
 */
extern const char *mend_groups(Mend *mend);

#endif /* PERFCHECK_RECORD_MEND_GROUPS_H */
