/*-------------------------------------------------------------------------
 *
 * inverse.h
 *		Finds the value of a parameter for a value that is compared with it.
 *
 * A row may be compared with more than a parameter: now() - $1, lower($1),
 * ($1::date)::timestamp AT TIME ZONE 'Europe/Berlin'. To be called between
 * probe_open() and probe_close().
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_INVERSE_H
#define PERFCHECK_CASES_INVERSE_H

#include "cases/probe.h"

/*
 * Returns the value of parameter i of a variable, as text, with which a row that
 * has this value is compared: with this value if that can be, else with one that
 * is close. Errors: those of the server's casts, where a cast is all there is.
 */
extern char *inverse_value(const Lookup *lookup, const char *value, int i);

/*
 * The same for an operand that has the parameter of this number and type, and a
 * value of type from.
 */
extern char *inverse_operand(const ParamUse *use, Node *operand, int param,
							 Oid type, const char *value, Oid from);

#endif /* PERFCHECK_CASES_INVERSE_H */
