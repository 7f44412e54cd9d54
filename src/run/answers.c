/*-------------------------------------------------------------------------
 *
 * answers.c
 *		What the answer to a request should hold; see answers.h.
 *
 * The rows are made JSON where the executor hands them on, since nothing else of
 * them is left when the sandbox ends. For rows that ORDER BY may leave equal its
 * columns are taken into the result behind those that are selected, and the LIMIT
 * is raised, so that the rows that are equal to the last one come along.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "executor/tuptable.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/tlist.h"
#include "rewrite/rewriteManip.h"
#include "tcop/dest.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "base/compat.h"
#include "plan/forecast.h"
#include "query/result_key.h"
#include "run/answers.h"
#include "shared/url_template.h"
#include "work/measure.h"

/* So many rows of a request follow; those of a chain of pages; bytes of either. */
#define ANSWERS_MOST 2000
#define ANSWERS_MOST_WHOLE 200000
#define ANSWERS_MOST_BYTES (64 * 1024 * 1024)

/* Rows beyond the LIMIT that may be equal to the last one within it. */
#define ANSWERS_BEYOND 100

typedef struct AnswersReceiver
{
	DestReceiver receiver;
	const Query *query;
	AnswersHow how;
	int columns; /* that are selected */
	int kept;    /* of these, that the rows have */
	int *numbers;
	TupleDesc type; /* of the rows */
	bool ties;      /* ORDER BY may leave rows equal */
	int64 limit;    /* -1: none */
	int64 most;
	StringInfoData rows;
	StringInfoData tied;
	int64 seen;
	int64 stored;
	int64 tie;
	HeapTuple last; /* of the row before, for ties; else NULL */
	MemoryContext results;
	MemoryContext scratch;
	MemoryContext before; /* holds last */
} AnswersReceiver;

AnswersHow
answers_how(const char *name)
{
	if (strcmp(name, "count") == 0)
		return ANSWERS_COUNT;
	if (strcmp(name, "keys") == 0)
		return ANSWERS_KEYS;
	if (strcmp(name, "columns") == 0)
		return ANSWERS_COLUMNS;
	ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("answers must be count, keys or columns"),
			errdetail("It is \"%s\".", name));
}

/* ---- the LIMIT ---- */

/* Returns the value of LIMIT, or -1 if there is none. */
static int64
answers_limit(const Query *query, ParamListInfo params)
{
	ExprState *state;
	ExprContext *context;
	bool isnull;
	Datum value;

	if (query->limitCount == NULL)
		return -1;
	/* It has no variables, but may have a subquery, which is left to the query. */
	if (checkExprHasSubLink(query->limitCount))
		return -1;
	state = ExecInitExprWithParams(
		expression_planner(copyObject((Expr *) query->limitCount)), params);
	context = CreateStandaloneExprContext();
	context->ecxt_param_list_info = params;
	value = ExecEvalExprSwitchContext(state, context, &isnull);
	value = isnull ? Int64GetDatum(-1) : value;
	FreeExprContext(context, true);
	return DatumGetInt64(value);
}

static bool
answers_find_param(Node *node, void *arg)
{
	int *number = arg;

	if (node == NULL)
		return false;
	if (IsA(node, Param) && ((Param *) node)->paramkind == PARAM_EXTERN)
	{
		*number = *number == 0 ? ((Param *) node)->paramid : -1;
		return false;
	}
	return expression_tree_walker(node, answers_find_param, arg);
}

/* Returns the value of the LIMIT's parameter that the path has, or NULL. */
static const char *
answers_page(const Query *query, const Case *one, const char *path)
{
	int number = 0;
	char *wanted;
	const char *at;

	if (query->limitCount == NULL || path == NULL)
		return NULL;
	(void) answers_find_param(query->limitCount, &number);
	if (number < 1 || number > one->nargs || one->args[number - 1] == NULL)
		return NULL;
	wanted = psprintf("$%d", number);
	for (at = path; (at = strstr(at, wanted)) != NULL; at += strlen(wanted))
		if (at[strlen(wanted)] < '0' || at[strlen(wanted)] > '9')
			return one->args[number - 1];
	return NULL;
}

/* ---- rows ---- */

static void
answers_startup(DestReceiver *self, int operation, TupleDesc type)
{
	AnswersReceiver *receiver = (AnswersReceiver *) self;
	MemoryContext old = MemoryContextSwitchTo(receiver->results);

	receiver->type = CreateTemplateTupleDesc(receiver->kept);
	for (int i = 0; i < receiver->kept; i++)
		TupleDescCopyEntry(receiver->type, i + 1, type, receiver->numbers[i]);
	compat_finish_row_type(receiver->type);
	receiver->type = BlessTupleDesc(receiver->type);
	MemoryContextSwitchTo(old);
}

