/*-------------------------------------------------------------------------
 *
 * proof.c
 *		Whether a proposed statement mends a case: made, judged, rolled back.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "commands/event_trigger.h"
#include "miscadmin.h"
#include "parser/parse_utilcmd.h"
#include "parser/parser.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "tcop/dest.h"
#include "tcop/utility.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/syscache.h"

#include "advice/proof.h"
#include "base/compat.h"
#include "base/guc_scope.h"
#include "base/relation.h"
#include "base/sandbox.h"
#include "base/settings.h"
#include "plan/forecast.h"
#include "verdict/case_verdict.h"
#include "verdict/generic_switch.h"

/* A lock that is not free is asked for so often, with a pause between: 2 s. */
#define PROOF_LOCK_TRIES 20
#define PROOF_LOCK_PAUSE_US 100000

typedef struct ProofContext
{
	const ProofRequest *request;
	Proof *proof;
	bool made; /* an error after this is the query's, not the statements' */
} ProofContext;

/* ---- what stands in the way ---- */

static double
proof_rows(List *tables)
{
	double rows = 0;
	ListCell *cell;

	foreach(cell, tables)
		if (get_rel_relkind(lfirst_oid(cell)) != RELKIND_PARTITIONED_TABLE)
			rows += relation_rows(lfirst_oid(cell));
	return rows;
}

static char *
proof_table_obstacle(Oid relid)
{
	const char *name = get_rel_name(relid);
	char kind = get_rel_relkind(relid);

	if (name == NULL)
		return pstrdup("a table is gone");
	if (kind != RELKIND_RELATION && kind != RELKIND_MATVIEW &&
		kind != RELKIND_PARTITIONED_TABLE)
		return psprintf("%s is no table", name);
	if (!compat_owns_relation(relid, GetUserId()))
		return psprintf("only the owner of %s can try it", name);
	return NULL;
}

/*
 * Asks for the lock again and again for a while, without a place in its queue:
 * autovacuum will be done soon. One statement waits for one lock alone.
 */
static bool
proof_lock_table(Oid relid)
{
	static TimestampTz waited_in = 0;
	TimestampTz statement = GetCurrentStatementStartTimestamp();
	bool patient = waited_in != statement;

	for (int i = 0; !ConditionalLockRelationOid(relid, ShareRowExclusiveLock);
		 i++)
	{
		if (!patient || i == PROOF_LOCK_TRIES)
			return false;
		waited_in = statement;
		CHECK_FOR_INTERRUPTS();
		pg_usleep(PROOF_LOCK_PAUSE_US);
	}
	return true;
}

/*
 * Takes the locks that the statements need. Never by queueing: a lock that is
 * queued for makes writers queue behind it. Stronger than CREATE INDEX needs,
 * so that no other session builds one at the same time.
 */
static char *
proof_lock(List *tables)
{
	ListCell *cell;

	foreach(cell, tables)
		if (!proof_lock_table(lfirst_oid(cell)))
			return psprintf("another session holds a lock on %s",
							get_rel_name(lfirst_oid(cell)));
	return NULL;
}

/* tables with their partitions, each once. */
static List *
proof_family(List *tables)
{
	List *family = NIL;
	ListCell *cell;

	foreach(cell, tables)
	{
		Oid relid = lfirst_oid(cell);

		family = get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE
					 ? list_concat_unique_oid(
						   family, find_all_inheritors(relid, NoLock, NULL))
					 : list_append_unique_oid(family, relid);
	}
	return family;
}

static char *
proof_obstacle(List *family)
{
	char *obstacle = NULL;
	ListCell *cell;

	if (perfcheck_prove_rows == 0)
		return pstrdup("perfcheck.prove_rows is 0");
	if (RecoveryInProgress())
		return pstrdup("the server is a standby");
	if (sandbox_caller_is_read_only())
		return pstrdup("the transaction is read-only");
	foreach(cell, family)
	{
		obstacle = proof_table_obstacle(lfirst_oid(cell));
		if (obstacle != NULL)
			return obstacle;
	}
	if (proof_rows(family) > perfcheck_prove_rows)
		return psprintf("the table holds more than perfcheck.prove_rows (%d)",
						perfcheck_prove_rows);
	return proof_lock(family);
}

/* ---- what would stay behind ---- */

/*
 * CREATE INDEX and ANALYZE write counts into a relation's row of pg_class in
 * place, and no rollback takes that back. So the row is replaced first, by
 * itself: what is written then goes into a version of it that the rollback
 * removes. False where another session has changed the row, and not committed.
 */
