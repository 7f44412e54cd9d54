/*-------------------------------------------------------------------------
 *
 * prepared.c
 *		Executes a query as a prepared statement would be, and samples it.
 *
 * The statement is an entry of the server's own plan cache, so that custom and
 * generic plans are chosen, and made anew after a change, as for PREPARE. It
 * outlives the sandboxes in which it is executed. Several executions share a
 * sandbox, for a subtransaction costs more than a cheap query; since they share
 * its time limit as well, no further one begins after a small part of that. What
 * a client would not pay for each time is outside of the sample: taking the role
 * and settings of the query, and making values of their text.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <time.h>

#include "executor/executor.h"
#include "executor/instrument.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "tcop/cmdtag.h"
#include "tcop/dest.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/plancache.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "base/sandbox.h"
#include "contract/statement.h"
#include "run/prepared.h"

#define PREPARED_NS_PER_MS INT64CONST(1000000)
/* How long the executions in one sandbox go on. */
#define PREPARED_SHARED_NS (10 * PREPARED_NS_PER_MS)
/* And which part of the time limit that may be. */
#define PREPARED_SHARED_PART 20
#define PREPARED_ROOM 64
/* How often a built-in query is analyzed anew in one turn. */
#define PREPARED_MOST_ANALYSES 100
/* Of each value, where an error names it. */
#define PREPARED_SHOWN_BYTES 200

struct Prepared
{
	const ContractQuery *query;
	int options;            /* for the plan cache */
	MemoryContext scratch;  /* of a sandbox */
	MemoryContext one_time; /* of an execution */
	CachedPlanSource *source;
	Oid user;   /* for whom it was analyzed */
	bool stale; /* a built-in query has to be analyzed anew */
	MemoryContextCallback callback;
};

int64
prepared_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64) now.tv_sec * INT64CONST(1000000000) + now.tv_nsec;
}

/* ---- the receiver: converts rows to text, and throws them away ---- */

typedef struct PreparedReceiver
{
	DestReceiver receiver; /* first: it is cast to this */
	FmgrInfo *output;
	MemoryContext row_context;
} PreparedReceiver;

static void
prepared_startup(DestReceiver *receiver, int operation, TupleDesc desc)
{
	PreparedReceiver *self = (PreparedReceiver *) receiver;

	if (desc->natts == 0)
		return;
	self->output = palloc(desc->natts * sizeof(FmgrInfo));
	for (int i = 0; i < desc->natts; i++)
	{
		Oid function;
		bool is_varlena;

		getTypeOutputInfo(TupleDescAttr(desc, i)->atttypid, &function,
						  &is_varlena);
		fmgr_info(function, &self->output[i]);
	}
	self->row_context = AllocSetContextCreate(
		CurrentMemoryContext, "perfcheck row", ALLOCSET_DEFAULT_SIZES);
}

static bool
prepared_receive(TupleTableSlot *slot, DestReceiver *receiver)
{
	PreparedReceiver *self = (PreparedReceiver *) receiver;
	int columns = slot->tts_tupleDescriptor->natts;
	MemoryContext old;

	if (columns == 0)
		return true;
	old = MemoryContextSwitchTo(self->row_context);
	slot_getallattrs(slot);
	for (int i = 0; i < columns; i++)
		if (!slot->tts_isnull[i])
			(void) OutputFunctionCall(&self->output[i], slot->tts_values[i]);
	MemoryContextSwitchTo(old);
	MemoryContextReset(self->row_context);
	return true;
}

static void
prepared_shutdown(DestReceiver *receiver)
{
}

/* ---- samples ---- */

static void
prepared_add_sample(PreparedSamples *samples, int64 ns)
{
	if (samples->n == samples->room)
	{
		int64 room = Max(samples->room * 2, PREPARED_ROOM);

		samples->ns =
			samples->ns == NULL
				? MemoryContextAllocHuge(samples->memory, room * sizeof(int64))
				: repalloc_huge(samples->ns, room * sizeof(int64));
		samples->room = room;
	}
	samples->ns[samples->n++] = ns;
}

static void
prepared_add_blocks(PreparedSamples *samples, const BufferUsage *before)
{
	const BufferUsage *now = &pgBufferUsage;

	samples->shared_hit += now->shared_blks_hit - before->shared_blks_hit;
	samples->shared_read += now->shared_blks_read - before->shared_blks_read;
	samples->shared_written +=
		now->shared_blks_written - before->shared_blks_written;
	samples->temp_read += now->temp_blks_read - before->temp_blks_read;
	samples->temp_written += now->temp_blks_written - before->temp_blks_written;
}

