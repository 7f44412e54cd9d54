/*-------------------------------------------------------------------------
 *
 * report.c
 *		The report for people; see report.h.
 *
 * Each put_ function writes one part, from the verdict at the top to the notes
 * at the end, and none keeps a state. Columns are aligned by characters, not by
 * bytes, as names may be UTF-8. The histogram goes through its bins twice: to
 * find the longest bar, and to draw.
 *
 *-------------------------------------------------------------------------
 */
#include "http/report/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "http/base/memory.h"
#include "http/base/text.h"
#include "shared/percentile.h"

#define US_PER_MS 1000.0
#define BAR_COLUMNS 40
#define MAX_NAME_COLUMNS 32
#define SERVICE "service time"

/* Above this share of the time, answers wait for the client noticeably. */
#define BUSY_SHARE 0.8

static void
put_headline(FILE *out, const Run *run)
{
	const Verdict *verdict = run->verdict;
	const Summary *total = &run->result->total.summary;
	char text[4][TEXT_NUMBER_SIZE];
	bool first = true;

	if (verdict->ok)
		fprintf(
			out, "ok: %s requests, mean %s ms, p95 %s ms, p99 %s ms, ",
			text_from_count(text[0], total->requests),
			text_from_ms(text[1], total->latency.mean_us / US_PER_MS),
			text_from_ms(text[2], (double) total->latency.p95_us / US_PER_MS),
			text_from_ms(text[3], (double) total->latency.p99_us / US_PER_MS));
	if (verdict->ok)
	{
		int64_t resent = result_resent(run->result);

		fprintf(out, "%s failed",
				total->errors > 0 ? text_from_count(text[0], total->errors)
								  : "none");
		if (resent > 0)
			fprintf(out, ", %s sent again", text_from_count(text[0], resent));
		fputc('\n', out);
	}
	/* Wrong answers are wrong, whatever has shaped the latencies. */
	if (verdict->invalid != NULL && !verdict->ok && verdict->only_slow)
	{
		fprintf(out, "not valid: %s\n", verdict->invalid);
		first = false;
	}
	for (size_t i = 0; i < verdict->reason_count; i++)
	{
		char *reason;

		if (verdict->reasons[i].implied)
			continue;
		reason = judge_reason(run->requests, &verdict->reasons[i]);
		text_make_printable(reason);
		fprintf(out, "%s %s\n", first ? "not ok:" : "   and:", reason);
		first = false;
		free(reason);
	}
	if (verdict->invalid != NULL && (verdict->ok || !verdict->only_slow))
		fprintf(out, "   but not valid: %s\n", verdict->invalid);
}

static void
put_setting(FILE *out, const Run *run)
{
	const Settings *settings = run->settings;
	char number[TEXT_NUMBER_SIZE];

	fprintf(out, "%s, %d connection%s", settings->url, settings->connections,
			settings->connections == 1 ? "" : "s");
	if (settings->http2)
		fputs(" of HTTP/2", out);
	if (settings->streams > 1)
		fprintf(out, " with %d streams each", settings->streams);
	if (settings->proxy != NULL)
		fputs(" through a proxy", out);
	if (settings->threads > 1)
		fprintf(out, ", %d threads", settings->threads);
	if (settings->rate > 0)
		fprintf(out, ", %.15g requests/s", settings->rate);
	else if (settings->replay)
		fprintf(out, ", replayed at %.15g times its speed",
				settings->replay_speed);
	else
		fputs(", closed loop", out);
	fprintf(out, ", %s", text_from_duration(number, run->result->sent_for_us));
	if (run->result->interrupted)
		fprintf(out, " of %s: interrupted",
				text_from_duration(number, settings->duration_us));
	fputc('\n', out);
	if (settings->warmup_us > 0)
	{
		fprintf(out, "warm-up of %s before, not counted: ",
				text_from_duration(number, settings->warmup_us));
		fprintf(out, "%s requests, ",
				text_from_count(number, run->result->warm_up));
		fprintf(out, "%s failed\n",
				run->result->warm_up_errors > 0
					? text_from_count(number, run->result->warm_up_errors)
					: "none");
	}
	fputc('\n', out);
}

static int
name_columns(const Run *run)
{
	const RequestList *requests = run->requests;
	int columns =
		text_columns(settings_is_open_loop(run->settings) ? SERVICE : "query");

	for (size_t i = 0; i < requests->group_count; i++)
	{
		int name = text_columns(requests->groups[i].name);

		if (name > columns)
			columns = name;
	}
	return columns < MAX_NAME_COLUMNS ? columns : MAX_NAME_COLUMNS;
}

