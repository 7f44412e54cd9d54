/*-------------------------------------------------------------------------
 *
 * arguments.h
 *		The arguments of the functions that SQL calls.
 *
 * It is for perfcheck.c and the files beside it: no other file knows fmgr.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ARGUMENTS_H
#define PERFCHECK_ARGUMENTS_H

#include "fmgr.h"

#include "result_row.h"

/*
 * Must be called before anything is done: the contract is in the schema of the
 * function that was called, and none of its queries may call such a function.
 * Errors: object_not_in_prerequisite_state if one does.
 */
extern void arguments_enter(FunctionCallInfo fcinfo);

/* The same, and begins the rows of a function that returns a set. */
extern ResultRow arguments_start_rows(FunctionCallInfo fcinfo, uint32 flags);

/*
 * Returns whether the argument n is null. Errors: object_not_in_prerequisite_state
 * if the function is of an older version that does not have it.
 */
extern bool arguments_is_null(FunctionCallInfo fcinfo, int n);

/*
 * Returns the argument n, which is called name. Errors: null_value_not_allowed if
 * it is null; those of arguments_is_null().
 */
extern Datum arguments_get(FunctionCallInfo fcinfo, int n, const char *name);

/* Likewise, as text. */
extern char *arguments_text(FunctionCallInfo fcinfo, int n, const char *name);

/* Likewise, but NULL if it is null. Errors: those of arguments_is_null(). */
extern char *arguments_optional_text(FunctionCallInfo fcinfo, int n);

/*
 * Likewise, of a date, as ISO 8601 has it. Errors: invalid_parameter_value for one
 * that is not finite.
 */
extern char *arguments_optional_day(FunctionCallInfo fcinfo, int n,
									const char *name);

/* Likewise, of a text[], of which an element may be NULL. */
extern char **arguments_texts(FunctionCallInfo fcinfo, int n, const char *name,
							  int *count);

/*
 * Likewise, of a regtype[], in which InvalidOid stands for a NULL, a type that is to
 * be inferred. Returns NULL, and count is 0, if the argument is null.
 */
extern Oid *arguments_types(FunctionCallInfo fcinfo, int n, int *count);

#endif /* PERFCHECK_ARGUMENTS_H */
