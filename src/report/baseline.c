/*-------------------------------------------------------------------------
 *
 * baseline.c
 *		Which queries are worse than a snapshot says that they were.
 *
 * What is compared, and how, is said once, in SQL.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"

#include "base/extension.h"
#include "report/baseline.h"
#include "report/run_json.h"

List *
baseline_worse(List *reports, double scale, bool strict, const char *snapshot)
{
	MemoryContext context = CurrentMemoryContext;
	const char *schema = extension_schema();
	char *sql = psprintf(
		"SELECT d.query, pg_catalog.concat_ws(', ', d.change, d.why) "
		"FROM %s.perfcheck_compare_snapshots($1, (SELECT "
		"pg_catalog.string_agg(s.line, E'\\n' ORDER BY s.place) FROM "
		"%s.perfcheck_snapshot_of($2::pg_catalog.json) WITH ORDINALITY AS s "
		"(line, place))) AS d WHERE d.fails",
		schema, schema);
	Datum values[2] = {CStringGetTextDatum(snapshot),
					   CStringGetTextDatum(run_json(reports, scale, strict))};
	List *changes = NIL;
	int code;

	SPI_connect();
	code = SPI_execute_with_args(sql, 2, (Oid[]){TEXTOID, TEXTOID}, values,
								 NULL, false, 0);
	if (code != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_with_args failed: %s",
			 SPI_result_code_string(code));
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple row = SPI_tuptable->vals[i];
		MemoryContext old = MemoryContextSwitchTo(context);
		BaselineChange *change = palloc(sizeof(*change));

		change->query = SPI_getvalue(row, SPI_tuptable->tupdesc, 1);
		change->why = SPI_getvalue(row, SPI_tuptable->tupdesc, 2);
		changes = lappend(changes, change);
		MemoryContextSwitchTo(old);
	}
	SPI_finish();
	return changes;
}

const BaselineChange *
baseline_change(List *changes, const char *query)
{
	ListCell *cell;

	foreach(cell, changes)
	{
		const BaselineChange *change = lfirst(cell);

		if (strcmp(change->query, query) == 0)
			return change;
	}
	return NULL;
}