/* printf() pads by bytes, not by columns. */
static void
put_name(FILE *out, const char *name, int columns)
{
	char shown[256];

	text_copy_printable(shown, sizeof(shown), name, strlen(name));
	fprintf(out, "%s%*s", shown,
			columns > text_columns(shown) ? columns - text_columns(shown) : 0,
			"");
}

static void
put_latencies(FILE *out, const Percentiles *latencies, bool measured)
{
	char text[TEXT_NUMBER_SIZE];
	const double us[] = {latencies->mean_us, (double) latencies->p50_us,
						 (double) latencies->p95_us, (double) latencies->p99_us,
						 (double) latencies->max_us};

	for (size_t i = 0; i < sizeof(us) / sizeof(us[0]); i++)
		fprintf(out, " %6s",
				measured ? text_from_ms(text, us[i] / US_PER_MS) : "-");
}

static void
put_row(FILE *out, const char *name, int columns, const Summary *summary,
		bool ok)
{
	char text[TEXT_NUMBER_SIZE];

	put_name(out, name, columns);
	fprintf(out, " %9s", text_from_count(text, summary->requests));
	fprintf(out, " %7.1f", summary->rps);
	put_latencies(out, &summary->latency, summary->requests > 0);
	fprintf(out, " %6s  %s\n", text_from_count(text, summary->errors),
			ok ? "ok" : "not ok");
}

/* In a closed loop, the service time is the latency. */
static void
put_service(FILE *out, const Run *run, int columns)
{
	const Summary *total = &run->result->total.summary;
	char late[TEXT_NUMBER_SIZE];

	if (!settings_is_open_loop(run->settings) || total->requests == 0)
		return;
	put_name(out, SERVICE, columns);
	fprintf(out, " %9s %7s", "", "");
	put_latencies(out, &total->service, true);
	fprintf(
		out,
		"\n\nlatency is from when a request was due, service time from when "
		"it was sent;\n%.1f %% of requests (%s) were sent late\n",
		100.0 * (double) total->late / (double) total->requests,
		text_from_count(late, total->late));
}

static void
put_table(FILE *out, const Run *run)
{
	const RequestList *requests = run->requests;
	int columns = name_columns(run);

	fprintf(out, "%-*s %9s %7s %6s %6s %6s %6s %6s\n", columns, "", "", "",
			"mean", "p50", "p95", "p99", "max");
	fprintf(out, "%-*s %9s %7s %6s %6s %6s %6s %6s %6s\n", columns, "query",
			"requests", "right/s", "ms", "ms", "ms", "ms", "ms", "errors");
	for (size_t i = 0; i < requests->group_count; i++)
		put_row(out, requests->groups[i].name, columns,
				&run->result->groups[i].summary, run->verdict->group_ok[i]);
	put_row(out, "total", columns, &run->result->total.summary,
			run->verdict->ok);
	put_service(out, run, columns);
}

double
report_database_share(const Group *group, const Summary *summary)
{
	double mean_ms = summary->service.mean_us / US_PER_MS;

	/* A part is not larger than the whole: that was another query, or load. */
	if (!isfinite(group->database_ms) || mean_ms <= 0 ||
		group->database_ms > mean_ms)
		return NAN;
	return group->database_ms / mean_ms;
}

double
report_statements(const Result *result)
{
	int64_t requests = result->total.summary.requests + result->warm_up;

	return requests > 0 ? result->statements / (double) requests : NAN;
}

/* Lists the queries for which a result of perfcheck_time is stored. */
static void
put_database(FILE *out, const Run *run)
{
	const RequestList *requests = run->requests;
	int columns = name_columns(run);
	bool any = false;

	for (size_t i = 0; i < requests->group_count; i++)
	{
		const Group *group = &requests->groups[i];
		const Summary *summary = &run->result->groups[i].summary;
		double share = report_database_share(group, summary);
		char number[TEXT_NUMBER_SIZE];

		if (!isfinite(share))
			continue;
		if (!any)
			fprintf(out,
					"\nwhere the time goes: the database's part, from the last "
					"perfcheck_time kept\n%-*s %11s %11s %6s\n",
					columns, "query", "service ms", "database ms", "share");
		any = true;
		put_name(out, group->name, columns);
		fprintf(out, " %11s",
				text_from_ms(number, summary->service.mean_us / US_PER_MS));
		fprintf(out, " %11s %4.0f %%\n",
				text_from_ms(number, group->database_ms), 100 * share);
	}
}

