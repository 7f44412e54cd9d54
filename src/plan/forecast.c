/*-------------------------------------------------------------------------
 *
 * forecast.c
 *		Planning a query for tables of another size.
 *
 * Four hooks do it, while forecast_plan() runs. get_relation_info_hook runs when
 * the planner has read the size of a table and of its indexes, and multiplies
 * pages and rows by the growth of the table (growth.h); it also takes out the
 * indexes that are hidden (hidden_indexes.h). get_relation_stats_hook
 * and get_index_stats_hook run when it looks up the statistics of a column, and
 * supply those of the larger table (scaled_statistics.h). GIN indexes get a cost
 * function of their own (gin_cost.c). At a scale of 1 nothing else is changed.
 *
 * Whether the user may see statistics is left to the planner: the hooks have it
 * examine the column once more while they stand aside, and pass its answer on.
 * Statistics on several columns (CREATE STATISTICS) have no hook and stay those
 * of today.
 *
 * planner_hook counts how many calls of the planner are open, since a plan of
 * the session must not be made for the scale: the planner evaluates functions
 * for its estimates, and what these plan is kept. So only depth 1 is scaled.
 *
 * Functions that a query calls plan their statements while it is executed, and the
 * session keeps those plans. forecast_run() lets them be made for the scale as well,
 * and has the session forget its plans.
 *
 * Versions: PostgreSQL 15 to 18 have the same hooks. 19 replaces
 * get_relation_info_hook, so what it does stands in a function of its own.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "catalog/index.h"
#include "catalog/pg_am_d.h"
#include "catalog/pg_statistic.h"
#include "nodes/makefuncs.h"
#include "optimizer/plancat.h"
#include "optimizer/planner.h"
#include "storage/lmgr.h"
#include "tcop/tcopprot.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/plancache.h"
#include "utils/selfuncs.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/relation.h"
#include "contract/statement.h"
#include "plan/forecast.h"
#include "plan/gin_cost.h"
#include "plan/growth.h"
#include "plan/hidden_indexes.h"
#include "plan/scaled_statistics.h"
#include "query/clock.h"
#include "query/tables.h"

/*
 * How many children an inner page of a B-tree has: 8 kB hold about 290 keys of
 * 16 bytes when they are 70 % full, as pages are after splits.
 */
#define FORECAST_FANOUT 290.0

static CompatRelationHook forecast_previous_hook = NULL;
static planner_hook_type forecast_previous_planner = NULL;
static get_relation_stats_hook_type forecast_previous_relation_stats = NULL;
static get_index_stats_hook_type forecast_previous_index_stats = NULL;

/* What forecast_plan() plans for. */
typedef struct Forecast
{
	double scale; /* 0 while it does not run */
	int depth;    /* calls of the planner that are open since it began */
	List *clock;  /* ClockColumn *, of the query */
	MemoryContext memory; /* for what the plan takes until it is made */
	HTAB *statistics;     /* ForecastStatistics; NULL before the first */
	bool aside;           /* the hooks for statistics do nothing */
} Forecast;

static Forecast forecast_active = {0};

/* A column's statistics in the larger table. */
typedef struct ForecastColumn
{
	Oid relid;
	int32 attnum;
	int32 inherit;
} ForecastColumn;

typedef struct ForecastStatistics
{
	ForecastColumn column; /* the key */
	HeapTuple tuple;       /* NULL if today's hold */
} ForecastStatistics;

static bool
forecast_scales(void)
{
	return forecast_active.scale > 0 && forecast_active.scale != 1 &&
		   forecast_active.depth == 1;
}

/* ---- sizes ---- */

static void
forecast_scale_relation(RelOptInfo *rel, double scale)
{
	ListCell *cell;

	rel->pages =
		(BlockNumber) Min(ceil(rel->pages * scale), (double) MaxBlockNumber);
	rel->tuples *= scale;
	foreach(cell, rel->indexlist)
	{
		IndexOptInfo *index = lfirst_node(IndexOptInfo, cell);
		double pages = ceil(index->pages * scale);
		/* Levels of inner pages above the pages, then and today. */
		double levels = ceil(log(Max(pages, 1)) / log(FORECAST_FANOUT));
		double today = ceil(log(Max(index->pages, 1)) / log(FORECAST_FANOUT));

		if (index->relam == BTREE_AM_OID && index->tree_height >= 0)
			index->tree_height =
				(int) Max(0, index->tree_height + levels - today);
		if (index->relam == GIN_AM_OID)
			index->amcostestimate = gin_cost_estimate;
		index->pages = (BlockNumber) Min(pages, (double) MaxBlockNumber);
		index->tuples *= scale;
	}
}

