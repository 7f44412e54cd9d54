/*-------------------------------------------------------------------------
 *
 * recorder.c
 *		Records the SELECTs that this backend executes.
 *
 * An execution is looked at when the executor starts it, while its values can be
 * converted to text whatever becomes of it; and it is written when it ends, from
 * what was kept then. An error, or the end of a transaction that is rolled back,
 * releases an execution without ending it: what was kept lies in its own memory, and
 * is written when that goes away. No catalog is read then.
 *
 * What is executed while the executor runs another statement, or while a utility
 * command such as CALL or DO does, is nested. What else is executed at the top
 * without being a statement of the active portal, a function that is evaluated while
 * a statement is planned, is nested, too.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/parallel.h"
#include "common/pg_prng.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/nodes.h"
#include "portability/instr_time.h"
#include "tcop/pquery.h"
#include "tcop/utility.h"
#include "utils/memutils.h"
#include "utils/plancache.h"
#include "utils/portal.h"

#include "base/compat.h"
#include "base/record_settings.h"
#include "base/sandbox.h"
#include "record/comment_split.h"
#include "record/execution_entry.h"
#include "record/recorder.h"
#include "record/recording.h"
#include "record/statements.h"

/* A statement as it stands in the text that was sent. */
typedef struct RecorderPiece
{
	const char *whole; /* what was sent */
	const char *text;  /* where the statement begins in it */
	Size length;
	CommentSplit split;
	bool commented; /* there is a comment around the statement */
} RecorderPiece;

/* An execution; it lies in the memory that the executor has for it. */
typedef struct RecorderRun
{
	struct RecorderRun *newer; /* of those that are open */
	struct RecorderRun *older;
	QueryDesc *desc;
	MemoryContextCallback released;
	bool ended;
	instr_time time;
	ExecutionEntry entry;
} RecorderRun;

static ExecutorStart_hook_type recorder_previous_start = NULL;
static ExecutorRun_hook_type recorder_previous_run = NULL;
static ExecutorFinish_hook_type recorder_previous_finish = NULL;
static ExecutorEnd_hook_type recorder_previous_end = NULL;
static ProcessUtility_hook_type recorder_previous_utility = NULL;

/* The newest execution that is open. */
static RecorderRun *recorder_runs = NULL;

/* What was split last, if it is not longer; most statements have the same text. */
#define RECORDER_SPLIT_MOST 2048
static struct
{
	Size length; /* 0: nothing */
	bool backslashes;
	CommentSplit split;
	bool commented;
	char text[RECORDER_SPLIT_MOST];
} recorder_split_last;

/* How many statements run around what is executed. */
static int recorder_level = 0;

/* Whether what runs is not to be recorded with all that it executes. */
static bool recorder_silent = false;

/* The utility command that executes a statement of its own, or NULL. */
static const RecorderPiece *recorder_utility = NULL;

/* ---- which are recorded ---- */

/* Is the present transaction one of the share that is recorded? */
static bool
recorder_takes_transaction(void)
{
	static uint32 asked = 0;
	static double asked_share = -1;
	static bool taken = false;
	uint32 transaction = compat_local_transaction();

	if (perfcheck_record_share >= 1)
		return true;
	if (asked_share != perfcheck_record_share || asked != transaction)
	{
		asked = transaction;
		asked_share = perfcheck_record_share;
		taken = pg_prng_double(&pg_global_prng_state) < perfcheck_record_share;
	}
	return taken;
}

static bool
recorder_is_of_portal(const QueryDesc *desc)
{
	return ActivePortal != NULL &&
		   list_member_ptr(ActivePortal->stmts, desc->plannedstmt);
}

/* Did the client send the statement, rather than a function? */
static bool
recorder_is_top(const QueryDesc *desc)
{
	if (recorder_level > 0)
		return false;
	if (recorder_utility != NULL && desc->sourceText == recorder_utility->whole)
		return true;
	return recorder_is_of_portal(desc);
}

static bool
recorder_takes(const QueryDesc *desc, int flags, bool top)
{
	return desc->operation == CMD_SELECT && desc->sourceText != NULL &&
		   !(flags & EXEC_FLAG_EXPLAIN_ONLY) && !recorder_silent &&
		   (top || perfcheck_record_nested) && !IsParallelWorker() &&
		   OidIsValid(MyDatabaseId) && !sandbox_is_open() &&
		   recorder_takes_transaction();
}