/*
 * Who reads this may read the values as well, in perfcheck_cases(): they are the
 * same rows, looked up as the same role.
 */
static void
prepared_append_values(StringInfo text, const Case *one)
{
	if (one->nargs == 0)
		return;
	appendStringInfoString(text, " (values: ");
	for (int i = 0; i < one->nargs; i++)
	{
		appendStringInfo(text, "%s$%d = ", i > 0 ? ", " : "", i + 1);
		if (one->args[i] == NULL)
			appendStringInfoString(text, "NULL");
		else
		{
			int length = strlen(one->args[i]);
			int shown =
				pg_mbcliplen(one->args[i], length, PREPARED_SHOWN_BYTES);

			appendStringInfo(text, "'%.*s%s'", shown, one->args[i],
							 shown < length ? "..." : "");
		}
	}
	appendStringInfoChar(text, ')');
}

void
prepared_fail(PreparedSamples *samples, const Case *one, const ErrorData *error)
{
	MemoryContext old = MemoryContextSwitchTo(samples->memory);
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfoString(&text, contract_error_text(error));
	prepared_append_values(&text, one);
	samples->error = text.data;
	samples->sqlstate = error->sqlerrcode;
	MemoryContextSwitchTo(old);
}

/* ---- in a sandbox ---- */

typedef struct PreparedRun
{
	Prepared *prepared;
	const Case *one;
	PreparedTurn turn; /* of which most and until_ns are what is left */
	PreparedSamples *samples;
	ParamListInfo params;
} PreparedRun;

/* The plan cache is about to analyze a built-in query again; see prepared_analyze(). */
static void
prepared_refuse_parser(struct ParseState *state, void *arg)
{
	((Prepared *) arg)->stale = true;
	ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			errmsg("what the query reads is changed all the time"),
			errhint("Call the function again when nobody alters the tables."));
}

/*
 * Analyzes the statement, as PREPARE does. The plan cache does so again by itself, when
 * something has changed, and does not know what contract_analyze() checks, of which
 * planning may call some already. So it may not for a built-in query, which
 * prepared_run() then has analyzed anew.
 */
static void
prepared_analyze(Prepared *prepared)
{
	ContractStatement *statement = contract_analyze(prepared->query);
	CachedPlanSource *source = CreateCachedPlan(
		contract_parse_again(statement), prepared->query->sql, CMDTAG_SELECT);

	CompleteCachedPlan(source, list_make1(statement->query), NULL,
					   statement->param_types, statement->nparams,
					   statement->built_in ? prepared_refuse_parser : NULL,
					   prepared, prepared->options, true);
	SaveCachedPlan(source);
	prepared->source = source;
	prepared->user = GetUserId();
}

/* The plan cache does not know memory contexts of others. */
static void
prepared_drop(void *arg)
{
	Prepared *prepared = arg;

	if (prepared->source != NULL)
		DropCachedPlan(prepared->source);
	prepared->source = NULL;
}

static ParamListInfo
prepared_params(const Prepared *prepared, const Case *one)
{
	ContractStatement statement = {
		.sql = prepared->query->sql,
		.nparams = prepared->source->num_params,
		.param_types = prepared->source->param_types,
	};

	return statement.nparams == 0 && one->nargs == 0
			   ? NULL
			   : case_params(&statement, one);
}

/* Executes a plan as the server does for a client. Returns whether it was compiled. */
static bool
prepared_execute_plan(const CachedPlan *plan, const PreparedRun *run)
{
	PreparedReceiver receiver = {
		.receiver = {.receiveSlot = prepared_receive,
					 .rStartup = prepared_startup,
					 .rShutdown = prepared_shutdown,
					 .rDestroy = prepared_shutdown,
					 .mydest = DestNone},
	};
	QueryDesc *desc;
	bool jit;

	/* Each statement of a client sees what was committed before it began. */
	PushActiveSnapshot(GetTransactionSnapshot());
	desc = CreateQueryDesc(linitial_node(PlannedStmt, plan->stmt_list),
						   run->prepared->query->sql, GetActiveSnapshot(),
						   InvalidSnapshot, &receiver.receiver, run->params,
						   NULL, 0);
	ExecutorStart(desc, 0);
	compat_executor_run(desc);
	ExecutorFinish(desc);
	jit = desc->estate->es_jit != NULL;
	ExecutorEnd(desc);
	FreeQueryDesc(desc);
	PopActiveSnapshot();
	return jit;
}

