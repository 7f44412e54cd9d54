/*-------------------------------------------------------------------------
 *
 * work_notes.c
 *		What is worth knowing of the work of a query beside its rows.
 *
 * The server compiles a plan (JIT) if its cost, which is an estimate, is above
 * jit_above_cost. That pays for plans that examine many rows, so it is told of
 * those alone that are within the row budget. Whether the server has a provider is
 * asked when a plan would need it, since that loads LLVM into the session.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "jit/jit.h"
#include "utils/fmgroids.h"

#include "report/work_notes.h"
#include "work/block_cause.h"

static bool
work_notes_will_compile(const Work *work, double budget)
{
	return work->compiled && !work->timed_out &&
		   work->examined_projected <= budget;
}

/* Returns the case that counts, is compiled and examines the fewest rows; or NULL. */
static const CaseVerdict *
work_notes_compiled(const QueryVerdict *verdict)
{
	const CaseVerdict *least = NULL;
	ListCell *cell;

	foreach(cell, verdict->cases)
	{
		const JudgedCase *judged = lfirst(cell);
		const CaseVerdict *one = judged->verdict;

		if (judged->counts && one->work != NULL &&
			work_notes_will_compile(one->work, verdict->budget) &&
			(least == NULL ||
			 one->work->examined_projected < least->work->examined_projected))
			least = one;
	}
	return least;
}

/* Returns the case that counts and keeps most beside its memory; or NULL. */
static const CaseVerdict *
work_notes_spilled(const QueryVerdict *verdict)
{
	const CaseVerdict *most = NULL;
	ListCell *cell;

	foreach(cell, verdict->cases)
	{
		const JudgedCase *judged = lfirst(cell);
		const CaseVerdict *one = judged->verdict;

		if (judged->counts && one->work != NULL && one->work->spills &&
			(most == NULL || one->work->spill.bytes > most->work->spill.bytes))
			most = one;
	}
	return most;
}

List *
work_notes(const char *name, const QueryVerdict *verdict)
{
	const CaseVerdict *one = work_notes_compiled(verdict);
	List *notes = NIL;

	if (one != NULL && DatumGetBool(OidFunctionCall0(F_PG_JIT_AVAILABLE)))
		notes = lappend(
			notes, psprintf("jit: %s, %s: the plan for %.0f rows will be "
							"compiled, which takes longer than to examine "
							"%.0f rows: SET jit = off for its role, or raise "
							"jit_above_cost",
							name, one->one->label,
							verdict_rows_at(verdict, verdict->scale),
							one->work->examined_projected));
	one = work_notes_spilled(verdict);
	if (one != NULL)
		notes = lappend(notes, psprintf("spill: %s, %s: %s; the rest goes "
										"through temporary files",
										name, one->one->label,
										block_cause_spill(one->work)));
	return notes;
}

char *
work_notes_blocks(const CaseVerdict *result, const Advice *advice)
{
	const BlockCause *cause =
		result->blocks_decide ? block_cause_find(result->work) : NULL;

	if (cause == NULL ||
		(advice != NULL && strcmp(cause->words, advice->cause) == 0))
		return NULL;
	return cause->words;
}

void
work_notes_advise(Advice *advice, const CaseVerdict *result)
{
	const BlockCause *cause;

	if (advice == NULL || !result->blocks_decide)
		return;
	cause = block_cause_find(result->work);
	/* What swells a table or an index is mended first, whatever else helps. */
	if (cause == NULL || (advice->proven && cause->fix == NULL))
		return;
	advice->proven = advice->improvement = false;
	advice->cause = cause->words;
	advice->fix = cause->fix;
	advice->proof = cause->untried;
	advice->rewrite = NULL;
}
