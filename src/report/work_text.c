/*-------------------------------------------------------------------------
 *
 * work_text.c
 *		The words for the work of a case: today, and at the target size.
 *
 * A table that is searched by a bitmap is counted by the entries of the index and
 * by the rows, and a join by the pairs that it tries, so that more rows may be
 * examined than there are; the text says of how many that is so.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "lib/stringinfo.h"
#include "utils/lsyscache.h"

#include "report/work_text.h"

/* What is examined that is no row of a table. */
typedef struct WorkParts
{
	double entries; /* of indexes, that a bitmap is made of */
	double pairs;   /* that joins tried */
} WorkParts;

static void
work_text_add_parts(WorkParts *parts, const WorkNode *node)
{
	switch (node->kind)
	{
		case WORK_BITMAP_INDEX:
			parts->entries += node->examined;
			break;
		case WORK_NESTED_LOOP:
		case WORK_HASH_JOIN:
		case WORK_MERGE_JOIN:
			parts->pairs += node->examined;
			break;
		default:
			break;
	}
	for (int i = 0; i < node->nchildren; i++)
		work_text_add_parts(parts, node->children[i]);
	for (int i = 0; i < node->nnested; i++)
		work_text_add_parts(parts, node->nested[i]);
}

/* Returns " (300 are index entries, 20 are joined pairs)", or "". */
static char *
work_text_parts(const Work *work)
{
	WorkParts parts = {0, 0};
	StringInfoData text;

	work_text_add_parts(&parts, work->runs.run);
	initStringInfo(&text);
	if (parts.entries > 0)
		appendStringInfo(&text, " (%.0f are index entries", parts.entries);
	if (parts.pairs > 0)
		appendStringInfo(&text, "%s%.0f are joined pairs",
						 text.len > 0 ? ", " : " (", parts.pairs);
	if (text.len > 0)
		appendStringInfoChar(&text, ')');
	return text.data;
}

/* Returns the largest table of a query at a scale, or NULL. */
static const VerdictSize *
work_text_largest(const QueryVerdict *verdict, double scale)
{
	const VerdictSize *largest = NULL;
	ListCell *cell;

	foreach(cell, verdict->sizes)
	{
		const VerdictSize *size = lfirst(cell);

		if (largest == NULL || size->rows * pow(scale, size->growth) >
								   largest->rows * pow(scale, largest->growth))
			largest = size;
	}
	return largest;
}

/* Adds "; events has 10000 rows". */
static void
work_text_add_size(StringInfo text, const QueryVerdict *verdict, double scale)
{
	const VerdictSize *largest = work_text_largest(verdict, scale);
	char *name = largest == NULL ? NULL : get_rel_name(largest->relid);

	if (name != NULL)
		appendStringInfo(text, "; %s has %.0f rows", name,
						 largest->rows * pow(scale, largest->growth));
}

/* Returns " (limit 50000)" if the case is over this limit, or "". */
static char *
work_text_limit(bool over, double limit)
{
	return over ? psprintf(" (limit %.0f)", limit) : "";
}

char *
work_text_summary(const QueryVerdict *verdict, const Work *work)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(
		&text, "%.0f %s examined for %.0f returned", work->rows_examined,
		work->rows_examined == 1 ? "row" : "rows", work->rows_returned);
	if (rint(work->examined_projected) != work->rows_examined)
		appendStringInfo(&text, ", about %.0f for %.0f at %.0f rows",
						 work->examined_projected, work->returned_projected,
						 verdict_rows_at(verdict, verdict->scale));
	return text.data;
}

/* What a size has the case do. */
static char *
work_text_at(const QueryVerdict *verdict, const CaseVerdict *result,
			 double scale, const char *about, double examined, char *parts,
			 double returned, double blocks)
{
	bool over =
		!result->ok && (result->scale == scale || verdict->sizes == NIL);
	bool returns = over && returned > verdict->most_returned;
	bool touches = over && result->blocks_decide;
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(
		&text, "%s%.0f %s examined%s%s for %.0f returned%s", about, examined,
		examined == 1 ? "row" : "rows", parts,
		work_text_limit(over && !returns && !touches,
						case_verdict_row_limit(verdict->budget, result->work)),
		returned, work_text_limit(returns, verdict->most_returned));
	if (result->blocks_decide)
		appendStringInfo(&text, ", %.0f blocks%s", blocks,
						 work_text_limit(touches, verdict->block_budget));
	if (result->work->timed_out && scale == 1)
		appendStringInfoString(&text, ", until it was ended");
	work_text_add_size(&text, verdict, scale);
	return text.data;
}

char *
work_text_today(const QueryVerdict *verdict, const CaseVerdict *result)
{
	const Work *work = result->work;

	return work_text_at(verdict, result, 1, "", work->rows_examined,
						work_text_parts(work), work->rows_returned,
						work->blocks);
}

char *
work_text_forecast(const QueryVerdict *verdict, const CaseVerdict *result)
{
	const Work *work = result->work;

	/* Without a table nothing grows. */
	if (result->scale == 1 || verdict->sizes == NIL)
		return NULL;
	return work_text_at(verdict, result, result->scale,
						work->timed_out ? "at least " : "about ",
						work->examined_projected, "", work->returned_projected,
						work->blocks_projected);
}
