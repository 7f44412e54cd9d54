/*-------------------------------------------------------------------------
 *
 * partition_route.c
 *		Whether a row of a partitioned table has a partition, and which values have.
 *
 * The look-up follows get_partition_for_tuple() of execPartition.c, which is not
 * exported.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "access/relation.h"
#include "access/sysattr.h"
#include "base/texts.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "executor/executor.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "partitioning/partbounds.h"
#include "partitioning/partdesc.h"
#include "utils/lsyscache.h"
#include "utils/partcache.h"
#include "utils/rel.h"

#include "base/relation.h"
#include "populate/ordinal.h"
#include "populate/partition_route.h"

/* A partitioned table, be it a partition itself. */
typedef struct RouteNode
{
	PartitionKey key;
	PartitionDesc desc;
	AttrNumber *columns;      /* of the table at the top; 0: an expression */
	List *expressions;        /* of its columns */
	List *states;             /* to evaluate them; NIL if nothing is routed */
	struct RouteNode **below; /* by partition; NULL: a leaf */
} RouteNode;

struct PartitionRoute
{
	RouteNode *top;
	Bitmapset *columns;
};

/* ---- is there one? ---- */

/* Columns of a partition may have other numbers than those of the table. */
typedef struct NumberMap
{
	Oid from;
	Oid to;
} NumberMap;

static Node *
map_numbers(Node *node, void *context)
{
	const NumberMap *map = context;

	if (node == NULL)
		return NULL;
	if (IsA(node, Var))
	{
		Var *var = copyObject((Var *) node);

		if (var->varattno > 0)
			var->varattno = get_attnum(
				map->to, get_attname(map->from, var->varattno, false));
		return (Node *) var;
	}
	return expression_tree_mutator(node, map_numbers, context);
}

static void
add_expressions(PartitionRoute *route, RouteNode *node, const TableModel *model,
				Oid relid, EState *estate)
{
	NumberMap map = {relid, model->relid};
	ListCell *cell;

	foreach(cell, node->key->partexprs)
	{
		Node *expression = map_numbers(lfirst(cell), &map);
		Bitmapset *numbers = NULL;
		int number = -1;

		node->expressions = lappend(node->expressions, expression);
		if (estate != NULL)
			node->states = lappend(
				node->states, ExecPrepareExpr((Expr *) expression, estate));
		pull_varattnos(expression, 1, &numbers);
		while ((number = bms_next_member(numbers, number)) >= 0)
			if (number + FirstLowInvalidHeapAttributeNumber > 0)
				route->columns =
					bms_add_member(route->columns,
								   number + FirstLowInvalidHeapAttributeNumber);
	}
}

/*
 * The key and the bounds belong to the relation cache, which keeps them as long as
 * the table is locked and its partitions stay as they are.
 */
static RouteNode *
make_node(PartitionRoute *route, const TableModel *model, Oid relid,
		  EState *estate)
{
	Relation relation = relation_open(relid, AccessShareLock);
	RouteNode *node = palloc0(sizeof(RouteNode));

	node->key = RelationGetPartitionKey(relation);
	node->desc = RelationGetPartitionDesc(relation, false);
	node->columns = palloc0(node->key->partnatts * sizeof(AttrNumber));
	for (int i = 0; i < node->key->partnatts; i++)
	{
		AttrNumber attnum = node->key->partattrs[i];

		if (attnum != 0)
			attnum =
				get_attnum(model->relid, get_attname(relid, attnum, false));
		node->columns[i] = attnum;
		if (attnum > 0)
			route->columns = bms_add_member(route->columns, attnum);
	}
	add_expressions(route, node, model, relid, estate);
	node->below = palloc0(Max(node->desc->nparts, 1) * sizeof(RouteNode *));
	for (int i = 0; i < node->desc->nparts; i++)
		if (!node->desc->is_leaf[i])
			node->below[i] =
				make_node(route, model, node->desc->oids[i], estate);
	relation_close(relation, NoLock);
	return node;
}

PartitionRoute *
partition_route_create(const TableModel *model, EState *estate)
{
	PartitionRoute *route = palloc0(sizeof(PartitionRoute));

	route->top = make_node(route, model, model->relid, estate);
	return route;
}

const Bitmapset *
partition_route_columns(const PartitionRoute *route)
{
	return route->columns;
}

static int
find_hash(const RouteNode *node, Datum *keys, bool *nulls)
{
	PartitionBoundInfo bounds = node->desc->boundinfo;
	uint64 hash = compute_partition_hash_value(
		node->key->partnatts, node->key->partsupfunc, node->key->partcollation,
		keys, nulls);

	return bounds->indexes[hash % bounds->nindexes];
}

