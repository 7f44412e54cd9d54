/*-------------------------------------------------------------------------
 *
 * nested.h
 *		Counts the statements that functions of a query execute.
 *
 * Owns the hooks of the executor, and one of the planner. They count while watch_run() executes a plan,
 * and only pass calls on at any other time.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_NESTED_H
#define PERFCHECK_WORK_NESTED_H

#include "nodes/pg_list.h"

#include "work/projection.h"

/* What is counted in one execution of a plan. */
typedef struct Nested Nested;

/* Sets the hooks. To be called once, from _PG_init(). */
extern void nested_init(void);

/*
 * Counts from here on. What is counted is allocated in the current memory
 * context. nested_end() must follow whatever happens.
 */
extern Nested *nested_begin(void);
extern void nested_end(Nested *nested);

/* Returns whether any statement was counted. */
extern bool nested_found(const Nested *nested);

/* Returns the OIDs of the tables that the statements scan. */
extern List *nested_relations(const Nested *nested);

/* Returns the OIDs of the indexes that the statements read. */
extern List *nested_indexes(const Nested *nested);

/*
 * Hangs the plans that were counted on the nodes of tree, the plan that was
 * executed, whose functions executed them. Plans with the same nodes that one node
 * executed are one. They stay where they are allocated. To be called once, after
 * nested_end(). Errors: statement_too_complex if all that is too deep.
 */
extern void nested_attach(Nested *nested, WorkNode *tree);

#endif /* PERFCHECK_WORK_NESTED_H */