static void
forecast_relation_info(COMPAT_RELATION_PARAMETERS)
{
	Oid of = COMPAT_RELATION_OID;

	if (forecast_previous_hook != NULL)
		forecast_previous_hook(COMPAT_RELATION_ARGUMENTS);
	if (!OidIsValid(of))
		return;
	if (forecast_active.scale > 0)
		rel->indexlist = hidden_indexes_filter(rel->indexlist);
	if (growth_takes_vacuumed(of))
		rel->allvisfrac = 1;
	if (!forecast_scales())
		return;
	forecast_scale_relation(rel,
							pow(forecast_active.scale, growth_of_relation(of)));
	if (growth_forecasts_vacuum(of))
		rel->allvisfrac = 1;
}

/* ---- statistics ---- */

/* The statistics that are supplied live as long as the planning does. */
static void
forecast_keep_tuple(HeapTuple tuple)
{
}

/*
 * Returns the growth of the column that a row of pg_statistic is about. A column
 * that the query compares with the clock ends now, at any size of the table.
 */
static GrowthColumn
forecast_growth(const ForecastColumn *column, bool index)
{
	GrowthColumn growth =
		index ? growth_of_index_key(column->relid, column->attnum)
			  : growth_of_column(column->relid, column->attnum);
	Oid relid = index ? IndexGetRelation(column->relid, true) : column->relid;
	ListCell *cell;

	foreach(cell, forecast_active.clock)
	{
		const ClockColumn *clock = lfirst(cell);

		if (relation_root(clock->relid) == relation_root(relid) &&
			(index || clock->attnum == column->attnum))
			growth.before = true;
	}
	return growth;
}

/*
 * Replaces the statistics of today, which vardata holds, by those of the larger
 * table. index is set if they are those of an index.
 */