/* Returns the next upper bound of a bin: 10 us, 20 us, 50 us, 100 us, ... */
static int64_t
next_edge(int64_t edge)
{
	int64_t first = edge;

	while (first >= 10)
		first /= 10;
	return first == 2 ? edge / 2 * 5 : edge * 2;
}

static void
put_bar(FILE *out, int64_t edge_us, size_t count, size_t most, size_t all)
{
	static const char bar[] = "########################################";
	char number[TEXT_NUMBER_SIZE];
	int length = (int) ((double) count * BAR_COLUMNS / (double) most + 0.5);

	if (length == 0 && count > 0)
		length = 1;
	fprintf(out, "<= %6.15g ms  %-*.*s %5.1f %%  %s\n",
			(double) edge_us / US_PER_MS, BAR_COLUMNS, length, bar,
			100.0 * (double) count / (double) all,
			text_from_count(number, (int64_t) count));
}

static void
put_histogram(FILE *out, Distribution *latency)
{
	size_t most = 0;

	fputs("\ndistribution of latency\n", out);
	for (int drawing = 0; drawing <= 1; drawing++)
	{
		size_t before = 0;

		for (int64_t edge = 10; before < latency->count; edge = next_edge(edge))
		{
			size_t up_to = distribution_up_to(latency, edge);

			if (!drawing && up_to - before > most)
				most = up_to - before;
			if (drawing && up_to > 0)
				put_bar(out, edge, up_to - before, most, latency->count);
			before = up_to;
		}
	}
}

static const char *
advice(const Failure *failure)
{
	switch (failure->class)
	{
		case ERROR_CONNECT:
			return "see the server's log, its limit of connections and of open "
				   "files";
		case ERROR_TIMEOUT:
			return "look for locks and slow queries; --timeout sets how long "
				   "to wait";
		case ERROR_STATUS:
			return failure->status >= 500 ? "see the server's log"
				   : failure->status < 400
					   ? "give the final URL, or --redirects N to follow those "
						 "to the same server"
					   : "see what the API takes: path, parameters, rights";
		case ERROR_EMPTY:
			return "a request that matches nothing measures nothing: does the "
				   "API use the same database? (--allow-empty)";
		case ERROR_COUNT:
			return "does the API run the contract's SQL, on the same database?";
		case ERROR_ROWS:
			return "does the API run the contract's SQL, with the same values "
				   "and order? Its key is another member: --key";
		case ERROR_EXPECTED:
			return "it is what --expect-json asks for";
		case ERROR_CHANGED:
			return "did rows change? Is the order complete? (--allow-changes)";
		default:
			return "see what the server sends";
	}
}

/* Writes a URL for a shell's single quotes, and percent-encodes quotes. */
static void
put_url(FILE *out, const char *text)
{
	for (; *text != '\0'; text++)
		if (*text == '\'')
			fputs("%27", out);
		else
			fputc(*text, out);
}

/* Writes an option of curl, if it was given. */
static void
put_file(FILE *out, const char *option, const char *file)
{
	if (file == NULL)
		return;
	fprintf(out, " %s '", option);
	put_url(out, file);
	fputc('\'', out);
}

/* Writes the options of curl, but nothing that may contain a password. */
static void
put_way(FILE *out, const Settings *settings)
{
	if (settings->insecure)
		fputs(" -k", out);
	put_file(out, "--cacert", settings->cacert);
	put_file(out, "--cert", settings->cert);
	put_file(out, "--key", settings->cert_key);
	put_file(out, "--connect-to", settings->connect_to);
	if (settings->http2)
		fputs(strncmp(settings->url, "https:", 6) == 0
				  ? " --http2"
				  : " --http2-prior-knowledge",
			  out);
	if (settings->redirects > 0)
		fputs(" -L", out);
	if (settings->proxy != NULL)
		fputs(" --proxy ...", out);
	put_file(out, "--unix-socket", settings->unix_socket);
}

void
report_curl(FILE *out, const Settings *settings, const Request *request)
{
	if (request->method == METHOD_HEAD)
		fputs("curl -i -I", out);
	else if (request->method == METHOD_GET)
		fputs("curl -i", out);
	else
		fprintf(out, "curl -i -X %s", request_method_name(request->method));
	put_way(out, settings);
	for (size_t i = 0; i < settings->header_count; i++)
		fprintf(out, " -H '%.*s: ...'",
				(int) strcspn(settings->headers[i], ":"), settings->headers[i]);
	if (request->body != NULL)
		fputs(" -d ...", out);
	fputs(" '", out);
	put_url(out,
			settings->wire_url != NULL ? settings->wire_url : settings->url);
	put_url(out, request->path);
	fputc('\'', out);
}

