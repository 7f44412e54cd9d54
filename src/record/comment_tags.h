/*-------------------------------------------------------------------------
 *
 * comment_tags.h
 *		The tags that a program puts into a comment of its statements.
 *
 * It is pure: the unit tests build it without the server.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_COMMENT_TAGS_H
#define PERFCHECK_RECORD_COMMENT_TAGS_H

#include <stdbool.h>
#include <stddef.h>

/* How much room the JSON of a comment of that length needs, its end included. */
#define COMMENT_TAGS_ROOM(length) (8 * (length) + 64)

/*
 * Writes the tags of the comments as a JSON object to json: key='value' with the
 * escapes of a URL, as sqlcommenter writes it, key=value, and key:value. Of a
 * traceparent, the trace is a tag of its own, trace_id. Hints for the planner, as
 * in a comment that begins with a plus, are no tags. utf8: the text may be
 * anything that UTF-8 can say; if not, escapes of what is not ASCII stay as they
 * are. Returns the number of tags.
 */
extern int comment_tags_write(const char *comment, bool utf8, char *json);

#endif /* PERFCHECK_RECORD_COMMENT_TAGS_H */