static int
find_list(const RouteNode *node, Datum *keys, bool *nulls)
{
	PartitionBoundInfo bounds = node->desc->boundinfo;
	bool equal = false;
	int offset;

	if (nulls[0])
		return bounds->null_index;
	offset =
		partition_list_bsearch(node->key->partsupfunc, node->key->partcollation,
							   bounds, keys[0], &equal);
	return offset >= 0 && equal ? bounds->indexes[offset] : -1;
}

static int
find_range(const RouteNode *node, Datum *keys, bool *nulls)
{
	PartitionBoundInfo bounds = node->desc->boundinfo;
	bool equal = false;
	int offset;

	for (int i = 0; i < node->key->partnatts; i++)
		if (nulls[i])
			return -1;
	offset = partition_range_datum_bsearch(node->key->partsupfunc,
										   node->key->partcollation, bounds,
										   node->key->partnatts, keys, &equal);
	return bounds->indexes[offset + 1];
}

static bool
node_fits(const RouteNode *node, ExprContext *context)
{
	const TupleTableSlot *row = context->ecxt_scantuple;
	Datum keys[PARTITION_MAX_KEYS];
	bool key_nulls[PARTITION_MAX_KEYS];
	int found = -1;
	int expression = 0;

	for (int i = 0; i < node->key->partnatts; i++)
	{
		if (node->columns[i] > 0)
		{
			keys[i] = row->tts_values[node->columns[i] - 1];
			key_nulls[i] = row->tts_isnull[node->columns[i] - 1];
		}
		else
			keys[i] = ExecEvalExprSwitchContext(
				list_nth(node->states, expression++), context, &key_nulls[i]);
	}
	if (node->desc->boundinfo == NULL)
		return false;
	switch (node->key->strategy)
	{
		case PARTITION_STRATEGY_HASH:
			found = find_hash(node, keys, key_nulls);
			break;
		case PARTITION_STRATEGY_LIST:
			found = find_list(node, keys, key_nulls);
			break;
		default:
			found = find_range(node, keys, key_nulls);
	}
	if (found < 0)
		found = node->desc->boundinfo->default_index;
	if (found < 0)
		return false;
	return node->below[found] == NULL || node_fits(node->below[found], context);
}

bool
partition_route_fits(const PartitionRoute *route, ExprContext *context)
{
	return node_fits(route->top, context);
}

/* ---- bounds ---- */

/* A bound of a range may be no value: one of its ends is open. */
static bool
has_datum(const RouteNode *node, int i, int column)
{
	PartitionBoundInfo bounds = node->desc->boundinfo;

	return bounds->kind == NULL ||
		   bounds->kind[i][column] == PARTITION_RANGE_DATUM_VALUE;
}

static List *
node_texts(const RouteNode *node, List *texts)
{
	PartitionBoundInfo bounds = node->desc->boundinfo;
	int columns = node->key->strategy == PARTITION_STRATEGY_LIST
					  ? 1
					  : node->key->partnatts;

	if (node->key->strategy != PARTITION_STRATEGY_HASH && bounds != NULL)
		for (int i = 0; i < bounds->ndatums; i++)
			for (int k = 0; k < columns; k++)
				if (has_datum(node, i, k))
					texts =
						lappend(texts, texts_of_value(node->key->parttypid[k],
													  bounds->datums[i][k]));
	for (int i = 0; i < node->desc->nparts; i++)
		if (node->below[i] != NULL)
			texts = node_texts(node->below[i], texts);
	return texts;
}

List *
partition_route_texts(const PartitionRoute *route)
{
	return node_texts(route->top, NIL);
}

/* ---- shares ---- */

/* The values of a list's partitions, each with its part of their rows. */
static ColumnStatistics *
list_statistics(const RouteNode *node, const double *rows, double sum)
{
	PartitionBoundInfo bounds = node->desc->boundinfo;
	ColumnStatistics *statistics = palloc0(sizeof(ColumnStatistics));
	int *values = palloc0(node->desc->nparts * sizeof(int));

	for (int i = 0; i < bounds->ndatums; i++)
		values[bounds->indexes[i]]++;
	statistics->common = palloc0(Max(bounds->ndatums, 1) * sizeof(char *));
	statistics->freqs = palloc0(Max(bounds->ndatums, 1) * sizeof(double));
	for (int i = 0; i < bounds->ndatums; i++)
	{
		int partition = bounds->indexes[i];

		statistics->common[statistics->ncommon] =
			texts_of_value(node->key->parttypid[0], bounds->datums[i][0]);
		statistics->freqs[statistics->ncommon++] =
			rows[partition] / values[partition] / sum;
	}
	statistics->ndistinct = statistics->ncommon;
	return statistics;
}

