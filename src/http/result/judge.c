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

static void
judge_total(Verdict *verdict, const Summary *total, const Targets *targets)
{
	if (measured_nothing(total))
		add_nothing(verdict, WHOLE_RUN, total);
	else if (total->errors > targets->max_errors)
		add_errors(verdict, WHOLE_RUN, total);
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
	if (nothing)
		add_nothing(verdict, group, summary);
	else
		add_errors(verdict, group, summary);
	verdict->reasons[verdict->reason_count - 1].implied =
		!nothing || measured_nothing(total);
	return false;
}

void
judge_run(Verdict *verdict, const RequestList *requests, const Result *result,
		  const Targets *targets)
{
	const Summary *total = &result->total.summary;

	*verdict = (Verdict){.ok = true};
	verdict->group_ok = memory_zeroed(result->group_count, sizeof(bool));
	judge_total(verdict, total, targets);
	verdict->total_ok = verdict->ok;
	for (size_t i = 0; i < result->group_count; i++)
		verdict->group_ok[i] =
			judge_group(verdict, i, &requests->groups[i].targets,
						&result->groups[i].summary, total, targets->max_errors);
}

void
judge_free(Verdict *verdict)
{
	for (size_t i = 0; i < verdict->reason_count; i++)
		free(verdict->reasons[i].text);
	free(verdict->reasons);
	free(verdict->group_ok);
	*verdict = (Verdict){0};
}
