/*-------------------------------------------------------------------------
 *
 * report_github.c
 *		The report for GitHub Actions; see report.h.
 *
 *-------------------------------------------------------------------------
 */
#include "http/report/report.h"

#include <stdlib.h>
#include <string.h>

#include "http/base/text.h"

#define US_PER_MS 1000.0

/* A workflow command's message: a percent sign is its escape character. */
static void
put_message(FILE *out, const char *text)
{
	char shown[1024];

	text_copy_printable(shown, sizeof(shown), text, strlen(text));
	for (const char *c = shown; *c != '\0'; c++)
		if (*c == '%')
			fputs("%25", out);
		else
			fputc(*c, out);
}

void
report_github(FILE *out, const Run *run)
{
	const Result *result = run->result;

	for (size_t i = 0; i < run->verdict->reason_count; i++)
	{
		char *reason;

		if (run->verdict->reasons[i].implied)
			continue;
		reason = judge_reason(run->requests, &run->verdict->reasons[i]);
		fputs("::error title=perfcheck-http::", out);
		put_message(out, reason);
		fputc('\n', out);
		free(reason);
	}
	for (size_t i = 0; i < result->failure_count; i++)
	{
		const Failure *failure = &result->failures[i];

		/* Allowed ones are worth a look, too. */
		fprintf(out, "::%s title=perfcheck-http %s::%s ",
				run->verdict->ok ? "warning" : "error",
				check_class_name(failure->class),
				request_method_name(failure->request.method));
		put_message(out, failure->request.path);
		fputs(" -> ", out);
		put_message(out, failure->text);
		fputc('\n', out);
	}
}

/* A cell of a table, or a line of text; what Markdown and HTML act upon. */
static void
put_cell(FILE *out, const char *text)
{
	char shown[1024];

	text_copy_printable(shown, sizeof(shown), text, strlen(text));
	for (const char *c = shown; *c != '\0'; c++)
		if (*c == '<')
			fputs("&lt;", out);
		else if (*c == '>')
			fputs("&gt;", out);
		else if (*c == '&')
			fputs("&amp;", out);
		else
		{
			if (strchr("\\`*_{}[]()#+-!|~", *c) != NULL)
				fputc('\\', out);
			fputc(*c, out);
		}
}

static void
put_row(FILE *out, const char *name, const Summary *summary, bool ok)
{
	const Percentiles *latency = &summary->latency;
	const double us[] = {latency->mean_us, (double) latency->p50_us,
						 (double) latency->p95_us, (double) latency->p99_us,
						 (double) latency->max_us};
	char text[TEXT_NUMBER_SIZE];

	fputs("| ", out);
	put_cell(out, name);
	fprintf(out, " | %s", text_from_count(text, summary->requests));
	fprintf(out, " | %.1f", summary->rps);
	for (size_t i = 0; i < sizeof(us) / sizeof(us[0]); i++)
		fprintf(out, " | %s",
				summary->requests > 0 ? text_from_ms(text, us[i] / US_PER_MS)
									  : "");
	fprintf(out, " | %s | %s |\n", text_from_count(text, summary->errors),
			ok ? "ok" : "**not ok**");
}

void
report_markdown(FILE *out, const Run *run)
{
	const Result *result = run->result;
	const Verdict *verdict = run->verdict;

	fprintf(out, "### perfcheck-http: %s\n\n", verdict->ok ? "ok" : "not ok");
	for (size_t i = 0; i < verdict->reason_count; i++)
	{
		char *reason;

		if (verdict->reasons[i].implied)
			continue;
		reason = judge_reason(run->requests, &verdict->reasons[i]);
		fputs("- ", out);
		put_cell(out, reason);
		fputc('\n', out);
		free(reason);
	}
	fputs(verdict->reason_count > 0 ? "\n" : "", out);
	fputs("| query | requests | right/s | mean ms | p50 ms | p95 ms | p99 ms | "
		  "max ms | errors | |\n"
		  "| --- | --: | --: | --: | --: | --: | --: | --: | --: | --- |\n",
		  out);
	for (size_t i = 0; i < result->group_count; i++)
		put_row(out, run->requests->groups[i].name, &result->groups[i].summary,
				verdict->group_ok[i]);
	put_row(out, "total", &result->total.summary, verdict->ok);
	fputc('\n', out);
}
