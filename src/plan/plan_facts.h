/*-------------------------------------------------------------------------
 *
 * plan_facts.h
 *		Reads from a plan how it gets at its rows.
 *
 * Reads the tree of a plan that was started, never EXPLAIN's text.
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
	char *access; /* "Index Scan using date_idx, Filter + Sort"; "120 x Seq Scan
				   * of log" for its partitions */
	List *indexes;        /* PlanIndex *, in the order of the plan, each once */
	List *relations;      /* OIDs of the tables scanned */
	List *nested_indexes; /* OIDs of those that statements of functions read */
	List *index_only;     /* OIDs of those that index-only scans read */
	/*
	 * What the plan does, without its values: two plans of a query that have the
	 * same signature examine the same rows for the same values.
	 */
	char *signature;
	/*
	 * The conditions of its nodes without their values, each once: "= kind ?; filter >
	 * price ?"; "" if there are none.
	 */
	char *conditions;
	char *opaque; /* the scan whose work cannot be seen from here, or NULL */
} PlanFacts;

/*
 * Returns the facts of a plan that was started, in the current memory context.
 * Errors: statement_too_complex if the tree is too deep for the stack.
 */
extern PlanFacts *plan_facts_read(PlanState *root);

/* Returns the first PlanIndex in indexes that has a method, or NULL. */
extern const PlanIndex *plan_facts_index_of_method(const List *indexes,
												   const char *method);

/*
 * Returns what EXPLAIN calls a node that is no scan and that does something to the
 * rows: "Hash Join", "Sort"; NULL for others, and for scans.
 */
extern const char *plan_facts_step_name(PlanState *node);

/*
 * Returns "Index Scan using date_idx", in the current memory context; NULL for a
 * node that is no scan, and for a bitmap heap scan.
 */
extern char *plan_facts_scan_text(PlanState *node);

#endif /* PERFCHECK_PLAN_PLAN_FACTS_H */
