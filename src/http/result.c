/*-------------------------------------------------------------------------
 *
 * result.c
 *		What a run has measured; see result.h.
 *
 *-------------------------------------------------------------------------
 */
#include "result.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "stats.h"

void
samples_add(Samples *samples, int64_t us)
{
	samples->us = memory_grow(samples->us, samples->count + 1, &samples->room,
							  sizeof(int64_t));
	samples->us[samples->count++] = us;
}

void
samples_free(Samples *samples)
{
	free(samples->us);
	*samples = (Samples){0};
}

void
result_init(Result *result, size_t group_count)
{
	*result = (Result){.group_count = group_count};
	result->groups = memory_zeroed(group_count, sizeof(Tally));
}

void
result_free(Result *result)
{
	for (size_t i = 0; i < result->group_count; i++)
		samples_free(&result->groups[i].samples);
	samples_free(&result->total.samples);
	free(result->groups);
	free(result->failures);
	*result = (Result){0};
}

static void
add_failure(Result *result, const Request *request, const Finding *finding)
{
	Failure *failure;

	for (size_t i = 0; i < result->failure_count; i++)
	{
		failure = &result->failures[i];
		if (failure->class == finding->class &&
			failure->status == finding->status)
		{
			failure->count++;
			return;
		}
	}
	result->failures = memory_grow(result->failures, result->failure_count + 1,
								   &result->failure_room, sizeof(Failure));
	failure = &result->failures[result->failure_count++];
	*failure = (Failure){.class = finding->class,
						 .status = finding->status,
						 .count = 1,
						 .request = request};
	memcpy(failure->text, finding->text, sizeof(failure->text));
}

void
result_add(Result *result, const Request *request, int64_t latency_us,
		   const Finding *finding, bool in_time)
{
	Tally *group = &result->groups[request->group];

	samples_add(&group->samples, latency_us);
	group->by_class[finding->class]++;
	if (finding->class != ERROR_NONE)
		add_failure(result, request, finding);
	else if (in_time)
		group->right_in_time++;
}

/* Samples must be sorted. */
static void
summarize(Tally *tally, int64_t sent_for_us)
{
	Summary *summary = &tally->summary;
	const int64_t *us = tally->samples.us;
	size_t n = tally->samples.count;

	summary->requests = (int64_t) n;
	summary->errors = summary->requests - tally->by_class[ERROR_NONE];
	memcpy(summary->by_class, tally->by_class, sizeof(summary->by_class));
	summary->rps = sent_for_us > 0 ? (double) tally->right_in_time * 1e6 /
										 (double) sent_for_us
								   : 0;
	summary->mean_us = stats_mean(us, n);
	summary->p50_us = stats_percentile(us, n, 50);
	summary->p90_us = stats_percentile(us, n, 90);
	summary->p95_us = stats_percentile(us, n, 95);
	summary->p99_us = stats_percentile(us, n, 99);
	summary->p99_9_us = stats_percentile(us, n, 99.9);
	summary->max_us = stats_percentile(us, n, 100);
}

static int
compare_failures(const void *a, const void *b)
{
	const Failure *x = a;
	const Failure *y = b;

	return (x->count < y->count) - (x->count > y->count);
}

void
result_finish(Result *result, int64_t sent_for_us)
{
	Tally *total = &result->total;

	result->sent_for_us = sent_for_us;
	for (size_t i = 0; i < result->group_count; i++)
	{
		Tally *group = &result->groups[i];

		stats_sort(group->samples.us, group->samples.count);
		summarize(group, sent_for_us);
		for (size_t k = 0; k < group->samples.count; k++)
			samples_add(&total->samples, group->samples.us[k]);
		for (int k = 0; k < ERROR_CLASSES; k++)
			total->by_class[k] += group->by_class[k];
		total->right_in_time += group->right_in_time;
	}
	stats_sort(total->samples.us, total->samples.count);
	summarize(total, sent_for_us);
	if (result->failure_count > 1)
		qsort(result->failures, result->failure_count, sizeof(Failure),
			  compare_failures);
}