static bool
proof_shield(Relation pg_class, Oid relid)
{
	HeapTuple tuple = SearchSysCacheCopy1(RELOID, ObjectIdGetDatum(relid));
	HeapTupleData locked;
	TM_FailureData failure;
	Buffer buffer;
	TM_Result result;

	if (!HeapTupleIsValid(tuple))
		return false;
	locked.t_self = tuple->t_self;
	result = heap_lock_tuple(pg_class, &locked, GetCurrentCommandId(true),
							 LockTupleNoKeyExclusive, LockWaitSkip, false,
							 &buffer, &failure);
	if (BufferIsValid(buffer))
		ReleaseBuffer(buffer);
	if (result == TM_Ok)
		CatalogTupleUpdate(pg_class, &tuple->t_self, tuple);
	heap_freetuple(tuple);
	return result == TM_Ok;
}

static List *
proof_indexes(Oid relid)
{
	Relation relation = relation_open(relid, NoLock);
	List *indexes = list_copy(RelationGetIndexList(relation));

	relation_close(relation, NoLock);
	return indexes;
}

static char *
proof_shield_all(List *family)
{
	Relation pg_class = table_open(RelationRelationId, RowExclusiveLock);
	char *obstacle = NULL;
	ListCell *cell;
	ListCell *index;

	foreach(cell, family)
	{
		List *relations =
			lcons_oid(lfirst_oid(cell), proof_indexes(lfirst_oid(cell)));

		foreach(index, relations)
			if (obstacle == NULL && !proof_shield(pg_class, lfirst_oid(index)))
				obstacle = psprintf("another session is changing %s",
									get_rel_name(lfirst_oid(cell)));
	}
	table_close(pg_class, NoLock);
	CommandCounterIncrement();
	return obstacle;
}

/* ---- the statements ---- */

/*
 * Not by way of ProcessUtility, which a read-only transaction refuses: so the
 * functions of an index expression cannot write either.
 */
static void
proof_create_index(IndexStmt *statement, const char *sql)
{
	Oid relid = RangeVarGetRelid(statement->relation, NoLock, false);

	compat_define_index(relid, transformIndexStmt(relid, statement, sql));
}

/* ANALYZE is allowed in a read-only transaction, CREATE STATISTICS is not. */
static void
proof_execute_utility(Node *statement, const char *sql)
{
	PlannedStmt *wrapper = makeNode(PlannedStmt);

	wrapper->commandType = CMD_UTILITY;
	wrapper->utilityStmt = statement;
	wrapper->stmt_len = strlen(sql);
	XactReadOnly = !IsA(statement, CreateStatsStmt);
	standard_ProcessUtility(wrapper, sql, false, PROCESS_UTILITY_SUBCOMMAND,
							NULL, NULL, None_Receiver, NULL);
	XactReadOnly = true;
}

/* One of perfcheck's own statements: no hook and no event trigger sees it. */
static void
proof_execute(const char *sql)
{
	RawStmt *raw = linitial_node(RawStmt, raw_parser(sql, RAW_PARSE_DEFAULT));

	EventTriggerInhibitCommandCollection();
	PG_TRY();
	{
		if (IsA(raw->stmt, IndexStmt))
			proof_create_index(castNode(IndexStmt, raw->stmt), sql);
		else
			proof_execute_utility(raw->stmt, sql);
	}
	PG_FINALLY();
	{
		EventTriggerUndoInhibitCommandCollection();
	}
	PG_END_TRY();
	CommandCounterIncrement();
}

/*
 * An index over rows that were updated may be hidden from older snapshots, and
 * so from the planner until the transaction ends. Ours is not older.
 */
static void
proof_show_index(Relation pg_index, Oid index)
{
	HeapTuple tuple = SearchSysCacheCopy1(INDEXRELID, ObjectIdGetDatum(index));

	if (HeapTupleIsValid(tuple) &&
		((Form_pg_index) GETSTRUCT(tuple))->indcheckxmin)
	{
		((Form_pg_index) GETSTRUCT(tuple))->indcheckxmin = false;
		CatalogTupleUpdate(pg_index, &tuple->t_self, tuple);
	}
}

static void
proof_show_indexes(List *family, List *older)
{
	Relation pg_index = table_open(IndexRelationId, RowExclusiveLock);
	ListCell *cell;
	ListCell *index;

	foreach(cell, family)
	{
		List *indexes = proof_indexes(lfirst_oid(cell));

		foreach(index, indexes)
			if (!list_member_oid(older, lfirst_oid(index)))
				proof_show_index(pg_index, lfirst_oid(index));
	}
	table_close(pg_index, NoLock);
	CommandCounterIncrement();
}

static void
proof_make(ProofContext *context, List *family)
{
	List *older = NIL;
	ListCell *cell;

	/* The collector must not hear of an ANALYZE that is rolled back. */
	guc_scope_set_superuser("track_counts", "off");
	guc_scope_set("max_parallel_maintenance_workers", "0");
	context->proof->obstacle = proof_shield_all(family);
	if (context->proof->obstacle != NULL)
		return;
	foreach(cell, family)
		older = list_concat(older, proof_indexes(lfirst_oid(cell)));
	foreach(cell, context->request->statements)
		proof_execute(lfirst(cell));
	proof_show_indexes(family, older);
}

