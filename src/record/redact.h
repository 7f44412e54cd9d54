/*-------------------------------------------------------------------------
 *
 * redact.h
 *		Which values of a statement are left out of what is recorded.
 *
 * Owns what perfcheck.record_values and perfcheck.record_redact mean.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_REDACT_H
#define PERFCHECK_RECORD_REDACT_H

#include "record/shape.h"

/* A statement whose values stand apart from its text. */
typedef struct Redacted
{
	const Shape *shape;
	bool *left_out; /* of each parameter of the shape */
	bool bare;      /* neither its text nor a comment may have a value */
} Redacted;

/*
 * Returns whether redact_statement() must be asked of the text of a statement: its
 * values are not kept, a name of a rule may stand in it, or another session may
 * read its text in another way. Raises no error.
 */
extern bool redact_concerns(const char *sql);

/*
 * Returns the statement with its values apart; NULL if it cannot be read, so that
 * nothing of it may be kept. Errors: of memory allocation alone.
 */
extern Redacted *redact_statement(const char *sql);

#endif /* PERFCHECK_RECORD_REDACT_H */
