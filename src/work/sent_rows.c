/*-------------------------------------------------------------------------
 *
 * sent_rows.c
 *		Takes the rows of a query, and reads what sending them would read.
 *
 * A row that leaves the executor still has pointers to the values that are stored
 * out of line. printtup() reads them, within the output function of their type,
 * and None_Receiver does not. Here they are fetched and not decompressed, which
 * touches the same blocks.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/detoast.h"
#include "executor/tuptable.h"
#include "utils/memutils.h"

#include "base/compat.h"
#include "work/sent_rows.h"

typedef struct SentRows
{
	DestReceiver receiver;
	MemoryContext row;
} SentRows;

static void
sent_rows_startup(DestReceiver *receiver, int operation, TupleDesc columns)
{
}

static bool
sent_rows_receive(TupleTableSlot *slot, DestReceiver *receiver)
{
	const SentRows *sent = (const SentRows *) receiver;
	MemoryContext old = MemoryContextSwitchTo(sent->row);

	slot_getallattrs(slot);
	for (int i = 0; i < slot->tts_tupleDescriptor->natts; i++)
		if (TupleDescAttr(slot->tts_tupleDescriptor, i)->attlen == -1 &&
			!slot->tts_isnull[i] &&
			VARATT_IS_EXTERNAL_ONDISK(
				(struct varlena *) DatumGetPointer(slot->tts_values[i])))
			(void) detoast_external_attr(
				(struct varlena *) DatumGetPointer(slot->tts_values[i]));
	MemoryContextSwitchTo(old);
	MemoryContextReset(sent->row);
	return true;
}

static void
sent_rows_nothing(DestReceiver *receiver)
{
}

DestReceiver *
sent_rows_receiver(void)
{
	SentRows *sent = palloc0(sizeof(*sent));

	sent->receiver.receiveSlot = sent_rows_receive;
	sent->receiver.rStartup = sent_rows_startup;
	sent->receiver.rShutdown = sent_rows_nothing;
	sent->receiver.rDestroy = sent_rows_nothing;
	sent->receiver.mydest = DestNone;
	sent->row = AllocSetContextCreate(CurrentMemoryContext, "perfcheck row",
									  ALLOCSET_DEFAULT_SIZES);
	return &sent->receiver;
}
