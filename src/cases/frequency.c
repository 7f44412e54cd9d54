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
 * values any more, or the sample shows a common value that they do not know, the
 * candidates are the most and the least frequent values of the sample; of a small
 * table, which is its own sample, their counts are final.
 *
 * The queries of a contract ask for the same columns again and again, so that
 * what was found is kept until the call of the SQL function ends.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/rls.h"

#include "cases/column_stats.h"
#include "cases/frequency.h"

/* At most so many frequent values, and so many rare ones, are candidates. */
#define FREQUENCY_EACH 100

/* A value with this share of the rows is one of the common ones. */
#define FREQUENCY_NEW_SHARE 0.002

/* So much more often a value stands in the sample that ANALYZE took as rare. */
#define FREQUENCY_NEW_MARGIN 1.25

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

const char *
frequency_ranked_sql(const char *text, const char *expression, const char *from)
{
	return psprintf(
		"WITH f AS (SELECT min(%s COLLATE \"C\") AS v, count(*) AS n "
		"FROM %s WHERE %s IS NOT NULL GROUP BY %s), "
		"r AS (SELECT v, n, sum(n) OVER w AS upto, sum(n) OVER () AS total, "
		"row_number() OVER w AS place, count(*) OVER () AS places "
		"FROM f WINDOW w AS (ORDER BY n DESC, v COLLATE \"C\" "
		"ROWS UNBOUNDED PRECEDING)) "
		"SELECT v, n, total, upto * 2 >= total AND (upto - n) * 2 < total "
		"FROM r WHERE place <= %d OR place > places - %d "
		"OR (upto * 2 >= total AND (upto - n) * 2 < total) ORDER BY place",
		text, from, expression, expression, FREQUENCY_EACH, FREQUENCY_EACH);
}

static void
frequency_of_rows(Frequencies *frequencies, const Lookup *lookup)
{
	const char *expression = probe_expression(&lookup->variable->uses[0]);
	Candidates candidates = {NIL, NULL, 0};

	probe_select(frequency_ranked_sql(probe_text(expression, lookup->type),
									  expression, lookup->sample));
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

/* ---- rows that the statistics do not know ---- */

/* Whether a table may hold rows that ANALYZE has not seen. */
static bool
frequency_table_has_changed(Oid relid)
{
	/* The last two are of this session, which has not reported them yet. */
	static const PGFunction counters[] = {pg_stat_get_mod_since_analyze,
										  pg_stat_get_xact_tuples_inserted,
										  pg_stat_get_xact_tuples_updated};
	Relation relation = table_open(relid, AccessShareLock);
	bool plain = RELKIND_HAS_TABLE_AM(relation->rd_rel->relkind) &&
				 !relation->rd_rel->relhassubclass;
	bool changed = !plain || RelationGetNumberOfBlocks(relation) !=
								 relation->rd_rel->relpages;

	table_close(relation, AccessShareLock);
	for (int i = 0; i < lengthof(counters) && !changed; i++)
		changed = DatumGetInt64(DirectFunctionCall1(
					  counters[i], ObjectIdGetDatum(relid))) != 0;
	return changed;
}

/*
 * Whether the sample has a value that was not counted, and that is too frequent
 * to be none of the common ones: the statistics are out of date.
 */
static bool
frequency_is_outdated(const Lookup *lookup, const ColumnStatistics *statistics,
					  const Frequencies *counted)
{
	const char *expression = probe_expression(&lookup->variable->uses[0]);
	/* Where the common values are all, each other one is new. */
	double most = statistics->ncommon > 0 && statistics->nbounds > 0
					  ? statistics->shares[statistics->ncommon - 1]
					  : 0;

	if (!frequency_table_has_changed(lookup->variable->uses[0].relid))
		return false;
	probe_select(
		psprintf("SELECT v, n, sum(n) OVER () FROM (SELECT min(%s COLLATE "
				 "\"C\") AS v, count(*) AS n FROM %s WHERE %s IS NOT NULL "
				 "GROUP BY %s) AS f ORDER BY n DESC LIMIT %d",
				 probe_text(expression, lookup->type), lookup->sample,
				 expression, expression, FREQUENCY_EACH));
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		const char *value = probe_get(i, 1);
		double share = probe_get_number(i, 2) / probe_get_number(i, 3);
		bool known = false;

		if (share <= Max(FREQUENCY_NEW_MARGIN * most, FREQUENCY_NEW_SHARE))
			break;
		for (int j = 0; j < counted->n && !known; j++)
			known = strcmp(counted->values[j], value) == 0;
		if (!known)
			return true;
	}
	return false;
}

