/*-------------------------------------------------------------------------
 *
 * interrupt.h
 *		Ctrl-C, and SIGTERM.
 *
 * Owns what a signal does. The first one asks perfcheck-http to come to an end,
 * which the step that is under way looks for. The second one ends the process at
 * once, unless a query is under way in a database, which would go on there: that
 * one is cancelled first.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_BASE_INTERRUPT_H
#define PERFCHECK_HTTP_BASE_INTERRUPT_H

#include <stdbool.h>

/* From now on signals are counted. */
extern void interrupt_catch(void);

/* Returns how many there have been. */
extern int interrupt_count(void);

/* Says that a query is under way, or has ended. */
extern void interrupt_hold(bool hold);

/* The thread, and those that it starts, get no such signal, or get them again. */
extern void interrupt_mask(bool mask);

#endif /* PERFCHECK_HTTP_BASE_INTERRUPT_H */
