/*-------------------------------------------------------------------------
 *
 * exported.c
 *		What of the contract goes into a file.
 *
 * Names are sorted by their bytes, and words are made under settings of perfcheck's
 * own, so that the same contract gives the same words in every session.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/guc_scope.h"
#include "base/relation.h"
#include "base/table_size.h"
#include "contract/contract.h"
#include "exchange/exported.h"

static int
exported_compare_names(const ListCell *a, const ListCell *b)
{
	return strcmp(lfirst(a), lfirst(b));
}

static int
exported_compare_sizes(const ListCell *a, const ListCell *b)
{
	return strcmp(((const ExportedSize *) lfirst(a))->table,
				  ((const ExportedSize *) lfirst(b))->table);
}

static List *
exported_read_sizes(void)
{
	List *sizes = NIL;
	ListCell *cell;

	foreach(cell, table_size_all())
	{
		const TableSize *told = lfirst(cell);
		ExportedSize *size;

		if (get_rel_name(told->relid) == NULL)
			continue;
		size = palloc0(sizeof(*size));
		size->table = relation_sql_name(told->relid);
		size->rows = told->rows;
		size->told = told->told;
		size->denser = list_copy(told->denser);
		list_sort(size->denser, exported_compare_names);
		sizes = lappend(sizes, size);
	}
	list_sort(sizes, exported_compare_sizes);
	return sizes;
}

/* Names have quotes where they need them, and there alone. */
static int
exported_enter(void)
{
	int level = guc_scope_enter();

	guc_scope_set("quote_all_identifiers", "off");
	return level;
}

Exported *
exported_read(void)
{
	Exported *exported = palloc0(sizeof(*exported));
	int level = exported_enter();

	exported->queries = contract_read_own();
	exported->dropped = contract_read_dropped();
	exported->sizes = exported_read_sizes();
	guc_scope_leave(level);
	return exported;
}

char *
exported_type(Oid type)
{
	char *name;
	int level;

	if (!SearchSysCacheExists1(TYPEOID, ObjectIdGetDatum(type)))
		return pstrdup("-");
	level = exported_enter();
	name = DatumGetCString(
		DirectFunctionCall1(regtypeout, ObjectIdGetDatum(type)));
	guc_scope_leave(level);
	return name;
}

char *
exported_number(double number)
{
	int level = guc_scope_enter_values();
	char *text =
		DatumGetCString(DirectFunctionCall1(float8out, Float8GetDatum(number)));

	guc_scope_leave(level);
	return text;
}

const char *
exported_path(const ContractQuery *query)
{
	/* An empty one would stand for that of the call; it finds the same. */
	if (query->search_path != NULL && query->search_path[0] == '\0')
		return "pg_catalog";
	return query->search_path;
}
