/*-------------------------------------------------------------------------
 *
 * verdict.c
 *		Decides whether a query is ok, from the verdicts on its cases.
 *
 * Every case is judged with its custom plan and with the generic one, at the
 * target size and, if that is ok, at all sizes from today's (size_verdict.h). The
 * generic plan counts where plancache.c would switch to it (generic_switch.h),
 * and is information otherwise. A query is ok if all cases that count are ok, and
 * if an index of the expected method serves one of them: at the target size, or
 * when planned for some size up to a million rows, since a small table needs no
 * index. If its tables are empty, or no required case finds a row, there is
 * nothing to call ok, and it is skipped; a scan that does too much work comes
 * first, as it does so whatever it finds.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "base/relation.h"
#include "base/settings.h"
#include "cases/derive.h"
#include "contract/contract_query.h"
#include "contract/statement.h"
#include "plan/growth.h"
#include "plan/plan_facts.h"
#include "query/tables.h"
#include "verdict/generic_switch.h"
#include "verdict/size_verdict.h"
#include "verdict/verdict.h"

/* The expected index method must serve at some size up to this many rows. */
#define VERDICT_LARGE_TABLE 1000000.0

/* ---- the cases ---- */

/* Adds each index once, those of the expected method at the front. */
static void
verdict_add_indexes(QueryVerdict *verdict, const char *expected,
					const PlanFacts *facts)
{
	ListCell *cell;

	foreach(cell, facts->indexes)
	{
		PlanIndex *index = lfirst(cell);
		bool known = false;
		ListCell *other;

		foreach(other, verdict->indexes)
			known = known || ((PlanIndex *) lfirst(other))->oid == index->oid;
		if (known)
			continue;
		if (expected != NULL && strcmp(index->method, expected) == 0)
			verdict->indexes = lcons(index, verdict->indexes);
		else
			verdict->indexes = lappend(verdict->indexes, index);
	}
}

/*
 * Notes the sizes of tables. Their growth is found here and not when it is asked
 * for, since it depends on the search_path of the query.
 */
static void
verdict_add_sizes(QueryVerdict *verdict, const PlanFacts *facts)
{
	ListCell *cell;

	foreach(cell, facts->relations)
	{
		Oid relid = lfirst_oid(cell);
		VerdictSize *size;
		ListCell *known;

		foreach(known, verdict->sizes)
			if (((VerdictSize *) lfirst(known))->relid == relid)
				break;
		if (known != NULL)
			continue;
		size = palloc(sizeof(*size));
		size->relid = relid;
		size->rows = relation_rows(relid);
		size->growth = growth_of_relation(relid);
		size->told = growth_is_told(relid);
		verdict->sizes = lappend(verdict->sizes, size);
		verdict->table_rows = Max(verdict->table_rows, size->rows);
	}
}

double
verdict_rows_at(const QueryVerdict *verdict, double scale)
{
	double rows = 0;
	ListCell *cell;

	foreach(cell, verdict->sizes)
	{
		const VerdictSize *size = lfirst(cell);

		rows = Max(rows, size->rows * pow(scale, size->growth));
	}
	return rows;
}

bool
verdict_has_told_size(const QueryVerdict *verdict)
{
	ListCell *cell;

	foreach(cell, verdict->sizes)
		if (((VerdictSize *) lfirst(cell))->told)
			return true;
	return false;
}

static void
verdict_note_worst(QueryVerdict *verdict, const JudgedCase *judged)
{
	if (judged->counts &&
		(verdict->worst == NULL ||
		 size_verdict_is_worse(judged->decides, verdict->worst->decides)))
		verdict->worst = judged;
}