/* ---- the judgement ---- */

static bool
proof_method_is_in(const PlanFacts *facts, const char *method)
{
	ListCell *cell;

	foreach(cell, facts->methods)
		if (strcmp(lfirst(cell), method) == 0)
			return true;
	return false;
}

/* Whether the expected method serves a case at a size up to the largest. */
static bool
proof_serves_case(const ProofRequest *request, const Case *one)
{
	ParamListInfo params = case_params(request->statement, one);
	double scale = 1;

	for (;;)
	{
		PlannedStmt *plan = forecast_plan(
			request->statement, request->generic ? NULL : params, scale);

		CHECK_FOR_INTERRUPTS();
		if (proof_method_is_in(
				measure_explain(plan, request->statement, params),
				request->expected))
			return true;
		if (scale >= request->largest_scale)
			return false;
		scale = Min(scale * 10, request->largest_scale);
	}
}

static bool
proof_serves(const ProofRequest *request)
{
	ListCell *cell;

	if (request->expected == NULL)
		return true;
	foreach(cell, request->cases)
		if (proof_serves_case(request, lfirst(cell)))
			return true;
	return false;
}

static Work *
proof_measure(const ProofRequest *request, const Case *one, bool generic)
{
	MemoryContext results = CurrentMemoryContext;
	MemoryContext scratch = AllocSetContextCreate(results, "perfcheck proof",
												  ALLOCSET_DEFAULT_SIZES);
	ParamListInfo params;
	PlannedStmt *plan;
	Work *work;

	CHECK_FOR_INTERRUPTS();
	MemoryContextSwitchTo(scratch);
	params = case_params(request->statement, one);
	plan = forecast_plan(request->statement, generic ? NULL : params,
						 request->scale);
	MemoryContextSwitchTo(results);
	work = measure_measure(plan, request->statement, params, request->scale);
	MemoryContextDelete(scratch);
	return work;
}

static bool
proof_is_enough(const ProofRequest *request, const Work *work)
{
	Judge judge = {.budget = request->budget};

	return work->examined_projected <= case_verdict_allowed(&judge, work);
}

/* CaseVerdicts of the cases under one plan mode, as far as work goes. */
static List *
proof_cases(const ProofRequest *request, bool generic)
{
	List *judged = NIL;
	ListCell *cell;

	foreach(cell, request->cases)
	{
		CaseVerdict *one = palloc0(sizeof(*one));

		one->one = lfirst(cell);
		one->work = proof_measure(request, one->one, generic);
		one->ok = proof_is_enough(request, one->work);
		judged = lappend(judged, one);
	}
	return judged;
}

static int
proof_failing(List *judged)
{
	int failing = 0;
	ListCell *cell;

	foreach(cell, judged)
		if (!((CaseVerdict *) lfirst(cell))->ok)
			failing++;
	return failing;
}

/*
 * The cases that do too much work with the statements made, under the generic
 * plan as well where prepared statements would turn to it then.
 */
static int
proof_others(const ProofRequest *request)
{
	List *judged = proof_cases(request, request->generic);
	List *generic;
	int failing = proof_failing(judged);

	if (request->generic || request->custom || request->statement->nparams == 0)
		return failing;
	generic = proof_cases(request, true);
	return generic_switch_turn_generic(judged, generic)
			   ? Max(failing, proof_failing(generic))
			   : failing;
}

static void
proof_judge(ProofContext *context)
{
	const ProofRequest *request = context->request;
	Proof *proof = context->proof;
	ListCell *cell;

	foreach(cell, request->settings)
		guc_scope_set(lfirst(cell), "off");
	proof->serves = proof_serves(request);
	proof->work = proof_measure(request, request->one, request->generic);
	proof->enough = proof->serves && proof_is_enough(request, proof->work);
	if (proof->enough)
		proof->others = proof_others(request);
}

static void
proof_inside(void *arg)
{
	ProofContext *context = arg;

	if (context->request->statements != NIL)
	{
		List *family = proof_family(context->request->tables);

		context->proof->obstacle = proof_obstacle(family);
		if (context->proof->obstacle == NULL)
			proof_make(context, family);
		if (context->proof->obstacle != NULL)
			return;
	}
	context->made = true;
	proof_judge(context);
}

Proof *
proof_try(const ProofRequest *request)
{
	Proof *proof = palloc0(sizeof(*proof));
	ProofContext context = {.request = request, .proof = proof};
	ErrorData *error;

	CHECK_FOR_INTERRUPTS();
	error = sandbox_run(proof_inside, &context, perfcheck_statement_timeout);
	if (error != NULL)
	{
		proof->work = NULL;
		proof->made = context.made;
		proof->obstacle = psprintf("%s, %s",
								   context.made ? "judging it again failed"
												: "it could not be made",
								   error->message);
	}
	return proof;
}
