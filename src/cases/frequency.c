/*-------------------------------------------------------------------------
 *
 * frequency.c
 *		Counts how often values of an expression occur in a table.
 *
 * Grouping a large table by the expression would sort or hash all of it. So
 * pg_statistic names the values that are worth counting: the most common ones;
 * as rare ones, evenly chosen bounds of the histogram; as the typical one, the
 * common value at which half of the rows is reached, else the middle of the
 * histogram. One query counts these candidates in the whole table. If there
 * are no statistics that the user may see, or the table has none of their
 * values any more, the candidates are the most and the least frequent values
 * of the sample; of a small table, which is its own sample, their counts are
 * final.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "cases/column_stats.h"
#include "cases/frequency.h"

/* At most so many frequent values, and so many rare ones, are candidates. */
#define FREQUENCY_EACH 100

typedef struct Candidates
{
	List *values; /* char *, the more frequent ones first */
	const char *typical;
	double null_share;
} Candidates;

/* ---- candidates ---- */

static void
frequency_from_statistics(Candidates *candidates,
						  const ColumnStatistics *statistics)
{
	int nbounds = Min(statistics->nbounds, FREQUENCY_EACH);
	double half = (1 - statistics->null_share) / 2;
	double upto = 0;

	candidates->null_share = statistics->null_share;
	for (int i = 0; i < Min(statistics->ncommon, FREQUENCY_EACH); i++)
	{
		char *value = column_stats_text(statistics, statistics->common[i]);

		candidates->values = lappend(candidates->values, value);
		upto += statistics->shares[i];
		if (candidates->typical == NULL && upto >= half - 1e-6)
			candidates->typical = value;
	}
	if (candidates->typical == NULL && statistics->nbounds > 0)
		candidates->typical = column_stats_text(
			statistics, statistics->bounds[statistics->nbounds / 2]);
	/* All bounds of the histogram, or an even choice of them. */
	for (int i = 0; i < nbounds; i++)
	{
		int at =
			nbounds == 1 ? 0 : i * (statistics->nbounds - 1) / (nbounds - 1);

		candidates->values =
			lappend(candidates->values,
					column_stats_text(statistics, statistics->bounds[at]));
	}
}

/* ---- counts ---- */

const char *
frequency_equal(const Lookup *lookup, const char *value)
{
	return psprintf("%s %s %s", probe_expression(&lookup->variable->uses[0]),
					probe_equality(lookup->type),
					probe_literal(value, getBaseType(lookup->type)));
}

/* Returns SQL for "the expression equals one of these values". */
static const char *
frequency_any_of(const Lookup *lookup, List *values)
{
	Oid array_type = get_array_type(getBaseType(lookup->type));
	StringInfoData sql;
	ListCell *cell;

	if (OidIsValid(array_type))
		return psprintf("%s %s ANY (%s)",
						probe_expression(&lookup->variable->uses[0]),
						probe_equality(lookup->type),
						probe_literal(probe_array(values), array_type));
	/* An array type has no array type of its own. */
	initStringInfo(&sql);
	foreach(cell, values)
		appendStringInfo(&sql, "%s%s", sql.len > 0 ? " OR " : "",
						 frequency_equal(lookup, lfirst(cell)));
	return sql.data;
}

/* Takes the values and counts out of the last result. */
static void
frequency_take(Frequencies *frequencies)
{
	frequencies->n = SPI_processed;
	frequencies->values = palloc(Max(SPI_processed, 1) * sizeof(char *));
	frequencies->counts = palloc(Max(SPI_processed, 1) * sizeof(double));
	for (int i = 0; i < frequencies->n; i++)
	{
		frequencies->values[i] = probe_get(i, 1);
		frequencies->counts[i] = probe_get_number(i, 2);
		frequencies->rows += frequencies->counts[i];
	}
}

static void
frequency_count(Frequencies *frequencies, const Lookup *lookup,
				const Candidates *candidates)
{
	const char *expression = probe_expression(&lookup->variable->uses[0]);

	probe_select(
		psprintf("SELECT min(%s COLLATE \"C\"), count(*) FROM %s WHERE %s "
				 "GROUP BY %s ORDER BY 2 DESC, 1",
				 probe_text(expression, lookup->type), lookup->table,
				 frequency_any_of(lookup, candidates->values), expression));
	frequency_take(frequencies);
	frequencies->typical = frequencies->n / 2;
	for (int i = 0; i < frequencies->n && candidates->typical != NULL; i++)
		if (strcmp(frequencies->values[i], candidates->typical) == 0)
			frequencies->typical = i;
	/* Rows with other values count, too. */
	frequencies->rows =
		Max(frequencies->rows, lookup->rows * (1 - candidates->null_share));
	frequencies->shared = Max(frequencies->rows, lookup->rows);
}

static void
frequency_of_rows(Frequencies *frequencies, const Lookup *lookup)
{
	const char *expression = probe_expression(&lookup->variable->uses[0]);
	Candidates candidates = {NIL, NULL, 0};

	/*
	 * The third column is the number of rows with any value, and the fourth
	 * one tells whether this value is the typical one.
	 */
	probe_select(psprintf(
		"WITH f AS (SELECT min(%s COLLATE \"C\") AS v, count(*) AS n "
		"FROM %s WHERE %s IS NOT NULL GROUP BY %s), "
		"r AS (SELECT v, n, sum(n) OVER w AS upto, sum(n) OVER () AS total, "
		"row_number() OVER w AS place, count(*) OVER () AS places "
		"FROM f WINDOW w AS (ORDER BY n DESC, v COLLATE \"C\" "
		"ROWS UNBOUNDED PRECEDING)) "
		"SELECT v, n, total, upto * 2 >= total AND (upto - n) * 2 < total "
		"FROM r WHERE place <= %d OR place > places - %d "
		"OR (upto * 2 >= total AND (upto - n) * 2 < total) ORDER BY place",
		probe_text(expression, lookup->type), lookup->sample, expression,
		expression, FREQUENCY_EACH, FREQUENCY_EACH));
	if (SPI_processed == 0)
		return;
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		bool typical = strcmp(probe_get(i, 4), "t") == 0;

		candidates.values = lappend(candidates.values, probe_get(i, 1));
		if (typical)
		{
			candidates.typical = llast(candidates.values);
			frequencies->typical = i;
		}
	}
	/* The values of a sample are only candidates. */
	if (lookup->sampled)
	{
		frequency_count(frequencies, lookup, &candidates);
		return;
	}
	frequency_take(frequencies);
	frequencies->rows = probe_get_number(0, 3);
	frequencies->shared = Max(frequencies->rows, lookup->rows);
}

Frequencies *
frequency_read(const Lookup *lookup)
{
	const ParamUse *use = &lookup->variable->uses[0];
	Frequencies *frequencies = palloc0(sizeof(*frequencies));
	ColumnStatistics *statistics = column_stats_read(use->relid, use->attnum);

	if (statistics != NULL)
	{
		Candidates candidates = {NIL, NULL, 0};

		frequency_from_statistics(&candidates, statistics);
		frequency_count(frequencies, lookup, &candidates);
	}
	/* No statistics, or none of their values is in the table any more. */
	if (frequencies->n == 0)
		frequency_of_rows(frequencies, lookup);
	if (frequencies->n == 0 && lookup->sampled)
	{
		Lookup whole = *lookup;

		whole.sampled = false;
		whole.sample = whole.table;
		frequency_of_rows(frequencies, &whole);
	}
	return frequencies;
}
