/*-------------------------------------------------------------------------
 *
 * judge.c
 *		Judges a run by its targets; see judge.h.
 *
 * The whole run is judged first, then each group. Each violation becomes a
 * reason. One of a group that a reason of the whole run covers is marked as
 * implied, so that reports need not repeat it.
 *
 *-------------------------------------------------------------------------
 */
#include "http/result/judge.h"

#include <stdlib.h>
#include <string.h>

#include "http/base/memory.h"
#include "http/base/text.h"
#include "http/result/own.h"

#define US_PER_MS 1000.0

/* Adds a reason, which owns the text from now on. */
static void
add_reason(Verdict *verdict, size_t group, char *text)
{
	verdict->reasons = memory_grow(verdict->reasons, verdict->reason_count + 1,
								   &verdict->reason_room, sizeof(Reason));
	verdict->reasons[verdict->reason_count++] =
		(Reason){.group = group, .text = text};
	verdict->ok = false;
}

void
judge_add(Verdict *verdict, char *text)
{
	add_reason(verdict, WHOLE_RUN, text);
	verdict->total_ok = false;
}

char *
judge_reason(const RequestList *requests, const Reason *reason)
{
	if (reason->group == WHOLE_RUN)
		return memory_text(reason->text);
	return memory_format("%s: %s", requests->groups[reason->group].name,
						 reason->text);
}

/* Returns whether a latency in us meets a target in ms. */
static bool
judge_latency(Verdict *verdict, size_t group, const char *name, double value_us,
			  double target_ms)
{
	double value_ms = value_us / US_PER_MS;
	char value[TEXT_NUMBER_SIZE];
	char target[TEXT_NUMBER_SIZE];

	if (value_ms <= target_ms)
		return true;
	snprintf(target, sizeof(target), "%.15g", target_ms);
	text_from_ms(value, value_ms);
	/* More decimals show a small excess, as in "300.004 ms is over 300 ms". */
	if (strtod(value, NULL) <= target_ms)
		snprintf(value, sizeof(value), "%.3f", value_ms);
	add_reason(verdict, group,
			   memory_format("%s %s ms is over %s ms", name, value, target));
	verdict->reasons[verdict->reason_count - 1].slow = true;
	return false;
}

/* Without a right answer there is nothing that could meet a target. */
static bool
measured_nothing(const Summary *summary)
{
	return summary->errors == summary->requests;
}

static void
add_nothing(Verdict *verdict, size_t group, const Summary *summary)
{
	char count[TEXT_NUMBER_SIZE];

	text_from_count(count, summary->requests);
	if (summary->requests == 0)
		add_reason(verdict, group,
				   memory_text("no request was sent in this time"));
	else
		add_reason(verdict, group,
				   memory_format("every request failed (%s)", count));
}

static void
add_errors(Verdict *verdict, size_t group, const Summary *summary)
{
	char errors[TEXT_NUMBER_SIZE];
	char requests[TEXT_NUMBER_SIZE];

	add_reason(verdict, group,
			   memory_format("%s of %s requests failed",
							 text_from_count(errors, summary->errors),
							 text_from_count(requests, summary->requests)));
}

static bool
judge_latencies(Verdict *verdict, size_t group, const Summary *summary,
				const Targets *targets)
{
	const Percentiles *latency = &summary->latency;
	bool ok = judge_latency(verdict, group, "mean", latency->mean_us,
							targets->avg_ms);

	ok &= judge_latency(verdict, group, "p95", (double) latency->p95_us,
						targets->p95_ms);
	ok &= judge_latency(verdict, group, "p99", (double) latency->p99_us,
						targets->p99_ms);
	return ok;
}

/* Without a limit, none may be sent again once there is one in a thousand. */
static void
judge_resent(Verdict *verdict, const Result *result, const Targets *targets)
{
	int64_t requests = result->total.summary.requests;
	int64_t resent = result_resent(result);
	int64_t most = targets->max_resent == RESENT_BY_SHARE
					   ? requests / RESENT_ONE_IN
					   : targets->max_resent;
	char text[2][TEXT_NUMBER_SIZE];

	if (resent <= most)
		return;
	verdict->only_slow = false;
	add_reason(verdict, WHOLE_RUN,
			   memory_format("%s of %s requests were sent again after their "
							 "connection was lost (--max-resent)",
							 text_from_count(text[0], resent),
							 text_from_count(text[1], requests)));
}

