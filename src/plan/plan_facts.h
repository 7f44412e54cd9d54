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

/* The nodes directly below: inputs, members, plans of subqueries. */
extern List *plan_facts_children(PlanState *node);

/* Called before a node's children; false leaves them out. */
typedef bool (*PlanEnter)(PlanState *node, void *arg);
typedef void (*PlanVisitor)(PlanState *node, void *arg);

/*
 * Visits root and all nodes below it, each PlanState once. The plan of a
 * correlated subquery is one PlanState that is reached from every node whose
 * expressions call it, as from each partition's scan. again, if not NULL, is
 * called where the walk comes to a node that it has visited; leave, if not
 * NULL, after a node's children. Errors: statement_too_complex where the tree
 * is too deep for the stack.
 */
extern void plan_facts_walk_once(PlanState *root, PlanEnter enter,
								 PlanVisitor leave, PlanVisitor again,
								 void *arg);

/* The table that a scan reads; InvalidOid for another node. */
extern Oid plan_facts_scanned_relation(PlanState *node);

/* The rows of a table or index, as the planner takes them to be. */
extern double plan_facts_relation_rows(Oid relid);

/* The access method of an index. */
extern Oid plan_facts_index_method(Oid index);

/* The index that a scan uses, InvalidOid for none, and its conditions. */
extern Oid plan_facts_scanned_index(PlanState *node, List **conditions);

#endif /* PERFCHECK_PLAN_PLAN_FACTS_H */
