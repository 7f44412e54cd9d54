/*-------------------------------------------------------------------------
 *
 * find_rate.h
 *		Finds the highest rate at which the targets hold, and what breaks first.
 *
 * Owns the runs of the search and what is kept of each. Which rate is next is
 * search.h's, whether a run holds is probe.h's, and what the database did
 * meanwhile is watch.h's.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_RATE_FIND_RATE_H
#define PERFCHECK_HTTP_RATE_FIND_RATE_H

#include <jansson.h>

#include "http/rate/probe.h"
#include "http/rate/watch.h"

/* Of one query in one run. */
typedef struct StepQuery
{
	int64_t requests;
	int64_t errors;
	double latency_ms; /* means */
	double service_ms;
	double p95_ms;
	double p99_ms;
} StepQuery;

/* A run of the search. */
typedef struct RateStep
{
	SearchStage stage;
	double rate;
	double duration_s;
	Probe probe;
	StepQuery total;
	double rps;
	StepQuery *queries; /* for each group */
	WatchSample sample;
} RateStep;

typedef struct FoundRate
{
	double rate; /* 0 if none holds */
	bool held;   /* for as long as asked; else `rate` is what may hold */
	double low;
	double high; /* the lowest rate that failed; 0 if none did */
	bool by_client;
	bool interrupted;
	double took_s;
	RateStep *steps;
	size_t count;
	size_t room;
	const RateStep *calm;  /* the step of the lowest rate that holds, or NULL */
	const RateStep *last;  /* of the highest one that holds, or NULL */
	const RateStep *first; /* of the lowest one that fails, or NULL */
	char *verdict; /* perfcheck_verify's on what breaks first, or NULL */
} FoundRate;

/* The parts of a query's mean latency in one run, in ms; NAN if unknown. */
typedef struct TimeParts
{
	double planning;
	double execution;
	double connection; /* waiting until the API has a connection for it */
	double api;        /* and the network */
	double unsent;     /* waiting for a connection to the API */
} TimeParts;

/*
 * Searches. settings are those of the command line; result gets the last held
 * run, or the last run at all, and is finished. Returns false, and sets the
 * error, if a run could not be made. find_rate_free() is to be called in either
 * case.
 */
extern bool find_rate(FoundRate *found, const Settings *settings,
					  const RequestList *requests, const Targets *targets,
					  Result *result, RunError *error);
extern void find_rate_free(FoundRate *found);

/* Tells how the time of a query was spent in a step. */
extern TimeParts find_rate_parts(const FoundRate *found, const RateStep *step,
								 size_t group);

/* Writes what was found, for people; returns it for the JSON. */
extern void find_rate_report(FILE *out, const FoundRate *found,
							 const RequestList *requests);
extern json_t *find_rate_json(const FoundRate *found,
							  const RequestList *requests);

#endif /* PERFCHECK_HTTP_RATE_FIND_RATE_H */