/*
 * A histogram of a hundred buckets, of which each range has its share. Ranges
 * without an end get none.
 */
static ColumnStatistics *
range_statistics(const RouteNode *node, const double *rows)
{
	PartitionBoundInfo bounds = node->desc->boundinfo;
	Oid type = node->key->parttypid[0];
	ColumnStatistics *statistics = palloc0(sizeof(ColumnStatistics));
	double sum = 0;
	int64 last = 0;

	statistics->bounds =
		palloc0((101 + node->desc->nparts * 2) * sizeof(char *));
	statistics->ndistinct = -0.9;
	statistics->correlation = 1;
	for (int i = 1; i < bounds->ndatums; i++)
		if (bounds->indexes[i] >= 0 &&
			bounds->kind[i][0] == PARTITION_RANGE_DATUM_VALUE &&
			bounds->kind[i - 1][0] == PARTITION_RANGE_DATUM_VALUE)
			sum += rows[bounds->indexes[i]];
	for (int i = 1; i < bounds->ndatums && sum > 0; i++)
	{
		int partition = bounds->indexes[i];
		int64 low;
		int64 high;
		int buckets;

		if (partition < 0 ||
			bounds->kind[i][0] != PARTITION_RANGE_DATUM_VALUE ||
			bounds->kind[i - 1][0] != PARTITION_RANGE_DATUM_VALUE)
			continue;
		buckets = (int) rint(rows[partition] / sum * 100);
		if (buckets == 0 && rows[partition] > 0)
			buckets = 1;
		(void) ordinal_of(type, bounds->datums[i - 1][0], &low);
		(void) ordinal_of(type, bounds->datums[i][0], &high);
		/* The end of a range does not belong to it. */
		last = high - 1;
		for (int bucket = 0; bucket < buckets; bucket++)
			statistics->bounds[statistics->nbounds++] = texts_of_value(
				type,
				ordinal_value(type, low + (high - low) / buckets * bucket));
	}
	if (statistics->nbounds > 0)
		statistics->bounds[statistics->nbounds++] =
			texts_of_value(type, ordinal_value(type, last));
	return statistics->nbounds > 1 ? statistics : NULL;
}

/*
 * Is a column the key, or an expression of it that keeps the bounds as they are, such
 * as the month of a time?
 */
static bool
decides(const RouteNode *node, const TableModel *model, AttrNumber attnum)
{
	const ModelColumn *column = table_model_column(model, attnum);
	const FuncExpr *call;
	char *name;
	bool found = false;
	ListCell *cell;

	if (node->columns[0] != 0)
		return node->columns[0] == attnum;
	call = linitial(node->expressions);
	if (!IsA(call, FuncExpr) ||
		getBaseType(column->type) != node->key->parttypid[0])
		return false;
	name = get_func_name(call->funcid);
	if (name == NULL ||
		(strcmp(name, "date_trunc") != 0 && strcmp(name, "lower") != 0 &&
		 strcmp(name, "upper") != 0))
		return false;
	foreach(cell, call->args)
		found = found || (IsA(lfirst(cell), Var) &&
						  ((Var *) lfirst(cell))->varattno == attnum);
	return found;
}

const ColumnStatistics *
partition_route_statistics(const TableModel *model, AttrNumber attnum,
						   double (*rows)(const char *partition, void *arg),
						   void *arg)
{
	PartitionRoute *route;
	RouteNode *node;
	double *shares;
	double sum = 0;

	if (!model->partitioned)
		return NULL;
	route = partition_route_create(model, NULL);
	node = route->top;
	if (node->key->partnatts != 1 || !decides(node, model, attnum) ||
		node->desc->boundinfo == NULL || node->desc->nparts == 0 ||
		node->key->strategy == PARTITION_STRATEGY_HASH)
		return NULL;
	shares = palloc0(node->desc->nparts * sizeof(double));
	for (int i = 0; i < node->desc->nparts; i++)
	{
		shares[i] =
			rows == NULL
				? 1
				: Max(0, rows(relation_sql_name(node->desc->oids[i]), arg));
		sum += shares[i];
	}
	for (int i = 0; sum == 0 && i < node->desc->nparts; i++)
		shares[i] = 1;
	if (node->key->strategy == PARTITION_STRATEGY_LIST)
		return list_statistics(node, shares,
							   sum == 0 ? node->desc->nparts : sum);
	return ordinal_known(node->key->parttypid[0])
			   ? range_statistics(node, shares)
			   : NULL;
}
