/*-------------------------------------------------------------------------
 *
 * search_values.h
 *		Chooses what to search for within values: common, rare and absent parts.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_SEARCH_VALUES_H
#define PERFCHECK_CASES_SEARCH_VALUES_H

#include "cases/choices.h"

/*
 * Adds the choices of a USE_SEARCH, or none if no row has anything to search for.
 * To be called as the functions of choices.h are.
 */
extern void search_values_add(ValueList *list);

/*
 * Returns SQL for values of a USE_SEARCH that rows have: a SELECT whose column v is
 * a text array with an element for each parameter, or NULL for a form that is not
 * searched by parts. A value may have to be written as parts_value() does.
 */
extern const char *search_values_sql(const Lookup *lookup);

#endif /* PERFCHECK_CASES_SEARCH_VALUES_H */
