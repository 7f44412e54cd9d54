/*-------------------------------------------------------------------------
 *
 * column_stats.c
 *		Reads what ANALYZE stored about a column in pg_statistic.
 *
 * pg_statistic is readable for superusers alone, so this reads the system
 * cache and applies the rule of the view pg_stats itself: SELECT on the table
 * or the column, and no row-level security. For a table with children, ANALYZE
 * stores a second row for the whole tree (stainherit), which is preferred. A
 * quantile merges the most common values with the bounds of the histogram, in
 * the order of the type: each common value weighs its frequency, each bound
 * its part of the remaining rows; the value at which the sum reaches the
 * fraction is returned.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "cases/column_stats.h"

/* ---- reading ---- */

/* The caller releases the tuple. */
static HeapTuple
column_stats_tuple(Oid relid, AttrNumber attnum)
{
	HeapTuple tuple =
		SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(relid),
						Int16GetDatum(attnum), BoolGetDatum(true));

	if (!HeapTupleIsValid(tuple))
		tuple = SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(relid),
								Int16GetDatum(attnum), BoolGetDatum(false));
	return tuple;
}

bool
column_stats_may_see(Oid relid, AttrNumber attnum)
{
	return check_enable_rls(relid, InvalidOid, true) != RLS_ENABLED &&
		   (pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) == ACLCHECK_OK ||
			(attnum > 0 && pg_attribute_aclcheck(relid, attnum, GetUserId(),
												 ACL_SELECT) == ACLCHECK_OK));
}

/* The tuple of a column of which the current user may see every value. */
static HeapTuple
column_stats_visible_tuple(Oid relid, AttrNumber attnum)
{
	return attnum > 0 && column_stats_may_see(relid, attnum)
			   ? column_stats_tuple(relid, attnum)
			   : NULL;
}

ColumnStatistics *
column_stats_read(Oid relid, AttrNumber attnum)
{
	ColumnStatistics *statistics;
	AttStatsSlot slot;
	HeapTuple tuple;

	tuple = column_stats_visible_tuple(relid, attnum);
	if (!HeapTupleIsValid(tuple))
		return NULL;
	statistics = palloc0(sizeof(*statistics));
	statistics->null_share =
		((Form_pg_statistic) GETSTRUCT(tuple))->stanullfrac;
	/* The arrays of the slots are copies; they outlive the tuple. */
	if (get_attstatsslot(&slot, tuple, STATISTIC_KIND_MCV, InvalidOid,
						 ATTSTATSSLOT_VALUES | ATTSTATSSLOT_NUMBERS))
	{
		statistics->type = slot.valuetype;
		statistics->collation = slot.stacoll;
		statistics->common = slot.values;
		statistics->shares = slot.numbers;
		statistics->ncommon = Min(slot.nvalues, slot.nnumbers);
	}
	if (get_attstatsslot(&slot, tuple, STATISTIC_KIND_HISTOGRAM, InvalidOid,
						 ATTSTATSSLOT_VALUES))
	{
		statistics->type = slot.valuetype;
		statistics->collation = slot.stacoll;
		statistics->bounds = slot.values;
		statistics->nbounds = slot.nvalues;
	}
	ReleaseSysCache(tuple);
	return statistics->ncommon + statistics->nbounds > 0 ? statistics : NULL;
}

char *
column_stats_text(const ColumnStatistics *statistics, Datum value)
{
	Oid output;
	bool is_varlena;
	char *text;

	getTypeOutputInfo(statistics->type, &output, &is_varlena);
	text = OidOutputFunctionCall(output, value);
	/* The casts of these types to text differ from their output functions. */
	if (statistics->type == BOOLOID)
		return pstrdup(DatumGetBool(value) ? "true" : "false");
	if (statistics->type == BPCHAROID)
		text[bpchartruelen(text, strlen(text))] = '\0';
	return text;
}

typedef struct FrequentElement
{
	Datum value;
	float4 share;
} FrequentElement;

static int
column_stats_by_share(const void *a, const void *b)
{
	float4 first = ((const FrequentElement *) a)->share;
	float4 second = ((const FrequentElement *) b)->share;

	return (second > first) - (second < first);
}