/* ---- what is known already ---- */

/* What was counted for an expression, since frequency_start_cache(). */
typedef struct FrequencyFact
{
	Oid relid;
	Oid type;
	Oid user;
	const char *expression;
	Frequencies frequencies;
} FrequencyFact;

static MemoryContext frequency_cache = NULL;
static List *frequency_facts = NIL;

static void
frequency_forget_cache(void *arg)
{
	frequency_cache = NULL;
	frequency_facts = NIL;
}

void
frequency_start_cache(void)
{
	MemoryContextCallback *callback;

	frequency_cache = AllocSetContextCreate(
		CurrentMemoryContext, "perfcheck values", ALLOCSET_DEFAULT_SIZES);
	frequency_facts = NIL;
	callback = MemoryContextAllocZero(frequency_cache, sizeof(*callback));
	callback->func = frequency_forget_cache;
	MemoryContextRegisterResetCallback(frequency_cache, callback);
}

static const Frequencies *
frequency_find_fact(const Lookup *lookup, const char *expression)
{
	ListCell *cell;

	foreach(cell, frequency_facts)
	{
		const FrequencyFact *fact = lfirst(cell);

		if (fact->relid == lookup->variable->uses[0].relid &&
			fact->type == lookup->type && fact->user == GetUserId() &&
			strcmp(fact->expression, expression) == 0)
			return &fact->frequencies;
	}
	return NULL;
}

static void
frequency_add_fact(const Lookup *lookup, const char *expression,
				   const Frequencies *found)
{
	Oid relid = lookup->variable->uses[0].relid;
	MemoryContext old;
	FrequencyFact *fact;

	/* Under row security other settings may show other rows. */
	if (frequency_cache == NULL ||
		check_enable_rls(relid, InvalidOid, true) == RLS_ENABLED)
		return;
	old = MemoryContextSwitchTo(frequency_cache);
	fact = palloc(sizeof(*fact));
	fact->relid = relid;
	fact->type = lookup->type;
	fact->user = GetUserId();
	fact->expression = pstrdup(expression);
	fact->frequencies = *found;
	fact->frequencies.values = palloc(Max(found->n, 1) * sizeof(char *));
	fact->frequencies.counts = palloc(Max(found->n, 1) * sizeof(double));
	for (int i = 0; i < found->n; i++)
	{
		fact->frequencies.values[i] = pstrdup(found->values[i]);
		fact->frequencies.counts[i] = found->counts[i];
	}
	frequency_facts = lappend(frequency_facts, fact);
	MemoryContextSwitchTo(old);
}

/* ---- all of it ---- */

static Frequencies *
frequency_find(const Lookup *lookup)
{
	const ParamUse *use = &lookup->variable->uses[0];
	Frequencies *frequencies = palloc0(sizeof(*frequencies));
	ColumnStatistics *statistics = column_stats_read(use->relid, use->attnum);

	if (statistics != NULL)
	{
		Candidates candidates = {NIL, NULL, 0};

		frequency_from_statistics(&candidates, statistics);
		frequency_count(frequencies, lookup, &candidates);
		if (frequencies->n > 0 &&
			frequency_is_outdated(lookup, statistics, frequencies))
			memset(frequencies, 0, sizeof(*frequencies));
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

const Frequencies *
frequency_read(const Lookup *lookup)
{
	const char *expression = probe_expression(&lookup->variable->uses[0]);
	const Frequencies *known = frequency_find_fact(lookup, expression);
	Frequencies *found;

	if (known != NULL)
		return known;
	found = frequency_find(lookup);
	frequency_add_fact(lookup, expression, found);
	return found;
}
