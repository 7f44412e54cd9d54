/*-------------------------------------------------------------------------
 *
 * report.h
 *		What people and programs get to read after a run.
 *
 * Owns the report's layout (report.c), and what each machine reads: JSON, the
 * members of which are documented and stay as they are (report_json.c), TAP
 * (report_tap.c), JUnit XML (report_junit.c), and what GitHub Actions takes
 * (report_github.c). Each escapes what is not its own text. Nothing is decided
 * here.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_REPORT_REPORT_H
#define PERFCHECK_HTTP_REPORT_REPORT_H

#include <jansson.h>

#include "http/result/judge.h"

/* A finished run, as all reports see it. */
typedef struct Run
{
	const Settings *settings;
	const RequestList *requests;
	Result *result; /* only so that its distributions can be sorted */
	const Verdict *verdict;
	Targets targets; /* of all requests together */
} Run;

/* Verdict first, then the table, the distribution, errors, notes. */
extern void report_text(FILE *out, const Run *run);

/* The whole JSON document; the caller's to json_decref(). */
extern json_t *report_json(const Run *run);
extern void report_json_write(FILE *out, const Run *run);

/* {"connect": 0, "timeout": 0, ...} and the rate as the JSON has it. */
extern json_t *report_json_errors(const Summary *summary);
extern double report_json_rate(double rate);

/* TAP version 13: a test point a query, and one for all requests. */
extern void report_tap(FILE *out, const Run *run);

/* JUnit XML: a test case a query, and one for all requests. */
extern void report_junit(FILE *out, const Run *run);

/* GitHub Actions: a line "::error ..." for each reason; a table in Markdown. */
extern void report_github(FILE *out, const Run *run);
extern void report_markdown(FILE *out, const Run *run);

/* The database's share of a query's service time, 0 to 1; NAN: unknown. */
extern double report_database_share(const Group *group, const Summary *summary);

/* "curl ..." that sends a request again; values of headers are left out. */
extern void report_curl(FILE *out, const Settings *settings,
						const Request *request);

#endif /* PERFCHECK_HTTP_REPORT_REPORT_H */
