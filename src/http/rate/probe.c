/*-------------------------------------------------------------------------
 *
 * probe.c
 *		Tells whether a rate could be held; see probe.h.
 *
 *-------------------------------------------------------------------------
 */
#include "http/rate/probe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "http/base/memory.h"
#include "http/base/text.h"

#define US_PER_MS 1000.0

/* With fewer slices, or samples in one, a rise is not looked for. */
#define RISE_SLICES 6
#define RISE_SAMPLES 5

/* Of the pairs of slices, so many more rise than fall; chance gives 2 in 100. */
#define RISE_AGREE 0.6

/* With fewer right answers than that of what was sent, it is far too much. */
#define FAR_SHARE 0.8

/* A client that is at work for more of the time is late by itself. */
#define CLIENT_BUSY 0.95

static int
compare_doubles(const void *a, const void *b)
{
	double x = *(const double *) a;
	double y = *(const double *) b;

	return (x > y) - (x < y);
}

/* The median latency of a slice of a group, or of all groups. */
static double
slice_median(const Slices *slices, size_t group, size_t slice, bool *measured)
{
	Distribution all = {0};
	size_t first = group == WHOLE_RUN ? 0 : group;
	size_t last = group == WHOLE_RUN ? slices->group_count : group + 1;
	double median;

	for (size_t g = first; g < last; g++)
		distribution_merge(&all, slices_of(slices, g, slice));
	*measured = all.count >= RISE_SAMPLES;
	median = (double) distribution_percentile(&all, 50);
	distribution_free(&all);
	return median;
}

/* Returns by how many seconds a second the latency rises, or 0. */
static double
find_rise(const Slices *slices, size_t group)
{
	double medians[PROBE_SLICES];
	double slopes[PROBE_SLICES * PROBE_SLICES / 2];
	size_t at[PROBE_SLICES];
	size_t n = 0;
	size_t pairs = 0;
	int agree = 0;

	for (size_t i = 0; i < slices->count && n < PROBE_SLICES; i++)
	{
		bool measured;

		medians[n] = slice_median(slices, group, i, &measured);
		at[n] = i;
		n += measured;
	}
	if (n < RISE_SLICES)
		return 0;
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
		{
			slopes[pairs++] =
				(medians[j] - medians[i]) /
				((double) (at[j] - at[i]) * (double) slices->slice_us);
			agree += (medians[j] > medians[i]) - (medians[j] < medians[i]);
		}
	if (agree < RISE_AGREE * (double) pairs)
		return 0;
	qsort(slopes, pairs, sizeof(double), compare_doubles);
	return slopes[pairs / 2];
}

/* The largest latency relative to its target, if all were `more_us` longer. */
static double
worst_ratio(const Summary *summary, const Targets *targets, double more_us)
{
	double worst =
		(summary->latency.mean_us + more_us) / US_PER_MS / targets->avg_ms;
	double p95 = ((double) summary->latency.p95_us + more_us) / US_PER_MS /
				 targets->p95_ms;
	double p99 = ((double) summary->latency.p99_us + more_us) / US_PER_MS /
				 targets->p99_ms;

	return fmax(worst, fmax(p95, p99));
}

/* Of two targets of a query the narrower one is what it breaks. */
static double
group_ratio(const RequestList *requests, const Result *result, size_t group,
			const Targets *targets, double more_us)
{
	const Summary *summary = &result->groups[group].summary;

	return fmax(worst_ratio(summary, &requests->groups[group].targets, more_us),
				worst_ratio(summary, targets, more_us));
}

/* Failed requests break a query more than any latency does. */
static double
group_badness(const RequestList *requests, const Result *result, size_t group,
			  const Targets *targets)
{
	const Summary *summary = &result->groups[group].summary;
	double failed = summary->requests > 0
						? (double) summary->errors / (double) summary->requests
						: 0;

	return group_ratio(requests, result, group, targets, 0) + 1000 * failed;
}

static void
find_worst(Probe *probe, const RequestList *requests, const Result *result,
		   const Targets *targets)
{
	double most = -1;

	for (size_t i = 0; i < result->group_count; i++)
	{
		double badness = group_badness(requests, result, i, targets);

		if (result->groups[i].summary.requests == 0 || badness <= most)
			continue;
		most = badness;
		probe->breaks = i;
		probe->worst = group_ratio(requests, result, i, targets, 0);
	}
}

/* Looks for a group, or the whole, that would not hold for as long as asked. */
static void
judge_rise(Probe *probe, const RequestList *requests, const Result *result,
		   const Targets *targets, int64_t held_us)
{
	double worst = 1;

	for (size_t i = 0; i <= result->group_count; i++)
	{
		bool whole = i == result->group_count;
		double rise = find_rise(result->slices, whole ? WHOLE_RUN : i);
		double more_us = rise * (double) held_us;
		double ratio =
			whole ? worst_ratio(&result->total.summary, targets, more_us)
				  : group_ratio(requests, result, i, targets, more_us);

		if (rise <= 0 || ratio <= worst)
			continue;
		worst = ratio;
		probe->outcome = SEARCH_FAILS;
		probe->rise = rise;
		if (!whole)
			probe->breaks = i;
		free(probe->reason);
		probe->reason = memory_format(
			"the latency rises by %.1f ms a second: requests queue up",
			rise * 1000);
	}
}

/* A short run at a low rate may not get to every query, which is no fault. */
static bool
all_ok(const Result *result, const Verdict *verdict)
{
	bool ok = verdict->total_ok;

	for (size_t i = 0; i < result->group_count; i++)
		ok &= verdict->group_ok[i] || result->groups[i].summary.requests == 0;
	return ok;
}

static char *
first_reason(const RequestList *requests, const Verdict *verdict)
{
	return verdict->reason_count > 0
			   ? judge_reason(requests, &verdict->reasons[0])
			   : memory_text("the targets are missed");
}

void
probe_judge(Probe *probe, const RequestList *requests, const Result *result,
			const Targets *targets, double rate, int64_t held_us)
{
	const Summary *total = &result->total.summary;
	Verdict verdict;

	*probe = (Probe){.outcome = SEARCH_HOLDS, .breaks = NO_GROUP};
	judge_run(&verdict, requests, result, targets);
	find_worst(probe, requests, result, targets);
	if (!all_ok(result, &verdict))
	{
		probe->reason = first_reason(requests, &verdict);
		probe->outcome =
			total->rps < rate * FAR_SHARE ? SEARCH_FAILS_BY_FAR : SEARCH_FAILS;
	}
	else if (result->slices != NULL)
		judge_rise(probe, requests, result, targets, held_us);
	if (probe->outcome != SEARCH_HOLDS && result->busy_share > CLIENT_BUSY)
	{
		probe->outcome = SEARCH_CLIENT;
		free(probe->reason);
		probe->reason = memory_format("perfcheck-http itself was at work for "
									  "%.0f %% of the time",
									  100 * result->busy_share);
	}
	else if (probe->outcome != SEARCH_HOLDS && verdict.invalid != NULL)
	{
		probe->outcome = SEARCH_CLIENT;
		free(probe->reason);
		probe->reason = memory_text(verdict.invalid);
	}
	judge_free(&verdict);
}
