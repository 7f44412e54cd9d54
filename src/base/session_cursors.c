/*-------------------------------------------------------------------------
 *
 * session_cursors.c
 *		Keeps the cursors of a session as they are.
 *
 * A function of a query may find a cursor of the session by its name, and a
 * rollback puts none back to where it was. The server refuses to run or to drop a
 * portal that runs already, so all are marked as running. Subtransactions that are
 * rolled back meanwhile look at those alone that were made or run within them. The
 * portals are found by the function behind pg_cursors, for there is no other way to
 * walk through them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "executor/executor.h"
#include "executor/tuptable.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/memutils.h"
#include "utils/portal.h"
#include "utils/tuplestore.h"

#include "base/session_cursors.h"

/* Calls pg_cursor(). The result belongs to the current memory context. */
static void
session_cursors_read(ReturnSetInfo *result)
{
	LOCAL_FCINFO(fcinfo, 0);
	FmgrInfo function;

	fmgr_info(F_PG_CURSOR, &function);
	InitFunctionCallInfoData(*fcinfo, &function, 0, InvalidOid, NULL,
							 (Node *) result);
	(void) FunctionCallInvoke(fcinfo);
}

/* Marks a portal that is at rest, and notes its name. */
static List *
session_cursors_hold_one(List *names, const char *name, MemoryContext context)
{
	Portal portal = GetPortalByName(name);
	MemoryContext old;

	if (!PortalIsValid(portal) || portal->status != PORTAL_READY)
		return names;
	old = MemoryContextSwitchTo(context);
	names = lappend(names, pstrdup(name));
	MemoryContextSwitchTo(old);
	portal->status = PORTAL_ACTIVE;
	return names;
}

List *
session_cursors_hold(void)
{
	ReturnSetInfo result = {.type = T_ReturnSetInfo,
							.allowedModes = SFRM_Materialize};
	MemoryContext context = CurrentMemoryContext;
	MemoryContext scratch;
	TupleTableSlot *slot;
	List *names = NIL;

	scratch = AllocSetContextCreate(context, "perfcheck cursors",
									ALLOCSET_SMALL_SIZES);
	MemoryContextSwitchTo(scratch);
	result.econtext = CreateStandaloneExprContext();
	session_cursors_read(&result);
	slot = MakeSingleTupleTableSlot(result.setDesc, &TTSOpsMinimalTuple);
	while (tuplestore_gettupleslot(result.setResult, true, false, slot))
	{
		bool is_null;
		Datum name = slot_getattr(slot, 1, &is_null);

		names =
			session_cursors_hold_one(names, TextDatumGetCString(name), context);
	}
	ExecDropSingleTupleTableSlot(slot);
	tuplestore_end(result.setResult);
	FreeExprContext(result.econtext, true);
	MemoryContextSwitchTo(context);
	MemoryContextDelete(scratch);
	return names;
}

void
session_cursors_release(List *names)
{
	ListCell *cell;

	foreach(cell, names)
	{
		Portal portal = GetPortalByName(lfirst(cell));

		if (PortalIsValid(portal) && portal->status == PORTAL_ACTIVE)
			portal->status = PORTAL_READY;
	}
	list_free_deep(names);
}
