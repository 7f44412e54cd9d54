/*-------------------------------------------------------------------------
 *
 * row_checks.c
 *		Finds the constraint that a made row would break.
 *
 * Stored generated columns are computed first, since a CHECK may be about them. A
 * CHECK about a virtual one is left to the server.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/pg_attribute.h"
#include "executor/executor.h"
#include "executor/tuptable.h"
#include "rewrite/rewriteHandler.h"
#include "utils/rel.h"

#include "populate/partition_route.h"
#include "populate/row_checks.h"

typedef struct ReadyCheck
{
	const ModelCheck *check;
	ExprState *state;
} ReadyCheck;

struct RowChecks
{
	const TableModel *model;
	EState *estate;
	ExprContext *context;
	TupleTableSlot *slot;
	int n;
	ReadyCheck *checks;
	ExprState **generated; /* by attribute number - 1; NULL: not generated */
	bool computes;         /* any of them */
	PartitionRoute *route; /* NULL: not partitioned */
};

static bool
is_virtual(const TableModel *model, AttrNumber attnum)
{
	return TupleDescAttr(model->desc, attnum - 1)->attgenerated == 'v';
}

static void
ready_check(RowChecks *checks, const ModelCheck *check)
{
	int attnum = -1;

	while ((attnum = bms_next_member(check->columns, attnum)) >= 0)
		if (is_virtual(checks->model, attnum))
			return;
	checks->checks[checks->n].check = check;
	checks->checks[checks->n++].state = ExecPrepareCheck(
		list_make1(copyObject(check->expression)), checks->estate);
}

static void
ready_generated(RowChecks *checks, Relation relation)
{
	TupleDesc desc = RelationGetDescr(relation);

	checks->generated = palloc0(Max(desc->natts, 1) * sizeof(ExprState *));
	for (int i = 0; i < desc->natts; i++)
		if (TupleDescAttr(desc, i)->attgenerated == ATTRIBUTE_GENERATED_STORED)
		{
			checks->generated[i] = ExecPrepareExpr(
				(Expr *) build_column_default(relation, i + 1), checks->estate);
			checks->computes = true;
		}
}

RowChecks *
row_checks_create(const TableModel *model)
{
	RowChecks *checks;
	Relation relation;
	ListCell *cell;

	if (model->checks == NIL && !model->partitioned)
		return NULL;
	checks = palloc0(sizeof(RowChecks));
	relation = relation_open(model->relid, NoLock);
	checks->model = model;
	checks->estate = CreateExecutorState();
	checks->context = CreateExprContext(checks->estate);
	checks->slot = MakeSingleTupleTableSlot(model->desc, &TTSOpsVirtual);
	checks->checks =
		palloc0(Max(list_length(model->checks), 1) * sizeof(ReadyCheck));
	foreach(cell, model->checks)
		ready_check(checks, lfirst(cell));
	ready_generated(checks, relation);
	if (model->partitioned)
		checks->route = partition_route_create(model);
	relation_close(relation, NoLock);
	return checks;
}

const Bitmapset *
row_checks_routing(const RowChecks *checks)
{
	return checks->route == NULL ? NULL
								 : partition_route_columns(checks->route);
}

void
row_checks_close(RowChecks *checks)
{
	if (checks == NULL)
		return;
	ExecDropSingleTupleTableSlot(checks->slot);
	FreeExecutorState(checks->estate);
}

bool
row_checks_refuse(RowChecks *checks, const Datum *values, const bool *nulls,
				  BrokenCheck *broken)
{
	TupleTableSlot *slot = checks->slot;
	int natts = checks->model->ncolumns;

	ResetExprContext(checks->context);
	ExecClearTuple(slot);
	memcpy(slot->tts_values, values, natts * sizeof(Datum));
	memcpy(slot->tts_isnull, nulls, natts * sizeof(bool));
	ExecStoreVirtualTuple(slot);
	checks->context->ecxt_scantuple = slot;
	for (int i = 0; checks->computes && i < natts; i++)
		if (checks->generated[i] != NULL)
			slot->tts_values[i] = ExecEvalExprSwitchContext(
				checks->generated[i], checks->context, &slot->tts_isnull[i]);
	for (int i = 0; i < checks->n; i++)
		if (!ExecCheck(checks->checks[i].state, checks->context))
		{
			broken->name = checks->checks[i].check->name;
			broken->columns = checks->checks[i].check->columns;
			return true;
		}
	if (checks->route != NULL &&
		!partition_route_fits(checks->route, slot->tts_values,
							  slot->tts_isnull))
	{
		broken->name = "of its partitions";
		broken->columns = partition_route_columns(checks->route);
		return true;
	}
	return false;
}