/* Executes once, which began at start_ns. Returns when it ended. */
static int64
prepared_execute(PreparedRun *run, int64 start_ns)
{
	CachedPlanSource *source = run->prepared->source;
	PreparedSamples *samples = run->samples;
	BufferUsage before = pgBufferUsage;
	CachedPlan *plan =
		GetCachedPlan(source, run->params, CurrentResourceOwner, NULL);
	bool generic = plan == source->gplan;
	int64 counted = instructions_read(run->turn.instructions);
	int64 planned_ns = prepared_now();
	bool jit = prepared_execute_plan(plan, run);
	int64 now = prepared_now();

	counted = instructions_read(run->turn.instructions) - counted;
	ReleaseCachedPlan(plan, CurrentResourceOwner);
	if (samples->first_ns == 0)
		samples->first_ns = now - start_ns;
	if (run->turn.counted)
	{
		prepared_add_sample(samples, now - planned_ns);
		samples->plan_ns += planned_ns - start_ns;
		samples->generic += generic;
		samples->instructions += counted;
		samples->jit |= jit;
		prepared_add_blocks(samples, &before);
	}
	return now;
}

static bool
prepared_is_over(const PreparedTurn *turn, int64 now)
{
	return turn->most <= 0 || (turn->until_ns > 0 && now >= turn->until_ns);
}

static void
prepared_run_inside(void *arg)
{
	PreparedRun *run = arg;
	Prepared *prepared = run->prepared;
	MemoryContext scratch = CurrentMemoryContext;
	int64 shared_ns = PREPARED_SHARED_NS;
	int64 begin;
	int64 start;
	int64 now;

	if (run->turn.timeout_ms > 0)
		shared_ns = Min(shared_ns, run->turn.timeout_ms * PREPARED_NS_PER_MS /
									   PREPARED_SHARED_PART);
	/* A client has its role and its settings before it sends the query. */
	contract_enter(prepared->query);
	(void) case_enter_settings(run->one);
	begin = start = prepared_now();
	/* It was checked for whom it ran as then. */
	if (prepared->query->built_in && prepared->user != GetUserId())
		prepared_drop(prepared);
	if (prepared->source == NULL)
		prepared_analyze(prepared);
	run->params = prepared_params(prepared, run->one);
	/* What the first execution waits for is part of it. */
	do
	{
		CHECK_FOR_INTERRUPTS();
		MemoryContextSwitchTo(prepared->one_time);
		if (run->samples->first_ns != 0)
			start = prepared_now();
		now = prepared_execute(run, start);
		MemoryContextSwitchTo(scratch);
		MemoryContextReset(prepared->one_time);
		run->turn.most--;
	} while (now < begin + shared_ns && !prepared_is_over(&run->turn, now));
}

/* ---- for the caller ---- */

Prepared *
prepared_make(const ContractQuery *query, PreparedPlan plan)
{
	Prepared *prepared = palloc0(sizeof(*prepared));

	prepared->query = query;
	prepared->options = CURSOR_OPT_PARALLEL_OK;
	if (plan == PREPARED_CUSTOM)
		prepared->options |= CURSOR_OPT_CUSTOM_PLAN;
	if (plan == PREPARED_GENERIC)
		prepared->options |= CURSOR_OPT_GENERIC_PLAN;
	prepared->scratch = AllocSetContextCreate(
		CurrentMemoryContext, "perfcheck executions", ALLOCSET_DEFAULT_SIZES);
	prepared->one_time = AllocSetContextCreate(
		CurrentMemoryContext, "perfcheck execution", ALLOCSET_DEFAULT_SIZES);
	prepared->callback.func = prepared_drop;
	prepared->callback.arg = prepared;
	MemoryContextRegisterResetCallback(CurrentMemoryContext,
									   &prepared->callback);
	return prepared;
}

void
prepared_run(Prepared *prepared, const Case *one, const PreparedTurn *turn,
			 PreparedSamples *samples)
{
	PreparedRun run = {
		.prepared = prepared, .one = one, .turn = *turn, .samples = samples};
	int analyses = 0;

	while (samples->error == NULL &&
		   !prepared_is_over(&run.turn,
							 run.turn.until_ns > 0 ? prepared_now() : 0))
	{
		MemoryContext old = MemoryContextSwitchTo(prepared->scratch);
		ErrorData *error =
			sandbox_run(prepared_run_inside, &run, turn->timeout_ms);

		MemoryContextSwitchTo(old);
		if (error != NULL && prepared->stale &&
			analyses++ < PREPARED_MOST_ANALYSES)
			prepared_drop(prepared);
		else if (error != NULL)
			prepared_fail(samples, one, error);
		prepared->stale = false;
		MemoryContextReset(prepared->one_time);
		MemoryContextReset(prepared->scratch);
	}
}
