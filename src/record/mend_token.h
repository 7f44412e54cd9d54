/*-------------------------------------------------------------------------
 *
 * mend_token.h
 *		A token of a text that is mended.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_MEND_TOKEN_H
#define PERFCHECK_RECORD_MEND_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

/* A token and what is written in its place; for mend_text() alone. */
typedef struct MendToken
{
	int kind;          /* an SqlTokenKind of base/sql_token.h */
	const char *start; /* in the text */
	size_t length;
	const char *written; /* what stands there now; not terminated */
	size_t written_length;
	bool dropped;
	bool close_up;      /* without the space that was before it */
	const char *before; /* to be written around it, or NULL */
	const char *after;
	bool bracketed; /* a bracket before is closed behind the type */
	int type_from;  /* its type: the tokens from type_from to before type_to */
	int type_to;
	int partner; /* of a bracket, or -1 */
} MendToken;

#endif /* PERFCHECK_RECORD_MEND_TOKEN_H */
