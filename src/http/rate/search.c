/*-------------------------------------------------------------------------
 *
 * search.c
 *		Decides which rate is tried next; see search.h.
 *
 *-------------------------------------------------------------------------
 */
#include "http/rate/search.h"

#include <math.h>

/* A rate below that, a request in four seconds, is no load. */
#define LEAST_RATE 0.25

/* Runs are not lengthened beyond that for the sake of more requests. */
#define LONGEST_PROBE_US INT64_C(10000000)

/* A held run that time cuts short is one still if it lasts that long. */
#define SHORTEST_HELD_US INT64_C(8000000)

/* How often a run that fails narrowly is made. */
#define TRIES 2

/* From an overloaded server's answers a second, how far the next rates lie. */
#define BELOW_HINT 0.97
#define ABOVE_HINT 1.03

/* And from those of a held run. */
#define BELOW_ANSWERS 0.99

void
search_init(Search *search, const SearchRules *rules)
{
	*search = (Search){.rules = *rules, .stage = SEARCH_DOUBLING, .step = 2};
}

static double
middle(const Search *search)
{
	double below = search->hint * BELOW_HINT;
	double above = search->hint * ABOVE_HINT;

	/* The hint narrows the interval to 6 % in two runs, if it is true. */
	if (below > search->low * (1 + search->rules.precision) &&
		below < search->high / (1 + search->rules.precision))
		return below;
	if (above > search->low * (1 + search->rules.precision) &&
		above < search->high / (1 + search->rules.precision))
		return above;
	return sqrt(search->low * search->high);
}

/* Runs of few requests tell little of a p99. */
static int64_t
probe_duration(const Search *search, double rate)
{
	int64_t us = search->stage == SEARCH_DOUBLING ? search->rules.probe_us / 2
												  : search->rules.probe_us;
	double wanted_us = (double) search->rules.requests / rate * 1e6;

	if (wanted_us > (double) LONGEST_PROBE_US)
		wanted_us = (double) LONGEST_PROBE_US;
	return wanted_us > (double) us ? (int64_t) wanted_us : us;
}

/* What is left of the time, for a held run; 0 if that is too little. */
static int64_t
held_duration(const Search *search)
{
	int64_t left_us = search->rules.budget_us - search->spent_us;

	/* The first one is made in any case. */
	if (left_us >= search->rules.held_us || search->held_runs == 0)
		return search->rules.held_us;
	return left_us >= SHORTEST_HELD_US ? left_us : 0;
}

/* Whether there is only time left for a held run. */
static bool
out_of_time(const Search *search)
{
	return search->spent_us + search->rules.probe_us >
		   search->rules.budget_us - search->rules.held_us;
}

/* Returns the stage that follows from the interval. */
static SearchStage
find_stage(const Search *search)
{
	double low = search->low;
	double high = search->high;
	bool late = out_of_time(search);

	if (search->held > 0 || (high > 0 && high < LEAST_RATE) ||
		(late && low <= 0))
		return SEARCH_OVER;
	if (search->held_runs > 0)
		return held_duration(search) > 0 ? SEARCH_HOLDING : SEARCH_OVER;
	if (late)
		return SEARCH_HOLDING;
	if (low <= 0 || high <= 0)
		return SEARCH_DOUBLING;
	if (high / low > 1 + search->rules.precision)
		return SEARCH_BISECTING;
	return search->looked ? SEARCH_HOLDING : SEARCH_LOOKING;
}

static double
find_rate(const Search *search)
{
	switch (search->stage)
	{
		case SEARCH_DOUBLING:
			return search->low > 0    ? search->low * search->step
				   : search->high > 0 ? search->high / 2
									  : search->rules.first_rate;
		case SEARCH_BISECTING:
			return middle(search);
		case SEARCH_LOOKING:
			return search->high;
		default:
			/* The highest of some that held by chance is one that did. */
			return search->held_runs > 0
					   ? search->low
					   : search->low / (1 + search->rules.precision / 2);
	}
}

/* To four digits, which people can read, and which is finer than any interval. */
static double
readable(double rate)
{
	double unit = pow(10, floor(log10(rate)) - 3);

	return unit >= 1 ? round(rate / unit) * unit
					 : round(rate / unit) / round(1 / unit);
}

SearchStage
search_next(Search *search, double *rate, int64_t *duration_us)
{
	/* A run that failed narrowly, or by perfcheck-http's fault, is made again. */
	if (search->failed == 0 && !search->excused)
	{
		search->stage = find_stage(search);
		search->trying = find_rate(search);
		if (search->stage != SEARCH_OVER)
			search->trying = readable(search->trying);
	}
	*rate = search->trying;
	*duration_us = search->stage == SEARCH_HOLDING
					   ? held_duration(search)
					   : probe_duration(search, search->trying);
	return search->stage;
}

/*
 * A held run knows better than the short ones, and so do the answers that it got
 * if the server refused or queued what was too much. Steps get longer, because
 * there is not time for many.
 */
static void
told_held_run(Search *search, bool holds, double answers_a_second)
{
	double below;

	search->held_runs++;
	if (holds)
	{
		search->held = search->trying;
		search->low = search->trying;
		return;
	}
	below = search->trying /
			(1 + search->rules.precision * (1 + search->held_runs) / 2);
	search->high = search->trying;
	search->low = fmin(below, answers_a_second * BELOW_ANSWERS);
	/* A server that answers nothing at all any more tells nothing. */
	search->low = fmax(search->low, search->high / 2);
}

static void
told_failure(Search *search, SearchOutcome outcome, double answers_a_second)
{
	if (outcome == SEARCH_FAILS_BY_FAR)
		search->hint = answers_a_second;
	search->by_client = outcome == SEARCH_CLIENT;
	search->high = search->trying;
	search->failed = 0;
}

/* What failed before and holds now had another cause: upwards from here. */
static void
told_look(Search *search, SearchOutcome outcome)
{
	/* Close to the limit it is a matter of chance, so once is enough. */
	search->looked = true;
	if (outcome != SEARCH_HOLDS)
		return;
	search->low = search->trying;
	search->high = 0;
	search->step = 1 + 2 * search->rules.precision;
	search->by_client = false;
}

void
search_told(Search *search, SearchOutcome outcome, double answers_a_second,
			int64_t took_us)
{
	search->spent_us += took_us;
	if (outcome == SEARCH_CLIENT && !search->excused &&
		search->spent_us + took_us < search->rules.budget_us)
	{
		search->excused = true;
		return;
	}
	search->excused = false;
	if (search->stage == SEARCH_HOLDING)
		told_held_run(search, outcome == SEARCH_HOLDS, answers_a_second);
	else if (search->stage == SEARCH_LOOKING)
		told_look(search, outcome);
	else if (outcome == SEARCH_HOLDS)
	{
		search->low = search->trying;
		search->failed = 0;
		/* If it goes on like that, a small step becomes a larger one. */
		if (search->step < 2)
			search->step = fmin(2, 2 * search->step - 1);
	}
	/* A bisection's failure is looked at again at the end. */
	else if (outcome != SEARCH_FAILS || search->stage != SEARCH_DOUBLING ||
			 ++search->failed >= TRIES || out_of_time(search))
		told_failure(search, outcome, answers_a_second);
}

double
search_found(const Search *search)
{
	return search->held > 0 ? search->held : search->low;
}

const char *
search_stage_name(SearchStage stage)
{
	static const char *const names[] = {"doubling", "bisecting", "looking",
										"holding", "over"};

	return names[stage];
}
