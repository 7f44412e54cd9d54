/*-------------------------------------------------------------------------
 *
 * rewrite_dates.h
 *		What is done to a time, as a range of the time itself.
 *
 * Owns date_trunc(), extract(), to_char(), casts to date, time zones and ages.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_REWRITE_DATES_H
#define PERFCHECK_ADVICE_REWRITE_DATES_H

#include "advice/rewrite_bound.h"

/*
 * Takes an operation on a time off the expression. Returns false if the topmost
 * one is none of them, or cannot be moved to the value. Raises no error.
 */
extern bool rewrite_dates_unwrap(Node *expression, int strategy,
								 const Bound *value, Unwrapping *step);

/*
 * Returns the first day of the year and month of two values, for extract(year ...)
 * and extract(month ...) of one time, and the bound of the day after the last one
 * in next. *absent is a value of the year that no row has.
 */
extern Bound rewrite_dates_month(const Bound *year, const Bound *month,
								 Bound *next, const char **absent);

/* Returns the field that extract() or date_part() reads, or NULL; and its time. */
extern char *rewrite_dates_field(Node *expression, Node **time);

#endif /* PERFCHECK_ADVICE_REWRITE_DATES_H */