/* ---- what is kept of one ---- */

/* Finds the comments around the statement of a piece. */
static void
recorder_split(RecorderPiece *piece)
{
	Size length = piece->length;
	bool backslashes = compat_backslashes_escape();

	if (length == recorder_split_last.length && length > 0 &&
		backslashes == recorder_split_last.backslashes &&
		memcmp(piece->text, recorder_split_last.text, length) == 0)
	{
		piece->split = recorder_split_last.split;
		piece->commented = recorder_split_last.commented;
		return;
	}
	piece->split = comment_split(piece->text, length, backslashes);
	piece->commented = comment_is_there(piece->text, length, piece->split);
	if (length > RECORDER_SPLIT_MOST)
		return;
	memcpy(recorder_split_last.text, piece->text, length);
	recorder_split_last.length = length;
	recorder_split_last.backslashes = backslashes;
	recorder_split_last.split = piece->split;
	recorder_split_last.commented = piece->commented;
}

/*
 * Returns the statement that stands at a place of the text, or to its end if length
 * is 0. Comments behind the last semicolon belong to the last statement.
 */
static RecorderPiece
recorder_piece(const char *text, int location, int length)
{
	size_t place = Max(location, 0);
	size_t size = Max(length, 0);
	RecorderPiece piece = {.whole = text};

	comment_widen(text, &place, &size, compat_backslashes_escape());
	piece.text = text + place;
	piece.length = strlen(piece.text);
	if (size > 0 && size < piece.length &&
		!comment_is_all(piece.text + size, piece.length - size))
		piece.length = size;
	recorder_split(&piece);
	return piece;
}

/* Where values are left out, a comment is not kept either if it may have some. */
static char *
recorder_request(char *comment)
{
	Size length = strlen(comment);
	char *request = palloc(length + sizeof("/**/"));

	(void) comment_keep_request(comment, length, request);
	pfree(comment);
	return request;
}

/*
 * Returns the comments of a statement, allocated, or NULL. EXECUTE has comments of
 * its own, which tell of the request, and so has DECLARE.
 */
static char *
recorder_comment(const RecorderPiece *piece, bool top, bool bare)
{
	const RecorderPiece *pieces[2] = {top ? recorder_utility : NULL, piece};

	for (int i = 0; i < 2; i++)
	{
		const RecorderPiece *one = pieces[i];
		char *comment;

		if (one == NULL || !one->commented)
			continue;
		comment = palloc(one->length + 1);
		(void) comment_copy(one->text, one->length, one->split, comment);
		return bare ? recorder_request(comment) : comment;
	}
	return NULL;
}

static bool
recorder_has_param(const PlannedStmt *plan)
{
	char *text = nodeToString(plan);
	bool has = strstr(text, ":paramkind 0") != NULL;

	pfree(text);
	return has;
}

/*
 * How was the plan come by? A generic plan belongs to the prepared statement as
 * well as to the portal, a custom one to the portal alone. The plans of functions
 * have no portal: a custom plan has values in place of its parameters.
 */
static RecordedPlan
recorder_plan(const QueryDesc *desc)
{
	if (desc->params == NULL || desc->params->numParams == 0)
		return RECORDED_PLAN_PLAIN;
	if (recorder_is_of_portal(desc))
		return ActivePortal->cplan != NULL && ActivePortal->cplan->refcount > 1
				   ? RECORDED_PLAN_GENERIC
				   : RECORDED_PLAN_CUSTOM;
	return recorder_has_param(desc->plannedstmt) ? RECORDED_PLAN_GENERIC
												 : RECORDED_PLAN_CUSTOM;
}

/* The memory of an execution goes away, whether it has ended or not. */
static void
recorder_release(void *arg)
{
	RecorderRun *run = arg;

	if (run->newer != NULL)
		run->newer->older = run->older;
	else
		recorder_runs = run->older;
	if (run->older != NULL)
		run->older->newer = run->newer;
	if (!run->ended)
	{
		run->ended = true;
		execution_entry_write(&run->entry, run->time);
	}
}

