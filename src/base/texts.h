/*-------------------------------------------------------------------------
 *
 * texts.h
 *		Values as text, and lists of texts.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_BASE_TEXTS_H
#define PERFCHECK_BASE_TEXTS_H

#include "nodes/pg_list.h"

/*
 * Returns a value as the output function of its type writes it, in the current memory
 * context. Errors: those of that function.
 */
extern char *texts_of_value(Oid type, Datum value);

/* Returns whether a list of char * has a text. Raises no error. */
extern bool texts_member(const List *texts, const char *text);

/* Returns the list with a text, which is not copied, unless it has it already. */
extern List *texts_add(List *texts, char *text);

#endif /* PERFCHECK_BASE_TEXTS_H */
