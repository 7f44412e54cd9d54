/*-------------------------------------------------------------------------
 *
 * paging.c
 *		Chooses places to page from: cursors, LIMIT and OFFSET.
 *
 * The values of a cursor are those of one row, because only a row is a place
 * in the order. An end of the order is read as the query would, forward or
 * backward, over as many rows as lie before the place. The middle has no such
 * short cut: it is the middle row of the sample, or of the whole table if the
 * sample has no row without nulls.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "executor/spi.h"

#include "cases/paging.h"

/* Rows of a page. The API asks for one more, to see if a next page exists. */
#define PAGING_ROWS 20

/* Rows of the largest page that APIs usually allow. */
#define PAGING_MOST_ROWS 100

/* ---- cursors ---- */

/*
 * Returns a list with an element for each column: format, which takes the
 * number of the column, after the column's expression if that is asked for.
 */
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
 * Returns SQL for the row at this distance from one end of the order, or for
 * the last row before that.
 */
static const char *
paging_end_sql(const Lookup *lookup, int distance, bool from_start)
{
	bool ascending = from_start != lookup->variable->uses[0].descending;
	const char *there = ascending ? "c%d ASC" : "c%d DESC";
	const char *back = ascending ? "c%d DESC" : "c%d ASC";

	/* A comparison with null is never true, so a null is not a place. */
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

/* Adds the row that sql selects as a place; returns false if there is none. */
static bool
paging_add_place(ValueList *list, const char *kind, const char *sql,
				 double share)
{
	char *values[INDEX_MAX_KEYS];

	probe_select(sql);
	if (SPI_processed == 0)
		return false;
	for (int i = 0; i < list->lookup->variable->nparams; i++)
		values[i] = probe_get(0, i + 1);
	/* Conditions that are not known may select fewer rows. */
	if (probe_condition(list->lookup, values) == NULL)
		share = -1;
	choices_add(list, kind, values, share);
	return true;
}

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
	/* The last row of the first page, and the row before the last page. */
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
		/* LIMIT $n + 1 adds the row of the next page itself. */
		int more = use->computed ? 0 : 1;

		paging_add_rows(list, "typical", PAGING_ROWS + more);
		paging_add_rows(list, "large", PAGING_MOST_ROWS + more);
	}
	else
	{
		/* Half of the rows, as for the middle page of a cursor. */
		double deep = floor(rint(rows) / 2);

		/* In OFFSET ($n - 1) * 20, the value is the number of a page. */
		if (use->computed)
			deep = Max(floor(deep / PAGING_ROWS), 1);
		paging_add_rows(list, "none", use->computed ? 1 : 0);
		if (deep > 0)
			paging_add_rows(list, "deep", deep);
	}
}