static void
forecast_scale_statistics(VariableStatData *vardata, bool index)
{
	Form_pg_statistic form = (Form_pg_statistic) GETSTRUCT(vardata->statsTuple);
	ForecastColumn column = {form->starelid, form->staattnum, form->stainherit};
	ForecastStatistics *known;
	bool found;

	if (forecast_active.statistics == NULL)
	{
		HASHCTL control = {.keysize = sizeof(ForecastColumn),
						   .entrysize = sizeof(ForecastStatistics),
						   .hcxt = forecast_active.memory};

		forecast_active.statistics =
			hash_create("perfcheck statistics", 32, &control,
						HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}
	known = hash_search(forecast_active.statistics, &column, HASH_FIND, NULL);
	if (known == NULL)
	{
		GrowthColumn growth = forecast_growth(&column, index);
		MemoryContext old = MemoryContextSwitchTo(forecast_active.memory);
		HeapTuple tuple = scaled_statistics_make(vardata->statsTuple, &growth,
												 forecast_active.scale);

		MemoryContextSwitchTo(old);
		known = hash_search(forecast_active.statistics, &column, HASH_ENTER,
							&found);
		known->tuple = tuple;
	}
	if (known->tuple == NULL)
		return;
	vardata->freefunc(vardata->statsTuple);
	vardata->statsTuple = known->tuple;
	vardata->freefunc = forecast_keep_tuple;
}

/* Has the planner examine an expression by itself, as without these hooks. */
static void
forecast_examine(PlannerInfo *root, Node *node, int varno,
				 VariableStatData *vardata)
{
	PG_TRY();
	{
		forecast_active.aside = true;
		examine_variable(root, node, varno, vardata);
	}
	PG_FINALLY();
	{
		forecast_active.aside = false;
	}
	PG_END_TRY();
}

/*
 * Supplies the statistics of a column of a table. Returns false to leave them to
 * the planner.
 */
static bool
forecast_relation_stats(PlannerInfo *root, RangeTblEntry *rte,
						AttrNumber attnum, VariableStatData *vardata)
{
	VariableStatData own;
	Index varno = 1;
	Oid type;
	int32 typmod;
	Oid collation;

	if (forecast_active.aside)
		return false;
	if (forecast_previous_relation_stats != NULL &&
		forecast_previous_relation_stats(root, rte, attnum, vardata))
	{
		if (forecast_scales() && HeapTupleIsValid(vardata->statsTuple))
			forecast_scale_statistics(vardata, false);
		return true;
	}
	if (!forecast_scales() || rte->rtekind != RTE_RELATION || attnum <= 0)
		return false;
	while (varno < root->simple_rel_array_size &&
		   (root->simple_rte_array[varno] != rte ||
			root->simple_rel_array[varno] == NULL))
		varno++;
	if (varno == root->simple_rel_array_size)
		return false;
	get_atttypetypmodcoll(rte->relid, attnum, &type, &typmod, &collation);
	forecast_examine(
		root, (Node *) makeVar(varno, attnum, type, typmod, collation, 0), 0,
		&own);
	vardata->statsTuple = own.statsTuple;
	vardata->freefunc = own.freefunc;
	vardata->acl_ok = own.acl_ok;
	if (HeapTupleIsValid(vardata->statsTuple))
		forecast_scale_statistics(vardata, false);
	return true;
}

/*
 * The same for a column of an index, most of all an expression. The planner
 * examines the expression that it is about to examine once more; it may find the
 * statistics of another index with the same expression first, and these are left
 * for when it comes to that one.
 */
static bool
forecast_index_stats(PlannerInfo *root, Oid index, AttrNumber attnum,
					 VariableStatData *vardata)
{
	VariableStatData own;

	if (forecast_active.aside)
		return false;
	if (forecast_previous_index_stats != NULL &&
		forecast_previous_index_stats(root, index, attnum, vardata))
	{
		if (forecast_scales() && HeapTupleIsValid(vardata->statsTuple))
			forecast_scale_statistics(vardata, true);
		return true;
	}
	/* Without an expression, the planner asks for the correlation alone. */
	if (!forecast_scales() || vardata->var == NULL || vardata->rel == NULL)
		return false;
	forecast_examine(root, vardata->var, vardata->rel->relid, &own);
	if (!HeapTupleIsValid(own.statsTuple))
		return false;
	if (((Form_pg_statistic) GETSTRUCT(own.statsTuple))->starelid != index)
	{
		ReleaseVariableStats(own);
		return false;
	}
	vardata->statsTuple = own.statsTuple;
	vardata->freefunc = own.freefunc;
	vardata->acl_ok = own.acl_ok;
	forecast_scale_statistics(vardata, true);
	return true;
}

/* ---- planning ---- */

static PlannedStmt *
forecast_planner(COMPAT_PLANNER_PARAMETERS)
{
	PlannedStmt *plan = NULL;

	forecast_active.depth++;
	PG_TRY();
	{
		plan = forecast_previous_planner != NULL
				   ? forecast_previous_planner(COMPAT_PLANNER_ARGUMENTS)
				   : standard_planner(COMPAT_PLANNER_ARGUMENTS);
	}
	PG_FINALLY();
	{
		forecast_active.depth--;
	}
	PG_END_TRY();
	return plan;
}

void
forecast_init(void)
{
	forecast_previous_planner = planner_hook;
	planner_hook = forecast_planner;
	forecast_previous_hook = compat_relation_hook;
	compat_relation_hook = forecast_relation_info;
	forecast_previous_relation_stats = get_relation_stats_hook;
	get_relation_stats_hook = forecast_relation_stats;
	forecast_previous_index_stats = get_index_stats_hook;
	get_index_stats_hook = forecast_index_stats;
}

PlannedStmt *
forecast_plan(const ContractStatement *statement, ParamListInfo params,
			  double scale)
{
	/* The planner scribbles on the tree that it is given. */
	Query *query = copyObject(statement->query);
	Forecast outer = forecast_active;
	ListCell *cell;
	MemoryContext memory = AllocSetContextCreate(
		CurrentMemoryContext, "perfcheck forecast", ALLOCSET_DEFAULT_SIZES);
	PlannedStmt *plan = NULL;

	/* What was analyzed in a sandbox that has ended is not locked any more. */
	foreach(cell, tables_list(query))
		LockRelationOid(lfirst_oid(cell), AccessShareLock);
	PG_TRY();
	{
		forecast_active = (Forecast){.scale = scale, .memory = memory};
		if (scale != 1)
			forecast_active.clock = clock_columns(query);
		plan = compat_plan_query(query, statement->sql, params);
	}
	PG_FINALLY();
	{
		forecast_active = outer;
		MemoryContextDelete(memory);
	}
	PG_END_TRY();
	return plan;
}

void
forecast_run(double scale, ForecastFunction function, void *arg)
{
	Forecast outer = forecast_active;
	MemoryContext memory = AllocSetContextCreate(
		CurrentMemoryContext, "perfcheck forecast", ALLOCSET_DEFAULT_SIZES);

	ResetPlanCache();
	PG_TRY();
	{
		forecast_active = (Forecast){.scale = scale, .memory = memory};
		function(arg);
	}
	PG_FINALLY();
	{
		forecast_active = outer;
		MemoryContextDelete(memory);
		ResetPlanCache();
	}
	PG_END_TRY();
}