static void
verdict_add_case(QueryVerdict *verdict, const ContractQuery *query,
				 const CaseVerdict *one, bool used)
{
	JudgedCase *judged = palloc0(sizeof(*judged));

	judged->verdict = one;
	judged->decides = one;
	judged->counts = one->one->required && used;
	judged->reason = one->reason;
	if (one->reason != NULL && !used)
		judged->reason = psprintf("%s; information: prepared statements keep "
								  "to custom plans",
								  one->reason);
	verdict->cases = lappend(verdict->cases, judged);
	verdict_note_worst(verdict, judged);
	if (one->work == NULL)
		return;
	verdict_add_sizes(verdict, one->work->facts);
	if (!judged->counts)
		return;
	verdict_add_indexes(verdict, query->expected, one->work->facts);
	verdict->tables =
		list_concat_unique_oid(verdict->tables, one->work->facts->relations);
}

/* Judges the cases under one plan mode, which counts at the target if used. */
static List *
verdict_judge_mode(QueryVerdict *verdict, const ContractQuery *query,
				   Judge *judge, List *cases, PlanMode mode, bool used)
{
	List *judged = NIL;
	ListCell *cell;

	foreach(cell, cases)
	{
		CaseVerdict *one = case_verdict_judge(judge, lfirst(cell), mode);

		judged = lappend(judged, one);
		verdict_add_case(verdict, query, one, used);
	}
	return judged;
}

/* Is it known that the query is not ok? Then a report needs no more. */
static bool
verdict_is_settled(const QueryVerdict *verdict, VerdictDetail detail)
{
	return detail != VERDICT_OF_CASES && verdict->worst != NULL &&
		   !verdict->worst->decides->ok;
}

/* Lets a smaller size decide on the cases that are ok at the target size. */
static void
verdict_judge_sizes(QueryVerdict *verdict, Judge *judge, List *cases)
{
	ListCell *cell;

	foreach(cell, verdict->cases)
	{
		JudgedCase *judged = lfirst(cell);
		const CaseVerdict *target = judged->verdict;
		const char *reason;

		if (target->one->required)
			judged->decides = size_verdict_worst(judge, cases, target);
		if (judged->decides == target)
			continue;
		/* The generic plan may count at a smaller size alone. */
		judged->counts = true;
		reason = judged->decides->reason;
		/* "Work grows with the table" would tell of larger sizes. */
		if (judged->decides->work != NULL &&
			case_verdict_fault(judge, judged->decides->work) ==
				CASE_FAULT_EXAMINED)
			reason = "too many rows examined";
		judged->reason =
			judged->decides->scale == 1
				? psprintf("%s at today's size", reason)
				: psprintf("%s at %.0f rows", reason,
						   verdict_rows_at(verdict, judged->decides->scale));
		verdict_note_worst(verdict, judged);
	}
}

/*
 * Judges what is cheap first: custom plans at the target size, then the generic
 * one, which is the worst only if they are ok, and then the smaller sizes.
 */
static void
verdict_judge_cases(QueryVerdict *verdict, const ContractQuery *query,
					Judge *judge, List *cases, VerdictDetail detail)
{
	List *all = verdict_judge_mode(verdict, query, judge, cases,
								   PLAN_MODE_CUSTOM, true);
	const Case *cause;
	bool sizes_told;
	ListCell *cell;

	if (verdict_is_settled(verdict, detail))
		return;
	/* Without parameters the two plans are the same. */
	if (judge->statement->nparams > 0)
		all = list_concat(
			all, verdict_judge_mode(
					 verdict, query, judge, cases, PLAN_MODE_GENERIC,
					 generic_switch_happens(judge, cases, judge->scale)));
	if (verdict_is_settled(verdict, detail))
		return;
	verdict_judge_sizes(verdict, judge, cases);
	if (verdict_is_settled(verdict, detail) || detail == VERDICT_STATUS_ALONE)
		return;
	cause = generic_switch_cause(judge, cases);
	sizes_told = verdict_has_told_size(verdict);
	foreach(cell, verdict->cases)
	{
		JudgedCase *judged = lfirst(cell);

		judged->fragile = fragile_find(judge, all, judged->verdict, cause,
									   detail == VERDICT_OF_CASES, sizes_told);
	}
}