/* Keeps what is known of an execution before it runs. */
static void
recorder_keep(RecorderRun *run, bool top)
{
	const QueryDesc *desc = run->desc;
	const PlannedStmt *plan = desc->plannedstmt;
	/* Variables of PL/pgSQL are no parameters that were bound. */
	ParamListInfo params =
		desc->params == NULL || desc->params->paramFetch != NULL ? NULL
																 : desc->params;
	RecorderPiece piece =
		recorder_piece(desc->sourceText, plan->stmt_location, plan->stmt_len);
	ExecutionEntry *entry = &run->entry;

	entry->role = GetUserId();
	entry->queryid = (uint64) plan->queryId;
	entry->transaction = compat_local_transaction();
	entry->nested = !top;
	entry->plan = recorder_plan(desc);
	entry->started = GetCurrentTimestamp();
	execution_entry_keep(entry, piece.text + piece.split.start,
						 piece.split.end - piece.split.start, params);
	entry->comment =
		recorder_comment(&piece, top, execution_entry_is_bare(entry));
}

/* Begins to record an execution that was started. */
static void
recorder_begin(QueryDesc *desc, bool top)
{
	MemoryContext old = MemoryContextSwitchTo(desc->estate->es_query_cxt);
	RecorderRun *run = palloc0(sizeof(*run));

	run->desc = desc;
	/* What fails from here on leaves no execution behind that could be written. */
	recorder_keep(run, top);
	run->older = recorder_runs;
	if (run->older != NULL)
		run->older->newer = run;
	recorder_runs = run;
	run->released.func = recorder_release;
	run->released.arg = run;
	MemoryContextRegisterResetCallback(desc->estate->es_query_cxt,
									   &run->released);
	MemoryContextSwitchTo(old);
}

static RecorderRun *
recorder_find(const QueryDesc *desc)
{
	for (RecorderRun *run = recorder_runs; run != NULL; run = run->older)
		if (run->desc == desc)
			return run;
	return NULL;
}

/* ---- hooks ---- */

static bool
recorder_is_idle(void)
{
	return perfcheck_record_share == 0 && recorder_runs == NULL;
}

static void
recorder_executor_start(QueryDesc *desc, int flags)
{
	if (recorder_previous_start != NULL)
		recorder_previous_start(desc, flags);
	else
		standard_ExecutorStart(desc, flags);
	if (perfcheck_record_share > 0)
	{
		bool top = recorder_is_top(desc);

		if (recorder_takes(desc, flags, top))
			recorder_begin(desc, top);
	}
}

static void
recorder_pass_run(COMPAT_EXECUTOR_RUN_PARAMETERS)
{
	if (recorder_previous_run != NULL)
		recorder_previous_run(COMPAT_EXECUTOR_RUN_ARGUMENTS);
	else
		standard_ExecutorRun(COMPAT_EXECUTOR_RUN_ARGUMENTS);
}

static void
recorder_pass_finish(QueryDesc *desc)
{
	if (recorder_previous_finish != NULL)
		recorder_previous_finish(desc);
	else
		standard_ExecutorFinish(desc);
}

/* What was before a statement runs, and is again after it. */
typedef struct RecorderLevel
{
	RecorderRun *run;
	int level;
	bool silent;
	instr_time start;
} RecorderLevel;

static RecorderLevel
recorder_enter(const QueryDesc *desc)
{
	RecorderLevel before = {.level = recorder_level, .silent = recorder_silent};

	before.run = recorder_find(desc);
	recorder_level++;
	if (before.run != NULL && execution_entry_is_own(&before.run->entry))
		recorder_silent = true;
	INSTR_TIME_SET_CURRENT(before.start);
	return before;
}

static void
recorder_leave(RecorderLevel before, bool failed)
{
	recorder_level = before.level;
	recorder_silent = before.silent;
	if (before.run == NULL)
		return;
	if (!before.run->ended)
	{
		instr_time end;

		INSTR_TIME_SET_CURRENT(end);
		INSTR_TIME_ACCUM_DIFF(before.run->time, end, before.start);
		before.run->entry.failed = failed;
	}
}

/* Rows that MOVE passes over are returned to nobody. */
static void
recorder_count_rows(const RecorderLevel *level, const QueryDesc *desc)
{
	if (level->run != NULL && desc->estate != NULL &&
		desc->dest->mydest != DestNone)
		level->run->entry.rows += (double) desc->estate->es_processed;
}

