/*-------------------------------------------------------------------------
 *
 * contract_cases.c
 *		Reads and changes the added cases and the set values.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"

#include "base/extension.h"
#include "contract/contract_cases.h"
#include "contract/contract_table.h"
#include "contract/writers.h"

/* Those who wrote to the query, read with the same snapshot as what they wrote. */
static void
contract_check_writers(const ContractQuery *query, HeapTuple row, int column)
{
	Oid *writers;
	int nwriters;

	contract_table_oids(CurrentMemoryContext, row, column, &writers, &nwriters);
	writers_check_again(query, writers, nwriters);
}

List *
contract_read_cases(const ContractQuery *query)
{
	MemoryContext context = CurrentMemoryContext;
	ContractArgs args = {0};
	List *cases = NIL;

	SPI_connect();
	contract_table_bind_text(&args, query->name);
	contract_table_execute(psprintf("SELECT label, args, required, "
									"coalesce(weight, 0), %s "
									"FROM %s.perfcheck_case WHERE query = $1 "
									"ORDER BY label COLLATE \"C\"",
									writers_sql("$1"), extension_schema()),
						   SPI_OK_SELECT, &args);
	if (SPI_processed > 0)
		contract_check_writers(query, SPI_tuptable->vals[0], 5);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple row = SPI_tuptable->vals[i];
		TupleDesc desc = SPI_tuptable->tupdesc;
		MemoryContext old = MemoryContextSwitchTo(context);
		AddedCase *added = palloc0(sizeof(*added));
		bool isnull;

		added->label = contract_table_text(context, row, 1);
		added->args = contract_table_texts(SPI_getbinval(row, desc, 2, &isnull),
										   &added->nargs);
		added->required = DatumGetBool(SPI_getbinval(row, desc, 3, &isnull));
		added->weight = DatumGetFloat8(SPI_getbinval(row, desc, 4, &isnull));
		cases = lappend(cases, added);
		MemoryContextSwitchTo(old);
	}
	SPI_finish();
	return cases;
}

List *
contract_read_values(const ContractQuery *query)
{
	MemoryContext context = CurrentMemoryContext;
	ContractArgs args = {0};
	List *found = NIL;

	SPI_connect();
	contract_table_bind_text(&args, query->name);
	contract_table_execute(
		psprintf("SELECT param, vals, %s FROM %s.perfcheck_values "
				 "WHERE query = $1 ORDER BY param",
				 writers_sql("$1"), extension_schema()),
		SPI_OK_SELECT, &args);
	if (SPI_processed > 0)
		contract_check_writers(query, SPI_tuptable->vals[0], 3);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple row = SPI_tuptable->vals[i];
		TupleDesc desc = SPI_tuptable->tupdesc;
		MemoryContext old = MemoryContextSwitchTo(context);
		ParamValues *values = palloc0(sizeof(*values));
		bool isnull;

		values->param = DatumGetInt32(SPI_getbinval(row, desc, 1, &isnull));
		values->values = contract_table_texts(
			SPI_getbinval(row, desc, 2, &isnull), &values->nvalues);
		found = lappend(found, values);
		MemoryContextSwitchTo(old);
	}
	SPI_finish();
	return found;
}

void
contract_add_case(const char *query, const AddedCase *added)
{
	ContractArgs args = {0};

	contract_table_bind_text(&args, query);
	contract_table_bind_text(&args, added->label);
	SPI_connect();
	contract_table_execute(psprintf("SELECT FROM %s.perfcheck_case "
									"WHERE query = $1 AND label = $2",
									extension_schema()),
						   SPI_OK_SELECT, &args);
	if (SPI_processed > 0)
		ereport(ERROR, errcode(ERRCODE_DUPLICATE_OBJECT),
				errmsg("query \"%s\" already has a case \"%s\"", query,
					   added->label),
				errhint("Choose another label."));
	contract_table_bind(&args, TEXTARRAYOID,
						contract_table_array(added->args, added->nargs), false);
	contract_table_bind(&args, BOOLOID, BoolGetDatum(added->required), false);
	contract_table_bind(&args, FLOAT8OID, Float8GetDatum(added->weight),
						added->weight == 0);
	contract_table_execute(psprintf("INSERT INTO %s.perfcheck_case "
									"(query, label, args, required, weight) "
									"VALUES ($1, $2, $3, $4, $5)",
									extension_schema()),
						   SPI_OK_INSERT, &args);
	SPI_finish();
}

void
contract_set_values(const char *query, const ParamValues *values)
{
	ContractArgs args = {0};

	contract_table_bind_text(&args, query);
	contract_table_bind(&args, INT4OID, Int32GetDatum(values->param), false);
	SPI_connect();
	contract_table_execute(psprintf("DELETE FROM %s.perfcheck_values "
									"WHERE query = $1 AND param = $2",
									extension_schema()),
						   SPI_OK_DELETE, &args);
	contract_table_bind(&args, TEXTARRAYOID,
						contract_table_array(values->values, values->nvalues),
						false);
	if (values->nvalues > 0)
		contract_table_execute(
			psprintf("INSERT INTO %s.perfcheck_values "
					 "(query, param, vals) VALUES ($1, $2, $3)",
					 extension_schema()),
			SPI_OK_INSERT, &args);
	SPI_finish();
}
