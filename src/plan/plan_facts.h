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

typedef struct PlanFacts
{
	char *access;    /* "Index Scan using date_idx, Filter + Sort" */
	List *indexes;   /* char *, in the order of the plan, each once */
	List *methods;   /* char *, the access method of each of indexes */
	List *relations; /* OIDs of the tables scanned */
	/*
	 * What is done, without the values: two plans with one signature examine the
	 * same rows for the same values.
	 */
	char *signature;
	char *opaque; /* the scan whose work cannot be seen from here, or NULL */
} PlanFacts;

extern PlanFacts *plan_facts_read(PlanState *root);

/* "Index Scan using date_idx"; NULL for a node that scans nothing. */
extern char *plan_facts_scan_text(PlanState *node);

#endif /* PERFCHECK_PLAN_PLAN_FACTS_H */
