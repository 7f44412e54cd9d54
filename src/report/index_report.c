/*-------------------------------------------------------------------------
 *
 * index_report.c
 *		The set of indexes for the contract, with the queries that it leaves.
 *
 * Why a query is not ok is what perfcheck_verify() says of it, whose advice is
 * looked for with the indexes that there are.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "advice/index_set.h"
#include "contract/contract_query.h"
#include "report/index_report.h"
#include "report/verify.h"

/* Returns why a query is not ok, and what else than an index may mend it. */
static char *
index_report_reason(const QueryReport *report)
{
	const Advice *advice = report->advice;
	StringInfoData reason;

	initStringInfo(&reason);
	appendStringInfoString(&reason, report->verdict->reason != NULL
										? report->verdict->reason
										: "not ok with the new indexes");
	if (advice == NULL)
		return reason.data;
	if (advice->cause != NULL)
		appendStringInfo(&reason, "; cause: %s", advice->cause);
	if (advice->fix != NULL)
		appendStringInfo(&reason, "; fix: %s", advice->fix);
	if (advice->rewrite != NULL)
		appendStringInfo(&reason, "; write: %s", advice->rewrite);
	if (advice->suggestion != NULL)
		appendStringInfo(&reason, "; %s", advice->suggestion);
	if (advice->proof != NULL)
		appendStringInfo(&reason, " (%s)", advice->proof);
	return reason.data;
}

static IndexSetRow *
index_report_failing(const IndexSetFailure *failure, double scale)
{
	IndexSetRow *row = palloc0(sizeof(*row));
	char *name = failure->query->name;

	row->action = INDEX_ACTION_NONE;
	row->serves = list_make1(name);
	row->bytes = -1;
	row->build_ms = -1;
	row->write_us = -1;
	row->write_wal = -1;
	row->scans = -1;
	if (failure->forgone != NULL)
		row->reason = failure->forgone;
	else
		row->reason = index_report_reason(
			linitial(verify_queries(name, scale, VERDICT_TO_REPORT, false)));
	return row;
}

List *
index_report(double scale)
{
	IndexSet *set = index_set_find(scale);
	List *rows = set->rows;
	ListCell *cell;

	if (set->failing != NIL)
		ereport(NOTICE, errmsg("looking for the causes of %d queries that are "
							   "not ok with the new indexes",
							   list_length(set->failing)));
	foreach(cell, set->failing)
		rows = lappend(rows, index_report_failing(lfirst(cell), scale));
	return rows;
}
