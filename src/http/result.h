/*-------------------------------------------------------------------------
 *
 * result.h
 *		What a run has measured.
 *
 * Owns every latency sample, exactly, and the counts of errors, for each group
 * of requests and in total. Failed requests and timeouts stay in the latency
 * distribution: leaving out what was too slow to be answered would make a
 * server look fast because it fails.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_RESULT_H
#define PERFCHECK_HTTP_RESULT_H

#include "check.h"

typedef struct Samples
{
	int64_t *us;
	size_t count;
	size_t room;
} Samples;

/* Latencies are in microseconds. */
typedef struct Summary
{
	int64_t requests; /* ended, failed ones too */
	int64_t errors;   /* how many of them failed */
	int64_t by_class[ERROR_CLASSES];
	double rps; /* right answers a second, while requests were sent */
	double mean_us;
	int64_t p50_us;
	int64_t p90_us;
	int64_t p95_us;
	int64_t p99_us;
	int64_t p99_9_us;
	int64_t max_us;
} Summary;

typedef struct Tally
{
	Samples samples;
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
	const Request *request;
	char text[200];
} Failure;

typedef struct Result
{
	Tally *groups;
	size_t group_count;
	Tally total; /* its samples are made by result_finish(), sorted */
	Failure *failures;
	size_t failure_count;
	size_t failure_room;
	int64_t connects;    /* connections made */
	int64_t sent_for_us; /* from the first request sent to the last */
	double busy_share;   /* of the time, perfcheck-http itself was at work */
	bool interrupted;
} Result;

extern void samples_add(Samples *samples, int64_t us);
extern void samples_free(Samples *samples);

extern void result_init(Result *result, size_t group_count);
extern void result_free(Result *result);

/* One request has ended; in_time: before the time for sending was over. */
extern void result_add(Result *result, const Request *request,
					   int64_t latency_us, const Finding *finding,
					   bool in_time);

/* Sorts, and fills in the summaries. Nothing can be added afterwards. */
extern void result_finish(Result *result, int64_t sent_for_us);

#endif /* PERFCHECK_HTTP_RESULT_H */
