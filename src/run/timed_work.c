/*-------------------------------------------------------------------------
 *
 * timed_work.c
 *		What one client of perfcheck_time does, and what it sampled.
 *
 * Case after case, each has a prepared statement of its own, so that the server's
 * choice of plans is that for these values. In a mix there is one for each query,
 * as in the connection of an API, and each execution is of another case.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "base/rest.h"
#include "run/timed_work.h"
#include "shared/splitmix64.h"

static void
timed_work_make_samples(TimedWork *work)
{
	work->samples = palloc0(Max(work->ncases, 1) * sizeof(PreparedSamples));
	for (int i = 0; i < work->ncases; i++)
		work->samples[i].memory = CurrentMemoryContext;
}

static PreparedTurn
timed_work_warmup(const TimedWork *work)
{
	return (PreparedTurn){.most = work->options.warmup,
						  .timeout_ms = work->options.timeout_ms};
}

static void
timed_work_wait(TimedBarrier barrier, void *arg)
{
	if (barrier != NULL)
		barrier(arg);
}

/* Several clients, and a mix, are a load that was asked for. */
static void
timed_work_rest(const TimedWork *work)
{
	if (work->options.clients == 1)
		rest_between_cases();
}

/* ---- case after case ---- */

static PreparedTurn
timed_work_turn(const TimedWork *work, int round)
{
	const TimedOptions *options = &work->options;
	int64 executions = options->executions;
	PreparedTurn turn = {.counted = true, .timeout_ms = options->timeout_ms};

	turn.most = executions * (round + 1) / options->rounds -
				executions * round / options->rounds;
	if (options->duration_ns > 0)
	{
		turn.most = PG_INT64_MAX;
		turn.until_ns = prepared_now() + options->duration_ns / options->rounds;
	}
	return turn;
}

static void
timed_work_case(TimedWork *work, int i, TimedBarrier barrier, void *arg)
{
	MemoryContext memory = AllocSetContextCreate(
		CurrentMemoryContext, "perfcheck timed case", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(memory);
	const TimedCase *timed = &work->cases[i];
	Prepared *prepared = prepared_make(timed->query, work->options.plan);
	PreparedTurn turn = timed_work_warmup(work);

	prepared_run(prepared, timed->one, &turn, &work->samples[i]);
	timed_work_wait(barrier, arg);
	turn = timed_work_turn(work, 0);
	prepared_run(prepared, timed->one, &turn, &work->samples[i]);
	timed_work_rest(work);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(memory);
}

static void
timed_work_rounds(TimedWork *work, TimedBarrier barrier, void *arg)
{
	Prepared **prepared = palloc0(Max(work->ncases, 1) * sizeof(Prepared *));
	PreparedTurn turn = timed_work_warmup(work);

	for (int i = 0; i < work->ncases; i++)
	{
		prepared[i] = prepared_make(work->cases[i].query, work->options.plan);
		prepared_run(prepared[i], work->cases[i].one, &turn, &work->samples[i]);
	}
	for (int round = 0; round < work->options.rounds; round++)
		for (int i = 0; i < work->ncases; i++)
		{
			timed_work_wait(barrier, arg);
			turn = timed_work_turn(work, round);
			prepared_run(prepared[i], work->cases[i].one, &turn,
						 &work->samples[i]);
			timed_work_rest(work);
		}
}

/* ---- all at once ---- */

typedef struct TimedMix
{
	Prepared **prepared; /* of each statement */
	double *upto;        /* the sum of the weights up to each case */
} TimedMix;

static TimedMix
timed_work_mix_begin(TimedWork *work)
{
	TimedMix mix = {
		.prepared = palloc0(Max(work->ncases, 1) * sizeof(Prepared *)),
		.upto = palloc0(Max(work->ncases, 1) * sizeof(double)),
	};
	PreparedTurn turn = timed_work_warmup(work);

	for (int i = 0; i < work->ncases; i++)
	{
		const TimedCase *timed = &work->cases[i];
		Prepared **prepared = &mix.prepared[timed->statement];

		mix.upto[i] = (i > 0 ? mix.upto[i - 1] : 0) + timed->weight;
		if (timed->weight <= 0)
			continue;
		if (*prepared == NULL)
			*prepared = prepared_make(timed->query, work->options.plan);
		prepared_run(*prepared, timed->one, &turn, &work->samples[i]);
	}
	return mix;
}

/* Returns the case that draw number n is. */
static int
timed_work_draw(const TimedWork *work, const TimedMix *mix, int64 n)
{
	double place =
		mix->upto[work->ncases - 1] *
		((splitmix64_number(work->seed, n) >> 11) / (double) (1LL << 53));
	int low = 0;
	int high = work->ncases - 1;

	while (low < high)
	{
		int middle = (low + high) / 2;

		if (mix->upto[middle] > place)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* Each client executes as often as case after case, on average. */
static void
timed_work_mix(TimedWork *work, TimedBarrier barrier, void *arg)
{
	TimedMix mix = timed_work_mix_begin(work);
	PreparedTurn turn = {
		.most = 1, .counted = true, .timeout_ms = work->options.timeout_ms};
	int64 executions = 0;
	int weighing = 0;

	for (int i = 0; i < work->ncases; i++)
		weighing += work->cases[i].weight > 0;
	timed_work_wait(barrier, arg);
	executions = (int64) work->options.executions * weighing;
	if (work->options.duration_ns > 0)
	{
		executions = weighing > 0 ? PG_INT64_MAX : 0;
		turn.until_ns = prepared_now() + work->options.duration_ns;
	}
	for (int64 n = 0; n < executions; n++)
	{
		int i = timed_work_draw(work, &mix, n);

		CHECK_FOR_INTERRUPTS();
		if (turn.until_ns > 0 && prepared_now() >= turn.until_ns)
			break;
		prepared_run(mix.prepared[work->cases[i].statement], work->cases[i].one,
					 &turn, &work->samples[i]);
	}
}

void
timed_work_run(TimedWork *work, TimedBarrier barrier, void *arg)
{
	MemoryContext memory = AllocSetContextCreate(
		CurrentMemoryContext, "perfcheck timed work", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old;

	timed_work_make_samples(work);
	old = MemoryContextSwitchTo(memory);
	if (work->options.mix)
		timed_work_mix(work, barrier, arg);
	else if (work->options.rounds > 1)
		timed_work_rounds(work, barrier, arg);
	else
		for (int i = 0; i < work->ncases; i++)
			timed_work_case(work, i, barrier, arg);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(memory);
}
