/*-------------------------------------------------------------------------
 *
 * subtransaction.c
 *		Runs a function in an internal subtransaction of its own.
 *
 * This follows plpgsql's exec_stmt_block(). The end of the subtransaction puts
 * back the user, the settings, the snapshots, SPI's connections and
 * XactReadOnly as they were at its start; the memory context and the resource
 * owner are restored here. A caught error is copied before the rollback, which
 * must come before anything else is done: until then the transaction state is
 * that of the failed subtransaction, and an error that is raised there makes the
 * caller roll back, or commit, one level too few.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include "base/subtransaction.h"

static ErrorData *
subtransaction_execute(SubtransactionFunction function, void *arg, bool keep)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		function(arg);
		if (keep)
			ReleaseCurrentSubTransaction();
		else
			RollbackAndReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	return error;
}

ErrorData *
subtransaction_run(SubtransactionFunction function, void *arg)
{
	return subtransaction_execute(function, arg, true);
}

ErrorData *
subtransaction_run_and_roll_back(SubtransactionFunction function, void *arg)
{
	return subtransaction_execute(function, arg, false);
}
