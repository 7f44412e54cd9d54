/*-------------------------------------------------------------------------
 *
 * judge.c
 *		A run against its targets; see judge.h.
 *
 *-------------------------------------------------------------------------
 */
#include "judge.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "text.h"

#define US_PER_MS 1000.0

/* Takes the reason over. */
static void
add_reason(Verdict *verdict, char *reason)
{
	verdict->reasons = memory_grow(verdict->reasons, verdict->reason_count + 1,
								   &verdict->reason_room, sizeof(char *));
	verdict->reasons[verdict->reason_count++] = reason;
	verdict->ok = false;
}

/* Whether a latency in us meets a target in ms; name: "p95 ", "page: p95 ". */
static bool
judge_latency(Verdict *verdict, const char *subject, const char *name,
			  double value_us, double target_ms)
{
	double value_ms = value_us / US_PER_MS;
	char value[TEXT_NUMBER_SIZE];
	char target[TEXT_NUMBER_SIZE];

	if (value_ms <= target_ms)
		return true;
	snprintf(target, sizeof(target), "%.15g", target_ms);
	text_from_ms(value, value_ms);
	/* A hair above: "300 ms is over 300 ms" would be of no help. */
	if (strtod(value, NULL) <= target_ms)
		snprintf(value, sizeof(value), "%.3f", value_ms);
	add_reason(verdict, memory_format("%s%s %s ms is over %s ms", subject, name,
									  value, target));
	return false;
}

/* Nothing measured: no target can be met. */
static bool
measured_nothing(const Summary *summary)
{
	return summary->errors == summary->requests;
}

static void
add_nothing(Verdict *verdict, const char *subject, const Summary *summary)
{
	char count[TEXT_NUMBER_SIZE];

	text_from_count(count, summary->requests);
	if (summary->requests == 0)
		add_reason(verdict, memory_format("%sno request was sent in this time",
										  subject));
	else
		add_reason(verdict, memory_format("%severy request failed (%s)",
										  subject, count));
}

static bool
judge_latencies(Verdict *verdict, const char *subject, const Summary *summary,
				const Targets *targets)
{
	bool ok = judge_latency(verdict, subject, "mean", summary->latency.mean_us,
							targets->avg_ms);

	ok &= judge_latency(verdict, subject, "p95",
						(double) summary->latency.p95_us, targets->p95_ms);
	ok &= judge_latency(verdict, subject, "p99",
						(double) summary->latency.p99_us, targets->p99_ms);
	return ok;
}

static void
judge_total(Verdict *verdict, const Summary *total, const Targets *targets)
{
	char errors[TEXT_NUMBER_SIZE];
	char requests[TEXT_NUMBER_SIZE];

	if (measured_nothing(total))
		add_nothing(verdict, "", total);
	else if (total->errors > targets->max_errors)
		add_reason(verdict,
				   memory_format("%s of %s requests failed",
								 text_from_count(errors, total->errors),
								 text_from_count(requests, total->requests)));
	(void) judge_latencies(verdict, "", total, targets);
	if (total->rps < targets->min_rate)
		add_reason(verdict,
				   memory_format("%.1f right answers/s are under %.15g/s",
								 total->rps, targets->min_rate));
}

/*
 * Too many errors are a reason of the total, which has at least as many; and
 * where the total has measured nothing, so has every group.
 */
static bool
judge_group(Verdict *verdict, const Group *group, const Summary *summary,
			const Summary *total, int64_t max_errors)
{
	char *subject = memory_format("%s: ", group->name);
	bool ok = judge_latencies(verdict, subject, summary, &group->targets);

	if (measured_nothing(summary))
	{
		ok = false;
		if (!measured_nothing(total))
			add_nothing(verdict, subject, summary);
	}
	free(subject);
	return ok && summary->errors <= max_errors;
}

void
judge_run(Verdict *verdict, const RequestList *requests, const Result *result,
		  const Targets *targets)
{
	const Summary *total = &result->total.summary;

	*verdict = (Verdict){.ok = true};
	verdict->group_ok = memory_zeroed(result->group_count, sizeof(bool));
	judge_total(verdict, total, targets);
	for (size_t i = 0; i < result->group_count; i++)
		verdict->group_ok[i] =
			judge_group(verdict, &requests->groups[i],
						&result->groups[i].summary, total, targets->max_errors);
}

void
judge_free(Verdict *verdict)
{
	for (size_t i = 0; i < verdict->reason_count; i++)
		free(verdict->reasons[i]);
	free(verdict->reasons);
	free(verdict->group_ok);
	*verdict = (Verdict){0};
}
