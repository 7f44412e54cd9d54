/*-------------------------------------------------------------------------
 *
 * mend.h
 *		Makes the text of pg_stat_statements one that a parser reads.
 *
 * It puts $n in the place of each constant, in the text alone: what the grammar
 * demands a constant for is a syntax error then. Owns which of these there are, and
 * what means the same with a parameter. It is pure: the unit tests build it without
 * the server.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_MEND_H
#define PERFCHECK_RECORD_MEND_H

#include "record/mend_token.h"

/* What the text needs of both arrays, as numbers of their elements. */
#define MEND_TOKENS(length) ((length) + 1)
#define MEND_ROOM(length) (8 * (length) + 64)

/*
 * Writes the text, mended and ended with a zero, to buffer, which has MEND_ROOM()
 * bytes; tokens is room to work in, of MEND_TOKENS(). Parameters keep their
 * order, and their numbers unless one is gone whose constant is known. Returns NULL, or why the text cannot be used: a clause that fits behind
 * its name.
 */
extern const char *mend_text(const char *text, size_t length, MendToken *tokens,
							 char *buffer);

#endif /* PERFCHECK_RECORD_MEND_H */
