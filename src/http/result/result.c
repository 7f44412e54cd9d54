/*-------------------------------------------------------------------------
 *
 * result.c
 *		Stores what a run has measured; see result.h.
 *
 * While the run lasts only the groups are added to. result_finish() merges them
 * into the total and computes the summaries from the distributions once.
 *
 *-------------------------------------------------------------------------
 */
#include "http/result/result.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "http/base/memory.h"

void
result_init(Result *result, size_t group_count)
{
	*result = (Result){
		.group_count = group_count, .statements = NAN, .traced_statements = -1};
	result->groups = memory_zeroed(group_count, sizeof(Tally));
}

void
result_slice(Result *result, int64_t duration_us, size_t most)
{
	result->slices = slices_create(result->group_count, duration_us, most);
}

static void
tally_free(Tally *tally)
{
	distribution_free(&tally->latency);
	distribution_free(&tally->service);
}

void
result_free(Result *result)
{
	for (size_t i = 0; i < result->group_count; i++)
		tally_free(&result->groups[i]);
	tally_free(&result->total);
	for (size_t i = 0; i < result->failure_count; i++)
		free(result->failures[i].request.path);
	for (int i = 0; i < LOSS_CAUSES; i++)
		free(result->resent[i].path);
	distribution_free(&result->own.delay);
	for (size_t i = 0; i < result->page_count; i++)
	{
		free(result->pages[i].request.path);
		free(result->pages[i].body.data);
	}
	for (size_t i = 0; i < result->suspect_count; i++)
		free(result->suspects[i].body.data);
	free(result->suspects);
	slices_free(result->slices);
	free(result->pages);
	free(result->groups);
	free(result->failures);
	*result = (Result){0};
}

static void
add_failure(Result *result, const Failure *added)
{
	for (size_t i = 0; i < result->failure_count; i++)
	{
		Failure *failure = &result->failures[i];

		if (failure->class == added->class && failure->status == added->status)
		{
			failure->count += added->count;
			return;
		}
	}
	result->failures = memory_grow(result->failures, result->failure_count + 1,
								   &result->failure_room, sizeof(Failure));
	result->failures[result->failure_count] = *added;
	result->failures[result->failure_count++].request.path =
		memory_text(added->request.path);
}

static void
add_finding(Result *result, const Request *request, const Finding *finding,
			int64_t count)
{
	Failure failure = {.class = finding->class,
					   .status = finding->status,
					   .count = count,
					   .request = *request};

	memcpy(failure.text, finding->text, sizeof(failure.text));
	add_failure(result, &failure);
}

/* Turns to histograms once there are too many samples. */
static void
bound_memory(Result *result)
{
	if (result->requests <= RESULT_EXACT_SAMPLES)
		return;
	for (size_t i = 0; i < result->group_count; i++)
	{
		distribution_compact(&result->groups[i].latency);
		distribution_compact(&result->groups[i].service);
	}
}

void
result_add(Result *result, const Request *request, const Timing *timing,
		   const Finding *finding)
{
	Tally *group = &result->groups[request->group];

	if (timing->warm_up)
	{
		result->warm_up++;
		result->warm_up_errors += finding->class != ERROR_NONE;
		return;
	}
	distribution_add(&group->latency, timing->latency_us);
	if (!timing->unsent)
		distribution_add(&group->service, timing->service_us);
	if (result->slices != NULL)
		slices_add(result->slices, request->group, timing->at_us,
				   timing->latency_us);
	group->late += timing->late;
	result->own.late += timing->late_own;
	group->by_class[finding->class]++;
	if (finding->class != ERROR_NONE)
		add_finding(result, request, finding, 1);
	else if (timing->in_time)
		group->right_in_time++;
	result->requests++;
	result->next_pages += request->next_page;
	if (result->requests == RESULT_EXACT_SAMPLES + 1)
		bound_memory(result);
}

int64_t
result_resent(const Result *result)
{
	int64_t count = 0;

	for (int i = 0; i < LOSS_CAUSES; i++)
		count += result->resent[i].count;
	return count;
}

static void
add_resent(Resent *resent, int64_t count, Method method, const char *path)
{
	if (count == 0)
		return;
	resent->count += count;
	if (resent->path != NULL)
		return;
	resent->method = method;
	resent->path = memory_text(path);
}

