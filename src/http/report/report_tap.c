/*-------------------------------------------------------------------------
 *
 * report_tap.c
 *		The report as TAP; see report.h.
 *
 *-------------------------------------------------------------------------
 */
#include "http/report/report.h"

#include <string.h>

#include "http/base/text.h"

#define US_PER_MS 1000.0

/*
 * "#" would start a directive, and a number or a dash would be taken for the
 * test's number.
 */
static void
put_description(FILE *out, const char *name)
{
	char shown[256];

	text_copy_printable(shown, sizeof(shown), name, strlen(name));
	for (const char *c = shown; *c != '\0'; c++)
	{
		if (*c == '#' || *c == '\\')
			fputc('\\', out);
		fputc(*c, out);
	}
}

/* In YAML's single quotes everything is itself, but for the quote. */
static void
put_quoted(FILE *out, const char *text)
{
	char shown[1024];

	text_copy_printable(shown, sizeof(shown), text, strlen(text));
	fputc('\'', out);
	for (const char *c = shown; *c != '\0'; c++)
	{
		if (*c == '\'')
			fputc('\'', out);
		fputc(*c, out);
	}
	fputc('\'', out);
}

static void
put_figures(FILE *out, const Summary *summary)
{
	char text[TEXT_NUMBER_SIZE];
	const Percentiles *latency = &summary->latency;

	fprintf(out, ": %s requests", text_from_count(text, summary->requests));
	if (summary->requests == 0)
		return;
	fprintf(out, ", mean %s ms",
			text_from_ms(text, latency->mean_us / US_PER_MS));
	fprintf(out, ", p95 %s ms",
			text_from_ms(text, (double) latency->p95_us / US_PER_MS));
	fprintf(out, ", p99 %s ms",
			text_from_ms(text, (double) latency->p99_us / US_PER_MS));
	if (summary->errors > 0)
		fprintf(out, ", %s failed", text_from_count(text, summary->errors));
}

static void
put_reasons(FILE *out, const Verdict *verdict, size_t group)
{
	fputs("  reasons:\n", out);
	for (size_t i = 0; i < verdict->reason_count; i++)
		if (verdict->reasons[i].group == group)
		{
			fputs("    - ", out);
			put_quoted(out, verdict->reasons[i].text);
			fputc('\n', out);
		}
}

/* The first example of each failure, in this group or in all of them. */
static void
put_failures(FILE *out, const Run *run, size_t group)
{
	bool any = false;

	for (size_t i = 0; i < run->result->failure_count; i++)
	{
		const Failure *failure = &run->result->failures[i];

		if (group != WHOLE_RUN && failure->request.group != group)
			continue;
		if (!any)
			fputs("  failures:\n", out);
		any = true;
		fprintf(out, "    - class: %s\n      request: ",
				check_class_key(failure->class));
		put_quoted(out, failure->request.path);
		fputs("\n      answer: ", out);
		put_quoted(out, failure->text);
		fputc('\n', out);
	}
}

static void
put_point(FILE *out, const Run *run, size_t number, size_t group,
		  const Summary *summary, bool ok)
{
	fprintf(out, "%sok %zu - ", ok ? "" : "not ", number);
	put_description(out, group == WHOLE_RUN
							 ? "all requests"
							 : run->requests->groups[group].name);
	put_figures(out, summary);
	fputc('\n', out);
	if (ok)
		return;
	fputs("  ---\n", out);
	put_reasons(out, run->verdict, group);
	put_failures(out, run, group);
	fputs("  ...\n", out);
}

void
report_tap(FILE *out, const Run *run)
{
	const Result *result = run->result;

	fprintf(out, "TAP version 13\n1..%zu\n", result->group_count + 1);
	for (size_t i = 0; i < result->group_count; i++)
		put_point(out, run, i + 1, i, &result->groups[i].summary,
				  run->verdict->group_ok[i]);
	put_point(out, run, result->group_count + 1, WHOLE_RUN,
			  &result->total.summary, run->verdict->total_ok);
}
