/*-------------------------------------------------------------------------
 *
 * report.h
 *		Reports a run to people and to programs.
 *
 * Owns the layout of the report (report.c) and what programs read: JSON, whose
 * members are documented and stay as they are (report_json.c), TAP
 * (report_tap.c), JUnit XML (report_junit.c), and the formats of GitHub Actions
 * (report_github.c). What all of them say of the client itself is in
 * report_own.c. Each escapes text that is not its own. Nothing is decided
 * here. A failed write shows in the error state of the stream.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_REPORT_REPORT_H
#define PERFCHECK_HTTP_REPORT_REPORT_H

#include <jansson.h>

#include "http/result/judge.h"

/* What a report is written about. */
typedef struct Run
{
	const Settings *settings;
	const RequestList *requests;
	Result *result; /* only so that its distributions can be sorted */
	const Verdict *verdict;
	Targets targets;         /* of all requests together */
	const json_t *find_rate; /* of the JSON, or NULL */
	const json_t *join;      /* the same, of several machines */
} Run;

/* Writes the report for people, with the verdict first. */
extern void report_text(FILE *out, const Run *run);

/* Returns, or writes, the JSON document. The caller releases it. */
extern json_t *report_json(const Run *run);
extern void report_json_write(FILE *out, const Run *run);

/*
 * Return the object {"connect": 0, "timeout": 0, ...}, which the caller
 * releases, and a rate rounded as in the JSON.
 */
extern json_t *report_json_errors(const Summary *summary);
extern double report_json_rate(double rate);

/*
 * Returns the latencies as [[up to how many ms, requests], ...], with ten buckets
 * from one power of ten to the next, of which those without a request are left
 * out. The caller releases it.
 */
extern json_t *report_json_histogram(Distribution *latency);

/*
 * What the report says of perfcheck-http itself, of requests that were sent
 * again, and of its own trouble; and the members of the JSON with all of it.
 */
extern void report_own(FILE *out, const Run *run);
extern void report_resent(FILE *out, const Run *run);
extern void report_own_notes(FILE *out, const Run *run);
extern void report_json_own(json_t *root, const Run *run);

/* Writes TAP version 13: a test point a query, and one for all requests. */
extern void report_tap(FILE *out, const Run *run);

/* Writes JUnit XML: a test case a query, and one for all requests. */
extern void report_junit(FILE *out, const Run *run);

/* Write an annotation for each reason and failure; a table in Markdown. */
extern void report_github(FILE *out, const Run *run);
extern void report_markdown(FILE *out, const Run *run);

/*
 * Returns how many statements the database executed for each request, those of
 * the warm-up as well, or NAN.
 */
extern double report_statements(const Result *result);

/* Returns the database's share of the service time, 0 to 1, or NAN. */
extern double report_database_share(const Group *group, const Summary *summary);

/*
 * Writes a command of curl that sends a request again, without the values of
 * headers.
 */
extern void report_curl(FILE *out, const Settings *settings,
						const Request *request);

#endif /* PERFCHECK_HTTP_REPORT_REPORT_H */
