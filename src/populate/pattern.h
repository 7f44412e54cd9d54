/*-------------------------------------------------------------------------
 *
 * pattern.h
 *		Makes text that a regular expression matches.
 *
 * Known are characters, classes, groups, alternatives and quantifiers, as a CHECK of a
 * code or a number has them. Whether the text matches is told by the CHECK itself.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_PATTERN_H
#define PERFCHECK_POPULATE_PATTERN_H

#include "postgres.h"

/* Returns a text, another one for another random number. */
extern char *pattern_make(const char *pattern, uint64 random);

#endif /* PERFCHECK_POPULATE_PATTERN_H */
