/*-------------------------------------------------------------------------
 *
 * report.h
 *		What people and programs get to read after a run.
 *
 * Owns the report's layout (report.c) and the JSON's members (report_json.c),
 * which are documented and stay as they are. Nothing is decided here.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_REPORT_H
#define PERFCHECK_HTTP_REPORT_H

#include <jansson.h>

#include "judge.h"

/* A finished run, as all reports see it. */
typedef struct Run
{
	const Options *options;
	const RequestList *requests;
	Result *result; /* only so that its distributions can be sorted */
	const Verdict *verdict;
} Run;

/* Verdict first, then the table, the distribution, errors, notes. */
extern void report_text(FILE *out, const Run *run);

/* The whole JSON document; the caller's to json_decref(). */
extern json_t *report_json(const Run *run);

/* {"connect": 0, "timeout": 0, ...} and the rate as the JSON has it. */
extern json_t *report_json_errors(const Summary *summary);
extern double report_json_rate(double rate);

/*
 * Whether the file of --json can be written: asked before the run, so that
 * 30 s are not spent in vain. An existing file stays as it is.
 */
extern bool report_json_check(const char *file, RunError *error);

/* Written beside the file and renamed, so that no one reads half of it. */
extern bool report_json_write(const Run *run, const char *file,
							  RunError *error);

#endif /* PERFCHECK_HTTP_REPORT_H */
