/*-------------------------------------------------------------------------
 *
 * coverage.c
 *		Which tables and indexes the queries of the contract read.
 *
 * Each case is planned at sizes that double, as perfcheck_forecast() does it, and
 * the plans are read without being executed. What the statements of functions read
 * is known only when they run: so each case is executed once, and if it ran such
 * statements again at each of the sizes.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/catalog.h"
#include "catalog/pg_inherits.h"
#include "miscadmin.h"

#include "advice/index_set_existing.h"
#include "base/relation.h"
#include "base/settings.h"
#include "cases/derive.h"
#include "contract/contract.h"
#include "contract/statement.h"
#include "query/tables.h"
#include "report/coverage.h"
#include "verdict/size_walk.h"

/* Each size that is looked at is this many times the one before. */
#define COVERAGE_STEP 2.0

typedef struct CoverageContext
{
	QueryCoverage *coverage;
	Judge judge;
} CoverageContext;

/* Notes tables, each with its partitions as one. */
static void
coverage_note_tables(QueryCoverage *coverage, const List *relids)
{
	ListCell *cell;

	foreach(cell, relids)
		if (!IsCatalogRelationOid(lfirst_oid(cell)))
			coverage->tables = list_append_unique_oid(
				coverage->tables, relation_root(lfirst_oid(cell)));
}

static void
coverage_note_facts(QueryCoverage *coverage, const PlanFacts *facts)
{
	ListCell *cell;

	/* The statements of functions have tables that the query does not name. */
	coverage_note_tables(coverage, facts->relations);
	coverage->relations =
		list_concat_unique_oid(coverage->relations, facts->relations);
	/* The index of a partition belongs to that of the table. */
	foreach(cell, facts->nested_indexes)
		coverage->indexes = list_append_unique_oid(
			coverage->indexes, relation_root(lfirst_oid(cell)));
	foreach(cell, facts->indexes)
		coverage->indexes = list_append_unique_oid(
			coverage->indexes,
			relation_root(((PlanIndex *) lfirst(cell))->oid));
}

static void
coverage_found(const SizeWalk *walk, double planned, double low, double high)
{
	CoverageContext *context = walk->arg;
	const ExplainedPlan *plan =
		case_verdict_explain(walk->judge, walk->one, walk->mode, planned);

	if (plan != NULL)
		coverage_note_facts(context->coverage, plan->facts);
	else
		context->coverage->problem =
			psprintf("%s cannot be planned", walk->one->label);
}

/* Every plan is wanted, and not the size at which it ends. */
static bool
coverage_seeks_end(const SizeWalk *walk, double planned, double high)
{
	return false;
}

static void
coverage_follow(CoverageContext *context, const Case *one, PlanMode mode)
{
	SizeWalk walk = {
		.judge = &context->judge,
		.one = one,
		.mode = mode,
		.largest = context->judge.scale,
		.step = COVERAGE_STEP,
		.found = coverage_found,
		.seeks_end = coverage_seeks_end,
		.arg = context,
	};
	char *reason = size_walk(&walk);

	if (reason != NULL)
		context->coverage->problem = reason;
}

/* Executes a case, and notes what statements of functions read. */
static void
coverage_execute(CoverageContext *context, const Case *one)
{
	double scale = 1;
	const CaseVerdict *verdict;

	for (;;)
	{
		/* What was executed at another size is not executed again. */
		context->judge.known = NIL;
		verdict = case_verdict_judge_at(&context->judge, one, PLAN_MODE_CUSTOM,
										scale);
		if (verdict->work == NULL)
		{
			context->coverage->problem = verdict->reason;
			return;
		}
		coverage_note_facts(context->coverage, verdict->work->facts);
		if (verdict->work->facts->nested_indexes == NIL ||
			scale >= context->judge.scale)
			return;
		scale = Min(scale * COVERAGE_STEP, context->judge.scale);
	}
}

static void
coverage_opened_query(const ContractStatement *statement, void *arg)
{
	CoverageContext *context = arg;
	QueryCoverage *coverage = context->coverage;
	List *cases;
	ListCell *cell;

	coverage_note_tables(coverage, tables_list(statement->query));
	cases = derive_read(coverage->query, statement);
	context->judge.statement = statement;
	if (cases == NIL)
		coverage->problem = derive_why_none(statement);
	foreach(cell, cases)
	{
		const Case *one = lfirst(cell);

		CHECK_FOR_INTERRUPTS();
		coverage_follow(context, one, PLAN_MODE_CUSTOM);
		if (statement->nparams > 0)
			coverage_follow(context, one, PLAN_MODE_GENERIC);
		coverage_execute(context, one);
		case_verdict_forget_plans(&context->judge);
	}
}

List *
coverage_read(double scale)
{
	List *coverages = NIL;
	ListCell *cell;

	settings_check_scale(scale);
	foreach(cell, contract_read(NULL))
	{
		const ContractQuery *query = lfirst(cell);
		QueryCoverage *coverage = palloc0(sizeof(*coverage));
		CoverageContext context = {.coverage = coverage};
		ErrorData *error;

		coverage->query = query;
		context.judge.scale = scale;
		context.judge.any_scale = true;
		context.judge.budget = settings_row_budget(query->max_rows);
		context.judge.most_returned =
			settings_rows_returned(query->max_rows_returned);
		context.judge.block_budget = settings_block_budget(query->max_blocks);
		error = contract_open(query, coverage_opened_query, &context, 0);
		if (error != NULL)
			coverage->problem = contract_error_text(error);
		coverages = lappend(coverages, coverage);
	}
	return coverages;
}

bool
coverage_reads(const QueryCoverage *coverage, Oid table)
{
	ListCell *cell;

	/* It may have been dropped since the query was planned. */
	if (!relation_exists(table))
		return false;
	foreach(cell, find_all_inheritors(table, NoLock, NULL))
		if (list_member_oid(coverage->relations, lfirst_oid(cell)))
			return true;
	return false;
}

List *
coverage_indexes(const List *coverages)
{
	List *tables = NIL;
	List *used = NIL;
	ListCell *cell;

	foreach(cell, coverages)
	{
		const QueryCoverage *coverage = lfirst(cell);

		tables = list_concat_unique_oid(tables, coverage->tables);
		used = list_concat_unique_oid(used, coverage->indexes);
	}
	return index_set_existing_compare_all(index_set_existing_of_tables(tables),
										  used);
}