static void
answers_shutdown(DestReceiver *self)
{
}

/* Does ORDER BY leave this row equal to the one before? */
static bool
answers_is_tie(const AnswersReceiver *receiver, TupleTableSlot *slot)
{
	ListCell *cell;

	if (receiver->last == NULL)
		return false;
	foreach(cell, receiver->query->sortClause)
	{
		SortGroupClause *clause = lfirst(cell);
		TargetEntry *entry =
			get_sortgroupclause_tle(clause, receiver->query->targetList);
		bool isnull;
		Datum value = heap_getattr(receiver->last, entry->resno,
								   slot->tts_tupleDescriptor, &isnull);

		if (isnull != slot->tts_isnull[entry->resno - 1])
			return false;
		if (!isnull &&
			!DatumGetBool(OidFunctionCall2Coll(
				get_opcode(clause->eqop), exprCollation((Node *) entry->expr),
				value, slot->tts_values[entry->resno - 1])))
			return false;
	}
	return true;
}

static void
answers_keep_last(AnswersReceiver *receiver, TupleTableSlot *slot)
{
	MemoryContext old;

	MemoryContextReset(receiver->before);
	old = MemoryContextSwitchTo(receiver->before);
	receiver->last = ExecCopySlotHeapTuple(slot);
	MemoryContextSwitchTo(old);
}

static void
answers_put_row(AnswersReceiver *receiver, TupleTableSlot *slot)
{
	Datum *values = palloc(Max(receiver->kept, 1) * sizeof(Datum));
	bool *nulls = palloc(Max(receiver->kept, 1) * sizeof(bool));
	HeapTuple tuple;
	Datum json;

	for (int i = 0; i < receiver->kept; i++)
	{
		values[i] = slot->tts_values[receiver->numbers[i] - 1];
		nulls[i] = slot->tts_isnull[receiver->numbers[i] - 1];
	}
	tuple = heap_form_tuple(receiver->type, values, nulls);
	json = DirectFunctionCall1(row_to_json, HeapTupleGetDatum(tuple));
	appendStringInfo(&receiver->rows, "%s%s", receiver->stored > 0 ? "," : "",
					 TextDatumGetCString(json));
}

static bool
answers_receive(TupleTableSlot *slot, DestReceiver *self)
{
	AnswersReceiver *receiver = (AnswersReceiver *) self;
	bool within = receiver->limit < 0 || receiver->seen < receiver->limit;
	MemoryContext old;

	CHECK_FOR_INTERRUPTS();
	slot_getallattrs(slot);
	if (receiver->ties)
	{
		bool tie = answers_is_tie(receiver, slot);

		if (!within && !tie)
			return false;
		receiver->tie += receiver->seen > 0 && !tie;
		answers_keep_last(receiver, slot);
	}
	receiver->seen++;
	if (receiver->kept == 0 || receiver->stored >= receiver->most ||
		receiver->rows.len > ANSWERS_MOST_BYTES)
		return true;
	old = MemoryContextSwitchTo(receiver->scratch);
	answers_put_row(receiver, slot);
	MemoryContextSwitchTo(old);
	MemoryContextReset(receiver->scratch);
	if (receiver->ties)
		appendStringInfo(&receiver->tied, "%s" INT64_FORMAT,
						 receiver->stored > 0 ? "," : "", receiver->tie);
	receiver->stored++;
	return true;
}

/* ---- the statement ---- */

/* Has the result all columns of ORDER BY, and the rows beyond the LIMIT? */
static void
answers_show_ties(Query *query, int64 limit)
{
	ListCell *cell;

	foreach(cell, query->targetList)
	{
		TargetEntry *entry = lfirst(cell);
		ListCell *inner;

		foreach(inner, query->sortClause)
			if (((SortGroupClause *) lfirst(inner))->tleSortGroupRef ==
				entry->ressortgroupref)
				entry->resjunk = false;
	}
	if (limit >= 0 && query->limitOption == LIMIT_OPTION_COUNT)
		query->limitCount = (Node *) makeConst(
			INT8OID, -1, InvalidOid, sizeof(int64),
			Int64GetDatum(limit + ANSWERS_BEYOND), false, FLOAT8PASSBYVAL);
}

