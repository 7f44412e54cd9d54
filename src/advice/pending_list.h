/*-------------------------------------------------------------------------
 *
 * pending_list.h
 *		The pending lists of GIN indexes, which every search reads whole.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_PENDING_LIST_H
#define PERFCHECK_ADVICE_PENDING_LIST_H

#include "nodes/pg_list.h"

/*
 * Returns a line (char *) for each GIN index on one of the tables (OIDs) that has
 * a long pending list and is among indexes (PlanIndexes). The caller must hold
 * locks on the tables.
 */
extern List *pending_list_notes(List *tables, List *indexes);

#endif /* PERFCHECK_ADVICE_PENDING_LIST_H */