/*
 * Finds the table that must grow: for the case that decides, if it is ok at the
 * target size alone, or for any case of a query that is ok.
 */
static void
verdict_find_held(QueryVerdict *verdict, const Judge *judge)
{
	const JudgedCase *worst = verdict->worst;
	ListCell *cell;

	if (judge->scale <= 1 || worst == NULL || !worst->verdict->ok)
		return;
	if (!worst->decides->ok)
	{
		verdict->held = held_table_find(judge, worst->verdict);
		return;
	}
	foreach(cell, verdict->cases)
	{
		const JudgedCase *judged = lfirst(cell);
		HeldTable *held;

		if (!judged->counts || judged->verdict->mode == PLAN_MODE_GENERIC)
			continue;
		held = held_table_find(judge, judged->verdict);
		if (held != NULL &&
			(verdict->held == NULL ||
			 size_verdict_is_worse(held->verdict, verdict->held->verdict)))
			verdict->held = held;
	}
}

/* ---- the expected index method ---- */

/* Does an index of the method serve a case that counts, planned at scale? */
static bool
verdict_serves_at(QueryVerdict *verdict, Judge *judge, const char *expected,
				  double scale)
{
	ListCell *cell;

	foreach(cell, verdict->cases)
	{
		const JudgedCase *judged = lfirst(cell);
		const ExplainedPlan *plan;
		const PlanIndex *index;

		if (!judged->counts)
			continue;
		plan = case_verdict_explain(judge, judged->verdict->one,
									PLAN_MODE_CUSTOM, scale);
		if (plan == NULL)
			continue;
		index = plan_facts_index_of_method(plan->facts->indexes, expected);
		if (index == NULL)
			continue;
		verdict->later_index = pstrdup(index->name);
		verdict->later_rows = verdict_rows_at(verdict, scale);
		return true;
	}
	return false;
}

static bool
verdict_method_serves(QueryVerdict *verdict, Judge *judge, const char *expected)
{
	double largest = verdict->largest_scale;

	if (expected == NULL ||
		plan_facts_index_of_method(verdict->indexes, expected) != NULL)
		return true;
	for (double scale = 1; scale < largest; scale *= 10)
		if (verdict_serves_at(verdict, judge, expected, scale))
			return true;
	return verdict_serves_at(verdict, judge, expected, largest);
}

/* ---- the query ---- */

/* Returns a scan of any case's plan whose work cannot be seen, or NULL. */
static const char *
verdict_opaque_scan(const QueryVerdict *verdict)
{
	ListCell *cell;

	foreach(cell, verdict->cases)
	{
		const Work *work = ((JudgedCase *) lfirst(cell))->verdict->work;

		if (work != NULL && work->facts->opaque != NULL)
			return work->facts->opaque;
	}
	return NULL;
}

/*
 * Does an execution find a row? An aggregate without GROUP BY returns one
 * whatever it finds, so its input is looked at, and that of what stands above it.
 */
static bool
verdict_finds_rows(const WorkNode *node)
{
	while (node->rows > 0 && node->nchildren > 0 &&
		   node->children[0]->role == WORK_OUTER &&
		   (node->kind == WORK_BLOCK || node->kind == WORK_STREAM ||
			node->kind == WORK_LIMIT))
	{
		/* An Append's rows are those of all of its children. */
		if (node->nchildren > 1 && node->children[1]->role != WORK_SUBPLAN)
			break;
		node = node->children[0];
	}
	return node->rows > 0;
}

/* A case that raised an error may find rows as well. */
static bool
verdict_no_case_finds_rows(const QueryVerdict *verdict)
{
	ListCell *cell;

	foreach(cell, verdict->cases)
	{
		const CaseVerdict *one = ((JudgedCase *) lfirst(cell))->verdict;

		if (one->one->required &&
			(one->work == NULL || verdict_finds_rows(one->work->runs.run)))
			return false;
	}
	return true;
}

