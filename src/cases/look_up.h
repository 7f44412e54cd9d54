/*-------------------------------------------------------------------------
 *
 * look_up.h
 *		Looks up the choices of a variable, whatever it is compared by.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_LOOK_UP_H
#define PERFCHECK_CASES_LOOK_UP_H

#include "cases/choices.h"

/*
 * Adds the choices for the kind of comparison of a variable to an empty list, the
 * typical one first; none if no row of its table has a value, and none for LIMIT
 * and OFFSET. To be called as the functions of choices.h are.
 */
extern void look_up_choices(ValueList *list);

#endif /* PERFCHECK_CASES_LOOK_UP_H */
