/*-------------------------------------------------------------------------
 *
 * report_junit.c
 *		The report as JUnit XML; see report.h.
 *
 *-------------------------------------------------------------------------
 */
#include "http/report/report.h"

#include <string.h>

#include "http/base/text.h"

#define US_PER_S 1e6

/*
 * As an attribute's value or as text. What XML 1.0 cannot hold, control
 * characters and bytes that are not UTF-8, is replaced as for a terminal; the
 * noncharacters U+FFFE and U+FFFF are left out.
 */
static void
put_xml(FILE *out, const char *text)
{
	char shown[1024];

	text_copy_printable(shown, sizeof(shown), text, strlen(text));
	for (const char *c = shown; *c != '\0'; c++)
		if (*c == '&')
			fputs("&amp;", out);
		else if (*c == '<')
			fputs("&lt;", out);
		else if (*c == '>')
			fputs("&gt;", out);
		else if (*c == '"')
			fputs("&quot;", out);
		else if (strncmp(c, "\xef\xbf\xbe", 3) == 0 ||
				 strncmp(c, "\xef\xbf\xbf", 3) == 0)
			c += 2;
		else
			fputc(*c, out);
}

static size_t
count_failed(const Run *run)
{
	size_t failed = !run->verdict->total_ok;

	for (size_t i = 0; i < run->result->group_count; i++)
		failed += !run->verdict->group_ok[i];
	return failed;
}

/*
 * The message is the first reason, of which there is one; the text all of them
 * and the examples.
 */
static void
put_failure(FILE *out, const Run *run, size_t group)
{
	const Verdict *verdict = run->verdict;
	const Result *result = run->result;
	size_t first = 0;

	while (verdict->reasons[first].group != group)
		first++;
	fputs("      <failure type=\"perfcheck\" message=\"", out);
	put_xml(out, verdict->reasons[first].text);
	fputs("\">\n", out);
	for (size_t i = 0; i < verdict->reason_count; i++)
		if (verdict->reasons[i].group == group)
		{
			put_xml(out, verdict->reasons[i].text);
			fputc('\n', out);
		}
	for (size_t i = 0; i < result->failure_count; i++)
	{
		const Failure *failure = &result->failures[i];

		if (group != WHOLE_RUN && failure->request.group != group)
			continue;
		put_xml(out, check_class_name(failure->class));
		fprintf(out, ": %s ", request_method_name(failure->request.method));
		put_xml(out, failure->request.path);
		fputs(" -&gt; ", out);
		put_xml(out, failure->text);
		fputc('\n', out);
	}
	fputs("</failure>\n", out);
}

/* The time of a test case is the mean latency of its requests. */
static void
put_case(FILE *out, const Run *run, size_t group, const Summary *summary,
		 bool ok)
{
	fputs("    <testcase classname=\"perfcheck-http\" name=\"", out);
	put_xml(out, group == WHOLE_RUN ? "all requests"
									: run->requests->groups[group].name);
	fprintf(out, "\" time=\"%.6f\"", summary->latency.mean_us / US_PER_S);
	if (ok)
	{
		fputs("/>\n", out);
		return;
	}
	fputs(">\n", out);
	put_failure(out, run, group);
	fputs("    </testcase>\n", out);
}

void
report_junit(FILE *out, const Run *run)
{
	const Result *result = run->result;
	size_t failed = count_failed(run);
	char counts[128];

	snprintf(counts, sizeof(counts),
			 "tests=\"%zu\" failures=\"%zu\" errors=\"0\" time=\"%.3f\"",
			 result->group_count + 1, failed,
			 (double) result->sent_for_us / US_PER_S);
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", out);
	fprintf(out, "<testsuites %s>\n  <testsuite name=\"perfcheck-http ",
			counts);
	put_xml(out, run->settings->url);
	fprintf(out, "\" skipped=\"0\" %s>\n", counts);
	for (size_t i = 0; i < result->group_count; i++)
		put_case(out, run, i, &result->groups[i].summary,
				 run->verdict->group_ok[i]);
	put_case(out, run, WHOLE_RUN, &result->total.summary,
			 run->verdict->total_ok);
	fputs("  </testsuite>\n</testsuites>\n", out);
}