int
column_stats_elements(Oid relid, AttrNumber attnum, char **elements, int n)
{
	HeapTuple tuple = column_stats_visible_tuple(relid, attnum);
	AttStatsSlot slot;
	FrequentElement *found;
	Oid output;
	bool is_varlena;

	if (!HeapTupleIsValid(tuple))
		return 0;
	if (!get_attstatsslot(&slot, tuple, STATISTIC_KIND_MCELEM, InvalidOid,
						  ATTSTATSSLOT_VALUES | ATTSTATSSLOT_NUMBERS))
		slot.nvalues = 0;
	ReleaseSysCache(tuple);
	if (slot.nvalues == 0)
		return 0;
	/* The shares of the elements, and then some of all of them. */
	found = palloc(slot.nvalues * sizeof(*found));
	for (int i = 0; i < slot.nvalues; i++)
	{
		found[i].value = slot.values[i];
		found[i].share = i < slot.nnumbers ? slot.numbers[i] : 0;
	}
	qsort(found, slot.nvalues, sizeof(*found), column_stats_by_share);
	getTypeOutputInfo(slot.valuetype, &output, &is_varlena);
	n = Min(n, slot.nvalues);
	for (int i = 0; i < n; i++)
		elements[i] = OidOutputFunctionCall(output, found[i].value);
	return n;
}

/* ---- quantiles ---- */

/* A value, and the share of the rows above the value before it, up to it. */
typedef struct QuantilePoint
{
	Datum value;
	double share;
} QuantilePoint;

typedef struct QuantileOrder
{
	FmgrInfo *compare;
	Oid collation;
} QuantileOrder;

static int
column_stats_compare(const void *a, const void *b, void *arg)
{
	const QuantileOrder *order = arg;

	return DatumGetInt32(FunctionCall2Coll(order->compare, order->collation,
										   ((const QuantilePoint *) a)->value,
										   ((const QuantilePoint *) b)->value));
}

static QuantilePoint *
column_stats_points(const ColumnStatistics *statistics, int *n)
{
	QuantilePoint *points =
		palloc((statistics->ncommon + statistics->nbounds) * sizeof(*points));
	double rest = 1 - statistics->null_share;

	*n = 0;
	for (int i = 0; i < statistics->ncommon; i++)
	{
		points[*n].value = statistics->common[i];
		points[(*n)++].share = statistics->shares[i];
		rest -= statistics->shares[i];
	}
	for (int i = 0; i < statistics->nbounds; i++)
	{
		points[*n].value = statistics->bounds[i];
		points[(*n)++].share =
			i == 0 ? 0 : Max(rest, 0) / (statistics->nbounds - 1);
	}
	return points;
}

void
column_stats_quantiles(const ColumnStatistics *statistics,
					   const double *fractions, int n, Datum *values)
{
	TypeCacheEntry *type =
		lookup_type_cache(statistics->type, TYPECACHE_CMP_PROC_FINFO);
	QuantileOrder order = {&type->cmp_proc_finfo, statistics->collation};
	int npoints;
	QuantilePoint *points = column_stats_points(statistics, &npoints);
	double total = 0;

	qsort_arg(points, npoints, sizeof(*points), column_stats_compare, &order);
	for (int i = 0; i < npoints; i++)
		total += points[i].share;
	for (int i = 0; i < n; i++)
	{
		double upto = points[0].share;
		int at = 0;

		/* Shares are float4: their sum is not exact. */
		while (at + 1 < npoints && upto < total * fractions[i] - 1e-6)
			upto += points[++at].share;
		values[i] = points[at].value;
	}
}

/* ---- missing ---- */

bool
column_stats_are_missing(Oid relid)
{
	Relation relation = table_open(relid, NoLock);
	int natts = RelationGetDescr(relation)->natts;
	bool missing = (RELKIND_HAS_TABLE_AM(relation->rd_rel->relkind) ||
					relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE) &&
				   natts > 0;
	BlockNumber pages = 0;
	List *members;
	ListCell *cell;

	table_close(relation, NoLock);
	for (int i = 1; missing && i <= natts; i++)
	{
		HeapTuple tuple = column_stats_tuple(relid, i);

		if (HeapTupleIsValid(tuple))
		{
			ReleaseSysCache(tuple);
			missing = false;
		}
	}
	if (!missing)
		return false;
	members = find_all_inheritors(relid, AccessShareLock, NULL);
	foreach(cell, members)
	{
		Relation member = table_open(lfirst_oid(cell), NoLock);

		if (RELKIND_HAS_STORAGE(member->rd_rel->relkind))
			pages += RelationGetNumberOfBlocks(member);
		table_close(member, NoLock);
	}
	return pages > 1;
}
