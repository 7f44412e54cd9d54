/*-------------------------------------------------------------------------
 *
 * fix_trial.c
 *		Tries one candidate on the cases of a query.
 *
 * A candidate's statements and its query go to proof.c, and what comes back is
 * noted in the candidate. A rewrite must return the same rows in each case as the
 * query does; what does not is no fix, whatever it costs.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "advice/fix_trial.h"
#include "advice/proof.h"
#include "advice/rewrite.h"
#include "advice/same_rows.h"
#include "verdict/case_verdict.h"

/* Fewer rows than this are as good as none. */
#define FIX_TRIAL_FEW_ROWS 32.0

/* What a partial index is to save by being one: a fifth. */
#define FIX_TRIAL_PARTIAL 1.25

/* Returns the rows that a case returned without the fix; -1 if not known. */
static double
fix_trial_returned(const AdviceRequest *request, const Case *one)
{
	ListCell *cell;

	if (one == request->one && !request->work->timed_out)
		return request->work->rows_returned;
	foreach(cell, request->before)
	{
		const CaseVerdict *before = lfirst(cell);

		if (before->one == one && before->work != NULL &&
			!before->work->timed_out)
			return before->work->rows_returned;
	}
	return -1;
}

/* Does another query return the same rows in all cases that were judged? */
static bool
fix_trial_returns_same(const AdviceRequest *request,
					   const ContractStatement *rewritten, List *verdicts)
{
	ListCell *cell;

	foreach(cell, verdicts)
	{
		const CaseVerdict *judged = lfirst(cell);
		double returned = fix_trial_returned(request, judged->one);

		if (returned >= 0 && judged->work->rows_returned != returned)
			return false;
	}
	foreach(cell, verdicts)
		if (same_rows_difference(request->same, rewritten,
								 ((const CaseVerdict *) lfirst(cell))->one) !=
			NULL)
			return false;
	return true;
}

/* Notes what a proof showed of all cases. */
static void
fix_trial_note(Candidate *candidate, const Proof *proof)
{
	candidate->judged = proof->judged;
	candidate->failing = proof->failing;
	candidate->hurts = proof->hurts;
	candidate->keyed = proof->keyed;
	candidate->unmatched = proof->unmatched;
	candidate->worst = proof->worst;
	candidate->sum = proof->sum;
	candidate->floor = proof->floor;
	candidate->bytes = proof->bytes;
	candidate->ms = proof->ms;
}

/*
 * Makes the cases of a trial those that the candidate's query can read. Returns
 * false if it cannot read the case that does too much work.
 */
static bool
fix_trial_read_values(const AdviceRequest *request, const Candidate *candidate,
					  ProofRequest *trial)
{
	List *cases = NIL;
	ListCell *cell;

	if (candidate->values == NIL)
		return true;
	foreach(cell, request->cases)
	{
		const Case *one =
			rewrite_case_values(candidate, request->statement, lfirst(cell));

		if (lfirst(cell) == request->one)
			trial->one = one;
		if (one != NULL)
			cases = lappend(cases, unconstify(Case *, one));
	}
	if (trial->one == request->one &&
		!list_member_ptr(request->cases, request->one))
		trial->one =
			rewrite_case_values(candidate, request->statement, request->one);
	trial->cases = cases;
	return trial->one != NULL;
}

bool
fix_trial_is_statistics(const Candidate *candidate)
{
	ListCell *cell;

	foreach(cell, candidate->statements)
		if (pg_strncasecmp(lfirst(cell), "ALTER TABLE",
						   strlen("ALTER TABLE")) == 0 ||
			pg_strncasecmp(lfirst(cell), "CREATE STATISTICS",
						   strlen("CREATE STATISTICS")) == 0)
			return true;
	return false;
}