static void
recorder_executor_run(COMPAT_EXECUTOR_RUN_PARAMETERS)
{
	RecorderLevel before;

	if (recorder_is_idle())
	{
		recorder_pass_run(COMPAT_EXECUTOR_RUN_ARGUMENTS);
		return;
	}
	before = recorder_enter(desc);
	PG_TRY();
	{
		recorder_pass_run(COMPAT_EXECUTOR_RUN_ARGUMENTS);
	}
	PG_CATCH();
	{
		recorder_count_rows(&before, desc);
		recorder_leave(before, true);
		PG_RE_THROW();
	}
	PG_END_TRY();
	recorder_count_rows(&before, desc);
	recorder_leave(before, false);
}

static void
recorder_executor_finish(QueryDesc *desc)
{
	RecorderLevel before;

	/* Triggers are called here, which a plain SELECT has none of. */
	if (recorder_is_idle() ||
		(desc->operation == CMD_SELECT && !desc->plannedstmt->hasModifyingCTE))
	{
		recorder_pass_finish(desc);
		return;
	}
	before = recorder_enter(desc);
	PG_TRY();
	{
		recorder_pass_finish(desc);
	}
	PG_CATCH();
	{
		recorder_leave(before, true);
		PG_RE_THROW();
	}
	PG_END_TRY();
	recorder_leave(before, false);
}

static void
recorder_executor_end(QueryDesc *desc)
{
	RecorderRun *run = recorder_runs == NULL ? NULL : recorder_find(desc);

	if (run != NULL && !run->ended)
	{
		run->ended = true;
		execution_entry_write(&run->entry, run->time);
	}
	if (recorder_previous_end != NULL)
		recorder_previous_end(desc);
	else
		standard_ExecutorEnd(desc);
}

static void
recorder_pass_utility(PlannedStmt *plan, const char *text, bool read_only,
					  ProcessUtilityContext context, ParamListInfo params,
					  QueryEnvironment *environment, DestReceiver *dest,
					  QueryCompletion *completion)
{
	if (recorder_previous_utility != NULL)
		recorder_previous_utility(plan, text, read_only, context, params,
								  environment, dest, completion);
	else
		standard_ProcessUtility(plan, text, read_only, context, params,
								environment, dest, completion);
}

/*
 * A command whose statement the client sent as its own sets recorder_utility; what
 * another one executes is nested; EXPLAIN is no request of an application.
 */
static void
recorder_utility_hook(PlannedStmt *plan, const char *text, bool read_only,
					  ProcessUtilityContext context, ParamListInfo params,
					  QueryEnvironment *environment, DestReceiver *dest,
					  QueryCompletion *completion)
{
	const RecorderPiece *utility_before = recorder_utility;
	int level_before = recorder_level;
	bool silent_before = recorder_silent;
	RecorderPiece piece;

	if (recorder_is_idle())
	{
		recorder_pass_utility(plan, text, read_only, context, params,
							  environment, dest, completion);
		return;
	}
	switch (nodeTag(plan->utilityStmt))
	{
		case T_ExecuteStmt:
		case T_DeclareCursorStmt:
		case T_CopyStmt:
		case T_CreateTableAsStmt:
			piece = recorder_piece(text, plan->stmt_location, plan->stmt_len);
			recorder_utility = &piece;
			break;
		case T_FetchStmt:
			break;
		case T_ExplainStmt:
			recorder_silent = true;
			break;
		default:
			recorder_level++;
	}
	PG_TRY();
	{
		recorder_pass_utility(plan, text, read_only, context, params,
							  environment, dest, completion);
	}
	PG_FINALLY();
	{
		recorder_utility = utility_before;
		recorder_level = level_before;
		recorder_silent = silent_before;
	}
	PG_END_TRY();
}

void
recorder_init(void)
{
	recorder_previous_start = ExecutorStart_hook;
	ExecutorStart_hook = recorder_executor_start;
	recorder_previous_run = ExecutorRun_hook;
	ExecutorRun_hook = recorder_executor_run;
	recorder_previous_finish = ExecutorFinish_hook;
	ExecutorFinish_hook = recorder_executor_finish;
	recorder_previous_end = ExecutorEnd_hook;
	ExecutorEnd_hook = recorder_executor_end;
	recorder_previous_utility = ProcessUtility_hook;
	ProcessUtility_hook = recorder_utility_hook;
}
