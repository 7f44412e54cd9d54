/*-------------------------------------------------------------------------
 *
 * sample.c
 *		Values as requests would bring them: drawn from the rows.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "cases/pattern.h"
#include "cases/sample.h"

/* A row's place in an order other than that on disk, the same each time. */
#define SAMPLE_SHUFFLED "md5(ctid::text)"

/* SQL for the value of a use, of the type that its parameter takes. */
static const char *
sample_value_sql(const ParamUse *use, Oid type)
{
	if (use->kind == USE_PATTERN)
		return pattern_word(use);
	if (use->kind == USE_ANY)
		type = get_base_element_type(type);
	return probe_value(use, OidIsValid(type) ? type : TEXTOID);
}

static const char *
sample_range_sql(const Lookup *lookup, int count)
{
	return psprintf(
		"SELECT a::text, b::text FROM (SELECT ctid, a, "
		"lead(a, greatest(1, n / 50)::integer) OVER (ORDER BY a, ctid) AS b "
		"FROM (SELECT t.ctid, %s AS a, count(*) OVER () AS n FROM %s) AS r) "
		"AS s WHERE a IS NOT NULL AND b IS NOT NULL "
		"ORDER BY " SAMPLE_SHUFFLED " LIMIT %d",
		probe_value(&lookup->variable->uses[0], lookup->variable->types[0]),
		lookup->sample, count);
}

static const char *
sample_rows_sql(const Lookup *lookup, int count)
{
	const ValueVariable *variable = lookup->variable;
	StringInfoData columns;
	StringInfoData present;

	initStringInfo(&columns);
	initStringInfo(&present);
	for (int i = 0; i < variable->nparams; i++)
	{
		const ParamUse *use = &variable->uses[i];
		const char *value = sample_value_sql(use, variable->types[i]);

		appendStringInfo(&columns, "%s%s", i > 0 ? ", " : "",
						 probe_text(value, lookup->type));
		appendStringInfo(&present, "%s%s IS NOT NULL", i > 0 ? " AND " : "",
						 value);
	}
	return psprintf("SELECT %s FROM %s WHERE %s "
					"ORDER BY " SAMPLE_SHUFFLED " LIMIT %d",
					columns.data, lookup->sample, present.data, count);
}

static char *
sample_value(const Lookup *lookup, uint64 row, int i)
{
	const ParamUse *use = &lookup->variable->uses[i];
	char *value = probe_get(row, i + 1);

	if (use->kind == USE_PATTERN)
		return pattern_for_word(use, value);
	/* One element, quoted as an array's text wants it. */
	if (use->kind == USE_ANY)
	{
		StringInfoData array;

		initStringInfo(&array);
		appendStringInfoString(&array, "{\"");
		for (; *value != '\0'; value++)
		{
			if (*value == '"' || *value == '\\')
				appendStringInfoChar(&array, '\\');
			appendStringInfoChar(&array, *value);
		}
		appendStringInfoString(&array, "\"}");
		return array.data;
	}
	return value;
}

List *
sample_read(MemoryContext context, const Lookup *lookup, int count)
{
	const ValueVariable *variable = lookup->variable;
	List *draws = NIL;

	probe_select(variable->is_range ? sample_range_sql(lookup, count)
									: sample_rows_sql(lookup, count));
	for (uint64 row = 0; row < SPI_processed; row++)
	{
		char **values =
			MemoryContextAllocZero(context, variable->nparams * sizeof(char *));
		MemoryContext old;

		for (int i = 0; i < variable->nparams; i++)
			values[i] =
				MemoryContextStrdup(context, sample_value(lookup, row, i));
		old = MemoryContextSwitchTo(context);
		draws = lappend(draws, values);
		MemoryContextSwitchTo(old);
	}
	return draws;
}
