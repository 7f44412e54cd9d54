/*-------------------------------------------------------------------------
 *
 * own.h
 *		Tells perfcheck-http's own trouble from the server's.
 *
 * Owns the bounds from which on a run says more of the machine that it was sent
 * from than of the server: how late its own loop was, how much of a processor it
 * took or waited for, how many ports were left, and whether there were enough
 * connections for the rate. Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_RESULT_OWN_H
#define PERFCHECK_HTTP_RESULT_OWN_H

#include "http/result/result.h"

/* Below this, its own delays shape no figure that anybody reads. */
#define OWN_SMALL_US 1000

/* A run is not valid if it takes so long, and such a part of the p95. */
#define OWN_INVALID_US 10000
#define OWN_INVALID_PART 0.25

/*
 * Nor is it if its loop was late for so many, or had no processor for so long
 * while requests waited for connections whose answers it did not read.
 */
#define OWN_INVALID_LATE 0.1
#define OWN_INVALID_QUEUE 0.2

/* Shares that are worth a warning. */
#define OWN_LATE_SHARE 0.01
#define OWN_CORE_SHARE 0.95
#define OWN_QUEUE_SHARE 0.1
#define OWN_PORTS_SHARE 0.8

/* At most so many notes. */
#define OWN_NOTES 6

typedef struct OwnNotes
{
	char *text[OWN_NOTES]; /* owned */
	int count;
} OwnNotes;

/* The samples may have to be sorted, which changes no result. */
extern int64_t own_delay_us(const Result *result, double percent);

/* Returns why the run is not valid, which the caller frees, or NULL. */
extern char *own_invalid(const Result *result);

/* Returns what is worth a warning, each in a sentence. */
extern OwnNotes own_notes(const Settings *settings, const Result *result);
extern void own_notes_free(OwnNotes *notes);

#endif /* PERFCHECK_HTTP_RESULT_OWN_H */
