/*-------------------------------------------------------------------------
 *
 * report_row.c
 *		The result rows of perfcheck_plan, perfcheck_forecast and perfcheck_time.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "plan/plan_facts.h"
#include "plan/plan_mode.h"
#include "report_row.h"

static void
report_row_work(ResultRow *row, const Work *work)
{
	if (work == NULL)
	{
		result_row_put_nulls(row, 7);
		return;
	}
	result_row_put_text(row, work->facts->access);
	result_row_put_index_names(row, work->facts->indexes);
	result_row_put_index_methods(row, work->facts->indexes);
	result_row_put_rows(row, work->rows_estimated);
	result_row_put_rows(row, work->rows_returned);
	result_row_put_rows(row, work->rows_examined);
	result_row_put_rows(row, work->examined_projected);
}

static void
report_row_blocks(ResultRow *row, const Work *work)
{
	if (work == NULL)
	{
		result_row_put_null(row);
		result_row_put_null(row);
		return;
	}
	result_row_put_rows(row, work->blocks);
	result_row_put_rows(row, work->blocks_projected);
}

void
report_row_judged_case(ResultRow *row, const QueryReport *report,
					   const JudgedCase *judged)
{
	const CaseVerdict *verdict = judged->verdict;

	result_row_put_text(row, report->query->name);
	result_row_put_text(row, verdict->one->label);
	result_row_put_text(row, plan_mode_name(verdict->mode));
	report_row_work(row, verdict->work);
	/* A case that fails at a smaller size is not ok at any larger one. */
	result_row_put_bool(row, judged->decides->ok);
	result_row_put_text(row, judged->reason);
	if (verdict->work == NULL)
		result_row_put_null(row);
	else
		result_row_put(row, Float8GetDatum(verdict->work->cost));
	result_row_put_text(row, fragile_text(judged->fragile));
	report_row_blocks(row, verdict->work);
	result_row_put_text(
		row, verdict->work == NULL ? NULL : verdict->work->misestimate);
	result_row_end(row);
}

/* A query without cases must not go unseen: it failed, or has no rows. */
void
report_row_no_cases(ResultRow *row, const QueryReport *report)
{
	result_row_put_text(row, report->query->name);
	result_row_put_nulls(row, 2); /* label, plan_mode */
	report_row_work(row, NULL);
	result_row_put_verdict(row, report->verdict->status != VERDICT_SKIP, false);
	result_row_put_text(row, report->verdict->reason);
	result_row_put_null(row); /* cost */
	result_row_put_null(row); /* fragile */
	report_row_blocks(row, NULL);
	result_row_put_null(row); /* estimate */
	result_row_end(row);
}

void
report_row_range(ResultRow *row, const QuerySizeRanges *found,
				 const SizeRange *range)
{
	const PlanFacts *facts = range->work == NULL ? NULL : range->work->facts;

	result_row_put_text(row, found->query->name);
	result_row_put_text(row, range->one->label);
	result_row_put_text(row, plan_mode_name(range->mode));
	result_row_put_rows(row, range->from_rows);
	result_row_put_rows(row, range->to_rows);
	if (facts == NULL)
	{
		result_row_put_nulls(row, 3); /* access, indexes, rows_projected */
	}
	else
	{
		result_row_put_text(row, facts->access);
		result_row_put_index_names(row, facts->indexes);
		result_row_put_rows(row, range->work->examined_projected);
	}
	result_row_put_verdict(row, !range->opaque, range->ok);
	result_row_put_text(row, range->reason);
	if (facts == NULL)
	{
		result_row_put_nulls(row, 2); /* blocks_projected, rows_at_from */
	}
	else
	{
		result_row_put_rows(row, range->work->blocks_projected);
		result_row_put_rows(row, range->examined_at_from);
	}
	result_row_end(row);
}

/* A query without ranges must not go unseen: it is not ok, or has no rows. */
void
report_row_no_ranges(ResultRow *row, const QuerySizeRanges *found)
{
	result_row_put_text(row, found->query->name);
	result_row_put_nulls(row, 7); /* label to rows_projected */
	result_row_put_verdict(row, found->error != NULL, false);
	result_row_put_text(row,
						found->error == NULL ? found->empty : found->error);
	result_row_put_nulls(row, 2); /* blocks_projected, rows_at_from */
	result_row_end(row);
}

static void
report_row_put_known_rows(ResultRow *row, double number)
{
	if (number < 0)
		result_row_put_null(row);
	else
		result_row_put_rows(row, number);
}

static void
report_row_put_known_ms(ResultRow *row, double number)
{
	if (number < 0)
		result_row_put_null(row);
	else
		result_row_put_ms(row, number);
}

