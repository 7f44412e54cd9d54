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
 * A look into an index touches the same upper pages each time, and then one leaf.
 * So a thousand of them, which read a row each in place of a hundred thousand rows
 * that are packed into few blocks, are no harm: further blocks that the rows which
 * are spared outweigh are none, of which look-ups count by their leaves.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "advice/proof_harm.h"

/* A case is worse only if it takes more than this many rows, or blocks ... */
#define PROOF_HARM_LEAST 1000.0

/* ... and than this part of the rows that it may examine. */
#define PROOF_HARM_PART 0.05

/* A block that is touched out of order takes as long as so many rows in order. */
#define PROOF_HARM_BLOCK_ROWS 200.0

/* The pages that a look-up touches, of which the last one may be another. */
#define PROOF_HARM_LEVELS 3.0

static bool
proof_harm_is_worse(double with, double without, double least)
{
	return with > Max(PROOF_HARM_TIMES * without, least);
}

/* Returns the blocks of a work without the upper pages of its look-ups. */
static double
proof_harm_blocks(const Work *work)
{
	return work->blocks_projected -
		   work->look_ups_projected * (1 - 1 / PROOF_HARM_LEVELS);
}

/* Do the rows that are spared take longer than the further blocks? */
static bool
proof_harm_is_paid(const Work *with, const Work *without)
{
	return without->examined_projected - with->examined_projected >
		   PROOF_HARM_BLOCK_ROWS *
			   (proof_harm_blocks(with) - proof_harm_blocks(without));
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
	if (proof_harm_is_worse(
			with->examined_projected, without->examined_projected,
			Max(PROOF_HARM_PART * judge->budget, PROOF_HARM_LEAST)))
		return psprintf("%s examines %.0f rows instead of %.0f",
						judged->one->label, with->examined_projected,
						without->examined_projected);
	if (proof_harm_is_worse(with->blocks_projected, without->blocks_projected,
							PROOF_HARM_LEAST) &&
		!proof_harm_is_paid(with, without))
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
