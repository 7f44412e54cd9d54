/*-------------------------------------------------------------------------
 *
 * any_value.h
 *		Chooses values that select no rows by themselves.
 *
 * These are for a parameter that is in no comparison, that switches between parts
 * of the query, or that is the width of a range. To be called as the functions of
 * choices.h are.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_ANY_VALUE_H
#define PERFCHECK_CASES_ANY_VALUE_H

#include "cases/choices.h"

/* Adds the one choice of a USE_FREE, or one for each value of a USE_SWITCH. */
extern void any_value_add(ValueList *list);

/*
 * Adds the choices of a USE_WIDTH: parts of what lies between the smallest and the
 * largest value of the rows, or none if no row has a value.
 */
extern void any_value_add_width(ValueList *list);

/*
 * Rewrites the arrays that choices_any() has chosen as what the query takes: a
 * list with commas, a JSON array. Arrays stay if they are what it takes.
 */
extern void any_value_put_lists(ValueList *list);

/*
 * Leaves, of a USE_EQUAL that compares more than its parameter, one absent value,
 * if the query finds no row with the values that rows have: of md5($1), nothing
 * tells which parameter has that result.
 */
extern void any_value_check(ValueList *list);

/*
 * Moves bounds of a query's own result that find nothing beyond its values: of ten
 * groups that are of one size, count(*) > $1 finds none with that size.
 */
extern void any_value_widen(ValueList *list);

#endif /* PERFCHECK_CASES_ANY_VALUE_H */
