/*-------------------------------------------------------------------------
 *
 * rewrite_overlap.c
 *		Two columns that begin and end something, as a range.
 *
 * begins < $2 AND ends > $1 is true of most rows in each of its conditions; only
 * together they are true of few, which a B-tree cannot tell. The ranges have their
 * bounds in them, so that they overlap for all rows that the conditions are true
 * of. The conditions stay beside them wherever the ranges may overlap for more:
 * where a bound is not in the range, or where it is null, which is no bound at all.
 *
 * Of rows that end before they begin there is no range, and neither is there of
 * values. A derived case with such values is turned around.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "catalog/pg_am_d.h"
#include "catalog/pg_type_d.h"
#include "commands/defrem.h"
#include "commands/extension.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "advice/rewrite_bound.h"
#include "advice/rewrite_overlap.h"

/* Returns the function that makes a range of a type, or NULL. */
static const char *
rewrite_overlap_range(Oid type)
{
	switch (type)
	{
		case INT4OID:
			return "int4range";
		case INT8OID:
			return "int8range";
		case NUMERICOID:
			return "numrange";
		case DATEOID:
			return "daterange";
		case TIMESTAMPOID:
			return "tsrange";
		case TIMESTAMPTZOID:
			return "tstzrange";
		default:
			return NULL;
	}
}

/* Is the condition one of a column of a table, by < or > and their like? */
static bool
rewrite_overlap_reads(const RewriteSite *site, Node *clause,
					  RewriteComparison *found)
{
	RewriteSite sibling = *site;

	sibling.clause = clause;
	return rewrite_site_compares(&sibling, found) && !found->any &&
		   found->strategy != 0 && found->strategy != BTEqualStrategyNumber &&
		   IsA(found->key, Var);
}

/* Returns whether < or > and not <= or >=. */
static bool
rewrite_overlap_is_strict(const RewriteComparison *compared)
{
	return compared->strategy == BTLessStrategyNumber ||
		   compared->strategy == BTGreaterStrategyNumber;
}

/* Is a column bounded on both of its sides? Then it serves by itself. */
static bool
rewrite_overlap_is_enclosed(const RewriteSite *site, const Var *column,
							bool above)
{
	RewriteComparison found;
	ListCell *cell;

	foreach(cell, site->siblings)
		if (rewrite_overlap_reads(site, lfirst(cell), &found) &&
			equal(found.key, column) &&
			(found.strategy < BTEqualStrategyNumber) == above)
			return true;
	return false;
}

/* Finds the condition that bounds the end from below. */
static Node *
rewrite_overlap_end(const RewriteSite *site, const Var *begin,
					RewriteComparison *end)
{
	ListCell *cell;

	foreach(cell, site->siblings)
	{
		const Var *column;

		if (!rewrite_overlap_reads(site, lfirst(cell), end) ||
			end->strategy < BTEqualStrategyNumber)
			continue;
		column = castNode(Var, end->key);
		if (column->varno == begin->varno &&
			column->varattno != begin->varattno &&
			column->vartype == begin->vartype &&
			!rewrite_overlap_is_enclosed(site, column, true))
			return lfirst(cell);
	}
	return NULL;
}

/* Returns a column that a condition beside the range compares by =, or NULL. */
static const Var *
rewrite_overlap_equal(const RewriteSite *site, const Var *begin)
{
	RewriteComparison found;
	ListCell *cell;

	foreach(cell, site->siblings)
	{
		RewriteSite sibling = *site;

		sibling.clause = lfirst(cell);
		if (rewrite_site_compares(&sibling, &found) && !found.any &&
			found.strategy == BTEqualStrategyNumber && IsA(found.key, Var) &&
			castNode(Var, found.key)->varno == begin->varno)
			return castNode(Var, found.key);
	}
	return NULL;
}

static const char *
rewrite_overlap_column(Oid relid, const Var *column)
{
	return quote_identifier(get_attname(relid, column->varattno, false));
}

/*
 * The GiST indexes on the range, with statistics of it: behind a column that is
 * compared by = if btree_gist is there, and alone.
 */
