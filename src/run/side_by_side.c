/*-------------------------------------------------------------------------
 *
 * side_by_side.c
 *		Two forms of a query, executed in turns.
 *
 * Whatever the machine does besides, it does to both: of each pair of executions
 * either form comes first, by the toss of a coin.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include "contract/statement.h"
#include "run/instructions.h"
#include "run/side_by_side.h"
#include "shared/splitmix64.h"

/* A difference of instructions that tells where times do not. */
#define SIDE_BY_SIDE_INSTRUCTIONS COMPARISON_SMALLEST

typedef struct SideRun
{
	ContractQuery query[2];
	Prepared *prepared[2];
	PreparedSamples samples[2];
	const TimedOptions *options;
	Case *one;
	Instructions instructions;
} SideRun;

static void
side_by_side_check(const ContractStatement *statement, void *arg)
{
	const Case *one = arg;

	if (statement->nparams != one->nargs)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("args must have a value for each parameter"),
				errdetail("Parameters: %d, values: %d.", statement->nparams,
						  one->nargs),
				errhint("Give them such as args => ARRAY['5']; both forms get "
						"all of them."));
	(void) case_params(statement, one);
}

compat_noreturn static void
side_by_side_raise(const ContractQuery *query, int sqlstate,
				   const char *message, const char *detail, const char *hint);

static void
side_by_side_raise(const ContractQuery *query, int sqlstate,
				   const char *message, const char *detail, const char *hint)
{
	ereport(ERROR, errcode(sqlstate),
			errmsg("query \"%s\" cannot be timed: %s", query->name, message),
			detail != NULL ? errdetail_internal("%s", detail) : 0,
			errhint("%s", hint != NULL ? hint
									   : "Mend the query, or give other values "
										 "in args."));
}

static void
side_by_side_open(SideRun *run, int side, const char *sql)
{
	ContractQuery *query = &run->query[side];
	ErrorData *error;

	query->name = pstrdup(side == 0 ? "a" : "b");
	query->sql = pstrdup(sql);
	error = contract_open(query, side_by_side_check, run->one,
						  run->options->timeout_ms);
	if (error != NULL)
		side_by_side_raise(query, error->sqlerrcode, error->message,
						   error->detail, contract_error_hint(error));
	run->prepared[side] = prepared_make(query, run->options->plan);
	run->samples[side].memory = CurrentMemoryContext;
}

static void
side_by_side_execute(SideRun *run, int side, const PreparedTurn *turn)
{
	PreparedSamples *samples = &run->samples[side];

	prepared_run(run->prepared[side], run->one, turn, samples);
	if (samples->error != NULL)
		side_by_side_raise(&run->query[side], samples->sqlstate, samples->error,
						   NULL, NULL);
}

static void
side_by_side_pairs(SideRun *run)
{
	const TimedOptions *options = run->options;
	PreparedTurn turn = {.most = options->warmup,
						 .timeout_ms = options->timeout_ms,
						 .instructions = &run->instructions};
	uint64 coin = prepared_now();
	int64 until_ns = 0;
	int64 pairs = options->executions;

	side_by_side_execute(run, 0, &turn);
	side_by_side_execute(run, 1, &turn);
	if (options->duration_ns > 0)
	{
		until_ns = prepared_now() + options->duration_ns;
		pairs = PG_INT64_MAX;
	}
	turn.most = 1;
	turn.counted = true;
	for (int64 i = 0; i < pairs; i++)
	{
		int first = (int) (splitmix64_number(coin, i) >> 63);

		CHECK_FOR_INTERRUPTS();
		side_by_side_execute(run, first, &turn);
		side_by_side_execute(run, 1 - first, &turn);
		if (until_ns > 0 && prepared_now() >= until_ns)
			break;
	}
}

/*
 * Where times cannot tell, instructions may: they do not depend on what else the
 * machine does. Where times tell, they are what counts, since a query may also
 * wait.
 */
static ComparisonVerdict
side_by_side_verdict(const SideBySide *found)
{
	double ratio;

	if (found->compared.verdict != COMPARISON_UNCLEAR ||
		found->instructions[0] == 0)
		return found->compared.verdict;
	ratio = found->instructions[1] / (double) found->instructions[0];
	if (ratio >= 1 + SIDE_BY_SIDE_INSTRUCTIONS)
		return COMPARISON_SLOWER;
	if (ratio <= 1 / (1 + SIDE_BY_SIDE_INSTRUCTIONS))
		return COMPARISON_FASTER;
	return COMPARISON_UNCLEAR;
}

static SideBySide
side_by_side_compare(const SideRun *run)
{
	SideBySide found = {.executions = run->samples[0].n};
	ComparedSamples sides[2];

	for (int i = 0; i < 2; i++)
	{
		const PreparedSamples *samples = &run->samples[i];

		sides[i] = (ComparedSamples){.ns = samples->ns, .n = samples->n};
		found.instructions[i] = samples->instructions / samples->n;
	}
	found.not_counted = run->instructions.why;
	found.compared = compared_samples(sides[0], sides[1], true, 1);
	found.verdict = side_by_side_verdict(&found);
	return found;
}

SideBySide
side_by_side_run(const char *sql_a, const char *sql_b, char **args, int nargs,
				 const TimedOptions *options)
{
	SideRun run = {.options = options};

	run.one = case_make("args", 0);
	run.one->nargs = nargs;
	run.one->args = args;
	side_by_side_open(&run, 0, sql_a);
	side_by_side_open(&run, 1, sql_b);
	run.instructions = instructions_begin();
	PG_TRY();
	{
		side_by_side_pairs(&run);
	}
	PG_FINALLY();
	{
		instructions_end(&run.instructions);
	}
	PG_END_TRY();
	return side_by_side_compare(&run);
}
