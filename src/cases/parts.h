/*-------------------------------------------------------------------------
 *
 * parts.h
 *		What a row can be searched for: the elements, words and keys of a value.
 *
 * Owns the SQL that takes a value apart, by the form of the search. It is text,
 * as a client would send it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_PARTS_H
#define PERFCHECK_CASES_PARTS_H

#include "cases/probe.h"

/*
 * Returns SQL for the parts of one row: a text array, without duplicates, of what
 * parameter i of a variable of USE_SEARCH may be to find the row. expression is
 * SQL for the value that is searched. Returns NULL for a form that has no parts:
 * ranges and shapes, see spans.h. To be called between probe_open() and
 * probe_close().
 */
extern const char *parts_sql(const ValueVariable *variable, int i,
							 const char *expression);

/*
 * Returns a part as a value of parameter i: an array of it if the parameter is an
 * array, or if in_array says that the query makes one of it.
 */
extern char *parts_value(const ValueVariable *variable, int i, char *part,
						 bool in_array);

/*
 * Returns which of a variable's two parameters is the key of a JSON object, 0 or 1,
 * if the other one is its value; -1 if there is no key.
 */
extern int parts_key(const ValueVariable *variable);

/* Returns parts that probably no row has, a List of char *. */
extern List *parts_absent(const ValueVariable *variable, int i);

/*
 * Returns whether a row is found if all that it has is in the parameter, as with
 * array <@ $1, instead of the other way around.
 */
extern bool parts_are_contained(const Search *search);

#endif /* PERFCHECK_CASES_PARTS_H */