/* Sets which columns the rows have. */
static void
answers_pick_columns(AnswersReceiver *receiver, const Query *query, List *key)
{
	ListCell *cell;

	receiver->numbers =
		palloc(Max(list_length(query->targetList), 1) * sizeof(int));
	if (receiver->how == ANSWERS_COUNT)
		return;
	if (receiver->how == ANSWERS_KEYS)
	{
		foreach(cell, key)
			receiver->numbers[receiver->kept++] = lfirst_int(cell);
		return;
	}
	foreach(cell, query->targetList)
		if (!((TargetEntry *) lfirst(cell))->resjunk)
			receiver->numbers[receiver->kept++] =
				((TargetEntry *) lfirst(cell))->resno;
}

/* Are these all rows that an answer may have? */
static bool
answers_are_whole(const AnswersReceiver *receiver)
{
	if (receiver->stored < receiver->seen)
		return false;
	return !receiver->ties || receiver->limit < 0 ||
		   receiver->seen < receiver->limit + ANSWERS_BEYOND;
}

static char *
answers_json(const AnswersReceiver *receiver, const Query *query, List *key,
			 const char *page, MemoryContext results)
{
	MemoryContext old = MemoryContextSwitchTo(results);
	int64 count = receiver->limit < 0 ? receiver->seen
									  : Min(receiver->seen, receiver->limit);
	StringInfoData json;
	ListCell *cell;

	initStringInfo(&json);
	appendStringInfoString(&json, "{\"key\":[");
	foreach(cell, key)
	{
		TargetEntry *entry = list_nth(query->targetList, lfirst_int(cell) - 1);

		appendStringInfoString(&json,
							   foreach_current_index(cell) > 0 ? "," : "");
		escape_json(&json, entry->resname);
	}
	appendStringInfoString(&json, "],\"limit\":");
	if (receiver->limit < 0)
		appendStringInfoString(&json, "null");
	else
		appendStringInfo(&json, INT64_FORMAT, receiver->limit);
	appendStringInfoString(&json, ",\"page\":");
	if (page == NULL)
		appendStringInfoString(&json, "null");
	else
		escape_json(&json, page);
	appendStringInfo(&json,
					 ",\"count\":" INT64_FORMAT ",\"whole\":%s,\"rows\":[",
					 count, answers_are_whole(receiver) ? "true" : "false");
	appendBinaryStringInfo(&json, receiver->rows.data, receiver->rows.len);
	appendStringInfoString(&json, "],\"ties\":");
	if (receiver->ties)
		appendStringInfo(&json, "[%s]}", receiver->tied.data);
	else
		appendStringInfoString(&json, "null}");
	MemoryContextSwitchTo(old);
	return json.data;
}

char *
answers_read(const ContractStatement *statement, const Case *one,
			 const AnswerOptions *options, MemoryContext results, int64 *rows)
{
	ParamListInfo params = case_params(statement, one);
	Query *query = copyObject(statement->query);
	List *key = result_key(query);
	AnswersReceiver receiver = {
		.receiver = {.receiveSlot = answers_receive,
					 .rStartup = answers_startup,
					 .rShutdown = answers_shutdown,
					 .rDestroy = answers_shutdown,
					 .mydest = DestNone},
		.query = query,
		.how = options->how == ANSWERS_KEYS && key == NIL ? ANSWERS_COUNT
														  : options->how,
		.most = options->whole ? ANSWERS_MOST_WHOLE : ANSWERS_MOST,
		.results = CurrentMemoryContext,
		.scratch = AllocSetContextCreate(CurrentMemoryContext, "perfcheck row",
										 ALLOCSET_DEFAULT_SIZES),
		.before =
			AllocSetContextCreate(CurrentMemoryContext, "perfcheck row before",
								  ALLOCSET_DEFAULT_SIZES),
	};
	ContractStatement changed = *statement;
	const char *page = answers_page(query, one, options->path);

	changed.query = query;
	receiver.limit = options->whole ? -1 : answers_limit(query, params);
	answers_pick_columns(&receiver, query, key);
	receiver.ties =
		receiver.how != ANSWERS_COUNT && !result_key_orders(query, key);
	if (options->whole)
		query->limitCount = NULL;
	if (receiver.ties)
		answers_show_ties(query, receiver.limit);
	initStringInfo(&receiver.rows);
	initStringInfo(&receiver.tied);
	(void) measure_as_sent(forecast_plan(&changed, params, 1), &changed, params,
						   &receiver.receiver);
	*rows =
		receiver.limit < 0 ? receiver.seen : Min(receiver.seen, receiver.limit);
	return answers_json(&receiver, query, key, page, results);
}
