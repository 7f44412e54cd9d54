/*-------------------------------------------------------------------------
 *
 * case_weight.h
 *		How often the values of a case are sent, beside the others.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_CASE_WEIGHT_H
#define PERFCHECK_CASES_CASE_WEIGHT_H

#include "nodes/pg_list.h"

#include "cases/case.h"

/* Does one of the required Cases tell how often a recording had it? */
extern bool case_weight_is_recorded(List *cases);

/*
 * Returns how often users send the values of a case: as often as a recording had
 * them if there is one, else as often as rows have them. Added cases and absent
 * values have no share of the rows, and weigh nothing.
 */
extern double case_weight(const Case *one, bool recorded);

#endif /* PERFCHECK_CASES_CASE_WEIGHT_H */
