/*-------------------------------------------------------------------------
 *
 * spans.h
 *		Chooses ranges and places: narrow, wide and empty ones.
 *
 * To be called as the functions of choices.h are.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_SPANS_H
#define PERFCHECK_CASES_SPANS_H

#include "cases/choices.h"

/*
 * Adds the choices of a SEARCH_RANGE or SEARCH_WITHIN: ranges, or what lies in
 * the ranges of the rows. None is added if no row has a bound.
 */
extern void spans_add_range(ValueList *list);

/*
 * Adds the choices of a SEARCH_SHAPE: figures, or places by their coordinates.
 * None is added if no row has a place.
 */
extern void spans_add_shape(ValueList *list);

#endif /* PERFCHECK_CASES_SPANS_H */
