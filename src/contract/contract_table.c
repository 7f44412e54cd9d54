/*-------------------------------------------------------------------------
 *
 * contract_table.c
 *		Statements over the tables of the contract.
 *
 * They are executed through SPI with typed parameters. Who has no rights on a table
 * is told its name and not the text of the statement, which is perfcheck's own.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "base/extension.h"
#include "base/guc_scope.h"
#include "base/own_triggers.h"
#include "base/sandbox.h"
#include "contract/contract_table.h"

void
contract_table_bind(ContractArgs *args, Oid type, Datum value, bool isnull)
{
	Assert(args->count < lengthof(args->types));
	args->types[args->count] = type;
	args->values[args->count] = value;
	args->nulls[args->count++] = isnull ? 'n' : ' ';
}

void
contract_table_bind_text(ContractArgs *args, const char *text)
{
	contract_table_bind(args, TEXTOID,
						text == NULL ? (Datum) 0 : CStringGetTextDatum(text),
						text == NULL);
}

/*
 * Hides the text of perfcheck's own statement from who has no rights on its tables:
 * the name of the table is what there is to know.
 */
static void
contract_table_rethrow(MemoryContext context)
{
	ErrorData *error;

	MemoryContextSwitchTo(context);
	error = CopyErrorData();
	if (error->sqlerrcode != ERRCODE_INSUFFICIENT_PRIVILEGE)
		PG_RE_THROW();
	FlushErrorState();
	error->context = NULL;
	if (error->hint == NULL)
		error->hint = pstrdup("Ask the owner of the contract for the privilege "
							  "on that table.");
	ReThrowError(error);
}

void
contract_table_execute(const char *sql, int expected, ContractArgs *args)
{
	MemoryContext context = CurrentMemoryContext;
	SandboxUser before;
	int level;
	volatile int code = 0;

	/* The library may be newer than the contract: ALTER EXTENSION is a step. */
	if (!OidIsValid(extension_table("perfcheck_built_in")))
		extension_refuse_older();
	before = sandbox_enter_user(sandbox_caller());
	level = guc_scope_enter();
	if (expected != SPI_OK_SELECT)
		own_triggers_check(NULL, GetUserId());
	PG_TRY();
	{
		code =
			SPI_execute_with_args(sql, args->count, args->types, args->values,
								  args->nulls, expected == SPI_OK_SELECT, 0);
	}
	PG_CATCH();
	{
		contract_table_rethrow(context);
	}
	PG_END_TRY();
	guc_scope_leave(level);
	sandbox_leave_user(before);
	if (code != expected)
		elog(ERROR, "SPI_execute_with_args failed: %s",
			 SPI_result_code_string(code));
}

char *
contract_table_text(MemoryContext context, HeapTuple row, int column)
{
	char *value = SPI_getvalue(row, SPI_tuptable->tupdesc, column);

	return value == NULL ? NULL : MemoryContextStrdup(context, value);
}

void
contract_table_oids(MemoryContext context, HeapTuple row, int column,
					Oid **oids, int *count)
{
	bool isnull;
	Datum array = SPI_getbinval(row, SPI_tuptable->tupdesc, column, &isnull);
	Datum *elements;
	bool *nulls;
	ArrayType *list;

	*oids = NULL;
	*count = 0;
	if (isnull)
		return;
	list = DatumGetArrayTypeP(array);
	deconstruct_array(list, ARR_ELEMTYPE(list), sizeof(Oid), true, TYPALIGN_INT,
					  &elements, &nulls, count);
	*oids = MemoryContextAllocZero(context, Max(*count, 1) * sizeof(Oid));
	for (int i = 0; i < *count; i++)
		(*oids)[i] = nulls[i] ? InvalidOid : DatumGetObjectId(elements[i]);
}

char **
contract_table_texts(Datum array, int *count)
{
	Datum *elements;
	bool *nulls;
	char **texts;

	deconstruct_array(DatumGetArrayTypeP(array), TEXTOID, -1, false,
					  TYPALIGN_INT, &elements, &nulls, count);
	texts = palloc0(Max(*count, 1) * sizeof(char *));
	for (int i = 0; i < *count; i++)
		if (!nulls[i])
			texts[i] = TextDatumGetCString(elements[i]);
	return texts;
}

Datum
contract_table_array(char *const *texts, int count)
{
	Datum *values = palloc(Max(count, 1) * sizeof(Datum));
	bool *nulls = palloc(Max(count, 1) * sizeof(bool));
	int lower = 1;

	if (count == 0)
		return PointerGetDatum(construct_empty_array(TEXTOID));
	for (int i = 0; i < count; i++)
	{
		nulls[i] = texts[i] == NULL;
		values[i] = nulls[i] ? (Datum) 0 : CStringGetTextDatum(texts[i]);
	}
	return PointerGetDatum(construct_md_array(
		values, nulls, 1, &count, &lower, TEXTOID, -1, false, TYPALIGN_INT));
}
