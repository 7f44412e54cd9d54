/*-------------------------------------------------------------------------
 *
 * held_table.h
 *		Finds the small table on whose growth a plan depends.
 *
 * All tables are taken to grow alike, and a small table may be one of those that
 * do not: countries, states, settings.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_VERDICT_HELD_TABLE_H
#define PERFCHECK_VERDICT_HELD_TABLE_H

#include "verdict/case_verdict.h"

/* A table that must grow for a case to be ok. */
typedef struct HeldTable
{
	Oid relid;
	double rows; /* that it has today */
	/* The case at the target size, if the table keeps its rows. */
	const CaseVerdict *verdict;
} HeldTable;

/*
 * target is the verdict on a case at the target size. Plans the case as if one of
 * the query's small tables kept its rows while the others grow, and judges what
 * comes out if that is another plan. Returns the table with which the case does
 * the most work of those with which it is not ok, or NULL. Errors: those that
 * case_verdict_judge() raises.
 */
extern HeldTable *held_table_find(const Judge *judge,
								  const CaseVerdict *target);

#endif /* PERFCHECK_VERDICT_HELD_TABLE_H */
