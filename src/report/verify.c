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
#include "advice/plain_cause_rows.h"
#include "advice/row_security.h"
#include "base/guc_scope.h"
#include "base/relation.h"
#include "base/rest.h"
#include "base/settings.h"
#include "cases/derive.h"
#include "contract/contract.h"
#include "contract/contract_query.h"
#include "contract/statement.h"
#include "plan/table_notes.h"
#include "query/objects.h"
#include "report/judge_progress.h"
#include "report/verify.h"
#include "report/work_notes.h"

/* Tables with fewer rows than this are often such as never grow. */
#define VERIFY_SMALL_TABLE 1000.0

/* What examines this many times the rows that it returns has another fault. */
#define VERIFY_WASTES 10.0

typedef struct VerifyContext
{
	QueryReport *report;
	double scale;
	VerdictDetail detail;
	List *bypasses; /* RowSecurityBypass *, of all queries */
} VerifyContext;

/* Does the case return too many rows? No fix of perfcheck's can mend that. */
static bool
verify_returns_too_much(const QueryVerdict *verdict, const JudgedCase *judged)
{
	const Work *work = judged->decides->work;

	return work != NULL && work->returned_projected > verdict->most_returned;
}

static Advice *
verify_advise_limit(const ContractStatement *statement,
					const QueryVerdict *verdict)
{
	Advice *advice = palloc0(sizeof(*advice));
	const Candidate *returned = plain_cause_returned(statement->query);
	const Work *work = verdict->worst->decides->work;

	advice->cause = returned->cause;
	advice->suggestion = returned->suggestion;
	if (work->rows_returned <= verdict->most_returned &&
		verdict->table_rows < VERIFY_SMALL_TABLE)
		advice->cause =
			psprintf("%s (is %s as large at any size? Then it is one of "
					 "perfcheck.fixed_tables)",
					 advice->cause, relation_names(work->facts->relations));
	return advice;
}

/*
 * Returns the case that a fix is looked for: the one that decides; if that returns
 * too many rows, and reads many times as many, it as well, and otherwise the one
 * that examines most of those that do not return too many, or NULL.
 */
static const JudgedCase *
verify_mendable(const QueryVerdict *verdict)
{
	const JudgedCase *found = verdict->worst;
	const Work *work = found->decides->work;
	ListCell *cell;

	if (!verify_returns_too_much(verdict, found) ||
		work->examined_projected > VERIFY_WASTES * work->returned_projected)
		return found;
	found = NULL;
	foreach(cell, verdict->cases)
	{
		const JudgedCase *judged = lfirst(cell);

		if (judged->counts && !judged->decides->ok &&
			judged->decides->work != NULL &&
			!verify_returns_too_much(verdict, judged) &&
			(found == NULL || judged->decides->work->examined_projected >
								  found->decides->work->examined_projected))
			found = judged;
	}
	return found;
}

/* Returns the cause and the fix for a case. */
static Advice *
verify_advise_case(const ContractStatement *statement,
				   const ContractQuery *query, const QueryVerdict *verdict,
				   const JudgedCase *worst)
{
	AdviceRequest request = {.statement = statement};
	ListCell *cell;

	request.one = worst->decides->one;
	request.mode = worst->decides->mode;
	request.work = worst->decides->work;
	request.at = worst->decides->scale;
	request.scale = verdict->scale;
	request.budget = verdict->budget;
	request.most_returned = verdict->most_returned;
	request.block_budget = verdict->block_budget;
	request.expected = verdict->unserved;
	request.largest_scale = verdict->largest_scale;
	request.role = query->role != NULL || perfcheck_role == NULL ||
						   perfcheck_role[0] == '\0'
					   ? query->role
					   : perfcheck_role;
	request.rows = verdict_rows_at(verdict, verdict->scale);
	foreach(cell, verdict->cases)
	{
		const JudgedCase *judged = lfirst(cell);

		if (judged->verdict->one->required &&
			judged->verdict->mode == PLAN_MODE_CUSTOM)
			request.before = lappend(
				request.before, unconstify(CaseVerdict *, judged->verdict));
		/* Each required case once. */
		if (!judged->counts || judged->verdict->mode == PLAN_MODE_GENERIC)
			continue;
		if (verify_returns_too_much(verdict, judged))
			request.hopeless++;
		/* Of the one that decides less can be read, at least. */
		if (judged == worst || !verify_returns_too_much(verdict, judged))
			request.cases = lappend(request.cases,
									unconstify(Case *, judged->verdict->one));
	}
	return advice_find(&request);
}

/*
 * Returns the cause and the fix for the case that decides; NULL if the query is
 * ok, or if the case raised an error. That rows without end are returned is told
 * with what else is at fault.
 */
static Advice *
verify_advise(const ContractStatement *statement, const ContractQuery *query,
			  const QueryVerdict *verdict)
{
	const JudgedCase *mendable;
	Advice *limit = NULL;
	Advice *advice;

	if (verdict->status != VERDICT_NOT_OK || verdict->worst == NULL ||
		verdict->worst->decides->work == NULL)
		return NULL;
	mendable = verify_mendable(verdict);
	if (verify_returns_too_much(verdict, verdict->worst))
		limit = verify_advise_limit(statement, verdict);
	if (mendable == NULL)
		return limit;
	advice = verify_advise_case(statement, query, verdict, mendable);
	if (limit == NULL)
		return advice;
	advice->cause = psprintf("%s; and %s", limit->cause, advice->cause);
	advice->suggestion =
		advice->suggestion == NULL
			? limit->suggestion
			: psprintf("%s; and %s", limit->suggestion, advice->suggestion);
	return advice;
}