static void
judge_total(Verdict *verdict, const Result *result, const Targets *targets)
{
	const Summary *total = &result->total.summary;

	if (measured_nothing(total))
		add_nothing(verdict, WHOLE_RUN, total);
	else if (total->errors > targets->max_errors)
		add_errors(verdict, WHOLE_RUN, total);
	verdict->only_slow = verdict->ok;
	judge_resent(verdict, result, targets);
	(void) judge_latencies(verdict, WHOLE_RUN, total, targets);
	if (total->rps < targets->min_rate)
		add_reason(verdict, WHOLE_RUN,
				   memory_format("%.1f right answers/s are under %.15g/s",
								 total->rps, targets->min_rate));
}

/*
 * If the total has measured nothing, no group has. If a group has too many
 * errors, so has the total.
 */
static bool
judge_group(Verdict *verdict, size_t group, const Targets *targets,
			const Summary *summary, const Summary *total, int64_t max_errors)
{
	bool ok = judge_latencies(verdict, group, summary, targets);
	bool nothing = measured_nothing(summary);

	if (!nothing && summary->errors <= max_errors)
		return ok;
	verdict->only_slow = false;
	if (nothing)
		add_nothing(verdict, group, summary);
	else
		add_errors(verdict, group, summary);
	verdict->reasons[verdict->reason_count - 1].implied =
		!nothing || measured_nothing(total);
	return false;
}

static bool
is_slow(const Summary *summary, const Targets *targets)
{
	const Percentiles *latency = &summary->latency;

	return latency->mean_us / US_PER_MS > targets->avg_ms ||
		   (double) latency->p95_us / US_PER_MS > targets->p95_ms ||
		   (double) latency->p99_us / US_PER_MS > targets->p99_ms;
}

/* Of one query, what is said of it is what is said of all. */
static bool
everything_is_slow(const RequestList *requests, const Result *result,
				   const Targets *targets)
{
	if (result->group_count < 2 || !is_slow(&result->total.summary, targets))
		return false;
	for (size_t i = 0; i < result->group_count; i++)
		if (!is_slow(&result->groups[i].summary, &requests->groups[i].targets))
			return false;
	return true;
}

/*
 * When every query is slow, the cause is one: one reason says so, and those of
 * each measure of each query are implied.
 */
static void
summarize_slow(Verdict *verdict, const Result *result, const Targets *targets)
{
	const Percentiles *latency = &result->total.summary.latency;
	char text[3][TEXT_NUMBER_SIZE];
	char *line = memory_format(
		"everything is slow: all %zu queries miss their targets; mean %s ms, "
		"p95 %s ms, p99 %s ms of all requests (targets: %.15g, %.15g, %.15g)",
		result->group_count,
		text_from_ms(text[0], latency->mean_us / US_PER_MS),
		text_from_ms(text[1], (double) latency->p95_us / US_PER_MS),
		text_from_ms(text[2], (double) latency->p99_us / US_PER_MS),
		targets->avg_ms, targets->p95_ms, targets->p99_ms);

	for (size_t i = 0; i < verdict->reason_count; i++)
		verdict->reasons[i].implied |= verdict->reasons[i].slow;
	add_reason(verdict, WHOLE_RUN, line);
}

void
judge_run(Verdict *verdict, const RequestList *requests, const Result *result,
		  const Targets *targets)
{
	const Summary *total = &result->total.summary;

	*verdict = (Verdict){.ok = true};
	verdict->group_ok = memory_zeroed(result->group_count, sizeof(bool));
	judge_total(verdict, result, targets);
	verdict->total_ok = verdict->ok;
	for (size_t i = 0; i < result->group_count; i++)
		verdict->group_ok[i] =
			judge_group(verdict, i, &requests->groups[i].targets,
						&result->groups[i].summary, total, targets->max_errors);
	if (everything_is_slow(requests, result, targets))
		summarize_slow(verdict, result, targets);
	verdict->invalid = own_invalid(result);
}

void
judge_free(Verdict *verdict)
{
	for (size_t i = 0; i < verdict->reason_count; i++)
		free(verdict->reasons[i].text);
	free(verdict->reasons);
	free(verdict->group_ok);
	free(verdict->invalid);
	*verdict = (Verdict){0};
}
