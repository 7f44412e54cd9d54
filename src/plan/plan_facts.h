/*-------------------------------------------------------------------------
 *
 * plan_facts_read.h
 *		A plan tree -> facts: access, index, method, condition, filter.
 *
 * Reads the executor's tree with the tree walker, never EXPLAIN's text.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_PLAN_PLAN_FACTS_H
#define PERFCHECK_PLAN_PLAN_FACTS_H

#include "nodes/execnodes.h"

/* An index that a plan reads. */
typedef struct PlanIndex
{
	Oid oid;
	char *name;
	char *method; /* its access method: "btree" */
} PlanIndex;

typedef struct PlanFacts
{
	char *access;    /* "Index Scan using date_idx, Filter + Sort" */
	List *indexes;   /* PlanIndex *, in the order of the plan, each once */
	List *relations; /* OIDs of the tables scanned */
	/*
	 * What is done, without the values: two plans with one signature examine the
	 * same rows for the same values.
	 */
	char *signature;
	char *opaque; /* the scan whose work cannot be seen from here, or NULL */
} PlanFacts;

/* Returns the facts of a plan that was started. */
extern PlanFacts *plan_facts_read(PlanState *root);

/* Returns the first of indexes, PlanIndexes, that is of a method, or NULL. */
extern const PlanIndex *plan_facts_index_of_method(const List *indexes,
												   const char *method);

/* "Index Scan using date_idx"; NULL for a node that scans nothing. */
extern char *plan_facts_scan_text(PlanState *node);

#endif /* PERFCHECK_PLAN_PLAN_FACTS_H */
