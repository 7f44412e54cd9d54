/*-------------------------------------------------------------------------
 *
 * search.h
 *		Decides which rate is tried next, and when the search is over.
 *
 * Owns the steps: doubling until the targets are missed, bisection between the
 * highest rate that held and the lowest that did not, another look at the latter,
 * and a held run, a little lower each time until one holds. A short run may miss
 * the targets because another program was at work: while doubling it is made again
 * unless it misses them by far, and else the other look finds out. One that failed
 * because of perfcheck-http itself is made again in any case: if that was the machine,
 * it passes, and if not, it is the limit. Pure: outcomes in, rates out; time is what
 * the caller says.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_RATE_SEARCH_H
#define PERFCHECK_HTTP_RATE_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

typedef enum SearchStage
{
	SEARCH_DOUBLING,
	SEARCH_BISECTING,
	SEARCH_LOOKING, /* whether the rate above still fails */
	SEARCH_HOLDING,
	SEARCH_OVER
} SearchStage;

typedef enum SearchOutcome
{
	SEARCH_HOLDS,
	SEARCH_FAILS,
	SEARCH_FAILS_BY_FAR,
	SEARCH_CLIENT /* perfcheck-http itself cannot send that much */
} SearchOutcome;

typedef struct SearchRules
{
	double first_rate; /* where doubling begins, > 0 */
	double precision;  /* 0.02: of the interval that is left */
	int64_t held_us;   /* how long a held run lasts */
	int64_t budget_us; /* no further step is begun that would end later */
	int64_t probe_us;  /* how long a run of the bisection lasts at least */
	int64_t requests;  /* how many a run has at least, if time allows */
} SearchRules;

typedef struct Search
{
	SearchRules rules;
	SearchStage stage;
	double low;    /* the highest rate that held, or 0 */
	double high;   /* the lowest that failed, or 0 */
	double held;   /* the highest that a held run held, or 0 */
	double trying; /* the rate of the run under way */
	double step;   /* by which a rate is raised while nothing is above it */
	double hint;   /* the answers a second of a server that had too much */
	int failed;    /* runs at this rate that failed */
	bool excused;  /* one at this rate does not count: it was the client's */
	int held_runs; /* so far */
	bool looked;
	bool by_client; /* the client is the limit: high is none of the server's */
	int64_t spent_us;
} Search;

extern void search_init(Search *search, const SearchRules *rules);

/* Returns the stage of the next run, its rate and how long it is to last. */
extern SearchStage search_next(Search *search, double *rate,
							   int64_t *duration_us);

/*
 * Says how that run went: how many right answers a second there were, and how
 * long it took in all.
 */
extern void search_told(Search *search, SearchOutcome outcome,
						double answers_a_second, int64_t took_us);

/*
 * Returns the rate that was found: the one that a held run held, or, if there was
 * no time left for another one, the highest that may hold; 0 if none does.
 */
extern double search_found(const Search *search);

/* Returns "doubling" and so on. */
extern const char *search_stage_name(SearchStage stage);

#endif /* PERFCHECK_HTTP_RATE_SEARCH_H */