static void
put_failures(FILE *out, const Run *run)
{
	const Result *result = run->result;
	char count[TEXT_NUMBER_SIZE];

	if (result->failure_count > 0)
		fputs("\nerrors, each with its first example\n", out);
	for (size_t i = 0; i < result->failure_count; i++)
	{
		const Failure *failure = &result->failures[i];

		fprintf(out, "%9s  %s", text_from_count(count, failure->count),
				check_class_name(failure->class));
		if (failure->status != 0)
			fprintf(out, " %d", failure->status);
		fprintf(out, "\n           %s %s -> %s\n",
				request_method_name(failure->request.method),
				failure->request.path, failure->text);
		fprintf(out, "           %s\n           ", advice(failure));
		report_curl(out, run->settings, &failure->request);
		fputc('\n', out);
	}
}

/*
 * Returns whether the server has closed connections in order: what was closed
 * here after a fault, or lost, is no sign of that.
 */
static bool
server_closes(const Result *result, int64_t connections)
{
	int64_t closed = result->connects - result->closed_here;

	return closed > 2 * connections &&
		   closed * 10 > result->total.summary.requests;
}

static void
put_notes(FILE *out, const Run *run)
{
	const Result *result = run->result;
	const Summary *total = &result->total.summary;
	char number[TEXT_NUMBER_SIZE];

	fputc('\n', out);
	if (total->requests > 0 && total->requests < 100)
		fputs("note: of fewer than 100 requests, p99 is the slowest\n", out);
	if (!run->settings->close_each &&
		server_closes(result, run->settings->connections))
		fprintf(out,
				"note: %s connections were made: the server does not keep them "
				"alive\n",
				text_from_count(number, result->connects));
	if (result->redirects > 0)
		fprintf(out, "note: %s redirects were followed, each a request more\n",
				text_from_count(number, result->redirects));
	/* At the start, all requests wait for the first connections. */
	if (result->held_back >
		2 * (int64_t) run->settings->connections * run->settings->streams)
		fprintf(out,
				"note: %s requests waited for a stream, which is in their "
				"latency: the server allows\n"
				"      fewer at a time than --streams\n",
				text_from_count(number, result->held_back));
	if (result->busy_share > BUSY_SHARE)
		fprintf(out,
				"note: perfcheck-http itself was at work for %.0f %% of the "
				"time; its own delays are\n"
				"      in the latencies: give it a core of its own, or fewer "
				"connections\n",
				100 * result->busy_share);
	if (result->next_pages > 0)
		fprintf(out, "note: %s requests were for the next page of an answer\n",
				text_from_count(number, result->next_pages));
	if (result->compared > 0)
		fprintf(out,
				"note: %zu next pages were compared with the database, %s\n",
				result->compared,
				run->settings->check == CHECK_COUNT ? "by their number of rows"
													: "row by row");
	if (result->chains > 0)
		fprintf(out,
				"note: the pages of %d answers were walked to their end, and "
				"compared with the database\n",
				result->chains);
	if (result->chains_moved > 0)
		fprintf(out,
				"note: the rows of %d such walks changed meanwhile, which "
				"tells nothing\n",
				result->chains_moved);
	if (isfinite(report_statements(result)))
		fprintf(out,
				"note: the database executed %.2f statements a request, those "
				"of other clients included\n",
				report_statements(result));
	report_own_notes(out, run);
	if (!total->exact)
		fputs("note: too many requests to keep each: percentiles are within "
			  "0.05 %\n",
			  out);
	if (!settings_is_open_loop(run->settings))
		fputs("note: in a closed loop a stall holds back the requests that "
			  "would have seen it,\n"
			  "      so percentiles are a lower bound (coordinated omission); "
			  "--rate avoids that\n",
			  out);
}

void
report_text(FILE *out, const Run *run)
{
	put_headline(out, run);
	put_setting(out, run);
	put_table(out, run);
	if (run->result->total.summary.requests > 0)
		put_histogram(out, &run->result->total.latency);
	put_database(out, run);
	report_own(out, run);
	put_failures(out, run);
	report_resent(out, run);
	put_notes(out, run);
}
