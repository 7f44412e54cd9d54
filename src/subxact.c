/*-------------------------------------------------------------------------
 *
 * subxact.c
 *		Runs a function in an internal subtransaction of its own.
 *
 * This follows plpgsql's exec_stmt_block(). The end of the subtransaction puts
 * back the user, the settings, the snapshots, SPI's connections and
 * XactReadOnly as they were at its start; the memory context and the resource
 * owner are ours to restore. A caught error is copied before the rollback,
 * which must come before anything else is done: until then the transaction
 * state is that of the failed subtransaction, and an error that is thrown from
 * there makes the caller roll back, or commit, one level too few.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include "subxact.h"

ErrorData *
subxact_run(SubxactFunction function, void *arg)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		function(arg);
		ReleaseCurrentSubTransaction();
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