void
result_add_resent(Result *result, const Request *request, const Answer *answer)
{
	add_resent(&result->resent[answer->loss], answer->resent, request->method,
			   request->path);
}

/* It is unknown which of them were in time, so at most all that were. */
void
result_take_back(Result *result, const Request *request, const Finding *finding,
				 int64_t count)
{
	Tally *group = &result->groups[request->group];

	group->by_class[ERROR_NONE] -= count;
	group->by_class[finding->class] += count;
	group->right_in_time -=
		count < group->right_in_time ? count : group->right_in_time;
	add_finding(result, request, finding, count);
}

/* The first example of a kind stays until the kind is gone. */
static void
subtract_failure(Result *result, const Finding *finding, int64_t count)
{
	for (size_t i = 0; i < result->failure_count; i++)
	{
		Failure *failure = &result->failures[i];

		if (failure->class != finding->class ||
			failure->status != finding->status)
			continue;
		failure->count -= count;
		if (failure->count > 0)
			return;
		free(failure->request.path);
		*failure = result->failures[--result->failure_count];
		return;
	}
}

void
result_change(Result *result, const Request *request, const Finding *from,
			  const Finding *to, int64_t count)
{
	Tally *group = &result->groups[request->group];

	group->by_class[from->class] -= count;
	group->by_class[to->class] += count;
	subtract_failure(result, from, count);
	if (to->class == ERROR_NONE)
		group->right_in_time += count;
	else
		add_finding(result, request, to, count);
}

static void
tally_merge(Tally *into, const Tally *from)
{
	distribution_merge(&into->latency, &from->latency);
	distribution_merge(&into->service, &from->service);
	into->late += from->late;
	for (int i = 0; i < ERROR_CLASSES; i++)
		into->by_class[i] += from->by_class[i];
	into->right_in_time += from->right_in_time;
}

void
result_merge(Result *into, const Result *from)
{
	into->requests += from->requests;
	bound_memory(into);
	for (size_t i = 0; i < into->group_count; i++)
		tally_merge(&into->groups[i], &from->groups[i]);
	if (into->slices != NULL && from->slices != NULL)
		slices_merge(into->slices, from->slices);
	for (size_t i = 0; i < from->failure_count; i++)
		add_failure(into, &from->failures[i]);
	into->next_pages += from->next_pages;
	into->warm_up += from->warm_up;
	into->warm_up_errors += from->warm_up_errors;
	into->connects += from->connects;
	into->redirects += from->redirects;
	into->held_back += from->held_back;
	into->closed_here += from->closed_here;
	for (int i = 0; i < LOSS_CAUSES; i++)
		add_resent(&into->resent[i], from->resent[i].count,
				   from->resent[i].method, from->resent[i].path);
	into->own.late += from->own.late;
	distribution_merge(&into->own.delay, &from->own.delay);
}

static void
summarize_latencies(Percentiles *percentiles, Distribution *distribution)
{
	percentiles->mean_us = distribution_mean(distribution);
	percentiles->p50_us = distribution_percentile(distribution, 50);
	percentiles->p90_us = distribution_percentile(distribution, 90);
	percentiles->p95_us = distribution_percentile(distribution, 95);
	percentiles->p99_us = distribution_percentile(distribution, 99);
	percentiles->p99_9_us = distribution_percentile(distribution, 99.9);
	percentiles->max_us = distribution->max;
}

static void
summarize(Tally *tally, int64_t sent_for_us)
{
	Summary *summary = &tally->summary;

	summary->requests = (int64_t) tally->latency.count;
	summary->errors = summary->requests - tally->by_class[ERROR_NONE];
	summary->late = tally->late;
	memcpy(summary->by_class, tally->by_class, sizeof(summary->by_class));
	summary->rps = sent_for_us > 0 ? (double) tally->right_in_time * 1e6 /
										 (double) sent_for_us
								   : 0;
	summarize_latencies(&summary->latency, &tally->latency);
	summarize_latencies(&summary->service, &tally->service);
	summary->exact = distribution_is_exact(&tally->latency);
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
	result->sent_for_us = sent_for_us;
	for (size_t i = 0; i < result->group_count; i++)
	{
		tally_merge(&result->total, &result->groups[i]);
		summarize(&result->groups[i], sent_for_us);
	}
	summarize(&result->total, sent_for_us);
	if (result->failure_count > 1)
		qsort(result->failures, result->failure_count, sizeof(Failure),
			  compare_failures);
}