void
fix_trial_run(const AdviceRequest *request, Candidate *candidate, bool all)
{
	ContractStatement statement = *request->statement;
	ProofRequest trial = {
		.statement = &statement,
		.one = request->one,
		.mode = candidate->custom ? PLAN_MODE_CUSTOM : request->mode,
		.custom = candidate->custom,
		.rewritten = candidate->query != NULL,
		.original = request->statement,
		.walks = candidate->walks,
		.sparse = fix_trial_is_statistics(candidate),
		.whole = all,
		.upkeep = fix_trial_is_free(candidate),
		.before = candidate->query == NULL ? request->work : NULL,
		.today = request->work,
		.at = request->at,
		.scale = request->scale,
		.budget = request->budget,
		.most_returned = request->most_returned,
		.block_budget = request->block_budget,
		.statements = candidate->statements,
		.tables = candidate->tables,
		.expected = request->expected,
		.cases = request->cases,
		.verdicts = request->before,
		.largest_scale = request->largest_scale,
	};
	Proof *proof;

	candidate->enough = candidate->judged = false;
	candidate->examined = -1;
	if (candidate->statements == NIL && candidate->query == NULL &&
		!candidate->custom)
		return;
	if (candidate->query != NULL)
		statement.query = candidate->query;
	if (!fix_trial_read_values(request, candidate, &trial))
		return;
	proof = proof_try(&trial);
	/* A rewrite that fails on the values does not mean the same; no obstacle. */
	if (candidate->query == NULL || !proof->made)
		candidate->obstacle = proof->obstacle;
	/* What is slow with the fix, and was not without it, was tried. */
	if (proof->made && proof->obstacle != NULL && !request->work->timed_out)
		candidate->hurts = proof->obstacle;
	if (proof->work == NULL || !proof->serves)
		return;
	if (candidate->query != NULL && proof->judged &&
		!fix_trial_returns_same(request, &statement, proof->verdicts))
		return;
	candidate->examined = proof->work->examined_projected;
	candidate->enough = proof->enough;
	fix_trial_note(candidate, proof);
}

bool
fix_trial_is_proven(const Candidate *candidate)
{
	return candidate->enough && candidate->judged && candidate->failing == 0 &&
		   candidate->hurts == NULL;
}

/* The more rows, the higher; rows within a factor of two are the same. */
static int
fix_trial_bucket(double rows)
{
	return (int) ceil(log2(Max(rows, FIX_TRIAL_FEW_ROWS) / FIX_TRIAL_FEW_ROWS));
}

bool
fix_trial_is_free(const Candidate *candidate)
{
	ListCell *cell;

	if (candidate->query != NULL || candidate->custom)
		return false;
	foreach(cell, candidate->statements)
		if (pg_strncasecmp(lfirst(cell), "ANALYZE", strlen("ANALYZE")) != 0 &&
			pg_strncasecmp(lfirst(cell), "VACUUM", strlen("VACUUM")) != 0 &&
			pg_strncasecmp(lfirst(cell), "REINDEX", strlen("REINDEX")) != 0)
			return false;
	return candidate->statements != NIL;
}

int
fix_trial_tier(const Candidate *candidate)
{
	if (candidate->custom)
		return 4;
	if (candidate->structural)
		return 3;
	if (candidate->kind == CANDIDATE_STATISTICS && candidate->nindexes == 0 &&
		!fix_trial_is_free(candidate))
		return 2;
	return fix_trial_is_free(candidate) ? 0 : 1;
}

static int
fix_trial_sign(double difference)
{
	return difference < 0 ? -1 : difference > 0 ? 1 : 0;
}

double
fix_trial_weigh(const Candidate *candidate, double amount)
{
	return candidate->partial ? amount * FIX_TRIAL_PARTIAL : amount;
}

int
fix_trial_compare(const Candidate *a, const Candidate *b)
{
	int differences[] = {
		a->failing - b->failing,
		fix_trial_tier(a) - fix_trial_tier(b),
		fix_trial_bucket(a->worst) - fix_trial_bucket(b->worst),
		fix_trial_bucket(a->sum) - fix_trial_bucket(b->sum),
		a->nindexes - b->nindexes,
		(a->query != NULL) - (b->query != NULL),
		fix_trial_sign(fix_trial_weigh(a, a->bytes) -
					   fix_trial_weigh(b, b->bytes)),
		fix_trial_sign(a->sum - b->sum),
	};

	for (int i = 0; i < lengthof(differences); i++)
		if (differences[i] != 0)
			return differences[i];
	return 0;
}
