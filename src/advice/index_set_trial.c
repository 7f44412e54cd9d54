/*-------------------------------------------------------------------------
 *
 * index_set_trial.c
 *		Creates the indexes of a set in a trial, all of them together.
 *
 * Each index is created in a subtransaction of its own, so that one that cannot
 * be built does not end the trial. It then is a part of the trial's sandbox and
 * is rolled back with it. As a table's indexes have no names of their own, the one
 * that was not there before is the new one.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/relation.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "miscadmin.h"
#include "portability/instr_time.h"
#include "storage/bufmgr.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"

#include "advice/index_set_trial.h"
#include "advice/proof_ddl.h"
#include "base/relation.h"
#include "base/sandbox.h"
#include "base/settings.h"

/* Statements about one table that are executed in a subtransaction. */
typedef struct SetStatements
{
	List *statements; /* char * */
	Oid relid;
	Oid author; /* see sandbox.h; InvalidOid: the caller */
	char *obstacle;
	Oid created; /* an index that was not there before */
	double ms;
} SetStatements;

List *
index_set_trial_family(Oid index)
{
	return get_rel_relkind(index) == RELKIND_PARTITIONED_INDEX
			   ? find_all_inheritors(index, NoLock, NULL)
			   : list_make1_oid(index);
}

double
index_set_trial_bytes(const List *family)
{
	double bytes = 0;
	ListCell *cell;

	foreach(cell, family)
	{
		Relation index;

		if (get_rel_relkind(lfirst_oid(cell)) != RELKIND_INDEX)
			continue;
		index = index_open(lfirst_oid(cell), AccessShareLock);
		bytes += (double) RelationGetNumberOfBlocks(index) * BLCKSZ;
		index_close(index, AccessShareLock);
	}
	return bytes;
}

static List *
index_set_trial_list(Oid relid)
{
	Relation relation = relation_open(relid, AccessShareLock);
	List *indexes = list_copy(RelationGetIndexList(relation));

	relation_close(relation, AccessShareLock);
	return indexes;
}

static void
index_set_trial_execute_inside(void *arg)
{
	SetStatements *made = arg;
	List *before = index_set_trial_list(made->relid);
	List *created;
	instr_time start;
	instr_time end;

	sandbox_set_author(made->author);
	INSTR_TIME_SET_CURRENT(start);
	made->obstacle =
		proof_ddl_execute(made->statements, list_make1_oid(made->relid));
	INSTR_TIME_SET_CURRENT(end);
	INSTR_TIME_SUBTRACT(end, start);
	made->ms = INSTR_TIME_GET_MILLISEC(end);
	created = list_difference_oid(index_set_trial_list(made->relid), before);
	if (created != NIL)
		made->created = linitial_oid(created);
}

/*
 * Errors of the statements are an obstacle, too, and so is an expression that takes
 * too long.
 */
static void
index_set_trial_execute(SetStatements *made)
{
	ErrorData *error;

	CHECK_FOR_INTERRUPTS();
	error = sandbox_run_kept(index_set_trial_execute_inside, made,
							 perfcheck_statement_timeout);
	if (error != NULL)
		made->obstacle = psprintf("it could not be made, %s", error->message);
}

void
index_set_trial_create(List *indexes)
{
	List *analyzed = NIL;
	ListCell *cell;

	foreach(cell, indexes)
	{
		SetIndex *index = lfirst(cell);
		SetStatements made = {.statements = list_make1(index->sql),
							  .relid = index->relid,
							  .author = index->author};

		index_set_trial_execute(&made);
		index->obstacle = made.obstacle;
		if (made.obstacle != NULL || !OidIsValid(made.created))
			continue;
		index->oid = made.created;
		index->family = index_set_trial_family(index->oid);
		index->build_ms = made.ms;
		index->bytes = index_set_trial_bytes(index->family);
		if (index->analyze)
			analyzed = list_append_unique_oid(analyzed, index->relid);
	}
	foreach(cell, analyzed)
	{
		Oid relid = lfirst_oid(cell);
		SetStatements made = {.statements = list_make1(psprintf(
								  "ANALYZE %s", relation_sql_name(relid))),
							  .relid = relid};

		index_set_trial_execute(&made);
	}
}

void
index_set_trial_end(List *indexes)
{
	ListCell *cell;

	foreach(cell, indexes)
	{
		SetIndex *index = lfirst(cell);

		index->oid = InvalidOid;
		index->family = NIL;
	}
}

List *
index_set_trial_hidden(const List *indexes, const Bitmapset *visible)
{
	List *hidden = NIL;
	ListCell *cell;

	foreach(cell, indexes)
	{
		const SetIndex *index = lfirst(cell);

		if (!bms_is_member(index->number, visible))
			hidden = list_concat(hidden, index->family);
	}
	return hidden;
}
