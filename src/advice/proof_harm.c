/*-------------------------------------------------------------------------
 *
 * proof_harm.c
 *		Whether a fix makes a case worse than it is today.
 *
 * The values of the cases are those of today's rows. A plan that walks an index
 * in the order of a LIMIT, past the rows that do not match, is quick with them as
 * long as some match, and reads the whole index for the first user who has no
 * rows, or none of late. So plans are compared by what they examine if nothing
 * matches as well: that of the fix may not be worse than today's.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "advice/proof_harm.h"

/* And a case is worse only if it takes more than this many rows, or blocks. */
#define PROOF_HARM_LEAST 1000.0

static bool
proof_harm_is_worse(double with, double without, double least)
{
	return with > Max(PROOF_HARM_TIMES * without, least);
}

const CaseVerdict *
proof_harm_before(List *before, const Case *one)
{
	ListCell *cell;

	foreach(cell, before)
	{
		const CaseVerdict *verdict = lfirst(cell);

		if (verdict->one == one)
			return verdict->work == NULL || verdict->work->timed_out ? NULL
																	 : verdict;
	}
	return NULL;
}

char *
proof_harm_find(const Judge *judge, List *before, const CaseVerdict *judged)
{
	const CaseVerdict *verdict = proof_harm_before(before, judged->one);
	const Work *with = judged->work;
	const Work *without;

	if (verdict == NULL || with == NULL || judged->scale != verdict->scale)
		return NULL;
	without = verdict->work;
	if (with->stopped)
		return psprintf("%s examines more than %.0f rows today instead of %.0f",
						judged->one->label, with->rows_examined,
						without->rows_examined);
	if (proof_harm_is_worse(with->examined_projected,
							without->examined_projected, PROOF_HARM_LEAST))
		return psprintf("%s examines %.0f rows instead of %.0f",
						judged->one->label, with->examined_projected,
						without->examined_projected);
	if (proof_harm_is_worse(with->blocks_projected, without->blocks_projected,
							PROOF_HARM_LEAST))
		return psprintf("%s touches %.0f blocks instead of %.0f",
						judged->one->label, with->blocks_projected,
						without->blocks_projected);
	if (proof_harm_is_worse(with->unmatched_projected,
							without->unmatched_projected,
							Max(judge->budget, PROOF_HARM_LEAST)))
		return psprintf("%s would examine %.0f rows instead of %.0f if no row "
						"matched",
						judged->one->label, with->unmatched_projected,
						without->unmatched_projected);
	return NULL;
}

double
proof_harm_unmatched(const Judge *judge, const CaseVerdict *judged, bool values)
{
	double rows;

	if (judged->work == NULL)
		return 0;
	rows = values ? judged->work->unmatched_projected
				  : judged->work->keyed_projected;
	/* What is examined when all is found is judged as such. */
	return rows > judge->budget && rows > judged->work->examined_projected
			   ? rows
			   : 0;
}
