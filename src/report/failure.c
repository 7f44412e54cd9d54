/*-------------------------------------------------------------------------
 *
 * failure.c
 *		The words of the error of perfcheck_assert().
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "report/baseline.h"
#include "report/failure.h"
#include "report/fault_lines.h"
#include "report/verify.h"

/* A log shows so many faults; the rest are counted. */
#define FAILURE_QUERIES 20

/* And so much of each text but a fix. */
#define FAILURE_TEXT 400

/* The message of an error may hold a value, which is not for the server's log. */
static void
failure_add_query(StringInfo detail, const QueryReport *report,
				  const BaselineChange *change, bool log)
{
	const char *reason = log && verify_is_error(report)
							 ? "an error, which perfcheck_verify() shows"
							 : report->verdict->reason;
	ListCell *cell;

	appendStringInfo(
		detail, "%s%s: %s", detail->len > 0 ? "\n" : "", report->query->name,
		reason == NULL ? "it is ok still"
					   : fault_lines_shorten(reason, FAILURE_TEXT));
	if (change != NULL)
		appendStringInfo(detail, "\n  since the baseline: %s",
						 fault_lines_shorten(change->why, FAILURE_TEXT));
	if (report->todo == TODO_OTHER)
		appendStringInfo(
			detail, "\n  accepted was: %s",
			fault_lines_shorten(report->query->todo_cause, FAILURE_TEXT));
	if (report->todo == TODO_EXPIRED)
		appendStringInfo(
			detail, "\n  todo expired: it was accepted until %s (%s)",
			report->query->todo_until,
			fault_lines_shorten(report->query->todo, FAILURE_TEXT));
	if (report->query->owner != NULL)
		appendStringInfo(
			detail, "\n  owner: %s",
			fault_lines_shorten(report->query->owner, FAILURE_TEXT));
	if (report->query->source != NULL)
		appendStringInfo(
			detail, "\n  source: %s",
			fault_lines_shorten(report->query->source, FAILURE_TEXT));
	foreach(cell, fault_lines(report->advice))
	{
		const FaultLine *line = lfirst(cell);

		appendStringInfo(detail, "\n  %s: %s", line->key,
						 line->sql
							 ? line->text
							 : fault_lines_shorten(line->text, FAILURE_TEXT));
	}
}

/* Without a baseline, changes is not looked at. */
static Failure *
failure_make(List *reports, bool with_baseline, List *changes)
{
	Failure *failure;
	StringInfoData names;
	StringInfoData detail;
	StringInfoData log;
	int failing = 0;
	ListCell *cell;

	initStringInfo(&names);
	initStringInfo(&detail);
	initStringInfo(&log);
	foreach(cell, reports)
	{
		const QueryReport *report = lfirst(cell);
		const BaselineChange *change =
			baseline_change(changes, report->query->name);

		if (with_baseline ? change == NULL : !verify_fails(report))
			continue;
		if (++failing > FAILURE_QUERIES)
			continue;
		appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "",
						 report->query->name);
		failure_add_query(&detail, report, change, false);
		failure_add_query(&log, report, change, true);
	}
	if (failing == 0)
		return NULL;
	if (failing > FAILURE_QUERIES)
	{
		appendStringInfo(&names, " and %d more", failing - FAILURE_QUERIES);
		appendStringInfo(&detail, "\nand %d more", failing - FAILURE_QUERIES);
		appendStringInfo(&log, "\nand %d more", failing - FAILURE_QUERIES);
	}
	failure = palloc(sizeof(*failure));
	failure->message = names.data;
	failure->detail = detail.data;
	failure->log = log.data;
	return failure;
}

Failure *
failure_of_reports(List *reports)
{
	return failure_make(reports, false, NIL);
}

Failure *
failure_of_changes(List *reports, List *changes)
{
	Failure *failure = failure_make(reports, true, changes);
	char *old = failure_old_faults(reports, changes);

	if (failure != NULL && old != NULL)
		failure->detail = psprintf("%s\nold faults: %s", failure->detail, old);
	return failure;
}

char *
failure_old_faults(List *reports, List *changes)
{
	StringInfoData names;
	int faults = 0;
	ListCell *cell;

	initStringInfo(&names);
	foreach(cell, reports)
	{
		const QueryReport *report = lfirst(cell);

		if (!verify_fails(report) ||
			baseline_change(changes, report->query->name) != NULL ||
			++faults > FAILURE_QUERIES)
			continue;
		appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "",
						 report->query->name);
	}
	if (faults > FAILURE_QUERIES)
		appendStringInfo(&names, " and %d more", faults - FAILURE_QUERIES);
	return faults > 0 ? names.data : NULL;
}
