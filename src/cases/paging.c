/*-------------------------------------------------------------------------
 *
 * paging.c
 *		Places to page from: cursors, LIMIT and OFFSET.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "executor/spi.h"

#include "cases/paging.h"

/* A page as the API asks for it: 20 rows, and one to know of the next page. */
#define PAGING_ROWS 20

/* The largest page that an API is wont to allow. */
#define PAGING_MOST_ROWS 100

/* ---- cursors ---- */

/* For each column format with its number, or its expression first. */
static char *
paging_list(const Lookup *lookup, const char *format, const char *separator,
			bool expressions)
{
	const ValueVariable *variable = lookup->variable;
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < variable->nparams; i++)
	{
		appendStringInfo(&list, "%s", i > 0 ? separator : "");
		if (expressions)
			appendStringInfoString(&list, probe_expression(&variable->uses[i]));
		appendStringInfo(&list, format, i + 1);
	}
	return list.data;
}

/*
 * The row that is this far from one end of the order, or as far as there are
 * rows.
 */
static const char *
paging_end_sql(const Lookup *lookup, int distance, bool from_start)
{
	bool ascending = from_start != lookup->variable->uses[0].descending;
	const char *there = ascending ? "c%d ASC" : "c%d DESC";
	const char *back = ascending ? "c%d DESC" : "c%d ASC";

	/* A null is no place in an order that a comparison can go on from. */
	return psprintf("SELECT %s FROM (SELECT %s FROM %s WHERE %s ORDER BY %s "
					"LIMIT %d) AS s ORDER BY %s LIMIT 1",
					paging_list(lookup, "c%d::text", ", ", false),
					paging_list(lookup, " AS c%d", ", ", true), lookup->table,
					paging_list(lookup, " IS NOT NULL", " AND ", true),
					paging_list(lookup, there, ", ", false), distance,
					paging_list(lookup, back, ", ", false));
}

static const char *
paging_middle_sql(const Lookup *lookup, const char *from)
{
	const char *order =
		lookup->variable->uses[0].descending ? "c%d DESC" : "c%d ASC";

	return psprintf("SELECT %s FROM (SELECT *, row_number() OVER (ORDER BY %s) "
					"AS place, count(*) OVER () AS places FROM "
					"(SELECT %s FROM %s WHERE %s) AS r) AS s "
					"WHERE place = greatest(places / 2, 1)",
					paging_list(lookup, "c%d::text", ", ", false),
					paging_list(lookup, order, ", ", false),
					paging_list(lookup, " AS c%d", ", ", true), from,
					paging_list(lookup, " IS NOT NULL", " AND ", true));
}

/* Adds the place of the row that sql selects; false if it selects none. */
static bool
paging_add_place(ValueList *list, const char *kind, const char *sql,
				 double share)
{
	char *values[INDEX_MAX_KEYS];
	const char *condition;

	probe_select(sql);
	if (SPI_processed == 0)
		return false;
	for (int i = 0; i < list->lookup->variable->nparams; i++)
		values[i] = probe_get(0, i + 1);
	condition = probe_condition(list->lookup, values);
	if (share < 0)
		probe_shares(list->lookup, &condition, 1, &share);
	choices_add(list, kind, values, condition == NULL ? -1 : share);
	return true;
}

/*
 * The rows that a walk through the pages stops at: the middle, the end of the
 * first page, and the row after which one last page is left.
 */
void
paging_add_cursor(ValueList *list)
{
	const Lookup *lookup = list->lookup;
	double rows = Max(lookup->rows, PAGING_ROWS);

	if (!paging_add_place(list, "middle page",
						  paging_middle_sql(lookup, lookup->sample), 0.5) &&
		!paging_add_place(list, "middle page",
						  paging_middle_sql(lookup, lookup->table), 0.5))
		return;
	(void) paging_add_place(list, "second page",
							paging_end_sql(lookup, PAGING_ROWS, true),
							(rows - PAGING_ROWS) / rows);
	(void) paging_add_place(list, "last page",
							paging_end_sql(lookup, PAGING_ROWS + 2, false),
							Min(PAGING_ROWS + 1, rows) / rows);
}

/* ---- LIMIT and OFFSET ---- */

static void
paging_add_rows(ValueList *list, const char *kind, double rows)
{
	char *value = psprintf("%.0f", rows);

	choices_add(list, kind, &value, 1);
}

void
paging_add_number(ValueList *list, double rows)
{
	const ParamUse *use = &list->lookup->variable->uses[0];

	if (use->kind == USE_LIMIT)
	{
		/* LIMIT $n + 1 asks for the row of the next page by itself. */
		int more = use->computed ? 0 : 1;

		paging_add_rows(list, "typical", PAGING_ROWS + more);
		paging_add_rows(list, "large", PAGING_MOST_ROWS + more);
	}
	else
	{
		/* Half of the rows, as for the middle page of a cursor. */
		double deep = floor(rint(rows) / 2);

		/* OFFSET ($n - 1) * 20 takes the number of the page, from 1. */
		if (use->computed)
			deep = Max(floor(deep / PAGING_ROWS), 1);
		paging_add_rows(list, "none", use->computed ? 1 : 0);
		if (deep > 0)
			paging_add_rows(list, "deep", deep);
	}
}
