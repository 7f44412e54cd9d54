/*-------------------------------------------------------------------------
 *
 * probe.h
 *		Tells of a short run at one rate whether that rate could be held.
 *
 * Owns the rule. The targets are to be met, as those of any run; and latencies
 * must not rise so that they would miss a target before a held run is over: of a
 * server with a little too much to do, a few seconds do not show more than that.
 * Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_RATE_PROBE_H
#define PERFCHECK_HTTP_RATE_PROBE_H

#include "http/rate/search.h"
#include "http/result/judge.h"

/* A run is divided into that many slices, for the rise. */
#define PROBE_SLICES 8

/* What a short run showed. */
typedef struct Probe
{
	SearchOutcome outcome;
	char *reason;  /* why it does not hold, or NULL; the caller frees it */
	size_t breaks; /* the group that is furthest over its targets */
	double worst;  /* its latency relative to the target, over 1 if missed */
	double rise;   /* of its latency, in s/s; 0 if it is none */
} Probe;

/*
 * Judges a run that has slices and is finished, at this rate. targets are those
 * of all requests; the groups have their own.
 */
extern void probe_judge(Probe *probe, const RequestList *requests,
						const Result *result, const Targets *targets,
						double rate, int64_t held_us);

#endif /* PERFCHECK_HTTP_RATE_PROBE_H */
