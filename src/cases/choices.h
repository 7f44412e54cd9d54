/*-------------------------------------------------------------------------
 *
 * choices.h
 *		Values of a column to compare with: common, typical, rare, absent.
 *
 * Candidates come from pg_statistic where the caller may see it, else from the
 * rows; which of them are common, rare and absent is counted in the rows. Values
 * are text under the settings of guc_scope_enter(). The caller's rights
 * apply. The caller has connected SPI, and entered those settings.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_CHOICES_H
#define PERFCHECK_CASES_CHOICES_H

#include "cases/probe.h"
#include "query/param_uses.h"

/* One way to fill the parameters of one variable. */
typedef struct ValueChoice
{
	const char *kind; /* "common", "last page", ... */
	char **values;    /* one a parameter of the variable */
	bool required;
	bool weighs;             /* see Case */
	double share;            /* of the table's rows; -1: not known */
	const char *known_limit; /* see Case */
	const char *known_limit_reason;
} ValueChoice;

/* The choices of one variable, as they are found; allocated in context. */
typedef struct ValueList
{
	MemoryContext context;
	const Lookup *lookup;
	List *choices; /* ValueChoice, the typical one first */
} ValueList;

/* Adds a choice, required, of nparams values; those of the list are copied. */
extern ValueChoice *choices_add(ValueList *list, const char *kind,
								char *const *values, double share);

/*
 * Each adds the choices of one kind of comparison; none when the table holds no
 * row with a value.
 */
extern void choices_equal(ValueList *list); /* USE_EQUAL, USE_DIFFERENT */
extern void choices_list(ValueList *list);
extern void choices_any(ValueList *list);
extern void choices_range(ValueList *list); /* is_range */
extern void choices_bound(ValueList *list); /* USE_LOWER, USE_UPPER */
extern void choices_window(ValueList *list);

/*
 * Makes the typical choice of a USE_EQUAL one that rows have which meet given,
 * a condition over t: a key of two columns has few of the pairs.
 */
extern void choices_agree(ValueList *list, const char *given);

/* Adds NULL, and another value that stands for no filter. */
extern void choices_left_out(ValueList *list);

#endif /* PERFCHECK_CASES_CHOICES_H */