static void
verdict_decide(QueryVerdict *verdict, const ContractQuery *query, Judge *judge)
{
	const char *opaque = verdict_opaque_scan(verdict);
	List *empty = derive_empty_tables(judge->statement);
	bool all_empty =
		empty != NIL &&
		list_length(empty) == list_length(tables_list(judge->statement->query));
	bool finds_none = verdict_no_case_finds_rows(verdict);

	if (empty != NIL)
		verdict->empty = relation_names(empty);
	if (all_empty && finds_none)
	{
		verdict->status = VERDICT_SKIP;
		verdict->reason = psprintf("no rows in %s", verdict->empty);
	}
	else if (verdict->cases == NIL)
		ereport(ERROR, errcode(ERRCODE_NO_DATA_FOUND),
				errmsg("no value can be derived from the rows"),
				errhint("Add cases with perfcheck_add_case()."));
	else if (opaque != NULL)
	{
		verdict->status = VERDICT_SKIP;
		verdict->reason = case_verdict_opaque_text(opaque);
	}
	else if (verdict->worst != NULL && !verdict->worst->decides->ok)
	{
		verdict->status = VERDICT_NOT_OK;
		verdict->reason = verdict->worst->reason;
	}
	else if (!verdict_method_serves(verdict, judge, query->expected))
	{
		verdict->status = VERDICT_NOT_OK;
		verdict->unserved = query->expected;
		verdict->reason =
			psprintf("no %s index serves it at any size", query->expected);
	}
	else if (finds_none)
	{
		verdict->status = VERDICT_SKIP;
		verdict->vacuous = true;
		verdict->reason = psprintf("no %scase finds a row%s%s",
								   verdict->worst == NULL ? "required " : "",
								   empty == NIL ? "" : "; no rows in ",
								   empty == NIL ? "" : verdict->empty);
	}
}

static QueryVerdict *
verdict_make(const ContractQuery *query, double scale)
{
	QueryVerdict *verdict = palloc0(sizeof(*verdict));

	verdict->scale = scale;
	verdict->budget = settings_row_budget(query->max_rows);
	verdict->most_returned = settings_rows_returned(query->max_rows_returned);
	verdict->block_budget = settings_block_budget(query->max_blocks);
	return verdict;
}

QueryVerdict *
verdict_judge_again(const ContractStatement *statement,
					const ContractQuery *query, List *cases, double scale,
					VerdictDetail detail, List **known)
{
	QueryVerdict *verdict = verdict_make(query, scale);
	Judge judge = {.statement = statement,
				   .scale = scale,
				   .budget = verdict->budget,
				   .block_budget = verdict->block_budget,
				   .most_returned = verdict->most_returned,
				   .any_scale = scale > 1,
				   .known = *known};

	verdict_judge_cases(verdict, query, &judge, cases, detail);
	verdict->largest_scale =
		Max(VERDICT_LARGE_TABLE / Max(verdict->table_rows, 1), scale);
	verdict_decide(verdict, query, &judge);
	if (detail == VERDICT_TO_REPORT)
		verdict_find_held(verdict, &judge);
	case_verdict_forget_plans(&judge);
	*known = judge.known;
	return verdict;
}

QueryVerdict *
verdict_judge(const ContractStatement *statement, const ContractQuery *query,
			  List *cases, double scale, VerdictDetail detail)
{
	List *known = NIL;

	return verdict_judge_again(statement, query, cases, scale, detail, &known);
}

QueryVerdict *
verdict_of_error(const ContractQuery *query, double scale, char *reason)
{
	QueryVerdict *verdict = verdict_make(query, scale);

	verdict->status = VERDICT_NOT_OK;
	verdict->reason = reason;
	return verdict;
}
