/*-------------------------------------------------------------------------
 *
 * result.h
 *		Stores what a run has measured.
 *
 * Owns the latency of every request and the counts of errors, for each group of
 * requests and in total. Failed requests and timeouts stay in the distribution
 * of latencies: without what was too slow to be answered, a server would look
 * fast because it fails.
 *
 * Samples are exact up to RESULT_EXACT_SAMPLES in one Result, and a histogram
 * from then on (see distribution.h), so that memory is bounded however long a
 * run is. A Result is not locked: each thread has its own, and they are merged.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_RESULT_RESULT_H
#define PERFCHECK_HTTP_RESULT_RESULT_H

#include "http/check/check.h"
#include "http/result/distribution.h"
#include "http/result/slices.h"

/* 16 bytes each: 32 MB. */
#define RESULT_EXACT_SAMPLES ((int64_t) 1 << 21)

/* When a request was sent and answered. */
typedef struct Timing
{
	int64_t latency_us; /* from when it was meant to start: the corrected one */
	int64_t service_us; /* from when it was sent */
	int64_t at_us;      /* when it was due, from the end of the warm-up */
	bool late;          /* it was sent noticeably later than it was meant to */
	bool in_time;       /* it ended before the time for sending was over */
	bool warm_up;       /* it was meant to start during the warm-up */
	bool unsent;        /* it was given up before; service_us means nothing */
	bool late_own;      /* and that was perfcheck-http's own doing */
} Timing;

/* Latencies in microseconds. */
typedef struct Percentiles
{
	double mean_us;
	int64_t p50_us;
	int64_t p90_us;
	int64_t p95_us;
	int64_t p99_us;
	int64_t p99_9_us;
	int64_t max_us;
} Percentiles;

typedef struct Summary
{
	int64_t requests; /* ended, failed ones too */
	int64_t errors;   /* how many of them failed */
	int64_t late;     /* how many were sent late */
	int64_t by_class[ERROR_CLASSES];
	double rps; /* right answers a second, while requests were sent */
	Percentiles latency;
	Percentiles service;
	bool exact; /* no histogram was needed */
} Summary;

typedef struct Tally
{
	Distribution latency;
	Distribution service;
	int64_t late;
	int64_t by_class[ERROR_CLASSES];
	int64_t right_in_time; /* right answers that ended before the end */
	Summary summary;       /* from result_finish() on */
} Tally;

/* One kind of failure, with its first example. */
typedef struct Failure
{
	ErrorClass class;
	int status;
	int64_t count;
	Request request; /* a copy that owns its path */
	char text[200];
} Failure;

/* What was lost on the way, and sent again. */
typedef struct Resent
{
	int64_t count;
	Method method; /* of the first example */
	char *path;    /* of the first example, or NULL; owned */
} Resent;

/*
 * How busy perfcheck-http itself was: what of a latency is its own. Shares are
 * of the time of its busiest thread, from 0 to 1.
 */
typedef struct Own
{
	double cpu_share;
	double queue_share; /* waiting for a processor; NAN if that is unknown */
	int64_t late;       /* requests that its own loop sent late */
	Distribution delay; /* samples of its part of a latency, in us */
	int64_t time_wait;  /* the most sockets in that state; -1 if unknown */
	int64_t ports;      /* how many the system has for connections */
} Own;

typedef struct Result
{
	Tally *groups;
	size_t group_count;
	Tally total;        /* made by result_finish() */
	Slices *slices;     /* NULL unless they were asked for */
	int64_t requests;   /* without those of the warm-up */
	int64_t next_pages; /* how many of them were next pages */
	Page *pages;        /* a sample of them; owned */
	size_t page_count;
	size_t compared;   /* how many of the sample, with the database */
	Suspect *suspects; /* wrong answers to be judged again; owned */
	size_t suspect_count;
	int chains;       /* of pages that were walked to their end and compared */
	int chains_cut;   /* whose end was not reached */
	int chains_moved; /* whose rows changed meanwhile */
	int64_t warm_up;  /* requests that ended, and count nowhere else */
	int64_t warm_up_errors; /* how many of them failed */
	Failure *failures;
	size_t failure_count;
	size_t failure_room;
	int64_t connects;    /* connections made */
	int64_t redirects;   /* followed */
	int64_t held_back;   /* until a stream was free */
	int64_t closed_here; /* connections that were, after a fault */
	Resent resent[LOSS_CAUSES];
	Own own; /* `late` and `delay` are merged, the rest is left to the caller */
	int64_t sent_for_us; /* the time for sending, without warm-up */
	double busy_share;   /* of the time, perfcheck-http itself was at work */
	double statements;   /* that the database executed; NAN if unknown */
	bool interrupted;

	/* What the database has on record of the traced requests; -1: unknown. */
	int64_t traced_statements;
	int64_t traced_requests;
} Result;

/* Returns how many requests were sent again, of all causes. */
extern int64_t result_resent(const Result *result);

/* Makes an empty result; result_free() leaves it without groups. */
extern void result_init(Result *result, size_t group_count);
extern void result_free(Result *result);

/* Has latencies kept by when they were due as well. */
extern void result_slice(Result *result, int64_t duration_us, size_t most);

/* Adds how often a request was sent again, and why. */
extern void result_add_resent(Result *result, const Request *request,
							  const Answer *answer);

/* Adds one request that has ended. */
extern void result_add(Result *result, const Request *request,
					   const Timing *timing, const Finding *finding);

/*
 * Adds what another result has measured, up to and including resent; the
 * members that follow are left to the caller. To be called before
 * result_finish().
 */
extern void result_merge(Result *into, const Result *from);

/* Turns `count` right answers to a request into wrong ones. */
extern void result_take_back(Result *result, const Request *request,
							 const Finding *finding, int64_t count);

/*
 * Gives `count` wrong answers to a request another finding, or makes them right ones
 * again, if that is of class ERROR_NONE.
 */
extern void result_change(Result *result, const Request *request,
						  const Finding *from, const Finding *to,
						  int64_t count);

/* Computes total and summaries. Nothing can be added afterwards. */
extern void result_finish(Result *result, int64_t sent_for_us);

#endif /* PERFCHECK_HTTP_RESULT_RESULT_H */
