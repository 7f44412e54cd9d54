/*-------------------------------------------------------------------------
 *
 * comment_split.h
 *		Where a statement begins and ends between the comments around it.
 *
 * It is pure: the unit tests build it without the server.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_COMMENT_SPLIT_H
#define PERFCHECK_RECORD_COMMENT_SPLIT_H

#include <stdbool.h>
#include <stddef.h>

/* Positions in the text: before start and from end on there are comments alone. */
typedef struct CommentSplit
{
	size_t start;
	size_t end;
} CommentSplit;

/*
 * Splits the text of one statement. Space and semicolons count to the comments.
 * Text that is all comment has start == end. escapes: a backslash escapes in
 * a plain constant, too, as it does while standard_conforming_strings is off.
 */
extern CommentSplit comment_split(const char *text, size_t length,
								  bool escapes);

/*
 * Widens what the server calls the place of a statement to all that stands between
 * the semicolons around it: from 18 on it leaves out the comments before it, and names
 * that of the query in a PREPARE or COPY. A length of 0 is up to the end of the text,
 * before and after. What stands far back in a long text stays as it is.
 */
extern void comment_widen(const char *text, size_t *location, size_t *length,
						  bool escapes);

/* Returns whether the text has nothing but comments, space and semicolons. */
extern bool comment_is_all(const char *text, size_t length);

/* Returns whether there is a comment before the statement or behind it. */
extern bool comment_is_there(const char *text, size_t length,
							 CommentSplit split);

/*
 * Writes the comments of a text that was split to buffer, which must hold length
 * + 1 bytes: those before the statement and those behind it, with a new line between
 * them and none around them. Returns their length; 0 if there are none.
 */
extern size_t comment_copy(const char *text, size_t length, CommentSplit split,
						   char *buffer);

/*
 * Keeps of comments the tags that say which request a statement is part of, such as
 * traceparent and route, and nothing else. buffer must hold length + 5 bytes; the
 * result stands in it as one comment. Returns its length; 0 if there are none.
 */
extern size_t comment_keep_request(const char *comment, size_t length,
								   char *buffer);

#endif /* PERFCHECK_RECORD_COMMENT_SPLIT_H */
