/*-------------------------------------------------------------------------
 *
 * stalls.h
 *		The times in which the load loop has left undone what there was to do.
 *
 * Owns those that a request may still wait from. What was due meanwhile starts late
 * because of the stall, also if it has to wait for a connection afterwards, as there
 * are fewer of them than requests. More stalls may follow before all of that is sent,
 * where a machine is busy. Pure: times in microseconds in, times out.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_LOAD_STALLS_H
#define PERFCHECK_HTTP_LOAD_STALLS_H

#include <stddef.h>
#include <stdint.h>

typedef struct Stall
{
	int64_t from_us;
	int64_t to_us;
} Stall;

/* Starts as zeros; ends with stalls_free(). */
typedef struct Stalls
{
	Stall *items; /* in their order, and apart from each other */
	size_t first; /* those before are over for all that is still to be sent */
	size_t count;
	size_t room;
} Stalls;

/* Notes a stall, which must end after those before it, or at the same time. */
extern void stalls_note(Stalls *stalls, int64_t from_us, int64_t to_us);

/*
 * Returns for how long a stall has held back what was due then: until its end, or 0 if
 * there was none at that time. due_us must not be less than in a call before.
 */
extern int64_t stalls_held_us(Stalls *stalls, int64_t due_us);

extern void stalls_free(Stalls *stalls);

#endif /* PERFCHECK_HTTP_LOAD_STALLS_H */
