/*-------------------------------------------------------------------------
 *
 * case_notes.c
 *		What a report says of cases that decide nothing.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "report/case_notes.h"
#include "report/fault_lines.h"

/* A plan among other words is cut to this length, in bytes. */
#define CASE_NOTES_PLAN 150

/* The summary names so many queries, and counts the others. */
#define CASE_NOTES_NAMES 8

/*
 * Few rows that stand for many tell the rows of a case roughly: so many times more
 * or less are near the budget.
 */
#define CASE_NOTES_NEAR 2.5

/* The line of a query whose verdict other rows of the same statistics may change. */
static char *
case_notes_near(const QueryReport *report)
{
	const QueryVerdict *verdict = report->verdict;
	const CaseVerdict *decides =
		verdict->worst == NULL ? NULL : verdict->worst->decides;
	double rows;
	double limit;

	if (decides == NULL || decides->work == NULL || decides->blocks_decide ||
		!verdict_has_told_size(verdict))
		return NULL;
	rows = decides->work->examined_projected;
	limit = case_verdict_row_limit(verdict->budget, decides->work);
	if (decides->ok != (rows <= limit) || rows * CASE_NOTES_NEAR < limit ||
		rows > limit * CASE_NOTES_NEAR)
		return NULL;
	return psprintf(
		"fragile: %s, %s: about %.0f rows, near the budget of %.0f: "
		"few rows here stand for the size that was told",
		report->query->name, decides->one->label, rows, limit);
}

char *
case_notes_fragile(const QueryReport *report)
{
	const JudgedCase *most = NULL;
	const Fragile *fragile;
	ListCell *cell;

	if (report->verdict->status == VERDICT_NOT_OK)
		return case_notes_near(report);
	foreach(cell, report->verdict->cases)
	{
		const JudgedCase *judged = lfirst(cell);

		if (judged->fragile != NULL && judged->fragile->likely &&
			(most == NULL || judged->fragile->rows > most->fragile->rows))
			most = judged;
	}
	if (most == NULL)
		return case_notes_near(report);
	fragile = most->fragile;
	if (fragile->after == NULL)
		return psprintf(
			"fragile: %s, %s: at the size that was told its plan may be that "
			"for %s (%s), which would examine about %.0f rows",
			report->query->name, most->verdict->one->label, fragile->plan_for,
			fault_lines_shorten(fragile->access, CASE_NOTES_PLAN),
			fragile->rows);
	return psprintf(
		"fragile: %s, %s: after five executions with %s the "
		"generic plan (%s) would examine about %.0f rows; "
		"plan_cache_mode = force_custom_plan prevents it",
		report->query->name, most->verdict->one->label, fragile->after,
		fault_lines_shorten(fragile->access, CASE_NOTES_PLAN), fragile->rows);
}

char *
case_notes_estimate(const QueryReport *report)
{
	ListCell *cell;

	foreach(cell, report->verdict->cases)
	{
		const JudgedCase *judged = lfirst(cell);
		const Work *work = judged->verdict->work;

		if (judged->counts && work != NULL &&
			work->deciding_misestimate != NULL &&
			judged->verdict->mode == PLAN_MODE_CUSTOM)
			return psprintf("estimate: %s, %s: %s", report->query->name,
							judged->verdict->one->label,
							work->deciding_misestimate);
	}
	return NULL;
}

/* Appends "fragile: 2 queries (a, b)" for those that have such a line. */
static void
case_notes_append_count(StringInfo text, const char *what, List *reports,
						char *(*line_of)(const QueryReport *report))
{
	StringInfoData names;
	int count = 0;
	ListCell *cell;

	initStringInfo(&names);
	foreach(cell, reports)
	{
		const QueryReport *report = lfirst(cell);

		if (line_of(report) == NULL)
			continue;
		count++;
		if (count <= CASE_NOTES_NAMES)
			appendStringInfo(&names, "%s%s", count > 1 ? ", " : "",
							 report->query->name);
	}
	if (count == 0)
		return;
	if (count > CASE_NOTES_NAMES)
		appendStringInfoString(&names, ", ...");
	appendStringInfo(text, "%s: %d %s (%s); ", what, count,
					 count == 1 ? "query" : "queries", names.data);
}

char *
case_notes_summary(List *reports)
{
	StringInfoData text;

	initStringInfo(&text);
	case_notes_append_count(&text, "fragile", reports, case_notes_fragile);
	case_notes_append_count(&text, "estimate", reports, case_notes_estimate);
	if (text.len == 0)
		return NULL;
	appendStringInfoString(&text,
						   "SET perfcheck.verbose_report = on tells more");
	return text.data;
}
