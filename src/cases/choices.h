/*-------------------------------------------------------------------------
 *
 * choices.h
 *		Chooses values to compare with: common, typical, rare and absent ones.
 *
 * All functions here, and those of paging.h and pattern.h, must be called
 * between probe_open() and probe_close(). They raise the errors that reading
 * the table raises: insufficient_privilege, and those of an expression that
 * fails on a row.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_CHOICES_H
#define PERFCHECK_CASES_CHOICES_H

#include "cases/frequency.h"
#include "cases/probe.h"
#include "query/param_uses.h"

/* One way to fill the parameters of one variable. */
typedef struct ValueChoice
{
	const char *kind; /* "common", "last page", ...: part of a case's label */
	char **values;    /* as text, one for each parameter of the variable */
	double share;     /* of the table's rows; -1 if it is not known */
	/* See the members of Case. */
	bool required;
	bool weighs;
	const char *known_limit;
	const char *known_limit_reason;
	bool offset_grows;
	bool whole_range;
} ValueChoice;

/* The choices of one variable, in the order in which they are found. */
typedef struct ValueList
{
	MemoryContext context; /* that the choices are allocated in */
	const Lookup *lookup;
	List *choices; /* ValueChoice, the typical one first */
	/* How often values occur, where the table itself does not tell; or NULL. */
	const Frequencies *reached;
} ValueList;

/*
 * Adds a choice, which is required and weighs, with one value for each
 * parameter. The values are copied. Returns the choice, to be changed.
 */
extern ValueChoice *choices_add(ValueList *list, const char *kind,
								char *const *values, double share);

/*
 * Each of these adds the choices for one kind of comparison to an empty list,
 * or none if no row of the table has a value.
 */
extern void choices_equal(ValueList *list); /* EQUAL, DIFFERENT, LIST */
extern void choices_any(ValueList *list);
extern void choices_range(ValueList *list); /* LOWER, UPPER, both, WINDOW */

/*
 * Adds one choice for each of n values, which may be NULL, that the user has set
 * for the variable, which is one parameter. The kind of each tells its value.
 */
extern void choices_allowed(ValueList *list, char *const *values, int n);

/*
 * Adds one choice, of any value of the parameters' types, for a comparison with
 * a table that is empty. It is NULL for a type of which no value is known.
 */
extern void choices_of_type(ValueList *list);

/*
 * Adds choices that leave a value out: NULL, and a value for which the query
 * itself does not filter. Adds none to an empty list.
 */
extern void choices_left_out(ValueList *list);

#endif /* PERFCHECK_CASES_CHOICES_H */