static List *
rewrite_overlap_indexes(const RewriteSite *site, Oid relid, const Var *begin,
						const Var *end, const char *range)
{
	const Var *equal_column = rewrite_overlap_equal(site, begin);
	const char *key = psprintf("%s(%s, %s, '[]')", range,
							   rewrite_overlap_column(relid, begin),
							   rewrite_overlap_column(relid, end));
	Candidate *index = candidate_make(NULL);
	List *indexes = list_make1(index);

	candidate_add_index(index, relid, "gist", key, true);
	if (equal_column != NULL &&
		OidIsValid(get_extension_oid("btree_gist", true)) &&
		OidIsValid(GetDefaultOpClass(equal_column->vartype, GIST_AM_OID)))
	{
		index = candidate_make(NULL);
		candidate_add_index(
			index, relid, "gist",
			psprintf("%s, %s", rewrite_overlap_column(relid, equal_column),
					 key),
			true);
		indexes = lcons(index, indexes);
	}
	return indexes;
}

/* Notes that the parameters of a range may be given the wrong way round. */
static List *
rewrite_overlap_values(const Bound *from, const Bound *to, const char *reads)
{
	RewriteValue *value;

	if (from->param == 0 || to->param == 0)
		return NIL;
	value = palloc0(sizeof(*value));
	value->param = from->param;
	value->swapped = to->param;
	value->reads = reads;
	return list_make1(value);
}

Rewrite *
rewrite_overlap_find(const RewriteSite *site)
{
	RewriteComparison below;
	RewriteComparison above;
	Bound from;
	Bound to;
	Var *begin;
	Var *end;
	Node *other;
	Oid relid;
	const char *range;
	const char *columns;
	const char *values;
	const char *first;
	const char *second;
	bool exact;
	char *text;
	Rewrite *rewrite;

	if (!rewrite_overlap_reads(site, site->clause, &below) ||
		below.strategy > BTEqualStrategyNumber)
		return NULL;
	begin = castNode(Var, below.key);
	range = rewrite_overlap_range(begin->vartype);
	relid = rewrite_site_table(site, begin);
	if (range == NULL || !OidIsValid(relid) ||
		rewrite_overlap_is_enclosed(site, begin, false))
		return NULL;
	other = rewrite_overlap_end(site, begin, &above);
	if (other == NULL)
		return NULL;
	end = castNode(Var, above.key);
	to = rewrite_bound_of(below.value);
	from = rewrite_bound_of(above.value);
	first = rewrite_site_text(site->query, site->clause);
	second = rewrite_site_text(site->query, other);
	if (first == NULL || second == NULL)
		return NULL;
	columns = psprintf("%s(%s, %s, '[]')", range,
					   rewrite_site_name(site->query, begin),
					   rewrite_site_name(site->query, end));
	if (equal(below.value, above.value))
	{
		values = rewrite_bound_cast_text(&to, begin->vartype);
		text = psprintf("%s @> %s", columns, values);
		exact = !rewrite_overlap_is_strict(&below) &&
				!rewrite_overlap_is_strict(&above) &&
				rewrite_site_not_null(site, begin) &&
				rewrite_site_not_null(site, end);
	}
	else
	{
		values = psprintf("%s(%s, %s, '[]')", range,
						  rewrite_bound_cast_text(&from, begin->vartype),
						  rewrite_bound_cast_text(&to, begin->vartype));
		text = psprintf("%s && %s", columns, values);
		exact = false;
	}
	if (!exact)
		text = psprintf("%s AND %s AND %s", text, first, second);
	rewrite = rewrite_site_make(
		site, begin->varno, text,
		psprintf(
			"%s and %s are the ends of a range, and an index on either column "
			"reads all rows on one side of the value",
			rewrite_site_name(site->query, begin),
			rewrite_site_name(site->query, end)));
	rewrite->suggestion =
		psprintf("the index refuses rows that end before they begin, as a "
				 "CHECK (%s <= %s) does",
				 rewrite_overlap_column(relid, begin),
				 rewrite_overlap_column(relid, end));
	rewrite->clauses = lappend(rewrite->clauses, other);
	rewrite->indexes = rewrite_overlap_indexes(site, relid, begin, end, range);
	rewrite->values = rewrite_overlap_values(&from, &to, values);
	rewrite->alone = true;
	return rewrite;
}