void
report_row_index(ResultRow *row, const IndexSetRow *index)
{
	static const char *const actions[] = {
		[INDEX_ACTION_CREATE] = "create", [INDEX_ACTION_UNTRIED] = "create?",
		[INDEX_ACTION_DROP] = "drop?",    [INDEX_ACTION_KEEP] = "keep",
		[INDEX_ACTION_NONE] = "not ok",
	};
	char **names = palloc(Max(list_length(index->serves), 1) * sizeof(char *));
	ListCell *cell;

	foreach(cell, index->serves)
		names[foreach_current_index(cell)] = lfirst(cell);
	result_row_put_text(row, actions[index->action]);
	result_row_put_text(row, index->sql);
	if (OidIsValid(index->relid))
		result_row_put(row, ObjectIdGetDatum(index->relid));
	else
		result_row_put_null(row);
	result_row_put_texts(row, names, list_length(index->serves));
	report_row_put_known_rows(row, index->bytes);
	report_row_put_known_ms(row, index->build_ms);
	report_row_put_known_ms(row, index->write_us);
	report_row_put_known_rows(row, index->write_wal);
	report_row_put_known_rows(row, index->scans);
	result_row_put_text(row, index->reason);
	result_row_end(row);
}

static void
report_row_used(ResultRow *row, const QueryCoverage *coverage, Oid relation,
				bool read)
{
	result_row_put_text(row, coverage->query->name);
	if (OidIsValid(relation))
		result_row_put(row, ObjectIdGetDatum(relation));
	else
		result_row_put_null(row);
	result_row_put_null(row);
	result_row_put_bool(row, read);
	result_row_put_nulls(row, 3);
	result_row_put_text(row, coverage->problem);
	result_row_end(row);
}

void
report_row_coverage(ResultRow *row, const QueryCoverage *coverage)
{
	ListCell *cell;

	if (coverage->tables == NIL)
		report_row_used(row, coverage, InvalidOid, false);
	foreach(cell, coverage->tables)
		report_row_used(row, coverage, lfirst_oid(cell),
						coverage_reads(coverage, lfirst_oid(cell)));
	foreach(cell, coverage->indexes)
		report_row_used(row, coverage, lfirst_oid(cell), true);
}

void
report_row_existing_index(ResultRow *row, const ExistingIndex *index)
{
	const char *needed_by =
		index->constraint != NULL ? index->constraint : index->foreign_key;

	result_row_put_null(row);
	result_row_put(row, ObjectIdGetDatum(index->oid));
	result_row_put(row, ObjectIdGetDatum(index->relid));
	result_row_put_bool(row, index->needed);
	result_row_put_rows(row, index->bytes);
	result_row_put_text(row, needed_by);
	if (OidIsValid(index->longer))
		result_row_put(row, ObjectIdGetDatum(index->longer));
	else
		result_row_put_null(row);
	result_row_put_null(row);
	result_row_end(row);
}

/* Which plans were executed: "custom", "generic", or both. */
static const char *
report_row_plan_modes(const TimingResult *result)
{
	if (result->generic == 0)
		return "custom";
	return result->generic == result->executions ? "generic"
												 : "custom, generic";
}

void
report_row_timing(ResultRow *row, const TimingResult *result)
{
	bool timed = result->error == NULL;

	result_row_put_text(row, result->query->name);
	result_row_put_text(row, result->label);
	if (timed)
	{
		result_row_put(row, Int32GetDatum((int32) result->executions));
		result_row_put_ms(row, result->mean_ms);
		result_row_put_ms(row, result->p50_ms);
		result_row_put_ms(row, result->p95_ms);
		result_row_put_ms(row, result->p99_ms);
		result_row_put_ms(row, result->max_ms);
		result_row_put_ms(row, result->plan_ms);
		result_row_put_rows(row, result->shared_hit);
		result_row_put_rows(row, result->shared_read);
	}
	else
		result_row_put_nulls(row, 9); /* executions to shared_read */
	result_row_put_verdict(row, result->judged, result->ok);
	result_row_put_text(row, result->error);
	if (timed)
	{
		result_row_put_ms(row, result->first_ms);
		result_row_put_rows(row, result->shared_written);
		result_row_put_rows(row, result->temp_read);
		result_row_put_rows(row, result->temp_written);
		result_row_put_text(row, report_row_plan_modes(result));
		result_row_put_bool(row, result->jit);
		if (result->harness_us < 0)
			result_row_put_null(row);
		else
			result_row_put_ms(row, result->harness_us);
	}
	else
		result_row_put_nulls(row, 7); /* first_ms to harness_us */
	result_row_end(row);
}
