/*-------------------------------------------------------------------------
 *
 * verify.c
 *		Judges the queries of the contract, one after the other.
 *
 * All steps of a query run within one sandbox, in which its tables stay locked
 * and its search_path is set. Each case runs in a sandbox of its own within that
 * one, so that the error of a case does not end the others. An error outside the
 * cases becomes the verdict on the query.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include "advice/pending_list.h"
#include "base/settings.h"
#include "cases/derive.h"
#include "contract/contract.h"
#include "contract/contract_query.h"
#include "contract/statement.h"
#include "report/verify.h"

typedef struct VerifyContext
{
	QueryReport *report;
	double scale;
	bool advise;
} VerifyContext;

/*
 * Returns the cause and the fix for the case that decides; NULL if the query is
 * ok, or if the case raised an error.
 */
static Advice *
verify_advise(const ContractStatement *statement, const QueryVerdict *verdict)
{
	const JudgedCase *worst = verdict->worst;
	AdviceRequest request = {.statement = statement};
	ListCell *cell;

	if (verdict->status != VERDICT_NOT_OK || worst == NULL ||
		worst->verdict->work == NULL)
		return NULL;
	request.one = worst->verdict->one;
	request.mode = worst->verdict->mode;
	request.work = worst->verdict->work;
	request.scale = verdict->scale;
	request.budget = verdict->budget;
	request.expected = verdict->unserved;
	request.largest_scale = verdict->largest_scale;
	foreach(cell, verdict->cases)
	{
		const JudgedCase *judged = lfirst(cell);

		if (judged->counts)
			request.cases = list_append_unique_ptr(
				request.cases, unconstify(Case *, judged->verdict->one));
	}
	return advice_find(&request);
}

static void
verify_opened_query(const ContractStatement *statement, void *arg)
{
	VerifyContext *context = arg;
	QueryReport *report = context->report;
	const ContractQuery *query = report->query;
	QueryVerdict *verdict = verdict_judge(
		statement, query, derive_read(query, statement), context->scale);

	report->notes = pending_list_notes(verdict->tables, verdict->indexes);
	if (context->advise)
		report->advice = verify_advise(statement, verdict);
	report->verdict = verdict;
}

List *
verify_queries(const char *name, double scale, bool advise)
{
	List *queries = contract_read(name);
	List *reports = NIL;
	ListCell *cell;

	if (!(scale >= PERFCHECK_MIN_SCALE && scale <= PERFCHECK_MAX_SCALE))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("scale must be between %g and %.0f", PERFCHECK_MIN_SCALE,
					   PERFCHECK_MAX_SCALE),
				errhint("1 is for the tables as they are, 100 for a hundred "
						"times their rows."));
	foreach(cell, queries)
	{
		QueryReport *report = palloc0(sizeof(*report));
		VerifyContext context = {report, scale, advise};
		ErrorData *error;

		CHECK_FOR_INTERRUPTS();
		report->query = lfirst(cell);
		error = contract_open(report->query, verify_opened_query, &context, 0);
		if (error != NULL)
		{
			report->verdict = verdict_of_error(report->query, scale,
											   case_verdict_error_text(error));
			report->advice = NULL;
			report->notes = NIL;
		}
		reports = lappend(reports, report);
	}
	return reports;
}

bool
verify_fails(const QueryReport *report)
{
	return report->verdict->status == VERDICT_NOT_OK &&
		   report->query->todo == NULL;
}