/*
 * Returns a comment on tables without rows, unless the verdict itself tells of
 * them; else NULL.
 */
static char *
verify_empty_note(const QueryReport *report, const QueryVerdict *verdict)
{
	if (verdict->empty == NULL || verdict->status == VERDICT_SKIP)
		return NULL;
	return psprintf("empty: %s: no rows in %s, so the work there is not judged",
					report->query->name, verdict->empty);
}

/* What is worth knowing of the tables that the plans that count read. */
static List *
verify_notes(const QueryVerdict *verdict)
{
	List *index_only = NIL;
	ListCell *cell;

	foreach(cell, verdict->cases)
	{
		const JudgedCase *judged = lfirst(cell);

		if (judged->counts && judged->verdict->work != NULL)
			index_only = list_concat_unique_oid(
				index_only, judged->verdict->work->facts->index_only);
	}
	return list_concat(pending_list_notes(verdict->tables, verdict->indexes),
					   table_notes(verdict->tables, index_only));
}

static void
verify_opened_query(const ContractStatement *statement, void *arg)
{
	VerifyContext *context = arg;
	QueryReport *report = context->report;
	const ContractQuery *query = report->query;
	QueryVerdict *verdict;
	char *empty;

	/* Known also of a query that raises an error from here on. */
	report->objects =
		objects_list(contract_tree_as_written(statement), statement->query);
	verdict = verdict_judge(statement, query, derive_read(query, statement),
							context->scale, context->detail);
	empty = verify_empty_note(report, verdict);
	report->notes =
		list_concat(verify_notes(verdict), work_notes(query->name, verdict));
	context->bypasses =
		row_security_add_bypass(context->bypasses, statement->query);
	if (empty != NULL)
		report->notes = lappend(report->notes, empty);
	if (context->detail != VERDICT_OF_CASES)
		report->advice = verify_advise(statement, query, verdict);
	if (verdict->worst != NULL)
		work_notes_advise(report->advice, verdict->worst->verdict);
	report->verdict = verdict;
}

/* Under strict, what was not judged is not ok. */
static void
verify_refuse_unjudged(QueryVerdict *verdict)
{
	if (verdict->status == VERDICT_SKIP)
		verdict->reason = psprintf("nothing was judged: %s", verdict->reason);
	else if (verdict->status == VERDICT_OK && verdict->worst == NULL)
		verdict->reason = pstrdup("nothing was judged: no case is required");
	else
		return;
	verdict->status = VERDICT_NOT_OK;
}

/* Reads the todo of a query; a stale one is not ok under strict. */
static void
verify_read_todo(QueryReport *report, bool strict)
{
	QueryVerdict *verdict = report->verdict;

	report->todo = todo_state(report->query, verdict, report->advice);
	if (!strict || report->todo != TODO_STALE)
		return;
	verdict->status = VERDICT_NOT_OK;
	verdict->reason = pstrdup("it is ok, and its todo is stale");
}

static void
verify_query(VerifyContext *context, bool strict)
{
	QueryReport *report = context->report;
	instr_time began;
	instr_time ended;
	ErrorData *error;

	INSTR_TIME_SET_CURRENT(began);
	error = contract_open(report->query, verify_opened_query, context, 0);
	if (error != NULL)
	{
		report->verdict = verdict_of_error(report->query, context->scale,
										   contract_error_text(error));
		report->advice = NULL;
		report->notes = NIL;
		report->raised = true;
	}
	INSTR_TIME_SET_CURRENT(ended);
	INSTR_TIME_SUBTRACT(ended, began);
	report->judged_ms = INSTR_TIME_GET_MILLISEC(ended);
	/* Here no table of the query is locked any more. */
	rest_between_cases();
	if (strict)
		verify_refuse_unjudged(report->verdict);
	verify_read_todo(report, strict);
}

List *
verify_queries(const char *name, double scale, VerdictDetail detail,
			   bool strict)
{
	List *queries = contract_read(name);
	VerifyContext context = {.scale = scale, .detail = detail};
	JudgeProgress progress;
	List *volatile reports = NIL;
	int level = guc_scope_enter_names();
	ListCell *cell;

	settings_check_scale(scale);
	judge_progress_start(&progress, list_length(queries));
	PG_TRY();
	{
		foreach(cell, queries)
		{
			CHECK_FOR_INTERRUPTS();
			context.report = palloc0(sizeof(*context.report));
			context.report->query = lfirst(cell);
			judge_progress_show(&progress, list_length(reports),
								context.report->query->name);
			verify_query(&context, strict);
			reports = lappend(reports, context.report);
		}
	}
	PG_FINALLY();
	{
		judge_progress_end();
	}
	PG_END_TRY();
	guc_scope_leave(level);
	/* One line for all queries, which stands behind the last of them. */
	foreach(cell, context.bypasses)
	{
		QueryReport *last = llast(reports);

		last->notes = lappend(last->notes, row_security_note(lfirst(cell)));
	}
	return reports;
}

bool
verify_fails(const QueryReport *report)
{
	return report->verdict->status == VERDICT_NOT_OK &&
		   report->todo != TODO_ANY && report->todo != TODO_ACCEPTED;
}

bool
verify_is_error(const QueryReport *report)
{
	const JudgedCase *worst = report->verdict->worst;

	return report->raised || (worst != NULL && !worst->decides->ok &&
							  worst->decides->work == NULL);
}
