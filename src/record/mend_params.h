/*-------------------------------------------------------------------------
 *
 * mend_params.h
 *		The parameters of a text, and types for them.
 *
 * Owns where a parameter stands and how a type is added to it. It is pure: the unit
 * tests build it without the server.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_MEND_PARAMS_H
#define PERFCHECK_RECORD_MEND_PARAMS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Writes the text with a type for each parameter of that number which has none, and
 * returns its length, without the zero at its end. Writes at most room bytes; what
 * it returns is less if all was written.
 */
extern size_t mend_cast(const char *text, size_t length, int param,
						const char *type, char *buffer, size_t room);

/* A parameter where it stands in the text. */
typedef struct MendParam
{
	int number;
	size_t place;
	bool typed; /* a type follows */
	bool array; /* it is all of ANY () or ALL () */
} MendParam;

/* Reads the first room parameters of the text. Returns how many there are. */
extern int mend_params(const char *text, size_t length, MendParam *params,
					   int room);

/* Gives the parameters of the text numbers without a gap, in the same order. */
extern void mend_params_renumber(char *text);

#endif /* PERFCHECK_RECORD_MEND_PARAMS_H */
