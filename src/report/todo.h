/*-------------------------------------------------------------------------
 *
 * todo.h
 *		Whether the todo of a query accepts what is wrong with it.
 *
 * Owns what the cause of a fault is, as a todo names it, when two causes are the
 * same, and when a todo ends.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_REPORT_TODO_H
#define PERFCHECK_REPORT_TODO_H

#include "advice/advice.h"
#include "verdict/verdict.h"

typedef enum TodoState
{
	TODO_NONE,     /* there is no todo, or nothing was judged */
	TODO_ANY,      /* it accepts any fault, as it names no cause */
	TODO_ACCEPTED, /* it names the cause of the fault */
	TODO_OTHER,    /* it names another cause */
	TODO_EXPIRED,  /* its last day is over, whatever it names */
	TODO_STALE     /* the query is ok */
} TodoState;

/*
 * Returns the cause of what is wrong with a query, or the reason of its verdict
 * where no cause was looked for. advice may be NULL. No errors.
 */
extern const char *todo_cause(const QueryVerdict *verdict,
							  const Advice *advice);

/*
 * Returns the cause as the contract may hold it, which everyone may read: the number of
 * it, PC001, where it is the message of an error that may have a value in it. advice may
 * be NULL. No errors.
 */
extern const char *todo_cause_to_keep(const QueryVerdict *verdict,
									  const Advice *advice);

/*
 * Returns what the todo of a query means for its verdict. Numbers in the cause do
 * not matter, unless they are part of a name. No errors.
 */
extern TodoState todo_state(const ContractQuery *query,
							const QueryVerdict *verdict, const Advice *advice);

/*
 * Returns whether a todo, which is in that state, accepts a fault now and ends within
 * the next two weeks. No errors.
 */
extern bool todo_ends_soon(const ContractQuery *query, TodoState state);

/* Returns when a todo ends that does, as words that follow its name. No errors. */
extern char *todo_end(const ContractQuery *query);

/*
 * Returns what is to be known, or done, about a todo that does not just accept what
 * it names, in one sentence; else NULL. No errors.
 */
extern char *todo_note(const ContractQuery *query, TodoState state);

#endif /* PERFCHECK_REPORT_TODO_H */
