/*-------------------------------------------------------------------------
 *
 * row_values.c
 *		The values that a statement returns today, as text.
 *
 * The query runs in a sandbox, as every query of the contract does. Its rows are
 * made text where they are received, since nothing else of them is left when the
 * sandbox ends.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "executor/tuptable.h"
#include "tcop/dest.h"
#include "utils/lsyscache.h"

#include "base/settings.h"
#include "cases/case.h"
#include "contract/statement.h"
#include "plan/forecast.h"
#include "run/row_values.h"
#include "work/measure.h"

typedef struct RowValuesReceiver
{
	DestReceiver receiver;
	char **args;
	int nargs;
	int most;
	List *rows; /* RowValues * */
	MemoryContext results;
} RowValuesReceiver;

static void
row_values_startup(DestReceiver *self, int operation, TupleDesc type)
{
}

static void
row_values_shutdown(DestReceiver *self)
{
}

static bool
row_values_receive(TupleTableSlot *slot, DestReceiver *self)
{
	RowValuesReceiver *receiver = (RowValuesReceiver *) self;
	TupleDesc type = slot->tts_tupleDescriptor;
	MemoryContext old = MemoryContextSwitchTo(receiver->results);
	RowValues *row = palloc(sizeof(*row));

	row->ncolumns = type->natts;
	row->columns = palloc0(Max(type->natts, 1) * sizeof(char *));
	slot_getallattrs(slot);
	for (int i = 0; i < type->natts; i++)
	{
		Oid output;
		bool varlena;

		if (slot->tts_isnull[i])
			continue;
		getTypeOutputInfo(TupleDescAttr(type, i)->atttypid, &output, &varlena);
		row->columns[i] = OidOutputFunctionCall(output, slot->tts_values[i]);
	}
	receiver->rows = lappend(receiver->rows, row);
	MemoryContextSwitchTo(old);
	return list_length(receiver->rows) < receiver->most;
}

static void
row_values_opened_query(const ContractStatement *statement, void *arg)
{
	RowValuesReceiver *receiver = arg;
	Case *one = case_make("values", receiver->nargs);
	ParamListInfo params;

	if (statement->nparams != receiver->nargs)
		return;
	one->args = receiver->args;
	params = case_params(statement, one);
	(void) measure_as_sent(forecast_plan(statement, params, 1), statement,
						   params, &receiver->receiver);
}

List *
row_values_read(const ContractQuery *query, char **args, int nargs, int most)
{
	RowValuesReceiver receiver = {
		.receiver = {.receiveSlot = row_values_receive,
					 .rStartup = row_values_startup,
					 .rShutdown = row_values_shutdown,
					 .rDestroy = row_values_shutdown,
					 .mydest = DestNone},
		.args = args,
		.nargs = nargs,
		.most = most,
		.results = CurrentMemoryContext,
	};
	ErrorData *error = contract_open(query, row_values_opened_query, &receiver,
									 perfcheck_statement_timeout);

	return error == NULL ? receiver.rows : NIL;
}
